/** What carries a thing: the kinds of surface that a scene may have. */
export type SurfaceKind =
  | 'grass'
  | 'sand'
  | 'rock'
  | 'road'
  | 'floor'
  /** A table or a shelf seen from the side. */
  | 'table'
  /** Something flat seen from above: a desk, a board, a sheet of paper. */
  | 'flat'
  | 'leaf'
  | 'water'
  | 'sky'

/** Somewhere that things can be put: all positions are shares of the picture's width and height. */
export interface Surface {
  readonly kind: SurfaceKind
  /** Where the lowest point of a thing may be; of the sky, where its middle may be. */
  readonly area: readonly [left: number, top: number, right: number, bottom: number]
  /** The height of the horizon, and how many metres the camera is above the ground: they give the scale. */
  readonly horizon?: number
  readonly eye?: number
  /** Of what is seen from above: how many metres the picture is wide. */
  readonly across?: number
}
