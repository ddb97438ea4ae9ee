import { mkdtemp, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { elementCount, Graph, matmul, type ParameterSource, type TensorValue } from 'pentimento/graph'
import { openLanguageModel } from 'pentimento/language'
import { memory, openRuntime, resetPeak } from 'pentimento/onnx'
import { openCheckpoint } from 'pentimento/weights'
import { writeFullLanguageModel } from './fullSize/checkpoint.ts'
import { type Figures, median, type Perf, round3, time } from './measure.ts'
import { memorySource } from './values.ts'

const promptTokens = 512
const writtenTokens = 24

/**
 * Reading and writing of Qwen2.5-VL-7B at its full size, in int4 and int8, against the memory bandwidth of this machine.
 * Needs 14 GB of disk and 11 GB of memory; `PENTIMENTO_FULL_LANGUAGE` names a folder to keep the models in.
 * `--only int4` measures one of them.
 */
export async function generate(perf: Perf): Promise<Figures> {
  const kept = process.env.PENTIMENTO_FULL_LANGUAGE
  const folder = kept ?? (await mkdtemp(join(tmpdir(), 'pentimento-')))
  const figures: Record<string, number | string> = { load: round3(loadavg()[0]!) }
  try {
    const found: Measured[] = []
    // Before and after each: the best is what the machine can do, whatever else it did meanwhile.
    let bandwidth = await readBandwidth()
    for (const bits of [4, 8] as const) {
      if (perf.flags.only !== undefined && perf.flags.only !== `int${bits}`) continue
      const model = join(folder, `qwen2.5-vl-7b-int${bits}`)
      await writeFullLanguageModel(model, bits, (text) => perf.line(text))
      found.push(await measured(model, bits))
      bandwidth = Math.max(bandwidth, await readBandwidth())
    }
    perf.line(`memory: ${(bandwidth / 1e9).toFixed(1)} GB/s read by one row times a matrix of 1 GiB in f32`)
    figures.bandwidthGBs = round3(bandwidth / 1e9)
    for (const each of found)
      for (const [name, value] of Object.entries(told(perf, each, bandwidth)))
        figures[`int${each.bits}_${name}`] = value
    figures.loadAfter = round3(loadavg()[0]!)
    return figures
  } finally {
    if (kept === undefined) await rm(folder, { recursive: true })
  }
}

/** Milliseconds and bytes of one model. */
interface Measured {
  readonly bits: 4 | 8
  readonly loading: number
  /** Of the whole prompt. */
  readonly reading: number
  /** Of one token. */
  readonly step: number
  readonly peak: number
  readonly bytes: number
}

async function measured(folder: string, bits: 4 | 8): Promise<Measured> {
  const checkpoint = await openCheckpoint(folder)
  const bytes = bytesOfToken(checkpoint)
  await checkpoint.close()
  resetPeak()
  const model = await openLanguageModel(folder, { provider: 'cpu', plan: 'whole' })
  const loading = await time(() => model.answer('a', { maxTokens: 1 }))
  // Each byte of the tokenizer is a token.
  const prompt = (first: string): string => first + 'b'.repeat(promptTokens - 1)
  const reading = await time(() => model.answer(prompt('a'), { maxTokens: 1 }))
  const gaps: number[] = []
  let last = 0
  const options = { maxTokens: writtenTokens, repetitionPenalty: 1 }
  // A piece may be empty: times are taken of the whole, less the reading, which is measured with one token.
  const whole = await time(async () => {
    for await (const _ of model.stream(prompt('c'), options)) {
      const now = performance.now()
      if (last > 0) gaps.push(now - last)
      last = now
    }
  })
  const again = await time(() => model.answer(prompt('d'), { maxTokens: 1 }))
  const mean = (whole - Math.min(reading, again)) / (writtenTokens - 1)
  const step = gaps.length >= 8 ? median(gaps) : mean
  const peak = memory().peak
  await model.close()
  return { bits, loading, reading: Math.min(reading, again), step, peak, bytes }
}

function told(
  perf: Perf,
  { bits, loading, reading, step, peak, bytes }: Measured,
  bandwidth: number,
): Record<string, number> {
  const prefill = promptTokens / (reading / 1000)
  const share = bytes / (step / 1000) / bandwidth
  perf.line(
    `int${bits}: loaded in ${(loading / 1000).toFixed(1)} s, at most ${(peak / 1e9).toFixed(1)} GB; ` +
      `reads ${prefill.toFixed(1)} tokens/s of ${promptTokens}; ` +
      `writes ${(1000 / step).toFixed(2)} tokens/s, ${(bytes / 1e9).toFixed(2)} GB each, ` +
      `${(100 * share).toFixed(0)} % of the bandwidth; without a cache ${(1000 / reading).toFixed(3)} tokens/s`,
  )
  return {
    loadSeconds: round3(loading / 1000),
    peakGB: round3(peak / 1e9),
    prefillTokensPerSecond: round3(prefill),
    decodeTokensPerSecond: round3(1000 / step),
    gigabytesPerToken: round3(bytes / 1e9),
    ofBandwidth: round3(share),
    noCacheTokensPerSecond: round3(1000 / reading),
  }
}

/** Bytes of weights that one token reads: all but the vision tower and the table, of which it reads a row. */
function bytesOfToken(source: ParameterSource): number {
  let bytes = 0
  for (const path of source.paths()) {
    if (path.startsWith('visual.') || path === 'model.embed_tokens.weight') continue
    const { shape, quantization } = source.describe(path)!
    const count = elementCount(shape as readonly number[])
    bytes += quantization ? count * (quantization.bits / 8 + 4 / quantization.block) : 4 * count
  }
  return bytes
}

/** Bytes a second of the best of some products of one row, which read a matrix once and do little else. */
async function readBandwidth(): Promise<number> {
  const runtime = await openRuntime({ provider: 'cpu' })
  const [inner, out] = [4096, 65_536]
  const graph = new Graph()
  const source = memorySource(new Map([['w', filled([inner, out])]]))
  const outputs = {
    y: matmul(graph.input('x', 'f32', [1, inner]), graph.parameter('w', 'f32', [inner, out])),
  }
  const session = await runtime.load(outputs, { source })
  const feeds = { x: filled([1, inner]) }
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < 12; round++) best = Math.min(best, await time(() => session.run(feeds)))
  await runtime.close()
  return (4 * inner * out) / (best / 1000)
}

const filled = (shape: readonly number[]): TensorValue => ({
  dtype: 'f32',
  shape,
  data: new Float32Array(elementCount(shape)).fill(0.5),
})
