import { describe, expect, it } from 'vitest'
import { publishedElos, publishedPreferences, publishedRatings } from './others.ts'
import { publishedScores, publishedSources } from './scores.ts'

const all = [...publishedScores, ...publishedPreferences, ...publishedRatings, ...publishedElos]

describe('published figures', () => {
  it('have a source, with its date, and each source is used', () => {
    for (const { source, system } of all) expect(publishedSources[source], system).toBeDefined()
    expect(new Set(all.map(({ source }) => source))).toEqual(new Set(Object.keys(publishedSources)))
    for (const { date, address, title } of Object.values(publishedSources)) {
      expect(date).toMatch(/^20\d\d-\d\d(-\d\d)?$/)
      expect(address).toMatch(/^(arXiv:\d{4}\.\d{5}|https:\/\/)/)
      expect(title.length).toBeGreaterThan(10)
    }
  })

  it('are in the range of their scale', () => {
    for (const { sc, pq, o } of publishedScores)
      for (const value of [sc, pq, o]) if (value !== undefined) expect(value > 2 && value < 10).toBe(true)
    for (const { intersection, full } of publishedPreferences)
      for (const value of [intersection, full]) expect(value > 2 && value < 10).toBe(true)
    for (const { overall } of publishedRatings) expect(overall > 1 && overall < 5).toBe(true)
    for (const { overall } of publishedElos) expect(overall > 800 && overall < 1300).toBe(true)
  })

  it('have an O that means of geometric means can have: at most √(SC·PQ)', () => {
    for (const { sc, pq, o, system } of publishedScores)
      if (sc !== undefined && pq !== undefined)
        expect(o, system).toBeLessThanOrEqual(Math.sqrt(sc * pq) + 0.005)
  })

  it('stand once for each source, system, language, subset and judge', () => {
    const names = publishedScores.map((row) =>
      [row.source, row.system, row.language, row.subset, row.judge].join('/'),
    )
    expect(new Set(names).size).toBe(names.length)
    expect(publishedScores.filter(({ source }) => source === 'paper')).toHaveLength(12 * 4)
  })

  it.each([
    ['OmniGen', 'en', 'intersection', 'gpt-4.1', [6.07, 5.885, 5.162]],
    ['Step1X-Edit', 'en', 'full', 'gpt-4.1', [7.091, 6.763, 6.701]],
    ['GPT-4o', 'en', 'full', 'qwen2.5-vl-72b', [7.826, 7.689, 7.646]],
    ['Gemini 2 Flash', 'cn', 'intersection', 'qwen2.5-vl-72b', [5.658, 7.362, 5.522]],
    ['Doubao', 'cn', 'full', 'gpt-4.1', [6.984, 7.273, 6.772]],
  ])('are those of the paper: %s %s %s %s', (system, language, subset, judge, wanted) => {
    const row = publishedScores.find(
      (each) =>
        each.source === 'paper' &&
        each.system === system &&
        each.language === language &&
        each.subset === subset &&
        each.judge === judge,
    )!
    expect([row.sc, row.pq, row.o]).toEqual(wanted)
  })

  it('leave out the row of FireRed that repeats another one, and say so', () => {
    const firered = publishedScores.filter(({ source }) => source === 'firered')
    expect(firered.some(({ system }) => system.startsWith('Step1X'))).toBe(false)
    expect(publishedSources.firered.note).toContain('Step1X-Edit v1.2 is left out')
    expect(firered.map(({ language, o }) => `${language} ${o}`).slice(0, 2)).toEqual(['en 7.943', 'cn 7.887'])
  })
})
