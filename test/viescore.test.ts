import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { consistencyPrompt, lowestScore, parseScores, qualityPrompt } from 'pentimento/bench'
import { describe, expect, it } from 'vitest'

const golden = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`golden/viescore/${name}`, import.meta.url), 'utf8')) as T

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

describe('the prompts', () => {
  const hashes = golden<Record<'SC' | 'PQ' | 'instruction' | 'SC_with_instruction', string>>('prompts.json')

  it('are the official ones, letter by letter', () => {
    expect(sha256(consistencyPrompt('<instruction>'))).toBe(hashes.SC)
    expect(sha256(qualityPrompt)).toBe(hashes.PQ)
  })

  it('take an instruction as it is, whatever its letters mean elsewhere', () => {
    expect(sha256(consistencyPrompt(hashes.instruction))).toBe(hashes.SC_with_instruction)
  })
})

interface Case {
  readonly name: string
  readonly raw: string
  readonly parsed: false | string | { readonly score: readonly unknown[] }
  readonly as_SC_with_PQ_6: { readonly SC?: unknown; readonly O?: unknown }
}

const cases = golden<{
  readonly cases: readonly Case[]
  readonly aggregation: readonly { SC_raw: string; PQ_raw: string; SC: number; PQ: number; O: number }[]
}>('cases.json')

/** Where the official code makes a number of what is none: `true` counts as 1. */
const madeUp = new Set(['boolean_score'])

describe('an answer', () => {
  const isSane = ({ name, as_SC_with_PQ_6: { SC, O } }: Case) =>
    typeof SC === 'number' && typeof O === 'number' && !madeUp.has(name)
  const sane = cases.cases.filter(isSane)
  const others = cases.cases.filter((each) => !isSane(each))

  it('is known in all its forms', () => {
    expect([sane.length, others.length]).toEqual([24, 32])
  })

  it.each(sane.map((each) => [each.name, each] as const))('%s gives the official number', (_, each) => {
    const { read = [], problem } = parseScores(each.raw)
    expect(read).toEqual((each.parsed as { score: unknown[] }).score)
    expect(lowestScore(read)).toBe(each.as_SC_with_PQ_6.SC)
    expect(Math.sqrt(lowestScore(read) * 6)).toBeCloseTo(each.as_SC_with_PQ_6.O as number, 12)
    expect(problem).toBe(read.length === 2 ? undefined : 'wrong-count')
  })

  it.each(others.map((each) => [each.name, each] as const))('%s never counts', (_, each) => {
    expect(parseScores(each.raw).problem).toBeDefined()
  })

  it('has its problem named', () => {
    const problems = Object.fromEntries(others.map(({ name, raw }) => [name, parseScores(raw).problem]))
    const outside = Object.entries(problems).filter(([, problem]) => problem !== 'unparsable')
    expect(Object.fromEntries(outside)).toEqual({
      empty_list: 'wrong-count',
      out_of_range_values: 'out-of-range',
      negative_scalar: 'out-of-range',
    })
  })

  it('in pairs gives the official numbers', () => {
    for (const { SC_raw, PQ_raw, SC, PQ, O } of cases.aggregation) {
      const sc = lowestScore(parseScores(SC_raw).read ?? [])
      const pq = lowestScore(parseScores(PQ_raw).read ?? [])
      expect([sc, pq, Math.sqrt(sc * pq)]).toEqual([SC, PQ, O])
    }
  })
})
