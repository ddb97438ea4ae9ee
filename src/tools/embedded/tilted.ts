import type { Picture } from '../../image/index.ts'
import type { Point } from '../tool.ts'
import { sample } from './textLine.ts'

/** A square of a picture that may stand at an angle (in radians, clockwise on the screen). */
export interface TiltedSquare {
  readonly centre: Point
  readonly size: number
  readonly angle: number
}

/** Where a position inside the square (0 to 1 from its own top left corner) is in the picture. */
export function pointIn({ centre, size, angle }: TiltedSquare, u: number, v: number): Point {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const [dx, dy] = [(u - 0.5) * size, (v - 0.5) * size]
  return [centre[0] + dx * cos - dy * sin, centre[1] + dx * sin + dy * cos]
}

/**
 * What lies in the square, upright, as numbers 0 to 1 of so many pixels a side [side, side, 3]; mirrored if wanted.
 * Where it is shrunk, several samples make a pixel.
 */
export function pixelsIn(
  picture: Picture,
  square: TiltedSquare,
  side: number,
  mirrored = false,
): Float32Array {
  const finer = Math.min(8, Math.max(1, Math.round(square.size / side)))
  const data = new Float32Array(3 * side * side)
  const colour = new Uint8Array(3)
  for (let y = 0; y < side * finer; y++)
    for (let x = 0; x < side * finer; x++) {
      const u = (x + 0.5) / (side * finer)
      const [px, py] = pointIn(square, mirrored ? 1 - u : u, (y + 0.5) / (side * finer))
      sample(picture, px - 0.5, py - 0.5, colour, 0)
      const at = 3 * (Math.floor(y / finer) * side + Math.floor(x / finer))
      for (let c = 0; c < 3; c++) data[at + c]! += colour[c]! / 255
    }
  return data.map((sum) => sum / finer ** 2)
}

/** The square around points, as large as asked for, standing as the line between two others does. */
export function squareAround(
  points: readonly Point[],
  [from, to]: readonly [Point, Point],
  factor: number,
): TiltedSquare {
  const angle = Math.atan2(to[1] - from[1], to[0] - from[0])
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const us = points.map(([x, y]) => x * cos + y * sin)
  const vs = points.map(([x, y]) => y * cos - x * sin)
  const [left, right, top, bottom] = [Math.min(...us), Math.max(...us), Math.min(...vs), Math.max(...vs)]
  const [u, v] = [(left + right) / 2, (top + bottom) / 2]
  return {
    centre: [u * cos - v * sin, u * sin + v * cos],
    size: factor * Math.max(right - left, bottom - top, 1),
    angle,
  }
}
