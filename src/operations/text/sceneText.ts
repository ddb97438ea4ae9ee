import {
  dilateMask,
  type Font,
  gradientOf,
  greyOf,
  invertWarp,
  type Mask,
  type Picture,
  perspectiveWarp,
  renderText,
  resizeMask,
  soften,
  warpMask,
  warpPicture,
} from '../../image/index.ts'
import { type Point, Rejection, type TextLine } from '../../tools/index.ts'
import { blurredMask, type LetterColour, paintInk, place } from './lettering.ts'

/** A line of text in a photograph, laid flat and measured. */
export interface SceneText {
  readonly line: TextLine
  /** Height of the flat sheet; its width goes with it. Around the text is a margin. */
  readonly sheet: { readonly width: number; readonly height: number; readonly margin: number }
  /** From the sheet to the picture. */
  readonly toPicture: ReturnType<typeof perspectiveWarp>
  /** Strokes on the sheet, as 255 and 0. */
  readonly strokes: Mask
  readonly ink: LetterColour
  /** Rows and columns of the sheet that the strokes take. */
  readonly inkBox: {
    readonly left: number
    readonly right: number
    readonly top: number
    readonly bottom: number
  }
  /** Width of the strokes by their height. */
  readonly weight: number
  /** Deviation of the lens blur over the letters' edges, in pixels of the sheet. */
  readonly blur: number
}

const length = ([x, y]: Point, [u, v]: Point): number => Math.hypot(u - x, v - y)

/** Lays a line flat and tells its strokes from the surface. @throws Rejection where they cannot be told apart */
export function measureText(picture: Picture, line: TextLine): SceneText {
  const [a, b, c, d] = line.corners
  const height = Math.round((length(a, d) + length(b, c)) / 2)
  const width = Math.round((length(a, b) + length(d, c)) / 2)
  if (height < 12 || width < 24) throw new Rejection('text-too-small', { width, height })
  const margin = Math.round(0.35 * height)
  const sheet = { width: width + 2 * margin, height: height + 2 * margin, margin }
  const toPicture = perspectiveWarp(
    [
      [margin, margin],
      [margin + width, margin],
      [margin + width, margin + height],
      [margin, margin + height],
    ],
    [a, b, c, d],
  )
  const flat = warpPicture(picture, invertWarp(toPicture), sheet)
  const { strokes, ink, contrast } = strokesOf(flat, margin)
  const inkBox = boxOf(strokes)
  const share =
    strokes.data.reduce((sum, value) => sum + value, 0) /
    255 /
    ((inkBox.right - inkBox.left) * (inkBox.bottom - inkBox.top))
  if (share < 0.08 || share > 0.72) throw new Rejection('strokes-unclear', { share })
  const tall = (inkBox.bottom - inkBox.top) / height
  if (tall < 0.35 || tall > 1.02) throw new Rejection('strokes-unclear', { tall })
  const edges = gradientOf(greyOf(flat))
    .data.filter((_, i) => strokes.data[i]! > 0)
    .sort()
  const steepest = edges[Math.floor(0.9 * edges.length)] ?? 0
  // A step of this contrast through a Gaussian of deviation s has a slope of contrast / (s·√2π); Sobel spans two pixels.
  const blur = Math.min(3, Math.max(0.35, (0.8 * contrast) / Math.max(0.02, steepest) - 0.35))
  return { line, sheet, toPicture, strokes, ink, inkBox, weight: strokeWeight(strokes, inkBox), blur }
}

/** Two groups of colours on the sheet: that of the border is the surface, the other the strokes. */
function strokesOf(flat: Picture, margin: number): { strokes: Mask; ink: LetterColour; contrast: number } {
  const { width, height } = flat
  const grey = greyOf(flat)
  const inside = (i: number): boolean => {
    const [x, y] = [i % width, Math.floor(i / width)]
    return x >= 0.7 * margin && x < width - 0.7 * margin && y >= 0.85 * margin && y < height - 0.85 * margin
  }
  const values = [...grey.data].filter((_, i) => inside(i))
  const threshold = otsu(values)
  const mean = (list: readonly number[]): number =>
    list.reduce((sum, value) => sum + value, 0) / Math.max(1, list.length)
  const [dark, bright] = [
    mean(values.filter((value) => value < threshold)),
    mean(values.filter((value) => value >= threshold)),
  ]
  if (bright - dark < 0.12) throw new Rejection('low-contrast', { contrast: bright - dark })
  const rim = mean([...grey.data].filter((_, i) => !inside(i)))
  const inkIsDark = Math.abs(rim - bright) < Math.abs(rim - dark)
  // Letters take less of their line than the surface between them; where that contradicts the rim, it is a
  // panel's border that was found.
  const darkShare = values.filter((value) => value < threshold).length / values.length
  if (inkIsDark !== darkShare < 0.5 || Math.min(darkShare, 1 - darkShare) > 0.42)
    throw new Rejection('strokes-unclear', { dark: darkShare })
  const data = Uint8Array.from(grey.data, (value, i) =>
    inside(i) && value < threshold === inkIsDark ? 255 : 0,
  )
  // The heart of the strokes has their true colour.
  const order = [...data.keys()]
    .filter((i) => data[i] === 255)
    .sort((i, j) => (grey.data[i]! - grey.data[j]!) * (inkIsDark ? 1 : -1))
  const heart = order.slice(0, Math.max(1, Math.floor(0.4 * order.length)))
  const ink = [0, 1, 2].map((channel) => Math.round(mean(heart.map((i) => flat.data[3 * i + channel]!))))
  return { strokes: { width, height, data }, ink: [ink[0]!, ink[1]!, ink[2]!], contrast: bright - dark }
}

