import {
  type Font,
  invertWarp,
  type Mask,
  maskComponents,
  perspectiveWarp,
  renderText,
  soften,
  type Warp,
  warpSpot,
} from '../../image/index.ts'
import { Rejection } from '../../tools/index.ts'
import type { FlatLine } from './flatLine.ts'
import type { Ink } from './inkOf.ts'

/** A font that lettering may be set in. */
export interface TypeFace {
  readonly font: Font
  readonly face: 'sans' | 'serif' | 'slab' | 'mono' | 'narrow' | 'hand'
  readonly bold: boolean
}

/** Type in which the old text, laid over what was found on the sheet, agrees best with it. */
export interface TypeFit {
  readonly face: TypeFace
  readonly ink: Ink
  /** What the fit took the line to say. */
  readonly text: string
  /** Extra space between letters, and how much thicker strokes are than the font's, in ems. */
  readonly spacing: number
  readonly weight: number
  /** The old text's ink as rendered at {@link trialSize}, in pixels, and where it lies on the sheet. */
  readonly width: number
  readonly height: number
  readonly toSheet: Warp
  /** Correlation of the two, −1 to 1. */
  readonly score: number
}

/** Trials of which the corners are found more exactly. */
const finalists = 7

/** Size at which fonts are tried, in pixels an em. */
export const trialSize = 56

type Corners = readonly [Spot, Spot, Spot, Spot]
type Spot = readonly [number, number]

/** Finds the type of a line among faces; `quick` tries three of them and tells the ink only. @throws Rejection `no-font` where none has its characters */
export async function fitType(
  line: FlatLine,
  inks: readonly Ink[],
  text: string,
  faces: readonly TypeFace[],
  pace: 'quick' | 'thorough' = 'thorough',
): Promise<TypeFit> {
  const able = faces.filter(({ font }) => font.has(text))
  if (able.length === 0) throw new Rejection('no-font', { text })
  if (inks.length === 0) throw new Rejection('strokes-unclear')
  const probes = probesOf(able)
  let best: { ink: Ink; score: number } | undefined
  for (const ink of inks) {
    const field = fieldOf(line, ink)
    for (const face of probes)
      for (const trial of await trialsOf(face, ink, text)) {
        const score =
          nudged(trial, field, startOf(trial, field, line, ink), [3], 2 * step).score - 0.5 * ink.contact
        if (!best || score > best.score) best = { ink, score }
      }
  }
  const { ink } = best!
  const field = fieldOf(line, ink)
  const ranked: { trial: Trial; corners: Corners; score: number }[] = []
  for (const face of pace === 'quick' ? probes : able)
    for (const trial of await trialsOf(face, ink, text))
      ranked.push({ trial, ...nudged(trial, field, startOf(trial, field, line, ink), [3], 2 * step) })
  ranked.sort((one, other) => other.score - one.score)
  const finer = ranked.slice(0, pace === 'quick' ? 1 : finalists).map(({ trial, corners }) => ({
    trial,
    ...nudged(trial, field, corners, pace === 'quick' ? [1] : [2, 1, 0.5]),
  }))
  // Handwriting is rare on signs, and worse than print where it is wrong.
  const merit = (each: (typeof finer)[number]): number =>
    each.score - (each.trial.face.face === 'hand' ? 0.04 : 0)
  const { trial, corners, score } = finer.reduce((one, other) => (merit(other) > merit(one) ? other : one))
  const { width, height } = trial.mask
  const toSheet = perspectiveWarp(rectangle(width, height), corners)
  return {
    face: trial.face,
    ink: { ...ink, strokes: within(ink.strokes, invertWarp(toSheet), width, height) },
    text,
    spacing: trial.spacing / trialSize,
    weight: weightOf(trial, ink, corners),
    width,
    height,
    toSheet,
    score,
  }
}

/** The strokes without parts whose middle is not where the text is: they belong to something else. */
function within(strokes: Mask, toText: Warp, width: number, height: number): Mask {
  const data = new Uint8Array(strokes.data.length)
  const [asideX, asideY] = [0.3 * height, 0.22 * height]
  for (const { box, pixels } of maskComponents(strokes)) {
    const [u, v] = warpSpot(toText, [box.x + box.width / 2, box.y + box.height / 2])
    if (u < -asideX || u > width + asideX || v < -asideY || v > height + asideY) continue
    for (const pixel of pixels) data[pixel] = 255
  }
  return { ...strokes, data }
}

