import { expect, it } from 'vitest'
import type { Judged, Measures } from './judge.ts'
import { report, rowsOf } from './table.ts'

const measures = (floor: number, edit: number, ceiling: number, outside?: number): Measures => ({
  floor: { psnr: floor, ssim: 0.5 },
  edit: { psnr: edit, ssim: 0.75 },
  ceiling: { psnr: ceiling, ssim: 1 },
  outside: outside === undefined ? undefined : { edit: outside, roundTrip: 1 },
})
const judged: readonly Judged[] = (
  [
    ['tone_transfer', 'tone_transfer/grade', 'en', measures(10, 15, 30), measures(10, 10, 30)],
    ['tone_transfer', 'tone_transfer/light', 'cn', measures(20, 35, 40), measures(20, 20, 40)],
    ['subject-remove', 'subject-remove/unpaste', 'en', measures(10, 20, 20, 2), measures(10, 30, 30, 0)],
  ] as const
).map(([kind, recipe, language, small, large]) => ({ kind, recipe, language, small, large }))

it('tells the share of the way from the source to the ideal, of means and not of single edits', () => {
  const rows = new Map(rowsOf(judged, 'small').map((row) => [row.name, row]))
  expect([...rows.keys()]).toEqual([
    'all',
    'subject-remove',
    'tone_transfer',
    'tone_transfer/grade',
    'tone_transfer/light',
  ])
  // Means of 10 and 20, of 15 and 35, of 30 and 40.
  expect(rows.get('tone_transfer')).toMatchObject({
    count: 2,
    share: (25 - 15) / (35 - 15),
    outside: undefined,
  })
  expect(rows.get('tone_transfer')!.languages).toEqual({ en: 0.25, cn: 0.75 })
  expect(rows.get('subject-remove')).toMatchObject({ share: 1, outside: 2, roundTrip: 1 })
  expect(rows.get('subject-remove')!.languages).toEqual({ en: 1, cn: undefined })
  expect(rows.get('all')!.edit).toEqual({ psnr: 70 / 3, ssim: 0.75 })
})

it('prints a line for each and gives the figures of both sizes', () => {
  const lines: string[] = []
  const figures = report({ flags: {}, line: (text) => lines.push(text) }, judged)
  expect(lines.filter((line) => line.startsWith('tone_transfer ')).length).toBe(2)
  expect(figures).toMatchObject({
    'small.tone_transfer.share': 0.5,
    'small.tone_transfer.shareCn': 0.75,
    'small.tone_transfer/grade.share': 0.25,
    'small.subject-remove.outside': 2,
    'large.tone_transfer.share': 0,
    'large.subject-remove.share': 1,
  })
  expect(Object.values(figures).every(Number.isFinite)).toBe(true)
})
