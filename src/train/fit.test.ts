import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Parameters, reduceMean, square, sub, type TensorValue, tensorValue } from '../graph/index.ts'
import { openRuntime, type Runtime } from '../onnx/index.ts'
import { TorchGenerator } from '../random/index.ts'
import { type Fit, type FitOptions, fitLoss } from './fit.ts'

let runtime: Runtime
let folder: string
beforeAll(async () => {
  runtime = await openRuntime({ provider: 'cpu', threads: 1 })
  folder = mkdtempSync(join(tmpdir(), 'fit-'))
})
afterAll(async () => {
  await runtime.close()
  rmSync(folder, { recursive: true })
})

/** A line y = 3x − 1 through points that differ from step to step. */
function line(options: FitOptions = {}, rest: Partial<Fit> = {}): Fit {
  return {
    runtime,
    loss: (w: Parameters) => {
      const x = w.graph.input('x', 'f32', [16, 1])
      const y = w.graph.input('y', 'f32', [16, 1])
      return reduceMean(square(sub(w.pp('line').linear(x, 1), y)))
    },
    initial: new Map<string, TensorValue>([
      ['line.weight', tensorValue('f32', [1, 1], [0])],
      ['line.bias', tensorValue('f32', [1], [0])],
    ]),
    batch: async (step) => {
      const x = new TorchGenerator(step).randn(16)
      return {
        x: tensorValue('f32', [16, 1], [...x]),
        y: tensorValue('f32', [16, 1], [...x.map((v) => 3 * v - 1)]),
      }
    },
    options: { steps: 300, learningRate: 0.1, decayTo: 0.01, decay: 'cosine', weightDecay: 0, ...options },
    fingerprint: 'line',
    ...rest,
  }
}

describe('a fit', () => {
  it('finds the line', async () => {
    const { weights, step } = await fitLoss(line())
    expect(step).toBe(300)
    expect(weights['line.weight']!.data[0]).toBeCloseTo(3, 3)
    expect(weights['line.bias']!.data[0]).toBeCloseTo(-1, 3)
  })

  it('goes on where it was stopped, to the same bits', async () => {
    const options = { steps: 40, average: 0.9 }
    const whole = await fitLoss(line(options))
    const states = join(folder, 'stopped')
    const stop = new AbortController()
    const stopped = fitLoss(line(options, { states }), {
      signal: stop.signal,
      onStep: ({ step }) => {
        if (step === 17) stop.abort()
      },
    })
    await expect(stopped).rejects.toThrow('training: stopped, step 17 is kept; resume it to continue')
    await expect(fitLoss(line(options, { states }))).rejects.toThrow(
      `${states}: contains a run at step 17; resume it, or choose another folder`,
    )
    const again = { states, resume: true }
    await expect(fitLoss(line(options, { ...again, fingerprint: 'other' }))).rejects.toThrow(
      `${states}: its run has fit line, got other; resume it with the same settings, or choose another folder`,
    )
    // The rate falls to the last step: with another number of steps it would be another run.
    await expect(fitLoss(line({ ...options, steps: 50 }, again))).rejects.toThrow(
      'its run has decaySteps 40, got 50',
    )
    expect((await fitLoss(line(options, again))).weights).toEqual(whole.weights)
  })

  it('stops at a loss that is no number', async () => {
    const broken = {
      ...line(),
      batch: async () => ({
        x: tensorValue('f32', [16, 1], Array(16).fill(1)),
        y: tensorValue('f32', [16, 1], Array(16).fill(Number.NaN)),
      }),
    }
    await expect(fitLoss(broken)).rejects.toThrow(
      'step 1: the loss is NaN; the batch was that of step 1; no state was kept yet; lower the learning rate',
    )
  })

  it('refuses to train what the loss does not depend on', async () => {
    const given = line()
    const initial = new Map([...given.initial, ['other', tensorValue('f32', [1], [0])]])
    await expect(fitLoss({ ...given, initial })).rejects.toThrow(
      'fit: the loss does not depend on other, which is to be trained',
    )
  })
})
