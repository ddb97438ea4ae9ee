import {
  add,
  elementCount,
  Graph,
  matmul,
  quantizedMatmul,
  type Tensor,
  type TensorValue,
} from 'pentimento/graph'
import { disableTelemetry, encodeModel, type Model, type ModelNode, type Runtime } from 'pentimento/onnx'
import { type Figures, inTurns, type Perf, round3, time } from './measure.ts'
import { memorySource, noise } from './values.ts'

/** GFLOP/s of the fastest of some square products: what this machine can do in fp32 through the same library. */
export async function measuredPeak(runtime: Runtime): Promise<number> {
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
export async function linear(perf: Perf, runtime: Runtime, peak: number): Promise<Figures> {
  disableTelemetry()
  const { InferenceSession, Tensor: OrtTensor } = await import('onnxruntime-node')
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
