import { freemem } from 'node:os'
import type { ParameterSource } from '../graph/index.ts'
import { type AutoencoderConfig, pixelsPerLatent } from '../models/index.ts'
import type { Plan } from '../onnx/index.ts'

/** Bytes of memory that may be used by default: four fifths of what is free. */
export function freeMemory(): number {
  // Older releases of Node 20 lack it; it knows of containers.
  const available = (process as { availableMemory?: () => number }).availableMemory?.() ?? freemem()
  return 0.8 * available
}

/** Bytes that the weights of a source take once they are loaded: quantised ones as they are, others in f32. */
export function loadedBytes(source: ParameterSource, only: (path: string) => boolean = () => true): number {
  let bytes = 0
  for (const path of source.paths()) {
    if (!only(path)) continue
    const { shape, quantization } = source.describe(path)!
    const count = shape.reduce((product, size) => product * size, 1)
    bytes += quantization ? count * (quantization.bits / 8 + 4 / quantization.block) : 4 * count
  }
  return bytes
}

/** The plan for a model within a budget. Kernels keep a copy of their weights in an order of their own. */
export function choosePlan(bytes: number, budget: number): Plan {
  return 2 * bytes <= budget ? 'whole' : 'streamed'
}

/** Latent pixels on a side whose decoding fits into a budget: the widest level holds a few copies of its channels. */
export function tileWithin(config: AutoencoderConfig, budget: number): number {
  const pixels = pixelsPerLatent(config) ** 2
  const bytesPerPixel = 4 * 6 * 2 * config.channels
  const side = Math.sqrt(budget / 2 / (pixels * bytesPerPixel))
  return Math.max(16, Math.min(128, 2 * Math.floor(side / 2)))
}

/**
 * Bytes of weights that a streamed transformer may keep in memory beside its work: a block holds about 30 vectors of
 * its width for each token, once in the session that is kept and once in the one at work, and two blocks' weights are
 * there while one follows the other.
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
