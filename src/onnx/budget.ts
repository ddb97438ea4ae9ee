import { freemem } from 'node:os'
import type { ParameterSource } from '../graph/index.ts'
import type { Plan } from './runtime.ts'

/** What is asked of weights to count them. */
export type Weights = Pick<ParameterSource, 'paths' | 'describe'>

/** Bytes of memory that may be used by default: four fifths of what is free. */
export function freeMemory(): number {
  // Older releases of Node 20 lack it; it knows of containers.
  const available = (process as { availableMemory?: () => number }).availableMemory?.() ?? freemem()
  return 0.8 * available
}

/** Bytes that the weights of a source take once they are loaded: quantised ones as they are, others in f32. */
export function loadedBytes(source: Weights, only: (path: string) => boolean = () => true): number {
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
export function wholeBytes(source: Weights): number {
  const { quantized, floats } = weightBytes(source)
  return wholeFactors.quantized * quantized + wholeFactors.floats * floats
}

/** The plan for models that are to be in memory at the same time. */
export function choosePlan(sources: readonly Weights[], budget: number): Plan {
  return sources.reduce((sum, source) => sum + wholeBytes(source), 0) <= budget ? 'whole' : 'streamed'
}

function weightBytes(
  source: Weights,
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
