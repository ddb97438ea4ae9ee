import { dataOf, type TensorValue } from '../../graph/index.ts'
import { checkFinite } from './finite.ts'
import type { DenoiseHooks } from './hooks.ts'
import { eulerStep } from './sampling.ts'

/** A flow from noise to a picture, as a model predicts it. */
export interface Flow {
  /** Where it starts: at the first of the times. */
  readonly noisy: TensorValue
  readonly times: readonly number[]
  /** The time at which nothing is noise. Default: 0. */
  readonly clean?: number
  /** The velocity at a point, of as many numbers. */
  velocity(x: Float32Array<ArrayBuffer>, now: number, step: number): Promise<Float32Array>
}

/**
 * Follows a flow by Euler's method from the first time to the last.
 * @throws EditError naming the step after which numbers are not finite
 */
export async function followFlow(
  { noisy, times, clean = 0, velocity: velocityAt }: Flow,
  { onStep }: Pick<DenoiseHooks, 'onStep'>,
): Promise<TensorValue> {
  const x = Float32Array.from(dataOf(noisy, 'f32'))
  const steps = times.length - 1
  for (let step = 0; step < steps; step++) {
    const [now, next] = [times[step]!, times[step + 1]!]
    const velocity = await velocityAt(x, now, step)
    checkFinite(velocity, `denoising, step ${step + 1} of ${steps}`)
    await onStep?.(step, () => ({
      ...noisy,
      data: x.map((value, i) => value + (clean - now) * velocity[i]!),
    }))
    eulerStep(x, velocity, next - now)
  }
  return { ...noisy, data: x }
}
