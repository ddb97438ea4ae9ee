import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  configurationFile,
  findShards,
  type Kind,
  kinds,
  openParts,
  openWorkspace,
  pickPairs,
  readShards,
  runDataset,
  startWorking,
  type Workspace,
} from 'pentimento/dataset'
import { defaultCache, writeFileWhole } from 'pentimento/files'
import { type Picture, readPicture } from 'pentimento/image'
import type { Perf } from '../measure.ts'

/** A triplet of a photograph that nothing was trained on. */
export interface HeldOut {
  readonly key: string
  readonly kind: string
  /** The recipe that made it; nothing where an export does not tell. */
  readonly recipe: string | undefined
  readonly source: Picture
  readonly target: Picture
  readonly instruction: { readonly en: string; readonly cn: string }
}

/** A set of triplets, read one after another. */
export interface HeldOutSet {
  readonly count: number
  /** Of the keys of all triplets: two figures are of one set where it is the same. */
  readonly digest: string
  triplets(): AsyncIterable<HeldOut>
  close(): Promise<void>
}

/** The photographs that the embedded model has never seen. */
export const heldOutPhotos: string = fileURLToPath(new URL('../../examples/photos', import.meta.url))

/** Drafts a photograph: more where fewer are kept. */
const drafts: Readonly<Record<string, number>> = {
  background_change: 8,
  color_alter: 5,
  material_alter: 5,
  motion_change: 0,
  ps_human: 1,
  style_change: 12,
  'subject-add': 3,
  'subject-remove': 16,
  'subject-replace': 3,
  text_change: 3,
}

/** The same by recipe: looks that fit few photographs are drafted less. */
const draftsOfRecipes: Readonly<Record<string, number>> = {
  'tone_transfer/grade': 9,
  'tone_transfer/monochrome': 4,
  'tone_transfer/exposure': 4,
  'tone_transfer/restore': 3,
  'tone_transfer/weather': 4,
  'tone_transfer/light': 4,
  'tone_transfer/season': 2,
}

/** The cut-outs of a Debian package, where `npm run dataset:demo` has unpacked it: without them fewer subjects come and go. */
function stamps(): object[] {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache')
  const photos = process.env.PENTIMENTO_PHOTOS ?? join(cache, 'pentimento', 'photos')
  const path = join(photos, 'tuxpaint-stamps-default', 'usr/share/tuxpaint/stamps')
  return existsSync(path) ? [{ path, licence: 'GPL-2.0 (tuxpaint-stamps-default)', include: ['*.png'] }] : []
}

/**
 * The fixed set: the recipes of the dataset pipeline on {@link heldOutPhotos}, as far as their tools are installed. It is
 * kept in the cache, and what is there is not made again.
 */
export async function openHeldOut(perf: Perf, most?: number): Promise<HeldOutSet> {
  const folder = join(defaultCache(), 'held-out')
  const cutouts = stamps()
  if (cutouts.length === 0)
    perf.line(
      "no cut-outs of tuxpaint-stamps-default: half of the edits of parts are left out; 'npm run dataset:demo' brings them, PENTIMENTO_PHOTOS says where they are",
    )
  const configuration = {
    name: 'nano-held-out',
    seed: 5,
    sources: [{ path: heldOutPhotos, licence: 'CC0-1.0 or public domain', include: ['*.jpg'] }],
    cutouts,
    size: 512,
    kinds: Object.fromEntries(kinds.map((kind) => [kind, drafts[kind] ?? 0])),
    recipes: draftsOfRecipes,
    split: { train: 0, validation: 0, test: 1 },
    limits: { concurrency: 1 },
  }
  await writeFileWhole(join(folder, configurationFile), `${JSON.stringify(configuration, null, 2)}\n`)
  const env = { ...process.env, DATABASE_URL: undefined }
  const workspace = await openWorkspace(folder, { env })
  try {
    await makeTriplets(workspace, env, perf)
    return await setOf(workspace, most)
  } catch (error) {
    await workspace.close()
    throw error
  }
}

