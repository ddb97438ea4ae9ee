import { expect, it } from 'vitest'
import { madeItems, madeResults } from '../../../test/bench/madeResults.ts'
import type { Preference } from '../results.ts'
import { rankSystems } from './pairwise.ts'

const items = madeItems({ a: 20 })

/** Both orders of a pair on an item; `answer` decides by what is shown first. */
function asked(item: string, a: string, b: string, answer: (first: string) => Preference['preferred']) {
  return [
    [a, b],
    [b, a],
  ].map(
    ([first, second]): Preference => ({
      item,
      judge: 'gpt',
      repeat: 0,
      first: first!,
      second: second!,
      preferred: answer(first!),
      call: {} as Preference['call'],
    }),
  )
}

it('ranks by both orders, and tells of a judge that prefers a place', () => {
  const preferences = items.flatMap(({ key }, i) => [
    // s wins in either order.
    ...asked(`en/${key}`, 's', 't', (first) => (first === 's' ? 'first' : 'second')),
    // The first one wins, whichever it is.
    ...asked(`en/${key}`, 't', 'u', () => (i < 19 ? 'first' : undefined)),
  ])
  const [row, ...rest] = rankSystems(madeResults({ items, systems: ['s', 't', 'u'], preferences }), {
    samples: 50,
  })
  expect(rest).toEqual([])
  expect(row).toMatchObject({ judge: 'gpt', language: 'en', answers: 78, missing: 2 })
  const elo = Object.fromEntries(row!.ranking.competitors.map((each) => [each.name, each]))
  expect(elo.t!.elo.value).toBeCloseTo(elo.u!.elo.value, -2)
  expect(elo.s!.elo.value).toBeGreaterThan(elo.t!.elo.value + 300)
  // An item weighs one comparison, both orders together.
  expect(elo.s).toMatchObject({ wins: 20, losses: 0 })
  expect(elo.u).toMatchObject({ wins: 9.5, losses: 9.5 })
  expect(row!.position.first!.value).toBeCloseTo((20 + 38) / 78, 12)
  expect(row!.position.consistent!.value).toBeCloseTo(20 / 39, 12)
})

it('has no row without answers, and none for strangers', () => {
  const preferences = [
    ...asked('en/a-0', 's', 't', () => undefined),
    ...asked('en/stranger', 's', 't', () => 'tie'),
  ]
  expect(rankSystems(madeResults({ items, systems: ['s', 't'], preferences }))).toEqual([])
})
