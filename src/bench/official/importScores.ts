import { type ActiveUnit, type Json, Unworkable } from '../../jobs/index.ts'
import type { JudgeProblem } from '../../judges/index.ts'
import { BenchError } from '../error.ts'
import type { EditJudgeCall } from '../judges/judge.ts'
import { judgeUnits } from '../run/judgements.ts'
import { type MadeEdit, madeEdits, readUnits, traceAll } from '../run/trace.ts'
import { asJson, fromJson, judgeKey, queueOf } from '../run/units.ts'
import { type BenchJudge, type BenchWorkspace, readItems, saveFacts, withEntry } from '../workspace.ts'
import { placeOf } from './columns.ts'
import type { OfficialRow, ScoreFiles } from './readScores.ts'

/** The result of importing score files. */
export interface ImportedScores {
  readonly judge: string
  /** Pictures that have both scores now. */
  readonly scored: number
  /** Pictures of which a score is no number, or none from 0 to 10: it counts as missing. */
  readonly unusable: readonly string[]
  /** Pictures that the files do not score. */
  readonly unscored: readonly string[]
  /** Rows of items that the bench does not have, of another instruction than its, or of no picture. */
  readonly strangers: readonly string[]
  readonly otherInstruction: readonly string[]
  readonly withoutPicture: readonly string[]
}

/**
 * Stores scores as those of a judge of the bench, for pictures of one of its systems.
 * @returns the workspace with that judge
 * @throws BenchError `import` where the judge is a real one, or has given one of these pictures another score
 */
export async function importScores(
  workspace: BenchWorkspace,
  {
    system,
    judge: name,
    files,
  }: { readonly system: string; readonly judge: string; readonly files: ScoreFiles },
): Promise<{ readonly workspace: BenchWorkspace; readonly imported: ImportedScores }> {
  const judge: BenchJudge = { name, identity: `imported ${name}`, repeats: 1, pairs: false, imported: true }
  const known = workspace.facts.judges.find((each) => each.name === name)
  if (known && !known.imported)
    throw new BenchError(
      'import',
      `${name}: this judge is asked by the bench, and its scores cannot be imported; give another name by --judge`,
    )
  const items = await readItems(workspace)
  const made = madeEdits(await traceAll(workspace, items)).filter((edit) => edit.system === system)
  const pictures = new Map(made.map((edit) => [placeOf(edit.item), edit]))
  const places = new Set(items.map(({ item }) => placeOf(item)))
  const calls = new Map<string, EditJudgeCall>()
  const [strangers, otherInstruction, withoutPicture, unusable]: string[][] = [[], [], [], []]
  const scored = new Map<string, MadeEdit>()
  for (const row of files.rows) {
    const place = placeOf(row)
    const edit = pictures.get(place)
    if (!places.has(place)) strangers!.push(place)
    else if (!edit) withoutPicture!.push(place)
    else if (spaced(row.instruction) !== spaced(edit.item.instruction)) otherInstruction!.push(place)
    else {
      scored.set(place, edit)
      const both = (['sc', 'pq'] as const).map((type) => {
        const call = callOf(name, type, row)
        const { item, source, edited } = edit
        calls.set(judgeKey(judge, { type, item, source, edited, repeat: 0 }), call)
        return call
      })
      if (both.some(({ problem }) => problem)) unusable!.push(`${place} (${row.sc}, ${row.pq})`)
    }
  }
  await store(workspace, judge, [...scored.values()], calls)
  const saved = await saveFacts(workspace, { judges: withEntry(workspace.facts.judges, judge) })
  return {
    workspace: saved,
    imported: {
      judge: name,
      scored: scored.size - unusable!.length,
      unusable: unusable!,
      unscored: [...pictures.keys()].filter((place) => !scored.has(place)),
      strangers: strangers!,
      otherInstruction: otherInstruction!,
      withoutPicture: withoutPicture!,
    },
  }
}

const spaced = (text: string): string => text.replace(/\s+/g, ' ').trim()

/** A score as the call that it came from, of which nothing else is known. */
function callOf(judge: string, type: 'sc' | 'pq', row: OfficialRow): EditJudgeCall {
  const text = type === 'sc' ? row.sc : row.pq
  const score = text.trim() === '' ? Number.NaN : Number(text)
  const problem: JudgeProblem | undefined = !Number.isFinite(score)
    ? 'unparsable'
    : score < 0 || score > 10
      ? 'out-of-range'
      : undefined
  return {
    question: type,
    judge,
    convention: 'imported',
    model: 'unknown',
    promptHash: '',
    pictureHashes: [],
    repeat: 0,
    raw: [text],
    ...(problem ? { problem } : { scores: [score] }),
    seconds: 0,
    // Its time is unknown; the same file must give the same results.
    at: new Date(0).toISOString(),
  }
}

/** Stores calls as the outputs of the units that would have asked them. */
async function store(
  workspace: BenchWorkspace,
  judge: BenchJudge,
  edits: readonly MadeEdit[],
  calls: ReadonlyMap<string, EditJudgeCall>,
): Promise<void> {
  const queue = queueOf.judge(judge.name)
  const known = await readUnits(workspace, queue)
  for (const [key, call] of calls) {
    const unit = known.get(key)
    const before = unit?.state === 'done' ? fromJson<EditJudgeCall>(unit.output) : undefined
    if (before && before.raw[0] !== call.raw[0])
      throw new BenchError(
        'import',
        `${judge.name}: this judge has given one of these pictures ${before.raw[0] || 'no score'}, and now ${call.raw[0] || 'none'}; give other scores another name by --judge`,
      )
  }
  const { jobs } = workspace
  const units = judgeUnits(judge, edits)
  for (let start = 0; start < units.length; start += 1000) await jobs.add(units.slice(start, start + 1000))
  const handler = async ({ key }: ActiveUnit): Promise<Json> => {
    const call = calls.get(key)
    if (!call) throw new Unworkable('its score files are no longer there')
    return asJson(call)
  }
  const worker = await jobs.work({ queue, handler, concurrency: 8, ahead: 100, drain: true })
  await worker.done
}
