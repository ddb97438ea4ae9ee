import { type Perf, round3 } from '../measure.ts'
import type { Judged, Language, Likeness, Measures } from './judge.ts'

/** The sizes at which edits are measured. */
const sizes = ['small', 'large'] as const
type SizeName = (typeof sizes)[number]

/** Means over some edits. */
export interface Row {
  readonly name: string
  readonly count: number
  readonly floor: Likeness
  readonly edit: Likeness
  readonly ceiling: Likeness
  /** How far the edits go from the floor to the ceiling, in dB: 0 for doing nothing, 1 for all that can be had. */
  readonly share: number
  /** Of the edits that have something that stays. */
  readonly outside: number | undefined
  readonly roundTrip: number | undefined
  readonly languages: Readonly<Record<Language, number | undefined>>
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length
const meanOrNothing = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : mean(values)

const meanLikeness = (all: readonly Likeness[]): Likeness => ({
  psnr: mean(all.map(({ psnr }) => psnr)),
  ssim: mean(all.map(({ ssim }) => ssim)),
})

function shareOf(measures: readonly Measures[]): number {
  const psnr = (of: 'edit' | 'floor' | 'ceiling') => mean(measures.map((each) => each[of].psnr))
  const way = psnr('ceiling') - psnr('floor')
  // Where the ideal is no better than the source there is nothing to be had.
  return way > 0.01 ? (psnr('edit') - psnr('floor')) / way : 0
}

/** The means of some edits at one size. */
function rowOf(name: string, judged: readonly Judged[], size: SizeName): Row {
  const measures = judged.map((each) => each[size])
  const outside = measures.flatMap((each) => each.outside ?? [])
  const shareIn = (language: Language) => {
    const spoken = judged.filter((each) => each.language === language).map((each) => each[size])
    return spoken.length === 0 ? undefined : shareOf(spoken)
  }
  return {
    name,
    count: judged.length,
    floor: meanLikeness(measures.map(({ floor }) => floor)),
    edit: meanLikeness(measures.map(({ edit }) => edit)),
    ceiling: meanLikeness(measures.map(({ ceiling }) => ceiling)),
    share: shareOf(measures),
    outside: meanOrNothing(outside.map(({ edit }) => edit)),
    roundTrip: meanOrNothing(outside.map(({ roundTrip }) => roundTrip)),
    languages: { en: shareIn('en'), cn: shareIn('cn') },
  }
}

/** All edits, those of each kind, and of each recipe where a kind has several. */
export function rowsOf(judged: readonly Judged[], size: SizeName): readonly Row[] {
  const kinds = [...new Set(judged.map(({ kind }) => kind))].sort()
  const rows = [rowOf('all', judged, size)]
  for (const kind of kinds) {
    const ofKind = judged.filter((each) => each.kind === kind)
    rows.push(rowOf(kind, ofKind, size))
    const recipes = [...new Set(ofKind.flatMap(({ recipe }) => recipe ?? []))].sort()
    if (recipes.length < 2) continue
    for (const recipe of recipes) {
      const made = ofKind.filter((each) => each.recipe === recipe)
      rows.push(rowOf(recipe, made, size))
    }
  }
  return rows
}

/** Prints a table, and gives its figures: of kinds all, of recipes their number and share. */
export function report(perf: Perf, judged: readonly Judged[]): Record<string, number> {
  const figures: Record<string, number> = {}
  for (const size of sizes) {
    const where = size === 'small' ? "at the edit's size" : 'at the size of the picture, by the detail stage'
    perf.line('')
    perf.line(`${where}: PSNR in dB and SSIM against the target, of the source, the edit, and the ideal`)
    perf.line(
      `${'kind'.padEnd(26)}${'edits'.padStart(6)}   source    edit   ideal   share     en     cn   source   edit  ideal  outside`,
    )
    for (const row of rowsOf(judged, size)) {
      perf.line(lineOf(row))
      const isRecipe = row.name.includes('/')
      Object.assign(figures, figuresOf(row, size, isRecipe))
    }
  }
  return figures
}

function lineOf({ name, count, floor, edit, ceiling, share, languages, outside, roundTrip }: Row): string {
  const percent = (part: number | undefined) =>
    (part === undefined ? '' : `${(100 * part).toFixed(0)} %`).padStart(7)
  const decibels = [floor, edit, ceiling].map(({ psnr }) => psnr.toFixed(1).padStart(8)).join('')
  const ssims = [floor, edit, ceiling].map(({ ssim }) => ssim.toFixed(3).padStart(7)).join('')
  const indented = name.includes('/') ? `  ${name}` : name
  const levels =
    outside === undefined || roundTrip === undefined
      ? ''
      : `  ${outside.toFixed(2)} (${roundTrip.toFixed(2)} untouched)`
  return `${indented.padEnd(26)}${String(count).padStart(6)} ${decibels} ${percent(share)}${percent(languages.en)}${percent(languages.cn)}  ${ssims}${levels}`
}

function figuresOf(row: Row, size: SizeName, short: boolean): Record<string, number> {
  const { name, count, floor, edit, ceiling, share, languages, outside, roundTrip } = row
  const some: Record<string, number | undefined> = short
    ? { count, share }
    : {
        count,
        floor: floor.psnr,
        psnr: edit.psnr,
        ceiling: ceiling.psnr,
        share,
        shareEn: languages.en,
        shareCn: languages.cn,
        floorSsim: floor.ssim,
        ssim: edit.ssim,
        ceilingSsim: ceiling.ssim,
        outside,
        outsideUntouched: roundTrip,
      }
  return Object.fromEntries(
    Object.entries(some).flatMap(([key, value]) =>
      value === undefined ? [] : [[`${size}.${name}.${key}`, round3(value)]],
    ),
  )
}
