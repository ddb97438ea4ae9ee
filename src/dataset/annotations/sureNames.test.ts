import { expect, it } from 'vitest'
import { nounOf } from '../../instructions/index.ts'
import { means } from '../checks/names.ts'
import { isBackdrop } from './ground.ts'
import { animal, sureName } from './sureNames.ts'

it('a four-legged animal has its name only from a sure score on, and what is easily mistaken none', () => {
  const named = (label: string, score: number) => sureName(label, nounOf(label)!, score)?.en
  expect(named('dog', 0.7)).toBe('dog')
  expect(named('dog', 0.52)).toBe('animal')
  expect(named('elephant', 0.45)).toBe('elephant')
  expect(named('carrot', 0.43)).toBeUndefined()
  expect(named('bird', 0.41)).toBeUndefined()
  expect(named('bird', 0.6)).toBe('bird')
  expect(named('car', 0.43)).toBe('car')
})

it('an animal of no sure kind is seen under the name of any', () => {
  expect(means('horse', animal)).toBe(true)
  expect(means('bird', animal)).toBe(true)
  expect(means('chair', animal)).toBe(false)
})

it('a sky that goes down to the lower side is a backdrop, but behind what flies', () => {
  const [width, height] = [40, 30]
  const sky = (rows: number) => ({
    width,
    height,
    data: Uint8Array.from({ length: width * height }, (_, i) => (i < rows * width ? 255 : 0)),
  })
  const box = { x: 10, y: 10, width: 9, height: 5 }
  const plane = { name: nounOf('airplane')!, label: 'airplane', box, score: 0.8, from: 'detector' as const }
  expect(isBackdrop(sky(20), [])).toBe(false)
  expect(isBackdrop(sky(30), [])).toBe(true)
  expect(isBackdrop(sky(30), [plane])).toBe(false)
})
