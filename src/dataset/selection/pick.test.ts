import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../../../test/runs.ts'
import { colourDistance, hashDistance } from '../../image/index.ts'
import type { Dossier, Judgement } from '../pairs/pair.ts'
import { type SelectionChoice, selectionOf } from './choice.ts'
import { judgeSet, pickAll } from './pick.ts'

const hash = (n: number): string => n.toString(16).padStart(16, '0')
const idOf = (n: number): string => n.toString(16).padStart(4, '0').repeat(16)

interface Made {
  readonly change?: number
  readonly source?: number
  readonly colour?: string
  readonly x?: number
  readonly edit?: string
  readonly score?: number
  readonly parent?: number
  readonly accepted?: boolean
}

function dossier(number: number, made: Made): Dossier {
  const words = { en: made.edit ?? 'warmer', cn: '更暖' }
  const caption = (language: 'en' | 'cn') => ({
    id: `${number}${language}`,
    captioner: { name: 'grammar', version: '1' },
    purpose: 'instruction' as const,
    round: 0,
    wording: 0,
    language,
    text: words[language],
    agreement: 1,
  })
  const judgement: Judgement = {
    id: `j${number}`,
    judge: { name: 'm', version: '1' },
    captions: [],
    state: 'scored',
    scores: { follows: made.score ?? 0 },
    reasons: {},
  }
  return {
    pair: {
      id: idOf(number),
      kind: 'tone_transfer',
      ...(made.parent === undefined ? {} : { parent: idOf(made.parent) }),
      facts: { kind: 'tone_transfer', action: 'grade', change: words, result: words },
      signature: {
        source: hash(made.source ?? 0),
        change: hash(made.change ?? Math.imul(number + 1, 0x9e3779b1) >>> 0),
        colours: (made.colour ?? '0').repeat(192),
        area: { x: made.x ?? 0, y: 0, width: 100, height: 50 },
      },
    } as unknown as Dossier['pair'],
    measures: [
      { check: 'intact', version: 1, values: { whole: 1, deviation: 40 } },
      { check: 'changed', version: 1, values: { share: 0.5 } },
    ],
    captions: [caption('en'), caption('cn')],
    judgements: made.score === undefined ? [] : [judgement],
    decisions: made.accepted
      ? [{ id: 'd', pair: '', reviewer: 'fern', verdict: 'accept', at: '2026-01-01T00:00:00Z' }]
      : [],
  }
}

async function picked(all: readonly Made[], ...choices: SelectionChoice[]): Promise<string[]> {
  const dossiers = all.map((made, i) => dossier(i, made))
  const view = {
    async *dossiers({ kinds }: { kinds?: readonly string[] } = {}) {
      for (const each of dossiers) if (kinds?.includes(each.pair.kind) ?? true) yield each
    },
  }
  const selection = selectionOf(...choices)
  const alone: string[] = []
  const dropped = new Map<number, string>()
  const verdicts = await judgeSet(
    view,
    selection,
    ({ selected }) => alone.push(selected.state === 'kept' ? 'kept' : selected.reason) - 1,
    (_, tag, { reason }) => dropped.set(tag, reason),
  )
  const states: string[] = []
  for await (const { selected } of pickAll(view, selection, verdicts))
    states.push(
      selected.state === 'kept' ? 'kept' : `${selected.reason} ${String(selected.values.of ?? '')}`.trim(),
    )
  expect(states.filter((state) => state === 'kept').length).toBe(verdicts.kept)
  // What was told on the way is what a second look finds.
  expect(alone.map((state, i) => dropped.get(i) ?? state)).toEqual(states.map((state) => state.split(' ')[0]))
  return states
}

describe('near-duplicates', () => {
  it('the best of those that look and mean the same is kept', async () => {
    const same = { change: 1 }
    expect(await picked([same, same, same])).toEqual([
      'kept',
      `near-duplicate ${idOf(0)}`,
      `near-duplicate ${idOf(0)}`,
    ])
    expect(await picked([same, { ...same, score: 9 }])).toEqual([`near-duplicate ${idOf(1)}`, 'kept'])
    expect(
      await picked([
        { ...same, score: 9 },
        { ...same, accepted: true },
      ]),
    ).toEqual([`near-duplicate ${idOf(1)}`, 'kept'])
    expect(await picked([same, same], { duplicates: 'keep' })).toEqual(['kept', 'kept'])
  })

  it.each([{ source: 255 }, { colour: '8' }, { x: 40 }, { edit: 'colder' }, { change: 255 }])(
    'another %o is another pair',
    async (other) => {
      expect(await picked([{ change: 1 }, { change: 1, ...other }])).toEqual(['kept', 'kept'])
    },
  )

  it('are those that comparing with all finds', async () => {
    const near = fc.constantFrom(0, 1, 3, 7, 15, 31, 0xff00, 0xff01)
    const made = fc.record({
      change: near,
      source: near,
      colour: fc.constantFrom('0', '1'),
      x: fc.constantFrom(0, 5, 60),
      edit: fc.constantFrom('a', 'b'),
    })
    const check = fc.asyncProperty(fc.array(made, { maxLength: 25 }), async (all) => {
      const signatures = all.map((each, i) => dossier(i, each).pair)
      const kept: number[] = []
      const wanted = signatures.map(({ signature: one, facts }, i) => {
        const twin = kept.find((at) => {
          const { signature: other, facts: edit } = signatures[at]!
          const shared = Math.max(0, 100 - Math.abs(one.area.x - other.area.x))
          return (
            JSON.stringify(edit) === JSON.stringify(facts) &&
            hashDistance(one.change, other.change) <= 4 &&
            hashDistance(one.source, other.source) <= 4 &&
            colourDistance(one.colours, other.colours) <= 6 &&
            shared / (200 - shared) >= 0.8
          )
        })
        if (twin === undefined) kept.push(i)
        return twin === undefined ? 'kept' : `near-duplicate ${idOf(twin)}`
      })
      expect(await picked(all)).toEqual(wanted)
    })
    await fc.assert(check, { numRuns: runs(40) })
  })
})

it('a ratio keeps the best by score', async () => {
  const all = [3, 9, 5, 7].map((score) => ({ score }))
  expect(await picked(all, { ratio: { most: 2 } })).toEqual([
    'not-among-best',
    'kept',
    'not-among-best',
    'kept',
  ])
  expect(await picked(all, { ratio: { share: 0.25 } })).toEqual([
    'not-among-best',
    'kept',
    'not-among-best',
    'not-among-best',
  ])
})

it('a retouched pair stands in the place of its parent', async () => {
  const same = { change: 1 }
  expect(await picked([same, { ...same, parent: 0 }])).toEqual([`retouched ${idOf(1)}`, 'kept'])
})

it('more pairs than the first arrays hold', async () => {
  const all = Array.from({ length: 700 }, (_, i) => ({ score: i / 100 }))
  expect((await picked(all, { ratio: { most: 3 } })).filter((state) => state === 'kept').length).toBe(3)
})
