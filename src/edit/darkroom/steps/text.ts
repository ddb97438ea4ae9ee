import { evenMask, type Mask, maskBox, type Picture } from '../../../image/index.ts'
import {
  addText,
  balanced,
  bareText,
  boxOfLine,
  caseLike,
  editDistance,
  eraseLetters,
  eraseRegion,
  type FoundText,
  facesOf,
  type LetterTools,
  matchLines,
  matchText,
  type Rewritten,
  readAgain,
  readingOf,
  readLines,
  readWithin,
  rewriteLine,
  type TextPlace,
} from '../../../operations/index.ts'
import { Rejection, type TextLine } from '../../../tools/index.ts'
import { EditError } from '../../error.ts'
import type { Bench, Carry, Made } from '../carry.ts'
import type { Candidate } from '../finding/candidates.ts'
import { choose } from '../finding/choose.ts'
import { placeName } from '../finding/places.ts'
import type { Place, PlanColour, Target } from '../plan.ts'

/** Words in lines that follow each other: one, or a text that runs over several. */
type Passage = readonly FoundText[]

/** Writes new words where the old ones were, in the same type. */
export const replaceText: Carry<'replace-text'> = async ({ target, from, to }, bench) => {
  const wanted = from.trim() || target.text?.trim() || ''
  const { passages, lines } = await passagesOf(bench, target, wanted)
  const tools = await letterTools(bench)
  let { picture } = bench
  let region: Mask | undefined
  let font = ''
  for (const passage of passages) {
    const parts = balanced(to.trim(), passage.length)
    for (const [i, words] of passage.entries()) {
      bench.signal?.throwIfAborted()
      const line = await exactLine(bench, words)
      const old = [...line.line.text].slice(line.start, line.end).join('')
      const text = spelt(parts[i] ?? '', old, wanted)
      const made = await rewriteLine(picture, { ...line, to: text, others: lines }, tools)
      await checkRead(bench, made, text)
      picture = made.picture
      region = united(region, made.region)
      font = made.font
    }
  }
  const old = wanted === '' ? sayingOf(passages[0]!) : wanted
  return {
    picture,
    alpha: bench.alpha,
    region,
    did: `replace "${old}" with "${to.trim()}" (${whereOf(passages, bench.picture)}${font && `, in ${font}`})`,
  }
}

/** Reads what was written. @throws Rejection `new-text-unread` where that is nothing like it: the type was misjudged */
async function checkRead({ tools }: Bench, { picture, region }: Rewritten, text: string): Promise<void> {
  const box = maskBox(region)
  if (!box || text === '') return
  const margin = 0.8 * Math.min(box.width, box.height)
  const read = readingOf(await readWithin(tools.get('ocr'), picture, box, margin))
  const [wanted, found] = [bareText(text), bareText(read)]
  // Letters of other lines may be read with it, and some be misread.
  const missed = editDistance(wanted, found) - Math.max(0, found.length - wanted.length)
  if (wanted.length > 1 && missed > 0.5 * wanted.length)
    throw new Rejection('new-text-unread', { text, read })
}

/** Takes letters off what they stand on: those of a text, or all where the target names none. */
export async function eraseText(target: Target, bench: Bench): Promise<Made> {
  const wanted = target.text?.trim() ?? ''
  const { passages, lines } = await passagesOf(
    bench,
    wanted === '' ? { ...target, all: true } : target,
    wanted,
  )
  const tools = await letterTools(bench)
  const words: FoundText[] = []
  for (const each of passages.flat()) words.push(await exactLine(bench, each))
  const whole = words.filter(isWhole)
  let { picture } = bench
  let region: Mask | undefined
  if (whole.length > 0) {
    const made = await eraseLetters(
      picture,
      whole.map(({ line }) => line),
      tools,
      lines,
    )
    picture = made.picture
    region = made.region
  }
  for (const part of words.filter((each) => !isWhole(each))) {
    const made = await rewriteLine(picture, { ...part, to: '', others: lines }, tools)
    picture = made.picture
    region = united(region, made.region)
  }
  const what =
    wanted === '' ? `${words.length} ${words.length === 1 ? 'line' : 'lines'} of text` : `"${wanted}"`
  return { picture, alpha: bench.alpha, region, did: `erase ${what} (${whereOf(passages, bench.picture)})` }
}

/** Puts text on the picture. */
export const addTextTo: Carry<'add-text'> = async ({ text, place, colour, size }, bench) => {
  const faces = await facesOf(bench.tools.get('fonts'))
  const { font } =
    faces.find((face) => face.bold && face.font.has(text)) ??
    faces.find((face) => face.font.has(text)) ??
    faces[0]!
  const made = await addText(bench.picture, {
    text,
    font,
    place: placeOf(place),
    size: sizes[size ?? 'medium'],
    colour: colour && levelsOf(colour),
  })
  return {
    picture: made.picture,
    alpha: bench.alpha,
    region: made.region,
    did: `add "${text}" (${place ?? 'bottom'})`,
  }
}

/** An em by the picture's smaller side. */
const sizes = { small: 0.042, medium: 0.075, large: 0.125 } as const

