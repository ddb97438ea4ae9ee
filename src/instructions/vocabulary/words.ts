import type { Phrase } from '../facts.ts'

/** What something is called: the words that sentences use, and others that mean it. */
export interface Words extends Phrase {
  readonly also?: { readonly en?: readonly string[]; readonly cn?: readonly string[] }
}
