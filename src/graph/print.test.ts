import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { grad } from './grad.ts'
import * as t from './ops.ts'
import { Parameters } from './parameters.ts'
import { print } from './print.ts'
import { program } from './program.ts'
import { simplify } from './simplify.ts'
import { Graph } from './tensor.ts'
import { tensorValue } from './value.ts'

describe('a graph prints as text', () => {
  it('a network of two layers, its segments', () => {
    const w = new Parameters(new Graph())
    const x = w.graph.input('x', 'f32', ['batch', 784])
    const h = w.graph.segment('hidden', () => t.silu(w.pp('fc1').linear(x, 256)))
    const y = w.graph.segment('out', () => t.softmax(w.pp('fc2').linear(h, 10)))
    expect(print(program({ y }))).toMatchInlineSnapshot(`
      "input x: f32[batch, 784]
      parameter fc1.weight: f32[256, 784]
      parameter fc1.bias: f32[256]
      parameter fc2.weight: f32[10, 256]
      parameter fc2.bias: f32[10]
      segment hidden
        %0: f32[batch, 256] = matmul(x, fc1.weight) transposeB
        %1: f32[batch, 256] = add(%0, fc1.bias)
        %2: f32[batch, 256] = silu(%1)
      segment out
        %3: f32[batch, 10] = matmul(%2, fc2.weight) transposeB
        %4: f32[batch, 10] = add(%3, fc2.bias)
        %5: f32[batch, 10] = softmax(%4) axis=1
      return y = %5"
    `)
  })

  it('attention with open sizes', () => {
    const graph = new Graph()
    const q = graph.input('q', 'f16', [1, 8, 'tokens', 64])
    const k = graph.input('k', 'f16', [1, 2, 'text+tokens', 64])
    const text = graph.input('text', 'f16', ['text'])
    const y = t.attention({ q, k, v: k }, { causal: true })
    expect(print(program({ y, text }))).toMatchInlineSnapshot(`
      "input q: f16[1, 8, tokens, 64]
      input k: f16[1, 2, text+tokens, 64]
      input text: f16[text]
      %0: f16[1, 8, tokens, 64] = attention(q, k, k) scale=0.125 causal
      return y = %0, text = text"
    `)
  })

  it('constants, the long ones in part', () => {
    const graph = new Graph()
    const table = graph.constant(tensorValue('i64', [12], [...new Array(12).keys()]))
    const x = graph.input('x', 'i64', [12])
    expect(print(program({ y: t.add(t.mul(x, table), 3) }))).toMatchInlineSnapshot(`
      "input x: i64[12]
      %0: i64[12] = constant() value=[0, 1, 2, 3, 4, 5, 6, 7, …]
      %1: i64[12] = mul(x, %0)
      %2: i64[] = constant() value=3
      %3: i64[12] = add(%1, %2)
      return y = %3"
    `)
  })

  it('the gradient of a linear layer, simplified', () => {
    const w = new Parameters(new Graph())
    const x = w.graph.input('x', 'f32', ['batch', 3])
    const loss = t.reduceMean(t.square(w.pp('fc').linear(x, 2)))
    const [weight, bias] = ['fc.weight', 'fc.bias'].map((path) => program({ loss }).parameters.get(path)!)
    const [dWeight, dBias] = grad(loss, [weight!, bias!])
    expect(print(program(simplify({ loss, dWeight, dBias })))).toMatchInlineSnapshot(`
      "input x: f32[batch, 3]
      parameter fc.weight: f32[2, 3]
      parameter fc.bias: f32[2]
      %0: f32[batch, 2] = matmul(x, fc.weight) transposeB
      %1: f32[batch, 2] = add(%0, fc.bias)
      %2: f32[batch, 2] = mul(%1, %1)
      %3: f32[] = reduceMean(%2) axes=[0, 1]
      %4: f32[] = size() dim=2*batch dtype=f32
      %5: f32[1, 1] = constant() value=[1]
      %6: f32[1, 1] = div(%5, %4)
      %7: f32[batch, 2] = mul(%6, %1)
      %8: f32[batch, 2] = add(%7, %7)
      %9: f32[2] = reduceSum(%8) axes=[0]
      %10: f32[2, 3] = matmul(%8, x) transposeA
      return loss = %3, dWeight = %10, dBias = %9"
    `)
  })
})

it('a node prints itself, so that console.log and messages show what it is', () => {
  const graph = new Graph()
  const x = graph.input('x', 'f32', ['n', 4])
  const w = graph.parameter('fc.weight', 'f32', [2, 4])
  const y = t.add(t.matmul(x, w, { transposeB: true }), 0.5)
  expect([x, w, ...y.inputs, y].map(String).join('\n')).toMatchInlineSnapshot(`
    "input x: f32[n, 4]
    parameter fc.weight: f32[2, 4]
    %2: f32[n, 2] = matmul(x, fc.weight) transposeB
    %3: f32[] = constant() value=0.5
    %4: f32[n, 2] = add(%2, %3)"
  `)
  expect(inspect({ y, graph })).toBe(`{ y: ${y}, graph: Graph of 5 nodes }`)
})
