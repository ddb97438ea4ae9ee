import type { Reading } from '../../judges/index.ts'
import { jsonIn } from '../../tools/index.ts'
import { type Kind, taxonomy } from '../taxonomy.ts'
import type { Questions } from './questions.ts'

/** Increased whenever the prompt below changes: it is part of the questions' hash. */
export const promptVersion = 1

/** The words that a judge is shown. */
export interface ShownWords {
  readonly en: string
  readonly cn: string
}

/** The prompt that goes with the source, then the target. */
export function judgePrompt(kind: Kind, { en, cn }: ShownWords, questions: Questions): string {
  const list = Object.entries(questions).map(([name, text]) => `- "${name}": ${text}`)
  return `You check examples for training a model that edits pictures. Two pictures are given: first the picture before the edit, second the picture after it.

What such an edit does: ${taxonomy[kind].meaning}
English instruction:
${en}
Chinese instruction:
${cn}

Look at both pictures closely. Give each of these statements a score from 0 (not at all) through 5 (half true, or a fault that is seen at once) to 10 (entirely true):
${list.join('\n')}

Judge only what you see; the statements are independent, so a good edit with bad words has good and low scores. A statement that cannot apply here gets 10.
Answer with one JSON object and nothing else. For each statement, in this order, a reason of at most 12 words, then the score:
{${Object.keys(questions)
    .map((name) => `"${name}": {"reason": "…", "score": 0-10}`)
    .join(', ')}}`
}

/** The JSON schema of the answer. */
export function answerSchema(questions: Questions): object {
  const one = {
    type: 'object',
    properties: { reason: { type: 'string' }, score: { type: 'number' } },
    required: ['reason', 'score'],
    additionalProperties: false,
  }
  const names = Object.keys(questions)
  return {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, one])),
    required: names,
    additionalProperties: false,
  }
}

/** The content of an answer. */
export interface Scores {
  /** 0 to 10 by question. */
  readonly scores: Readonly<Record<string, number>>
  readonly reasons: Readonly<Record<string, string>>
}

/**
 * Reads an answer: JSON in text or a code block, objects or bare numbers, `8` or `8/10`. It makes up nothing: a question
 * without a number is `wrong-count`, a number outside of 0 to 10 `out-of-range`.
 */
export function readAnswer(text: string, questions: Questions): Reading<Scores> {
  const answer = jsonIn(text)
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return { problem: 'unparsable' }
  const given = 'scores' in answer && typeof answer.scores === 'object' ? answer.scores : answer
  const scores: Record<string, number> = {}
  const reasons: Record<string, string> = {}
  for (const name of Object.keys(questions)) {
    const one = (given as Record<string, unknown>)[name]
    const { score, reason } = (typeof one === 'object' && one !== null ? one : { score: one }) as {
      score?: unknown
      reason?: unknown
    }
    const value = numberOf(score)
    if (value === undefined) return { problem: 'wrong-count' }
    if (value < 0 || value > 10) return { problem: 'out-of-range' }
    scores[name] = value
    if (typeof reason === 'string' && reason.trim() !== '') reasons[name] = reason.trim().slice(0, 500)
  }
  return { scores, reasons }
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value !== 'string') return undefined
  const digits = /^\s*(-?\d+(?:\.\d+)?)\s*(?:\/\s*10)?\s*$/.exec(value)?.[1]
  return digits === undefined ? undefined : Number(digits)
}
