// "PP-OCR and a language model tell valid from invalid text, an instruction is made, and the picture retouched" (section
// 3.1.1): text that is in the photograph is erased and written anew in its own manner; where a photograph has none, a
// sign or a caption is put into it first. Both sides are read by OCR: the source must have the old text, the target the new.

import { dilateMask, type Mask, type Picture, readFont } from '../../image/index.ts'
import type { Facts } from '../../instructions/index.ts'
import {
  bareText,
  boxOfLine,
  eraseLetters,
  eraseRegion,
  facesOf,
  type LetterTools,
  lingers,
  readingOf,
  readWithin,
  rewriteLine,
  stands,
  viewScene,
} from '../../operations/index.ts'
import type { Random } from '../../random/index.ts'
import { type Box, Rejection, type TextLine, type Tool, type Toolbox } from '../../tools/index.ts'
import type { Annotation } from '../annotations/annotation.ts'
import type { Draft, Recipe } from './recipe.ts'
import { captionDesigns, stageCaption } from './text/captions.ts'
import { linesWorthChanging, textsLike } from './text/choosing.ts'
import { hangSign, signDesigns } from './text/signs.ts'
import type { Staged } from './text/staged.ts'
import { type TextLanguage, type TextSort, vocabulary } from './text/vocabulary.ts'

type TextFacts = Extract<Facts, { kind: 'text_change' }>

/** The font of the wanted weight, else any. */
async function fontOf(fonts: Tool<'fonts'>, bold: boolean): ReturnType<typeof readFont> {
  const found = fonts.files.find((each) => each.bold === bold) ?? fonts.files[0]
  if (found === undefined) throw new Rejection('no-font')
  return await readFont(found.file)
}

/** Two different texts of one sort, of one language or, now and then, of both. */
function drawTexts(sort: TextSort, random: Random): readonly [from: string, to: string] {
  const language: TextLanguage = random.chance(0.55) ? 'en' : 'cn'
  const other: TextLanguage = random.chance(0.12) ? (language === 'en' ? 'cn' : 'en') : language
  const from = random.pick(vocabulary[sort][language])
  const to = random.pick(vocabulary[sort][other].filter((text) => bareText(text) !== bareText(from)))
  return [from, to]
}

/** Where two pictures may differ: what has ink in either, with a rim for soft borders. */
function regionOf(masks: readonly Mask[]): Mask {
  const [first] = masks
  const data = first!.data.map((_, i) => (masks.some((mask) => mask.data[i]! > 0) ? 255 : 0))
  return dilateMask({ ...first!, data }, 2)
}

/** A sign or a caption is put into the photograph, and its words change. */
async function onSign(
  picture: Picture,
  tools: Toolbox,
  random: Random,
  kind: 'sign' | 'caption',
  annotation?: Annotation,
): Promise<Draft> {
  const ocr = tools.get('ocr')
  const fonts = tools.get('fonts')
  let staged: Staged
  let sort: TextSort
  if (kind === 'sign') {
    const design = random.pick(signDesigns)
    sort = random.pick(design.sorts)
    staged = hangSign(picture, design, await fontOf(fonts, design.bold), random)
  } else {
    const design = random.pick(captionDesigns)
    sort = random.pick(design.sorts)
    staged = stageCaption(picture, design, await fontOf(fonts, true), random)
  }
  refusePlace(picture, staged.area, kind, annotation)
  const [from, to] = drawTexts(sort, random)
  const roll = random.unit()
  const action = roll < 0.6 ? 'replace' : roll < 0.8 ? 'remove' : 'add'
  const before = action === 'add' ? undefined : await staged.write(from)
  const after = action === 'remove' ? undefined : await staged.write(to)
  const [source, target] = [before?.picture ?? staged.blank, after?.picture ?? staged.blank]
  const margin = 0.15 * staged.area.height
  const readings = await verify(ocr, {
    source,
    target,
    area: staged.area,
    margin,
    ...(before && { from }),
    ...(after && { to }),
  })
  const facts: TextFacts =
    action === 'replace'
      ? { kind: 'text_change', action, from, to }
      : action === 'remove'
        ? { kind: 'text_change', action, from }
        : { kind: 'text_change', action, to, place: staged.place }
  return {
    source,
    target,
    region: regionOf([before?.ink, after?.ink].filter((mask) => mask !== undefined)),
    facts,
    parameters: { action, ...staged.drawn, ...readings },
  }
}

/**
 * Words belong on no person and no animal, and a board hangs in no sky.
 * @throws Rejection `on-somebody`, `in-the-sky`
 */
function refusePlace(
  picture: Picture,
  area: Box,
  kind: 'sign' | 'caption',
  annotation: Annotation | undefined,
): void {
  const covered = annotation?.things.find(
    ({ nature, box }) =>
      (nature === 'person' || nature === 'animal') && commonArea(box, area) > 0.08 * areaOf(box),
  )
  if (covered !== undefined) throw new Rejection('on-somebody', { thing: covered.name.en })
  if (kind === 'caption') return
  const { sky } = viewScene(picture)
  let [sum, count] = [0, 0]
  for (let y = Math.max(0, Math.floor(area.y)); y < Math.min(sky.height, area.y + area.height); y++)
    for (let x = Math.max(0, Math.floor(area.x)); x < Math.min(sky.width, area.x + area.width); x++) {
      sum += sky.data[y * sky.width + x]!
      count++
    }
  const share = sum / Math.max(1, count)
  if (share > 0.1) throw new Rejection('in-the-sky', { share })
}

