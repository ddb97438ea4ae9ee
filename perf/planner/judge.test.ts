import type { Reading, Step, Target } from 'pentimento/edit'
import { describe, expect, it } from 'vitest'
import { colours } from './colours.ts'
import { type Entry, readEntries, type WantedPlan, type WantedTarget } from './entry.ts'
import { judge } from './judge.ts'

const entry = (plan: WantedPlan): Entry => ({
  text: '',
  language: 'en',
  category: 'erase',
  doable: true,
  plans: [plan],
})
const reading = (steps: readonly Step[], keep: readonly Target[] = []): Reading => ({
  type: 'plan',
  plan: { version: 1, steps, keep },
  confidence: 1,
})
const thing = (noun: string, more: Partial<Target> = {}): Target => ({
  type: 'thing',
  phrase: noun,
  noun,
  ...more,
})
const erases = (wanted: WantedTarget, target: Target): boolean =>
  judge(entry({ steps: [[{ kind: 'erase', target: wanted }]] }), reading([{ kind: 'erase', target }])).target

describe('judge', () => {
  it('takes synonyms, a longer name of the same thing and its type for the thing', () => {
    expect(erases({ is: ['sofa'] }, thing('couch'))).toBe(true)
    expect(erases({ is: ['cone'] }, thing('traffic cone'))).toBe(true)
    expect(erases({ is: ['person'] }, thing('man'))).toBe(true)
    expect(erases({ is: ['man'] }, { type: 'person', phrase: 'the man' })).toBe(true)
    expect(erases({ is: ['man'] }, thing('woman'))).toBe(false)
    expect(erases({ is: ['dog'] }, thing('hot dog'))).toBe(false)
    expect(erases({ is: ['tree'] }, { type: 'plants', phrase: 'tree' })).toBe(false)
  })

  it('wants place, order, number and colour as they were said', () => {
    const cup = { is: ['cup'] }
    expect(erases({ ...cup, order: { index: 1, from: 'left' } }, thing('cup', { place: 'left' }))).toBe(true)
    expect(erases({ ...cup, place: ['left'] }, thing('cup'))).toBe(false)
    expect(erases({ ...cup, place: ['left', '-'] }, thing('cup'))).toBe(true)
    expect(erases(cup, thing('cup', { place: 'left' }))).toBe(false)
    expect(
      erases(
        { ...cup, order: { index: 2, from: 'left' } },
        thing('cup', { order: { index: 2, from: 'right' } }),
      ),
    ).toBe(false)
    expect(erases(cup, thing('cup', { all: true }))).toBe(false)
    const red = { name: 'red', hex: '#d01818' }
    expect(erases({ ...cup, colour: 'red' }, thing('cup', { colour: red }))).toBe(true)
    expect(erases({ ...cup, colour: 'blue' }, thing('cup', { colour: red }))).toBe(false)
    expect(erases(cup, thing('cup', { colour: red }))).toBe(false)
  })

  it('lets the steps come in any order, and wants no other', () => {
    const wanted = entry({
      steps: [[{ kind: 'straighten' }], [{ kind: 'flip', want: { axis: ['horizontal'] } }]],
    })
    const steps: Step[] = [{ kind: 'flip', axis: 'horizontal' }, { kind: 'straighten' }]
    expect(judge(wanted, reading(steps)).whole).toBe(true)
    expect(
      judge(wanted, reading([{ kind: 'flip', axis: 'vertical' }, { kind: 'straighten' }])),
    ).toMatchObject({
      kind: true,
      target: true,
      whole: false,
    })
    expect(judge(wanted, reading([...steps, { kind: 'straighten' }])).kind).toBe(false)
    expect(judge(wanted, reading(steps, [thing('dog')])).whole).toBe(false)
  })

  it('counts turns without whole ones, and shares of sides that nobody wished for', () => {
    const turn = entry({ steps: [[{ kind: 'rotate', want: { degrees: { turn: -90 } } }]] })
    expect(judge(turn, reading([{ kind: 'rotate', degrees: 270 }])).whole).toBe(true)
    expect(judge(turn, reading([{ kind: 'rotate', degrees: 90 }])).whole).toBe(false)
    const crop = entry({ steps: [[{ kind: 'crop', want: { 'sides.left': { min: 0.1, max: 0.2 } } }]] })
    const sides = { left: 0.15, right: 0, top: 0, bottom: 0 }
    expect(judge(crop, reading([{ kind: 'crop', sides }])).whole).toBe(true)
    expect(judge(crop, reading([{ kind: 'crop', sides: { ...sides, top: 0.2 } }])).whole).toBe(false)
    expect(judge(crop, reading([{ kind: 'crop', sides, ratio: 1 }])).whole).toBe(false)
  })
})

describe('the instructions', () => {
  it('are as many as the figures need, in two parts that share none', async () => {
    const [seen, heldOut] = [await readEntries('seen'), await readEntries('heldout')]
    const both = [...seen, ...heldOut]
    expect(both.length).toBeGreaterThanOrEqual(660)
    expect(both.filter(({ doable }) => !doable).length).toBeGreaterThanOrEqual(110)
    expect(new Set(both.map(({ text, given }) => JSON.stringify([text, given]))).size).toBe(both.length)
    for (const { doable, plans } of both) expect(plans !== undefined).toBe(doable)
    const named = JSON.stringify(both).matchAll(/"colour":"([^"#]+)"/g)
    for (const [, name] of named) expect(colours).toHaveProperty(name!)
  })
})
