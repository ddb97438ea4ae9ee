import fc from 'fast-check'
import { PentimentoError } from 'pentimento/error'
import {
  add,
  type DType,
  type Feeds,
  GraphError,
  grad,
  interpret,
  type Op,
  ops,
  program,
  reduceSum,
  type Tensor,
  type TensorValue,
} from 'pentimento/graph'
import { openRuntime, type Runtime } from 'pentimento/onnx'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasGpu } from './gpu.ts'
import { make, type OpCase } from './ops/case.ts'
import { opCases } from './ops/opCases.ts'
import { makeGraph, smallGraphs } from './ops/smallGraphs.ts'
import { runs } from './runs.ts'

/** A case may have operands of which nothing but the shape is read. */
function readBy(outputs: Readonly<Record<string, Tensor>>, feeds: Feeds): Feeds {
  const { inputs } = program(outputs)
  return Object.fromEntries(Object.entries(feeds).filter(([name]) => inputs.has(name)))
}

/** The result of a case, beside the inputs that bind its names. */
function outputsOf(each: OpCase, float: DType, symbolic: boolean) {
  const { output, binders, feeds } = make(each, { float, symbolic })
  const named = binders.map((binder, i) => [`size${i}`, binder] as const)
  return { op: output.op, outputs: { y: output, ...Object.fromEntries(named) }, feeds }
}

/** How near ONNX Runtime comes to float64, in the dtype that it computes in. */
const tolerance = (float: DType, rtol: number) =>
  float === 'f16' || float === 'bf16' ? { atol: 0.05, rtol: 0.02 } : { atol: rtol, rtol }

/** Ops without a float64 kernel on the CPU. */
const notInDouble: readonly Op[] = [
  'erf',
  'gelu',
  'conv2d',
  'convTranspose2d',
  'groupNorm',
  'quantizedMatmul',
  'dequantize',
]

/** Every new shape has its shaders compiled, so that a GPU in software gets fewer cases. */
const machines = [
  { provider: 'cpu', cases: 12, rtol: 2e-5 },
  // SwiftShader's sines and cosines are good to four digits.
  ...(hasGpu() ? [{ provider: 'webgpu', cases: 2, rtol: 5e-4 } as const] : []),
] as const

describe.each(machines)(
  'ONNX Runtime means what the interpreter means, on $provider',
  ({ provider, cases, rtol }) => {
    let runtime: Runtime
    beforeAll(async () => {
      runtime = await openRuntime({ provider, threads: 1 })
    })
    afterAll(() => runtime.close())

    async function expectSame(each: OpCase, float: DType, symbolic: boolean): Promise<void> {
      const { op, outputs, feeds } = outputsOf(each, float, symbolic)
      const { y: wanted } = interpret(outputs, feeds)
      for (const attention of op === 'attention' ? (['plain', 'fused'] as const) : (['auto'] as const)) {
        const session = await runtime.load(outputs, { attention, accuracyLevel: 1 })
        const { y } = await session.run(readBy(outputs, feeds))
        await session.release()
        expect(y).toBeAllclose(wanted, tolerance(float, rtol))
      }
    }

    for (const op of Object.keys(ops) as Op[])
      it(op, async () => {
        const floats = fc.constantFrom<DType>(
          'f32',
          'f32',
          'f16',
          'bf16',
          ...(notInDouble.includes(op) ? [] : (['f64'] as const)),
        )
        await fc.assert(fc.asyncProperty(opCases[op], floats, fc.boolean(), expectSame), {
          numRuns: runs(cases),
        })
      })

    it('in small graphs of several segments, however they are cut', async () => {
      const keeps = fc.constantFrom(0, 32, Number.POSITIVE_INFINITY)
      await fc.assert(
        fc.asyncProperty(smallGraphs, fc.boolean(), keeps, async (each, symbolic, keep) => {
          const { outputs, feeds } = makeGraph(each, 'f32', symbolic)
          const wanted = interpret(outputs, feeds)
          const session = await runtime.load(outputs, { plan: 'streamed', keep })
          const found = await session.runAll([feeds, feeds])
          await session.release()
          for (const name of Object.keys(outputs))
            for (const values of found)
              expect(values[name]).toBeAllclose(wanted[name]!, { atol: 1e-3, rtol: 1e-3 })
        }),
        { numRuns: runs(3 * cases) },
      )
    })

    // No GPU has a kernel for buffers of no bytes.
    if (provider === 'cpu')
      it('with a size of 0: the same, or refused by both', async () => {
        for (const op of Object.keys(ops) as Op[])
          for (const each of fc.sample(opCases[op], { numRuns: 8, seed: 5 })) {
            const [name] = Object.keys(each.sizes)
            if (name === undefined) continue
            const empty = { ...each, sizes: { ...each.sizes, [name]: 0 } }
            for (const symbolic of [false, true]) {
              const meant = () => {
                const { outputs, feeds } = outputsOf(empty, 'f32', symbolic)
                return interpret(outputs, feeds).y
              }
              const ran = async () => {
                const { outputs, feeds } = outputsOf(empty, 'f32', symbolic)
                const session = await runtime.load(outputs, { accuracyLevel: 1 })
                try {
                  return (await session.run(readBy(outputs, feeds))).y
                } finally {
                  await session.release()
                }
              }
              let wanted: TensorValue
              try {
                wanted = meant()
              } catch (error) {
                expect(error, `${op} ${each.label}`).toBeInstanceOf(GraphError)
                await expect(ran(), `${op} ${each.label}`).rejects.toThrow(PentimentoError)
                continue
              }
              expect(await ran()).toBeAllclose(wanted, tolerance('f32', rtol))
            }
          }
      })

    it('in small graphs of many ops, with open sizes or without', async () => {
      await fc.assert(
        fc.asyncProperty(smallGraphs, fc.boolean(), async (each, symbolic) => {
          const { inputs, outputs, feeds } = makeGraph(each, 'f32', symbolic)
          const loss = Object.values(outputs)
            .map((y) => reduceSum(y))
            .reduce((a, b) => add(a, b))
          const [dx, dy, dw] = inputs as readonly [Tensor, Tensor, Tensor]
          const gradients = grad(loss, { dx, dy, dw }, { recompute: (segment) => segment === 'part.1' })
          const all: Record<string, Tensor> = { ...outputs, ...gradients }
          const wanted = interpret(all, feeds)
          const session = await runtime.load(all)
          const found = await session.run(readBy(all, feeds))
          await session.release()
          // A sum over a hundred numbers near 1, ten ops deep.
          for (const name of Object.keys(all))
            expect(found[name]).toBeAllclose(wanted[name]!, { atol: 1e-3, rtol: 1e-3 })
        }),
        { numRuns: runs(3 * cases) },
      )
    })
  },
)
