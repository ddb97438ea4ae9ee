import {
  elementCount,
  Graph,
  grad,
  Parameters,
  program,
  reduceMean,
  type TensorValue,
} from 'pentimento/graph'
import { jointPositions, rotaryTables, type Step1xEditConfig, timeEmbedding } from 'pentimento/models'
import { measurePeak, openRuntime, type Runtime, type Session } from 'pentimento/onnx'
import { AdamW, flowInputs, flowLosses } from 'pentimento/train'
import { type Figures, median, type Perf, round3, time } from './measure.ts'
import { memorySource, noise } from './values.ts'

/** The step of 20.35 million parameters that was measured with the official PyTorch modules: 14 %, 1.14 GiB. */
const config: Step1xEditConfig = {
  dit: {
    inChannels: 64,
    vectorWidth: 768,
    contextWidth: 256,
    width: 256,
    mlpWidth: 1024,
    heads: 8,
    doubleBlocks: 4,
    singleBlocks: 8,
    axesDim: [4, 14, 14],
    theta: 10_000,
  },
  connector: {
    inWidth: 256,
    width: 256,
    mlpWidth: 1024,
    heads: 8,
    blocks: 2,
    vectorWidth: 768,
    scaleFactor: true,
  },
}
const batch = 8
const side = 8
const text = 32
/** As it was counted for PyTorch: forward and backward, 2 per multiply-add. */
const gflop = 83
const rounds = 9

/** A training step's throughput as a share of the fp32 linear's in the same run, and its memory. */
export async function trainStep(perf: Perf): Promise<Figures> {
  const runtime = await openRuntime({ provider: 'cpu' })
  // Nothing was in memory before that could hide what a step takes.
  const { result: plain, peak } = await measurePeak(() => openStep(runtime))
  const stepPeak = await measurePeak(async () => {
    for (let i = 0; i < 3; i++) await plain.step()
  })
  const most = Math.max(peak, stepPeak.peak)
  const yardstick = await openYardstick(runtime)
  const times: Record<'session' | 'norm' | 'adamw' | 'step' | 'yardstick', number[]> = {
    session: [],
    norm: [],
    adamw: [],
    step: [],
    yardstick: [],
  }
  const shares: number[] = []
  for (let round = 0; round < rounds; round++) {
    const before = await time(yardstick.run)
    const parts = await plain.step()
    const after = await time(yardstick.run)
    const step = parts.session + parts.norm + parts.adamw
    times.yardstick.push(before, after)
    for (const name of ['session', 'norm', 'adamw'] as const) times[name].push(parts[name])
    times.step.push(step)
    shares.push(gflop / step / (yardstick.gflop / ((before + after) / 2)))
  }
  const share = median(shares)
  const stepMs = median(times.step)
  const yardstickGflops = (yardstick.gflop / median(times.yardstick)) * 1000
  perf.line(
    `training step, ${(plain.parameters / 1e6).toFixed(2)} M parameters, batch ${batch}: ${stepMs.toFixed(0)} ms ` +
      `(forward and backward ${median(times.session).toFixed(0)}, norm ${median(times.norm).toFixed(0)}, AdamW ${median(times.adamw).toFixed(0)}), ` +
      `${((gflop / stepMs) * 1000).toFixed(0)} GFLOP/s, ${(share * 100).toFixed(0)} % of the linear beside it (${yardstickGflops.toFixed(0)} GFLOP/s); PyTorch 14 %`,
  )
  perf.line(`  peak of the process ${(most / 2 ** 30).toFixed(2)} GiB; PyTorch 1.14 GiB`)
  await plain.release()
  const recomputed = await measurePeak(async () => {
    const step = await openStep(runtime, { recompute: true })
    const parts = await step.step()
    await step.release()
    return parts
  })
  perf.line(`  with segments computed again: ${recomputed.result.session.toFixed(0)} ms`)
  const profiled = await openStep(runtime, { profile: true })
  for (let i = 0; i < 4; i++) await profiled.step()
  for (const { name: op, microseconds, count } of (await profiled.profile()).byOp.slice(0, 12))
    perf.line(`  ${op.padEnd(28)} ${(microseconds / 4000).toFixed(1).padStart(7)} ms in ${count / 4} calls`)
  await profiled.release()
  await yardstick.release()
  await runtime.close()
  return {
    trainStep_ms: round3(stepMs),
    trainStep_sessionMs: round3(median(times.session)),
    trainStep_adamwMs: round3(median(times.adamw)),
    trainStep_share: round3(share),
    trainStep_shareOfPyTorch: 0.14,
    trainStep_peakGiB: round3(most / 2 ** 30),
    trainStep_peakOfPyTorchGiB: 1.14,
    yardstickGflops: round3(yardstickGflops),
  }
}

