import { greyOf, type Picture, resizePicture, soften } from '../../image/index.ts'

/** Where lines that lie level run together. */
export interface Vanishing {
  /** As shares of width and height; may lie beyond the picture. */
  readonly x: number
  readonly y: number
  /** How many times more edges run to it than to a point by chance. */
  readonly sureness: number
}

/** The longer side of the copy that is looked at. */
const side = 240
const cells = 48
/** Points are looked for so far beyond the picture, as a share of its sides. */
const beyond = 0.25
/** Edges as level or plumb as this (tangent) run to no point within. */
const axis = 0.14

/**
 * The point that most slanting edges run to: its height is that of the horizon where streets, tracks, floors and rows of
 * houses lie level. Each edge's pixel votes, by its length, for all points on its line. Undefined in a picture without
 * edges. Source of the vote: Rother, "A new approach to vanishing point detection in architectural environments".
 */
export function vanishingPoint(picture: Picture): Vanishing | undefined {
  const scale = Math.min(1, side / Math.max(picture.width, picture.height))
  const [width, height] = [
    Math.max(16, Math.round(picture.width * scale)),
    Math.max(16, Math.round(picture.height * scale)),
  ]
  const small = resizePicture(picture, { width, height, filter: 'bilinear' })
  const { data } = soften(greyOf(small), 1)
  const votes = new Float32Array(cells * cells)
  const spacing = [(1 + 2 * beyond) / cells, (1 + 2 * beyond) / cells] as const
  let all = 0
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x
      const [dx, dy] = [data[i + 1]! - data[i - 1]!, data[i + width]! - data[i - width]!]
      const length = Math.hypot(dx, dy)
      if (length < 0.06 || Math.abs(dx) < axis * length || Math.abs(dy) < axis * length) continue
      const weight = Math.min(0.25, length)
      all += weight
      // The line through the pixel, at right angles to its gradient: one cell a column.
      for (let column = 0; column < cells; column++) {
        const across = ((column + 0.5) * spacing[0] - beyond) * width
        const down = y - ((across - x) * dx) / dy
        const row = Math.floor((down / height + beyond) / spacing[1])
        if (row < 0 || row >= cells) continue
        // Near pixels have no say: any short edge points at what is beside it.
        if (Math.abs(across - x) < 0.08 * width) continue
        votes[row * cells + column]! += weight
      }
    }
  if (all === 0) return undefined
  let best = 0
  let sum = 0
  for (let i = 0; i < votes.length; i++) {
    sum += votes[i]!
    if (votes[i]! > votes[best]!) best = i
  }
  return {
    x: ((best % cells) + 0.5) * spacing[0] - beyond,
    y: (Math.floor(best / cells) + 0.5) * spacing[1] - beyond,
    sureness: votes[best]! / (sum / votes.length + 1e-9),
  }
}
