import type { LabPlanes, Picture, Plane } from '../../../image/index.ts'
import type { Phrase } from '../../../instructions/index.ts'
import type { Random } from '../../../random/index.ts'
import type { Face } from '../../../tools/index.ts'
import type { Json } from '../recipe.ts'

/** A face with what retouching needs of it. */
export interface Sitter {
  readonly picture: Picture
  readonly face: Face
  readonly lab: LabPlanes
  /** Skin of the face, 0 to 1. */
  readonly skin: Plane
  /** Skin of the face, the ears and the neck, so that the face gets no mask when its tone changes. */
  readonly wideSkin: Plane
  /** The face's width in pixels. */
  readonly size: number
}

/** A retouch of a face. */
export interface Retouch {
  /** Such as `smooth-skin`, for provenance. */
  readonly name: string
  /** Left out where only the way back is a sensible wish. */
  readonly forward?: Phrase
  /** The retouched picture is the source, the photograph the target. */
  readonly back?: Phrase
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
