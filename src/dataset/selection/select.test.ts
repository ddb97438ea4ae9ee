import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../../../test/runs.ts'
import type { Caption, Decision, Dossier, Judgement, Measure } from '../pairs/pair.ts'
import { parseSelection, type SelectionChoice, selectionOf } from './choice.ts'
import { verdictOf } from './decisions.ts'
import { select } from './select.ts'

const measured = (values: Record<string, number>): Measure[] =>
  Object.entries({ 'intact.whole': 1, 'intact.deviation': 40, 'changed.share': 0.5, ...values }).map(
    ([name, value]) => {
      const [check = '', key = ''] = name.split('.')
      return { check: `${check}`, version: 1, values: { [key]: value } }
    },
  )

/** Measures of one check joined, as checks give them. */
function joined(measures: readonly Measure[]): Measure[] {
  const byCheck = new Map<string, Measure>()
  for (const each of measures)
    byCheck.set(each.check, { ...each, values: { ...byCheck.get(each.check)?.values, ...each.values } })
  return [...byCheck.values()]
}

let numbers = 0
const caption = (language: 'en' | 'cn', text: string, more: Partial<Caption> = {}): Caption => ({
  id: `c${numbers++}`,
  captioner: { name: 'grammar', version: '1' },
  purpose: 'instruction',
  round: 0,
  wording: 0,
  language,
  text,
  agreement: 1,
  ...more,
})
const both = (text: string, more: Partial<Caption> = {}): Caption[] => [
  caption('en', text, more),
  caption('cn', `${text}中`, more),
]
const judged = (name: string, scores: Record<string, number>, more: Partial<Judgement> = {}): Judgement => ({
  id: `j${numbers++}`,
  judge: { name, version: '1' },
  captions: [],
  state: 'scored',
  scores,
  reasons: {},
  ...more,
})
const decided = (
  verdict: Decision['verdict'],
  reviewer = 'fern',
  more: Partial<Decision> = {},
): Decision => ({
  id: `d${numbers++}`,
  pair: 'p',
  reviewer,
  verdict,
  at: '2026-01-01T00:00:00Z',
  ...more,
})
const dossier = (more: Partial<Dossier> & { values?: Record<string, number> } = {}): Dossier => ({
  pair: { id: 'p', kind: 'tone_transfer' } as Dossier['pair'],
  measures: joined(measured({ 'structure.edges': 0.9, ...more.values })),
  captions: both('warmer'),
  judgements: [],
  decisions: [],
  ...more,
})
const outcome = (of: Dossier, ...choices: SelectionChoice[]) => {
  const selected = select(of, selectionOf(...choices))
  return selected.state === 'kept' ? 'kept' : `${selected.state} ${selected.stage} ${selected.reason}`
}

describe('measures', () => {
  it('outside of the bounds that the taxonomy demands a pair is not kept', () => {
    expect(outcome(dossier())).toBe('kept')
    expect(outcome(dossier({ values: { 'changed.share': 0.1 } }))).toBe('rejected measures unchanged')
    expect(outcome(dossier({ values: { 'structure.edges': 0.2 } }))).toBe('rejected measures structure-lost')
    expect(outcome(dossier({ measures: [] }))).toBe('waiting measures not-measured')
  })

  it('bounds are changed for all kinds, for one, or taken away', () => {
    const low = dossier({ values: { 'changed.share': 0.1 } })
    expect(outcome(low, { measures: { 'changed.share': { min: 0.05 } } })).toBe('kept')
    expect(outcome(low, { kinds: { tone_transfer: { measures: { 'changed.share': null } } } })).toBe('kept')
    expect(outcome(low, { kinds: { ps_human: { measures: { 'changed.share': null } } } })).toMatch(/rejected/)
    expect(outcome(dossier(), { measures: { 'clip.score': { min: 0.2 } } })).toBe('kept')
    expect(outcome(dossier(), { measures: { 'clip.score': { min: 0.2, required: true } } })).toBe(
      'waiting measures no-clip.score',
    )
  })

  it('tells the values that decided', () => {
    const selected = select(dossier({ values: { 'changed.share': 0.1 } }), selectionOf())
    expect(selected).toMatchObject({ check: 'changed', values: { 'changed.share': 0.1, min: 0.15 } })
  })

  it('a looser selection keeps what a tighter one keeps', () => {
    const bounds = fc.record({
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      least: fc.integer({ min: 0, max: 10 }),
    })
    fc.assert(
      fc.property(
        bounds,
        bounds,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 0, max: 10 }),
        (a, b, share, score) => {
          const choice = (of: typeof a): SelectionChoice => ({
            measures: { 'changed.share': { min: of.share } },
            judges: { least: { '*': of.least } },
          })
          const loose = { share: Math.min(a.share, b.share), least: Math.min(a.least, b.least) }
          const pair = dossier({
            values: { 'changed.share': share },
            judgements: [judged('m', { follows: score })],
          })
          if (outcome(pair, choice(a)) === 'kept') expect(outcome(pair, choice(loose))).toBe('kept')
        },
      ),
      { numRuns: runs(40) },
    )
  })
})