interface StepTimes {
  readonly session: number
  readonly norm: number
  readonly adamw: number
}

interface Step {
  readonly parameters: number
  step(): Promise<StepTimes>
  profile: Session['profile']
  release(): Promise<void>
}

async function openStep(
  runtime: Runtime,
  { recompute = false, profile = false }: { readonly recompute?: boolean; readonly profile?: boolean } = {},
): Promise<Step> {
  const graph = new Graph()
  const inputs = flowInputs(graph, { batch, tokens: side * side }, config)
  const loss = reduceMean(flowLosses(new Parameters(graph), inputs, config))
  const { parameters } = program({ loss })
  const outputs = grad(loss, parameters, { recompute: () => recompute })
  const session = await runtime.load(
    { loss, ...outputs },
    { profile, arena: false, ...(!recompute && { attention: 'plain' }) },
  )
  // Made when they are copied: a model's first values are not in memory twice.
  const first = [...parameters].map(([path, { shape }]) => {
    const lazy = {
      dtype: 'f32',
      shape: shape as number[],
      get data() {
        return noise(this.shape, 0.03).data
      },
    } as const
    return [path, lazy] as const
  })
  const optimizer = new AdamW(first)
  const feeds = feedsOf()
  return {
    parameters: [...parameters.values()].reduce((sum, { shape }) => sum + elementCount(shape as number[]), 0),
    step: async () => ({
      session: await time(() =>
        session.run({ ...feeds, ...optimizer.weights }, { into: optimizer.gradients }),
      ),
      norm: await time(async () => optimizer.gradientNorm()),
      adamw: await time(async () => optimizer.step(0.5)),
    }),
    profile: () => session.profile(),
    release: () => session.release(),
  }
}

function feedsOf(): Readonly<Record<string, TensorValue>> {
  const picture = [batch, side * side, config.dit.inChannels]
  const times = Array.from({ length: batch }, (_, i) => (i + 0.5) / batch)
  const mask = new Uint8Array(batch * text).map((_, i) => Number(i % text < text - 1))
  const positions = jointPositions({ text, rows: side, columns: side }, 'v1.0')
  return {
    source: noise(picture),
    target: noise(picture),
    noise: noise(picture),
    t: { dtype: 'f32', shape: [batch, 1, 1], data: Float32Array.from(times) },
    time: timeEmbedding(times),
    connectorTime: timeEmbedding(times),
    features: noise([batch, text, config.connector.inWidth]),
    mask: { dtype: 'bool', shape: [batch, text], data: mask },
    repeats: { dtype: 'f32', shape: [1], data: Float32Array.of(640 - text) },
    ...rotaryTables(positions, config.dit),
  }
}

/** The linear 3072 → 12288 on 1,152 rows, in fp32. */
async function openYardstick(runtime: Runtime) {
  const [rows, inner, out] = [1152, 3072, 12_288]
  const source = memorySource(
    new Map([
      ['weight', noise([out, inner], 0.02)],
      ['bias', noise([out])],
    ]),
  )
  const graph = new Graph()
  const x = graph.input('x', 'f32', [rows, inner])
  const session = await runtime.load({ y: new Parameters(graph, { source }).linear(x, out) }, { source })
  const [feeds, into] = [{ x: noise([rows, inner]) }, { y: noise([rows, out]) }]
  const run = () => session.run(feeds, { into })
  await run()
  return { run, gflop: (2 * rows * inner * out) / 1e9, release: () => session.release() }
}
