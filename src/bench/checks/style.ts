import { blurPlane, resizePicture } from '../../image/index.ts'
import { blurOf } from './background.ts'
import { correlationWithin } from './comparison.ts'
import {
  atLeast,
  atMost,
  type CheckOf,
  type CheckRule,
  type Finding,
  first,
  percent,
  told,
} from './finding.ts'
import { type StyleStatistics, styleStatistics } from './styleStatistics.ts'
import type { EditView } from './view.ts'

/** The least that the scene is the source's, and the most that it is blurred, in pixels at 512. */
const [leastScene, mostBlur] = [0.4, 2]

/** The picture is drawn in this way and was not, and its scene is the same. */
export const style: CheckRule<'style'> = ({ change }, view) => {
  const [before, after] = [styleStatistics(view.small.source), styleStatistics(view.small.edited)]
  const manner = change === 'any' ? anyOf(before, after, view) : measures[change](before, after, view)
  const scene = sceneKept(view)
  const blur = blurOf(view)
  return first([
    manner,
    atLeast(scene, leastScene, `the scene is ${percent(Math.max(0, scene))} the source's`),
    atMost(blur, mostBlur, `it is blurred by ${told(blur)} pixels`),
    manner,
  ])
}

type Manner = Exclude<CheckOf<'style'>['change'], 'any'>

const measures: {
  readonly [M in Manner]: (before: StyleStatistics, after: StyleStatistics, view: EditView) => Finding
} = {
  lines: (p, q, view) =>
    first([atLeast(q.lines, 0.02, `lines cover ${percent(q.lines)}`), drawnAnew(p, q, view)]),
  flat: (p, q, view) =>
    first([
      q.flat - p.flat >= 0.04
        ? atLeast(q.flat - p.flat, 0.04, `${percent(q.flat)} is flat, ${percent(p.flat)} before`)
        : atMost(q.colours / p.colours, 0.7, `${q.colours} colours make it, ${p.colours} before`),
      detail(view, 0.95),
    ]),
  strokes: (_p, _q, view) => detail(view, 0.88),
  blocks: (p, q) =>
    q.repeat >= 0.9 && q.repeat - p.repeat >= 0.2
      ? atLeast(q.repeat, 0.9, `a pattern repeats at ${told(q.repeat)}, ${told(p.repeat)} before`)
      : atLeast(q.grid / Math.max(1, p.grid), 1.5, `steps on a grid are ${told(q.grid)} times others`),
  dots: (p, q) =>
    q.direction <= 0.15
      ? atMost(q.direction, 0.15, `edges have a direction of ${told(q.direction)} only`)
      : atLeast(q.repeat - p.repeat, 0.2, `a pattern repeats at ${told(q.repeat)}, ${told(p.repeat)} before`),
  'monochrome-drawing': (p, q, view) =>
    first([atMost(q.chroma, 0.025, `its chroma is ${told(q.chroma)}`), drawnAnew(p, q, view)]),
}

/** Its detail is another, or it has the paper, lines or grain of a drawing. */
function drawnAnew(p: StyleStatistics, q: StyleStatistics, view: EditView): Finding {
  const isOther =
    Math.abs(q.flat - p.flat) >= 0.2 || Math.abs(q.lines - p.lines) >= 0.06 || q.paper - p.paper >= 0.1
  const own = detail(view, 0.93)
  return isOther ? { ...own, verdict: 'pass' } : own
}

/** The detail is the source's by so much at most: a picture without its colours keeps nearly all. */
const detail = (view: EditView, bound: number): Finding => {
  const value = detailKept(view)
  return atMost(value, bound, `its detail is ${percent(Math.max(0, value))} the source's`)
}

/** How far light and dark of a few pixels are the source's, −1 to 1. */
function detailKept(view: EditView): number {
  const { source, edited } = view.comparison
  const [p, q] = [source, edited].map(({ lightness, width, height }) => {
    const soft = blurPlane(lightness, width, height, (5 * Math.max(width, height)) / 512)
    return lightness.map((value, i) => value - soft[i]!)
  })
  return correlationWithin(undefined, p!, q!)
}

/** For any style: the distance of the statistics, in just visible steps. */
function anyOf(p: StyleStatistics, q: StyleStatistics, view: EditView): Finding {
  const changed = view.comparison.changed.data.reduce((sum, value) => sum + value, 0) / 255
  const share = changed / view.comparison.changed.data.length
  const log = (after: number, before: number): number => Math.abs(Math.log(after / before))
  const apart = Math.max(
    Math.abs(q.flat - p.flat) / 0.12,
    log(q.colours, p.colours) / 0.6,
    Math.abs(q.paper - p.paper) / 0.15,
    Math.abs(q.lines - p.lines) / 0.04,
    Math.abs(q.direction - p.direction) / 0.05,
    log(Math.max(1, q.grid), Math.max(1, p.grid)) / 0.5,
    Math.abs(q.repeat - p.repeat) / 0.15,
  )
  return first([
    share >= 0.25 ? atLeast(share, 0.25, `${percent(share)} of the picture changed`) : detail(view, 0.8),
    atLeast(apart, 1, `its manner is ${told(apart)} steps from the source's`),
  ])
}

/**
 * How far the scene is the source's: the share of parts whose edges lie where they lay, or the coarse light and dark, which
 * may be exchanged.
 */
function sceneKept(view: EditView): number {
  const { source, edited } = view.small
  const side = 32 / Math.max(source.width, source.height)
  const size = {
    width: Math.max(4, Math.round(source.width * side)),
    height: Math.max(4, Math.round(source.height * side)),
  }
  const [p, q] = [source, edited].map((picture) => {
    const { data } = resizePicture(picture, { ...size, filter: 'bilinear' })
    return Float32Array.from(
      { length: data.length / 3 },
      (_, i) => 0.299 * data[3 * i]! + 0.587 * data[3 * i + 1]! + 0.114 * data[3 * i + 2]!,
    )
  })
  const coarse = Math.abs(correlationWithin(undefined, p!, q!))
  return Math.max(view.registration?.agreement ?? 0, coarse >= 0.7 ? coarse : 0.5 * coarse)
}
