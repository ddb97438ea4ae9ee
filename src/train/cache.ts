import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { TensorValue } from '../graph/index.ts'
import { openCheckpoint, readAll, writeAll } from '../weights/index.ts'
import type { ExampleInfo, TextFeatures, TrainingData } from './data.ts'
import { TrainError } from './error.ts'

/** Latents and features on disk, each a .safetensors file named by the hash of its inputs. */
export class FeatureCache {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** The key of a result by all of its inputs: hashes of pictures and weights, an instruction. */
  static keyOf(...inputs: readonly (string | number)[]): string {
    return createHash('sha256').update(JSON.stringify(inputs)).digest('hex')
  }

  has(key: string): boolean {
    return existsSync(this.#file(key))
  }

  /** @throws TrainError when it is not there or damaged */
  async read(key: string): Promise<Readonly<Record<string, TensorValue>>> {
    try {
      const checkpoint = await openCheckpoint(this.#file(key))
      try {
        return Object.fromEntries(await readAll(checkpoint))
      } finally {
        await checkpoint.close()
      }
    } catch (error) {
      throw new TrainError(
        'data',
        `${this.#file(key)}: cannot be read (${(error as Error).message}); delete it, so that it is computed again`,
        { cause: error },
      )
    }
  }

  async write(key: string, values: Readonly<Record<string, TensorValue>>): Promise<void> {
    await writeAll(this.#file(key), new Map(Object.entries(values)))
  }

  #file(key: string): string {
    return join(this.#folder, key.slice(0, 2), `${key.slice(2)}.safetensors`)
  }
}

/** A triplet by the keys of its parts: latents as `tokens`, texts as {@link TextFeatures}. */
export interface CachedExample extends ExampleInfo {
  readonly source: string
  readonly target: string
  readonly text: string
  readonly empty: string
}

/** Triplets out of a cache. */
export function cachedData(
  name: string,
  examples: readonly CachedExample[],
  cache: FeatureCache,
): TrainingData {
  const keys = examples.map(({ source, target, text, empty, weight }) => [
    source,
    target,
    text,
    empty,
    weight ?? 1,
  ])
  const text = async (key: string) => (await cache.read(key)) as unknown as TextFeatures
  return {
    name,
    fingerprint: createHash('sha256').update(JSON.stringify(keys)).digest('hex'),
    examples,
    read: async (index) => {
      const each = examples[index]!
      const [source, target] = await Promise.all([cache.read(each.source), cache.read(each.target)])
      return {
        source: source.tokens!,
        target: target.tokens!,
        text: await text(each.text),
        empty: await text(each.empty),
      }
    },
  }
}
