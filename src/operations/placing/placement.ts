import type { Surface } from './surface.ts'

/** Where and how large a cut-out stands in a picture, in pixels. */
export interface Placement {
  readonly surface: Surface
  /** The middle of its lowest line. */
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly mirror: boolean
  /** Radians, clockwise; only of things that lie flat or fly. */
  readonly turn: number
}

/** The size of the upright rectangle around a turned thing. */
export function turnedSize({ width, height, turn }: Pick<Placement, 'width' | 'height' | 'turn'>): {
  readonly width: number
  readonly height: number
} {
  const [cos, sin] = [Math.abs(Math.cos(turn)), Math.abs(Math.sin(turn))]
  return { width: Math.ceil(width * cos + height * sin), height: Math.ceil(width * sin + height * cos) }
}
