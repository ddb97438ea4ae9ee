import { EditError, type EditProgress } from '../../edit/index.ts'
import { type Edit, type EditState, type Owner, ServiceError } from '../../service/index.ts'
import { progressText } from '../terminal.ts'
import type { McpParts } from './parts.ts'

/** Tells how far an edit is: 0 to 1, never less than before, and a few words. */
export type Report = (progress: number, message: string) => void

interface Following {
  readonly signal: AbortSignal
  readonly report?: Report | undefined
  /** Gives up waiting after this. Default: never. */
  readonly patienceMs?: number | undefined
}

const ended: ReadonlySet<EditState> = new Set(['done', 'failed', 'cancelled'])

export const hasEnded = ({ state }: Edit): boolean => ended.has(state)

/**
 * Waits until an edit has ended, and cancels it when the signal is aborted.
 * @returns the edit as it is when it has ended, or when the patience has
 */
export async function follow(
  { edits }: Pick<McpParts, 'edits'>,
  owner: Owner,
  id: string,
  { signal, report, patienceMs }: Following,
): Promise<Edit> {
  const signals = [signal, ...(patienceMs === undefined ? [] : [AbortSignal.timeout(patienceMs)])]
  const either = AbortSignal.any(signals)
  const tell = report && increasing(report)
  try {
    for await (const edit of edits.watch(owner, [id], either)) {
      if (hasEnded(edit)) return edit
      tell?.(fractionOf(edit), messageOf(edit))
      if (either.aborted) break
    }
  } catch (error) {
    if (!either.aborted) throw error
  }
  if (!signal.aborted) return edits.get(owner, id)
  await edits.cancel(owner, id).catch((error: unknown) => {
    if (!(error instanceof ServiceError)) throw error
  })
  throw new EditError('cancelled', 'edit: cancelled, nothing was written', { cause: signal.reason })
}

/** Progress must increase from notice to notice. */
function increasing(report: Report): Report {
  let [last, said] = [-1, '']
  return (progress, message) => {
    if (progress <= last && message === said) return
    last = Math.max(progress, last + 1e-6)
    said = message
    report(Number(last.toFixed(6)), message)
  }
}

/** Where each stage begins and ends in the whole. */
const spans: Readonly<Record<EditProgress['stage'], readonly [number, number]>> = {
  think: [0, 0.05],
  read: [0, 0.05],
  encode: [0.05, 0.1],
  denoise: [0.1, 0.9],
  decode: [0.9, 0.96],
  detail: [0.96, 1],
  edit: [0.05, 1],
}

function fractionOf({ progress }: Pick<Edit, 'progress'>): number {
  if (progress === undefined) return 0
  const [from, to] = spans[progress.stage]
  const share =
    progress.stage === 'edit'
      ? (progress.done + progress.fraction) / Math.max(1, progress.steps)
      : progress.fraction
  return from + (to - from) * Math.min(1, Math.max(0, share))
}

export function messageOf({ state, position, progress }: Edit): string {
  if (state === 'waiting')
    return position === undefined || position === 0 ? 'waiting' : `waiting, ${position} before it`
  return progress === undefined ? 'begins' : progressText(progress)
}
