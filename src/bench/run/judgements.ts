import pLimit from 'p-limit'
import type { ActiveUnit, Json, Unit } from '../../jobs/index.ts'
import type { Budget, Turn } from '../../judges/index.ts'
import type { EditJudge, EditJudgeCall, EditQuestion } from '../judges/judge.ts'
import { itemName } from '../suite/suite.ts'
import type { BenchJudge } from '../workspace.ts'
import type { Pictures } from './pictures.ts'
import { type QueueContext, runQueue } from './queue.ts'
import type { MadeEdit } from './trace.ts'
import { asJson, fromJson, type JudgePayload, judgeKey, type PairPayload, pairKey, queueOf } from './units.ts'

/** The context of judging. */
export interface JudgeContext extends QueueContext {
  readonly pictures: Pictures
  readonly budget: Budget
}

/** Asks a judge about the edits that it has not judged yet. @returns the reason where it was stopped */
export async function runJudge(
  context: JudgeContext,
  judge: EditJudge,
  facts: BenchJudge,
  edits: readonly MadeEdit[],
): Promise<string | undefined> {
  const stopped = await ask(context, judge, queueOf.judge(judge.name), judgeUnits(facts, edits))
  if (stopped !== undefined || !facts.pairs) return stopped
  return ask(context, judge, queueOf.pair(judge.name), pairUnits(facts, edits))
}

/** SC and PQ of every edit, as often as wanted. */
export function judgeUnits(facts: BenchJudge, edits: readonly MadeEdit[]): Unit[] {
  const queue = queueOf.judge(facts.name)
  const units: Unit[] = []
  for (let repeat = 0; repeat < facts.repeats; repeat++)
    for (const { item, source, edited } of edits)
      for (const type of ['sc', 'pq'] as const) {
        const { instruction } = item
        const payload: JudgePayload = { type, instruction, source: source.place, edited, repeat }
        const key = judgeKey(facts, { type, item, source, edited, repeat })
        units.push({ key, queue, payload: asJson(payload), tools: [queue] })
      }
  return units
}

/** Two edits of an item by two systems, from the same source, in one order. */
export interface EditPair {
  readonly first: MadeEdit
  readonly second: MadeEdit
}

/** Every two systems on every item that both gave a picture for, in both orders. */
export function* editPairs(edits: readonly MadeEdit[]): Iterable<EditPair> {
  const byItem = new Map<string, MadeEdit[]>()
  for (const edit of edits) {
    const name = itemName(edit.item)
    byItem.set(name, [...(byItem.get(name) ?? []), edit])
  }
  for (const group of byItem.values())
    for (const first of group)
      for (const second of group)
        if (first !== second && first.source.hash === second.source.hash) yield { first, second }
}

function pairUnits(facts: BenchJudge, edits: readonly MadeEdit[]): Unit[] {
  const queue = queueOf.pair(facts.name)
  const units: Unit[] = []
  for (let repeat = 0; repeat < facts.repeats; repeat++)
    for (const { first, second } of editPairs(edits)) {
      const { item, source } = first
      const pair = { first: first.edited, second: second.edited, repeat }
      const payload: PairPayload = { instruction: item.instruction, source: source.place, ...pair }
      units.push({
        key: pairKey(facts, { item, source, ...pair }),
        queue,
        payload: asJson(payload),
        tools: [queue],
      })
    }
  return units
}

function ask(
  context: JudgeContext,
  judge: EditJudge,
  queue: string,
  units: readonly Unit[],
): Promise<string | undefined> {
  // Pictures of the next questions are read and encoded while the judge answers the last ones.
  const limit = pLimit(judge.concurrency)
  const whenReady: Turn = (run) => limit(run)
  const make = async ({ payload, signal }: ActiveUnit): Promise<Json> => {
    const asked = fromJson<JudgePayload | PairPayload>(payload)
    const question = await questionOf(context.pictures, asked)
    const call = await context.budget.spend<EditJudgeCall>(
      judge.name,
      judge.estimate?.(question) ?? 0,
      () => judge.ask(question, { repeat: asked.repeat, signal, whenReady }),
      ({ cost }) => cost,
    )
    return asJson(call)
  }
  const { concurrency } = judge
  return runQueue(context, {
    ...{ queue, units, make, concurrency },
    prepared: concurrency,
    ahead: 4 * concurrency,
    retryDead: context.retryFailed,
  })
}

async function questionOf(pictures: Pictures, asked: JudgePayload | PairPayload): Promise<EditQuestion> {
  const { instruction } = asked
  const source = await pictures.of(asked.source)
  if ('type' in asked) {
    const edited = await pictures.of({ file: asked.edited })
    if (asked.type === 'sc') return { type: 'sc', instruction, source, edited }
    const { width, height } = source
    return { type: 'pq', edited, sourceSize: { width, height } }
  }
  const [first, second] = await Promise.all([
    pictures.of({ file: asked.first }),
    pictures.of({ file: asked.second }),
  ])
  return { type: 'pair', instruction, source, first, second }
}
