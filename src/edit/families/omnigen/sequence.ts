import { type Feeds, type TensorValue, tensorValue } from '../../../graph/index.ts'
import {
  type OmnigenConfig,
  omnigenPlaces,
  omnigenRotary,
  type PatchGrid,
  toPatches,
} from '../../../models/index.ts'
import type { OmnigenText } from './prompt.ts'

/** A branch of guidance: its text, and the latents [1, channels, h, w] of the pictures that stand in it, in their order. */
export interface OmnigenBranch {
  readonly text: OmnigenText
  readonly latents: readonly TensorValue[]
}

/** What stands before texts that are shorter than the longest of a batch. */
const padding = 2

/** Where the tokens of a batch of texts stand, the shorter ones padded on the left. */
interface Layout {
  /** Of the longest text. */
  readonly length: number
  /** Of each row. */
  readonly pads: readonly number[]
}

function layoutOf(texts: readonly OmnigenText[]): Layout {
  const length = Math.max(...texts.map(({ ids }) => ids.length))
  return { length, pads: texts.map(({ ids }) => length - ids.length) }
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i)

/** The last token that each token of a text sees: itself, and in a picture that picture's last. */
function reachOf({ ids, pictures }: OmnigenText): number[] {
  const reach = range(0, ids.length)
  for (const { start, end } of pictures) reach.fill(end - 1, start, end)
  return reach
}

/** The rotary positions of each row: of its text, which begin after the padding, and of time and target after it. */
export function positionsOf(
  texts: readonly OmnigenText[],
  target: number,
): { readonly read: readonly number[][]; readonly drawn: readonly number[][] } {
  const { pads } = layoutOf(texts)
  return {
    read: texts.map(({ ids }, row) => [...range(0, pads[row]!).fill(0), ...range(0, ids.length)]),
    drawn: texts.map(({ ids }) => range(ids.length, ids.length + 1 + target)),
  }
}

/** The size of a latent in patches. */
export function gridOf({ shape }: TensorValue, patch: number): PatchGrid {
  const [, , height, width] = shape as [number, number, number, number]
  return { rows: height / patch, columns: width / patch }
}

/**
 * The inputs of the model that stay the same from step to step, of one batch of branches. All take the frequencies that
 * the longest asks for. @param target the latent that is drawn
 */
export function stillFeeds(
  branches: readonly OmnigenBranch[],
  target: TensorValue,
  config: OmnigenConfig,
): { readonly condition: Feeds; readonly target: Feeds } {
  const texts = branches.map(({ text }) => text)
  const { length, pads } = layoutOf(texts)
  const grid = gridOf(target, config.patch)
  const patches = grid.rows * grid.columns
  const positions = positionsOf(texts, patches)
  const tables = (rows: readonly number[][]) =>
    omnigenRotary(rows.flat(), length + 1 + patches, config.rotary)
  const [read, drawn] = [tables(positions.read), tables(positions.drawn)]
  const rows = branches.length
  const seen = tensorValue(
    'bool',
    [rows, 1, 1, length],
    pads.flatMap((pad) => range(0, length).map((i) => Number(i >= pad))),
  )
  return {
    condition: {
      ...pictureFeeds(branches, config),
      ids: tensorValue(
        'i64',
        [rows, length],
        texts.flatMap(({ ids }, row) => [...range(0, pads[row]!).fill(padding), ...ids]),
      ),
      places: tensorValue('i64', [rows * length], placesOf(texts)),
      reach: tensorValue(
        'i64',
        [rows, length],
        texts.flatMap((text, row) => [
          ...range(0, pads[row]!),
          ...reachOf(text).map((last) => last + pads[row]!),
        ]),
      ),
      readCosines: read.cosines,
      readSines: read.sines,
      ...(rows > 1 && { seen }),
    },
    target: {
      patchRows: indices(omnigenPlaces(grid, config)),
      cosines: drawn.cosines,
      sines: drawn.sines,
      ...(rows > 1 && { seen }),
    },
  }
}

/** Of each token the row of its embedding: words first, then the patches of all pictures. */
function placesOf(texts: readonly OmnigenText[]): number[] {
  const { length, pads } = layoutOf(texts)
  const places = range(0, texts.length * length)
  let patch = places.length
  for (const [row, { pictures }] of texts.entries())
    for (const { start, end } of pictures)
      for (let at = start; at < end; at++) places[row * length + pads[row]! + at] = patch++
  return places
}

function pictureFeeds(branches: readonly OmnigenBranch[], config: OmnigenConfig): Feeds {
  const latents = branches.flatMap((each) => each.latents)
  const inside = config.channels * config.patch ** 2
  // ONNX Runtime's kernels are not all at ease with no rows: one that no token takes stands for none.
  if (latents.length === 0)
    return { pictures: tensorValue('f32', [1, inside], new Float32Array(inside)), pictureRows: indices([0]) }
  const patches = latents.flatMap((latent) => [...(toPatches(latent, config.patch).data as Float32Array)])
  return {
    pictures: tensorValue('f32', [patches.length / inside, inside], patches),
    pictureRows: indices(latents.flatMap((latent) => omnigenPlaces(gridOf(latent, config.patch), config))),
  }
}

const indices = (values: readonly number[]): TensorValue => tensorValue('i64', [values.length], values)
