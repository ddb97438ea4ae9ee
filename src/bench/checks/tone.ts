import { edgeCorrelation, type ToneStatistics, toneStatistics } from '../../image/index.ts'
import { blurOf } from './background.ts'
import type { CheckOf, CheckRule, Finding } from './finding.ts'
import { atLeast, atMost, first, percent, told } from './finding.ts'
import type { EditView } from './view.ts'

/** The least that the edges are the source's, and the most that they are blurred, in pixels at a longest side of 512. */
const [leastEdges, mostBlur] = [0.4, 1.6]
/** The least mean ΔE of a change that is seen: 2 is just visible. */
const leastSeen = 2

/** The picture's light or colour went this way, and its edges stayed. */
export const tone: CheckRule<'tone'> = ({ change }, view) => {
  const { source, edited } = view.small
  const edges = edgeCorrelation(source, edited)
  const blur = blurOf(view)
  const went = measures[change](toneStatistics(source), toneStatistics(edited), view)
  const seen = mean(view.comparison.deltaE.data)
  return first([
    went,
    atLeast(seen, leastSeen, `the picture changed by ΔE ${told(seen)}, which is hardly seen`),
    atLeast(edges, leastEdges, `its edges are ${percent(Math.max(0, edges))} the source's`),
    atMost(blur, mostBlur, `it is blurred by ${told(blur)} pixels`),
    went,
  ])
}

const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length

type Measure = (before: ToneStatistics, after: ToneStatistics, view: EditView) => Finding

const ratio = (after: number, before: number): number => (after + 1e-3) / (before + 1e-3)

/** Warmth: the mean cast from blue to yellow, and half as much from green to red. */
const warmth = ({ cast: [a, b] }: ToneStatistics): number => b + 0.5 * a

const measures: { readonly [C in CheckOf<'tone'>['change']]: Measure } = {
  brighter: (p, q) =>
    atLeast(
      q.lightness - p.lightness,
      0.02,
      `lightness went from ${told(p.lightness)} to ${told(q.lightness)}`,
    ),
  darker: (p, q) =>
    atLeast(
      p.lightness - q.lightness,
      0.02,
      `lightness went from ${told(p.lightness)} to ${told(q.lightness)}`,
    ),
  warmer: (p, q) =>
    atLeast(warmth(q) - warmth(p), 0.008, `warmth went up by ${told(100 * (warmth(q) - warmth(p)))}`),
  cooler: (p, q) =>
    atLeast(warmth(p) - warmth(q), 0.008, `warmth went down by ${told(100 * (warmth(p) - warmth(q)))}`),
  greyer: (p, q) =>
    atMost(ratio(q.chroma, p.chroma), 0.85, `chroma is ${told(ratio(q.chroma, p.chroma))} of what it was`),
  'more-colourful': (p, q) =>
    atLeast(ratio(q.chroma, p.chroma), 1.12, `chroma is ${told(ratio(q.chroma, p.chroma))} of what it was`),
  'more-contrast': (p, q) =>
    atLeast(
      ratio(q.contrast, p.contrast),
      1.06,
      `contrast is ${told(ratio(q.contrast, p.contrast))} of what it was`,
    ),
  'less-contrast': (p, q) =>
    atMost(
      ratio(q.contrast, p.contrast),
      0.92,
      `contrast is ${told(ratio(q.contrast, p.contrast))} of what it was`,
    ),
  monochrome: (p, _, view) => {
    const spread = hueSpread(view)
    const finding = atMost(spread, 0.012, `colours are ${told(100 * spread)} apart from one tone`)
    return p.chroma < 0.012 ? { ...finding, verdict: 'unknown', seen: 'the source is grey already' } : finding
  },
  sepia: (_, q, view) => {
    const spread = hueSpread(view)
    const hue = (Math.atan2(q.cast[1], q.cast[0]) * 180) / Math.PI
    const isBrown = Math.hypot(...q.cast) > 0.012 && hue > 40 && hue < 110
    const finding = atMost(spread, 0.022, `colours are ${told(100 * spread)} apart from one tone`)
    return isBrown ? finding : { ...finding, verdict: 'fail', seen: 'the tone is not brown' }
  },
}

/** How far colours are from being one tone: the mean distance of a and b from a straight line of lightness. */
function hueSpread(view: EditView): number {
  const { lightness, a, b } = view.comparison.edited
  const bins = 16
  const [sumA, sumB, count] = [new Float64Array(bins), new Float64Array(bins), new Float64Array(bins)]
  const binOf = (i: number): number => Math.min(bins - 1, Math.max(0, Math.floor(lightness[i]! * bins)))
  for (let i = 0; i < a.length; i++) {
    const bin = binOf(i)
    sumA[bin]! += a[i]!
    sumB[bin]! += b[i]!
    count[bin]!++
  }
  let sum = 0
  for (let i = 0; i < a.length; i++) {
    const bin = binOf(i)
    sum += Math.hypot(a[i]! - sumA[bin]! / count[bin]!, b[i]! - sumB[bin]! / count[bin]!)
  }
  return sum / a.length
}
