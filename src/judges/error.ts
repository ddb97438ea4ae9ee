import { PentimentoError } from '../error/index.ts'

/** What kind of thing went wrong with a judge. */
export type JudgeErrorCode =
  /** Its configuration, or a question that its server does not serve: others may go well. */
  | 'judge'
  /** It answers nothing at all: its key, its account, its model. Stop asking. */
  | 'judge-unusable'
  /** The budget is used up. */
  | 'budget'
  | 'cancelled'

/** An error of a judge or of what it may cost; the message says where, what, expected, got and what to do. */
export class JudgeError extends PentimentoError<JudgeErrorCode> {
  override readonly name = 'JudgeError'
}