const areaOf = ({ width, height }: Box): number => width * height

function commonArea(one: Box, other: Box): number {
  const width = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x)
  const height = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y)
  return Math.max(0, width) * Math.max(0, height)
}

/** Reads both sides. @throws Rejection where a text does not stand where it should, or stands where it should not */
async function verify(
  ocr: Tool<'ocr'>,
  {
    source,
    target,
    area,
    margin,
    from,
    to,
  }: { source: Picture; target: Picture; area: Box; margin: number; from?: string; to?: string },
): Promise<{ readBefore: string; readAfter: string }> {
  const [before, after] = [
    await readWithin(ocr, source, area, margin),
    await readWithin(ocr, target, area, margin),
  ]
  const values = { readBefore: readingOf(before), readAfter: readingOf(after) }
  if (from !== undefined && !stands(from, before)) throw new Rejection('old-text-unread', { from, ...values })
  if (to !== undefined && !stands(to, after)) throw new Rejection('new-text-unread', { to, ...values })
  if (to === undefined && from !== undefined && lingers(from, after))
    throw new Rejection('old-text-left', { from, ...values })
  if (from === undefined && to !== undefined && lingers(to, before))
    throw new Rejection('new-text-there', { to, ...values })
  if (from !== undefined && to !== undefined && stands(from, after))
    throw new Rejection('old-text-left', { from, ...values })
  return values
}

/** The least likeness of the lettering that is set to that which was there. */
const leastType = 0.5

/** Words of the photograph itself change, in their own type. */
async function inScene(picture: Picture, tools: Toolbox, random: Random): Promise<Draft> {
  const ocr = tools.get('ocr')
  const lines = await ocr.read(picture)
  const readable = linesWorthChanging(lines, picture)
  if (readable.length === 0) throw new Rejection('no-text')
  const letterTools: LetterTools = {
    faces: await facesOf(tools.get('fonts')),
    fill: (of, mask) => eraseRegion(of, mask).picture,
  }
  const line = random.pick(readable)
  const { text: from } = line
  const roll = random.unit()
  if (roll < 0.3) return await erasedDraft(picture, line, { lines, letterTools, ocr })
  return await firstThatFits(textsLike(from, random), async (to) => {
    const rewriting = { line, start: 0, end: [...from].length, to, others: lines }
    const { picture: target, region, font, score } = await rewriteLine(picture, rewriting, letterTools)
    if (score < leastType) throw new Rejection('strokes-unclear', { score })
    const area = boxOfLine(line)
    const readings = await verify(ocr, { source: picture, target, area, margin: 0.4 * area.height, from, to })
    return {
      source: picture,
      target,
      region,
      facts: { kind: 'text_change', action: 'replace', from, to },
      parameters: { action: 'replace', font, score, ...readings },
    }
  })
}

interface Erasing {
  readonly lines: readonly TextLine[]
  readonly letterTools: LetterTools
  readonly ocr: Tool<'ocr'>
}

/** The text goes. The other way round no instruction says in which lettering it comes. */
async function erasedDraft(
  picture: Picture,
  line: TextLine,
  { lines, letterTools, ocr }: Erasing,
): Promise<Draft> {
  const { picture: erased, region } = await eraseLetters(picture, [line], letterTools, lines)
  const { text } = line
  const area = boxOfLine(line)
  const bare = await readWithin(ocr, erased, area, 0.4 * area.height)
  if (lingers(text, bare)) throw new Rejection('old-text-left', { from: text, readAfter: readingOf(bare) })
  return {
    source: picture,
    target: erased,
    ...(region && { region }),
    facts: { kind: 'text_change', action: 'remove', from: text },
    parameters: { action: 'remove', text },
  }
}

/** What the first text gives that is not rejected. @throws Rejection of the last where all are */
async function firstThatFits<T>(texts: readonly string[], write: (text: string) => Promise<T>): Promise<T> {
  for (const [i, text] of texts.entries())
    try {
      return await write(text)
    } catch (error) {
      if (!(error instanceof Rejection) || i === texts.length - 1) throw error
    }
  throw new Rejection('no-text-as-long')
}

function textRecipe(
  name: string,
  needs: Recipe['needs'],
  variants: number,
  draft: (
    picture: Picture,
    tools: Toolbox,
    random: Random,
    annotation: Annotation | undefined,
  ) => Promise<Draft>,
): Recipe {
  return {
    kind: 'text_change',
    name: `text_change/${name}`,
    version: 6,
    needs,
    from: 'photo',
    final: ['no-text'],
    variants,
    draft: ({ picture }, { tools, random, annotation }) => draft(picture, tools, random, annotation),
  }
}

/** Recipes of text_change: of text in the photograph, of a sign, of a caption. */
export const textChange: readonly Recipe[] = [
  textRecipe('scene', ['ocr', 'fonts'], 4, inScene),
  textRecipe('sign', ['ocr', 'fonts'], 0, (picture, tools, random, annotation) =>
    onSign(picture, tools, random, 'sign', annotation),
  ),
  textRecipe('caption', ['ocr', 'fonts'], 1, (picture, tools, random, annotation) =>
    onSign(picture, tools, random, 'caption', annotation),
  ),
]
