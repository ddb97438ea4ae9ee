/**
 * Thrown by a tool, an operation or a recipe that finds a picture, or its result, not fit for what was asked. It is no
 * fault: a dataset counts the reason in its funnel, an editor says it.
 */
export class Rejection extends Error {
  override readonly name = 'Rejection'
  /** A short name, by which it is counted: `no-subject`, `unchanged`, `leaks`. */
  readonly reason: string
  /** The values that decided it. */
  readonly values: Readonly<Record<string, number | string>>

  constructor(reason: string, values: Readonly<Record<string, number | string>> = {}) {
    super(reason)
    this.reason = reason
    this.values = values
  }
}
