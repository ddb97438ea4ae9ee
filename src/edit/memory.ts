import { type AutoencoderConfig, pixelsPerLatent } from '../models/index.ts'

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
