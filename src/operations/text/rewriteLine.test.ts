import { describe, expect, it } from 'vitest'
import { toolsFor } from '../../../test/recipes.ts'
import { type Font, type Mask, type Picture, renderText } from '../../image/index.ts'
import type { TextLine } from '../../tools/index.ts'
import { addText, contrastOf } from './addText.ts'
import { eraseLetters } from './eraseLetters.ts'
import { facesOf } from './faces.ts'
import { rewriteLine } from './rewriteLine.ts'

const { tools, missing } = await toolsFor(['fonts'])
const faces = missing ? [] : (await facesOf(tools.get('fonts'))).slice(0, 6)

const [width, height] = [420, 150]
const ground = (x: number, y: number): readonly [number, number, number] => [
  180 + 0.1 * x,
  170 - 0.2 * y,
  120 + 0.1 * y,
]

const blank: Picture = { width, height, data: new Uint8Array(3 * width * height) }
for (let i = 0; i < width * height; i++)
  for (let c = 0; c < 3; c++) blank.data[3 * i + c] = Math.round(ground(i % width, Math.floor(i / width))[c]!)

/** A text on the ground, its ink's corner at 60, 50 unless it is centred about 200. */
async function written(
  text: string,
  font: Font,
  { centred = false }: { readonly centred?: boolean } = {},
): Promise<{ picture: Picture; line: TextLine; ink: Mask; left: number }> {
  const ink = await renderText(text, { font, size: 44 })
  const data = blank.data.slice()
  const left = centred ? Math.round(200 - ink.width / 2) : 60
  for (let y = 0; y < ink.height; y++)
    for (let x = 0; x < ink.width; x++) {
      const at = 3 * ((y + 50) * width + x + left)
      const share = ink.data[y * ink.width + x]! / 255
      for (const [c, level] of [20, 30, 90].entries())
        data[at + c] = Math.round(data[at + c]! + share * (level - data[at + c]!))
    }
  const [x0, y0, x1, y1] = [left - 6, 44, left + ink.width + 6, 56 + ink.height]
  const corners: TextLine['corners'] = [
    [x0, y0],
    [x1, y0],
    [x1, y1],
    [x0, y1],
  ]
  return { picture: { width, height, data }, line: { text, score: 1, corners }, ink, left }
}

/** Mean difference of two pictures, in levels. */
const apart = (one: Picture, other: Picture): number =>
  one.data.reduce((sum, level, i) => sum + Math.abs(level - other.data[i]!), 0) / one.data.length

const all = (line: TextLine, to: string) => ({ line, start: 0, end: [...line.text].length, to })

function expectOnlyIn(region: Mask | undefined, after: Picture, before: Picture): void {
  const strayed = before.data.findIndex(
    (level, i) => region?.data[Math.floor(i / 3)] === 0 && after.data[i] !== level,
  )
  expect(strayed).toBe(-1)
}

