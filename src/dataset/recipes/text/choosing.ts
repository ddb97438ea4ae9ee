import { bareText, boxOfLine } from '../../../operations/index.ts'
import type { Random } from '../../../random/index.ts'
import type { TextLine } from '../../../tools/index.ts'
import { languageOf, vocabulary } from './vocabulary.ts'

/** Lines are worth rewriting that are read as surely, as high in pixels, and as large a share of the picture, as this. */
const least = { score: 0.93, height: 12, share: 0.003 }

/** Nearer to the border of the picture, by the height of a line, a text may go on beyond it. */
const margin = 0.3

/** The lines of a picture whose words may change: surely read, large enough, and whole. */
export function linesWorthChanging(
  lines: readonly TextLine[],
  { width, height }: { readonly width: number; readonly height: number },
): readonly TextLine[] {
  return lines.filter((line) => {
    const box = boxOfLine(line)
    const room = margin * box.height
    return (
      line.score > least.score &&
      bareText(line.text).length >= 3 &&
      box.height >= least.height &&
      box.width * box.height >= least.share * width * height &&
      box.x >= room &&
      box.x + box.width <= width - room &&
      box.y >= 0.3 * room &&
      box.y + box.height <= height - 0.3 * room
    )
  })
}

/** Other texts of the same language, with numbers where it has some, about as long, in the same case; by chance. */
export function textsLike(text: string, random: Random): readonly string[] {
  const language = languageOf(text)
  const numbered = hasDigits(text)
  const all = Object.values(vocabulary).flatMap((sort) => sort[language])
  const near = all.filter(
    (each) =>
      bareText(each) !== bareText(text) &&
      hasDigits(each) === numbered &&
      Math.abs(each.length - text.length) <= Math.max(1, 0.2 * text.length),
  )
  return random
    .shuffled(near)
    .slice(0, 8)
    .map((each) => inCaseOf(text, each))
}

const hasDigits = (text: string): boolean => /\p{N}/u.test(text)

/** A text in the case of the other: upper case, lower case, or capitalised words. */
function inCaseOf(text: string, other: string): string {
  if (text === text.toUpperCase()) return other.toUpperCase()
  if (text === text.toLowerCase()) return other.toLowerCase()
  return other.replaceAll(/\p{L}+/gu, (word) => word[0]! + word.slice(1).toLowerCase())
}
