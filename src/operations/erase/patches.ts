import { openKernel } from './kernel/open.ts'
import { depths, holePixels, type Level } from './level.ts'

/** Pixels from the middle of a patch to its side: patches are 7 × 7. */
export const reach = 3

/**
 * The patches of a level that touch the hole (targets), and for each the known patch (source) that is most like it.
 * Patches are numbered by their middle pixel.
 */
export interface Patches {
  readonly level: Level
  readonly targets: Int32Array
  readonly isSource: Uint8Array
  readonly isTarget: Uint8Array
  readonly holes: Int32Array
  /** Sources by target, over all pixels. */
  readonly field: Int32Array
  /** Passes of search, forward and backward in turns, within a radius in pixels. */
  search(passes: number, radius: number): void
  /** Fills the hole from the sources. `even`: by depth only, where distances mean nothing yet. */
  vote(even?: boolean): void
  /** The pixel that each pixel of the hole is best copied from. */
  origins(): Int32Array
}

const aligned = (bytes: number): number => (bytes + 15) & ~15
/** How much less a patch counts with each pixel that it lies deeper. */
const falloff = 1.3
const deepest = 80

/** Lays a level out for the kernel. The pixels of the level are a view into its memory from then on. */
export function openPatches(given: Level, seed: number): Patches {
  const { width, height } = given
  const size = width * height
  const holes = holePixels(given)
  const { targets, isTarget, isSource } = sortPatches(given, holes)
  // What the kernel reads lies within by up to half a patch of rows before and after.
  const guard = aligned(4 * (reach * width + reach) + 64)
  let end = guard
  const place = (bytes: number): number => {
    const start = end
    end = aligned(end + bytes + guard)
    return start
  }
  const at = {
    pixels: place(4 * size),
    field: place(4 * size),
    costs: place(4 * size),
    weights: place(4 * size),
    isTarget: place(size),
    isSource: place(size),
    targets: place(4 * targets.length),
    holes: place(4 * holes.length),
    origins: place(4 * holes.length),
  }
  const { buffer, run } = openKernel(end)
  new Uint8Array(buffer).set(isTarget, at.isTarget)
  new Uint8Array(buffer).set(isSource, at.isSource)
  new Int32Array(buffer, at.targets, targets.length).set(targets)
  new Int32Array(buffer, at.holes, holes.length).set(holes)
  const pixels = new Uint8Array(buffer, at.pixels, 4 * size)
  pixels.set(given.pixels)
  const level: Level = { ...given, pixels }
  const field = new Int32Array(buffer, at.field, size)
  const costs = new Int32Array(buffer, at.costs, size)
  const weights = new Float32Array(buffer, at.weights, size)
  const confidence = confidenceOf(level, targets)
  run.seed(seed)

  const measure = (): void => run.measure(targets.length, at.targets, at.field, at.costs, at.pixels, width)
  const weigh = (even: boolean): void => {
    const spread = even ? 0 : 1 / (2 * Math.max(50, quantile(targets, costs, 0.75)))
    for (let i = 0; i < targets.length; i++) {
      const p = targets[i]!
      weights[p] = confidence[i]! * Math.max(1e-6, Math.exp(-costs[p]! * spread))
    }
  }
  return {
    level,
    targets,
    isSource,
    isTarget,
    holes,
    field,
    search(passes, radius) {
      measure()
      for (let pass = 0; pass < passes; pass++)
        run.improve(
          ...([targets.length, at.targets, at.field, at.costs, at.isTarget, at.isSource] as const),
          ...([at.pixels, width, height, pass % 2, radius] as const),
        )
    },
    vote(even = false) {
      weigh(even)
      run.vote(holes.length, at.holes, at.field, at.weights, at.isTarget, at.pixels, width)
    },
    origins() {
      measure()
      weigh(false)
      run.choose(holes.length, at.holes, at.field, at.weights, at.isTarget, at.origins, width)
      return new Int32Array(buffer, at.origins, holes.length).slice()
    },
  }
}

/** Which patches touch the hole and which do not; a patch lies within the level whole. */
function sortPatches(
  { width, height }: Level,
  holes: Int32Array,
): Pick<Patches, 'targets' | 'isTarget' | 'isSource'> {
  const isTarget = new Uint8Array(width * height)
  const isSource = new Uint8Array(width * height)
  const rows = new Uint8Array(width * height)
  for (const i of holes) {
    const x = i % width
    rows.fill(1, i - Math.min(reach, x), i + Math.min(reach, width - 1 - x) + 1)
  }
  let count = 0
  for (let y = reach; y < height - reach; y++)
    for (let x = reach; x < width - reach; x++) {
      const i = y * width + x
      // Seven rows: written out, since most patches touch none.
      const touches =
        rows[i - 3 * width]! |
        rows[i - 2 * width]! |
        rows[i - width]! |
        rows[i]! |
        rows[i + width]! |
        rows[i + 2 * width]! |
        rows[i + 3 * width]!
      isTarget[i] = touches
      isSource[i] = 1 - touches
      count += touches
    }
  const targets = new Int32Array(count)
  for (let i = 0, at = 0; i < isTarget.length; i++) if (isTarget[i] === 1) targets[at++] = i
  return { targets, isTarget, isSource }
}

/** Patches count less the deeper they lie in the hole, where less is known. */
function confidenceOf(level: Level, targets: Int32Array): Float32Array {
  const depth = depths(level)
  return Float32Array.from(targets, (p) => falloff ** -Math.min(deepest, depth[p]!))
}

/** A quantile of the costs of some targets, from at most some thousand of them. */
function quantile(targets: Int32Array, costs: Int32Array, share: number): number {
  const step = Math.max(1, Math.floor(targets.length / 5000))
  const some: number[] = []
  for (let i = 0; i < targets.length; i += step) some.push(costs[targets[i]!]!)
  some.sort((a, b) => a - b)
  return some[Math.min(some.length - 1, Math.floor(share * some.length))] ?? 0
}
