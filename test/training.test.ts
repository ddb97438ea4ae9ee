import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  dataOf,
  Graph,
  grad,
  interpret,
  type ParameterSource,
  Parameters,
  program,
  reduceMean,
  type TensorValue,
} from 'pentimento/graph'
import { inferConnectorConfig, inferDitConfig, type Step1xEditConfig } from 'pentimento/models'
import { openRuntime, type Runtime } from 'pentimento/onnx'
import { TorchGenerator } from 'pentimento/random'
import {
  branchesOf,
  type EncodedTriplet,
  flowInputs,
  flowLosses,
  lowRankRule,
  type StepMetrics,
  type TrainingData,
  type TrainingOptions,
  train,
  trainedLayers,
  trainedWeights,
} from 'pentimento/train'
import {
  type Checkpoint,
  openAdapter,
  openCheckpoint,
  quantizeCheckpoint,
  readAll,
  writeAdapter,
} from 'pentimento/weights'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openGolden, relativeError } from './golden.ts'

let folder: string
let runtime: Runtime
let source: Checkpoint
let config: Step1xEditConfig
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'training-'))
  runtime = await openRuntime({ provider: 'cpu', threads: 1 })
  source = await openGolden('dit/weights.safetensors')
  config = {
    dit: inferDitConfig(source, { axesDim: [4, 6, 6] }),
    connector: inferConnectorConfig(source, { numHeads: 4 }),
  }
})
afterAll(async () => {
  await source.close()
  await runtime.close()
  rmSync(folder, { recursive: true })
})

const random = new TorchGenerator(11)
const normal = (shape: readonly number[]): TensorValue => ({
  dtype: 'f32',
  shape,
  data: random.randn(shape.reduce((product, size) => product * size, 1)),
})

/** Features of some real tokens and one row that stands for the padding up to twelve. */
function text(real: number): EncodedTriplet['text'] {
  const features = normal([1, real + 1, 64])
  dataOf(features, 'f32').fill(0, real * 64)
  return {
    features,
    mask: {
      dtype: 'bool',
      shape: [1, real + 1],
      data: Uint8Array.from({ length: real + 1 }, (_, i) => Number(i < real)),
    },
    repeats: { dtype: 'f32', shape: [1], data: Float32Array.of(12 - real) },
  }
}

const grid = { rows: 2, columns: 3 }
const triplets: readonly EncodedTriplet[] = Array.from({ length: 6 }, (_, i) => ({
  source: normal([1, 6, 64]),
  target: normal([1, 6, 64]),
  text: text(2 + i),
  empty: text(2),
}))

function trainingData(given: readonly EncodedTriplet[]): TrainingData {
  return {
    name: 'memory',
    fingerprint: String(given.length),
    examples: given.map((_, i) => ({ name: `triplet ${i}`, grid })),
    read: async (index) => given[index]!,
  }
}

interface Trial {
  readonly options: TrainingOptions
  readonly base?: ParameterSource
  readonly lora?: { readonly rank: number; readonly alpha: number }
  readonly states?: string
  readonly resume?: boolean
  readonly data?: TrainingData
  readonly initial?: ReadonlyMap<string, TensorValue>
  readonly signal?: AbortSignal
  readonly onStep?: (metrics: StepMetrics) => void
}

async function losses({ options, base = source, onStep, signal, data, ...rest }: Trial) {
  const seen: number[] = []
  const run = await train(
    {
      runtime,
      model: { config, variant: 'v1.0', source: base },
      data: data ?? trainingData(triplets),
      options,
      ...rest,
    },
    {
      ...(signal && { signal }),
      onStep: (metrics) => {
        seen.push(metrics.loss)
        onStep?.(metrics)
      },
    },
  )
  return { seen, run }
}

/** A step's inputs with everything known, as both the runtime and the interpreter take them. */
function stepFeeds(batch: number): Record<string, TensorValue> {
  const times = Array.from({ length: batch }, (_, i) => (i + 1) / (batch + 1))
  const mask = new Uint8Array(batch * 5).map((_, i) => Number(i % 5 < 4))
  return {
    source: normal([batch, 2, 64]),
    target: normal([batch, 2, 64]),
    noise: normal([batch, 2, 64]),
    t: { dtype: 'f32', shape: [batch, 1, 1], data: Float32Array.from(times) },
    time: normal([batch, 256]),
    connectorTime: normal([batch, 256]),
    features: normal([batch, 5, 64]),
    mask: { dtype: 'bool', shape: [batch, 5], data: mask },
    repeats: { dtype: 'f32', shape: [1], data: Float32Array.of(7) },
    cosines: normal([9, 8]),
    sines: normal([9, 8]),
  }
}

