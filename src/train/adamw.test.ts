import { describe, expect, it } from 'vitest'
import {
  add,
  dataOf,
  div,
  Graph,
  interpret,
  mul,
  sqrt,
  square,
  sub,
  type Tensor,
  type TensorValue,
  tensorValue,
} from '../graph/index.ts'
import { openRuntime } from '../onnx/index.ts'
import { AdamW } from './adamw.ts'

interface Rates {
  readonly rate: number
  readonly decay: number
}

/** AdamW as PyTorch documents it, an element at a time in float64. */
function reference(weight: number, gradients: readonly number[], { rate, decay }: Rates): number {
  let [w, m, v] = [weight, 0, 0]
  gradients.forEach((g, i) => {
    const t = i + 1
    w -= rate * decay * w
    m = 0.9 * m + 0.1 * g
    v = 0.999 * v + 0.001 * g * g
    w -= (rate * (m / (1 - 0.9 ** t))) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8)
  })
  return w
}

/** The same step as a graph, for state tensors of one shape. */
function stepGraph({ rate, decay }: Rates, t: number): Record<'weight' | 'mean' | 'square', Tensor> {
  const graph = new Graph()
  const [w, g, m, v] = ['weight', 'gradient', 'mean', 'square'].map((name) =>
    graph.input(name, 'f32', ['n']),
  ) as [Tensor, Tensor, Tensor, Tensor]
  const mean = add(mul(m, 0.9), mul(g, 0.1))
  const variance = add(mul(v, 0.999), mul(square(g), 0.001))
  const direction = div(mul(mean, 1 / (1 - 0.9 ** t)), add(sqrt(mul(variance, 1 / (1 - 0.999 ** t))), 1e-8))
  return { weight: sub(mul(w, 1 - rate * decay), mul(direction, rate)), mean, square: variance }
}

const fill = (value: TensorValue, number: number): unknown => dataOf(value, 'f32').fill(number)

describe('AdamW', () => {
  it('takes the steps of the paper, with decay where it is wanted', () => {
    const initial = {
      w: tensorValue('f32', [2, 2], [0.1, -0.2, 0.3, 4]),
      b: tensorValue('f32', [2], [1, -2]),
    }
    const optimizer = new AdamW(Object.entries(initial), {
      learningRate: 0.01,
      weightDecay: 0.1,
      decays: (path) => path === 'w',
    })
    const slopes = [0.5, -1, 2]
    for (const slope of slopes) {
      fill(optimizer.gradients.w!, slope)
      fill(optimizer.gradients.b!, -slope)
      optimizer.step()
    }
    const negative = slopes.map((slope) => -slope)
    const wanted = {
      w: Array.from(dataOf(initial.w, 'f32'), (x) => reference(x, slopes, { rate: 0.01, decay: 0.1 })),
      b: Array.from(dataOf(initial.b, 'f32'), (x) => reference(x, negative, { rate: 0.01, decay: 0 })),
    }
    for (const path of ['w', 'b'] as const)
      expect(optimizer.weights[path]).toBeAllclose(tensorValue('f32', initial[path].shape, wanted[path]), {
        atol: 1e-7,
      })
    expect(initial.w.data[0]).toBeCloseTo(0.1, 6)
  })

  it('moves as the same step does that is written as a graph', async () => {
    const rates = { rate: 0.02, decay: 0.05 }
    const runtime = await openRuntime({ provider: 'cpu', threads: 1 })
    let state: Record<'weight' | 'mean' | 'square', TensorValue> = {
      weight: tensorValue('f32', [3], [1, 2, -3]),
      mean: tensorValue('f32', [3], [0, 0, 0]),
      square: tensorValue('f32', [3], [0, 0, 0]),
    }
    const optimizer = new AdamW([['w', state.weight]], { learningRate: 0.02, weightDecay: 0.05 })
    for (let t = 1; t <= 4; t++) {
      const gradient = tensorValue('f32', [3], [Math.sin(t), 1 / t, -t])
      const outputs = stepGraph(rates, t)
      const session = await runtime.load(outputs)
      const next = await session.run({ ...state, gradient })
      expect(next.weight).toBeAllclose(interpret(outputs, { ...state, gradient }).weight, { atol: 1e-6 })
      state = next
      dataOf(optimizer.gradients.w!, 'f32').set(dataOf(gradient, 'f32'))
      optimizer.step()
    }
    expect(optimizer.weights.w).toBeAllclose(state.weight, { atol: 1e-5 })
    await runtime.close()
  })

  it('steps along the mean of accumulated gradients, shortened where that is asked for', () => {
    const initial = [['w', tensorValue('f32', [3], [1, -2, 3])]] as const
    const [apart, mean] = [new AdamW(initial), new AdamW(initial)]
    for (const gradient of [
      [3, 0, 1],
      [1, 4, -1],
    ]) {
      dataOf(apart.gradients.w!, 'f32').set(gradient)
      apart.accumulate()
    }
    dataOf(mean.gradients.w!, 'f32').set([2, 2, 0])
    expect(apart.gradientNorm()).toBeCloseTo(Math.sqrt(8), 6)
    expect(mean.gradientNorm()).toBeCloseTo(Math.sqrt(8), 6)
    apart.step(0.5)
    mean.step(0.5)
    expect(apart.weights.w).toEqual(mean.weights.w)
    // m = 0.1·(0.5·2), v = 0.001·(0.5·2)²
    expect(mean.state().mean.w).toBeAllclose(tensorValue('f32', [3], [0.1, 0.1, 0]), { rtol: 1e-6 })
    expect(mean.state().square.w).toBeAllclose(tensorValue('f32', [3], [0.001, 0.001, 0]), { rtol: 1e-6 })
  })

  it('goes on from a state as if it had never stopped', () => {
    const run = (optimizer: AdamW, gradients: readonly number[]) => {
      for (const gradient of gradients) {
        fill(optimizer.gradients.w!, gradient)
        optimizer.step()
      }
    }
    const whole = new AdamW([['w', tensorValue('f32', [2], [1, 2])]])
    run(whole, [0.5, -1, 2])
    const first = new AdamW([['w', tensorValue('f32', [2], [1, 2])]])
    run(first, [0.5])
    const second = new AdamW([['w', first.weights.w!]])
    second.restore(first.state())
    run(second, [-1, 2])
    expect(second.weights).toEqual(whole.weights)
    expect(second.steps).toBe(3)
    expect(() => new AdamW([['v', tensorValue('f32', [1], [1])]]).restore(first.state())).toThrow(
      'AdamW: expected a state of v f32 [1], got nothing',
    )
  })

  it('refuses weights that are not f32, naming them', () => {
    expect(() => new AdamW([['w', tensorValue('f16', [1], [1])]])).toThrow(
      'AdamW: expected weights of f32, got w is f16; cast them first',
    )
  })
})