/** A light, a bold and a serif face, to tell readings of the sheet apart. */
function probesOf(able: readonly TypeFace[]): TypeFace[] {
  const wanted: ((face: TypeFace) => boolean)[] = [
    ({ face, bold }) => face === 'sans' && !bold,
    ({ face, bold }) => face === 'sans' && bold,
    ({ face }) => face === 'serif',
  ]
  const found = wanted.map((test) => able.find(test)).filter((face) => face !== undefined)
  return found.length > 0 ? found : able.slice(0, 1)
}

/** A text set in a face, to be laid over the sheet. */
interface Trial {
  readonly face: TypeFace
  readonly mask: Mask
  readonly spacing: number
  /** The mask with a rim, softened as much as the field. */
  readonly soft: Float32Array
}

const rim = 8
const step = 2

/** The text in its own spacing, in that which gives it the width of the ink, and between the two. */
async function trialsOf(face: TypeFace, ink: Ink, text: string): Promise<Trial[]> {
  const set = (spacing: number): Promise<Mask> =>
    renderText(text, { font: face.font, size: trialSize, spacing })
  const plain = await set(0)
  const { left, right, top, bottom } = ink.box
  const wanted = (plain.height * (right - left)) / (bottom - top)
  const gaps = [...text].length - 1
  const trials = [trialOf(face, plain, 0)]
  if (gaps < 1) return trials
  const spacing = (wanted - plain.width) / gaps
  if (Math.abs(spacing) < 0.012 * trialSize) return trials
  for (const share of [0.5, 1]) {
    const each = share * spacing
    if (each > -0.07 * trialSize && each < 0.7 * trialSize) trials.push(trialOf(face, await set(each), each))
  }
  return trials
}

function trialOf(face: TypeFace, mask: Mask, spacing: number): Trial {
  const [width, height] = [mask.width + 2 * rim, mask.height + 2 * rim]
  const plane = new Float32Array(width * height)
  for (let y = 0; y < mask.height; y++)
    for (let x = 0; x < mask.width; x++)
      plane[(y + rim) * width + x + rim] = mask.data[y * mask.width + x]! / 255
  return { face, mask, spacing, soft: soften({ width, height, data: plane }, 1).data }
}

/** The ink's coverage, softened. */
interface Field {
  readonly width: number
  readonly height: number
  readonly data: Float32Array
}

function fieldOf({ flat: { width, height } }: FlatLine, { coverage }: Ink): Field {
  const data = coverage.map((value) => Math.min(1, Math.max(0, value)))
  return soften({ width, height, data }, 1)
}

const rectangle = (width: number, height: number): Corners => [
  [0, 0],
  [width, 0],
  [width, height],
  [0, height],
]

const cornersOf = ({ box: { left, top, right, bottom } }: Ink): Corners => [
  [left, top],
  [right, top],
  [right, bottom],
  [left, bottom],
]

/** The corners to begin with: those of the ink, or of the line as the reader saw it, where strays widen the ink. */
function startOf(trial: Trial, field: Field, { flat, margin }: FlatLine, ink: Ink): Corners {
  const [x, y] = [1.1 * margin, 1.15 * margin]
  const seen: Corners = [
    [x, y],
    [flat.width - x, y],
    [flat.width - x, flat.height - y],
    [x, flat.height - y],
  ]
  const own = cornersOf(ink)
  const better = agreement(trial, field, seen, 2 * step) > agreement(trial, field, own, 2 * step)
  return better ? seen : own
}

/** What corners can do together, in the order top left, top right, bottom right, bottom left: moves of x and y. */
const moves: readonly (readonly number[])[] = [
  [0, 1, 0, 1, 0, 1, 0, 1],
  [1, 0, 1, 0, 1, 0, 1, 0],
  [-0.5, 0, 0.5, 0, 0.5, 0, -0.5, 0],
  [0, -0.5, 0, -0.5, 0, 0.5, 0, 0.5],
  [0.5, 0, 0.5, 0, -0.5, 0, -0.5, 0],
  [0, -0.5, 0, 0.5, 0, 0.5, 0, -0.5],
  [0, -0.5, 0, 0.5, 0, -0.5, 0, 0.5],
]

