import { DatasetError } from '../error.ts'
import type { Decision } from '../pairs/pair.ts'

/** The reasons of a rejection that the pages offer, in the order of their keys. */
export const rejectReasons = [
  'artefact',
  'wrong-words',
  'no-change',
  'too-much',
  'unnatural',
  'poor-source',
  'unsafe',
  'other',
  'retouch',
] as const

/** What a person says of a pair. */
export interface Verdict extends Pick<Decision, 'pair' | 'reason' | 'note' | 'caption' | 'text' | 'seconds'> {
  readonly verdict: Exclude<Decision['verdict'], 'undo'>
  /** Drawn by the sender: sent again with the same one, it counts once. */
  readonly nonce: string
  /** A PNG file: another region. */
  readonly drawn?: Uint8Array
}

const mostText = 2000

/** Refuses what is out of bounds, and leaves out what is empty. @throws DatasetError `review` */
export function checkVerdict(verdict: Verdict): Verdict {
  const { pair, reason, note, text, seconds } = verdict
  const fail = (what: string): never => {
    throw new DatasetError('review', `pair ${pair}: ${what}`)
  }
  if (reason !== undefined && !/^[a-z][a-z-]{0,39}$/.test(reason))
    fail(`reason: expected a short name such as 'artefact', got '${reason}'`)
  const isRejection = verdict.verdict === 'reject' || verdict.verdict === 'adjudicate-reject'
  if (isRejection && reason === undefined) fail('a rejection needs a reason')
  for (const [what, words] of Object.entries({ note, 'text.en': text?.en, 'text.cn': text?.cn }))
    if (words !== undefined && words.length > mostText)
      fail(`${what}: expected at most ${mostText} characters, got ${words.length}`)
  const { note: _note, text: _text, seconds: _seconds, ...rest } = verdict
  const [en, cn] = [text?.en?.trim(), text?.cn?.trim()]
  const kept = { ...(en && { en }), ...(cn && { cn }) }
  return {
    ...rest,
    ...(note?.trim() && { note: note.trim() }),
    ...(Object.keys(kept).length > 0 && { text: kept }),
    ...(seconds !== undefined && Number.isFinite(seconds) && { seconds: clamp(seconds) }),
  }
}

/** Whole tenths, at most an hour: a page may stay open over night. */
const clamp = (seconds: number): number => Math.round(10 * Math.min(3600, Math.max(0, seconds))) / 10
