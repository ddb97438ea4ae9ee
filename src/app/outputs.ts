import { realpath, stat } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { checkWritable, FileError, isSameFile } from '../files/index.ts'
import { outputFormat } from '../image/index.ts'
import { UsageError } from './failure.ts'

/** The files that an edit writes; `-` is standard output. */
export interface OutputFiles {
  readonly output: string
  readonly preview?: string | undefined
  readonly changeMap?: string | undefined
  readonly profile?: string | undefined
}

/** Standard input or output in the place of a file. */
export const stream = '-'

/**
 * Checks before the work that everything can be written: the names' endings, the folders (none is made yet), that no
 * two are the same file, and that nothing is there unless it may be replaced. @throws UsageError, FileError, ImageError
 */
export async function checkOutputs(files: OutputFiles, overwrite: boolean): Promise<void> {
  const { output, preview, changeMap, profile } = files
  const named = Object.entries({ output, preview, 'change map': changeMap, profile })
  for (const [name, path] of named)
    if (path === '') throw new UsageError(`${name}: expected a file name, got an empty text`)
  if (output !== stream) outputFormat(output)
  if (preview !== undefined) outputFormat(preview)
  if (changeMap !== undefined && extname(changeMap).toLowerCase() !== '.png')
    throw new UsageError(`${changeMap}: expected a name that ends in .png, got '${extname(changeMap)}'`)
  const seen: [name: string, path: string][] = []
  for (const [name, path] of named) {
    if (path === undefined || path === stream) continue
    let other: string | undefined
    for (const [earlier, its] of seen) if (await isSameFile(path, its)) other = earlier
    if (other !== undefined)
      throw new UsageError(`${path}: expected another file for the ${name}, it is the ${other}`)
    seen.push([name, path])
    await checkReplaceable(path, overwrite)
  }
}

/** Whether a file can be written there. @throws FileError that says how to replace what is there */
async function checkReplaceable(path: string, overwrite: boolean): Promise<void> {
  await checkWritable(path, { overwrite }).catch((error: unknown) => {
    throw withAdvice(path, error, overwrite)
  })
}

/** Adds advice to the error of an existing file. Other errors pass unchanged. */
export function withAdvice(path: string, error: unknown, overwrite: boolean): unknown {
  if (overwrite || !(error instanceof FileError) || error.code !== 'exists' || /folder/.test(error.message))
    return error
  return new FileError('exists', `${path}: exists already; give another name, or --overwrite to replace it`, {
    cause: error,
  })
}

/** One name for a place in the file system, however it is spelt: links and `..` resolved, whether or not it exists. */
export async function placeOf(path: string): Promise<string> {
  const whole = resolve(path)
  const rest: string[] = []
  for (let folder = whole; ; folder = dirname(folder)) {
    const real = await realpath(folder).catch(() => undefined)
    if (real !== undefined) return asCompared(join(real, ...rest))
    if (folder === dirname(folder)) return asCompared(whole)
    rest.unshift(basename(folder))
  }
}

/** On macOS and Windows names that differ in case alone are one file. */
function asCompared(path: string): string {
  const plain = path.normalize('NFC')
  return process.platform === 'darwin' || process.platform === 'win32' ? plain.toLowerCase() : plain
}

/** `photo-edited.png` as `photo-edited-2.png`; the first is the name itself. */
export function numberedName(path: string, number: number): string {
  return number === 1 ? path : withSuffix(path, `-${number}`)
}

/** A name with something before its ending. */
export function withSuffix(path: string, suffix: string): string {
  const ending = extname(path)
  return `${path.slice(0, path.length - ending.length)}${suffix}${ending}`
}

/** Whether an output means a folder: it is one, or its name ends as folders' names do. */
export async function isFolderName(path: string): Promise<boolean> {
  if (/[\\/]$/.test(path)) return true
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false
}

/** Whether something is there, links followed. */
export async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}
