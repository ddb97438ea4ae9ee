import { cropPicture, type Picture } from '../../image/index.ts'
import type { Box, TextLine, Tool } from '../../tools/index.ts'
import { lineHeight } from './flatLine.ts'
import { editDistance } from './spelling.ts'

/** A text where it was found: characters `start` to before `end` of a line's text. */
export interface FoundText {
  /** Its text is as the wanted one spells it, where the reader misread a letter. */
  readonly line: TextLine
  readonly start: number
  readonly end: number
  /** 1 where it stands there to the letter. */
  readonly score: number
}

/** Longest side that the reader sees whole; larger pictures are read in pieces as well. */
const seenWhole = 960
/** Pieces overlap by this share of their side, so that lines on their borders are whole in one of them. */
const overlap = 0.3

/**
 * The lines of a picture of any size: read whole, then in pieces of half the size and of what the reader sees at full
 * size, as long as `isEnough` does not hold.
 */
export async function readLines(
  ocr: Tool<'ocr'>,
  picture: Picture,
  isEnough: (lines: readonly TextLine[]) => boolean = () => false,
): Promise<readonly TextLine[]> {
  let lines: readonly TextLine[] = await ocr.read(picture)
  const longest = Math.max(picture.width, picture.height)
  for (const side of [Math.ceil(longest / 1.7), Math.round(1.15 * seenWhole)]) {
    if (side >= longest || side < seenWhole || isEnough(lines)) continue
    for (const piece of piecesOf(picture, side)) {
      const found = await ocr.read(cropPicture(picture, piece))
      lines = merged(
        lines,
        found.filter((line) => isWhole(line, piece, picture)).map((line) => moved(line, piece)),
      )
    }
  }
  return lines
}

const letters = ({ text }: TextLine): number => bareLetters(text).length

/** A line read again at full size: its corners and text are then exact. */
export async function readAgain(ocr: Tool<'ocr'>, picture: Picture, line: TextLine): Promise<TextLine> {
  const box = boxOf(line)
  const more = 0.8 * lineHeight(line)
  const x = Math.max(0, Math.floor(box.x - more))
  const y = Math.max(0, Math.floor(box.y - more))
  const width = Math.min(picture.width, Math.ceil(box.x + box.width + more)) - x
  const height = Math.min(picture.height, Math.ceil(box.y + box.height + more)) - y
  const piece = { x, y, width, height }
  const found = (await ocr.read(cropPicture(picture, piece))).map((each) => moved(each, piece))
  const same = found.filter((each) => shared(boxOf(each), box) > 0.6 && each.text.length >= line.text.length)
  const again = same.reduce<TextLine | undefined>(
    (best, each) => (best === undefined || each.score > best.score ? each : best),
    undefined,
  )
  if (!again) return line
  // Of two readings with as many letters the surer one is right, and, as the network is shy of spaces, the longer one.
  const isSame = letters(again) === letters(line)
  const text =
    isSame && (line.text.length > again.text.length || line.score > again.score) ? line.text : again.text
  return { ...again, text }
}

function piecesOf({ width, height }: Picture, side: number): Box[] {
  const starts = (length: number): number[] => {
    if (length <= side) return [0]
    const count = Math.ceil((length - side) / (side * (1 - overlap))) + 1
    return Array.from({ length: count }, (_, i) => Math.round((i * (length - side)) / (count - 1)))
  }
  return starts(height).flatMap((y) =>
    starts(width).map((x) => ({ x, y, width: Math.min(side, width), height: Math.min(side, height) })),
  )
}

/** Whether a line of a piece does not touch a border of the piece that is none of the picture. */
function isWhole({ corners }: TextLine, piece: Box, picture: Picture): boolean {
  return corners.every(
    ([x, y]) =>
      (x > 4 || piece.x === 0) &&
      (y > 4 || piece.y === 0) &&
      (x < piece.width - 4 || piece.x + piece.width === picture.width) &&
      (y < piece.height - 4 || piece.y + piece.height === picture.height),
  )
}

