import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { foreignWeights, withoutVariants } from '../../weights/index.ts'
import { EditError } from '../error.ts'
import type { FolderListing } from './listing.ts'

/** Where a part of a model is looked for, and its name in errors. */
export interface PartPlace {
  /** Folders, of which the first that holds what shows that it is one is taken. */
  readonly folders: readonly string[]
  readonly holds: RegExp
  /** Single files, as authors and ComfyUI name them. */
  readonly file?: RegExp | undefined
  /** What is missing, with the names in brackets. */
  readonly words: string
}

/** Folders of ComfyUI's order in which single files lie. */
const comfyFolders = ['diffusion_models', 'unet', 'vae', 'text_encoders', 'clip']

/** Whether a folder has something in a part's place. Names alone are looked at. */
export function hasPart({ files, folders }: FolderListing, place: PartPlace): boolean {
  return place.folders.some((each) => folders.includes(each)) || files.some((name) => place.file?.test(name))
}

/**
 * The paths of a model's parts. In the layout of diffusers folders come first, else single files.
 * @throws EditError that names the missing and the existing parts, or files of which one is too many
 */
export async function findParts<Part extends string>(
  { folder, files, folders, pipeline }: FolderListing,
  places: Readonly<Record<Part, PartPlace>>,
  title: string,
): Promise<Readonly<Record<Part, string>>> {
  const candidates = [...files]
  for (const name of comfyFolders)
    if (folders.includes(name))
      for (const file of await readdir(join(folder, name))) candidates.push(`${name}/${file}`)
  const plain = withoutVariants(candidates)
  const parts: Partial<Record<Part, string>> = {}
  const missing: string[] = []
  for (const [part, place] of Object.entries<PartPlace>(places) as [Part, PartPlace][]) {
    const inFolder = await folderOf(folder, folders, place)
    const single = plain.filter((path) => place.file?.test(path.slice(path.lastIndexOf('/') + 1)))
    // A folder's own quantised copies come after what they were made from.
    const originals = single.filter((name) => !/\.int[48]\./.test(name))
    const [first, ...others] = originals.length > 0 ? originals : single
    if (inFolder !== undefined && (pipeline || first === undefined)) parts[part] = inFolder
    else if (first === undefined) missing.push(place.words)
    else if (others.length > 0)
      throw new EditError(
        'checkpoint',
        `${folder}: several files for ${place.words.replace(/ \(.*/, '')} (${[first, ...others].join(', ')}); keep one in the folder`,
      )
    else parts[part] = join(folder, first)
  }
  if (missing.length === 0) return parts as Record<Part, string>
  const foreign = foreignWeights(files)
  const found = [...new Set([...files, ...folders])]
    .sort()
    .map((name) => foreign.find((each) => each.startsWith(`${name} (`)) ?? name)
  throw new EditError(
    'checkpoint',
    `${folder}: missing ${missing.join(' and ')} of ${title}; found ${found.join(', ') || 'nothing'}`,
  )
}

async function folderOf(
  folder: string,
  there: readonly string[],
  { folders, holds }: PartPlace,
): Promise<string | undefined> {
  for (const name of folders) {
    const path = join(folder, name)
    if (there.includes(name) && (await readdir(path)).some((file) => holds.test(file))) return path
  }
  return undefined
}
