import { afterAll, describe, expect, it } from 'vitest'
import { draftOf, expectSound, noTools, sourceOf, toolsFor } from '../../../test/recipes.ts'
import type { Picture } from '../../image/index.ts'
import { Random } from '../../random/index.ts'
import { Rejection } from '../../tools/index.ts'
import { drawings, graphics, paintings } from './style/ownStyles.ts'
import { toolStyles } from './style/toolStyles.ts'
import { fittingStyles, shownBy, styleChange, whyBad } from './style_change.ts'

const { tools, missing } = await toolsFor(['stylizer'])
afterAll(() => tools.close())

const photo = await sourceOf('photos/tony-webster-97532.jpg', 128)
const sign = await sourceOf('photos/kait-herzog-8242.jpg', 128)

describe('own styles', () => {
  it.each([...paintings, ...drawings, ...graphics])(
    '$name: of the right size, another picture, the same again',
    async (style) => {
      const draw = async () => (await style.draw(photo.picture, new Random('style'), noTools)).picture
      const drawn = await draw()
      expectSound({
        source: photo.picture,
        target: drawn,
        facts: { kind: 'style_change', direction: 'to-style', style: style.words },
        parameters: {},
      })
      expect(await draw()).toEqual(drawn)
    },
  )

  it('hold what their names say', async () => {
    const draw = async (name: string) =>
      (
        await [...paintings, ...drawings, ...graphics]
          .find((style) => style.name === name)!
          .draw(photo.picture, new Random('style'), noTools)
      ).picture
    const colours = ({ data }: { data: Uint8Array }) =>
      new Set(Array.from({ length: data.length / 3 }, (_, i) => data.slice(3 * i, 3 * i + 3).join())).size
    expect(colours(await draw('pixel-art'))).toBeLessThanOrEqual(32)
    for (const name of ['pencil', 'charcoal', 'line-art'])
      expect(colours(await draw(name)), name).toBeLessThanOrEqual(256)
  })
})

/** A grey of this level in every pixel, but for a share of pixels. */
function sheet(level: number, share = 0, other = 255 - level): Picture {
  const [width, height] = [64, 48]
  const until = 3 * Math.round(share * width * height)
  return {
    width,
    height,
    data: Uint8Array.from({ length: 3 * width * height }, (_, i) => (i < until ? other : level)),
  }
}

describe('a drawing is refused', () => {
  const why = (drawing: Picture, style = {}) => whyBad(shownBy(sheet(120, 0.5, 180), drawing), style)

  it('that hardly changes, is all ink or all paper, or lost its scene', () => {
    expect(why(sheet(121, 0.5, 181))).toBe('hardly-changed')
    expect(why(sheet(0, 0.3))).toBe('almost-black')
    expect(why(sheet(255, 0.05))).toBe('almost-white')
    expect(why(sheet(200))).toBe('scene-lost')
    expect(why(sheet(60, 0.5, 230))).toBeUndefined()
  })

  it('whose lines became blots, or whose tones are too dark', () => {
    expect(why(sheet(255, 0.5), { ink: 0.22 })).toBe('blots')
    expect(why(sheet(80, 0.5, 90), { light: 0.45 })).toBe('too-dark')
    expect(why(sheet(60, 0.5, 230), { light: 0.45 })).toBeUndefined()
    expect(why(sheet(10, 0.5, 230), { black: 0.4 })).toBe('almost-black')
    expect(why(sheet(125, 0.5, 200), { change: 0.2 })).toBe('hardly-changed')
    expect(why(sheet(60, 0.5, 230), { mostChange: 0.1 })).toBe('changed-too-much')
    expect(why(sheet(60, 0.5, 255), { white: 0.3 })).toBe('almost-white')
  })
})

describe('recipes of style_change', () => {
  it.each(styleChange.filter(({ needs }) => needs.length === 0))(
    '$name draws the photograph, or takes it back from the drawing',
    async (recipe) => {
      const made = await Promise.allSettled(
        Array.from({ length: 6 }, (_, seed) => draftOf(recipe, sign, { seed })),
      )
      const drafts = made.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
      expect(drafts.length).toBeGreaterThanOrEqual(2)
      for (const each of made) if (each.status === 'rejected') expect(each.reason).toBeInstanceOf(Rejection)
      for (const { source, target, facts } of drafts) {
        if (facts.kind !== 'style_change') throw new Error('expected style_change')
        expect(facts.direction === 'to-photo' ? target : source).toEqual(sign.picture)
      }
      const first = made.findIndex(({ status }) => status === 'fulfilled')
      expect(await draftOf(recipe, sign, { seed: first })).toEqual(drafts[0])
    },
  )

  it('use no cells where all things that are known are small, and no wide strokes where people are', () => {
    const { width, height } = photo.picture
    const namesWith = (side: number, name = { en: 'bird', cn: '鸟' }) => {
      const box = { x: 0, y: 0, width: side * width, height: side * height }
      const things = [{ name, box, score: 0.9, from: 'detector' as const }]
      return fittingStyles([...paintings, ...graphics], photo.picture, { things }).map(({ name }) => name)
    }
    expect(namesWith(0.9)).toEqual(expect.arrayContaining(['pixel-art', 'oil-painting']))
    expect(namesWith(0.2)).not.toContain('pixel-art')
    expect(namesWith(0.2)).toContain('newsprint')
    for (const wide of ['pixel-art', 'oil-painting'])
      expect(namesWith(0.9, { en: 'person', cn: '人' })).not.toContain(wide)
    // Of what is there nothing is known to be large enough.
    expect(fittingStyles(graphics, photo.picture, { things: [] }).map(({ name }) => name)).not.toContain(
      'pixel-art',
    )
  })

  // Without gmic there is no stylizer.
  it.skipIf(missing)("draws by the stylizer's filters, those that have names here", async () => {
    expect(toolStyles(tools.get('stylizer').styles).map(({ name }) => name)).toEqual(['pencil drawing'])
    const [style] = toolStyles(['pencil drawing'])
    const { picture } = await style!.draw(photo.picture, new Random('pencil'), tools)
    expect([picture.width, picture.height]).toEqual([photo.picture.width, photo.picture.height])
    expect(picture).not.toEqual(photo.picture)
  })
})