function moved(line: TextLine, { x, y }: Box): TextLine {
  return { ...line, corners: line.corners.map(([u, v]) => [u + x, v + y]) as unknown as TextLine['corners'] }
}

/** Lines of both; of two readings of one place the longer one, and of equal ones the surer. */
function merged(known: readonly TextLine[], more: readonly TextLine[]): TextLine[] {
  const lines = [...known]
  for (const line of more) {
    const box = boxOf(line)
    const at = lines.findIndex((other) => shared(boxOf(other), box) > 0.5)
    if (at < 0) lines.push(line)
    else if (isBetter(line, lines[at]!)) lines[at] = line
  }
  return lines
}

function isBetter(line: TextLine, other: TextLine): boolean {
  const [mine, its] = [line.text.length * line.score, other.text.length * other.score]
  return mine > 1.02 * its || (mine > 0.98 * its && line.score > other.score)
}

/** The rectangle of whole rows and columns around a line. */
export function boxOf({ corners }: TextLine): Box {
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)]
  const [x, y] = [Math.min(...xs), Math.min(...ys)]
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y }
}

/** What two rectangles share, of the smaller. */
function shared(one: Box, other: Box): number {
  const width = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x)
  const height = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y)
  if (width <= 0 || height <= 0) return 0
  return (width * height) / Math.max(1, Math.min(one.width * one.height, other.width * other.height))
}

/** Where a text stands in lines: to the letter, in other case, without spaces, or with a letter in four misread; best first. */
export function matchText(lines: readonly TextLine[], wanted: string): FoundText[] {
  const found = lines
    .map((line) => matchIn(line, wanted))
    .filter((match) => match !== undefined)
    .sort((one, other) => other.score - one.score)
  const [best] = found
  return best ? found.filter(({ score }) => score > best.score - 0.03) : []
}

/** Letters and digits, in one case, each with its index among the characters. */
function bareLetters(text: string): { letter: string; at: number }[] {
  return [...text].flatMap((character, at) => {
    const plain = character.normalize('NFKC').toLowerCase()
    return /[\p{L}\p{N}]/u.test(plain) ? [{ letter: plain, at }] : []
  })
}

function matchIn(line: TextLine, wanted: string): FoundText | undefined {
  const [characters, sought] = [[...line.text], [...wanted.trim()]]
  const exact = indexIn(characters, sought)
  if (exact >= 0) {
    const end = exact + sought.length
    return { line, start: exact, end, score: isWord(characters, exact, end) ? 1 : 0.85 }
  }
  const [mine, its] = [bareLetters(line.text), bareLetters(wanted)]
  if (its.length === 0) return undefined
  const at = indexIn(
    mine.map(({ letter }) => letter),
    its.map(({ letter }) => letter),
  )
  if (at >= 0) {
    const [start, end] = [mine[at]!.at, mine[at + its.length - 1]!.at + 1]
    return { line, start, end, score: isWord(characters, start, end) ? 0.98 : 0.83 }
  }
  return fuzzyIn(line, mine, its, wanted.trim())
}

function indexIn(text: readonly string[], sought: readonly string[]): number {
  for (let i = 0; i + sought.length <= text.length; i++)
    if (sought.every((character, k) => text[i + k] === character)) return i
  return -1
}

/** Whether no letter of a script with spaces goes on before or after. */
function isWord(characters: readonly string[], start: number, end: number): boolean {
  const goesOn = (character: string | undefined): boolean => /[\p{Script=Latin}\p{N}]/u.test(character ?? '')
  return !(
    (goesOn(characters[start - 1]) && goesOn(characters[start])) ||
    (goesOn(characters[end]) && goesOn(characters[end - 1]))
  )
}

