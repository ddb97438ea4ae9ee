import type { Round } from './reflect.ts'

/** One try of an edit, and the language model's assessment. */
export interface RoundReport {
  /** The picture that was edited: 0 is the user's, N the result of try N. */
  readonly edited: number
  readonly instruction: string
  /** `mend`: the next try edits this one's result; `again`: it begins anew. */
  readonly verdict: 'success' | 'mend' | 'again'
  /** Success and restraint, 0 to 10 each; of models that score. */
  readonly edit: readonly number[]
  /** Naturalness and freedom from artefacts, 0 to 10 each; of models that score. */
  readonly look: readonly number[]
  /** The model's own words; none where it could not be understood. */
  readonly said?: string | undefined
}

/** The language model's part in an edit. */
export interface ThoughtReport {
  /** The instruction as it was rewritten. */
  readonly rewritten?: string | undefined
  /** None where results were not judged. */
  readonly rounds: readonly RoundReport[]
  /** Number of the try whose result was taken, from 1. */
  readonly best: number
}

export function roundReport({ edited, prompt, judgement }: Omit<Round<unknown>, 'result'>): RoundReport {
  const { isSuccess, refined, edit, look, said } = judgement
  return {
    edited,
    instruction: prompt,
    verdict: isSuccess ? 'success' : refined === undefined ? 'again' : 'mend',
    edit,
    look,
    ...(said !== undefined && { said }),
  }
}

/** `success, edit 8 and 9, look 7 and 8` */
export function roundText({ verdict, edit, look, instruction }: RoundReport): string {
  const scores = edit.length > 0 ? `, edit ${edit.join(' and ')}, look ${look.join(' and ')}` : ''
  return `"${instruction.trim()}": ${verdict}${scores}`
}
