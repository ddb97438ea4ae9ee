import type { Level } from './level.ts'
import { type Patches, reach } from './patches.ts'

/** More sources than this are not looked at one by one. */
const mostSources = 6000

/**
 * A first filling of the coarsest level: from the rim inward, each time where most is known and the strongest edge runs
 * in, with what is known of the patch's best source; so edges go on across the hole.
 * Source: Criminisi, Pérez and Toyama, "Region filling and object removal by exemplar-based image inpainting", 2004.
 */
export function startFilling({ level, targets, isSource, isTarget, field, holes }: Patches): void {
  const { width, height } = level
  const sources = someSources(isSource)
  const unknown = level.hole.slice()
  const trust = Float32Array.from(unknown, (x) => 1 - x)
  let left = holes.length
  while (left > 0) {
    const q = nextOf(level, holes, unknown, trust)
    const p = inside(q, width, height)
    const source = bestSource(level, p, unknown, sources)
    const mean = meanOf(trust, p, width)
    for (let dy = -reach; dy <= reach; dy++)
      for (let dx = -reach; dx <= reach; dx++) {
        const move = dy * width + dx
        if (unknown[p + move] === 0) continue
        unknown[p + move] = 0
        trust[p + move] = mean
        for (let k = 0; k < 4; k++) level.pixels[4 * (p + move) + k] = level.pixels[4 * (source + move) + k]!
        left--
      }
    if (isTarget[p] === 1) field[p] = source
  }
  // The rest begins with any source; the search that follows finds theirs.
  for (let i = 0; i < targets.length; i++) {
    const p = targets[i]!
    if (field[p] === 0) {
      field[p] = sources[(i * 7919) % sources.length]!
    }
  }
}

function someSources(isSource: Uint8Array): Int32Array {
  let count = 0
  for (const is of isSource) count += is
  const step = Math.max(1, Math.ceil(count / mostSources))
  const found = new Int32Array(Math.ceil(count / step))
  for (let i = 0, n = 0; i < isSource.length; i++)
    if (isSource[i] === 1) {
      if (n % step === 0) found[n / step] = i
      n++
    }
  return found
}

/** The nearest pixel whose patch lies within the level. */
function inside(q: number, width: number, height: number): number {
  const x = Math.min(width - 1 - reach, Math.max(reach, q % width))
  const y = Math.min(height - 1 - reach, Math.max(reach, Math.floor(q / width)))
  return y * width + x
}

/** The unknown pixel beside a known one that is to be filled next. */
function nextOf(level: Level, holes: Int32Array, unknown: Uint8Array, trust: Float32Array): number {
  const { width, height } = level
  let [best, most] = [-1, -1]
  for (const q of holes) {
    if (unknown[q] === 0) continue
    const [x, y] = [q % width, Math.floor(q / width)]
    const isFront =
      (x > 0 && unknown[q - 1] === 0) ||
      (x < width - 1 && unknown[q + 1] === 0) ||
      (y > 0 && unknown[q - width] === 0) ||
      (y < height - 1 && unknown[q + width] === 0)
    if (!isFront) continue
    const p = inside(q, width, height)
    const priority = meanOf(trust, p, width) * (0.15 + edgeInto(level, p, q, unknown))
    if (priority > most) [best, most] = [q, priority]
  }
  return best
}

function meanOf(values: Float32Array, p: number, width: number): number {
  let sum = 0
  for (let dy = -reach; dy <= reach; dy++)
    for (let dx = -reach; dx <= reach; dx++) sum += values[p + dy * width + dx]!
  return sum / (2 * reach + 1) ** 2
}

/** How strong an edge in the known part of the patch runs across the front, 0 to 1. */
function edgeInto({ width, pixels }: Level, p: number, q: number, unknown: Uint8Array): number {
  const luma = (i: number): number => (pixels[4 * i]! + 2 * pixels[4 * i + 1]! + pixels[4 * i + 2]!) / 4
  let [strongest, alongX, alongY] = [0, 0, 0]
  let [inX, inY] = [0, 0]
  for (let dy = -reach; dy < reach; dy++)
    for (let dx = -reach; dx < reach; dx++) {
      const i = p + dy * width + dx
      if (unknown[i] === 1) {
        inX += dx
        inY += dy
        continue
      }
      if (unknown[i + 1] === 1 || unknown[i + width] === 1) continue
      const gx = luma(i + 1) - luma(i)
      const gy = luma(i + width) - luma(i)
      const strength = gx * gx + gy * gy
      if (strength > strongest) [strongest, alongX, alongY] = [strength, -gy, gx]
    }
  const into = Math.hypot(inX, inY)
  if (into === 0 || q < 0) return 0
  return Math.abs(alongX * inX + alongY * inY) / into / 255
}

/** The source most like the known part of a patch. */
function bestSource({ width, pixels }: Level, p: number, unknown: Uint8Array, sources: Int32Array): number {
  const moves: number[] = []
  for (let dy = -reach; dy <= reach; dy++)
    for (let dx = -reach; dx <= reach; dx++)
      if (unknown[p + dy * width + dx] === 0) moves.push(dy * width + dx)
  let [best, least] = [sources[0]!, Number.POSITIVE_INFINITY]
  const [px, py] = [p % width, Math.floor(p / width)]
  for (const s of sources) {
    // Of two that are as like, the nearer.
    let sum = 0.05 * moves.length * Math.hypot((s % width) - px, Math.floor(s / width) - py)
    for (let m = 0; m < moves.length && sum < least; m++) {
      const [a, b] = [4 * (p + moves[m]!), 4 * (s + moves[m]!)]
      for (let k = 0; k < 4; k++) sum += (pixels[a + k]! - pixels[b + k]!) ** 2
    }
    if (sum < least) [best, least] = [s, sum]
  }
  return best
}
