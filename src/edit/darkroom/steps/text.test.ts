import { afterAll, describe, expect, it } from 'vitest'
import { toolsFor } from '../../../../test/recipes.ts'
import { type Picture, readFont, renderText } from '../../../image/index.ts'
import { readLines } from '../../../operations/index.ts'
import type { Bench } from '../carry.ts'
import { openFinder } from '../finding/finder.ts'
import { addTextTo, eraseText, replaceText } from './text.ts'

const { tools, missing } = await toolsFor(['ocr', 'fonts'])
afterAll(() => tools.close())

/** A board with lines of text, each with its middle at a share of the height. */
async function board(
  [width, height]: readonly [number, number],
  lines: readonly (readonly [text: string, size: number, y: number])[],
): Promise<Picture> {
  const data = new Uint8Array(3 * width * height)
  for (let i = 0; i < width * height; i++) {
    const shade = Math.round((30 * (i % width)) / width)
    data.set([44 + shade, 70 + shade, 60 + shade], 3 * i)
  }
  const font = await readFont(tools.get('fonts').files[1]!.file)
  for (const [text, size, y] of lines) {
    const ink = await renderText(text, { font, size })
    const [left, top] = [(width - ink.width) >> 1, Math.round(y * height - ink.height / 2)]
    for (let v = 0; v < ink.height; v++)
      for (let u = 0; u < ink.width; u++)
        for (const [c, level] of [236, 226, 190].entries()) {
          const at = 3 * ((v + top) * width + u + left) + c
          data[at] = Math.round(data[at]! + (ink.data[v * ink.width + u]! / 255) * (level - data[at]!))
        }
  }
  return { width, height, data }
}

const benchOf = (picture: Picture): Bench => ({
  picture,
  tools,
  find: (target) => openFinder(picture, tools).find(target),
  next: () => 0.5,
})

const read = async (picture: Picture): Promise<readonly string[]> =>
  (await readLines(tools.get('ocr'), picture)).map(({ text }) => text)

const target = { type: 'text', phrase: 'the text' } as const

// Without the packs of OCR and fonts nothing can be read and written.
describe.skipIf(missing)('the steps of text', () => {
  it('replace one of several lines, in the case that the old one has', async () => {
    const picture = await board(
      [520, 300],
      [
        ['GREEN TEA', 54, 0.3],
        ['营业中', 54, 0.7],
      ],
    )
    const made = await replaceText(
      { kind: 'replace-text', target, from: 'green tea', to: 'hot soup' },
      benchOf(picture),
    )
    expect(made.did).toMatch(/^replace "green tea" with "hot soup" \(at the top, in Noto Sans SC Bold\)$/)
    expect(await read(made.picture)).toEqual(['HOT SOUP', '营业中'])
    const chinese = await replaceText(
      { kind: 'replace-text', target, from: '营业中', to: '休息中' },
      benchOf(made.picture),
    )
    expect(await read(chinese.picture)).toEqual(['HOT SOUP', '休息中'])
  })

  it('find small text in a large picture', async () => {
    const picture = await board([2000, 900], [['Room 204', 26, 0.55]])
    const made = await replaceText(
      { kind: 'replace-text', target, from: 'Room 204', to: 'Room 317' },
      benchOf(picture),
    )
    expect((await read(made.picture)).map((text) => text.replace(/\s/, ''))).toEqual(['Room317'])
  })

  it('erase all text, or a word', async () => {
    const picture = await board([520, 300], [['GREEN TEA', 54, 0.5]])
    expect(await read((await eraseText(target, benchOf(picture))).picture)).toEqual([])
    expect(await read((await eraseText({ ...target, text: 'tea' }, benchOf(picture))).picture)).toEqual([
      'GREEN',
    ])
  })

  it('ask which one where several say it, and tell what is there where none does', async () => {
    const picture = await board(
      [520, 300],
      [
        ['SALE', 54, 0.25],
        ['SALE', 54, 0.75],
      ],
    )
    const sale = { kind: 'replace-text', target, from: 'SALE', to: 'OPEN' } as const
    await expect(replaceText(sale, benchOf(picture))).rejects.toThrow(
      /^'"SALE"': .*say which, or all of them/,
    )
    const upper = await replaceText({ ...sale, target: { ...target, place: 'top' } }, benchOf(picture))
    expect(await read(upper.picture)).toEqual(['OPEN', 'SALE'])
    await expect(replaceText({ ...sale, from: 'BAKERY' }, benchOf(picture))).rejects.toThrow(
      '"BAKERY": not read in the picture; expected one of "SALE", "SALE"; say which',
    )
  })

  it('add text that is read again, in both languages', async () => {
    const picture = await board([520, 300], [])
    const english = await addTextTo({ kind: 'add-text', text: 'Good morning' }, benchOf(picture))
    const both = await addTextTo(
      { kind: 'add-text', text: '早上好', place: 'top left', size: 'large' },
      benchOf(english.picture),
    )
    expect(await read(both.picture)).toEqual(['早上好', 'Good morning'])
  })
})
