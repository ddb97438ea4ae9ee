import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { embeddedModel } from 'pentimento/edit'
import { writeFileWhole } from 'pentimento/files'
import { encodePicture, readPicture } from 'pentimento/image'
import { type Figures, median, type Perf, round3 } from './measure.ts'
import { type HeldOut, type HeldOutSet, heldOutPhotos, openHeldOut, openOthers } from './nano/heldOut.ts'
import { Judge, type Judged, type Language, type LeftAlone, type Shown } from './nano/judge.ts'
import { type Cell, captionFont, drawSheet } from './nano/sheet.ts'
import { report } from './nano/table.ts'

/** What wants the picture as it is. */
const doNothing: readonly (readonly [Language, string])[] = [
  ['en', 'do nothing'],
  ['en', 'leave the picture as it is'],
  ['cn', '什么都不要改'],
  ['cn', '保持原样'],
]

/**
 * The embedded model, or another of `--model`, on triplets of photographs that it has never seen: how near its edits come
 * to the targets, between the source as it is and the target after the autoencoder; whether it leaves alone what it is
 * to leave alone; and its time. `--data` names another dataset, `--most` takes so many of each kind, `--sheet` names a
 * folder for pictures of all edits.
 */
export async function nano(perf: Perf): Promise<Figures> {
  const { model = embeddedModel(), data, sheet } = perf.flags
  const most = perf.flags.most === undefined ? undefined : Number(perf.flags.most)
  if (most !== undefined && !(Number.isInteger(most) && most > 0))
    throw new Error(`most: expected a whole number above 0, got '${perf.flags.most}'`)
  const set = data === undefined ? await openHeldOut(perf, most) : await openOthers(data, most)
  const judge = await Judge.open(model)
  try {
    const { steps, guidance, size } = judge.defaults
    perf.line(
      `${set.count} held-out triplets (${set.digest}); ${steps} steps, guidance ${guidance}, ${size} px`,
    )
    const sheets = sheet === undefined ? undefined : new Sheets(sheet)
    const judged = await judgeAll(set, judge, perf, sheets)
    const figures = report(perf, judged)
    await sheets?.write()
    const alone = aloneFigures(perf, await leaveAll(judge))
    return { set: set.digest, triplets: set.count, ...figures, ...alone }
  } finally {
    await judge.close()
    await set.close()
  }
}

async function judgeAll(set: HeldOutSet, judge: Judge, perf: Perf, sheets?: Sheets): Promise<Judged[]> {
  const judged: Judged[] = []
  let done = 0
  for await (const triplet of set.triplets()) {
    const one = await judge.judge(triplet)
    judged.push(...one.judged)
    sheets?.add(triplet, one.shown)
    done++
    if (done % 100 === 0) perf.line(`  ${done} of ${set.count}`)
  }
  return judged
}

/** The held-out photographs, each left alone in every wording, and edited once for the time that it takes. */
async function leaveAll(judge: Judge): Promise<{ alone: LeftAlone[]; seconds: number }> {
  const alone: LeftAlone[] = []
  const seconds: number[] = []
  for (const name of readdirSync(heldOutPhotos).sort()) {
    if (!name.endsWith('.jpg')) continue
    const photo = await readPicture(join(heldOutPhotos, name))
    for (const [language, words] of doNothing) alone.push(await judge.leaveAlone(photo, words, language))
    seconds.push(await judge.time(photo, 'make it black and white'))
  }
  return { alone, seconds: median(seconds) }
}

function aloneFigures(
  perf: Perf,
  { alone, seconds }: Awaited<ReturnType<typeof leaveAll>>,
): Record<string, number> {
  const figures: Record<string, number> = { secondsPerEdit: round3(seconds) }
  perf.line('')
  for (const language of ['en', 'cn'] as const) {
    const some = alone.filter((each) => each.language === language)
    const ofRoundTrip = some.map(({ small }) => small.ofRoundTrip)
    const ofPicture = some.map(({ small }) => small.ofPicture)
    const large = some.map((each) => each.large)
    const told = (values: readonly number[]) =>
      `${median(values).toFixed(1)} (at least ${Math.min(...values).toFixed(1)})`
    perf.line(
      `to be left alone, ${language}: ${told(ofPicture)} dB from the picture, ${told(ofRoundTrip)} from it after the autoencoder, ` +
        `${told(large)} at its own size; 60 is the same`,
    )
    Object.assign(figures, {
      [`nothing.${language}.psnr`]: round3(median(ofPicture)),
      [`nothing.${language}.ofRoundTrip`]: round3(median(ofRoundTrip)),
      [`nothing.${language}.large`]: round3(median(large)),
      [`nothing.${language}.largeLeast`]: round3(Math.min(...large)),
    })
  }
  perf.line(`an edit of a photograph of 1,024 px takes ${figures.secondsPerEdit} s`)
  return figures
}

/** Triplets of a picture. */
const perSheet = 16

/** Pictures of all edits: source, edit, target; the instruction in English and Chinese in turns. */
class Sheets {
  readonly #folder: string
  readonly #cells = new Map<string, Cell[][]>()

  constructor(folder: string) {
    this.#folder = folder
  }

  add({ kind, instruction }: HeldOut, { source, target, edits }: Shown): void {
    const rows = this.#cells.get(kind) ?? []
    this.#cells.set(kind, rows)
    const language = rows.length % 2 === 0 ? 'en' : 'cn'
    rows.push([
      { picture: source, caption: instruction[language] },
      { picture: edits[language], caption: '' },
      { picture: target, caption: '' },
    ])
  }

  async write(): Promise<void> {
    const style = { font: await captionFont(), cellWidth: 224, textSize: 14, gap: 6 }
    for (const [kind, rows] of this.#cells)
      for (let start = 0; start < rows.length; start += perSheet) {
        // Two triplets side by side.
        const some = rows.slice(start, start + perSheet)
        const double = some.flatMap((row, i) => (i % 2 === 0 ? [[...row, ...(some[i + 1] ?? [])]] : []))
        const sheet = await drawSheet(double, style)
        const name = `${kind}-${String(start / perSheet + 1).padStart(2, '0')}.jpg`
        const bytes = await encodePicture(sheet, 'jpeg', { quality: 85 })
        await writeFileWhole(join(this.#folder, name), bytes)
      }
  }
}
