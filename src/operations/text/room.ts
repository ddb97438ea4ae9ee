import { type Picture, type Warp, warpSpot } from '../../image/index.ts'
import type { TextLine } from '../../tools/index.ts'
import { lineHeight } from './flatLine.ts'

/** Free surface beside a text, and how the text stands in it. */
export interface Room {
  /** In the units of the text's ink at its trial size. */
  readonly left: number
  readonly right: number
  readonly align: 'left' | 'centre' | 'right'
}

/**
 * How far the surface goes on beside a text, and whether the text stands in its middle or at a side: as the other lines
 * do, or by the room on both sides. `spread` is the deviation of the surface's colours, in levels. `toPicture` maps the ink's rectangle of `width` by `height` into the picture.
 */
export function roomAround(
  picture: Picture,
  toPicture: Warp,
  { width, height }: { readonly width: number; readonly height: number },
  line: TextLine,
  { others, spread }: { readonly others: readonly TextLine[]; readonly spread: number },
): Room {
  const [left, right] = [-1, 1].map((side) =>
    reachOf(picture, toPicture, { width, height }, side, line, others, 26 + 3 * spread),
  )
  const align = alignedAs(line, others) ?? alignedIn(left!, right!)
  return { left: left!, right: right!, align }
}

function alignedIn(left: number, right: number): Room['align'] {
  if (Math.min(left, right) > 0.5 * Math.max(left, right)) return 'centre'
  return left < right ? 'left' : 'right'
}

/** The line's own alignment by lines above and below: edges that agree within a third of their height. */
function alignedAs(line: TextLine, others: readonly TextLine[]): Room['align'] | undefined {
  const height = lineHeight(line)
  const edges = ({ corners: [a, b, c, d] }: TextLine): readonly [number, number] => [
    (a[0] + d[0]) / 2,
    (b[0] + c[0]) / 2,
  ]
  const middle = ({ corners }: TextLine): number => corners.reduce((sum, [, y]) => sum + y, 0) / 4
  const [left, right] = edges(line)
  let [atLeft, centred, atRight] = [0, 0, 0]
  for (const other of others) {
    const away = Math.abs(middle(other) - middle(line))
    if (other === line || away < 0.6 * height || away > 3.2 * height) continue
    const [l, r] = edges(other)
    if (Math.abs(r - l - (right - left)) < 0.7 * height) continue
    if (Math.abs(l - left) < height / 3) atLeft++
    if (Math.abs(r - right) < height / 3) atRight++
    if (Math.abs(l + r - left - right) < (2 * height) / 3) centred++
  }
  if (centred > 0 && centred >= Math.max(atLeft, atRight)) return 'centre'
  if (atLeft > 0 && atLeft >= atRight) return 'left'
  return atRight > 0 ? 'right' : undefined
}

const rows = [-0.05, 0.2, 0.5, 0.8, 1.05]

/** Walks from the end of the text along its line until the surface ends, another line begins, or the picture does. */
function reachOf(
  picture: Picture,
  toPicture: Warp,
  { width, height }: { readonly width: number; readonly height: number },
  side: number,
  line: TextLine,
  others: readonly TextLine[],
  tolerance: number,
): number {
  const start = side < 0 ? 0 : width
  const pace = height / 12
  const running: (number[] | undefined)[] = rows.map(() => undefined)
  const furthest = 4 * width + 8 * height
  for (let way = 0.25 * height; way < furthest; way += pace) {
    let stopped = 0
    for (const [k, row] of rows.entries()) {
      const [x, y] = warpSpot(toPicture, [start + side * way, row * height])
      const [u, v] = [Math.floor(x), Math.floor(y)]
      if (!(u >= 0 && v >= 0 && u < picture.width && v < picture.height)) return way - pace
      if (k === 2 && others.some((other) => other !== line && within(other, x, y))) return way - 0.5 * height
      const at = 3 * (v * picture.width + u)
      const colour = [picture.data[at]!, picture.data[at + 1]!, picture.data[at + 2]!]
      const mean = running[k]
      if (mean === undefined) {
        running[k] = colour
        continue
      }
      const away = Math.hypot(colour[0]! - mean[0]!, colour[1]! - mean[1]!, colour[2]! - mean[2]!)
      if (away > tolerance) stopped++
      else for (let c = 0; c < 3; c++) mean[c]! += 0.12 * (colour[c]! - mean[c]!)
    }
    if (stopped >= 2) return Math.max(0, way - pace)
  }
  return furthest
}

function within({ corners }: TextLine, x: number, y: number): boolean {
  return corners.every(([ax, ay], i) => {
    const [bx, by] = corners[(i + 1) % 4]!
    return (bx - ax) * (y - ay) - (by - ay) * (x - ax) >= 0
  })
}
