import type { Picture } from '../../image/index.ts'
import type { Box, Detection, Point, TextLine } from '../tool.ts'
import { plainLabel } from './labels.ts'

/** The tasks of Florence-2 that tools use, by the token that stands for them in its prompt. */
export const florenceTasks = {
  detector: '<OD>',
  tagger: '<DENSE_REGION_CAPTION>',
  ocr: '<OCR_WITH_REGION>',
  caption: '<MORE_DETAILED_CAPTION>',
} as const

/** Positions are given in 1000 steps of width and height; the centre of a step is used. */
const steps = 1000

type Size = Pick<Picture, 'width' | 'height'>

/** `car<loc_52><loc_333><loc_932><loc_774>`, several boxes after one label as well. */
export function florenceDetections(text: string, { width, height }: Size): readonly Detection[] {
  const found: Detection[] = []
  let label = ''
  for (const [, name, ...positions] of plain(text).matchAll(
    /([^<]*)<loc_(\d+)>\s*<loc_(\d+)>\s*<loc_(\d+)>\s*<loc_(\d+)>/g,
  )) {
    if (name?.trim()) label = plainLabel(name)
    const [left, top, right, bottom] = positions.map(Number) as [number, number, number, number]
    const box: Box = spanned(
      scaled(left, width),
      scaled(top, height),
      scaled(right, width),
      scaled(bottom, height),
    )
    if (label !== '' && box.width > 0 && box.height > 0) found.push({ label, score: 1, box })
  }
  return found
}

/** `OPEN<loc_…>` with eight positions: the corners clockwise from the top left of the text as it is read. */
export function florenceLines(text: string, { width, height }: Size): readonly TextLine[] {
  const pattern = /([^<]+)((?:<loc_\d+>\s*){8})/g
  return [...plain(text).matchAll(pattern)].flatMap(([, line = '', locations = '']) => {
    const at = [...locations.matchAll(/\d+/g)].map(Number)
    const corner = (i: number): Point => [
      scaled(at[2 * i] as number, width),
      scaled(at[2 * i + 1] as number, height),
    ]
    return line.trim() === ''
      ? []
      : [{ text: line.trim(), score: 1, corners: [corner(0), corner(1), corner(2), corner(3)] as const }]
  })
}

/** Names of regions, each once, those that come more often first. Florence-2 gives no scores: shares of the most frequent. */
export function florenceTags(text: string): readonly { readonly tag: string; readonly score: number }[] {
  const counts = new Map<string, number>()
  for (const { label } of florenceDetections(text, { width: steps, height: steps }))
    counts.set(label, (counts.get(label) ?? 0) + 1)
  const most = Math.max(1, ...counts.values())
  return [...counts].map(([tag, count]) => ({ tag, score: count / most })).sort((a, b) => b.score - a.score)
}

const plain = (text: string): string => text.replace(/<\/?s>|<pad>/g, '')

const scaled = (position: number, size: number): number =>
  ((Math.min(position, steps - 1) + 0.5) / steps) * size

function spanned(x1: number, y1: number, x2: number, y2: number): Box {
  const [x, y] = [Math.round(Math.min(x1, x2)), Math.round(Math.min(y1, y2))]
  return { x, y, width: Math.round(Math.max(x1, x2)) - x, height: Math.round(Math.max(y1, y2)) - y }
}
