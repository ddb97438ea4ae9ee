import type { Mask, Picture } from '../../../image/index.ts'
import type { Phrase } from '../../../instructions/index.ts'
import type { Box } from '../../../tools/index.ts'
import type { Json } from '../recipe.ts'

/** A photograph with a place where something may be written. */
export interface Staged {
  /** With the sign still blank; without a sign the photograph itself. */
  readonly blank: Picture
  /** The place in words. */
  readonly place: Phrase
  /** Where the place lies in the picture. */
  readonly area: Box
  readonly drawn: { readonly [key: string]: Json }
  /** The blank picture with the text in place, and where it has ink. */
  write(text: string): Promise<{ readonly picture: Picture; readonly ink: Mask }>
}
