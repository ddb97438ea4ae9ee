import { resizePicture } from '../../image/index.ts'
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

/** The least that the coarse structure is the source's, and the most that it is blurred, in pixels at 512. */
const [leastScene, mostBlur] = [0.4, 2]

/** The picture is drawn in this way and was not, and its scene is the same. */
export const style: CheckRule<'style'> = ({ change }, view) => {
  const [before, after] = [styleStatistics(view.small.source), styleStatistics(view.small.edited)]
  const manner = change === 'any' ? anyOf(before, after, view) : measures[change](before, after)
  const scene = sceneKept(view)
  const blur = blurOf(view)
  return first([
    manner,
    atLeast(scene, leastScene, `its coarse structure is ${percent(Math.max(0, scene))} the source's`),
    atMost(blur, mostBlur, `it is blurred by ${told(blur)} pixels`),
    manner,
  ])
}

type Manner = Exclude<CheckOf<'style'>['change'], 'any'>

const measures: {
  readonly [M in Manner]: (before: StyleStatistics, after: StyleStatistics) => Finding
} = {
  lines: (p, q) =>
    first([
      atLeast(q.lines, 0.02, `lines cover ${percent(q.lines)}`),
      atLeast(q.paper - p.paper, 0.05, `paper covers ${percent(q.paper)}, ${percent(p.paper)} before`),
    ]),
  flat: (p, q) =>
    q.flat - p.flat >= 0.12
      ? atLeast(q.flat - p.flat, 0.12, `${percent(q.flat)} is flat, ${percent(p.flat)} before`)
      : atMost(q.colours / p.colours, 0.5, `${q.colours} colours make it, ${p.colours} before`),
  strokes: (p, q) =>
    atLeast(
      q.direction - p.direction,
      0.03,
      `direction went from ${told(p.direction)} to ${told(q.direction)}`,
    ),
  blocks: (p, q) =>
    atLeast(q.grid / Math.max(1, p.grid), 1.5, `steps on a grid are ${told(q.grid)} times others`),
  dots: (p, q) =>
    atLeast(q.repeat - p.repeat, 0.1, `a pattern repeats at ${told(q.repeat)}, ${told(p.repeat)} before`),
  'monochrome-drawing': (p, q) =>
    first([
      atMost(q.chroma, 0.02, `its chroma is ${told(q.chroma)}`),
      atLeast(
        Math.max(q.paper - p.paper, q.lines - p.lines),
        0.05,
        `paper covers ${percent(q.paper)}, lines ${percent(q.lines)}; ${percent(p.paper)} and ${percent(p.lines)} before`,
      ),
    ]),
}

/** Whatever the manner: how far the statistics are apart, in steps that each are seen. */
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
    atLeast(share, 0.25, `${percent(share)} of the picture changed`),
    atLeast(apart, 1, `its manner is ${told(apart)} steps from the source's`),
  ])
}

/** How far the coarse light and dark, or the coarse places of edges, are the source's; light and dark may be exchanged. */
export function sceneKept(view: EditView): number {
  const { source, edited } = view.small
  const side = 32 / Math.max(source.width, source.height)
  const size = {
    width: Math.max(4, Math.round(source.width * side)),
    height: Math.max(4, Math.round(source.height * side)),
  }
  const [p, q] = [source, edited].map((picture) => {
    const { data } = resizePicture(picture, { ...size, filter: 'bilinear' })
    return Float32Array.from({ length: data.length / 3 }, (_, i) =>
      Math.sqrt(0.299 * data[3 * i]! ** 2 + 0.587 * data[3 * i + 1]! ** 2 + 0.114 * data[3 * i + 2]! ** 2),
    )
  })
  return Math.abs(correlationWithin(undefined, p!, q!))
}
