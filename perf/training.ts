import { dataOf, elementCount, Graph, grad, Parameters, program, type TensorValue } from 'pentimento/graph'
import { measurePeak, memory, type Runtime } from 'pentimento/onnx'
import { AdamW } from 'pentimento/train'
import { type Figures, type Perf, round3, time } from './measure.ts'
import { textModelLoss } from './textModel.ts'
import { noise } from './values.ts'

const text = { layers: 4, width: 256, heads: 4, vocabulary: 256, tokens: 256 }
const batch = 16
const warmSteps = 3
const steps = 12

/** ONNX's names of the ops that are matrix products. */
const productOps = ['MatMul', 'FusedMatMul', 'Gemm', 'FusedGemm', 'MultiHeadAttention', 'MatMulNBits']

export async function training(perf: Perf, runtime: Runtime): Promise<Figures> {
  const graph = new Graph()
  const shape = [batch, text.tokens]
  const [ids, targets] = [graph.input('ids', 'i64', shape), graph.input('targets', 'i64', shape)]
  const loss = textModelLoss(new Parameters(graph), { ids, targets }, text)
  const { parameters } = program({ loss })
  const initial = [...parameters].map(([path, node]) => [path, noise(node.shape as number[], 0.05)] as const)
  const count = initial.reduce((sum, [, value]) => sum + elementCount(value.shape), 0)
  const bytes = Float64Array.from(
    { length: elementCount(shape) + 1 },
    (_, i) => (i * i * 31 + (i >> 3)) % 251,
  )
  const i64 = (start: number): TensorValue => ({
    dtype: 'i64',
    shape,
    data: BigInt64Array.from({ length: elementCount(shape) }, (_, i) => BigInt(bytes[i + start]!)),
  })
  const feeds = { ids: i64(0), targets: i64(1) }

  const run = async ({ recompute = false, profile = false }) => {
    const outputs = grad(loss, parameters, { recompute: () => recompute })
    const session = await runtime.load({ loss, ...outputs }, { profile })
    const optimizer = new AdamW(initial)
    const losses: number[] = []
    let adamw = 0
    const step = async () => {
      const result = await session.run({ ...feeds, ...optimizer.weights }, { into: optimizer.gradients })
      losses.push(dataOf(result.loss!, 'f32')[0]!)
      adamw += await time(async () => optimizer.step())
    }
    for (let warm = 0; warm < warmSteps; warm++) await step()
    adamw = 0
    const ms =
      (await time(async () => {
        for (let i = 0; i < steps; i++) await step()
      })) / steps
    const times = profile ? (await session.profile()).byOp : []
    await session.release()
    return { ms, losses, times, adamwMs: adamw / steps }
  }
  // The one that needs less comes first: what it frees would hide a part of what the other takes.
  const before = memory().resident
  const again = await measurePeak(() => run({ recompute: true }))
  const { result, peak } = await measurePeak(() => run({}))
  const profiled = await run({ profile: true })
  // A profile holds the first steps as well.
  const profiledSteps = warmSteps + steps
  const products = profiled.times
    .filter(({ name: op }) => productOps.includes(op))
    .reduce((sum, { microseconds }) => sum + microseconds / 1000 / profiledSteps, 0)
  const share = products / profiled.ms
  const mebibytes = (bytes: number) => Math.round(bytes / 2 ** 20)
  perf.line(
    `training, ${text.layers} layers of ${text.width}, ${(count / 1e6).toFixed(1)} M parameters, ${batch}×${text.tokens} tokens: ` +
      `${(1000 / result.ms).toFixed(2)} steps/s, loss ${result.losses[0]!.toFixed(3)} → ${result.losses.at(-1)!.toFixed(3)}, ` +
      `peak ${mebibytes(peak - before)} MiB above the ${mebibytes(before)} before; ` +
      `${(share * 100).toFixed(0)} % of a step is matrix products, AdamW takes ${result.adamwMs.toFixed(1)} ms`,
  )
  perf.line(
    `  with every layer computed again in the backward pass: ${(1000 / again.result.ms).toFixed(2)} steps/s, peak ${mebibytes(again.peak - before)} MiB`,
  )
  for (const { name: op, microseconds, count: calls } of profiled.times.slice(0, 8)) {
    const ms = (microseconds / 1000 / profiledSteps).toFixed(1).padStart(7)
    perf.line(`  ${op.padEnd(20)} ${ms} ms a step in ${calls / profiledSteps} calls`)
  }
  return {
    train_stepsPerSecond: round3(1000 / result.ms),
    train_peakMiB: mebibytes(peak - before),
    train_recomputed_stepsPerSecond: round3(1000 / again.result.ms),
    train_recomputed_peakMiB: mebibytes(again.peak - before),
    train_productShare: round3(share),
    train_adamwMsPerMillion: round3((result.adamwMs / count) * 1e6),
  }
}
