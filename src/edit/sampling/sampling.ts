import { dataOf, type TensorValue } from '../../graph/index.ts'
import { TorchGenerator } from '../../random/index.ts'
import { EditError } from '../error.ts'

/** A size in pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}

/**
 * The size at which a picture is edited: about `level`² pixels in its own shape, sides multiples of 16.
 * Source: `input_process_image` of the original's inference.py.
 * @throws EditError when the picture is so long and thin that a side would vanish
 */
export function editSize({ width, height }: Size, level: number): Size {
  const ratio = width / height
  const wide = width > height
  const long = Math.ceil(Math.sqrt(wide ? level * level * ratio : (level * level) / ratio))
  const short = Math.ceil(wide ? long / ratio : long * ratio)
  const even = (side: number) => Math.floor(side / 16) * 16
  const size = { width: even(wide ? long : short), height: even(wide ? short : long) }
  if (Math.min(size.width, size.height) < 16)
    throw new EditError(
      'input',
      `picture of ${width}×${height}: the aspect ratio is too extreme for size ${level}; crop it`,
    )
  return size
}

/**
 * Times from 1 to 0 of `steps` steps, in f32 as torch computes them, shifted toward 1 the more target tokens there
 * are. Source: `get_schedule` of the original's sampling.py.
 */
export function schedule(steps: number, targetTokens: number): number[] {
  const slope = (1.15 - 0.5) / (4096 - 256)
  const mu = slope * targetTokens + (0.5 - slope * 256)
  const bend = Math.exp(mu)
  const step = Math.fround(-1 / steps)
  return Array.from({ length: steps + 1 }, (_, i) => {
    // torch.linspace counts from both ends.
    const t = Math.fround(i < (steps + 1) / 2 ? 1 + Math.fround(step * i) : -Math.fround(step * (steps - i)))
    const behind = Math.fround(Math.fround(1 / t) - 1)
    return Math.fround(Math.fround(bend) / Math.fround(Math.fround(bend) + behind))
  })
}

/** Steps that are taken from an init picture: strength × steps, at a part of a step one more. */
export function stepsFrom(steps: number, strength: number): number {
  return steps - Math.trunc((1 - strength) * steps)
}

/** The noise that a seed stands for, as a latent [1, channels, 2·height, 2·width] of a grid of tokens. */
export function firstNoise(seed: number | bigint, channels: number, grid: Size): TensorValue {
  return noiseOf(new TorchGenerator(seed), channels, grid)
}

/** The next noise of a generator, as a latent [1, channels, 2·height, 2·width] of a grid of tokens. */
export function noiseOf(generator: TorchGenerator, channels: number, { width, height }: Size): TensorValue {
  const shape = [1, channels, 2 * height, 2 * width]
  return { dtype: 'f32', shape, data: generator.randn(4 * channels * width * height) }
}

/** At time t between noise and a start: t of the noise and 1 − t of the start. */
export function mixed(noise: TensorValue, start: TensorValue, t: number): TensorValue {
  const [x, y] = [dataOf(noise, 'f32'), dataOf(start, 'f32')]
  return { ...noise, data: x.map((value, i) => t * value + (1 - t) * y[i]!) }
}

/** A latent [1, c, h, w] at half its size, each value the mean of four. */
export function halved({ shape, data }: TensorValue): TensorValue {
  const [, channels, height, width] = shape as [number, number, number, number]
  const [rows, columns] = [height / 2, width / 2]
  const [from, out] = [data as Float32Array, new Float32Array(channels * rows * columns)]
  for (let i = 0; i < out.length; i++) {
    const [c, y, x] = [Math.floor(i / (rows * columns)), Math.floor(i / columns) % rows, i % columns]
    const at = (c * height + 2 * y) * width + 2 * x
    out[i] = (from[at]! + from[at + 1]! + from[at + width]! + from[at + width + 1]!) / 4
  }
  return { dtype: 'f32', shape: [1, channels, rows, columns], data: out }
}

/**
 * The predicted velocity with guidance: u + s·(c − u) for each token of `channels` numbers; with damping the change is
 * divided by n^0.4 where its length n is above 1. Source: `denoise` and `process_diff_norm` of inference.py.
 */
export function guide(
  { conditional, unconditional }: { conditional: Float32Array; unconditional: Float32Array },
  { guidance, damp, channels }: { guidance: number; damp: boolean; channels: number },
): Float32Array {
  const out = new Float32Array(conditional.length)
  for (let token = 0; token < out.length; token += channels) {
    let strength = guidance
    if (damp) {
      let squares = 0
      for (let i = token; i < token + channels; i++) squares += (conditional[i]! - unconditional[i]!) ** 2
      const norm = Math.sqrt(squares)
      if (norm > 1) strength /= norm ** 0.4
    }
    for (let i = token; i < token + channels; i++)
      out[i] = unconditional[i]! + strength * (conditional[i]! - unconditional[i]!)
  }
  return out
}

/** One Euler step along the velocity, in place: x + (next − now)·v. */
export function eulerStep(x: Float32Array, velocity: Float32Array, span: number): void {
  for (let i = 0; i < x.length; i++) x[i]! += span * velocity[i]!
}

/** Latents [1, c, h, w] as tokens [1, h/2·w/2, c·4]: "b c (h 2) (w 2) -> b (h w) (c 2 2)". */
export function pack({ shape, data }: TensorValue): TensorValue {
  const [, channels, height, width] = shape as [number, number, number, number]
  const out = new Float32Array(data.length)
  walkPacked(channels, height, width, (packed, plain) => {
    out[packed] = Number(data[plain])
  })
  return { dtype: 'f32', shape: [1, (height / 2) * (width / 2), channels * 4], data: out }
}

/** The inverse of {@link pack}, given the latent size. */
export function unpack({ shape, data }: TensorValue, { width, height }: Size): TensorValue {
  const channels = shape[2]! / 4
  const out = new Float32Array(data.length)
  walkPacked(channels, height, width, (packed, plain) => {
    out[plain] = Number(data[packed])
  })
  return { dtype: 'f32', shape: [1, channels, height, width], data: out }
}

function walkPacked(
  channels: number,
  height: number,
  width: number,
  visit: (packed: number, plain: number) => void,
): void {
  let packed = 0
  for (let y = 0; y < height; y += 2)
    for (let x = 0; x < width; x += 2)
      for (let c = 0; c < channels; c++)
        for (let i = 0; i < 4; i++) visit(packed++, (c * height + y + (i >> 1)) * width + x + (i & 1))
}
