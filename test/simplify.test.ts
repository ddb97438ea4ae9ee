import fc from 'fast-check'
import { interpret, type Op, ops, reachable, simplify, type Tensor } from 'pentimento/graph'
import { describe, expect, it } from 'vitest'
import { make } from './ops/case.ts'
import { opCases } from './ops/opCases.ts'
import { makeGraph, smallGraphs } from './ops/smallGraphs.ts'

/** The simplified graph means the same, is no larger, and is as simple as it gets. */
function expectSame(outputs: Readonly<Record<string, Tensor>>, feeds: Parameters<typeof interpret>[1]): void {
  const simple = simplify(outputs)
  for (const [name, tensor] of Object.entries(simplify(simple))) expect(tensor).toBe(simple[name])
  expect(reachable(Object.values(simple)).length).toBeLessThanOrEqual(
    reachable(Object.values(outputs)).length,
  )
  const [before, after] = [interpret(outputs, feeds), interpret(simple, feeds)]
  for (const name of Object.keys(outputs))
    expect(after[name]).toBeAllclose(before[name]!, { atol: 1e-12, rtol: 1e-12 })
}

describe('a simplified graph means what it did', () => {
  for (const op of Object.keys(ops) as Op[])
    it(op, () => {
      fc.assert(
        fc.property(opCases[op], fc.boolean(), (each, symbolic) => {
          const { output, binders, feeds } = make(each, { float: 'f64', symbolic })
          expectSame(
            { y: output, ...Object.fromEntries(binders.map((binder, i) => [`size${i}`, binder])) },
            feeds,
          )
        }),
        { numRuns: 25 },
      )
    })

  it('in small graphs', () => {
    fc.assert(
      fc.property(smallGraphs, fc.boolean(), (each, symbolic) => {
        const { outputs, feeds } = makeGraph(each, 'f64', symbolic)
        expectSame(outputs, feeds)
      }),
      { numRuns: 150 },
    )
  })
})
