import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import {
  add,
  elementCount,
  Graph,
  grad,
  matmul,
  type ParameterSource,
  Parameters,
  program,
  quantizedMatmul,
  type Tensor,
  type TensorValue,
} from 'pentimento/graph'
import {
  encodeModel,
  type Model,
  type ModelNode,
  measurePeak,
  memory,
  openRuntime,
  type Runtime,
} from 'pentimento/onnx'
import { AdamW } from 'pentimento/train'
import { type Figures, inTurns, type Perf, round3, time } from './measure.ts'
import { fluxLike, fluxShape, textModelLoss } from './transformer.ts'

/** The core's figures: a linear layer, a training step, and the loading of a 12-billion-parameter graph. */
export async function core(perf: Perf): Promise<Figures> {
  const runtime = await openRuntime({ provider: 'cpu' })
  // First, so that nothing that was freed before hides what it takes.
  const loaded = await loading(perf, runtime)
  const peak = await measuredPeak(runtime)
  perf.line(`peak: ${peak.toFixed(0)} GFLOP/s, the best square product in fp32`)
  const figures = {
    peakGflops: round3(peak),
    ...(await linear(perf, runtime, peak)),
    ...(await training(perf, runtime)),
    ...loaded,
  }
  await runtime.close()
  return figures
}

/** Numbers that no kernel can skip. */
function noise(shape: readonly number[], scale = 1): TensorValue {
  let state = 11545
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return (state / 2 ** 31) * scale
  }
  return { dtype: 'f32', shape, data: Float32Array.from({ length: elementCount(shape) }, next) }
}

/** A source over values in memory. */
function memorySource(values: ReadonlyMap<string, TensorValue>): ParameterSource {
  return {
    name: 'memory',
    paths: () => values.keys(),
    describe: (path) => values.get(path),
    locate: () => undefined,
    read: async (path) => {
      const { data } = values.get(path)!
      return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    },
  }
}

/** GFLOP/s of the fastest of some square products: what this machine can do in fp32 through the same library. */
async function measuredPeak(runtime: Runtime): Promise<number> {
  let best = 0
  for (const n of [1024, 1536, 2048]) {
    const graph = new Graph()
    const x = graph.input('x', 'f32', [n, n])
    const source = memorySource(new Map([['w', noise([n, n])]]))
    const session = await runtime.load({ y: matmul(x, graph.parameter('w', 'f32', [n, n])) }, { source })
    const [feeds, into] = [{ x: noise([n, n]) }, { y: noise([n, n]) }]
    await session.run(feeds, { into })
    for (let round = 0; round < 8; round++)
      best = Math.max(best, (2 * n ** 3) / (await time(() => session.run(feeds, { into }))) / 1e6)
    await session.release()
  }
  return best
}

const rows = 1024
const inner = 3072
const out = 12288

type Precision = 'fp32' | 'int8' | 'int4'

/** Our graph of x·Wᵀ + b against a model written by hand for ONNX Runtime alone. */
async function linear(perf: Perf, runtime: Runtime, peak: number): Promise<Figures> {
  const figures: Record<string, number> = {}
  const x = noise([rows, inner])
  const y = noise([rows, out])
  for (const precision of ['fp32', 'int8', 'int4'] as const) {
    const weights = linearWeights(precision)
    const ours = await runtime.load({ y: linearGraph(precision) }, { source: memorySource(weights) })
    const byHand = await InferenceSession.create(encodeModel(linearByHand(precision, weights)))
    const [ortX, ortY] = [x, y].map(
      ({ data, shape }) => new OrtTensor('float32', data as Float32Array, [...shape]),
    )
    const rounds = await inTurns(
      {
        ours: () => ours.run({ x }, { into: { y } }),
        byHand: () => byHand.run({ x: ortX! }, { y: ortY! }),
      },
      31,
    )
    const gflops = (ms: number) => (2 * rows * inner * out) / ms / 1e6
    const ratio = rounds.ratio('byHand', 'ours')
    perf.line(
      `linear ${inner}×${out}, ${rows} rows, ${precision}: ${gflops(rounds.median.ours).toFixed(0)} GFLOP/s, ` +
        `${ratio.toFixed(3)}x the model by hand (${gflops(rounds.median.byHand).toFixed(0)}), ` +
        `${((gflops(rounds.median.ours) / peak) * 100).toFixed(0)} % of the peak`,
    )
    figures[`linear_${precision}_gflops`] = round3(gflops(rounds.median.ours))
    figures[`linear_${precision}_ratio`] = round3(ratio)
    figures[`linear_${precision}_ofPeak`] = round3(gflops(rounds.median.ours) / peak)
    await ours.release()
    await byHand.release()
  }
  return figures
}

