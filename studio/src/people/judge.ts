/** An item to judge: source, instruction and results. */
export interface Judged {
  readonly instruction: string
  readonly language: string
  /** Of all pictures, in pixels. */
  readonly width: number
  readonly height: number
  /** Addresses. */
  readonly source: string
  readonly pictures: readonly string[]
}

/** Properties of a page for judging. */
export interface JudgeProps {
  readonly judged: Judged
  /** The answer that was chosen before a pause. */
  readonly draft: readonly number[] | undefined
  readonly onDraft: (answers: readonly number[]) => void
  /** Levels, or ranks from 1, in the order of the pictures. */
  readonly onAnswers: (answers: readonly number[]) => void
}

export const letterOf = (place: number): string => String.fromCharCode(65 + place)
