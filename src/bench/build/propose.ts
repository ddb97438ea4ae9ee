import type { Tool } from '../../tools/index.ts'
import { type Decision, type DecisionLog, decisionId, heldValue } from './decisions.ts'
import { askIntents, groupIntents, type Intent, intentOf } from './intents.ts'
import { proposeKind } from './kinds.ts'
import type { CollectedRequest } from './requests.ts'
import type { Rewriter } from './rewrite.ts'

/** A request with the name of its picture. */
export interface PicturedRequest extends CollectedRequest {
  readonly picture: string
}

/** Proposes new instructions where they identify somebody, and kinds where they are missing. */
export async function proposeForRequest(
  log: DecisionLog,
  request: PicturedRequest,
  rewriter: Rewriter,
): Promise<void> {
  const { id, picture, kind, instructions } = request
  const inPicture = log
    .of('finding', { picture })
    .filter((finding) => heldValue(finding) === 'personal')
    .flatMap((finding) => finding.private?.text?.split(' / ') ?? [])
  for (const { language, text } of instructions) {
    const row = decisionId('instruction', id, language)
    const before = log.get(row)
    if (before) continue
    const changed = await rewriter.change(text, { language, inPicture })
    await log.propose({
      id: row,
      type: 'instruction',
      picture,
      request: id,
      proposal: changed?.text ?? text,
      reason: changed ? `${changed.reason} (${rewriter.name})` : `nothing personal in it (${rewriter.name})`,
      private: { instruction: text },
    })
  }
  if (kind !== undefined) return
  const proposed = await proposeKind(instructions[0]!.text)
  await log.propose({
    id: decisionId('kind', id),
    type: 'kind',
    picture,
    request: id,
    proposal: proposed.kind,
    reason: proposed.reason,
  })
}

/** The instruction of a request in a language, as it holds now; a rejected change leaves the one that was collected. */
export function heldInstruction(
  log: DecisionLog,
  { id }: CollectedRequest,
  { language, text }: { readonly language: string; readonly text: string },
): string {
  const row = log.get(decisionId('instruction', id, language))
  return (row && heldValue(row)) ?? text
}

/** The kind of a request as it holds now; undefined where the proposed one was rejected. */
export function heldKind(log: DecisionLog, { id, kind }: CollectedRequest): string | undefined {
  if (kind !== undefined) return kind
  const row = log.get(decisionId('kind', id))
  return row && heldValue(row)
}

/**
 * Groups the requests by intent, and keeps of each group the first `perIntent`; those whose pictures can be used as they
 * are come first.
 */
export async function proposeIntents(
  log: DecisionLog,
  requests: readonly PicturedRequest[],
  { perIntent, vision }: { readonly perIntent: number; readonly vision?: Tool<'vision'> | undefined },
): Promise<void> {
  const wishes: { intent: Intent; kind: string; text: string }[] = []
  for (const request of requests) {
    const text = heldInstruction(log, request, request.instructions[0]!)
    wishes.push({ intent: await intentOf(text), kind: heldKind(log, request) ?? '', text })
  }
  const groups = vision ? await askIntents(vision, wishes) : groupIntents(wishes)
  for (const group of groups) {
    const { intent, kind } = wishes[group[0]!]!
    const isClean = (i: number): boolean =>
      log.of('nothing-found', { picture: requests[i]!.picture }).length > 0
    const ranked = [...group].sort((a, b) => Number(isClean(b)) - Number(isClean(a)) || a - b)
    for (const [rank, i] of ranked.entries()) {
      const request = requests[i]!
      const proposal = rank < perIntent ? 'keep' : 'drop'
      await log.propose({
        id: decisionId('intent', request.id),
        type: 'intent',
        picture: request.picture,
        request: request.id,
        proposal,
        options: ['keep', 'drop'],
        reason:
          group.length === 1
            ? 'the only one of its intent'
            : `${rank + 1} of ${group.length} that want the same (${kind}${intent.isRead ? `: ${intent.name}` : ''})`,
      })
    }
  }
}

/**
 * Whether a person has to decide a row before its items go into the suite: what takes the place of a picture with
 * something personal in it. What becomes of the picture itself matters only where no other takes its place.
 */
export function waitsFor(log: DecisionLog, { type, status, picture }: Decision): boolean {
  if (status !== 'proposed' || (type !== 'replacement' && type !== 'anonymise')) return false
  if (!log.of('finding', { picture }).some((finding) => heldValue(finding) === 'personal')) return false
  return (
    type === 'replacement' || log.of('replacement', { picture }).every((row) => row.status === 'rejected')
  )
}
