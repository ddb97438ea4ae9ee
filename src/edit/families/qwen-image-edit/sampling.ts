import { EditError } from '../../error.ts'
import type { Size } from '../../sampling/sampling.ts'

/** To the nearest whole number, ties to even, as Python rounds. */
function roundEven(x: number): number {
  const low = Math.floor(x)
  if (x - low !== 0.5) return Math.round(x)
  return low % 2 === 0 ? low : low + 1
}

/**
 * The size with about `side`² pixels in a picture's shape, both sides rounded to multiples of 32.
 * Source: `calculate_dimensions` of the pipelines in diffusers 58eb52c.
 * @throws EditError when a side would vanish
 */
export function areaSize(picture: Size, side: number): Size {
  const ratio = picture.width / picture.height
  const width = Math.sqrt(side * side * ratio)
  const even = (length: number): number => roundEven(length / 32) * 32
  const size = { width: even(width), height: even(width / ratio) }
  if (Math.min(size.width, size.height) < 32)
    throw new EditError(
      'input',
      `picture of ${picture.width}×${picture.height}: at size ${side} the edit would have ${size.width}×${size.height} pixels, expected sides of at least 32; crop it or choose a larger size`,
    )
  return size
}

/** How times depend on the number of tokens, from scheduler/scheduler_config.json. */
export interface QwenScheduler {
  /** Numbers of target tokens, and the logarithms of the shift that belong to them; between and beyond it is a line. */
  readonly fewTokens: number
  readonly manyTokens: number
  readonly fewShift: number
  readonly manyShift: number
  /** The last time before 0, to which all are stretched. */
  readonly terminal: number | undefined
}

/** https://huggingface.co/Qwen/Qwen-Image-Edit/blob/main/scheduler/scheduler_config.json */
export const qwenScheduler: QwenScheduler = {
  fewTokens: 256,
  manyTokens: 8192,
  fewShift: 0.5,
  manyShift: 0.9,
  terminal: 0.02,
}

/**
 * Times of `steps` steps: from 1 to 1/steps, shifted toward 1 the more target tokens there are, stretched so that the last
 * is the terminal one, then 0; in f32. Source: FlowMatchEulerDiscreteScheduler of diffusers 58eb52c.
 */
export function qwenSchedule(
  steps: number,
  targetTokens: number,
  scheduler: QwenScheduler = qwenScheduler,
): number[] {
  const { fewTokens, manyTokens, fewShift, manyShift, terminal } = scheduler
  const slope = (manyShift - fewShift) / (manyTokens - fewTokens)
  const bend = Math.fround(Math.exp(fewShift + slope * (targetTokens - fewTokens)))
  const even = (i: number): number => Math.fround(steps === 1 ? 1 : 1 + ((1 / steps - 1) * i) / (steps - 1))
  const shifted = Array.from({ length: steps }, (_, i) => {
    const behind = Math.fround(Math.fround(1 / even(i)) - 1)
    return Math.fround(bend / Math.fround(bend + behind))
  })
  return [...(terminal === undefined ? shifted : stretched(shifted, terminal)), 0]
}

function stretched(times: readonly number[], terminal: number): readonly number[] {
  const left = times.map((time) => Math.fround(1 - time))
  const factor = Math.fround(left.at(-1)! / (1 - terminal))
  // One step alone begins where it ends: the original divides 0 by 0.
  return factor === 0 ? times : left.map((each) => Math.fround(1 - Math.fround(each / factor)))
}

/**
 * The predicted velocity with guidance: u + s·(c − u), each token of `channels` numbers brought to the length of the
 * conditional one. Source: QwenImageEditPipeline of diffusers 58eb52c.
 */
export function rescaledGuide(
  { conditional, unconditional }: { conditional: Float32Array; unconditional: Float32Array },
  { guidance, channels }: { guidance: number; channels: number },
): Float32Array {
  const out = new Float32Array(conditional.length)
  for (let token = 0; token < out.length; token += channels) {
    let [wanted, made] = [0, 0]
    for (let i = token; i < token + channels; i++) {
      const [c, u] = [conditional[i]!, unconditional[i]!]
      out[i] = u + guidance * (c - u)
      wanted += c * c
      made += out[i]! ** 2
    }
    // A zero vector has no length to scale.
    const factor = made === 0 ? 1 : Math.sqrt(wanted / made)
    for (let i = token; i < token + channels; i++) out[i]! *= factor
  }
  return out
}
