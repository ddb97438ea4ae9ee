import { describe, expect, it } from 'vitest'
import {
  add,
  attention,
  cast,
  exp,
  Graph,
  gather,
  gelu,
  grad,
  matmul,
  mul,
  Parameters,
  program,
  quantizedMatmul,
  reduceSum,
  reshape,
  type Tensor,
} from '../graph/index.ts'
import { lower } from './lower.ts'
import { type PrepareOptions, prepare } from './prepare.ts'
import type { Model } from './proto.ts'
import { wholeStage } from './stage.ts'
import { type Target, targets } from './target.ts'

interface Options extends Partial<PrepareOptions> {
  readonly target?: Target
  /** Parameters are in a file instead of being given at each run. */
  readonly stored?: boolean
}

function lowered(outputs: Readonly<Record<string, Tensor>>, options: Options = {}): Model {
  const { target = targets.cpu, stored = false, ...rest } = options
  const place = () => (stored ? { location: 'weights', offset: 0, byteLength: 0 } : undefined)
  const prepared = prepare(wholeStage(program(outputs)), { attention: 'auto', widenWeights: 'load', ...rest })
  return lower(prepared, { target, place, accuracyLevel: 4 })
}

/** The nodes as text: `y = MatMul(x, w) transB=1`. */
function text({ nodes }: Model): string {
  return nodes
    .map(({ op, inputs, outputs, attributes }) => {
      const values = Object.entries(attributes).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`)
      return `${outputs.join()} = ${op}(${inputs.join(', ')})${values.join('')}`
    })
    .join('\n')
}

const opsOf = (model: Model): string[] => model.nodes.map(({ op }) => op)

describe('lowering', () => {
  it('names nodes after segments and ops, and tells the shapes between them', () => {
    const w = new Parameters(new Graph())
    const x = w.graph.input('x', 'f32', ['n', 4])
    const y = w.graph.segment('mlp', () => gelu(w.pp('fc').linear(x, 8)))
    const model = lowered({ y })
    expect(text(model)).toMatchInlineSnapshot(`
      "mlp/matmul.2/FusedMatMul.0 = FusedMatMul(input:x, parameter:fc.weight) transA=0 transB=1
      mlp/add.4/Add.1 = Add(mlp/matmul.2/FusedMatMul.0, parameter:fc.bias)
      output:y = Gelu(mlp/add.4/Add.1) approximate="none""
    `)
    expect(model.values.map(({ shape }) => shape.join())).toEqual(['n,8', 'n,8'])
  })

  it('reads transposed operands in place where there is a kernel, else as Gemm or by a Transpose', () => {
    const graph = new Graph()
    const x = graph.input('x', 'f32', [2, 3])
    const batch = graph.input('batch', 'f32', [4, 2, 3])
    const outputs = {
      plain: matmul(batch, reshape(batch, [4, 3, 2])),
      matrix: matmul(x, x, { transposeB: true }),
      stack: matmul(batch, batch, { transposeB: true }),
    }
    const products = (target: Target) =>
      opsOf(lowered(outputs, { target })).filter((op) => op !== 'Identity' && op !== 'Reshape')
    expect(products(targets.cpu)).toEqual(['FusedMatMul', 'FusedMatMul', 'MatMul'])
    expect(products(targets.webgpu)).toEqual(['Transpose', 'MatMul', 'Gemm', 'MatMul'])
  })

  it('lets the quantised product add its bias, unless something else reads the product', () => {
    const graph = new Graph()
    const x = graph.input('x', 'f32', ['n', 32])
    const q = graph.parameter('w.q', 'u8', [8, 1, 32])
    const scales = graph.parameter('w.scales', 'f32', [8, 1])
    const product = quantizedMatmul(x, { q, scales, bits: 8, block: 32, inner: 32 })
    const y = add(product, graph.parameter('bias', 'f32', [8]))
    expect(text(lowered({ y }))).toMatchInlineSnapshot(
      `"output:y = MatMulNBits(input:x, parameter:w.q, parameter:w.scales, , , parameter:bias) K=32 N=8 bits=8 block_size=32 accuracy_level=4"`,
    )
    expect(opsOf(lowered({ y, product }))).toContain('Add')
    // A row that is added to every column is no bias.
    expect(opsOf(lowered({ y: add(product, graph.input('rows', 'f32', ['n', 1])) }))).toContain('Add')
  })

  it('takes the attention kernel by the number of scores', () => {
    const kernel = (tokens: number | string, options: Options = {}) => {
      const q = new Graph().input('q', 'f32', [1, 8, tokens, 64])
      return opsOf(lowered({ y: attention({ q, k: q, v: q }) }, options)).includes('MultiHeadAttention')
    }
    expect([kernel(64), kernel(1536), kernel('tokens')]).toEqual([false, true, true])
    expect([kernel(64, { attention: 'fused' }), kernel(1536, { attention: 'plain' })]).toEqual([true, false])
  })

  it('shares the scores of plain attention with its gradient', () => {
    const q = new Graph().input('q', 'f32', [1, 2, 4, 8])
    const loss = reduceSum(attention({ q, k: q, v: q }))
    const [gradient] = grad(loss, [q])
    expect(opsOf(lowered({ loss, gradient })).filter((op) => op === 'Softmax').length).toBe(1)
  })

  it('widens a table after the look-up, and large weights when they are used', () => {
    const graph = new Graph()
    const ids = graph.input('ids', 'i64', ['n'])
    const table = cast(graph.parameter('table', 'bf16', [300, 256]), 'f32')
    const weight = cast(graph.parameter('weight', 'bf16', [256, 256]), 'f32')
    const small = cast(graph.parameter('small', 'bf16', [256]), 'f32')
    const y = mul(matmul(gather(table, ids), weight), small)
    expect(text(lowered({ y }, { stored: true }))).toMatchInlineSnapshot(`
      "cast.4/Cast.0 = Cast(parameter:weight) to={"type":"f32"}
      cast.6/Cast.1 = Cast(parameter:small) to={"type":"f32"}
      gather.8/Gather.2 = Gather(parameter:table, input:ids) axis=0
      cast.9/Cast.3 = Cast(gather.8/Gather.2) to={"type":"f32"}
      matmul.10/MatMul.4 = MatMul(cast.9/Cast.3, cast.4/Cast.0)
      output:y = Mul(matmul.10/MatMul.4, cast.6/Cast.1)"
    `)
    expect(text(lowered({ y }, { widenWeights: 'use', stored: true }))).toMatchInlineSnapshot(`
      "cast.6/Cast.0 = Cast(parameter:small) to={"type":"f32"}
      gather.8/Gather.1 = Gather(parameter:table, input:ids) axis=0
      cast.9/Cast.2 = Cast(gather.8/Gather.1) to={"type":"f32"}
      after.11/Shape.3 = Shape(cast.9/Cast.2) start=0 end=1
      after.11/Mul.5 = Mul(after.11/Shape.3, constant.4)
      after.11/Add.7 = Add(constant.6, after.11/Mul.5)
      after.11/Reshape.8 = Reshape(parameter:weight, after.11/Add.7) allowzero=1
      cast.12/Cast.9 = Cast(after.11/Reshape.8) to={"type":"f32"}
      matmul.13/MatMul.10 = MatMul(cast.9/Cast.2, cast.12/Cast.9)
      output:y = Mul(matmul.13/MatMul.10, cast.6/Cast.0)"
    `)
  })

  it('widens a table in fp8 before the look-up, which takes no fp8', () => {
    const graph = new Graph()
    const table = cast(graph.parameter('table', 'f8e4m3', [300, 256]), 'f32')
    const y = gather(table, graph.input('ids', 'i64', [3]))
    expect(text(lowered({ y }, { stored: true }))).toMatchInlineSnapshot(`
      "cast.2/Cast.0 = Cast(parameter:table) to={"type":"f32"}
      output:y = Gather(cast.2/Cast.0, input:ids) axis=0"
    `)
  })

  it('keeps f16 off a target that has none: it crosses as f32, and is rounded on the host', () => {
    const x = new Graph().input('x', 'f16', [2])
    const rounded = cast(exp(cast(x, 'f32')), 'f16')
    const model = lowered({ y: rounded }, { target: targets.webgpu })
    expect([...model.inputs, ...model.outputs].map(({ dtype }) => dtype)).toEqual(['f32', 'f32'])
    expect(opsOf(model)).toEqual(['Exp', 'Cast', 'Cast'])
    expect(model.hostNodes.length).toBe(2)
    // A target that computes with f16 is given f32 as well, and casts it.
    expect(opsOf(lowered({ y: mul(x, 2) }, { target: targets.cuda }))).toEqual(['Cast', 'Mul', 'Cast'])
    expect(opsOf(lowered({ y: mul(x, 2) }))).toEqual(['Mul'])
  })

  it('puts what nothing reads last and backward, so that ONNX Runtime comes to the first of them first', () => {
    const w = new Parameters(new Graph())
    let x = w.graph.input('x', 'f32', [3, 4])
    for (const layer of [0, 1, 2]) x = gelu(w.pp(layer).linear(x, 4, { bias: false }))
    const loss = reduceSum(x)
    const outputs = grad(loss, program({ loss }).parameters)
    const { nodes } = lowered({ ...outputs, loss })
    // The loss is ready first, the gradient of the first layer last.
    expect(nodes.slice(-4).map(({ outputs: [name] }) => name)).toEqual([
      'output:0.weight',
      'output:1.weight',
      'output:2.weight',
      'output:loss',
    ])
  })
})
