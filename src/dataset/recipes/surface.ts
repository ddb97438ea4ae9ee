import type { Noun, Phrase } from '../../instructions/index.ts'
import type { Surface } from '../../operations/index.ts'

/** What a recipe knows of a picture as a place. */
export interface Scene {
  /** What it is as a background, with its article. */
  readonly background?: Phrase
  readonly subject?: Noun
  readonly surfaces: readonly Surface[]
}