/** Makes the triplets that a workspace's configuration asks for; what is there is not made again. */
export async function makeTriplets(workspace: Workspace, env: NodeJS.ProcessEnv, perf: Perf): Promise<void> {
  const parts = await openParts(workspace, env)
  const stop = new AbortController()
  const cancel = () => stop.abort()
  process.once('SIGINT', cancel)
  const working = await startWorking(workspace, parts, { signal: stop.signal })
  let printedTenth = 0
  try {
    const { leftOut } = await runDataset(workspace, parts, {
      signal: stop.signal,
      failed: working.failed,
      onProgress({ stage, done, total }) {
        const tenth = Math.floor((10 * done) / Math.max(1, total))
        if (stage === 'drafts' && tenth > printedTenth && done < total)
          perf.line(`making triplets: ${done} of ${total} drafts`)
        if (stage === 'drafts') printedTenth = tenth
      },
    })
    if (leftOut.length > 0)
      perf.line(
        `left out: ${leftOut.map(({ recipe }) => recipe).join(', ')}; 'pentimento tools install --all' brings what they need`,
      )
  } finally {
    process.removeListener('SIGINT', cancel)
    await working.stop({ abort: true })
    await parts.tools.close()
  }
}

/** The validation and test sides of a workspace or an export. @throws DatasetError */
export async function openOthers(folder: string, most?: number): Promise<HeldOutSet> {
  if (existsSync(join(folder, configurationFile)))
    return setOf(await openWorkspace(folder, { env: process.env }), most)
  const shards = [...(await findShards(folder, 'validation')), ...(await findShards(folder, 'test'))]
  if (shards.length === 0)
    throw new Error(
      `${folder}: expected a dataset's workspace, or an export of it with a validation or test side`,
    )
  const rows: { readonly key: string; readonly kind: string }[] = []
  for await (const { name, kind } of readShards(shards)) rows.push({ key: name, kind })
  const chosen = new Set(fewOf(rows, most).map(({ key }) => key))
  return {
    count: chosen.size,
    digest: digestOf(chosen),
    async *triplets() {
      for await (const { name, kind, source, target, instruction } of readShards(shards))
        if (chosen.has(name))
          yield {
            key: name,
            kind,
            recipe: undefined,
            instruction,
            source: await readPicture(source),
            target: await readPicture(target),
          }
    },
    close: async () => {},
  }
}

interface KeptTriplet {
  readonly key: string
  readonly kind: Kind
  readonly source: string
  readonly pictures: { readonly source: string; readonly target: string }
  readonly recipe: string | undefined
  readonly instruction: { readonly en: string; readonly cn: string }
}

async function setOf(workspace: Workspace, most: number | undefined): Promise<HeldOutSet> {
  const kept: KeptTriplet[] = []
  for await (const { dossier, selected } of pickPairs(workspace)) {
    const { id: key, kind, source, pictures, recipe, split } = dossier.pair
    if (selected.state !== 'kept' || split === 'train') continue
    const { en, cn } = selected.captions[0]
    kept.push({ key, kind, source, pictures, recipe: recipe?.name, instruction: { en, cn } })
  }
  const found = fewOf(kept, most)
  const digest = digestOf(found.map(({ key }) => key))
  // Pictures of one size follow one another: the model's sessions are made for a size.
  const bySource = [...found].sort((a, b) => (a.source < b.source ? -1 : a.source > b.source ? 1 : 0))
  return {
    count: found.length,
    digest,
    async *triplets() {
      for (const each of bySource) yield await readTriplet(workspace, each)
    },
    close: () => workspace.close(),
  }
}

/** The first so many of each kind: keys are hashes, so these are as good as drawn. */
function fewOf<T extends { readonly kind: string }>(
  rows: readonly T[],
  most = Number.POSITIVE_INFINITY,
): T[] {
  const counts = new Map<string, number>()
  return rows.filter(({ kind }) => {
    const count = (counts.get(kind) ?? 0) + 1
    counts.set(kind, count)
    return count <= most
  })
}

async function readTriplet(
  workspace: Workspace,
  { key, kind, recipe, pictures, instruction }: KeptTriplet,
): Promise<HeldOut> {
  const open = async (name: string): Promise<Picture> => readPicture(await workspace.files.get(name))
  return {
    key,
    kind,
    recipe,
    instruction,
    source: await open(pictures.source),
    target: await open(pictures.target),
  }
}

const digestOf = (keys: Iterable<string>): string =>
  createHash('sha256')
    .update(JSON.stringify([...keys]))
    .digest('hex')
    .slice(0, 16)
