import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  add,
  type Feeds,
  Graph,
  mul,
  type ParameterInfo,
  Parameters,
  program,
  reduceMean,
  split,
  type Tensor,
  type TensorValue,
  tensorValue,
  unsqueeze,
} from '../../graph/index.ts'
import { openRuntime, type Runtime } from '../../onnx/index.ts'
import { initialize, normal } from '../../weights/index.ts'
import { type StepModel, StepSession } from './stepSession.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await openRuntime({ provider: 'cpu', threads: 1 })
})
afterAll(() => runtime.close())

const width = 8

/** Two blocks over tokens, modulated by the time and the mean of a text that is not read otherwise. */
function velocity(w: Parameters): Tensor {
  const { graph } = w
  const time = graph.input('time', 'f32', [1, width])
  const text = graph.input('text', 'f32', [1, 'text', width])
  const pooled = reduceMean(text, { axes: [1] })
  let x = graph.input('image', 'f32', [1, 3, width])
  for (const name of ['first', 'second'])
    x = graph.segment(name, () => {
      const rows = w
        .pp(name)
        .pp('mod')
        .linear(add(time, pooled), 2 * width)
      const [scale, shift] = split(unsqueeze(rows, 1), 2) as [Tensor, Tensor]
      return w
        .pp(name)
        .pp('out')
        .linear(add(mul(x, scale), shift), width)
    })
  return x
}

/** The modulations have a low-rank change, as a LoRA leaves beside weights in int8. */
const changed = (path: string, info: ParameterInfo): ParameterInfo =>
  path.endsWith('mod.weight') ? { ...info, lowRank: 2 } : info

const shapes = new Map(program({ y: velocity(new Parameters(new Graph())) }).parameters)
const described = {
  name: 'described',
  describe: (path: string) => {
    const { dtype, shape } = shapes.get(path)!
    return changed(path, { dtype, shape: shape as readonly number[] })
  },
}
const weights = initialize(
  program({ y: velocity(new Parameters(new Graph(), { source: described })) }).parameters,
  { seed: 1, rule: () => normal(0.5) },
)
const source = {
  ...weights,
  describe: (path: string) => {
    const info = weights.describe(path)
    return info && changed(path, info)
  },
}

const value = (shape: readonly number[], seed: number) =>
  tensorValue(
    'f32',
    shape,
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(seed + i)),
  )
const texts = [value([1, 4, width], 50), value([1, 2, width], 60)]
/** Four steps, the last without guidance. */
const known: readonly (readonly Feeds[])[] = [1, 2, 3, 4].map((step) => {
  const time = value([1, width], step)
  return texts.slice(0, step === 4 ? 1 : 2).map((text) => ({ time, text }))
})

async function steps(how: Pick<StepModel, 'plan' | 'ahead' | 'room'>) {
  const session = await StepSession.load({
    ...how,
    runtime,
    source,
    budget: 0,
    tokens: 3,
    width,
    firstBlock: 'first.',
    isModulation: (layer) => layer.endsWith('.mod'),
    velocity,
  })
  const run = session.over(known)
  const [results, parts]: [TensorValue[], number[]] = [[], []]
  for (let step = 0; step < known.length; step++) {
    let told = 0
    let before = 0
    const image = value([1, 3, width], 10 * step)
    results.push(
      ...(await run(step, { image }, (done, of) => {
        expect(done / of).toBeGreaterThan(before)
        before = done / of
        told++
      })),
    )
    expect(before).toBe(1)
    parts.push(told)
  }
  await session.release()
  return { results, parts }
}

function expectSame(found: readonly TensorValue[], wanted: readonly TensorValue[]): void {
  expect(found).toHaveLength(7)
  for (const [i, each] of found.entries()) expect(each).toBeAllclose(wanted[i]!, { atol: 1e-5 })
}

it('gives the same numbers with modulations within the steps and before them, whole and streamed', async () => {
  const within = await steps({ plan: 'whole' })
  expect(within.parts).toEqual([2, 2, 2, 1])
  const ahead = await steps({ plan: 'whole', ahead: true })
  expectSame(ahead.results, within.results)
  const streamed = await steps({ plan: 'streamed' })
  expectSame(streamed.results, within.results)
  // One pass, in the first step.
  expect(streamed.parts).toEqual([4, 2, 2, 2])
})

it('takes a pass for as many steps as there is room for, and for one at least', async () => {
  const within = await steps({ plan: 'whole' })
  const row = 4 * 2 * 2 * width
  const some = await steps({ plan: 'streamed', room: 5 * row })
  expectSame(some.results, within.results)
  expect(some.parts).toEqual([4, 2, 4, 2])
  const none = await steps({ plan: 'streamed', room: 0 })
  expectSame(none.results, within.results)
  expect(none.parts).toEqual([4, 4, 4, 4])
})
