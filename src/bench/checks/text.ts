import { bareText, boxOfLine, containedText } from '../../operations/index.ts'
import type { TextLine } from '../../tools/index.ts'
import { type CheckRule, missing, told, unknown } from './finding.ts'

/** From this share of its letters on a text counts as read; short ones must be read whole. */
const readBound = 0.75
/** The likeness below which a text no longer counts as the old text. */
const goneBound = 0.7

/** OCR reads the text, and did not before, or not as well. */
export const reads: CheckRule<'reads'> = async ({ text, region }, view) => {
  if (!view.has('ocr')) return missing('ocr')
  const area = region && (await view.boxOf(region))
  const [before, after] = [
    likeness(text, await view.lines('source', area)),
    likeness(text, await view.lines('edited', area)),
  ]
  const letters = Math.max(1, bareText(text).length)
  const seen = `'${text}' reads at ${told(after)}, at ${told(before)} in the source`
  if (before >= 0.99 && after >= readBound) return unknown(`'${text}' reads in the source already`)
  const isBetter = after > before + 0.5 / letters
  return {
    verdict: after >= readBound && isBetter ? 'pass' : 'fail',
    value: after,
    bound: readBound,
    seen: after >= readBound && !isBetter ? `${seen}: no better than before` : seen,
  }
}

/** OCR does not read the text any more; what is written in its place may be like it. */
export const readsNot: CheckRule<'reads-not'> = async ({ text, region }, view) => {
  if (!view.has('ocr')) return missing('ocr')
  const area = region && (await view.boxOf(region))
  const before = likeness(text, await view.lines('source', area))
  if (before < goneBound) return unknown(`'${text}' does not read in the source (${told(before)})`)
  const after = likeness(text, await view.lines('edited', area))
  const wanted = view.checks.flatMap((each) => (each.check === 'reads' ? [bareText(each.text)] : []))
  const mayStay = Math.max(0, ...wanted.map((each) => containedText(bareText(text), each)))
  const bound = Math.max(goneBound, mayStay + 0.5 / Math.max(1, bareText(text).length))
  return {
    verdict: after < bound ? 'pass' : 'fail',
    value: after,
    bound,
    seen: `'${text}' reads at ${told(after)}, at ${told(before)} in the source`,
  }
}

/** How well a text stands in some line, or in lines joined as they are read, or in a word: 0 to 1. */
function likeness(text: string, lines: readonly TextLine[]): number {
  const wanted = bareText(text)
  const middle = (line: TextLine): readonly [number, number, number] => {
    const { x, y, width, height } = boxOfLine(line)
    return [x + width / 2, y + height / 2, height]
  }
  const inOrder = [...lines].sort((one, other) => {
    const [[x, y, height], [u, v]] = [middle(one), middle(other)]
    return Math.abs(y - v) < 0.5 * height ? x - u : y - v
  })
  const texts = [
    ...lines.map((line) => line.text),
    ...lines.flatMap((line) => line.text.split(/\s+/)),
    inOrder.map((line) => line.text).join(''),
  ]
  return Math.max(0, ...texts.map((each) => containedText(wanted, bareText(each))))
}
