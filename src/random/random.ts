import { createHash } from 'node:crypto'
import { TorchGenerator } from './torchGenerator.ts'

/** Choices that are the same for the same seed words, on any machine. */
export class Random {
  readonly #generator: TorchGenerator

  /** The words are hashed: `new Random(datasetSeed, source.id, recipe.name, variant)`. */
  constructor(...words: readonly (string | number)[]) {
    const digest = createHash('sha256').update(JSON.stringify(words)).digest()
    this.#generator = new TorchGenerator(digest.readUInt32LE(0))
  }

  /** Uniform in [0, 1). */
  unit(): number {
    return this.#generator.uint32() / 2 ** 32
  }

  /** Uniform in [from, to). */
  between(from: number, to: number): number {
    return from + (to - from) * this.unit()
  }

  /** A whole number from 0 to `count` − 1. */
  below(count: number): number {
    return Math.floor(this.unit() * count)
  }

  chance(probability: number): boolean {
    return this.unit() < probability
  }

  /** One of a list that is not empty. */
  pick<T>(list: readonly T[]): T {
    if (list.length === 0) throw new Error('internal: pick from an empty list')
    return list[this.below(list.length)] as T
  }

  /** The list in another order. */
  shuffled<T>(list: readonly T[]): T[] {
    const order = [...list]
    for (let i = order.length - 1; i > 0; i--) {
      const j = this.below(i + 1)
      const swap = order[i] as T
      order[i] = order[j] as T
      order[j] = swap
    }
    return order
  }
}
