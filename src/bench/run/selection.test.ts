import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../../../test/runs.ts'
import { itemName, type SuiteItem } from '../suite/suite.ts'
import { type Choice, chooseItems } from './selection.ts'

const kinds = ['a', 'b', 'c']
const suite = { name: 'small', kinds }

/** Items of the kinds in turns, in both languages. */
function itemsOf(count: number, session?: number): SuiteItem[] {
  return Array.from({ length: count }, (_, i) => i).flatMap((i) =>
    (['en', 'cn'] as const).map((language) => ({
      key: `k${i}`,
      kind: kinds[i % 3]!,
      language,
      instruction: 'x',
      picture: 'p.png',
      ...(session && { turn: { session: `s${Math.floor(i / session)}`, number: (i % session) + 1 } }),
    })),
  )
}

async function* streamed(items: readonly SuiteItem[]): AsyncGenerator<SuiteItem> {
  yield* items
}

const namesOf = async (items: readonly SuiteItem[], choice: Choice): Promise<readonly string[]> =>
  (await chooseItems(suite, streamed(items), choice)).map(itemName)

describe('chooseItems', () => {
  it('gives every kind and language its share, the same keys in both, and more to a larger limit', async () => {
    const items = itemsOf(30)
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 9 }), fc.nat(), async (each, seed) => {
        const chosen = await chooseItems(suite, streamed(items), { limit: 6 * each, seed })
        for (const kind of kinds)
          for (const language of ['en', 'cn'])
            expect(chosen.filter((item) => item.kind === kind && item.language === language).length).toBe(
              each,
            )
        const keys = (language: string): string[] =>
          chosen.filter((item) => item.language === language).map(({ key }) => key)
        expect(keys('cn')).toEqual(keys('en'))
        const larger = new Set(await namesOf(items, { limit: 6 * each + 5, seed }))
        expect(chosen.every((item) => larger.has(itemName(item)))).toBe(true)
        expect(larger.size).toBe(6 * each + 5)
      }),
      { numRuns: runs(20) },
    )
  })

  it('takes sessions whole, and keeps the order of the suite', async () => {
    const items = itemsOf(12, 3)
    const names = await namesOf(items, { limit: 7, seed: 1 })
    expect(names.length).toBe(6)
    const all = items.map(itemName)
    expect(names).toEqual(all.filter((name) => names.includes(name)))
    const sessions = new Set(
      items
        .filter((item) => names.includes(itemName(item)))
        .map(({ language, turn }) => `${language} ${turn?.session}`),
    )
    expect(sessions.size).toBe(2)
  })

  it('refuses kinds that are not there, and a choice of nothing', async () => {
    await expect(namesOf(itemsOf(3), { kinds: ['d'], seed: 0 })).rejects.toThrow(
      "kinds: 'd' is not one of the suite small; expected a, b, c",
    )
    await expect(namesOf([], { seed: 0 })).rejects.toThrow('no items of these kinds and languages')
    await expect(namesOf(itemsOf(12, 3), { limit: 2, seed: 0 })).rejects.toThrow(
      'limit 2: every session has more turns than that; raise it',
    )
  })
})
