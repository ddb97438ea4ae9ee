import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { z } from 'zod'
import { decodeText } from '../../../files/index.ts'
import { BenchError } from '../../error.ts'
import { misfits } from '../schema.ts'

/** Folders below the one given in which a file is looked for. */
const depth = 3

/** A file of one of these names in a folder, or in those below it. @throws BenchError `suite` */
export async function findFile(folder: string | undefined, names: readonly string[]): Promise<string> {
  if (folder === undefined)
    throw new BenchError(
      'suite',
      `expected a folder that holds ${names.join(' or ')}, got single files; give the folder`,
    )
  let folders = [folder]
  for (let level = 0; level <= depth; level++) {
    const below: string[] = []
    for (const each of folders) {
      const entries = await readdir(each, { withFileTypes: true }).catch(() => [])
      const found = names.find((name) => entries.some((entry) => entry.isFile() && entry.name === name))
      if (found !== undefined) return join(each, found)
      below.push(
        ...entries
          .filter((entry) => entry.isDirectory())
          .map(({ name }) => join(each, name))
          .sort(),
      )
    }
    folders = below
  }
  throw new BenchError('suite', `${folder}: expected a folder that holds ${names.join(' or ')}; it has none`)
}

/** Finds a JSON file and checks it. @returns its value and the folder it is in. @throws BenchError `suite` */
export async function readJson<T>(
  folder: string | undefined,
  names: readonly string[],
  schema: z.ZodType<T>,
): Promise<{ readonly value: T; readonly folder: string }> {
  const file = await findFile(folder, names)
  let value: unknown
  try {
    value = JSON.parse(decodeText(file, await readFile(file)))
  } catch (error) {
    throw new BenchError('suite', `${file}: not JSON (${(error as Error).message})`, { cause: error })
  }
  const parsed = schema.safeParse(value)
  if (!parsed.success) {
    const found = misfits(parsed.error)
    const more = found.length > 10 ? `; and ${found.length - 10} more` : ''
    throw new BenchError(
      'suite',
      `${file}: not what ${basename(file)} is: ${found.slice(0, 10).join('; ')}${more}`,
    )
  }
  return { value: parsed.data, folder: dirname(file) }
}

/** The bytes of the first of several files that is there. */
export async function firstFile(files: readonly string[]): Promise<Uint8Array | undefined> {
  for (const file of files) {
    const bytes = await readFile(file).catch(() => undefined)
    if (bytes) return bytes
  }
  return undefined
}
