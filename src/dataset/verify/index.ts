import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { stopIfAborted } from '../cancel.ts'
import { DatasetError } from '../error.ts'
import { formats } from '../export/format.ts'
import { type Manifest, manifestFile } from '../export/manifest.ts'
import { provenanceOf } from '../export/row.ts'
import type { ExportBucket } from '../export/toBucket.ts'
import { openView } from '../reading/openView.ts'
import { mapOrdered } from '../reading/ordered.ts'
import { selectionOf } from '../selection/choice.ts'
import { judgeSet, type Picked, pickAll } from '../selection/pick.ts'
import type { Workspace } from '../workspace.ts'
import { bucketPlace, type ExportPlace, folderPlace } from './place.ts'
import { type FoundTriplet, type Problem, tripletProblems } from './problem.ts'
import { leadsOutside, readers } from './readers.ts'

/** The result of a verification. */
export interface Verification {
  readonly triplets: number
  readonly files: number
  readonly problems: readonly Problem[]
}

const fileSchema = z.object({
  path: z.string(),
  bytes: z.number(),
  sha256: z.string(),
  rows: z.number().exactOptional(),
})
const manifestSchema: z.ZodType<Manifest> = z.object({
  version: z.literal(2),
  name: z.string(),
  format: z.enum(formats as [Manifest['format'], ...Manifest['format'][]]),
  triplets: z.number(),
  splits: z.object({
    train: z.number().exactOptional(),
    validation: z.number().exactOptional(),
    test: z.number().exactOptional(),
  }),
  columns: z.array(z.string()).exactOptional(),
  lost: z.object({ count: z.number(), first: z.array(z.string()) }).exactOptional(),
  files: z.array(fileSchema),
})

/**
 * Rechecks an export in a folder or a bucket: every file against its manifest, every triplet (pictures decode and are
 * those that were made, columns hold what they say), counts, and that no source or donor is in two splits.
 * @throws DatasetError `verify` where there is no manifest
 */
export async function verifyExport(
  where: string | ExportBucket,
  signal?: AbortSignal,
): Promise<Verification> {
  const place = typeof where === 'string' ? folderPlace(where) : await bucketPlace(where)
  try {
    return await verifyPlace(place, signal)
  } finally {
    await place.close()
  }
}

async function verifyPlace(place: ExportPlace, signal: AbortSignal | undefined): Promise<Verification> {
  const manifest = await readManifest(place)
  const problems: Problem[] = []
  const say = (problem: Problem): void => void problems.push(problem)
  const audit = new Audit(say)
  for (const file of manifest.files) {
    stopIfAborted(signal, 'verification stopped')
    if (leadsOutside(file.path)) say({ where: file.path, what: 'leads outside of the export' })
    else await place.withFile(file.path, (folder) => verifyFile(folder, file, manifest, audit, say))
  }
  audit.end(manifest)
  const known = new Set([manifestFile, ...manifest.files.map(({ path }) => path)])
  for (const path of await place.paths())
    if (!known.has(path)) say({ where: path, what: 'is not in the manifest' })
  return { triplets: audit.count, files: manifest.files.length, problems }
}

async function verifyFile(
  folder: string,
  file: Manifest['files'][number],
  { format, columns }: Manifest,
  audit: Audit,
  say: (problem: Problem) => void,
): Promise<void> {
  const { read, reads } = readers[format]
  const whole = await fileProblem(folder, file)
  if (whole !== undefined) say({ where: file.path, what: whole })
  if (!reads.test(file.path) || whole === missing) return
  let rows = 0
  try {
    for await (const triplet of read(folder, file, say, columns)) {
      rows++
      audit.add(triplet)
      for (const problem of await tripletProblems(triplet)) say(problem)
    }
  } catch (error) {
    say({ where: file.path, what: `cannot be read: ${(error as Error).message.split('\n')[0]}` })
  }
  if (file.rows !== undefined && file.rows !== rows)
    say({ where: file.path, what: `expected ${file.rows} triplets, got ${rows}` })
}

