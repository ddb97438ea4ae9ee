import { createHash } from 'node:crypto'
import { findShards, type Instruction, readShards } from 'pentimento/dataset'
import {
  type Area,
  cropPicture,
  differenceMap,
  maskBox,
  type Picture,
  pictureHash,
  readPicture,
  resizePicture,
} from 'pentimento/image'
import { TorchGenerator } from 'pentimento/random'
import type { ExampleInfo } from 'pentimento/train'
import type { Edit } from './wordings.ts'

/** A triplet with its pictures in memory, shrunk to what is trained on. */
export interface LoadedTriplet {
  readonly name: string
  readonly kind: string
  readonly source: Picture
  readonly target: Picture
  readonly instruction: Instruction
  /** What it does, where the export tells. */
  readonly edit?: Edit
  /** Where source and target differ, of an edit of a part of the picture. */
  readonly changed?: Area | undefined
}

/** Pixels of the short side of pictures in memory. */
const shortSide = 256

/** Reads a split of an export. @param most how many of a kind are taken */
export async function loadTriplets(
  folder: string,
  {
    split = 'train',
    most = Number.POSITIVE_INFINITY,
  }: { readonly split?: string; readonly most?: number } = {},
): Promise<readonly LoadedTriplet[]> {
  const counts = new Map<string, number>()
  const loaded: LoadedTriplet[] = []
  for await (const row of readShards(await findShards(folder, split))) {
    const { name, kind, source, target, instruction, facts } = row
    const count = counts.get(kind) ?? 0
    if (count >= most) continue
    counts.set(kind, count + 1)
    const [before, after] = [await readPicture(source), await readPicture(target)]
    if (Math.min(before.width, before.height) < shortSide / 2) continue
    const size = shrunk(before)
    const shrink = (picture: Picture) => shared(resizePicture(picture, { ...size, filter: 'lanczos' }))
    const pair = { source: shrink(before), target: shrink(after) }
    const changed = partKinds.test(kind)
      ? maskBox(differenceMap(pair.source, pair.target), visible)
      : undefined
    if (partKinds.test(kind) && changed === undefined) continue
    loaded.push({
      name,
      kind,
      ...pair,
      instruction,
      ...(facts && { edit: facts }),
      changed,
    })
  }
  return loaded
}

/** Triplets in which nothing changes, one of each different source. */
export function unchanged(triplets: readonly LoadedTriplet[]): readonly LoadedTriplet[] {
  return differentSources(triplets).map((source, i) => ({
    name: `nothing ${i}`,
    kind: 'nothing',
    source,
    target: source,
    instruction: { en: 'change nothing', cn: '什么都不要改' },
    edit: { kind: 'nothing' },
  }))
}

/** The source pictures of triplets, each once. */
export function differentSources(triplets: readonly LoadedTriplet[]): readonly Picture[] {
  const known = new Map(triplets.map(({ source }) => [pictureHash(source), source]))
  return [...known.values()]
}

/** The picture in memory that threads can share. */
function shared(picture: Picture): Picture {
  const data = new Uint8Array(new SharedArrayBuffer(picture.data.length))
  data.set(picture.data)
  return { ...picture, data }
}

function shrunk({ width, height }: Picture): { readonly width: number; readonly height: number } {
  const factor = Math.min(1, shortSide / Math.min(width, height))
  return { width: Math.round(width * factor), height: Math.round(height * factor) }
}

/** One square view of a triplet with one of its instructions. */
export interface View {
  readonly triplet: number
  readonly language: 'en' | 'cn'
  /** Of the wording. */
  readonly seed: number
  readonly isMirrored: boolean
  /** Of the shrunk pictures, which then become `size` pixels wide. */
  readonly square: { readonly x: number; readonly y: number; readonly side: number }
  readonly size: number
}

/** How views are drawn. */
export interface ViewOptions {
  readonly size: number
  /** Views of a triplet, half of them with either language. */
  readonly views: number
  readonly seed: number
  /** How often kinds are seen, next to one another. */
  readonly shares: Readonly<Record<string, number>>
}