const block = 128
const blocks = inner / block

function linearWeights(precision: Precision): ReadonlyMap<string, TensorValue> {
  const bias = ['bias', noise([out])] as const
  if (precision === 'fp32') return new Map([['weight', noise([out, inner], 0.02)], bias])
  const shape = [out, blocks, (block * bitsOf(precision)) / 8]
  const data = Uint8Array.from(
    { length: elementCount(shape) },
    (_, i) => (Math.imul(i, 2654435761) >>> 8) & 255,
  )
  return new Map([
    ['weight.q', { dtype: 'u8', shape, data }],
    ['weight.scales', noise([out, blocks], 1e-3)],
    bias,
  ])
}

const bitsOf = (precision: 'int8' | 'int4'): 4 | 8 => (precision === 'int8' ? 8 : 4)

function linearGraph(precision: Precision): Tensor {
  const graph = new Graph()
  const x = graph.input('x', 'f32', [rows, inner])
  const bias = graph.parameter('bias', 'f32', [out])
  if (precision === 'fp32')
    return add(matmul(x, graph.parameter('weight', 'f32', [out, inner]), { transposeB: true }), bias)
  const bits = bitsOf(precision)
  const q = graph.parameter('weight.q', 'u8', [out, blocks, (block * bits) / 8])
  const scales = graph.parameter('weight.scales', 'f32', [out, blocks])
  return add(quantizedMatmul(x, { q, scales, bits, block, inner }), bias)
}

/** The one node that an expert would write for it. */
function linearByHand(precision: Precision, weights: ReadonlyMap<string, TensorValue>): Model {
  const names = [...weights.keys()]
  const node: Omit<ModelNode, 'attributes' | 'op' | 'domain' | 'inputs'> = { name: 'linear', outputs: ['y'] }
  const nodes: ModelNode[] =
    precision === 'fp32'
      ? [{ ...node, op: 'Gemm', domain: '', inputs: ['x', ...names], attributes: { transB: 1 } }]
      : [
          {
            ...node,
            op: 'MatMulNBits',
            domain: 'com.microsoft',
            inputs: ['x', 'weight.q', 'weight.scales', '', '', 'bias'],
            attributes: { K: inner, N: out, bits: bitsOf(precision), block_size: block, accuracy_level: 4 },
          },
        ]
  return {
    inputs: [{ name: 'x', dtype: 'f32', shape: [rows, inner] }],
    outputs: [{ name: 'y', dtype: 'f32', shape: [rows, out] }],
    initializers: [...weights].map(([name, { dtype, shape, data }]) => ({
      name,
      dtype,
      shape,
      data: { bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) },
    })),
    nodes,
    values: [],
    hostNodes: [],
  }
}

const text = { layers: 4, width: 256, heads: 4, vocabulary: 256, tokens: 256 }
const batch = 16

/** ONNX's names of the ops that are matrix products. */
const productOps = ['MatMul', 'FusedMatMul', 'Gemm', 'FusedGemm', 'MultiHeadAttention', 'MatMulNBits']

async function training(perf: Perf, runtime: Runtime): Promise<Figures> {
  const graph = new Graph()
  const shape = [batch, text.tokens]
  const [ids, targets] = [graph.input('ids', 'i64', shape), graph.input('targets', 'i64', shape)]
  const loss = textModelLoss(new Parameters(graph), { ids, targets }, text)
  const { parameters } = program({ loss })
  const gradients = grad(loss, [...parameters.values()])
  const outputs = Object.fromEntries([...parameters.keys()].map((path, i) => [path, gradients[i]!]))
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

  const run = async (profile: boolean) => {
    const session = await runtime.load({ loss, ...outputs }, { profile })
    const optimizer = new AdamW(initial)
    const losses: number[] = []
    const step = async () => {
      const result = await session.run({ ...feeds, ...optimizer.weights }, { into: optimizer.gradients })
      losses.push((result.loss!.data as Float32Array)[0]!)
      optimizer.step()
    }
    for (let warm = 0; warm < 3; warm++) await step()
    const steps = 12
    const ms =
      (await time(async () => {
        for (let i = 0; i < steps; i++) await step()
      })) / steps
    const times = profile ? await session.profile() : []
    await session.release()
    // A profile holds the first three steps as well.
    const products = times
      .filter(({ op }) => productOps.includes(op))
      .reduce((sum, each) => sum + each.microseconds, 0)
    return { ms, losses, times, productMs: products / 1000 / (steps + 3) }
  }
  const { result, peak, growth } = await measurePeak(() => run(false))
  const profiled = await run(true)
  const share = profiled.productMs / profiled.ms
  perf.line(
    `training, ${text.layers} layers of ${text.width}, ${(count / 1e6).toFixed(1)} M parameters, ${batch}×${text.tokens} tokens: ` +
      `${(1000 / result.ms).toFixed(2)} steps/s, loss ${result.losses[0]!.toFixed(3)} → ${result.losses.at(-1)!.toFixed(3)}, ` +
      `peak ${(growth / 2 ** 20).toFixed(0)} MiB above the ${((peak - growth) / 2 ** 20).toFixed(0)} before; ` +
      `${(share * 100).toFixed(0)} % of a step is matrix products`,
  )
  for (const { op, microseconds, count: calls } of profiled.times.slice(0, 8))
    perf.line(
      `  ${op.padEnd(20)} ${(microseconds / 1000 / 15).toFixed(1).padStart(7)} ms a step in ${calls / 15} calls`,
    )
  return {
    train_stepsPerSecond: round3(1000 / result.ms),
    train_peakMiB: Math.round(growth / 2 ** 20),
    train_productShare: round3(share),
  }
}