describe('judges', () => {
  const two = [judged('a', { follows: 8, keeps: 9 }), judged('b', { follows: 4, keeps: 9 })]
  it.each([
    ['mean', 6, 'kept'],
    ['mean', 6.5, 'rejected judgements low-follows'],
    ['min', 5, 'rejected judgements low-follows'],
    ['all', 4, 'kept'],
    ['median', 6, 'kept'],
  ] as const)('%s of two judges against %d: %s', (combine, least, wanted) => {
    expect(outcome(dossier({ judgements: two }), { judges: { least: { follows: least }, combine } })).toBe(
      wanted,
    )
  })

  it('a refusal is no verdict', () => {
    const refused = judged('a', {}, { state: 'refused' })
    const choice: SelectionChoice = { judges: { least: { '*': 5 }, required: 1 } }
    expect(outcome(dossier({ judgements: [refused] }), choice)).toBe('waiting judgements judge-refused')
    expect(outcome(dossier({ judgements: [refused] }))).toBe('kept')
    expect(outcome(dossier(), choice)).toBe('waiting judgements not-judged')
    const partly = dossier({ judgements: [refused, judged('b', { follows: 9 })] })
    expect(outcome(partly, choice)).toBe('kept')
    expect(outcome(partly, { judges: { ...choice.judges, combine: 'all' } })).toMatch(/waiting/)
  })

  it("a judge's newest version counts, and before it what was said of the captions that are kept", () => {
    const old = judged('a', { follows: 2 }, { judge: { name: 'a', version: '9' } })
    const fresh = judged('a', { follows: 9 }, { judge: { name: 'a', version: '10' } })
    const choice: SelectionChoice = { judges: { least: { follows: 5 } } }
    expect(outcome(dossier({ judgements: [old, fresh] }), choice)).toBe('kept')
    expect(outcome(dossier({ judgements: [fresh, old] }), choice)).toBe('kept')
    const captions = both('warmer')
    const ofThese = { ...old, captions: [captions[0]!.id] }
    expect(outcome(dossier({ captions, judgements: [ofThese, fresh] }), choice)).toMatch(/low-follows/)
  })
})

describe('decisions', () => {
  it('a rejection always counts; an acceptance overrules measures and scores, but makes nothing whole', () => {
    expect(outcome(dossier({ decisions: [decided('reject', 'fern', { reason: 'artefact' })] }))).toBe(
      'rejected decisions artefact',
    )
    const low = { values: { 'changed.share': 0.1 }, judgements: [judged('a', { follows: 1 })] }
    const accepted = dossier({ ...low, decisions: [decided('accept')] })
    expect(outcome(accepted, { judges: { least: { '*': 5 } } })).toBe('kept')
    expect(outcome(accepted, { decisions: { overrules: false } })).toMatch(/unchanged/)
    const broken = dossier({ values: { 'intact.whole': 0 }, decisions: [decided('accept')] })
    expect(outcome(broken)).toBe('rejected measures size')
  })

  it('sets that people have seen whole', () => {
    const choice: SelectionChoice = { decisions: { require: 'accepted', reviewers: 2 } }
    expect(outcome(dossier(), choice)).toBe('waiting decisions not-reviewed')
    expect(outcome(dossier({ decisions: [decided('accept')] }), choice)).toBe(
      'waiting decisions too-few-reviewers',
    )
    expect(outcome(dossier({ decisions: [decided('accept'), decided('accept', 'moss')] }), choice)).toBe(
      'kept',
    )
  })

  it('two who disagree wait for an adjudication, which goes before both', () => {
    const split = [decided('accept'), decided('reject', 'moss')]
    expect(outcome(dossier({ decisions: split }))).toBe('waiting decisions disagreement')
    expect(outcome(dossier({ decisions: [...split, decided('adjudicate-accept', 'oak')] }))).toBe('kept')
    const rejected = decided('adjudicate-reject', 'oak', { reason: 'leaks' })
    expect(outcome(dossier({ decisions: [...split, rejected] }))).toBe('rejected decisions leaks')
  })

  it('what is taken back never was; gold items tell of the reviewer', () => {
    const reject = decided('reject')
    expect(outcome(dossier({ decisions: [reject, decided('undo', 'fern', { of: reject.id })] }))).toBe('kept')
    expect(outcome(dossier({ decisions: [reject, decided('undo')] }))).toBe('kept')
    expect(outcome(dossier({ decisions: [reject, decided('undo', 'moss')] }))).toMatch(/rejected/)
    expect(outcome(dossier({ decisions: [decided('reject', 'fern', { gold: true })] }))).toBe('kept')
  })

  it('an undo of every decision leaves nothing', () => {
    const verdicts = fc.constantFrom('accept', 'reject', 'adjudicate-accept', 'adjudicate-reject', 'skip')
    fc.assert(
      fc.property(fc.array(fc.tuple(verdicts, fc.constantFrom('a', 'b')), { maxLength: 8 }), (list) => {
        const journal = list.map(([verdict, reviewer]) => decided(verdict as Decision['verdict'], reviewer))
        const undone = journal.map(({ id, reviewer }) => decided('undo', reviewer, { of: id }))
        expect(verdictOf([...journal, ...undone])).toEqual({ state: 'none', accepting: 0 })
      }),
      { numRuns: runs(30) },
    )
  })
})

