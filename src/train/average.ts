import { dataOf, elementCount, type TensorValue } from '../graph/index.ts'

/** An exponential moving average of weights in training, f32. */
export class WeightAverage {
  /** Views of the average by path. */
  readonly weights: Readonly<Record<string, TensorValue>>
  readonly #decay: number

  /** Starts as a copy of the weights. @param decay part of the average that stays at each step, such as 0.999 */
  constructor(weights: Readonly<Record<string, TensorValue>>, decay: number) {
    this.#decay = decay
    this.weights = Object.fromEntries(
      Object.entries(weights).map(([path, { dtype, shape, data }]) => [
        path,
        { dtype, shape, data: Float32Array.from(data as Float32Array) },
      ]),
    )
  }

  /**
   * Moves toward the weights after step `steps`. Early on the average follows faster, by (1 + steps)/(10 + steps), so
   * that the first weights do not stay in it for long.
   */
  update(weights: Readonly<Record<string, TensorValue>>, steps: number): void {
    const stay = Math.min(this.#decay, (1 + steps) / (10 + steps))
    for (const [path, { shape, data }] of Object.entries(this.weights)) {
      const [average, now] = [data as Float32Array, dataOf(weights[path]!, 'f32')]
      const count = elementCount(shape)
      for (let i = 0; i < count; i++) average[i]! += (1 - stay) * (now[i]! - average[i]!)
    }
  }
}
