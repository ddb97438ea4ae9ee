import type { Picture } from '../../../image/index.ts'
import { type Phrase, type RetouchName, retouchWords } from '../../../instructions/index.ts'
import type { Sitter } from '../../../operations/index.ts'
import type { Random } from '../../../random/index.ts'
import type { Json } from '../recipe.ts'

/** A retouch of a face, with parameters by chance. */
export interface Retouch {
  /** Such as `smooth-skin`, for provenance. */
  readonly name: string
  /** Omitted if only the way back is a sensible instruction. */
  readonly forward?: Phrase
  /** The retouched picture is the source, the photograph the target. */
  readonly back?: Phrase
  /** The least width of the face in pixels at which it is visible. Default: any. */
  readonly least?: number
  /** Whether it is for adults only: make-up, and other forms of the face. */
  readonly adults?: true
  /** Whether it is paint that lies on a beard or a moustache: not for faces that look like a man's. */
  readonly makeUp?: true
  /** The least mean change in levels where it changes anything; left out where that of every retouch does. */
  readonly levels?: number
  /** How far points of the mesh may move, by the width of the face; more is another person. */
  readonly moves: number
  /** The retouched picture. @throws Rejection where the face is not fit for it */
  apply(sitter: Sitter, random: Random): Retouched
}

/** A retouched picture. */
export interface Retouched {
  readonly picture: Picture
  readonly strength: 'slight' | 'clear'
  readonly drawn: { readonly [key: string]: Json }
}

/** The words of a retouch. */
export function phraseOf(name: RetouchName): Phrase {
  const { en, cn } = retouchWords[name]
  return { en, cn }
}
