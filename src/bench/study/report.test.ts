import { describe, expect, it } from 'vitest'
import { Random } from '../../random/index.ts'
import { createStudy } from './createStudy.ts'
import { votesTable } from './exportVotes.ts'
import { studyReport } from './report.ts'
import type { Study, StudyItem, StudyMode, Vote } from './study.ts'

const four = ['gemini', 'doubao', 'gpt-4o', 'step1x']
const kinds = Array.from({ length: 11 }, (_, i) => `kind${i}`)

/** 44 items of 11 kinds; the second system has no picture of two of them. */
function studyOf(mode: StudyMode = 'rate', participants = 55): Study {
  const items = Array.from({ length: 44 }, (_, i) => ({
    key: `k${i}`,
    kind: kinds[i % 11]!,
    language: 'en' as const,
    instruction: 'Wish',
    picture: 'a.png',
  }))
  const edits = four.flatMap((system, s) =>
    items.flatMap(({ key }, i) =>
      s === 1 && i < 2
        ? []
        : {
            system,
            item: `en/${key}`,
            outcome: 'picture' as const,
            picture: `${s}-${i}`,
            width: 8,
            height: 8,
            seconds: 1,
          },
    ),
  )
  const suite = { name: 's', version: '1', title: 'S', source: '', licence: '', kinds, identity: 'id' }
  const systems = four.map((name) => ({ name, identity: name, source: name }))
  const bench = { suite, items, systems, judges: [], edits, judgements: [], preferences: [], checks: [] }
  return createStudy(bench, {
    name: 'simulated',
    participants,
    mode,
    repeats: mode === 'pair' ? 0 : 16,
    seed: 3,
    token: () => 'x',
  })
}

/** What people think of the systems, on the scale of the levels; each item moves it, and each person, and chance. */
const liking = [3.55, 3.05, 3.4, 2.4]
const random = new Random('people')
const normal = (spread: number): number =>
  spread * Math.sqrt(-2 * Math.log(1 - random.unit())) * Math.cos(2 * Math.PI * random.unit())
const levelOf = (value: number): number => Math.min(5, Math.max(1, Math.round(value)))
const quality = Array.from({ length: 44 }, () => liking.map((mean) => mean + normal(0.5)))

/** The scores that many more people would give on average. */
const truth = quality.map((row) =>
  row.map((value) => {
    let sum = 0
    for (let i = 0; i < 4000; i++) sum += 2 * levelOf(value + normal(0.5) + normal(0.6))
    return sum / 4000
  }),
)
const trueMean = (system: number, from = 0): number =>
  truth.slice(from).reduce((sum, row) => sum + row[system]!, 0) / (truth.length - from)

const strange: Readonly<Record<string, string>> = {
  p05: 'random',
  p17: 'random',
  p23: 'constant',
  p31: 'hasty',
  p40: 'pattern',
}

function simulated(study: Study): readonly Vote[] {
  let time = Date.parse('2026-11-27T09:00:00Z')
  return study.participants.flatMap(({ name, tasks }) => {
    const bias = normal(0.5)
    return tasks.map(({ item, order }, task): Vote => {
      const felt = order.map((system) => quality[item]![system]! + bias + normal(0.6))
      const kind = strange[name]
      const values =
        kind === 'random'
          ? felt.map(() => 1 + 4.9 * random.unit())
          : kind === 'constant'
            ? felt.map(() => 3)
            : felt
      const levels = kind === 'pattern' ? order.map((_, i) => 5 - i) : values.map(levelOf)
      const seconds = kind === 'hasty' ? 0.4 : 8 + 10 * random.unit()
      time += 1000 * seconds
      const answers =
        study.mode === 'rate' ? levels : values.map((own) => 1 + values.filter((other) => other > own).length)
      return { participant: name, task, answers, seconds, at: new Date(time).toISOString() }
    })
  })
}

