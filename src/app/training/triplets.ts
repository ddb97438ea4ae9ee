import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { findShards, isShard, readShards } from '../../dataset/index.ts'
import { readTriplets, type Triplet, type TripletSource } from '../../train/index.ts'
import { UsageError } from '../failure.ts'

/** The languages of instructions that are trained on, where the data has both. */
export type TrainingLanguage = 'en' | 'cn' | 'both'

/**
 * Opens a list (.json, .jsonl), a shard (.tar, .parquet), or the folder of an export, whose split `train` is used.
 * @throws UsageError or TrainError
 */
export async function openTriplets(path: string, language: TrainingLanguage): Promise<TripletSource> {
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() === true
  const shards = isFolder ? await findShards(path) : isShard(path) ? [path] : []
  // Each iteration reads the shards again.
  if (shards.length > 0) return { [Symbol.asyncIterator]: () => inLanguages(shards, language) }
  const list = isFolder ? join(path, 'train.json') : path
  if (isFolder && !(await stat(list).catch(() => undefined)))
    throw new UsageError(
      `${path}: expected an export with train.json, train-*.tar or data/train-*.parquet, got none of them`,
    )
  return readTriplets(list)
}

/** With both languages a triplet comes twice, each time half as often. */
async function* inLanguages(shards: readonly string[], language: TrainingLanguage): AsyncGenerator<Triplet> {
  for await (const { instruction, ...rest } of readShards(shards)) {
    const { en, cn } = instruction
    const both = [en, cn].filter((text) => text !== '')
    const chosen = language === 'both' ? both : [instruction[language] || both[0]!]
    for (const text of chosen)
      yield { ...rest, instruction: text, ...(chosen.length > 1 && { weight: 1 / chosen.length }) }
  }
}
