import { describe, expect, it } from 'vitest'
import { grad } from './grad.ts'
import { reduceSum } from './ops.ts'
import { Parameters } from './parameters.ts'
import { print } from './print.ts'
import { program } from './program.ts'
import type { ParameterInfo } from './source.ts'
import { Graph } from './tensor.ts'

const stored: Readonly<Record<string, ParameterInfo>> = {
  'net.0.weight': { dtype: 'bf16', shape: [4, 3] },
  'net.0.bias': { dtype: 'f32', shape: [4] },
  'net.1.weight': { dtype: 'f32', shape: [2, 200], quantization: { bits: 4, block: 128 } },
}
const source = { name: 'model.safetensors', describe: (path: string) => stored[path] }

describe('parameters', () => {
  it('are leaves of the shapes that the model asks for when there is no source', () => {
    const w = new Parameters(new Graph(), { dtype: 'f16' })
    const x = w.graph.input('x', 'f16', ['n', 3])
    const y = w.pp('net').pp(0).linear(x, 4)
    expect([...program({ y }).parameters].map(([path, { dtype, shape }]) => [path, dtype, shape])).toEqual([
      ['net.0.weight', 'f16', [4, 3]],
      ['net.0.bias', 'f16', [4]],
    ])
  })

  it('are cast from what is stored to what is computed with', () => {
    const w = new Parameters(new Graph(), { source })
    const x = w.graph.input('x', 'f32', ['n', 3])
    expect(print(program({ y: w.pp('net.0').linear(x, 4) }))).toMatchInlineSnapshot(`
      "input x: f32[n, 3]
      parameter net.0.weight: bf16[4, 3]
      parameter net.0.bias: f32[4]
      %0: f32[4, 3] = cast(net.0.weight) to=f32
      %1: f32[n, 4] = matmul(x, %0) transposeB
      %2: f32[n, 4] = add(%1, net.0.bias)
      return y = %2"
    `)
  })

  it('that are quantised make quantised products, or are widened where they are asked for whole', () => {
    const w = new Parameters(new Graph(), { source })
    const x = w.graph.input('x', 'f32', ['n', 200])
    const y = w.pp('net.1').linear(x, 2, { bias: false })
    expect(print(program({ y, whole: w.get('net.1.weight', [2, 200]) }))).toMatchInlineSnapshot(`
      "input x: f32[n, 200]
      parameter net.1.weight.q: u8[2, 2, 64]
      parameter net.1.weight.scales: f32[2, 2]
      %0: f32[n, 2] = quantizedMatmul(x, net.1.weight.q, net.1.weight.scales) bits=4 block=128 inner=200
      %1: f32[2, 200] = dequantize(net.1.weight.q, net.1.weight.scales) bits=4 block=128 inner=200
      return y = %0, whole = %1"
    `)
  })

  it('make the layers that models repeat', () => {
    const w = new Parameters(new Graph())
    const x = w.graph.input('x', 'f32', [1, 4, 8, 8])
    const ids = w.graph.input('ids', 'i64', ['n'])
    const small = w.pp('conv').conv2d(x, 6, { kernel: 3 })
    const outputs = {
      small: w.pp('down').conv2d(small, 2, { kernel: 3, stride: 2, padding: 0, bias: false }),
      grouped: w.pp('norm').groupNorm(x, { groups: 2, epsilon: 1e-6 }),
      layer: w.pp('norm1').layerNorm(w.pp('words').embedding(ids, [10, 3]), { epsilon: 1e-5 }),
      root: w.pp('norm2').rmsNorm(x, { epsilon: 1e-6 }),
    }
    expect(print(program(outputs))).toMatchInlineSnapshot(`
      "input x: f32[1, 4, 8, 8]
      input ids: i64[n]
      parameter conv.weight: f32[6, 4, 3, 3]
      parameter conv.bias: f32[6]
      parameter down.weight: f32[2, 6, 3, 3]
      parameter norm.weight: f32[4]
      parameter norm.bias: f32[4]
      parameter words.weight: f32[10, 3]
      parameter norm1.weight: f32[3]
      parameter norm1.bias: f32[3]
      parameter norm2.weight: f32[8]
      %0: f32[1, 6, 8, 8] = conv2d(x, conv.weight, conv.bias) stride=[1, 1] padding=[1, 1, 1, 1] dilation=[1, 1] groups=1
      %1: f32[1, 2, 3, 3] = conv2d(%0, down.weight) stride=[2, 2] padding=[0, 0, 0, 0] dilation=[1, 1] groups=1
      %2: f32[1, 4, 8, 8] = groupNorm(x, norm.weight, norm.bias) groups=2 epsilon=0.000001
      %3: f32[n, 3] = gather(words.weight, ids) axis=0
      %4: f32[n, 3] = layerNorm(%3, norm1.weight, norm1.bias) epsilon=0.00001
      %5: f32[1, 4, 8, 8] = rmsNorm(x, norm2.weight) epsilon=0.000001
      return small = %1, grouped = %2, layer = %4, root = %5"
    `)
    const open = w.graph.input('open', 'f32', ['n', 'm'])
    expect(() => w.pp('norm1').rmsNorm(open, { epsilon: 1e-6 })).toThrow(
      /^norm1\.weight: expected x with a known last dimension, got \[n, m\]/,
    )
  })

  it('tell whether there is such a tensor', () => {
    const w = new Parameters(new Graph(), { source, prefix: 'net' })
    expect([w.has('0.bias'), w.pp(1).has('bias')]).toEqual([true, false])
  })

  it('name the path, the wanted and the found shape when they do not fit', () => {
    const w = new Parameters(new Graph(), { source }).pp('net')
    expect(() => w.pp(0).get('bias', [5])).toThrow(
      'net.0.bias: expected shape [5], got [4] in model.safetensors',
    )
    expect(() => w.pp(2).get('bias', [5])).toThrow(
      'net.2.bias: expected shape [5], got no such tensor in model.safetensors',
    )
    const open = w.graph.input('open', 'f32', [3, 'n'])
    expect(() => w.pp(0).linear(open, 4)).toThrow(
      'net.0.weight: expected x with a known last dimension, got [3, n]',
    )
  })

  it('of a linear layer get a low-rank branch beside them, where a rule says so', () => {
    const w = new Parameters(new Graph(), {
      source,
      lowRank: (layer, [out]) => (layer === 'net.0' ? { rank: 1, scale: out } : undefined),
    })
    const x = w.graph.input('x', 'f32', ['n', 3])
    expect(print(program({ y: w.pp('net.0').linear(x, 4) }))).toMatchInlineSnapshot(`
      "input x: f32[n, 3]
      parameter net.0.weight: bf16[4, 3]
      parameter net.0.bias: f32[4]
      parameter net.0.lora_down.weight: f32[1, 3]
      parameter net.0.lora_up.weight: f32[4, 1]
      %0: f32[4, 3] = cast(net.0.weight) to=f32
      %1: f32[n, 4] = matmul(x, %0) transposeB
      %2: f32[n, 4] = add(%1, net.0.bias)
      %3: f32[n, 1] = matmul(x, net.0.lora_down.weight) transposeB
      %4: f32[] = constant() value=4
      %5: f32[n, 1] = mul(%3, %4)
      %6: f32[n, 4] = matmul(%5, net.0.lora_up.weight) transposeB
      %7: f32[n, 4] = add(%2, %6)
      return y = %7"
    `)
  })

  it('are not read of a linear layer whose output is given', () => {
    const graph = new Graph()
    const w = new Parameters(graph, {
      source,
      outputs: (layer, y) => (layer === 'net.0' ? graph.input('given', y.dtype, y.shape) : y),
    })
    const x = graph.input('x', 'f32', ['n', 3])
    const { inputs, parameters } = program({ y: w.pp('net').pp(0).linear(x, 4) })
    expect([...inputs.keys()]).toEqual(['given'])
    expect(inputs.get('given')!.shape.map(String)).toEqual(['n', '4'])
    expect([...parameters.keys()]).toEqual([])
  })

  it('that are quantised are widened for a gradient when it is there, and not before', () => {
    const w = new Parameters(new Graph(), { source })
    const x = w.graph.input('x', 'f32', [1, 200])
    const [g] = grad(reduceSum(w.pp('net.1').linear(x, 2, { bias: false })), [x])
    expect(print(program({ g }))).toMatchInlineSnapshot(`
      "parameter net.1.weight.q: u8[2, 2, 64]
      parameter net.1.weight.scales: f32[2, 2]
      %0: f32[] = constant() value=1
      %1: f32[1, 1] = reshape(%0) shape=[1, 1]
      %2: f32[1, 2] = broadcastTo(%1) shape=[1, 2]
      %3: u8[2, 2, 64] = after(net.1.weight.q, %2)
      %4: f32[2, 200] = dequantize(%3, net.1.weight.scales) bits=4 block=128 inner=200
      %5: f32[1, 200] = matmul(%2, %4)
      return g = %5"
    `)
  })
})
