import { describe, expect, it } from 'vitest'
import {
  add,
  cast,
  equal,
  Graph,
  iota,
  matmul,
  mul,
  Parameters,
  program,
  slice,
  sub,
  type Tensor,
} from '../graph/index.ts'
import { type Cut, cutProgram, divide, type Stage, stagesOf, wholeStage } from './stage.ts'

/** Layers of 4 × 4 weights, each a segment of its own. */
function layers(count: number): Record<string, Tensor> {
  const w = new Parameters(new Graph())
  let x = w.graph.input('x', 'f32', ['n', 4])
  for (let i = 0; i < count; i++)
    x = w.graph.segment(`layer.${i}`, () => w.pp(`layer.${i}`).linear(x, 4, { bias: false }))
  return { y: x }
}

const eachAlone = (cut: Cut): readonly Stage[] =>
  stagesOf(
    cut,
    cut.groups.map((_, i) => i),
  )

/** What each stage reads of earlier ones, by segment and op. */
const crossings = (stages: readonly Stage[]): string[][] =>
  stages.map(({ entries }) => [...entries.values()].map(({ segment, op }) => `${segment}:${op}`))

describe('a program is cut', () => {
  it('at its segments, and passes on what later ones read', () => {
    const stages = eachAlone(cutProgram(program(layers(3))))
    expect(stages.map(({ inputs }) => [...inputs.keys()])).toEqual([['x'], [], []])
    expect(stages.map(({ parameters }) => [...parameters.keys()])).toEqual([
      ['layer.0.weight'],
      ['layer.1.weight'],
      ['layer.2.weight'],
    ])
    expect(crossings(stages)).toEqual([[], ['layer.0:matmul'], ['layer.1:matmul']])
    expect(stages.map(({ outputs }) => outputs.size)).toEqual([1, 1, 1])
    expect([...stages[2]!.outputs.keys()]).toEqual(['y'])
  })

  it('with what lies between segments in the one before, and what depends on no input in each that reads it', () => {
    const graph = new Graph()
    const x = graph.input('x', 'f32', [4])
    const table = graph.segment('a', () => cast(equal(iota(graph, 4, 'i64'), 2), 'f32'))
    const weight = cast(graph.parameter('w', 'f16', [4]), 'f32')
    const a = graph.segment('a', () => mul(add(x, table), weight))
    const between = mul(a, 2)
    const b = graph.segment('b', () => add(mul(between, weight), table))
    const stages = eachAlone(cutProgram(program({ b, x, weight })))
    expect(crossings(stages)).toEqual([[], ['undefined:mul']])
    expect(stages.map(({ parameters }) => [...parameters.keys()])).toEqual([['w'], ['w']])
    // An input and a constant are outputs of the last stage.
    expect([...stages[1]!.outputs.keys()]).toEqual(['b', 'x', 'weight'])
    const after = mul(b, 2)
    const c = graph.segment('c', () => add(after, 1))
    const longer = cutProgram(program({ c }))
    expect(longer.groups[1]!.nodes).toContain(after)
    expect(crossings(eachAlone(longer))[2]).toEqual(['undefined:mul'])
  })

  it('not between segments of which one reads a later one', () => {
    const graph = new Graph()
    const x = graph.input('x', 'f32', [4])
    const a = graph.segment('a', () => mul(x, 2))
    const b = graph.segment('b', () => add(a, 1))
    const again = graph.segment('a', () => mul(b, 3))
    const c = graph.segment('c', () => sub(again, 1))
    const { groups } = cutProgram(program({ c }))
    expect(groups.map(({ nodes }) => nodes.map(({ segment }) => segment))).toEqual([['a', 'b', 'a'], ['c']])
  })

  it('and a stage is given the sizes that its inputs do not tell', () => {
    const graph = new Graph()
    const x = graph.input('x', 'f32', ['text + 4', 2])
    const y = graph.input('y', 'f32', ['text', 2])
    const a = graph.segment('a', () => mul(x, 2))
    const b = graph.segment('b', () => add(slice(a, 0, 0, -4), y))
    const stages = eachAlone(cutProgram(program({ b })))
    expect(stages.map(({ sizes }) => [...sizes])).toEqual([[['cut.size.text', 'text']], []])
  })

  it('under names that the program does not have', () => {
    const graph = new Graph()
    const x = graph.input('cut.1', 'f32', [4])
    const a = graph.segment('a', () => mul(x, 2))
    const b = graph.segment('b', () => add(a, 1))
    const [first] = eachAlone(cutProgram(program({ b })))
    expect([...first!.outputs.keys()]).toEqual([`cut..${a.id}`])
  })
})

describe('a plan', () => {
  it('keeps as many of the first segments as there is room for', () => {
    const cut = cutProgram(program(layers(4)))
    const bytes = 4 * 16
    expect(divide(cut, {})).toEqual({ starts: [0, 1, 2, 3], kept: false })
    expect(divide(cut, { keep: bytes - 1 })).toEqual({ starts: [0, 1, 2, 3], kept: false })
    expect(divide(cut, { keep: bytes })).toEqual({ starts: [0, 1, 2, 3], kept: true })
    expect(divide(cut, { keep: 2.5 * bytes })).toEqual({ starts: [0, 2, 3], kept: true })
    expect(divide(cut, { keep: 4 * bytes })).toEqual({ starts: [0], kept: true })
    // Twice the largest segment is set aside.
    expect(divide(cut, { budget: 3 * bytes })).toEqual({ starts: [0, 1, 2, 3], kept: true })
    expect(divide(cut, { budget: 2 * bytes })).toEqual({ starts: [0, 1, 2, 3], kept: false })
  })

  it('runs small neighbours in one session, up to the weights of the largest segment', () => {
    const graph = new Graph()
    let x: Tensor = graph.input('x', 'f32', [1, 4])
    for (const [i, width] of [8, 4, 4, 4, 8].entries())
      x = graph.segment(`${i}`, () =>
        matmul(x, graph.parameter(`w${i}`, 'f32', [x.shape[1] as number, width])),
      )
    // Weights: 32, 32, 16, 16 and 32 numbers.
    const cut = cutProgram(program({ x }))
    expect(divide(cut, {})).toEqual({ starts: [0, 1, 2, 4], kept: false })
    expect(divide(cut, { keep: 4 * 80 })).toEqual({ starts: [0, 3, 4], kept: true })
  })

  it('counts a weight that two segments share once, and narrow floats as wide ones', () => {
    const graph = new Graph()
    const x = graph.input('x', 'f32', [1, 4])
    const shared = cast(graph.parameter('w', 'f16', [4, 4]), 'f32')
    const a = graph.segment('a', () => matmul(x, shared))
    const b = graph.segment('b', () => matmul(a, shared))
    const cut = cutProgram(program({ b }))
    expect(divide(cut, { keep: 63 }).kept).toBe(false)
    expect(divide(cut, { keep: 64 })).toEqual({ starts: [0], kept: true })
    expect(divide(cut, { keep: 32, widens: false })).toEqual({ starts: [0], kept: true })
    expect(divide(cut, { keep: 31, widens: false }).kept).toBe(false)
  })

  it('may be one stage', () => {
    const asked = program(layers(2))
    const { inputs, outputs, parameters } = wholeStage(asked)
    expect({ inputs, outputs, parameters }).toEqual({
      inputs: asked.inputs,
      outputs: asked.outputs,
      parameters: asked.parameters,
    })
  })
})
