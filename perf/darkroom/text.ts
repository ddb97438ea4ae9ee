import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { cropPicture, type Mask, maskBox, type Picture, peakSignalToNoise } from 'pentimento/image'
import {
  addText,
  bareText,
  editDistance,
  eraseLetters,
  eraseRegion,
  facesOf,
  type LetterTools,
  lingers,
  matchText,
  readingOf,
  rewriteLine,
} from 'pentimento/operations'
import { openToolbox, type Toolbox, toolsFolder } from 'pentimento/tools'
import { type Figures, type Perf, round3 } from '../measure.ts'
import { heldOutFiles } from './pastes.ts'
import { type TextCase, textCases } from './textCases.ts'

/** What came of texts that were replaced, erased and added, each in pictures whose truth is known. */
interface TextMeasures {
  readonly cases: number
  /** Shares: of texts that the reader found; of new ones that it reads; of old ones of which nothing is read any more. */
  readonly found: number
  readonly replaced: number
  readonly erased: number
  readonly added: number
  /** Middle PSNR in dB: of a replaced picture to that which the new text was drawn into, of an erased one to the blank. */
  readonly replacedPsnr: number
  readonly erasedPsnr: number
  /** Middle seconds of processor time without the reader's. */
  readonly replaceSeconds: number
  readonly eraseSeconds: number
  /** What went wrong, a line each. */
  readonly faults: readonly string[]
}

/**
 * Known texts on plain, graded, grainy, wooden and photographed grounds: replaced, erased, added, and read again. `--fonts`
 * names a folder of fonts that no pack has; `--most` takes so many cases.
 */
export async function texting(perf: Perf): Promise<Figures> {
  const photoFiles = heldOutFiles(perf.flags.photos)
  if (photoFiles.length === 0) throw new Error('text: no held-out photographs; name a folder with --photos')
  const tools = await openToolbox({ folder: toolsFolder(process.env) })
  try {
    const { files, others = [] } = tools.get('fonts')
    const packed = [...files, ...others].map(({ file }) => file)
    const foreign = perf.flags.fonts === undefined ? [] : fontsIn(perf.flags.fonts)
    const { faults, ...figures } = await measureTexts(tools, {
      fontFiles: [...foreign, ...packed],
      photoFiles: photoFiles.slice(0, 24),
      count: Number(perf.flags.most ?? 60),
    })
    for (const fault of faults) perf.line(fault)
    return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, round3(value)]))
  } finally {
    await tools.close()
  }
}

const fontsIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => /\.(ttf|otf)$/.test(name))
    .sort()
    .map((name) => join(folder, name))

/** Cases of known texts, drawn in these fonts and on pieces of these photographs. */
interface TextMeasureOptions {
  readonly fontFiles: readonly string[]
  readonly photoFiles: readonly string[]
  readonly count: number
  readonly seed?: number
  /** Of the pictures, in pixels. Default: 1024. */
  readonly width?: number
}

interface Outcome {
  readonly found: boolean
  readonly replaced: boolean
  readonly erased: boolean
  readonly added: boolean
  readonly replacedPsnr?: number
  readonly erasedPsnr?: number
  readonly replaceSeconds?: number
  readonly eraseSeconds?: number
  readonly fault?: string
}

/** Replaces, erases and adds texts, and has the results read. Needs the tools for `ocr` and `fonts`. */
async function measureTexts(tools: Toolbox, options: TextMeasureOptions): Promise<TextMeasures> {
  const { fontFiles, photoFiles, ...drawn } = options
  const cases = await textCases(fontFiles, photoFiles, drawn)
  const letterTools: LetterTools = {
    faces: await facesOf(tools.get('fonts')),
    fill: (picture, mask) => eraseRegion(picture, mask).picture,
  }
  const outcomes: Outcome[] = []
  for (const each of cases) outcomes.push(await outcomeOf(each, tools, letterTools))
  const share = (test: (outcome: Outcome) => boolean): number =>
    outcomes.filter(test).length / outcomes.length
  const middle = (value: (outcome: Outcome) => number | undefined): number => {
    const values = outcomes.map(value).filter((each) => each !== undefined)
    values.sort((one, other) => one - other)
    return values[values.length >> 1] ?? Number.NaN
  }
  return {
    cases: cases.length,
    found: share(({ found }) => found),
    replaced: share(({ replaced }) => replaced),
    erased: share(({ erased }) => erased),
    added: share(({ added }) => added),
    replacedPsnr: middle((outcome) => outcome.replacedPsnr),
    erasedPsnr: middle((outcome) => outcome.erasedPsnr),
    replaceSeconds: middle((outcome) => outcome.replaceSeconds),
    eraseSeconds: middle((outcome) => outcome.eraseSeconds),
    faults: outcomes.map(({ fault }) => fault).filter((fault) => fault !== undefined),
  }
}

async function outcomeOf(each: TextCase, tools: Toolbox, letterTools: LetterTools): Promise<Outcome> {
  const ocr = tools.get('ocr')
  const lines = await ocr.read(each.picture)
  const added = await isAdded(each, tools, letterTools)
  const match = matchText(lines, each.from)[0]
  if (!match) return { found: false, replaced: false, erased: false, added, fault: `${each.name}: not found` }
  try {
    const before = seconds()
    const made = await rewriteLine(each.picture, { ...match, to: each.to, others: lines }, letterTools)
    const between = seconds()
    const bare = await eraseLetters(each.picture, [match.line], letterTools, lines)
    const after = seconds()
    const read = readingOf(await ocr.read(made.picture))
    const replaced = isRead(each.to, read)
    const rest = await ocr.read(bare.picture)
    const erased = !lingers(each.from, rest)
    const fault = `${each.name}: ${made.font} ${made.score.toFixed(2)}, read "${read}", left "${readingOf(rest)}"`
    return {
      found: true,
      replaced,
      erased,
      added,
      replacedPsnr: likeness(made.picture, each.wanted, made.region),
      erasedPsnr: likeness(bare.picture, each.blank, bare.region),
      replaceSeconds: between - before,
      eraseSeconds: after - between,
      ...(!(replaced && erased) && { fault }),
    }
  } catch (error) {
    const fault = `${each.name}: ${error instanceof Error ? error.message : error}`
    return { found: true, replaced: false, erased: false, added, fault }
  }
}

async function isAdded({ blank, to }: TextCase, tools: Toolbox, { faces }: LetterTools): Promise<boolean> {
  const { font } = faces.find((face) => face.bold && face.font.has(to))!
  const place = { across: 'center', down: 'bottom' } as const
  const { picture } = await addText(blank, { text: to, font, place, size: 0.09 })
  return isRead(to, readingOf(await tools.get('ocr').read(picture)))
}

/** One letter in ten may be misread. */
function isRead(text: string, read: string): boolean {
  const [wanted, found] = [bareText(text), bareText(read)]
  return found.includes(wanted) || editDistance(wanted, found) <= Math.floor(wanted.length / 10)
}

/** PSNR within the rectangle of what changed. */
function likeness(picture: Picture, wanted: Picture, region: Mask | undefined): number {
  const box = region && maskBox(region, 1)
  return box ? peakSignalToNoise(cropPicture(picture, box), cropPicture(wanted, box)) : 0
}

const seconds = (): number => process.cpuUsage().user / 1e6
