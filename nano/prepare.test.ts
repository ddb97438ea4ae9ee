import { evenMask, type Picture } from 'pentimento/image'
import { expect, it } from 'vitest'
import { type Ingredients, listExamples, Preparer } from './prepare.ts'

/** A picture in which every pixel differs from the one beside it. */
function picture(width: number, height: number, shift: number): Picture {
  return {
    width,
    height,
    data: Uint8Array.from({ length: 3 * width * height }, (_, i) => (7 * i + shift) % 256),
  }
}

const thing = (en: string) => ({
  name: { en, cn: en },
  picture: picture(20, 20, 90),
  alpha: evenMask(20, 20, 255),
})

const ingredients: Ingredients = {
  triplets: [
    {
      name: 'one',
      kind: 'tone_transfer',
      source: picture(64, 48, 0),
      target: picture(64, 48, 30),
      instruction: { en: 'warmer', cn: '暖一点' },
    },
  ],
  backgrounds: [picture(60, 50, 11)],
  cutouts: [thing('tomato'), thing('soccer ball')],
  options: { size: 32, views: 2, seed: 3, drawn: 4, shares: { tone_transfer: 1, 'pasted removal': 2 } },
}

it('lists views and pasted edits by their shares', () => {
  const { examples } = listExamples(ingredients)
  expect(examples.map(({ name }) => name)).toEqual([
    'one, view 0',
    'one, view 1',
    ...[0, 1, 2, 3].map((i) => `pasted removal ${i}`),
  ])
  expect(examples.map(({ weight }) => weight)).toEqual([0.5, 0.5, 0.5, 0.5, 0.5, 0.5])
  expect(listExamples({ ...ingredients, cutouts: [] }).examples).toHaveLength(2)
})

it('prepares an example by its number alone', async () => {
  const [one, other] = [new Preparer(ingredients), new Preparer(ingredients)]
  const view = await one.prepare(1)
  expect(view.words).toBe('暖一点')
  for (const shown of [view.source, view.target]) expect(shown).toMatchObject({ width: 32, height: 32 })
  expect(view.source).not.toEqual(view.target)
  const pasted = await one.prepare(2)
  expect(pasted.words).toMatch(/tomato|soccer ball/)
  expect(pasted.source).not.toEqual(pasted.target)
  expect(await other.prepare(2)).toEqual(pasted)
  expect(await other.prepare(1)).toEqual(view)
})
