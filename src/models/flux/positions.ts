import { dataOf, type TensorValue, tensorValue } from '../../graph/index.ts'
import type { DitConfig, Variant } from './config.ts'

/** A token's place on the three axes of the rotary embedding. */
export type Position = readonly [number, number, number]

/** How far the reference is moved on the first axis, and on rows and columns. */
const moves: Readonly<Record<Variant, readonly [number, number]>> = {
  'v1.0': [0, 0],
  'v1.1': [1, 1],
  'v1.2': [1, 0],
  'v1.2-preview': [1, 0],
}

/**
 * Positions of the joint sequence: text tokens, then the tokens of the picture being made, then those of the
 * reference, each `rows` × `columns` in raster order. In v1.0 the reference lies exactly over the picture; in v1.1 it
 * is moved by one on every axis, in v1.2 on the first alone. A number of text tokens stands for as many without a place.
 */
export function jointPositions(
  size: { readonly text: number | readonly Position[]; readonly rows: number; readonly columns: number },
  variant: Variant,
): Position[] {
  const text =
    typeof size.text === 'number'
      ? Array.from({ length: size.text }, (): Position => [0, 0, 0])
      : [...size.text]
  return [...text, ...gridPositions(size, [0, 0]), ...gridPositions(size, moves[variant])]
}

function gridPositions(
  { rows, columns }: { readonly rows: number; readonly columns: number },
  [first, place]: readonly [number, number],
): Position[] {
  return Array.from({ length: rows * columns }, (_, i) => [
    first,
    Math.floor(i / columns) + place,
    (i % columns) + place,
  ])
}

/** Positions from rows [N, 3]. */
export function positionsOf(rows: TensorValue): Position[] {
  const flat = dataOf(rows, 'f32')
  return Array.from({ length: flat.length / 3 }, (_, i) => [flat[3 * i]!, flat[3 * i + 1]!, flat[3 * i + 2]!])
}

/** Cosines and sines [tokens, head width / 2] of the rotary angles, each axis turning its own channels. */
export function rotaryTables(
  positions: readonly Position[],
  { axesDim, theta }: Pick<DitConfig, 'axesDim' | 'theta'>,
): { readonly cosines: TensorValue; readonly sines: TensorValue } {
  const half = axesDim.reduce((sum, axis) => sum + axis / 2, 0)
  const angles = new Float64Array(positions.length * half)
  let at = 0
  for (const position of positions)
    for (const [axis, channels] of axesDim.entries())
      for (let i = 0; i < channels; i += 2)
        angles[at++] = position[axis as 0 | 1 | 2] / theta ** (i / channels)
  const shape = [positions.length, half]
  return {
    cosines: tensorValue('f32', shape, angles.map(Math.cos)),
    sines: tensorValue('f32', shape, angles.map(Math.sin)),
  }
}

/**
 * The sinusoid [timesteps, 256] of times in 0 … 1: cosines, then sines, of 1000·t·10000^(−i/128). Made here and not in
 * the graph because arguments of up to 1000 radians lose four digits in f32.
 */
export function timeEmbedding(timesteps: readonly number[]): TensorValue {
  const half = 128
  const values = timesteps.flatMap((t) => {
    const angles = Array.from({ length: half }, (_, i) => 1000 * t * 10_000 ** (-i / half))
    return [...angles.map(Math.cos), ...angles.map(Math.sin)]
  })
  return tensorValue('f32', [timesteps.length, 2 * half], values)
}
