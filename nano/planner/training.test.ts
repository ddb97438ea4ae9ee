import { classesOf, packWeights } from 'pentimento/edit'
import { Random } from 'pentimento/random'
import { expect, it } from 'vitest'
import type { Entry } from '../../perf/planner/entry.ts'
import { lessonsOf } from './instructions.ts'
import { trainReader } from './training.ts'
import { classes, drawWording, expand } from './wordings.ts'

const small = { seed: 'test', samples: 1500, epochs: 2, width: 8, besides: 100, lastEpochs: 3 }

const written: readonly Entry[] = [
  {
    text: 'Zorble the quux, snarf!',
    language: 'en',
    category: 'flip',
    doable: true,
    plans: [{ steps: [[{ kind: 'flip', want: { axis: ['vertical'] } }]] }],
  },
  {
    text: '把天空调暗，再裁成方形',
    language: 'cn',
    category: 'compound',
    doable: true,
    plans: [
      {
        steps: [
          [{ kind: 'adjust', want: { property: ['brightness'], amount: { min: -1, max: -0.01 } } }],
          [{ kind: 'crop' }],
        ],
      },
    ],
  },
  { text: 'who took this?', language: 'en', category: 'beyond-talk', doable: false },
]

it('the same seed trains the same bytes, which know what they were shown', () => {
  const weights = trainReader(small, [])
  expect(packWeights(trainReader(small, []))).toBe(packWeights(weights))
  const random = new Random('other sentences')
  // Always `beyond`, the commonest, would be right about 25 times.
  const right = Array.from({ length: 200 }, () => drawWording(random)).filter(
    ({ text, name }) => classesOf(text, weights)[0]!.name === name,
  )
  expect(right.length).toBeGreaterThan(70)
})

it('instructions written by hand are learnt after what is drawn', () => {
  const twentyTimes = Array.from({ length: 20 }, () => written[0]!)
  const [likeliest] = classesOf(written[0]!.text, trainReader(small, twentyTimes))
  expect(likeliest!.name).toBe('flip:vertical')
})

it('an instruction is a lesson as it is and in other words, its steps share alike', () => {
  const lessons = lessonsOf(written, new Random('lessons'))
  expect(lessons).toHaveLength(15)
  expect(lessons.filter(({ text }) => written.some((each) => each.text === text)).length).toBeLessThan(15)
  expect(lessons[0]).toEqual({ text: written[0]!.text, shares: [['flip:vertical', 1]] })
  expect(lessons[5]!.shares).toEqual([
    ['adjust:brightness-', 0.5],
    ['crop', 0.5],
  ])
  expect(lessons[10]!.shares).toEqual([['unclear', 1]])
})

it('templates are filled to the last slot, and every class is drawn', () => {
  const random = new Random('wordings')
  const drawn = Array.from({ length: 3000 }, () => drawWording(random))
  expect(new Set(drawn.map(({ name }) => name))).toEqual(new Set(classes))
  for (const { text } of drawn) expect(text).not.toMatch(/<[A-Z]+\d?>|\||undefined|\w\?\w/)
  expect(['a c', 'b c']).toContain(expand('(a|b) c', 'en', random))
})