/** The graph of a 57-block transformer over a sparse file of the size of its checkpoint, bf16 and f32. */
async function loading(perf: Perf, runtime: Runtime): Promise<Figures> {
  const figures: Record<string, number> = {}
  for (const dtype of ['bf16', 'f32'] as const) {
    const folder = await mkdtemp(join(tmpdir(), 'pentimento-'))
    const source = await sparseSource(join(folder, 'weights.bin'), dtype)
    const before = memory()
    let start = performance.now()
    const lap = () => {
      const now = performance.now()
      const ms = now - start
      start = now
      return ms
    }
    const outputs = { y: fluxGraph(new Parameters(new Graph(), { source })) }
    const build = lap()
    const session = await runtime.load(outputs, { source, prepack: false, widenWeights: 'use' })
    const load = lap()
    const after = memory()
    const [resident, anonymous] = [
      after.resident - before.resident,
      (after.anonymous ?? 0) - (before.anonymous ?? 0),
    ]
    const billions = source.elements / 1e9
    perf.line(
      `57 blocks, ${billions.toFixed(1)} billion ${dtype} parameters in a file of ${(source.bytes / 1e9).toFixed(1)} GB: ` +
        `built in ${(build / 1000).toFixed(2)} s, lowered and loaded in ${(load / 1000).toFixed(2)} s; ` +
        `${(resident / 2 ** 20).toFixed(0)} MiB more in memory before the first run, ${(anonymous / 2 ** 20).toFixed(0)} of them not of the file`,
    )
    figures[`load12b_${dtype}_seconds`] = round3((build + load) / 1000)
    figures[`load12b_${dtype}_MiB`] = Math.round(resident / 2 ** 20)
    await session.release()
    await rm(folder, { recursive: true })
  }
  return figures
}

function fluxGraph(w: Parameters): Tensor {
  const { width, heads } = fluxShape
  const { graph } = w
  const tokens = 'text+image'
  return fluxLike(
    w,
    {
      image: graph.input('image', 'f32', [1, 'image', width]),
      text: graph.input('text', 'f32', [1, 'text', width]),
      vector: graph.input('vector', 'f32', [1, width]),
      cosines: graph.input('cosines', 'f32', [tokens, width / heads / 2]),
      sines: graph.input('sines', 'f32', [tokens, width / heads / 2]),
    },
    fluxShape,
  )
}

/** Tensors of zeros one after another in a file that takes no room on the disk. */
async function sparseSource(
  file: string,
  dtype: 'bf16' | 'f32',
): Promise<ParameterSource & { readonly elements: number; readonly bytes: number }> {
  const { parameters } = program({ y: fluxGraph(new Parameters(new Graph())) })
  const width = dtype === 'bf16' ? 2 : 4
  const ranges = new Map<string, { offset: number; byteLength: number; shape: readonly number[] }>()
  let offset = 0
  for (const [path, node] of parameters) {
    const shape = node.shape as readonly number[]
    const byteLength = elementCount(shape) * width
    ranges.set(path, { offset, byteLength, shape })
    offset += byteLength
  }
  await writeFile(file, '')
  await truncate(file, offset)
  return {
    name: file,
    elements: offset / width,
    bytes: offset,
    paths: () => ranges.keys(),
    describe: (path) => {
      const range = ranges.get(path)
      return range && { dtype, shape: range.shape }
    },
    locate: (path) => {
      const range = ranges.get(path)
      return range && { file, offset: range.offset, byteLength: range.byteLength }
    },
    read: async (path) => new Uint8Array(ranges.get(path)?.byteLength ?? 0),
  }
}