/** The threshold that parts values of 0 to 1 into the two groups with the least spread. Source: Otsu. */
function otsu(values: readonly number[]): number {
  const histogram = new Float64Array(128)
  for (const value of values) histogram[Math.min(127, Math.floor(value * 128))]!++
  const total = values.length
  const sum = histogram.reduce((all, count, level) => all + count * level, 0)
  let [below, sumBelow, best, most] = [0, 0, 64, -1]
  histogram.forEach((count, level) => {
    below += count
    sumBelow += count * level
    if (below === 0 || below === total) return
    const apart = sumBelow / below - (sum - sumBelow) / (total - below)
    const between = below * (total - below) * apart * apart
    if (between > most) [best, most] = [level + 1, between]
  })
  return best / 128
}

/** The rows and columns with ink worth the name: crumbs of other lines at the rim do not count. */
function boxOf({ width, height, data }: Mask): SceneText['inkBox'] {
  const [rows, columns] = [new Float64Array(height), new Float64Array(width)]
  data.forEach((value, i) => {
    rows[Math.floor(i / width)]! += value / 255
    columns[i % width]! += value / 255
  })
  const span = (counts: Float64Array, least: number): readonly [number, number] => {
    const enough = counts.reduce((most, count) => Math.max(most, count), 0) * least
    return [counts.findIndex((count) => count > enough), counts.findLastIndex((count) => count > enough) + 1]
  }
  const [[top, bottom], [left, right]] = [span(rows, 0.08), span(columns, 0.04)]
  if (right - left < 2 || bottom - top < 2) throw new Rejection('strokes-unclear')
  return { left, right, top, bottom }
}

/** The middle length of runs of ink along rows, by the height of the ink. */
function strokeWeight({ width, height, data }: Mask, { top, bottom }: SceneText['inkBox']): number {
  const runs: number[] = []
  for (let y = 0; y < height; y++)
    for (let x = 0, run = 0; x <= width; x++) {
      if (x < width && data[y * width + x]! > 0) run++
      else {
        if (run > 0) runs.push(run)
        run = 0
      }
    }
  runs.sort((one, other) => one - other)
  return (runs[runs.length >> 1] ?? 0) / (bottom - top)
}

/** Where the old strokes are in the picture, with the soft rim that a lens leaves around them. */
export function strokesInPicture({ strokes, toPicture, sheet, blur }: SceneText, picture: Picture): Mask {
  const reach = Math.max(1.5, 0.05 * sheet.height + blur)
  const grown = dilateMask(strokes, reach)
  const mask = warpMask(grown, toPicture, picture)
  return { ...mask, data: mask.data.map((value) => (value >= 64 ? 255 : 0)) }
}

/** New text in the place, size, colour, and blur of the old. @throws Rejection where it would not fit */
export async function writeLike(
  scene: SceneText,
  picture: Picture,
  text: string,
  font: Font,
): Promise<{ picture: Picture; ink: Mask }> {
  const { sheet, inkBox, toPicture, line, blur } = scene
  const wanted = inkBox.bottom - inkBox.top
  const trial = 100
  const asWas = await renderText(line.text, { font, size: trial })
  const size = (trial * wanted) / asWas.height
  // An em much over the height of the line means that the height of the ink was mistaken.
  const lineHeight = sheet.height - 2 * sheet.margin
  if (size > 1.25 * lineHeight) throw new Rejection('strokes-unclear', { size, line: lineHeight })
  const old = await descent(line.text, font, size)
  // Lettering as narrow, or as wide, as the old was.
  const narrowness = ((inkBox.right - inkBox.left) * asWas.height) / (wanted * asWas.width)
  if (narrowness < 0.55 || narrowness > 1.5) throw new Rejection('strokes-unclear', { narrowness })
  const upright = await renderText(text, { font, size })
  const inkWidth = Math.round(upright.width * narrowness)
  const most = 1.18 * (inkBox.right - inkBox.left)
  if (inkWidth > 1.15 * most) throw new Rejection('text-too-long', { width: inkWidth, most })
  const ink = resizeMask(upright, {
    width: Math.round(Math.min(inkWidth, most)),
    height: upright.height,
    filter: 'lanczos',
  })
  const baseline = inkBox.bottom - old
  const top = Math.round(baseline + (await descent(text, font, size)) - ink.height)
  const left = Math.round((inkBox.left + inkBox.right - ink.width) / 2)
  const wide = { width: Math.max(sheet.width, ink.width + 2 * sheet.margin), height: sheet.height }
  const shift = Math.round((wide.width - sheet.width) / 2)
  const flat = blurredMask(place(ink, wide, left + shift, top), blur)
  const mask = warpMask(flat, movedRight(toPicture, -shift), picture)
  const grey = greyOf(picture)
  const broad = soften(grey, sheet.height / 3)
  // The grain of the surface goes through the ink.
  const shading = {
    ...grey,
    data: Float32Array.from(grey.data, (value, i) =>
      Math.min(1.15, Math.max(0.85, value / Math.max(0.05, broad.data[i]!))),
    ),
  }
  return { picture: paintInk(picture, mask, scene.ink, { shading }), ink: mask }
}

/** The warp for a sheet whose origin lies further left. */
function movedRight(m: SceneText['toPicture'], by: number): SceneText['toPicture'] {
  return [m[0], m[1], m[2] + m[0] * by, m[3], m[4], m[5] + m[3] * by, m[6], m[7], m[8] + m[6] * by]
}

/** How far the ink reaches below the line that letters stand on: by how much it makes tall letters taller. */
async function descent(text: string, font: Font, size: number): Promise<number> {
  const tall = 'bdHkl'
  const [alone, together] = [
    await renderText(tall, { font, size }),
    await renderText(`${tall} ${text}`, { font, size }),
  ]
  return Math.max(0, together.height - alone.height)
}
