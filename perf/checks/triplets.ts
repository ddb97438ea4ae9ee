import { join } from 'node:path'
import type { Check } from 'pentimento/bench'
import { configurationFile, type Dossier, openWorkspace, pickPairs, type Workspace } from 'pentimento/dataset'
import { defaultCache, writeFileWhole } from 'pentimento/files'
import { type Mask, type Picture, readPicture } from 'pentimento/image'
import { packagedCutouts, packagedPhotos } from '../../examples/dataset-sources.ts'
import type { Perf } from '../measure.ts'
import { makeTriplets } from '../nano/heldOut.ts'
import { checksOf } from './derive.ts'

/** Thresholds were set on one half, and figures are of the other. */
export type Half = 'tuning' | 'measuring'

/** A triplet with the checks that its facts mean. */
export interface CheckedTriplet {
  readonly key: string
  readonly kind: string
  /** The photograph or video it was made of. */
  readonly photo: string
  readonly half: Half
  readonly checks: readonly Check[]
  source(): Promise<Picture>
  target(): Promise<Picture>
}

/** Drafts a photograph: more where fewer are kept. */
const drafts: Readonly<Record<string, number>> = {
  background_change: 4,
  color_alter: 2,
  material_alter: 1.5,
  motion_change: 1,
  ps_human: 0,
  style_change: 0.6,
  'subject-add': 0.7,
  'subject-remove': 0.8,
  'subject-replace': 1.4,
  text_change: 0.8,
  tone_transfer: 0.8,
}

/** Retouches of the only photographs with a large face. */
const retouches: Readonly<Record<string, number>> = { ps_human: 60 }

const common = { seed: 19, size: 512, instructions: 1, limits: { concurrency: 1 } }

/**
 * Triplets of the photographs of Debian packages by the recipes of the dataset pipeline, at most so many of each kind and
 * half, made once into the cache. The halves have no photograph in common; where all of a kind are of one photograph or
 * video, they share it, and their triplets differ.
 */
export async function openTriplets(
  perf: Perf,
  most: number,
): Promise<{ readonly triplets: readonly CheckedTriplet[]; close(): Promise<void> }> {
  if (perf.flags.from !== undefined) return tripletsFrom(perf.flags.from, most)
  const root = perf.flags.data ?? join(defaultCache(), 'checks')
  const [sources, cutouts] = [await packagedPhotos(), await packagedCutouts()]
  const faces = sources
    .filter(({ path }) => path.includes('skimage'))
    .map((place) => ({ ...place, include: ['astronaut.png'] }))
  const open: Workspace[] = []
  const triplets: CheckedTriplet[] = []
  for (const [name, kinds, places] of [
    ['photographs', drafts, sources],
    ['faces', retouches, faces],
  ] as const) {
    if (places.length === 0) continue
    const folder = join(root, name)
    const configuration = {
      ...common,
      name: `checks-${name}`,
      sources: places,
      cutouts,
      kinds,
      split: { train: 0.5, validation: 0, test: 0.5 },
    }
    await writeFileWhole(join(folder, configurationFile), `${JSON.stringify(configuration, null, 2)}\n`)
    const env = { ...process.env, DATABASE_URL: undefined }
    const workspace = await openWorkspace(folder, { env })
    open.push(workspace)
    if (perf.flags.made === undefined) await makeTriplets(workspace, env, perf)
    triplets.push(...(await tripletsOf(workspace, most)))
  }
  if (triplets.length === 0)
    throw new Error("perf: no triplets; 'npm run dataset:demo' brings the photographs they are made of")
  return {
    triplets,
    close: async () => {
      for (const workspace of open) await workspace.close()
    },
  }
}

/** The triplets of a dataset that was made elsewhere, of photographs that no bound was set on: all are of the measuring half. */
async function tripletsFrom(folder: string, most: number): ReturnType<typeof openTriplets> {
  const workspace = await openWorkspace(folder, { env: { ...process.env, DATABASE_URL: undefined } })
  try {
    return { triplets: await tripletsOf(workspace, most, 'measuring'), close: () => workspace.close() }
  } catch (error) {
    await workspace.close()
    throw error
  }
}

async function tripletsOf(workspace: Workspace, most: number, all?: Half): Promise<CheckedTriplet[]> {
  const kept: Dossier[] = []
  for await (const { dossier, selected } of pickPairs(workspace))
    if (selected.state === 'kept') kept.push(dossier)
  const counts = new Map<string, number>()
  const triplets: CheckedTriplet[] = []
  for (const each of kept) {
    const { kind } = each.pair
    const half = all ?? halfOf(each, kept)
    const count = counts.get(`${half} ${kind}`) ?? 0
    if (count >= most) continue
    const triplet = await tripletOf(workspace, each, half)
    if (!triplet) continue
    counts.set(`${half} ${kind}`, count + 1)
    triplets.push(triplet)
  }
  return triplets
}

/** By the split of its photograph; by its id where all of its kind are of one. */
function halfOf({ pair: { kind, split, id } }: Dossier, kept: readonly Dossier[]): Half {
  const splits = new Set(kept.filter(({ pair }) => pair.kind === kind).map(({ pair }) => pair.split))
  const isFirst = splits.size > 1 ? split === 'train' : Number.parseInt(id[0]!, 16) < 8
  return isFirst ? 'tuning' : 'measuring'
}

async function tripletOf(
  workspace: Workspace,
  { pair: { id, kind, source, pictures, facts, parameters } }: Dossier,
  half: Half,
): Promise<CheckedTriplet | undefined> {
  const read = async (name: string): Promise<Picture> => readPicture(await workspace.files.get(name))
  const mask = pictures.mask === undefined ? undefined : maskOf(await read(pictures.mask))
  const checks = checksOf({ facts, parameters, mask })
  if (!checks) return undefined
  return {
    key: id,
    kind,
    photo: source,
    half,
    checks,
    source: () => read(pictures.source),
    target: () => read(pictures.target),
  }
}

/** The mask that a grey picture stores. */
function maskOf({ width, height, data }: Picture): Mask {
  return { width, height, data: Uint8Array.from({ length: width * height }, (_, i) => data[3 * i]!) }
}
