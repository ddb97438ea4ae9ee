import { PentimentoError } from '../error/index.ts'
import type { Pack } from './packs.ts'

/** What kind of thing went wrong with a tool. */
export type ToolErrorCode =
  /** A tool is not installed or not configured. */
  | 'tool-missing'
  /** A tool crashed, ran out of time, or returned an invalid result. */
  | 'tool-failed'
  /** A server behind a tool could not be reached or refused. */
  | 'tool-server'
  /** A model will not answer: its maker's rules, or a filter, forbid it. */
  | 'tool-refused'
  /** A model's answer is invalid: broken JSON, or an answer that was cut off. */
  | 'tool-answer'
  | 'configuration'
  /** A file that a tool was to read is missing or damaged. */
  | 'source'
  | 'cancelled'

/** An error of a tool; the message says where, what, expected, got and what to do. */
export class ToolError extends PentimentoError<ToolErrorCode> {
  override readonly name = 'ToolError'
  /** Of `tool-missing`: the packs whose installation brings the tool. */
  readonly packs: readonly Pack[]
  /** Of `tool-server`: the HTTP status that it answered with; 402 for an account that is used up, whatever it said. */
  readonly status: number | undefined

  constructor(
    code: ToolErrorCode,
    message: string,
    {
      packs = [],
      status,
      ...options
    }: ErrorOptions & {
      readonly packs?: readonly Pack[] | undefined
      readonly status?: number | undefined
    } = {},
  ) {
    super(code, message, options)
    this.packs = packs
    this.status = status
  }
}
