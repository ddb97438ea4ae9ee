import type { Mask, Picture } from '../image/index.ts'

/** What an operation made of a picture. */
export interface Edited {
  readonly picture: Picture
  /** Where something changed (> 0); elsewhere the picture is bit-equal. Left out where all of it may have changed. */
  readonly region?: Mask | undefined
}