/** Kinds of which a view has to show what changes, and is not mirrored when it is told apart by where it is. */
const partKinds =
  /^(subject-|background_change|motion_change|text_change|color_alter|material_alter|ps_human)/

/** Levels from which a difference is seen. */
const visible = 12

/** Words such as left, or persons that they tell apart, would turn false in a mirror, and letters as well. */
const isPlaced = ({ kind, edit }: LoadedTriplet): boolean =>
  kind === 'text_change' ||
  !edit ||
  ('place' in edit && edit.place !== undefined) ||
  ('person' in edit && edit.person !== undefined)

/** Draws views. Each depends on the seed and on the triplet alone. */
export function drawViews(
  triplets: readonly LoadedTriplet[],
  { size, views, seed, shares }: ViewOptions,
): { readonly views: readonly View[]; readonly examples: readonly ExampleInfo[] } {
  const counts = new Map<string, number>()
  for (const { kind } of triplets) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  const drawn = triplets.flatMap((each, triplet) => {
    const { source, name, changed } = each
    const { width, height } = source
    const most = Math.min(width, height)
    const placed = changed !== undefined && isPlaced(each)
    const extent = changed ? Math.max(changed.width, changed.height) : 0
    const least = placed ? most : Math.min(most, Math.max(size, most / 2, 1.2 * extent))
    return Array.from({ length: views }, (_, i) => {
      const random = generatorOf(seed, name, size, i)
      const [a, b, c, d] = random.rand(4) as unknown as [number, number, number, number]
      // Mostly at the scale of an edit: strokes and grain have their own sizes.
      const side = Math.round(least + a * a * (most - least))
      return {
        triplet,
        language: i % 2 === 0 ? ('en' as const) : ('cn' as const),
        seed: random.uint32(),
        isMirrored: !placed && d < 0.5,
        square: {
          side,
          x: drawStart(b, side, width, changed && [changed.x, changed.x + changed.width]),
          y: drawStart(c, side, height, changed && [changed.y, changed.y + changed.height]),
        },
        size,
      }
    })
  })
  const rows = size / 16
  const examples = drawn.map(({ triplet }, i) => {
    const { kind, name } = triplets[triplet]!
    return {
      name: `${name}, view ${i % views}`,
      grid: { rows, columns: rows },
      weight: (shares[kind] ?? 1) / (counts.get(kind)! * views),
    }
  })
  return { views: drawn, examples }
}

/** Where a side of a square begins: anywhere that holds the span, or as much of it as there is room for. */
function drawStart(
  random: number,
  side: number,
  length: number,
  [from, to]: readonly [number, number] = [0, 0],
): number {
  const most = length - side
  if (to === 0) return Math.floor(random * (most + 1))
  const within = (value: number) => Math.min(most, Math.max(0, value))
  const ends = [within(to - side), within(from)].sort((a, b) => a - b) as [number, number]
  return Math.floor(ends[0] + random * (ends[1] - ends[0] + 1))
}

/** The pictures of a view. */
export function pictureOf(view: View, picture: Picture): Picture {
  const { square, size, isMirrored } = view
  const cut = cropPicture(picture, { x: square.x, y: square.y, width: square.side, height: square.side })
  const resized =
    cut.width === size ? cut : resizePicture(cut, { width: size, height: size, filter: 'lanczos' })
  return isMirrored ? mirrorPicture(resized) : resized
}

/** The picture in a mirror. */
export function mirrorPicture({ width, height, data }: Picture): Picture {
  const out = new Uint8Array(data.length)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++) out[3 * (y * width + x) + c] = data[3 * (y * width + width - 1 - x) + c]!
  return { width, height, data: out }
}

function generatorOf(...place: readonly (string | number)[]): TorchGenerator {
  return new TorchGenerator(createHash('sha256').update(JSON.stringify(place)).digest().readUInt32LE(0))
}
