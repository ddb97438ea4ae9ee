import { type Caption, type Judgement, Review, type ReviewOptions, type Verdict } from 'pentimento/dataset'
import { encodeMask, evenMask } from 'pentimento/image'
import { Random } from 'pentimento/random'
import { describe, expect, it } from 'vitest'
import { memoryPairs } from './memoryPairs.ts'
import { testPair } from './openPairs.ts'

/** A review of new pairs in a store of their own. */
async function reviewOf(
  count: number,
  options: ReviewOptions = {},
  kind: 'tone_transfer' | 'style_change' = 'tone_transfer',
) {
  const pairs = Array.from({ length: count }, (_, i) => testPair(i + 1, { kind }))
  const store = memoryPairs(pairs)
  return { ids: pairs.map(({ id }) => id), store, review: await Review.open(store, options) }
}

let nonces = 0
const verdict = (pair: string, rest: Partial<Verdict> = {}): Verdict => ({
  pair,
  verdict: 'accept',
  nonce: `n${nonces++}`,
  ...rest,
})

describe('handing out', () => {
  it('gives no pair to two people, however many ask at once', async () => {
    const { ids, review } = await reviewOf(60)
    const people = Array.from({ length: 6 }, (_, i) => `p${i}`)
    const seen: string[] = []
    await Promise.all(
      people.map(async (person) => {
        for (;;) {
          const items = await review.next(person, 3)
          if (items.length === 0) return
          seen.push(items[0]!.pair)
          await review.decide(person, verdict(items[0]!.pair))
        }
      }),
    )
    expect(seen.sort()).toEqual(ids)
  })

  it('gives the same pairs again until they are decided, and to others when the time is up', async () => {
    let now = 0
    const { ids, review } = await reviewOf(2, { now: () => now, leaseSeconds: 60 })
    const pairsOf = async (person: string) => (await review.next(person, 5)).map(({ pair }) => pair)
    expect(await pairsOf('a')).toEqual(ids)
    expect(await pairsOf('a')).toEqual(ids)
    expect(await pairsOf('b')).toEqual([])
    now = 61_000
    expect(await pairsOf('b')).toEqual(ids)
    expect(await pairsOf('a')).toEqual([])
  })

  it('does not show a skipped pair to the same person again', async () => {
    const { ids, review } = await reviewOf(1)
    await review.next('a', 1)
    await review.decide('a', verdict(ids[0]!, { verdict: 'skip' }))
    expect(await review.next('a', 1)).toEqual([])
    expect((await review.next('b', 1))[0]!.pair).toBe(ids[0])
  })

  it('shows texts and pictures, and nothing of recipes, judges or scores', async () => {
    const { ids, store, review } = await reviewOf(1)
    const caption: Caption = {
      id: `c${ids[0]}`,
      captioner: { name: 'secretive', version: '1' },
      purpose: 'instruction',
      round: 0,
      wording: 0,
      language: 'en',
      text: 'Make it darker.',
      agreement: 0.5,
    }
    const better = { ...caption, id: `d${ids[0]}`, round: 1, agreement: 0.9, text: 'Darken the picture.' }
    await store.pairs.addCaptions(ids[0]!, [caption, better])
    const [item] = await review.next('a', 1)
    expect(item!.texts).toEqual({ en: { caption: better.id, text: better.text } })
    expect(JSON.stringify(item)).not.toMatch(/recipe|secretive|score|test\/darker/)
  })

  it('takes kinds, scores and disagreement of judges', async () => {
    const { ids, store } = await reviewOf(4)
    const judged = (id: string, judge: string, success: number): Judgement => ({
      id: `${judge}${id}`,
      judge: { name: judge, version: '1' },
      captions: [],
      state: 'scored',
      scores: { success },
      reasons: {},
    })
    await store.pairs.addJudgements(ids[0]!, [judged(ids[0]!, 'x', 9), judged(ids[0]!, 'y', 3)])
    await store.pairs.addJudgements(ids[1]!, [judged(ids[1]!, 'x', 8), judged(ids[1]!, 'y', 7)])
    const chosen = async (more: ReviewOptions['filter']) =>
      (await (await Review.open(store, more && { filter: more })).next('a', 9)).map((i) => i.pair)
    expect(await chosen({ disagreement: 3 })).toEqual([ids[0]])
    expect(await chosen({ score: { least: 5 } })).toEqual([ids[1]])
    expect(await chosen({ score: { most: 5 } })).toEqual([ids[0]])
    expect(await chosen({ kinds: ['style_change'] })).toEqual([])
    expect(await chosen({ splits: ['test'] })).toEqual([])
  })
})

