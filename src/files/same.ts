import { realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { existing } from './place.ts'

/**
 * Whether two paths lead to one file, through links of both kinds and in whatever case where the file system does not
 * tell cases apart; also of files that are not there yet. Neither needs to exist.
 */
export async function isSameFile(a: string, b: string): Promise<boolean> {
  if (resolve(a) === resolve(b)) return true
  const [one, other] = [await existing(a).catch(() => undefined), await existing(b).catch(() => undefined)]
  if (one && other) return one.dev === other.dev && one.ino === other.ino && one.ino !== 0
  if (one || other) return false
  const [first, second] = [await placeOf(a), await placeOf(b)]
  if (first === second) return true
  return first.toLowerCase() === second.toLowerCase() && (await ignoresCase(dirname(first)))
}

/** The path with the links of its folders followed, as far as they exist. */
async function placeOf(path: string): Promise<string> {
  const whole = resolve(path)
  const folder = dirname(whole)
  if (folder === whole) return whole
  return join(await realpath(folder).catch(() => placeOf(folder)), basename(whole))
}

/** Whether a folder, or the nearest above it whose name has letters, is found in another case as well. */
async function ignoresCase(folder: string): Promise<boolean> {
  const name = basename(folder)
  if (name === '') return false
  const swapped = name === name.toUpperCase() ? name.toLowerCase() : name.toUpperCase()
  const real = await stat(folder).catch(() => undefined)
  if (swapped === name || real === undefined) return ignoresCase(dirname(folder))
  const other = await stat(join(dirname(folder), swapped)).catch(() => undefined)
  return other !== undefined && other.dev === real.dev && other.ino === real.ino
}
