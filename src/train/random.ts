import { createHash } from 'node:crypto'
import { TorchGenerator } from '../random/index.ts'

/**
 * Random numbers that belong to a place in a run (`step 12`, `slot 3`) and to nothing else: a run that is resumed
 * draws the same ones without any state to keep.
 */
export function generatorAt(seed: number, ...place: readonly (string | number)[]): TorchGenerator {
  const hash = createHash('sha256')
    .update(JSON.stringify([seed, ...place]))
    .digest()
  return new TorchGenerator(hash.readUInt32LE(0))
}

/** A whole number from 0 to `count` − 1. */
export function below(random: TorchGenerator, count: number): number {
  // 53 bits, as one draw of 24 would be too coarse for large sets.
  const high = random.uint32() >>> 5
  return Math.floor(((high * 2 ** 26 + (random.uint32() >>> 6)) / 2 ** 53) * count)
}

/** Fisher and Yates, in place. */
export function shuffle<T>(items: T[], random: TorchGenerator): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = below(random, i + 1)
    const held = items[i]!
    items[i] = items[j]!
    items[j] = held
  }
  return items
}