describe('a training step', () => {
  it('has the loss of the interpreter in double precision', { timeout: 300_000 }, async () => {
    const graph = new Graph()
    const shape = { batch: 2, tokens: 2 }
    const outputs = {
      losses: flowLosses(new Parameters(graph), flowInputs(graph, shape, config), config),
    }
    const feeds = { ...Object.fromEntries(await readAll(source)), ...stepFeeds(2) }
    const { losses: wanted } = interpret(outputs, feeds)
    const { losses: found } = await (await runtime.load(outputs)).run(feeds)
    expect(found).toBeAllclose(wanted, { rtol: 1e-5 })
  })

  it('is the same with segments computed again', async () => {
    const options = { steps: 3, batch: 2, seed: 5, learningRate: 1e-3, dropout: 0.5 }
    const whole = await losses({ options })
    const again = await losses({ options: { ...options, checkpointing: true } })
    for (const [i, loss] of again.seen.entries()) expect(loss).toBeCloseTo(whole.seen[i]!, 5)
    const weight = 'single_blocks.1.linear1.weight'
    expect(relativeError(again.run.weights[weight]!, whole.run.weights[weight]!)).toBeLessThan(1e-3)
  })

  it('names the step and the triplets of a batch that is not finite', async () => {
    const bad = {
      ...triplets[3]!,
      target: { ...triplets[3]!.target, data: new Float32Array(6 * 64).fill(1e30) },
    }
    const data = trainingData([bad])
    await expect(losses({ options: { steps: 5 }, data })).rejects.toThrow(
      /^step 1: the loss is (Infinity|NaN); the batch was triplet 0 \((Infinity|NaN)\); no state was kept yet; lower the learning rate/,
    )
  })
})

describe('a run', () => {
  it('goes on from its last state as if it had never stopped, bit for bit', async () => {
    const options = {
      steps: 12,
      batch: 2,
      saveEvery: 4,
      keep: 2,
      average: 0.9,
      learningRate: 2e-3,
      accumulate: 2,
    }
    const whole = await losses({ options, states: join(folder, 'whole') })
    expect(readdirSync(join(folder, 'whole'))).toEqual(['step-00000008', 'step-00000012'])

    const states = join(folder, 'broken')
    const cancel = new AbortController()
    const stopped = losses({
      options,
      states,
      signal: cancel.signal,
      onStep: ({ step }) => {
        if (step === 6) cancel.abort()
      },
    })
    await expect(stopped).rejects.toThrow('training: stopped, step 6 is kept; resume it to continue')
    const rest = await losses({ options, states, resume: true })
    expect(rest.seen).toEqual(whole.seen.slice(6))
    expect(rest.run).toEqual(whole.run)

    await expect(losses({ options, states })).rejects.toThrow(
      'contains a run at step 12; resume it, or choose another folder',
    )
    await expect(losses({ options: { ...options, batch: 3 }, states, resume: true })).rejects.toThrow(
      `${states}: its run has batch 2, got 3; resume it with the same settings, or choose another folder`,
    )
  })

  it('refuses options that mean nothing, by name', async () => {
    await expect(losses({ options: { steps: 0 } })).rejects.toThrow(
      'steps: expected a whole number above 0, got 0',
    )
    await expect(losses({ options: { dropout: 1.5 } })).rejects.toThrow(
      'dropout: expected a number from 0 to 1, got 1.5',
    )
  })
})

