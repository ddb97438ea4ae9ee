import { createHash } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, extname, join, relative, resolve } from 'node:path'
import { z } from 'zod'
import type { RefusalKind } from '../../edit/index.ts'
import { readTextFile } from '../../files/index.ts'
import { readPicture } from '../../image/index.ts'
import { BenchError } from '../error.ts'
import { FileHashes } from '../suite/fileHashes.ts'
import { itemName, type SuiteItem } from '../suite/suite.ts'
import type { Survey, System } from './system.ts'

/** Why there is no picture of an item. */
interface Reason {
  readonly kind: RefusalKind
  readonly reason: string
  readonly text: string
}

/** The content of a folder or list. */
interface Listing {
  /** Files by the name of their item: `en/a`, `<kind>/en/a`, or `a` alone. */
  readonly files: ReadonlyMap<string, string>
  /** By the same names. */
  readonly reasons: ReadonlyMap<string, Reason>
}

const endings = new Set(['.png', '.jpg', '.jpeg', '.webp'])
const refusalsName = 'refusals.jsonl'

/**
 * Pictures made elsewhere as a system under test: a folder with `<language>/<key>.png`,
 * `<kind>/<language>/<key>.png` (also within `fullset`, as in the official results) or `<key>.png`, each also as .jpg
 * and .webp; or JSON lines of `{ "id", "image_path" }`, where `id` is a key or `<language>/<key>`. `refusals.jsonl` beside
 * them may say why a picture is not there: `{ "id", "reason", "text"?, "kind"? }`.
 * @throws BenchError `system`
 */
export async function folderSystem(name: string, path: string, cache: string): Promise<System> {
  const found = await stat(path).catch(() => undefined)
  if (!found)
    throw new BenchError('system', `${path}: no such folder or file, expected pictures made elsewhere`)
  const listing = found.isDirectory() ? await readFolder(path) : await readList(path)
  if (listing.files.size === 0 && listing.reasons.size === 0)
    throw new BenchError(
      'system',
      `${path}: expected pictures such as en/<key>.png, <kind>/en/<key>.png or <key>.png, found none`,
    )
  return {
    name,
    identity: await identityOf(path, listing, cache),
    concurrency: 4,
    async edit(item) {
      const names = namesOf(item)
      const file = firstOf(listing.files, names)?.value
      if (file !== undefined) {
        const { width, height, data, alpha } = await readPicture(file)
        return { type: 'picture', picture: { width, height, data, ...(alpha && { alpha }) }, seconds: 0 }
      }
      const reason = firstOf(listing.reasons, names)?.value
      return reason ? { type: 'refused', ...reason, seconds: 0 } : { type: 'missing' }
    },
    survey: (items) => survey(path, listing, items),
    close: async () => {},
  }
}

/** By which an item's picture may be called, the closest first. */
function namesOf({ key, kind, language }: SuiteItem): readonly string[] {
  return [`${language}/${key}`, `${kind}/${language}/${key}`, `fullset/${kind}/${language}/${key}`, key]
}

function firstOf<T>(
  map: ReadonlyMap<string, T>,
  names: readonly string[],
): { readonly name: string; readonly value: T } | undefined {
  for (const name of names) {
    const value = map.get(name)
    if (value !== undefined) return { name, value }
  }
  return undefined
}

/** @throws BenchError where one picture would stand for two items */
async function survey(
  path: string,
  { files, reasons }: Listing,
  items: AsyncIterable<SuiteItem> | Iterable<SuiteItem>,
): Promise<Survey> {
  const used = new Map<string, string>()
  const missing: string[] = []
  let [there, refused] = [0, 0]
  for await (const item of items) {
    const [own, names] = [itemName(item), namesOf(item)]
    const found = firstOf(files, names)
    const other = found && used.get(found.value)
    if (found && other !== undefined)
      throw new BenchError(
        'system',
        `${path}: ${relative(path, found.value)} would stand for ${other} and for ${own}; put it into a folder of its language, such as ${own}.png`,
      )
    if (found) {
      used.set(found.value, own)
      there++
    } else if (firstOf(reasons, names)) refused++
    else missing.push(own)
  }
  const strangers = [...files].filter(([, file]) => !used.has(file)).map(([stranger]) => stranger)
  return { there, refused, missing, strangers }
}

