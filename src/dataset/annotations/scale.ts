import type { Picture } from '../../image/index.ts'
import type { AnnotatedThing } from './annotation.ts'
import { usualOf } from './usual.ts'

/** The scale of things on level ground, by the height in the picture at which they stand. */
export interface GroundScale {
  /** As a share of the picture's height. */
  readonly horizon: number
  /** Height of the camera above the ground, in metres. */
  readonly eye: number
  /** Number of things that it was measured by; 0 if it is assumed. */
  readonly told: number
}

/** A thing of a steady height that stands on the ground. */
interface Anchor {
  /** Where it stands, as a share of the picture's height. */
  readonly foot: number
  /** Pixels a metre, as a share of the picture's height. */
  readonly scale: number
  readonly weight: number
}

/** The largest mean logarithmic deviation of the measured scales from those of level ground. */
const mostError = 0.28
/** The range of plausible camera heights, in metres. */
const eyes = { least: 0.5, most: 12 } as const

/**
 * Horizon and height of the camera that agree best with things of known height: pixels a metre grow linearly with the
 * distance below the horizon. `expected` is where other signs put the horizon. Undefined where nothing tells, or things
 * contradict one another. Source: Hoiem, Efros and Hebert, "Putting objects in perspective", 2008.
 */
export function groundScale(
  things: readonly AnnotatedThing[],
  picture: Pick<Picture, 'width' | 'height'>,
  expected: { readonly horizon: number; readonly deviation: number },
): GroundScale | undefined {
  const anchors = things.flatMap((thing) => anchorOf(thing, picture))
  if (anchors.length === 0) return undefined
  let best: (GroundScale & { readonly cost: number; readonly error: number }) | undefined
  for (let horizon = -0.6; horizon <= 0.85; horizon += 0.01) {
    const below = anchors.filter(({ foot }) => foot > horizon + 0.03)
    if (below.length < anchors.length) continue
    const slopes = below.map(({ foot, scale, weight }) => ({
      value: Math.log(scale / (foot - horizon)),
      weight,
    }))
    const middle = weightedMedian(slopes)
    const all = slopes.reduce((sum, { weight }) => sum + weight, 0)
    const error = slopes.reduce((sum, { value, weight }) => sum + weight * Math.abs(value - middle), 0) / all
    const eye = 1 / Math.exp(middle)
    const away = (horizon - expected.horizon) / expected.deviation
    // Most photographs are taken at the eye level of a standing person.
    const unusual = Math.log(eye / 1.6) / 0.6
    const cost = error * Math.sqrt(slopes.length) + 0.06 * away * away + 0.04 * unusual * unusual
    if (best === undefined || cost < best.cost) best = { horizon, eye, told: anchors.length, cost, error }
  }
  if (best === undefined || best.error > mostError) return undefined
  if (best.eye < eyes.least || best.eye > eyes.most) return undefined
  const { horizon, eye, told } = best
  return { horizon: Number(horizon.toFixed(2)), eye, told }
}

function anchorOf(
  { label, box, height, score }: AnnotatedThing,
  picture: Pick<Picture, 'width' | 'height'>,
): Anchor[] {
  const usual = label === undefined ? undefined : usualOf(label)
  const metres = usual?.steady ? usual.height : height
  if (metres === undefined || score < 0.45 || (usual !== undefined && !usual.steady)) return []
  // Things on a table do not stand on the ground.
  if (metres < 0.6) return []
  const slack = 0.012 * picture.height
  if (box.y < slack || box.y + box.height > picture.height - slack) return []
  if (box.x < slack || box.x + box.width > picture.width - slack) return []
  // A sitting or lying person is not as tall as a standing one.
  if (label === 'person' && box.height < 2.1 * box.width) return []
  if (box.height < 0.035 * picture.height) return []
  return [
    {
      foot: (box.y + box.height) / picture.height,
      scale: box.height / metres / picture.height,
      weight: score * (label === 'person' || label === 'car' ? 1 : 0.7),
    },
  ]
}

function weightedMedian(values: readonly { readonly value: number; readonly weight: number }[]): number {
  const sorted = [...values].sort((one, other) => one.value - other.value)
  const half = sorted.reduce((sum, { weight }) => sum + weight, 0) / 2
  let sum = 0
  for (const { value, weight } of sorted) {
    sum += weight
    if (sum >= half) return value
  }
  return sorted.at(-1)!.value
}
