import { digestOf, type Json, Unworkable } from '../../jobs/index.ts'
import type { Check } from '../checks/check.ts'
import type { EditResult, SystemFacts } from '../results.ts'
import { itemName, type SuiteItem } from '../suite/suite.ts'
import type { BenchJudge, ChosenItem } from '../workspace.ts'

/** Queues of a bench: one for each system and each judge, so that a slow one holds up no other. */
export const queueOf = {
  edit: (system: string): string => `edit ${system}`,
  check: 'check',
  judge: (judge: string): string => `judge ${judge}`,
  pair: (judge: string): string => `pair ${judge}`,
} as const

/** Where a picture lies: a path of the suite, or a name in the file store. */
export type PicturePlace = { readonly path: string } | { readonly file: string }

/** The inputs of an edit. */
export interface EditPayload {
  readonly item: SuiteItem
  readonly source: PicturePlace
  readonly seed: number
}

/** The outcome of an edit, whose key identifies item and system. */
export type EditOutput = WithoutNames<Extract<EditResult, { outcome: 'picture' | 'refused' }>>
type WithoutNames<T> = T extends unknown ? Omit<T, 'system' | 'item' | 'input'> : never

/** The reason of an edit's unit whose folder has no picture for it: it is looked for again by the next run. */
export const missingReason = 'missing'

export class MissingPicture extends Unworkable {
  constructor() {
    super(missingReason)
  }
}

export interface CheckPayload {
  readonly item: SuiteItem
  readonly source: PicturePlace
  readonly edited: string
}

export interface JudgePayload {
  readonly type: 'sc' | 'pq'
  readonly instruction: string
  readonly source: PicturePlace
  readonly edited: string
  readonly repeat: number
}

export interface PairPayload {
  readonly instruction: string
  readonly source: PicturePlace
  readonly first: string
  readonly second: string
  readonly repeat: number
}

/** The picture that an edit starts from, by what is known without reading it: the hash of its file, or its name. */
export interface EditSource {
  readonly place: PicturePlace
  readonly hash: string
}

/** The source that the suite gives. */
export const givenSource = ({ item, source }: ChosenItem): EditSource => ({
  place: { path: item.picture },
  hash: source,
})

/**
 * Keys of units say all that decides their outputs, so what is known is never made or asked again: not by another run,
 * and not where two systems gave the same picture.
 */
export function editKey(item: SuiteItem, source: EditSource, system: SystemFacts, seed: number): string {
  const { checks: _, captions: __, intersection: ___, target: ____, picture: _____, ...content } = item
  return digestOf({ unit: 'edit', item: content, source: source.hash, system: system.identity, seed })
}

export function checkKey(
  { checks = [] }: SuiteItem,
  source: EditSource,
  edited: string,
  tools: string,
): string {
  const wanted: readonly Check[] = checks
  return digestOf({ unit: 'check', source: source.hash, edited, checks: wanted, tools })
}

export function judgeKey(
  { identity, imported }: Pick<BenchJudge, 'identity' | 'imported'>,
  {
    type,
    item,
    source,
    edited,
    repeat,
  }: {
    readonly type: 'sc' | 'pq'
    readonly item: SuiteItem
    readonly source: EditSource
    readonly edited: string
    readonly repeat: number
  },
): string {
  const question = { unit: 'judge', judge: identity, type, source: source.hash, edited, repeat }
  // Scores from elsewhere are those of an item, also where two items have the same picture.
  if (imported) return digestOf({ ...question, item: itemName(item) })
  // PQ sees the edited picture alone, at the source's size.
  return digestOf(type === 'sc' ? { ...question, instruction: item.instruction } : question)
}

export function pairKey(
  { identity }: Pick<BenchJudge, 'identity'>,
  pair: {
    readonly item: SuiteItem
    readonly source: EditSource
    readonly first: string
    readonly second: string
    readonly repeat: number
  },
): string {
  const { item, source, first, second, repeat } = pair
  return digestOf({
    unit: 'pair',
    judge: identity,
    instruction: item.instruction,
    source: source.hash,
    first,
    second,
    repeat,
  })
}

/** A payload or an output as JSON, and back. */
export const asJson = (value: object): Json => value as unknown as Json
export const fromJson = <T>(json: Json | undefined): T => json as unknown as T