async function readFolder(folder: string): Promise<Listing> {
  const files = new Map<string, string>()
  for (const path of (await readdir(folder, { recursive: true })).sort()) {
    const ending = extname(path)
    const file = join(folder, path)
    if (!endings.has(ending.toLowerCase()) || !(await stat(file)).isFile()) continue
    const name = path.replaceAll('\\', '/').slice(0, -ending.length)
    // The official results have the source beside the edited picture.
    if (name.endsWith('_SRCIMG')) continue
    const other = files.get(name)
    if (other !== undefined)
      throw new BenchError(
        'system',
        `${folder}: expected one picture of ${name}, found ${basename(other)} and ${basename(file)}; remove one`,
      )
    files.set(name, file)
  }
  return { files, reasons: await readReasons(join(folder, refusalsName)) }
}

const pictureLine = z.object({ id: z.string().min(1), image_path: z.string().min(1) })

async function readList(list: string): Promise<Listing> {
  if (extname(list).toLowerCase() !== '.jsonl')
    throw new BenchError('system', `${list}: expected a folder of pictures, or .jsonl with their paths`)
  const files = new Map<string, string>()
  for (const { id, image_path, line } of await readLines(list, pictureLine)) {
    if (files.has(id)) throw new BenchError('system', `${list}, line ${line}: ${id} stands there twice`)
    // As EvalScope reads them: beside the list, else from the working folder.
    const places = [resolve(dirname(list), image_path), resolve(image_path)]
    const there = await Promise.all(places.map((each) => stat(each).catch(() => undefined)))
    const place = places.find((_, i) => there[i]?.isFile())
    if (place === undefined)
      throw new BenchError('system', `${list}, line ${line}: ${image_path}: no such file; correct the path`)
    files.set(id, place)
  }
  return { files, reasons: await readReasons(join(dirname(list), refusalsName)) }
}

const reasonLine = z.object({
  id: z.string().min(1),
  reason: z.string().min(1),
  text: z.string().optional(),
  kind: z.enum(['safety', 'no-picture', 'unclear', 'beyond', 'not-found', 'ambiguous', 'unfit']).optional(),
})

async function readReasons(file: string): Promise<ReadonlyMap<string, Reason>> {
  const reasons = new Map<string, Reason>()
  if (!(await stat(file).catch(() => undefined))) return reasons
  for (const { id, reason, text = '', kind = 'no-picture' } of await readLines(file, reasonLine))
    reasons.set(id, { kind, reason, text })
  return reasons
}

async function readLines<T extends object>(
  file: string,
  schema: z.ZodType<T>,
): Promise<readonly (T & { readonly line: number })[]> {
  const lines = (await readTextFile(file)).split('\n')
  return lines.flatMap((text, i) => {
    if (text.trim() === '') return []
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      throw new BenchError('system', `${file}, line ${i + 1}: expected JSON, got '${text.slice(0, 40)}'`)
    }
    const parsed = schema.safeParse(value)
    if (parsed.success) return [{ ...parsed.data, line: i + 1 }]
    const [issue] = parsed.error.issues
    throw new BenchError('system', `${file}, line ${i + 1}: ${issue?.path.join('.')}: ${issue?.message}`)
  })
}

/** A hash of all names, pictures and reasons; of pictures by their content, which is remembered. */
async function identityOf(path: string, { files, reasons }: Listing, cache: string): Promise<string> {
  const hashes = await FileHashes.open(path, cache)
  const hash = createHash('sha256')
  for (const [name, file] of [...files].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(JSON.stringify([name, await hashes.of(file)]))
  hash.update(JSON.stringify([...reasons].sort(([a], [b]) => (a < b ? -1 : 1))))
  await hashes.remember()
  return `folder ${hash.digest('hex')}`
}
