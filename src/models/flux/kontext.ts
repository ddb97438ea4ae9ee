import { concat, type Parameters, slice, type Tensor } from '../../graph/index.ts'
import { type DitConfig, step1xEditDit } from './config.ts'
import { type BlockContext, doubleBlock, embedTokens, finalLayer, singleBlock } from './dit.ts'
import type { Position } from './positions.ts'

/** FLUX.1 Kontext [dev]'s transformer: the trunk of Step1X-Edit, which was built on FLUX. */
export const kontextDit: DitConfig = step1xEditDit

/** What one evaluation of FLUX.1 Kontext reads, with B pictures. */
export interface KontextInputs {
  readonly image: Tensor // [B, L, inChannels], the target's tokens, then the reference's
  readonly text: Tensor // [B, T, contextWidth], of T5
  readonly pooled: Tensor // [B, vectorWidth], of CLIP
  readonly time: Tensor // [B, 256], sinusoid of the time
  readonly guidance: Tensor // [B, 256], sinusoid of the guidance scale
  readonly cosines: Tensor // [T + L, head width / 2]
  readonly sines: Tensor
}

/**
 * The velocity that FLUX.1 Kontext [dev] predicts for the image tokens, [B, L, inChannels]. Segments: `embed`,
 * `double.N`, `single.N`, `final`. Source: https://github.com/black-forest-labs/flux/blob/802fb47/src/flux/model.py
 */
export function kontext(w: Parameters, inputs: KontextInputs, config: DitConfig): Tensor {
  const segment = <T>(name: string, build: () => T): T => w.graph.segment(name, build)
  const imageTokens = inputs.image.shape[1] as number
  let { image, text, vector } = segment('embed', () => embedTokens(w, inputs, config))
  const context: BlockContext = { vector, cosines: inputs.cosines, sines: inputs.sines }
  for (let i = 0; i < config.doubleBlocks; i++)
    ({ image, text } = segment(`double.${i}`, () =>
      doubleBlock(w.pp('double_blocks').pp(i), { image, text }, context, config),
    ))
  let joint = segment('single.0', () => concat([text, image], 1))
  for (let i = 0; i < config.singleBlocks; i++)
    joint = segment(`single.${i}`, () => singleBlock(w.pp('single_blocks').pp(i), joint, context, config))
  return segment('final', () =>
    finalLayer(w.pp('final_layer'), { image: slice(joint, 1, -imageTokens), vector }, config.inChannels),
  )
}

/** A grid of tokens, in rows and columns. */
interface TokenGrid {
  readonly rows: number
  readonly columns: number
}

/**
 * Positions of text, target and reference: text at 0, the reference on the next sheet (1 on the first axis), its rows and
 * columns from 0 even where it has another size.
 */
export function kontextPositions(text: number, target: TokenGrid, reference: TokenGrid): Position[] {
  const sheet = ({ rows, columns }: TokenGrid, number: number): Position[] =>
    Array.from({ length: rows * columns }, (_, i) => [number, Math.floor(i / columns), i % columns])
  const texts = Array.from({ length: text }, (): Position => [0, 0, 0])
  return [...texts, ...sheet(target, 0), ...sheet(reference, 1)]
}

/** The sizes that FLUX.1 Kontext was trained on, as width and height; each has about a megapixel. */
const trainedSizes: readonly (readonly [width: number, height: number])[] = [
  [672, 1568],
  [688, 1504],
  [720, 1456],
  [752, 1392],
  [800, 1328],
  [832, 1248],
  [880, 1184],
  [944, 1104],
  [1024, 1024],
  [1104, 944],
  [1184, 880],
  [1248, 832],
  [1328, 800],
  [1392, 752],
  [1456, 720],
  [1504, 688],
  [1568, 672],
]

/** The size to which a reference picture is brought: of those of the training the one with the nearest ratio. */
export function kontextReferenceSize(picture: { readonly width: number; readonly height: number }): {
  readonly width: number
  readonly height: number
} {
  const ratio = picture.width / picture.height
  const apart = ([width, height]: readonly [number, number]): number => Math.abs(ratio - width / height)
  const [width, height] = trainedSizes.reduce((one, other) => (apart(other) < apart(one) ? other : one))
  return { width, height }
}

/** The size of the result for an asked ratio: about `area` pixels, both sides multiples of 16. */
export function kontextTargetSize(
  asked: { readonly width: number; readonly height: number },
  area: number = 1024 * 1024,
): { readonly width: number; readonly height: number } {
  const ratio = asked.width / asked.height
  const side = (length: number): number => Math.floor(Math.round(length) / 16) * 16
  return { width: side(Math.sqrt(area * ratio)), height: side(Math.sqrt(area / ratio)) }
}