describe('captions', () => {
  const kept = (of: Dossier, ...choices: SelectionChoice[]) => {
    const selected = select(of, selectionOf(...choices))
    return selected.state === 'kept' ? selected.captions.map(({ en }) => en) : selected.reason
  }
  const model = { captioner: { name: 'qwen', version: '2' } }

  it('models go before the grammar, the last round before those before it', () => {
    const captions = [...both('plain'), ...both('draft', model), ...both('better', { ...model, round: 1 })]
    expect(kept(dossier({ captions }))).toEqual(['better', 'plain'])
    expect(kept(dossier({ captions }), { captions: { round: 0 } })).toEqual(['draft', 'plain'])
    expect(kept(dossier({ captions }), { captions: { prefer: ['grammar'] } })).toEqual(['plain', 'better'])
    expect(kept(dossier({ captions }), { captions: { only: ['qwen'] } })).toEqual(['better'])
    expect(kept(dossier({ captions }), { captions: { wordings: 1 } })).toEqual(['better'])
  })

  it('both languages have to be there, and to agree enough', () => {
    expect(kept(dossier({ captions: [] }))).toBe('no-caption')
    expect(kept(dossier({ captions: [caption('en', 'only English')] }))).toBe('one-language')
    const silent = caption('en', '', { abstained: 'refused', agreement: 0 })
    expect(kept(dossier({ captions: [silent] }))).toBe('abstained')
    expect(kept(dossier({ captions: [silent, ...both('by another', { wording: 1 })] }))).toEqual([
      'by another',
    ])
    const prompts = [caption('en', 'old', { prompt: 'a' }), caption('cn', '新', { prompt: 'b' })]
    expect(kept(dossier({ captions: prompts }))).toBe('one-language')
    expect(kept(dossier({ captions: both('doubtful', { agreement: 0.4 }) }))).toBe('low-agreement')
    expect(
      kept(dossier({ captions: both('doubtful', { agreement: 0.4 }) }), { captions: { agreement: 0.3 } }),
    ).toEqual(['doubtful'])
  })

  it("a person's words come first, in the place of those that were read", () => {
    const captions = [...both('one'), ...both('two', { wording: 1 })]
    const edit = decided('accept', 'fern', { caption: captions[2]!.id, text: { en: 'Two, mended' } })
    const selected = select(dossier({ captions, decisions: [edit] }), selectionOf())
    expect(selected).toMatchObject({
      captions: [{ en: 'Two, mended', cn: 'two中', edited: true, captioner: 'person' }, { en: 'one' }],
    })
  })
})

it('a selection that does not fit is refused by its path', () => {
  const message = (text: string): string => {
    try {
      parseSelection('strict.json', text)
      return ''
    } catch (error) {
      return (error as Error).message
    }
  }
  expect(message('{')).toMatch(/^strict\.json: not JSON/)
  expect(message('{"measures": {"changed": {"min": 1}}}')).toContain("expected '<check>.<value>'")
  expect(message('{"kinds": {"ps_human": {"measures": {"a.b": {"min": 2, "max": 1}}}}}')).toBe(
    'strict.json: kinds.ps_human.measures.a.b: expected min to be at most max',
  )
  expect(message('{"judge": {}}')).toMatch(/Unrecognized key: "judge"/)
})