describe('deciding', () => {
  it('counts a decision once, however often it is sent, and no second one of the same person', async () => {
    const { ids, store, review } = await reviewOf(2)
    const sent = verdict(ids[0]!)
    const one = await review.decide('a', sent)
    expect(await review.decide('a', sent)).toEqual(one)
    await expect(review.decide('a', verdict(ids[0]!))).rejects.toThrow('has decided it already')
    await expect(review.decide('a', verdict(ids[1]!, { verdict: 'reject' }))).rejects.toThrow(
      'needs a reason',
    )
    await expect(review.decide('a', verdict('f'.repeat(64)))).rejects.toThrow('no such pair')
    expect((await store.pairs.get(ids[0]!))!.decisions.length).toBe(1)
  })

  it('keeps edited texts and a drawn region of the right size', async () => {
    const { ids, store, review } = await reviewOf(2)
    const drawn = await encodeMask(evenMask(64, 64, 255))
    await review.decide(
      'a',
      verdict(ids[0]!, { text: { en: ' Darker, please. ', cn: ' ' }, drawn, seconds: 3.21 }),
    )
    const [decision] = (await store.pairs.get(ids[0]!))!.decisions
    expect(decision).toMatchObject({ text: { en: 'Darker, please.' }, seconds: 3.2, kind: 'tone_transfer' })
    expect(await store.files.get(decision!.mask!)).toEqual(new Uint8Array(drawn))
    const small = await encodeMask(evenMask(32, 64, 255))
    await expect(review.decide('a', verdict(ids[1]!, { drawn: small }))).rejects.toThrow(
      'mask: expected 64×64, got 32×64',
    )
  })

  it('takes decisions back one by one, each pair coming first again', async () => {
    const { ids, store, review } = await reviewOf(3)
    for (const pair of ids.slice(0, 2)) await review.decide('a', verdict(pair, { note: `of ${pair}` }))
    await review.next('a', 1)
    expect((await review.undo('a', 'u1'))!.pair).toBe(ids[1])
    expect((await review.undo('a', 'u1'))!.pair).toBe(ids[1])
    const [item] = await review.next('a', 1)
    expect(item).toMatchObject({ pair: ids[1], before: { verdict: 'accept', note: `of ${ids[1]}` } })
    expect((await review.undo('a', 'u2'))!.pair).toBe(ids[0])
    expect(await review.undo('a', 'u3')).toBeUndefined()
    expect((await review.next('a', 3)).map(({ pair }) => pair).sort()).toEqual(ids)
    const { decisions } = (await store.pairs.get(ids[1]!))!
    expect(decisions.map(({ verdict }) => verdict)).toEqual(['accept', 'undo'])
  })

  it('stands as before when it is opened again', async () => {
    const { ids, store, review } = await reviewOf(5)
    await review.decide('a', verdict(ids[0]!))
    await review.decide('a', verdict(ids[1]!, { verdict: 'reject', reason: 'artefact' }))
    await review.undo('a', 'u')
    const again = await Review.open(store)
    expect((await again.figures()).all).toEqual((await review.figures()).all)
    expect(again.done('a')).toBe(1)
    expect((await again.next('b', 9)).map(({ pair }) => pair)).toEqual(ids.slice(1))
  })
})

