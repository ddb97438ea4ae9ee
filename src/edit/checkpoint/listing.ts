import { existsSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { EditError } from '../error.ts'
import { readJson } from './json.ts'

/** The content of a model's folder, before any file is opened. */
export interface FolderListing {
  readonly folder: string
  /** Of files, sorted. */
  readonly files: readonly string[]
  /** Of folders, sorted; links count. */
  readonly folders: readonly string[]
  /** The pipeline of diffusers in model_index.json, where there is that file. */
  readonly pipeline: { readonly className: string | undefined } | undefined
}

const indexSchema: z.ZodType<{ _class_name?: string | undefined }> = z.object({
  _class_name: z.string().optional(),
})

/** @throws EditError where there is no such folder */
export async function listFolder(folder: string): Promise<FolderListing> {
  const there = await stat(folder).catch(() => undefined)
  if (!there) throw new EditError('checkpoint', `${folder}: no such model folder; check the path`)
  if (!there.isDirectory())
    throw new EditError(
      'checkpoint',
      `${folder}: is a file, expected a checkpoint folder; use ${dirname(folder)} if it holds the other parts`,
    )
  const entries = await readdir(folder, { withFileTypes: true })
  entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  const index = await readJson(join(folder, 'model_index.json'), indexSchema)
  return {
    folder,
    files: entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name),
    folders: entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink()).map(({ name }) => name),
    pipeline: index && { className: index._class_name },
  }
}

/** Whether a folder is meant to be a whole checkpoint, though parts of it may be missing, and not one part of weights. */
export async function isCheckpointFolder(folder: string): Promise<boolean> {
  const names = await readdir(folder)
  const marks = ['model_index.json', 'pentimento.json']
  return names.some((name) => marks.includes(name) || existsSync(join(folder, name, 'tokenizer.json')))
}
