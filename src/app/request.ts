import { readdir, stat } from 'node:fs/promises'
import { basename, extname, join, resolve } from 'node:path'
import { UsageError } from './failure.ts'
import { isFolderName, stream, withSuffix } from './outputs.ts'
import { readText } from './readJob.ts'
import type { Terminal } from './terminal.ts'

/** Pictures and what to change in them. */
export interface Request {
  readonly pictures: readonly string[]
  readonly instruction: string
  /** The folder that the pictures were found in, where one was given in their place. */
  readonly folder?: string | undefined
}

/**
 * Pictures and instruction of `edit`: the last argument is the instruction, unless a file holds it. A folder stands for
 * the pictures in it, by name, without those of folders below. @throws UsageError, FileError
 */
export async function readRequest(
  words: readonly string[],
  instructionFile: string | undefined,
  terminal: Terminal,
  { hasPlan = false }: { readonly hasPlan?: boolean } = {},
): Promise<Request> {
  if (hasPlan && instructionFile !== undefined)
    throw new UsageError('--plan: expected a plan or an instruction, got both')
  const isLast = instructionFile === undefined && !hasPlan
  const given = isLast ? words.slice(0, -1) : words
  if (given.length === 0)
    throw new UsageError(
      `edit: expected a picture and then an instruction, got only '${words[0]}'; the instruction may come from a file with --instruction-file`,
    )
  if (given.includes('')) throw new UsageError('picture: expected a file name, got an empty text')
  if (instructionFile === stream && given.includes(stream))
    throw new UsageError("'-': expected standard input to hold the picture or the instruction, got both")
  const instruction = hasPlan
    ? ''
    : instructionFile === undefined
      ? words.at(-1)!
      : (await readText(instructionFile, terminal)).trim()
  const [only] = given
  const folder = given.length === 1 && only !== undefined && (await isFolder(only)) ? only : undefined
  const pictures: string[] = []
  for (const each of given)
    if (await isFolder(each)) pictures.push(...(await picturesIn(each)))
    else pictures.push(each)
  return { pictures, instruction, folder }
}

/** Where each edit goes. */
export interface Placed {
  readonly output: string
  /** Whether another name may be used if this one is taken, because it was chosen automatically. */
  readonly numbered?: boolean | undefined
}

/**
 * The output of each edit of a request, `variants` for each picture in order: `-o` itself for a single one, and within
 * `-o` where it is a folder. Default: `<picture>-edited.png`, and of a folder `<folder>-edited/`. @throws UsageError
 */
export async function placeOutputs(
  { pictures, folder }: Request,
  output: string | undefined,
  { variants, ending }: { readonly variants: number; readonly ending: string },
): Promise<readonly Placed[]> {
  const suffixes = variants === 1 ? [''] : Array.from({ length: variants }, (_, i) => `-${i + 1}`)
  const isMany = pictures.length > 1 || folder !== undefined
  if (output === stream) {
    if (isMany || variants > 1)
      throw new UsageError("output: '-' takes one edit, expected a folder for several")
    return [{ output, numbered: false }]
  }
  if (output !== undefined && !isMany && !(await isFolderName(output)))
    return suffixes.map((suffix) => ({ output: withSuffix(output, suffix), numbered: false }))
  if (output !== undefined && isMany && extname(output) !== '' && !(await isFolderName(output)))
    throw new UsageError(`${output}: expected a folder for several pictures, such as ${output}/`)
  // By its whole path, because '.' and '..' are no names.
  const into = output ?? (folder === undefined ? '' : `${basename(resolve(folder))}-edited`)
  return pictures.flatMap((picture) => {
    const name = picture === stream ? 'picture' : basename(picture, extname(picture))
    return suffixes.map((suffix) => ({
      output: join(into, `${name}-edited${suffix}${ending}`),
      numbered: true,
    }))
  })
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false
}

const endings = ['.png', '.jpg', '.jpeg', '.webp', '.avif', '.gif', '.tif', '.tiff', '.heic', '.heif']

async function picturesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries
    .filter((entry) => !entry.isDirectory() && endings.includes(extname(entry.name).toLowerCase()))
    .map(({ name }) => name)
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  if (names.length === 0) throw new UsageError(`${folder}: expected pictures in the folder, found none`)
  return names.map((name) => join(folder, name))
}