describe('two people on a pair', () => {
  it('gives each pair to two, never more, and recovers the agreement that they have', async () => {
    const { ids, review } = await reviewOf(120, { double: 1 }, 'style_change')
    const random = new Random('simulated')
    const truth = new Map(ids.map((id) => [id, random.chance(0.5)]))
    const decided = new Map<string, number>()
    await Promise.all(
      ['a', 'b'].map(async (person) => {
        // Right in 90 %, by chance alike: the agreement is 0.82, kappa 0.64.
        const errs = new Random('errs', person)
        for (;;) {
          const [item] = await review.next(person, 1)
          if (!item) return
          decided.set(item.pair, (decided.get(item.pair) ?? 0) + 1)
          const accept = truth.get(item.pair)! !== errs.chance(0.1)
          const rest: Partial<Verdict> = accept ? {} : { verdict: 'reject', reason: 'artefact' }
          await review.decide(person, verdict(item.pair, rest))
        }
      }),
    )
    expect([...decided.values()]).toEqual(ids.map(() => 2))
    const { agreement } = (await review.figures()).kinds.style_change!
    expect(agreement.pairs).toBe(120)
    // Standard error of kappa here: about 0.07.
    expect(agreement.kappa).toBeGreaterThan(0.64 - 0.2)
    expect(agreement.kappa).toBeLessThan(0.64 + 0.2)
    const { disputed } = (await review.figures()).all
    expect(disputed).toBe(agreement.pairs - agreement.agreed)
    expect(await review.disputes('a', 99)).toEqual([])
    expect((await review.disputes('organiser', 99, true)).length).toBe(disputed)
  })

  it('is for a share of the pairs', async () => {
    const { review } = await reviewOf(200, { double: 0.3 })
    const one = await review.next('a', 200)
    const two = await review.next('b', 200)
    expect(one.length).toBe(200)
    expect(two.length).toBeGreaterThan(35)
    expect(two.length).toBeLessThan(85)
    expect(await review.next('c', 200)).toEqual([])
  })

  it('leaves what they disagree on to a third, who sees both opinions without names', async () => {
    const { ids, review } = await reviewOf(2, { double: 1 })
    await review.decide('ann', verdict(ids[0]!, { text: { en: 'Better words.' } }))
    await review.decide('ben', verdict(ids[0]!, { verdict: 'reject', reason: 'artefact' }))
    await expect(review.decide('cat', verdict(ids[1]!, { verdict: 'adjudicate-accept' }))).rejects.toThrow(
      'nothing to settle',
    )
    const [item] = await review.disputes('cat', 5)
    expect(item!.opinions).toEqual([
      { verdict: 'accept', text: { en: 'Better words.' } },
      { verdict: 'reject', reason: 'artefact' },
    ])
    expect(await review.disputes('dan', 5)).toEqual([])
    await review.decide('cat', verdict(ids[0]!, { verdict: 'adjudicate-reject', reason: 'artefact' }))
    expect((await review.figures()).all).toMatchObject({ disputed: 0, rejected: 1 })
    await review.undo('cat', 'undo of cat')
    expect((await review.figures()).all).toMatchObject({ disputed: 1, rejected: 0 })
  })
})

describe('gold items', () => {
  it('are mixed in, one a stretch, tell how well people look, and count for nothing else', async () => {
    const { ids, store } = await reviewOf(44)
    const gold = ids.slice(0, 4).map((pair, i) => ({ pair, verdict: i % 2 ? 'reject' : 'accept' }) as const)
    const review = await Review.open(store, { gold, goldEvery: 10 })
    const places: number[] = []
    for (let i = 0; ; i++) {
      const [item] = await review.next('a', 1)
      if (!item) break
      if (gold.some(({ pair }) => pair === item.pair)) places.push(i)
      await review.decide('a', verdict(item.pair))
    }
    expect(places.map((place) => Math.floor(place / 10))).toEqual([0, 1, 2, 3])
    const { all, reviewers } = await review.figures()
    expect(all.accepted).toBe(40)
    expect(reviewers.find(({ reviewer }) => reviewer === 'a')!.gold).toEqual({ seen: 4, right: 2 })
    await expect(Review.open(store, { gold: [{ pair: 'x', verdict: 'accept' }] })).rejects.toThrow(
      'gold item x: the dataset has no such pair',
    )
  })
})
