import { describe, expect, it } from 'vitest'
import { grad } from './grad.ts'
import { interpret } from './interpret.ts'
import * as t from './ops.ts'
import { program, reachable } from './program.ts'
import { simplify } from './simplify.ts'
import { Graph, isOp, type Tensor } from './tensor.ts'
import { tensorValue } from './value.ts'

/** Two segments of several ops each, in a row. */
function network() {
  const graph = new Graph()
  const x = graph.input('x', 'f64', ['n', 2])
  const w = graph.parameter('w', 'f64', [2, 2])
  const layer = (name: string, input: Tensor) =>
    graph.segment(name, () => {
      const h = t.matmul(t.sin(input), w)
      return { inside: [t.sin(input), h], out: t.add(input, t.mul(t.tanh(h), h)) }
    })
  const first = layer('first', x)
  const second = layer('second', first.out)
  return { w, first, second, loss: t.reduceSum(t.square(second.out)) }
}

const feeds = {
  x: tensorValue('f64', [3, 2], [0.1, -0.2, 0.3, 0.4, -0.5, 0.6]),
  w: tensorValue('f64', [2, 2], [1, -0.5, 0.25, 2]),
}

describe('recomputation', () => {
  it('gives the same gradients', () => {
    const { loss, w } = network()
    const [kept] = grad(loss, [w])
    const [again] = grad(loss, [w], { recompute: () => true })
    expect(interpret({ again }, feeds).again).toEqual(interpret({ again: kept }, feeds).again)
  })

  it('takes segments of any length', () => {
    const graph = new Graph()
    const start = graph.input('x', 'f64', [1])
    const end = graph.segment('long', () => {
      let x: Tensor = start
      for (let i = 0; i < 20_000; i++) x = t.sin(x)
      return x
    })
    const [kept] = grad(t.reduceSum(end), [start])
    const [again] = grad(t.reduceSum(end), [start], { recompute: () => true })
    const x = tensorValue('f64', [1], [0.3])
    expect(interpret({ again }, { x }).again).toEqual(interpret({ again: kept }, { x }).again)
  })

  it('keeps nothing of a marked segment but what enters it', () => {
    const { loss, w, first, second } = network()
    const uses = (recompute: (segment: string) => boolean) => {
      const [gradient] = grad(loss, [w], { recompute })
      const { nodes } = program(simplify({ gradient }))
      // The gradient reads `second.out` for the loss; the rest of the forward pass is what could be dropped.
      const forward = new Set(reachable([loss]).map(({ id }) => id))
      const readBack = nodes.filter(({ id }) => !forward.has(id)).flatMap(({ inputs }) => inputs)
      const reads = (tensors: readonly Tensor[]) => tensors.some((each) => readBack.includes(each))
      return { first: reads(first.inside), second: reads(second.inside) }
    }
    expect(uses(() => false)).toEqual({ first: true, second: true })
    expect(uses((segment) => segment === 'first')).toEqual({ first: false, second: true })
    expect(uses(() => true)).toEqual({ first: false, second: false })
  })

  it('computes again only when the gradient has reached the segment', () => {
    const { loss, w, first } = network()
    const [gradient] = grad(loss, [w], { recompute: (segment) => segment === 'second' })
    const gates = reachable([gradient]).filter((node) => isOp(node, 'after'))
    expect(gates.map(({ inputs }) => inputs[0])).toEqual([first.out])
    const [gate] = gates
    expect(reachable([gate!.inputs[1]!])).toContain(loss.inputs[0]!.inputs[0])
    // The gate stays: simplification would merge the copy back into what it copies.
    expect(reachable([simplify({ gradient }).gradient]).filter((node) => isOp(node, 'after')).length).toBe(1)
  })
})