// Without the fonts' pack there is nothing to set text in.
describe.skipIf(missing)('rewriteLine', () => {
  const [regular, bold] = faces.map(({ font }) => font) as [Font, Font]

  it('sets the new text as if it had been there: font, size, place and colour', async () => {
    const { picture, line } = await written('Harbor', bold, { centred: true })
    const { picture: wanted } = await written('Kettle', bold, { centred: true })
    const made = await rewriteLine(picture, all(line, 'Kettle'), { faces })
    expect(made.font).toBe('Noto Sans SC Bold')
    expect(made.score).toBeGreaterThan(0.9)
    expect(apart(made.picture, wanted)).toBeLessThan(0.25 * apart(blank, wanted))
    expectOnlyIn(made.region, made.picture, picture)
    expect((await rewriteLine(picture, all(line, 'Kettle'), { faces })).picture.data).toEqual(
      made.picture.data,
    )
  })

  it('tells weights apart', async () => {
    const { picture, line } = await written('Harbor', regular)
    expect((await rewriteLine(picture, all(line, 'Kettle'), { faces })).font).toBe('Noto Sans SC Regular')
  })

  it('replaces one word and leaves the rest of its line', async () => {
    const { picture, line, ink } = await written('Room 204 left', bold)
    const made = await rewriteLine(picture, { line, start: 5, end: 8, to: '317' }, { faces })
    const word = await renderText('Room', { font: bold, size: 44 })
    const last = await renderText('left', { font: bold, size: 44 })
    const changed = (from: number, to: number): boolean => {
      for (let y = 0; y < height; y++)
        for (let x = from; x < to; x++) if (made.region.data[y * width + x]! > 0) return true
      return false
    }
    expect(changed(0, 60 + word.width)).toBe(false)
    expect(changed(60 + ink.width - last.width, width)).toBe(false)
    expect(changed(60 + word.width, 60 + ink.width - last.width)).toBe(true)
  })

  it('writes Chinese for English, of a like height', async () => {
    const { picture, line, ink } = await written('STREET', bold)
    const made = await rewriteLine(picture, all(line, '人民路'), { faces })
    const rows = Array.from({ length: height }, (_, y) => y).filter((y) => {
      for (let x = 0; x < width; x++) if (made.picture.data[3 * (y * width + x)]! < 100) return true
      return false
    })
    expect(rows.length / ink.height).toBeGreaterThan(0.9)
    expect(rows.length / ink.height).toBeLessThan(1.4)
  })

  it('refuses what shows no strokes', async () => {
    const { line } = await written('Harbor', bold)
    await expect(rewriteLine(blank, all(line, 'Kettle'), { faces })).rejects.toThrow('strokes-unclear')
  })
})

describe.skipIf(missing)('eraseLetters', () => {
  it('restores the surface beneath, and nothing else', async () => {
    const { picture, line } = await written('Harbor Grill', faces[1]!.font)
    const made = await eraseLetters(picture, [line], { faces })
    expect(apart(made.picture, blank)).toBeLessThan(0.03 * apart(picture, blank))
    expectOnlyIn(made.region, made.picture, picture)
  })

  it('does without fonts to compare with', async () => {
    const { picture, line } = await written('Harbor Grill', faces[1]!.font)
    const made = await eraseLetters(picture, [line], { faces: [] })
    expect(apart(made.picture, blank)).toBeLessThan(0.03 * apart(picture, blank))
  })
})

describe.skipIf(missing)('addText', () => {
  const font = faces[1]?.font as Font
  const place = { across: 'center', down: 'bottom' } as const

  it('is dark on what is bright, light on what is dark, and as it was asked to be', async () => {
    const onBright = await addText(blank, { text: 'Hello', font, place, size: 0.2 })
    expect(contrastOf(onBright.colour, [190, 150, 130])).toBeGreaterThan(4.5)
    const night = { ...blank, data: blank.data.map((level) => level >> 3) }
    expect((await addText(night, { text: 'Hello', font, place, size: 0.2 })).colour[0]).toBeGreaterThan(240)
    const red = await addText(night, { text: 'Hello', font, place, size: 0.2, colour: [220, 20, 20] })
    expect(red.colour).toEqual([220, 20, 20])
    expectOnlyIn(red.region, red.picture, night)
  })

  it('stands where it should, and takes several lines where it is long', async () => {
    const rowsOf = ({ region }: { readonly region?: Mask | undefined }): number[] =>
      Array.from({ length: height }, (_, y) => y).filter((y) =>
        region!.data.subarray(y * width, (y + 1) * width).some((value) => value > 0),
      )
    const one = rowsOf(await addText(blank, { text: 'Hello', font, place, size: 0.12 }))
    expect(Math.min(...one)).toBeGreaterThan(height / 2)
    const text = 'A line that is so long that it takes two or three of them'
    const many = rowsOf(await addText(blank, { text, font, place: { ...place, down: 'top' }, size: 0.12 }))
    expect(many.length).toBeGreaterThan(1.15 * one.length)
    expect(Math.min(...many)).toBeLessThan(height / 4)
  })

  it('refuses characters that the font lacks', async () => {
    await expect(addText(blank, { text: '\u{1F600}', font, place, size: 0.1 })).rejects.toThrow('no-font')
  })
})
