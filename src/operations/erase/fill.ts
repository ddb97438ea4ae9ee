import { depths, halved, type Level } from './level.ts'
import { openPatches, type Patches, reach } from './patches.ts'
import { startFilling } from './start.ts'

/** A level whose hole is filled, and where each of its pixels is copied from. */
export interface Filled {
  readonly level: Level
  readonly holes: Int32Array
  readonly origins: Int32Array
}

/** A level whose longer side is at most this is searched as a whole. */
const wholeSearch = 160
/** The coarsest level: no pixel of its hole is farther from what is known. */
const coarsestDepth = 4
const coarsestSide = 24

/** Fills the hole of a level, from a coarse one to itself. @returns undefined where too little is known to fill from */
export function fillLevel(finest: Level, seed: number): Filled | undefined {
  const levels = pyramid(finest)
  let above: Patches | undefined
  for (let n = levels.length - 1; n >= 0; n--) {
    const patches = openPatches(levels[n]!, seed + n)
    levels.pop()
    if (patches.targets.length === 0 || !patches.isSource.includes(1)) {
      above = undefined
      continue
    }
    if (above) takeOver(patches, above)
    else startFilling(patches)
    settle(patches, above === undefined)
    above = patches
  }
  if (above === undefined) return undefined
  const origins = above.origins()
  const { level, holes } = above
  for (let i = 0; i < holes.length; i++)
    level.pixels.copyWithin(4 * holes[i]!, 4 * origins[i]!, 4 * origins[i]! + 4)
  return { level, holes, origins }
}

/** The level, and halves of it until what is unknown is thin, or too little would be known. */
function pyramid(finest: Level): Level[] {
  const levels = [finest]
  for (;;) {
    const last = levels.at(-1)!
    const side = Math.max(last.width, last.height)
    if (side <= wholeSearch && deepest(last) <= coarsestDepth) return levels
    const next = halved(last)
    if (Math.min(next.width, next.height) < coarsestSide || !hasSources(next)) return levels
    levels.push(next)
  }
}

function deepest(level: Level): number {
  let most = 0
  for (const depth of depths(level)) most = Math.max(most, depth)
  return most
}

/** Whether enough of a level is known to choose from. */
function hasSources({ width, height, hole }: Level): boolean {
  let known = 0
  for (const is of hole) known += 1 - is
  return known >= 0.25 * width * height
}

/** The field of a level from that of half its size: twice the way, in the same direction. */
function takeOver(patches: Patches, above: Patches): void {
  const { level, targets, isSource, field } = patches
  const { width, height } = level
  const { width: w, height: h } = above.level
  const sources = Math.max(1, isSource.indexOf(1))
  for (const p of targets) {
    const [x, y] = [p % width, Math.floor(p / width)]
    const u = Math.min(w - 1 - reach, Math.max(reach, x >> 1))
    const v = Math.min(h - 1 - reach, Math.max(reach, y >> 1))
    const nearest = nearestTarget(above, u, v)
    const source = above.field[nearest]!
    const sx = x + 2 * ((source % w) - (nearest % w))
    const sy = y + 2 * (Math.floor(source / w) - Math.floor(nearest / w))
    const cx = Math.min(width - 1 - reach, Math.max(reach, sx))
    const cy = Math.min(height - 1 - reach, Math.max(reach, sy))
    const s = cy * width + cx
    field[p] = isSource[s] === 1 ? s : sources
  }
  patches.vote(true)
}

/** The pixel itself where it is a target; else one close by. */
function nearestTarget(
  { level: { width, height }, isTarget, targets }: Patches,
  x: number,
  y: number,
): number {
  for (let r = 0; r <= 4; r++)
    for (let dy = -r; dy <= r; dy++)
      for (let dx = -r; dx <= r; dx++) {
        const [u, v] = [x + dx, y + dy]
        if (u < 0 || v < 0 || u >= width || v >= height) continue
        if (isTarget[v * width + u] === 1) return v * width + u
      }
  return targets[0]!
}

/** Search and vote in turns until little changes. */
function settle(patches: Patches, isFirst: boolean): void {
  const { level } = patches
  const side = Math.max(level.width, level.height)
  const rounds = isFirst ? 12 : side <= 300 ? 8 : side <= 1100 ? 5 : side <= 2200 ? 2 : 1
  const radius = side <= wholeSearch ? side : side <= 1100 ? side >> 2 : 4
  if (isFirst) patches.search(6, side)
  for (let round = 0; round < rounds; round++) {
    patches.search(round === 0 ? 4 : 2, radius)
    patches.vote()
  }
}