describe('55 people of known preferences', () => {
  const study = studyOf()
  const votes = simulated(study)
  const report = studyReport(study, votes, { samples: 300 })

  it('are found to be attentive or not', () => {
    expect(report.excluded.map(({ participant, rule }) => [participant, rule])).toEqual([
      ['p05', 'repeats'],
      ['p17', 'repeats'],
      ['p23', 'constant'],
      ['p31', 'speed'],
      ['p40', 'constant'],
    ])
    expect(
      report.excluded.map(
        ({ rule, value, bound }) => (rule === 'repeats' ? bound - value : value - bound) > 0,
      ),
    ).toEqual([true, true, true, true, true])
    expect(report.participants).toEqual({ invited: 55, started: 55, finished: 55, counted: 50 })
    expect(report.votes).toBe(50 * 44)
  })

  it('have their preferences recovered', () => {
    for (const [i, { system, upFull, upIs }] of report.systems.entries()) {
      expect(system).toBe(four[i])
      const full = i === 1 ? trueMean(1, 2) : trueMean(i)
      expect(Math.abs(upFull!.value - full)).toBeLessThan(0.2)
      expect(upFull!.low!).toBeLessThan(full)
      expect(upFull!.high!).toBeGreaterThan(full)
      expect(Math.abs(upIs!.value - trueMean(i, 2))).toBeLessThan(0.2)
      expect([upFull!.n, upIs!.n]).toEqual([i === 1 ? 42 : 44, 42])
    }
    const byScore = report.systems.toSorted((a, b) => b.upIs!.value - a.upIs!.value)
    expect(report.ranking!.competitors.map(({ name }) => name)).toEqual(byScore.map(({ system }) => system))
    const worst = report.differences.find(({ first, second }) => first === 'gemini' && second === 'step1x')!
    expect(worst.difference.low!).toBeGreaterThan(0)
  })

  it('agree as far as they do', () => {
    const { ordinal, interval } = report.agreement
    expect(interval!.value).toBeGreaterThan(0.3)
    expect(interval!.value).toBeLessThan(0.8)
    expect(Math.abs(ordinal!.value - interval!.value)).toBeLessThan(0.1)
    const everyone = studyReport(study, votes, {
      samples: 2,
      rules: { mostHasty: 1, mostSame: 1, leastCorrelation: -1 },
    })
    expect(everyone.excluded).toEqual([])
    expect(everyone.agreement.interval!.value).toBeLessThan(interval!.value)
    expect(everyone.systems.map(({ upFull }) => upFull!.value)).toEqual(
      report.withExcluded.map(({ upFull }) => upFull!.value),
    )
    expect(report.consistency!.difference).toBeLessThan(1)
  })

  it('are told by kind', () => {
    const { kinds: own } = report.systems[3]!
    expect(Object.keys(own)).toEqual(kinds)
    const wanted = [4, 15, 26, 37].reduce((sum, i) => sum + truth[i]![3]! / 4, 0)
    expect(Math.abs(own.kind4!.value - wanted)).toBeLessThan(0.3)
  })

  it('stand in a table with every answer', () => {
    const rows = votesTable(study, votes, report).split('\r\n')
    expect(rows[0]).toBe(
      'participant,task,repeats,item,kind,language,system,position,answer,score,seconds,at,counted',
    )
    const answers = votes.reduce((sum, vote) => sum + vote.answers.length, 0)
    expect(rows).toHaveLength(1 + answers + 1)
    expect(rows.filter((row) => row.startsWith('p05,')).every((row) => row.endsWith(',no'))).toBe(true)
    expect(rows.filter((row) => row.startsWith('p06,')).every((row) => row.endsWith(',yes'))).toBe(true)
  })

  it('may rank instead', () => {
    const ranked = studyOf('rank')
    const { ranking, systems, agreement, excluded } = studyReport(ranked, simulated(ranked), { samples: 50 })
    expect(ranking!.competitors.map(({ name }) => name)).toEqual(['gemini', 'gpt-4o', 'doubao', 'step1x'])
    expect(systems.map(({ upIs }) => upIs)).toEqual([undefined, undefined, undefined, undefined])
    const ranks = systems.map(({ meanRank }) => meanRank!.value)
    expect(ranks[0]).toBeLessThan(ranks[2]!)
    expect(ranks[1]).toBeLessThan(ranks[3]!)
    expect(agreement.interval).toBeUndefined()
    expect(excluded.map(({ participant }) => participant)).toEqual(['p05', 'p17', 'p23', 'p31'])
  })
})

