import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { toolsFor } from '../../../test/recipes.ts'
import {
  compositePictures,
  evenMask,
  type Mask,
  type Picture,
  pasteMask,
  pastePicture,
  readPicture,
  renderText,
  resizePicture,
} from '../../image/index.ts'
import { cachedToolbox } from '../../tools/index.ts'
import type { Check } from './check.ts'
import { checkEdit } from './checkEdit.ts'

const { tools: bare, missing } = await toolsFor(['ocr', 'fonts', 'faces'])
/** Nothing is asked twice. */
const answers = new Map<string, Uint8Array>()
const tools = cachedToolbox(bare, {
  get: async (key) => answers.get(key),
  put: async (key, bytes) => void answers.set(key, bytes),
})
afterAll(() => bare.close())

const size = { width: 384, height: 250 }
const picture = async (path: string): Promise<Picture> =>
  await readPicture(fileURLToPath(new URL(`../../../test/pictures/${path}`, import.meta.url)))

/** The photograph with a board that says something. */
async function board(photo: Picture, text: string): Promise<Picture> {
  const plate: Picture = { width: 200, height: 60, data: new Uint8Array(3 * 200 * 60).fill(235) }
  const ink = await renderText(text, { font: tools.get('fonts').files[0]!.file, size: 36 })
  const none: Mask = evenMask(size.width, size.height, 0)
  const x = 90 + Math.round((200 - ink.width) / 2)
  const dark: Picture = { ...size, data: new Uint8Array(3 * size.width * size.height).fill(30) }
  return compositePictures(pastePicture(photo, plate, 90, 90), dark, pasteMask(none, ink, x, 104))
}

describe.skipIf(missing)('with the tools of this machine', () => {
  it('reads what a board says, and what it no longer says', async () => {
    const photo = resizePicture(await picture('photos/sean-afnan-244576.jpg'), size)
    const region = { boxes: [[85, 85, 210, 70]] } as const
    const checks: readonly Check[] = [
      { check: 'reads', text: 'Bakery', region },
      { check: 'reads-not', text: 'Coffee', region },
      { check: 'kept', outside: region },
    ]
    const [source, target] = [await board(photo, 'COFFEE'), await board(photo, 'BAKERY')]
    const verdict = async (edited: Picture) =>
      (await checkEdit({ item: { checks }, source, edited, tools })).verdict
    expect(await verdict(target)).toBe('pass')
    expect(await verdict(source)).toBe('fail')
    expect(await verdict(await board(photo, 'BOOKS'))).toBe('fail')
  })

  it('takes blue irises for blue eyes, and no patch over them', async () => {
    const face = await picture('faces/astronaut.jpg')
    const [found] = await tools.get('faces').find(face)
    // Corners of the eyes.
    const eyes = (
      [
        [33, 133],
        [362, 263],
      ] as const
    ).map(([one, other]) => {
      const [[x, y], [u, v]] = [found!.mesh[one]!, found!.mesh[other]!]
      return { x: (x + u) / 2, y: (y + v) / 2, half: Math.abs(x - u) / 2 }
    })
    const painted = (share: number, paint: (level: number) => readonly number[]): Picture => {
      const data = face.data.slice()
      for (let i = 0; i < face.width * face.height; i++) {
        const [column, row] = [i % face.width, Math.floor(i / face.width)]
        if (!eyes.some(({ x, y, half }) => Math.hypot(column - x, row - y) <= share * half)) continue
        const light = (data[3 * i]! + data[3 * i + 1]! + data[3 * i + 2]!) / 3
        data.set(paint(light), 3 * i)
      }
      return { ...face, data }
    }
    const verdict = async (edited: Picture, colour: 'blue' | 'green') =>
      (
        await checkEdit({
          item: { checks: [{ check: 'face-part', part: 'eyes', colour }] },
          source: face,
          edited,
          tools,
        })
      ).results[0]!.verdict
    const irises = painted(0.45, (light) => [0.55 * light, 0.95 * light, Math.min(255, 1.8 * light)])
    expect(await verdict(irises, 'blue')).toBe('pass')
    expect(await verdict(irises, 'green')).toBe('fail')
    expect(
      await verdict(
        painted(1, () => [60, 110, 200]),
        'blue',
      ),
    ).toBe('fail')
    expect(await verdict(face, 'blue')).toBe('fail')
  })

  it('a face keeps its proportions under another light, not when it is stretched', async () => {
    const face = await picture('faces/astronaut.jpg')
    const { width, height } = face
    const light = { ...face, data: face.data.map((level) => Math.min(255, 1.1 * level)) }
    const tall = resizePicture(face, { width: Math.round(0.72 * width), height })
    const stretched = pastePicture(face, tall, Math.round(0.14 * width), 0)
    const verdict = async (edited: Picture) => {
      const { results } = await checkEdit({
        item: { checks: [{ check: 'same-faces' }] },
        source: face,
        edited,
        tools,
      })
      return results[0]!.verdict
    }
    expect(await verdict(light)).toBe('pass')
    expect(await verdict(stretched)).toBe('fail')
  })
})
