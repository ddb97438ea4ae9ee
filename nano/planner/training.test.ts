import { classesOf, packWeights } from 'pentimento/edit'
import { Random } from 'pentimento/random'
import { expect, it } from 'vitest'
import { trainReader } from './training.ts'
import { classes, drawWording, expand } from './wordings.ts'

it('the same seed trains the same bytes, which know what they were shown', () => {
  const small = { seed: 'test', samples: 1500, epochs: 2, width: 8 }
  const weights = trainReader(small)
  expect(packWeights(trainReader(small))).toBe(packWeights(weights))
  const random = new Random('other sentences')
  // Always `beyond`, the commonest, would be right about 25 times.
  const right = Array.from({ length: 200 }, () => drawWording(random)).filter(
    ({ text, name }) => classesOf(text, weights)[0]!.name === name,
  )
  expect(right.length).toBeGreaterThan(70)
})

it('templates are filled to the last slot, and every class is drawn', () => {
  const random = new Random('wordings')
  const drawn = Array.from({ length: 3000 }, () => drawWording(random))
  expect(new Set(drawn.map(({ name }) => name))).toEqual(new Set(classes))
  for (const { text } of drawn) expect(text).not.toMatch(/<[A-Z]+\d?>|\||undefined/)
  expect(['a c', 'b c']).toContain(expand('(a|b) c', 'en', random))
})
