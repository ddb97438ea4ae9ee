import { readFile } from 'node:fs/promises'
import type { EditJudgeCall } from './judges/judge.ts'
import type { BenchResults, Checked, Judgement, Preference, Unanswered } from './results.ts'
import { isChecked } from './run/checks.ts'
import { editPairs } from './run/judgements.ts'
import { editResult, type KnownUnit, type MadeEdit, madeEdits, readUnits, traceAll } from './run/trace.ts'
import { checkKey, fromJson, judgeKey, pairKey, queueOf } from './run/units.ts'
import { itemName, type Suite } from './suite/suite.ts'
import { type BenchJudge, type BenchWorkspace, readItems } from './workspace.ts'

/**
 * Everything that a bench knows so far, without pictures. Unfinished items are `missing`.
 * @throws JobError where the database cannot be read
 */
export async function collectResults(workspace: BenchWorkspace): Promise<BenchResults> {
  const { facts } = workspace
  const items = await readItems(workspace)
  const edits = await traceAll(workspace, items)
  const made = madeEdits(edits)
  const judgements: Judgement[] = []
  const preferences: Preference[] = []
  const unanswered: Unanswered[] = []
  for (const judge of facts.judges) {
    for (const each of await judgementsOf(workspace, judge, made, unanswered)) judgements.push(each)
    if (judge.pairs)
      for (const each of await preferencesOf(workspace, judge, made, unanswered)) preferences.push(each)
  }
  const { from: _, ...suite } = facts.suite
  return {
    suite,
    items: items.map(({ item }) => item),
    systems: facts.systems,
    judges: facts.judges.map(({ name }) => name),
    edits: edits.map(editResult),
    judgements,
    preferences,
    checks: await checksOf(workspace, made, unanswered),
    ...(unanswered.length > 0 && { unanswered }),
  }
}

async function judgementsOf(
  workspace: BenchWorkspace,
  judge: BenchJudge,
  made: readonly MadeEdit[],
  unanswered: Unanswered[],
): Promise<readonly Judgement[]> {
  const units = await readUnits(workspace, queueOf.judge(judge.name))
  const judgements: Judgement[] = []
  for (let repeat = 0; repeat < judge.repeats; repeat++)
    for (const { item, system, source, edited } of made) {
      const callOf = (type: 'sc' | 'pq'): EditJudgeCall | undefined =>
        outputOf<EditJudgeCall>(units, judgeKey(judge, { type, item, source, edited, repeat }), (reason) =>
          unanswered.push({
            item: itemName(item),
            systems: [system],
            question: type,
            judge: judge.name,
            reason,
          }),
        )
      const [sc, pq] = [callOf('sc'), callOf('pq')]
      if (sc === undefined && pq === undefined) continue
      judgements.push({
        system,
        item: itemName(item),
        judge: judge.name,
        repeat,
        ...(sc?.scores && { sc: Math.min(...sc.scores) }),
        ...(pq?.scores && { pq: Math.min(...pq.scores) }),
        calls: { ...(sc && { sc }), ...(pq && { pq }) },
      })
    }
  return judgements
}

async function preferencesOf(
  workspace: BenchWorkspace,
  judge: BenchJudge,
  made: readonly MadeEdit[],
  unanswered: Unanswered[],
): Promise<readonly Preference[]> {
  const units = await readUnits(workspace, queueOf.pair(judge.name))
  const preferences: Preference[] = []
  for (let repeat = 0; repeat < judge.repeats; repeat++)
    for (const { first, second } of editPairs(made)) {
      const { item, source } = first
      const key = pairKey(judge, { item, source, first: first.edited, second: second.edited, repeat })
      const call = outputOf<EditJudgeCall>(units, key, (reason) =>
        unanswered.push({
          item: itemName(item),
          systems: [first.system, second.system],
          question: 'pair',
          judge: judge.name,
          reason,
        }),
      )
      if (call === undefined) continue
      preferences.push({
        item: itemName(item),
        judge: judge.name,
        repeat,
        first: first.system,
        second: second.system,
        preferred: call.preferred,
        call,
      })
    }
  return preferences
}

async function checksOf(
  workspace: BenchWorkspace,
  made: readonly MadeEdit[],
  unanswered: Unanswered[],
): Promise<readonly Checked[]> {
  const { checks } = workspace.facts
  if (checks === undefined) return []
  const units = await readUnits(workspace, queueOf.check)
  return made.flatMap(({ item, system, source, edited }) => {
    if (!isChecked(item, checks)) return []
    const key = checkKey(item, source, edited, checks.tools)
    const report = outputOf<Checked['report']>(units, key, (reason) =>
      unanswered.push({ item: itemName(item), systems: [system], question: 'check', reason }),
    )
    return report ? [{ system, item: itemName(item), report }] : []
  })
}

/** The output of a unit that is done; tells why one was given up. */
function outputOf<T>(
  units: ReadonlyMap<string, KnownUnit>,
  key: string,
  onDead: (reason: string) => void,
): T | undefined {
  const unit = units.get(key)
  if (unit?.state === 'dead') onDead(unit.reason ?? 'unknown')
  return unit?.state === 'done' ? fromJson<T>(unit.output) : undefined
}

/**
 * The PNG file of an edit, or of what a turn started from, by its name in the results. @throws JobError where it is
 * missing
 */
export function pictureFile({ files }: Pick<BenchWorkspace, 'files'>, name: string): Promise<Uint8Array> {
  return files.get(name)
}

/** The file of the picture that an edit started from, in the suite's own format. */
export async function sourceFile(
  workspace: Pick<BenchWorkspace, 'files'>,
  suite: Pick<Suite, 'fileOf'>,
  { item, input }: { readonly item: { readonly picture: string }; readonly input?: string | undefined },
): Promise<Uint8Array> {
  return input === undefined ? readFile(suite.fileOf(item.picture)) : pictureFile(workspace, input)
}
