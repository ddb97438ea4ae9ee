/** A spot of an object: how it is lit, and how it is turned. */
export interface Spot {
  readonly shading: number
  readonly detail: number
  readonly nx: number
  readonly ny: number
}

/** Lightness, a and b of OKLab. */
export type Colour = readonly [number, number, number]