/** Moves the corners, step by step in each direction, to where the text agrees best. */
function nudged(
  trial: Trial,
  field: Field,
  start: Corners,
  steps: readonly number[],
  pace: number = step,
): { corners: Corners; score: number } {
  let corners = start
  let score = agreement(trial, field, corners, pace)
  for (const size of steps)
    for (let round = 0; round < (pace === step ? 6 : 3); round++) {
      const before = score
      for (const move of moves)
        for (const sign of [1, -1])
          for (let times = 0; times < 4; times++) {
            const next = corners.map(([x, y], i) => [
              x + sign * size * move[2 * i]!,
              y + sign * size * move[2 * i + 1]!,
            ]) as unknown as Corners
            const found = agreement(trial, field, next, pace)
            if (found <= score + 1e-6) break
            corners = next
            score = found
          }
      if (score - before < 0.001) break
    }
  return { corners, score }
}

/** Correlation of the text laid into the corners with the field; stretching costs a little. */
function agreement({ mask, soft }: Trial, field: Field, corners: Corners, pace: number): number {
  const { width, height, data } = field
  let warp: Warp
  try {
    warp = perspectiveWarp(rectangle(mask.width, mask.height), corners)
  } catch {
    return -1
  }
  const [m0, m1, m2, m3, m4, m5, m6, m7, m8] = warp
  let [sumT, sumF, sumTT, sumFF, sumTF] = [0, 0, 0, 0, 0]
  const [columns, rows] = [mask.width + 2 * rim, mask.height + 2 * rim]
  let count = 0
  for (let v = 0; v < rows; v += pace) {
    const y = v + 0.5 - rim
    for (let u = 0; u < columns; u += pace) {
      const x = u + 0.5 - rim
      count++
      const w = m6 * x + m7 * y + m8
      const sx = (m0 * x + m1 * y + m2) / w - 0.5
      const sy = (m3 * x + m4 * y + m5) / w - 0.5
      let f = 0
      if (sx >= 0 && sy >= 0 && sx < width - 1 && sy < height - 1) {
        const [left, top] = [sx | 0, sy | 0]
        const [fx, fy] = [sx - left, sy - top]
        const at = top * width + left
        const upper = data[at]! + fx * (data[at + 1]! - data[at]!)
        const lower = data[at + width]! + fx * (data[at + width + 1]! - data[at + width]!)
        f = upper + fy * (lower - upper)
      }
      const t = soft[v * columns + u]!
      sumT += t
      sumF += f
      sumTT += t * t
      sumFF += f * f
      sumTF += t * f
    }
  }
  const varT = sumTT - (sumT * sumT) / count
  const varF = sumFF - (sumF * sumF) / count
  if (varT <= 1e-9 || varF <= 1e-9) return -1
  const [a, b, , d] = corners
  const across = Math.hypot(b[0] - a[0], b[1] - a[1]) / mask.width
  const down = Math.hypot(d[0] - a[0], d[1] - a[1]) / mask.height
  return (sumTF - (sumT * sumF) / count) / Math.sqrt(varT * varF) - 0.06 * Math.abs(Math.log(across / down))
}

/** By how much strokes are thicker than the font's, in ems: from how much ink there is, and how long its borders are. */
function weightOf({ mask }: Trial, ink: Ink, corners: Corners): number {
  let [area, border] = [0, 0]
  const { width, height, data } = mask
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const value = data[y * width + x]! / 255
      area += value
      const right = x + 1 < width ? data[y * width + x + 1]! / 255 : 0
      const below = y + 1 < height ? data[(y + 1) * width + x]! / 255 : 0
      border += Math.hypot(right - value, below - value)
    }
  let found = 0
  for (let i = 0; i < ink.strokes.data.length; i++) if (ink.strokes.data[i]! > 0) found++
  const [a, b, c, d] = corners
  const surface =
    0.5 * Math.abs((c[0] - a[0]) * (d[1] - b[1]) - (d[0] - b[0]) * (c[1] - a[1])) || width * height
  const thicker = ((found * width * height) / surface - area) / Math.max(1, border)
  return Math.min(0.03, Math.max(-0.03, thicker / trialSize))
}