describe('an arena', () => {
  it('ranks by pairs, ties and what is bad on both sides', () => {
    const arena = studyOf('pair')
    const random = new Random('arena')
    const votes = arena.participants.flatMap(({ name, tasks }) =>
      tasks.map(({ item, order }, task): Vote => {
        const [a, b] = order.map((system) => quality[item]![system]! + 0.5 * (random.unit() - 0.5)) as [
          number,
          number,
        ]
        const answers =
          Math.max(a, b) < 2.5 ? [2, 2] : Math.abs(a - b) < 0.2 ? [1, 1] : a > b ? [1, 2] : [2, 1]
        return { participant: name, task, answers, seconds: 5, at: '2026-11-27T09:00:00Z' }
      }),
    )
    const { ranking, systems, agreement, excluded } = studyReport(arena, votes, { samples: 50 })
    expect(ranking!.competitors.map(({ name }) => name)).toEqual(['gemini', 'gpt-4o', 'doubao', 'step1x'])
    expect(ranking!.competitors[0]!.elo.low).toBeGreaterThan(ranking!.competitors[3]!.elo.high)
    const both = votes.filter(({ answers }) => answers.join() === '2,2').length
    expect(systems.reduce((sum, { bothBad }) => sum + Math.round(bothBad!.value * bothBad!.n), 0)).toBe(
      2 * both,
    )
    expect(agreement.ordinal!.value).toBeGreaterThan(0.7)
    expect(excluded).toEqual([])
  })
})

describe('the scores', () => {
  const item = (name: string, kind: string, pictures: readonly (string | null)[]): StudyItem => ({
    item: name,
    kind,
    language: 'en',
    instruction: '',
    source: '',
    pictures,
  })
  const study: Study = {
    name: 'small',
    id: 'small',
    mode: 'rate',
    seed: 0,
    suite: 's',
    systems: ['a', 'b'],
    items: [item('en/1', 'x', ['1', '2']), item('en/2', 'x', ['3', null]), item('en/3', 'y', ['5', '6'])],
    participants: ['p1', 'p2'].map((name) => ({
      name,
      token: name,
      tasks: [
        { item: 0, order: [1, 0] },
        { item: 1, order: [0] },
        { item: 2, order: [0, 1] },
      ],
    })),
  }
  const vote = (participant: string, task: number, ...answers: readonly number[]): Vote => ({
    participant,
    task,
    answers,
    at: '2026-11-27T09:00:00Z',
  })
  const votes = [
    vote('p1', 0, 5, 1),
    vote('p2', 0, 4, 2),
    vote('p1', 1, 5),
    vote('p1', 2, 3, 3),
    vote('p2', 1, 3),
  ]

  it('are means over participants, then over items, as the paper says', () => {
    const { systems, participants, differences, withExcluded } = studyReport(study, votes)
    // a: items 1 (2 + 4)/2 = 3, 2 (10 + 6)/2 = 8, 3 6; b: item 1 (10 + 8)/2 = 9, 3 6.
    expect(systems.map(({ upIs, upFull }) => [upIs!.value, upFull!.value])).toEqual([
      [4.5, 17 / 3],
      [7.5, 7.5],
    ])
    expect(systems[0]!.kinds).toMatchObject({ x: { value: 5.5, n: 2 }, y: { value: 6, n: 1 } })
    expect(systems[0]!.counts).toEqual([1, 1, 2, 0, 1])
    expect(systems[1]!.meanRank!.value).toBeCloseTo((1 + 1.5) / 2)
    expect(differences).toMatchObject([{ first: 'a', second: 'b', difference: { value: -3, n: 2 } }])
    expect(withExcluded[0]!.upFull!.value).toBe(17 / 3)
    expect(participants).toEqual({ invited: 2, started: 2, finished: 1, counted: 2 })
  })

  it('of a study without votes are none', () => {
    const { systems, ranking, consistency, agreement } = studyReport(study, [])
    expect(systems[0]).toEqual({
      system: 'a',
      kinds: {},
      languages: {},
      counts: [0, 0, 0, 0, 0],
      meanRank: undefined,
    })
    expect([ranking, consistency, agreement.ordinal]).toEqual([undefined, undefined, undefined])
  })

  it('take no vote of another study', () => {
    expect(() => studyReport(study, [vote('p3', 0, 1, 2)])).toThrow(
      /a vote of p3 on task 0 is none of this study's/,
    )
    expect(() => studyReport(study, [vote('p1', 0, 1)])).toThrow(/none of this study's/)
  })
})