function placeOf(place: Place | undefined): TextPlace {
  const [across, down] = ['left', 'right'].map((side) => place?.includes(side))
  const [top, bottom] = [
    place?.includes('top') || place === 'back',
    place?.includes('bottom') || place === 'front',
  ]
  return {
    across: across ? 'left' : down ? 'right' : 'center',
    down: top ? 'top' : bottom || place === undefined ? 'bottom' : 'center',
  }
}

function levelsOf({ hex }: PlanColour): readonly [number, number, number] {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16))
  return [red!, green!, blue!]
}

async function letterTools({ tools }: Bench): Promise<LetterTools> {
  return {
    faces: tools.has('fonts') ? await facesOf(tools.get('fonts')) : [],
    fill: (picture, mask) => eraseRegion(picture, mask).picture,
  }
}

const isWhole = ({ line, start, end }: FoundText): boolean => {
  const characters = [...line.text]
  const rest = [...characters.slice(0, start), ...characters.slice(end)].join('')
  return !/[\p{L}\p{N}]/u.test(rest)
}

/** The passages that a target means, and all lines that were read. @throws EditError `not-found`, `ambiguous` */
async function passagesOf(
  bench: Bench,
  target: Target,
  wanted: string,
): Promise<{ readonly passages: readonly Passage[]; readonly lines: readonly TextLine[] }> {
  const { picture } = bench
  const isSure = (lines: readonly TextLine[]): boolean =>
    wanted !== '' && (matchText(lines, wanted)[0]?.score ?? 0) > 0.97
  const read = await readLines(bench.tools.get('ocr'), picture, isSure)
  const region = target.type === 'region' ? (await bench.find(target)).mask : undefined
  const lines = region ? read.filter((line) => isIn(line, region)) : read
  const found = wanted === '' ? lines.map((line) => [wholeLine(line)]) : matching(lines, wanted)
  const candidates = found.map((passage) => candidateOf(passage, picture))
  const seen = lines.map((line) => candidateOf([wholeLine(line)], picture))
  const phrase = wanted === '' ? target.phrase : `"${wanted}"`
  if (found.length === 0) throw notRead(phrase, lines)
  const chosen = choose({ ...target, phrase }, candidates, picture, seen)
  return { passages: found.filter((_, i) => chosen.includes(candidates[i]!)), lines: read }
}

function matching(lines: readonly TextLine[], wanted: string): Passage[] {
  const single = matchText(lines, wanted)
  if ((single[0]?.score ?? 0) > 0.82) return single.map((words) => [words])
  const run = matchLines(lines, wanted)
  if (run) return [run.map(wholeLine)]
  return single.map((words) => [words])
}

function notRead(phrase: string, lines: readonly TextLine[]): EditError {
  const read = lines
    .slice(0, 8)
    .map(({ text }) => `"${text}"`)
    .join(', ')
  return new EditError(
    'not-found',
    read === ''
      ? `${phrase}: no text was read in the picture; give --box or --mask`
      : `${phrase}: not read in the picture; expected one of ${read}; say which`,
  )
}

const wholeLine = (line: TextLine): FoundText => ({ line, start: 0, end: [...line.text].length, score: 1 })

const sayingOf = (passage: Passage): string => passage.map(({ line }) => line.text).join(' ')

function candidateOf(passage: Passage, { width, height }: Picture): Candidate {
  const boxes = passage.map(({ line }) => boxOfLine(line))
  const x = Math.min(...boxes.map((box) => box.x))
  const y = Math.min(...boxes.map((box) => box.y))
  return {
    name: `"${sayingOf(passage)}"`,
    score: Math.min(...passage.map(({ line, score }) => line.score * score)),
    box: {
      x,
      y,
      width: Math.max(...boxes.map((box) => box.x + box.width)) - x,
      height: Math.max(...boxes.map((box) => box.y + box.height)) - y,
    },
    mask: () => Promise.resolve(evenMask(width, height, 255)),
  }
}

function isIn(line: TextLine, { width, height, data }: Mask): boolean {
  const box = boxOfLine(line)
  const x = Math.min(width - 1, Math.round(box.x + box.width / 2))
  const y = Math.min(height - 1, Math.round(box.y + box.height / 2))
  return data[y * width + x]! >= 128
}

function whereOf(passages: readonly Passage[], picture: Picture): string {
  return passages.map((passage) => placeName(candidateOf(passage, picture).box, picture)).join(', ')
}

/** The words with their line read again at full size, where that says the same. */
async function exactLine(bench: Bench, words: FoundText): Promise<FoundText> {
  const { picture, tools } = bench
  const again = await readAgain(tools.get('ocr'), picture, words.line)
  const old = [...words.line.text].slice(words.start, words.end).join('')
  const match = matchText([again], old)[0]
  if (match && match.score > 0.9) return match
  return { ...words, line: { ...words.line, corners: again.corners } }
}

/** The new words in the case of the old, where the instruction left case open: it named the old ones in another case. */
function spelt(to: string, old: string, wanted: string): string {
  const isOpen = wanted === '' ? to === to.toLowerCase() : !old.includes(wanted) && !wanted.includes(old)
  return isOpen ? caseLike(old, to) : to
}

function united(one: Mask | undefined, other: Mask): Mask {
  if (!one) return other
  return { ...other, data: other.data.map((value, i) => Math.max(value, one.data[i]!)) }
}
