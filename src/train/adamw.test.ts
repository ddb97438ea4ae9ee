import { describe, expect, it } from 'vitest'
import { tensorValue } from '../graph/index.ts'
import { openRuntime } from '../onnx/index.ts'
import { AdamW } from './adamw.ts'

/** AdamW as PyTorch documents it, an element at a time in float64. */
function reference(
  weight: number,
  gradients: readonly number[],
  {
    rate,
    decay,
    beta1 = 0.9,
    beta2 = 0.999,
    epsilon = 1e-8,
  }: Record<'rate' | 'decay', number> & Partial<Record<'beta1' | 'beta2' | 'epsilon', number>>,
): number {
  let [w, m, v] = [weight, 0, 0]
  gradients.forEach((g, i) => {
    const t = i + 1
    w -= rate * decay * w
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    w -= (rate * (m / (1 - beta1 ** t))) / (Math.sqrt(v / (1 - beta2 ** t)) + epsilon)
  })
  return w
}

describe('AdamW', () => {
  it('takes the steps of the paper, with decay where it is wanted', async () => {
    const runtime = await openRuntime({ provider: 'cpu', threads: 1 })
    // More than one chunk, and a parameter of each kind on both sides of its edge.
    const count = 70_000
    const start = (i: number) => Math.sin(i)
    const initial = [
      ['b', tensorValue('f32', [3], [1, -2, 3])],
      [
        'w',
        tensorValue(
          'f32',
          [count],
          Float64Array.from({ length: count }, (_, i) => start(i)),
        ),
      ],
    ] as const
    const optimizer = await AdamW.create(runtime, initial, {
      learningRate: 0.01,
      weightDecay: 0.1,
      decays: (path) => path === 'w',
    })
    const slopes = [0.5, -1, 2]
    for (const slope of slopes) {
      optimizer.gradients['w']!.data.fill(slope as never)
      optimizer.gradients['b']!.data.fill(-slope as never)
      await optimizer.step()
    }
    const weights = optimizer.weights['w']!.data as Float32Array
    for (const i of [0, 1, 65_535, 65_536, count - 1])
      expect(weights[i]).toBeCloseTo(reference(start(i), slopes, { rate: 0.01, decay: 0.1 }), 6)
    const negative = slopes.map((slope) => -slope)
    expect([...(optimizer.weights['b']!.data as Float32Array)]).toEqual(
      [1, -2, 3].map((b) => expect.closeTo(reference(b, negative, { rate: 0.01, decay: 0 }), 6)),
    )
    await optimizer.release()
    await runtime.close()
  })

  it('refuses weights that are not f32, naming them', async () => {
    const runtime = await openRuntime({ provider: 'cpu', threads: 1 })
    const half = [['w', tensorValue('f16', [1], [1])]] as const
    await expect(AdamW.create(runtime, half)).rejects.toThrow(
      'AdamW: expected weights of f32, got w is f16; cast them first',
    )
    await runtime.close()
  })
})