async function readManifest(place: ExportPlace): Promise<Manifest> {
  const file = place.address(manifestFile)
  const text = await place.manifest(manifestFile)
  try {
    return manifestSchema.parse(JSON.parse(text))
  } catch (error) {
    const what =
      error instanceof z.ZodError
        ? `${error.issues[0]?.path.join('.')}: ${error.issues[0]?.message}`
        : (error as Error).message
    throw new DatasetError('verify', `${file}: damaged (${what}); export it again`, { cause: error })
  }
}

const missing = 'is missing'

async function fileProblem(
  folder: string,
  { path, bytes, sha256 }: Manifest['files'][number],
): Promise<string | undefined> {
  const found = await stat(join(folder, path)).catch(() => undefined)
  if (!found?.isFile()) return missing
  if (found.size !== bytes) return `expected ${bytes} bytes, got ${found.size}`
  const hash = createHash('sha256')
  await pipeline(createReadStream(join(folder, path)), hash)
  return hash.digest('hex') === sha256 ? undefined : 'its SHA-256 is not that of the manifest'
}

/** Checks over all triplets. */
class Audit {
  readonly #say: (problem: Problem) => void
  readonly #keys = new Set<string>()
  readonly #sides = new Map<string, string>()
  readonly #counts = new Map<string, number>()
  count = 0

  constructor(say: (problem: Problem) => void) {
    this.#say = say
  }

  add({ where, key, split, origins }: FoundTriplet): void {
    this.count++
    this.#counts.set(split, (this.#counts.get(split) ?? 0) + 1)
    if (this.#keys.has(key)) this.#say({ where, what: 'occurs twice' })
    this.#keys.add(key)
    for (const id of origins) {
      const side = this.#sides.get(id) ?? split
      this.#sides.set(id, side)
      if (side !== split)
        this.#say({ where, what: `its source or donor ${id.slice(0, 12)} is in ${side} and in ${split}` })
    }
  }

  end({ triplets, splits }: Manifest): void {
    if (triplets !== this.count)
      this.#say({ where: manifestFile, what: `expected ${triplets} triplets, got ${this.count}` })
    for (const [split, count] of Object.entries(splits))
      if (count !== (this.#counts.get(split) ?? 0))
        this.#say({
          where: manifestFile,
          what: `${split}: expected ${count}, got ${this.#counts.get(split) ?? 0}`,
        })
  }
}

/** Pairs that are read at a time. */
const ahead = 8

/**
 * Rechecks a workspace: every picture that a pair names, kept or not, the words and licences of those that are kept, and
 * the sides of sources and donors.
 */
export async function verifyWorkspace(workspace: Workspace, signal?: AbortSignal): Promise<Verification> {
  const view = await openView(workspace)
  const selection = selectionOf(workspace.configuration.selection)
  const verdicts = await judgeSet(view, selection)
  const problems: Problem[] = []
  const say = (problem: Problem): void => void problems.push(problem)
  const audit = new Audit(say)
  let [kept, files] = [0, 0]

  async function check(picked: Picked): Promise<FoundTriplet | Problem> {
    const { pair } = picked.dossier
    const where = `${pair.recipe?.name ?? pair.origin} ${pair.id.slice(0, 12)}`
    try {
      const { sha256, donors, origin, ...rest } = await provenanceOf(view, picked)
      const [source, target, mask] = await Promise.all([
        workspace.files.get(sha256.source),
        workspace.files.get(sha256.target),
        sha256.mask === undefined ? undefined : workspace.files.get(sha256.mask),
      ])
      files += mask === undefined ? 2 : 3
      const origins = [origin.id, ...donors.map(({ id }) => id)]
      return { ...rest, where, source, target, ...(mask === undefined ? {} : { mask }), sha256, origins }
    } catch (error) {
      return { where, what: (error as Error).message.split('\n')[0]! }
    }
  }

  for await (const found of mapOrdered(pickAll(view, selection, verdicts), ahead, check)) {
    stopIfAborted(signal, 'verification stopped')
    if ('what' in found) {
      say(found)
      continue
    }
    if (found.kept) kept++
    audit.add(found)
    for (const problem of await tripletProblems(found)) say(problem)
  }
  return { triplets: kept, files, problems }
}

export type { Problem } from './problem.ts'
