import type { NextRandom, Picture } from '../../image/index.ts'

/** Parameters of a style by its name; sizes in pixels. */
export interface StyleParametersByName {
  'oil-painting': { readonly stroke: number }
  watercolour: None
  pastel: None
  'ink-wash': None
  pencil: None
  'coloured-pencil': None
  charcoal: None
  'line-art': None
  engraving: { readonly period: number }
  blueprint: None
  chalkboard: None
  cartoon: { readonly tones: number }
  /** `across`: blocks over the longer side. */
  'pixel-art': { readonly across: number; readonly colours: number }
  /** `set`: which of the four sets of colours. */
  'pop-art': { readonly set: number }
  halftone: { readonly period: number }
  newsprint: { readonly period: number }
  poster: { readonly colours: number }
  mosaic: { readonly size: number }
  'stained-glass': { readonly size: number }
  'cross-stitch': { readonly size: number }
  'toy-bricks': { readonly size: number }
}

type None = Readonly<Record<never, never>>

/** The name of a style that needs no tool. */
export type OwnStyleName = keyof StyleParametersByName

/** A manner of drawing. */
export interface OwnStyle<P> {
  /** Whether the style lives on colour, so that a grey photograph does not take it. */
  readonly colourful?: true
  /** Whether dark pictures are brightened first, since its lines and flat tones leave nothing of the shadows. */
  readonly lifts?: true
  /** The longer side at which larger pictures are drawn, in pixels; the drawing is then enlarged. */
  readonly side: number
  /** Whether it is of blocks, which stay sharp when it is enlarged. */
  readonly blocks?: true
  /** Usual parameters for a picture of this size, and a strength of 1 (usual) to 2 (coarse). */
  usual(picture: { readonly width: number; readonly height: number }, strength: number): P
  /** The picture so drawn. */
  draw(picture: Picture, parameters: P, next: NextRandom): Picture
}

/** Styles of some names, each with its own parameters. */
export type StylesOf<N extends OwnStyleName> = { readonly [K in N]: OwnStyle<StyleParametersByName[K]> }

/** Pixels of the picture for so many of a picture of 512. */
export function scaled(
  { width, height }: { readonly width: number; readonly height: number },
  pixels: number,
): number {
  return Math.max(1, Math.round((pixels * Math.max(width, height)) / 512))
}
