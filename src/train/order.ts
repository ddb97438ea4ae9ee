import type { ExampleInfo } from './data.ts'
import { TrainError } from './error.ts'
import { below, generatorAt, shuffle } from './random.ts'

/** The order of examples. It depends on the seed and the number of batches taken alone, so it has no state to save. */
export class BatchOrder {
  readonly #buckets: readonly Bucket[]
  readonly #weight: number
  readonly #batch: number
  readonly #seed: number
  #taken = 0

  /** @throws TrainError when there are no examples, or a weight is negative or not finite */
  constructor(
    examples: readonly ExampleInfo[],
    { batch, seed, start = 0 }: { readonly batch: number; readonly seed: number; readonly start?: number },
  ) {
    this.#batch = batch
    this.#seed = seed
    const members = new Map<string, Member[]>()
    for (const [index, { grid, name, weight = 1 }] of examples.entries()) {
      if (!(Number.isFinite(weight) && weight >= 0))
        throw new TrainError('data', `${name}: weight: expected a number of at least 0, got ${weight}`)
      if (weight === 0) continue
      const key = `${grid.rows}×${grid.columns}`
      members.set(key, [...(members.get(key) ?? []), { index, weight }])
    }
    if (members.size === 0) throw new TrainError('data', 'data: expected at least one triplet, got none')
    const all = [...members.values()].flat()
    const mean = all.reduce((sum, { weight }) => sum + weight, 0) / all.length
    this.#buckets = [...members].map(
      ([key, group]) =>
        new Bucket(
          key,
          group.map(({ index, weight }) => ({ index, weight: weight / mean })),
          seed,
        ),
    )
    this.#weight = this.#buckets.reduce((sum, bucket) => sum + bucket.weight, 0)
    for (let i = 0; i < start; i++) this.next()
  }

  /** Indices of the next batch, all of one grid: a bucket is drawn by its weight, then its next examples are taken. */
  next(): readonly number[] {
    const random = generatorAt(this.#seed, 'bucket', this.#taken++)
    const place = (below(random, 2 ** 40) / 2 ** 40) * this.#weight
    let passed = 0
    const found = this.#buckets.find((bucket) => {
      passed += bucket.weight
      return place < passed
    })
    const bucket = found ?? this.#buckets.at(-1)!
    return Array.from({ length: this.#batch }, () => bucket.next())
  }
}

interface Member {
  readonly index: number
  readonly weight: number
}

/** Examples of one grid in passes: each pass contains every example in proportion to its weight, in a new order. */
class Bucket {
  readonly weight: number
  readonly #key: string
  readonly #members: readonly Member[]
  readonly #seed: number
  #pass = 0
  #left: number[] = []

  constructor(key: string, members: readonly Member[], seed: number) {
    this.#key = key
    this.#members = members
    this.#seed = seed
    this.weight = members.reduce((sum, { weight }) => sum + weight, 0)
  }

  next(): number {
    while (this.#left.length === 0) this.#left = this.#shuffled()
    return this.#left.pop()!
  }

  #shuffled(): number[] {
    const random = generatorAt(this.#seed, 'pass', this.#key, this.#pass++)
    const copies = this.#members.flatMap(({ index, weight }) => {
      // 1.25 times is once, and twice in every fourth pass.
      const rest = weight - Math.floor(weight)
      const extra = rest > 0 && below(random, 2 ** 40) / 2 ** 40 < rest ? 1 : 0
      return Array.from({ length: Math.floor(weight) + extra }, () => index)
    })
    return shuffle(copies, random)
  }
}