describe('a LoRA', () => {
  const lora = { rank: 3, alpha: 6 }
  const precisions = ['fp32', 'int8', 'int4'] as const
  const bases = new Map<string, Checkpoint>()
  const golden = fileURLToPath(new URL('./golden/dit/weights.safetensors', import.meta.url))
  beforeAll(async () => {
    for (const precision of precisions) {
      const file = precision === 'fp32' ? golden : join(folder, `${precision}.safetensors`)
      if (precision !== 'fp32')
        await quantizeCheckpoint(golden, file, {
          bits: precision === 'int8' ? 8 : 4,
          block: 32,
          // These layers are too small to be quantised otherwise.
          select: (path, { shape }) => (/_blocks.*\.weight$/.test(path) && shape.length === 2) || 'kept',
        })
      bases.set(precision, await openCheckpoint(file))
    }
  })
  afterAll(() => Promise.all([...bases.values()].map((base) => base.close())))

  it.each(precisions)(
    'has the gradients of the interpreter on a base in %s',
    { timeout: 300_000 },
    async (precision) => {
      const base = bases.get(precision)!
      const graph = new Graph()
      const w = new Parameters(graph, { source: base, lowRank: lowRankRule(lora) })
      const inputs = flowInputs(graph, { batch: 1, tokens: 2 }, config)
      const loss = reduceMean(flowLosses(w, inputs, config))
      const paths = ['double_blocks.0.img_attn.qkv', 'double_blocks.1.txt_mod.lin', 'single_blocks.2.linear2']
      const wrt = paths.flatMap((path) => [`${path}.lora_down.weight`, `${path}.lora_up.weight`])
      const { parameters } = program({ loss })
      const outputs = grad(loss, new Map(wrt.map((path) => [path, parameters.get(path)!])))
      const isBranch = (path: string) => path.includes('.lora_')
      const branches = new Map(
        [...parameters].flatMap(([path, node]) => (isBranch(path) ? [[path, small(node.shape)]] : [])) as [
          string,
          TensorValue,
        ][],
      )
      const feeds = { ...stepFeeds(1), ...Object.fromEntries(branches) }
      const session = await runtime.load<string>(outputs, { source: base, fed: isBranch, accuracyLevel: 1 })
      const found = await session.run(feeds)
      const frozen = await readAll(
        base,
        [...parameters.keys()].filter((path) => !isBranch(path)),
      )
      const wanted = interpret(outputs, { ...Object.fromEntries(frozen), ...feeds })
      for (const path of wrt) expect.soft(relativeError(found[path]!, wanted[path]!), path).toBeLessThan(2e-3)
    },
  )

  it.each(precisions)(
    'leaves the base alone, learns on %s, and comes back from its files',
    async (precision) => {
      const base = bases.get(precision)!
      const options = { steps: 8, batch: 2, learningRate: 5e-3, dropout: 0 }
      const { seen, run } = await losses({ options, base, lora })
      expect(
        Object.keys(run.weights).every((path) =>
          /^(double|single)_blocks\..*\.lora_(up|down)\.weight$/.test(path),
        ),
      ).toBe(true)
      const layers = trainedLayers(run.weights)
      // Per double block: modulation, QKV, projection and two of the MLP for text and picture; per single block three.
      expect(layers).toHaveLength(2 * 10 + 3 * 3)
      expect(seen.every(Number.isFinite)).toBe(true)

      for (const format of ['kohya', 'peft'] as const) {
        const path = join(folder, `${precision}-${format}${format === 'kohya' ? '.safetensors' : ''}`)
        await writeAdapter(path, layers, { format, ...lora })
        const adapter = await openAdapter(path)
        const initial = await branchesOf(base, adapter, lora)
        for (const [name, value] of initial) expect(value).toBeAllclose(run.weights[name]!, { rtol: 1e-6 })
        expect(initial.size).toBe(2 * layers.length)
        await adapter.close()
      }
    },
  )

  it('gives the same merged into its base as beside it', async () => {
    const { run } = await losses({ options: { steps: 6, batch: 2, learningRate: 1e-2 }, lora })
    const merged = await trainedWeights(source, run.weights, lora)
    const shape = { batch: 2, tokens: 2 }
    const build = (base: ParameterSource, withBranches: boolean) => {
      const graph = new Graph()
      const w = new Parameters(graph, { source: base, ...(withBranches && { lowRank: lowRankRule(lora) }) })
      return { losses: flowLosses(w, flowInputs(graph, shape, config), config) }
    }
    const feeds = stepFeeds(2)
    const load = (base: ParameterSource, withBranches: boolean) =>
      runtime.load(build(base, withBranches), { source: base, fed: (path) => path.includes('.lora_') })
    const beside = await (await load(source, true)).run({ ...feeds, ...run.weights })
    const inside = await (await load(merged, false)).run(feeds)
    const without = await (await load(source, false)).run(feeds)
    expect(inside.losses).toBeAllclose(beside.losses, { rtol: 1e-5 })
    expect(relativeError(without.losses, beside.losses)).toBeGreaterThan(1e-3)
  })

  it('cannot be trained into quantised weights themselves', async () => {
    await expect(losses({ options: { steps: 1 }, base: bases.get('int8')! })).rejects.toThrow(
      /is quantised and cannot be trained; train a LoRA on it, or the original weights/,
    )
  })
})

/** Small values for branches, so that they change something and nothing much. */
function small(shape: readonly unknown[]): TensorValue {
  const value = normal(shape as number[])
  const data = dataOf(value, 'f32').map((each) => 0.05 * each)
  return { ...value, data }
}