/** The window of letters that is nearest to the wanted ones. Its line is given the wanted spelling. */
function fuzzyIn(
  line: TextLine,
  mine: readonly { readonly letter: string; readonly at: number }[],
  its: readonly { readonly letter: string; readonly at: number }[],
  wanted: string,
): FoundText | undefined {
  const allowed = Math.floor((its.length + 1) / 4)
  if (allowed < 1) return undefined
  const sought = alike(its.map(({ letter }) => letter).join(''))
  let [best, least]: [readonly [number, number] | undefined, number] = [undefined, allowed + 1]
  for (let length = its.length - allowed; length <= its.length + allowed; length++)
    for (let i = 0; i + length <= mine.length; i++) {
      const window = alike(
        mine
          .slice(i, i + length)
          .map(({ letter }) => letter)
          .join(''),
      )
      const distance = editDistance(window, sought) + 0.01 * Math.abs(length - its.length)
      if (distance < least) [best, least] = [[mine[i]!.at, mine[i + length - 1]!.at + 1], distance]
    }
  if (!best) return undefined
  const characters = [...line.text]
  const old = characters.slice(best[0], best[1]).join('')
  const spelt = caseLike(old, wanted)
  const text = [...characters.slice(0, best[0]), spelt, ...characters.slice(best[1])].join('')
  return {
    line: { ...line, text },
    start: best[0],
    end: best[0] + [...spelt].length,
    score: 0.8 - (0.5 * least) / its.length,
  }
}

/** Letters that readers take for each other, as one. */
const alike = (text: string): string =>
  text
    .replaceAll('0', 'o')
    .replaceAll(/[1il|]/g, 'l')
    .replaceAll('5', 's')
    .replaceAll('8', 'b')

/** A text in the case of another: capitals, small letters, or capitals at the beginnings of words. */
export function caseLike(old: string, text: string): string {
  const letters = old.replaceAll(/[^\p{Lu}\p{Ll}]/gu, '')
  if (letters === '') return text
  if (letters.length > 1 && letters === letters.toUpperCase()) return text.toUpperCase()
  if (letters === letters.toLowerCase()) return text.toLowerCase()
  const words = old.match(/\p{L}[\p{L}'’]*/gu) ?? []
  const starts = words.filter((word) => word[0] === word[0]!.toUpperCase()).length
  const isTitle = starts === words.length
  const lower = text.toLowerCase()
  if (isTitle) return lower.replaceAll(/\p{L}[\p{L}'’]*/gu, (word) => word[0]!.toUpperCase() + word.slice(1))
  return lower.replace(/\p{L}/u, (letter) => letter.toUpperCase())
}

/** Lines, one below the other, that together say a text: in reading order. */
export function matchLines(lines: readonly TextLine[], wanted: string): readonly TextLine[] | undefined {
  const sought = alike(
    bareLetters(wanted)
      .map(({ letter }) => letter)
      .join(''),
  )
  if (sought.length < 4) return undefined
  const middle = (line: TextLine): number => boxOf(line).y + boxOf(line).height / 2
  const sorted = [...lines].sort((one, other) => middle(one) - middle(other))
  for (const first of sorted) {
    let said = ''
    const run: TextLine[] = []
    for (let next: TextLine | undefined = first; next && run.length < 6; next = below(run, sorted)) {
      run.push(next)
      said += alike(
        bareLetters(next.text)
          .map(({ letter }) => letter)
          .join(''),
      )
      if (run.length > 1 && editDistance(said, sought) <= sought.length / 8) return run
    }
  }
  return undefined
}

/** The nearest line below the last of a run, and in the same column. */
function below(run: readonly TextLine[], lines: readonly TextLine[]): TextLine | undefined {
  const last = run.at(-1)!
  const box = boxOf(last)
  return lines.find((line) => {
    if (run.includes(line)) return false
    const other = boxOf(line)
    const gap = other.y - (box.y + box.height)
    const overlapping = Math.min(box.x + box.width, other.x + other.width) - Math.max(box.x, other.x)
    return other.y > box.y + 0.5 * box.height && gap < 1.6 * lineHeight(last) && overlapping > 0
  })
}
