import { afterAll, describe, expect, it } from 'vitest'
import { draftOf, expectSound, sourceOf, toolsFor } from '../../../test/recipes.ts'
import { bareText, readWithin, stands } from '../../operations/index.ts'
import type { Source } from './recipe.ts'
import { vocabulary } from './text/vocabulary.ts'
import { textChange } from './text_change.ts'

const { tools, missing } = await toolsFor(['ocr', 'inpainter', 'fonts'])
afterAll(() => tools.close())

const photo = await sourceOf('photos/galen-crout-175291.jpg', 256)
const recipeOf = (name: string) => textChange.find((recipe) => recipe.name === `text_change/${name}`)!

describe('vocabulary', () => {
  it('has no text twice in a list, and each in its language', () => {
    for (const { en, cn } of Object.values(vocabulary)) {
      for (const list of [en, cn]) expect(new Set(list.map(bareText)).size).toBe(list.length)
      expect(en.filter((text) => /\p{Script=Han}/u.test(text))).toEqual([])
      expect(cn.filter((text) => !/\p{Script=Han}/u.test(text))).toEqual([])
    }
  })
})

// Without the packs of OCR and fonts nothing can be written and read.
describe.skipIf(missing)('recipes of text_change', () => {
  it.each(['sign', 'caption'])(
    '%s: OCR reads the old text before and the new one after, and nothing else changes',
    async (name) => {
      const draft = await draftOf(recipeOf(name), photo, { tools })
      expectSound(draft)
      expect(await draftOf(recipeOf(name), photo, { tools })).toEqual(draft)
      const { facts, source, target } = draft
      if (facts.kind !== 'text_change') throw new Error('expected text_change')
      const whole = { x: 0, y: 0, width: source.width, height: source.height }
      const read = (of: typeof source) => readWithin(tools.get('ocr'), of, whole, 0)
      if ('from' in facts) expect(stands(facts.from, await read(source))).toBe(true)
      if ('to' in facts) expect(stands(facts.to, await read(target))).toBe(true)
    },
  )

  it('scene: changes the words of a sign that is in the photograph', async () => {
    const signed = await someSign()
    const draft = await draftOf(recipeOf('scene'), signed, { tools, seed: 3 })
    expectSound(draft)
    expect(draft.facts.kind).toBe('text_change')
  })

  it('scene: leaves photographs without text', async () => {
    await expect(draftOf(recipeOf('scene'), photo, { tools })).rejects.toThrow('no-text')
  })
})

/** A photograph with a sign: what the other recipe made. */
async function someSign(): Promise<Source> {
  for (let seed = 0; seed < 9; seed++) {
    const { target, facts } = await draftOf(recipeOf('sign'), photo, { tools, seed })
    if (facts.kind === 'text_change' && facts.action === 'replace')
      return { id: 'sign', name: 'sign', picture: target }
  }
  throw new Error('no sign')
}
