import { PentimentoError } from '../error/index.ts'

/** Why an edit failed. */
export type EditErrorCode =
  | 'input'
  | 'checkpoint'
  | 'memory'
  | 'numbers'
  | 'cancelled'
  | 'closed'
  | 'recipe'
  /** The instruction could not be read with enough certainty. */
  | 'unclear'
  /** The instruction was understood, and this editor cannot do it. */
  | 'beyond'
  /** What the instruction names was not found in the picture. */
  | 'not-found'
  /** The instruction fits several things in the picture. */
  | 'ambiguous'
  /** The picture is not suitable for the request. */
  | 'unfit'
  /** A remote editor refuses this edit, see {@link EditRefusal}. */
  | 'refused'
  /** A remote editor cannot be reached, or rejects the request. */
  | 'server'
  /** A remote editor rejects the key, or does not allow it for this model: a retry does not help. */
  | 'key'
  /** The account's quota or the budget is used up: a retry does not help. */
  | 'quota'

/** A refusal in one line: where, what, expected, got, what to do. */
export class EditError extends PentimentoError<EditErrorCode> {
  override readonly name = 'EditError'
}

/**
 * In which way an edit was refused: by a safety system; with words or nothing in place of a picture; or, by the
 * darkroom, under the code of its error.
 */
export type RefusalKind = 'safety' | 'no-picture' | 'unclear' | 'beyond' | 'not-found' | 'ambiguous' | 'unfit'

/** A remote editor refuses an edit. Retrying the same request is not worth its price. */
export class EditRefusal extends EditError {
  readonly kind: RefusalKind
  /** The code or finish reason, as the server gives it. */
  readonly reason: string
  /** The server's message; may be empty. */
  readonly text: string

  constructor(
    message: string,
    refusal: { readonly kind: RefusalKind; readonly reason: string; readonly text: string },
  ) {
    super('refused', message)
    this.kind = refusal.kind
    this.reason = refusal.reason
    this.text = refusal.text
  }
}
