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
  const { quantized, floats } = weightBytes(source, only)
  return quantized + floats
}

/**
 * Bytes for each byte of weights that a model needs to be loaded whole and to run. Loading takes at most 1.13 for f32,
 * 1.5 for bf16, 1.2 for int8 and 1.26 for int4 (`perf -- memory`, ONNX Runtime 1.30): kernels keep weights in an order of
 * their own, and meanwhile have both. The rest is for the work of a run: the whole transformer in int8 peaks at 1.15 in an
 * edit of 512 pixels (`perf -- full-size`), and 1024 pixels have four times the tokens.
 */
const wholeFactors = { floats: 1.75, quantized: 1.5 } as const

/** Bytes that a model needs to run with all its weights in memory. */
export function wholeBytes(source: ParameterSource): number {
  const { quantized, floats } = weightBytes(source)
  return wholeFactors.quantized * quantized + wholeFactors.floats * floats
}

/** The plan for models that are to be in memory at the same time. */
export function choosePlan(sources: readonly ParameterSource[], budget: number): Plan {
  return sources.reduce((sum, source) => sum + wholeBytes(source), 0) <= budget ? 'whole' : 'streamed'
}

function weightBytes(
  source: ParameterSource,
  only: (path: string) => boolean = () => true,
): { readonly quantized: number; readonly floats: number } {
  let [quantized, floats] = [0, 0]
  for (const path of source.paths()) {
    if (!only(path)) continue
    const { shape, quantization, lowRank = 0 } = source.describe(path)!
    const count = shape.reduce((product, size) => product * size, 1)
    if (quantization) quantized += count * (quantization.bits / 8 + 4 / quantization.block)
    else floats += 4 * count
    const [out = 0] = shape
    if (lowRank > 0) floats += 4 * lowRank * (out + count / out)
  }
  return { quantized, floats }
}

/**
 * Latent pixels on a side whose decoding fits into half a budget: the widest level holds about 8 copies of its channels
 * (`perf -- memory`), and half as many again are allowed for.
 */
export function tileWithin(config: AutoencoderConfig, budget: number): number {
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
