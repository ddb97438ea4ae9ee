import { expect, it } from 'vitest'
import { nounOf } from '../../../instructions/index.ts'
import type { AnnotatedThing } from '../../annotations/annotation.ts'
import { areStanding } from './standing.ts'

const thing = (label: string, x: number, width: number, height: number): AnnotatedThing => ({
  name: nounOf(label)!,
  label,
  box: { x, y: 100 - height, width, height },
  score: 0.8,
  from: 'detector',
  nature: label === 'person' ? 'person' : 'animal',
})
const subject = { box: { x: 0, y: 0, width: 120, height: 100 } }

it('people stand, or ride; who sits or leaps would do so on nothing', () => {
  const standing = thing('person', 10, 30, 90)
  const sitting = thing('person', 60, 50, 60)
  expect(areStanding(subject, { things: [standing], surfaces: [] })).toBe(true)
  expect(areStanding(subject, { things: [standing, sitting], surfaces: [] })).toBe(false)
  expect(areStanding(subject, { things: [sitting, thing('horse', 50, 60, 80)], surfaces: [] })).toBe(true)
  // Somebody far away matters to nobody.
  expect(areStanding(subject, { things: [thing('person', 0, 20, 20)], surfaces: [] })).toBe(true)
})
