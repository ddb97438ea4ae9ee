import { type AutoencoderConfig, pixelsPerLatent } from '../models/index.ts'
import { loadedBytes, type Weights } from '../onnx/index.ts'

/**
 * Latent pixels on a side whose decoding fits into half a budget: the widest level holds about 8 copies of its channels
 * (`perf -- memory`), and half as many again are allowed for.
 */
export function tileWithin(
  config: Pick<AutoencoderConfig, 'channels' | 'channelMultipliers' | 'patch'>,
  budget: number,
): number {
  const pixels = pixelsPerLatent(config) ** 2
  const bytesPerPixel = 4 * 12 * config.channels
  const side = Math.sqrt(budget / 2 / (pixels * bytesPerPixel))
  return Math.max(16, Math.min(128, 2 * Math.floor(side / 2)))
}

/**
 * Bytes of weights that a streamed transformer may keep in memory in addition to its activations: 30 vectors of its width for each token,
 * once in the session that is kept and once in the one at work, and the weights of two blocks while one follows the other.
 * A block alone takes 16 vectors (`perf -- memory`), an arena grows by doubling: with 30 the full model under 6 GB peaks at
 * 5.6 GB in an edit of 512 pixels (`perf -- full-size`).
 */
export function keptBytes(
  budget: number,
  {
    tokens,
    width,
    blockBytes,
  }: { readonly tokens: number; readonly width: number; readonly blockBytes: number },
): number {
  const process = 0.5e9
  return Math.max(0, budget - process - 2 * blockBytes - 2 * 30 * 4 * width * tokens)
}

/** Which linear layers, by their paths without `.weight`. */
export type LayerRule = (layer: string) => boolean

/**
 * Bytes that the modulations of many steps may take when they are computed before them: those of FLUX's transformer, 4.2 MB
 * for each evaluation, of 29 steps with guidance. More steps take a pass more.
 */
export const modulationRoom = 0.25e9

/** The paths of the layers' weights and biases. */
export function isOfModulation(isModulation: LayerRule): (path: string) => boolean {
  return (path) => isModulation(path.replace(/\.(weight|bias)$/, ''))
}

/** Whether a transformer in memory computes its modulations before its steps: where that frees more than it takes. */
export function computesAhead(source: Weights, isModulation: LayerRule): boolean {
  return freedBytes(source, isModulation) > 0
}

/** Bytes that a transformer in memory has less during its steps than all its weights: its modulations without their results. */
export function freedBytes(source: Weights, isModulation: LayerRule): number {
  const bytes = loadedBytes(source, isOfModulation(isModulation))
  return Math.max(0, bytes - modulationRoom)
}
