import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Check, Region } from '../checks/check.ts'
import { openSuite } from './openSuite.ts'
import { embeddedSuite } from './places.ts'
import { itemName, languages, type Suite, type SuiteItem } from './suite.ts'

/** Checks that the untouched picture passes: alone they would decide nothing. */
const alsoOfTheSource: readonly Check['check'][] = ['kept', 'same-faces']

let cache: string
let suite: Suite
const items: SuiteItem[] = []

beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), 'embedded-'))
  suite = await openSuite(embeddedSuite, { cache })
  for await (const item of suite.items()) items.push(item)
})
afterAll(() => rm(cache, { recursive: true }))

describe('the embedded suite', () => {
  it.each(languages)('has at least eight wishes of every kind, %s', (language) => {
    const counts = new Map<string, number>()
    for (const item of items.filter((each) => each.language === language))
      counts.set(item.kind, (counts.get(item.kind) ?? 0) + 1)
    expect([...counts.keys()]).toEqual(suite.facts.kinds)
    expect(suite.facts.kinds).toHaveLength(11)
    expect(Math.min(...counts.values())).toBeGreaterThanOrEqual(8)
  })

  it('says every wish in both languages, and checks them alike', () => {
    const names = new Set(items.map(itemName))
    for (const { language, instruction, ...item } of items) {
      expect(/\p{Script=Han}/u.test(instruction) || language === 'en', instruction).toBe(true)
      for (const other of languages) expect(names).toContain(itemName({ key: item.key, language: other }))
      const twin = items.find((each) => each.key === item.key && each.language !== language)
      expect({ ...twin, language, instruction }).toEqual({ ...item, language, instruction })
    }
  })

  it('has a check for every item that the untouched picture may fail', () => {
    for (const { key, checks = [] } of items)
      expect(
        checks.filter(({ check }) => !alsoOfTheSource.includes(check)),
        key,
      ).not.toHaveLength(0)
  })

  it('names regions inside of the pictures', async () => {
    const sizes = new Map<string, { readonly width: number; readonly height: number }>()
    for (const { key, picture, checks = [] } of items) {
      const { width, height } = sizes.get(picture) ?? (await suite.read(picture))
      sizes.set(picture, { width, height })
      for (const [x, y] of checks.flatMap(regionsOf).flatMap(cornersOf)) {
        expect(x, key).toBeLessThanOrEqual(width)
        expect(y, key).toBeLessThanOrEqual(height)
      }
    }
  })
})

function regionsOf(check: Check): Region[] {
  return Object.values(check).filter((value): value is Region => typeof value === 'object')
}

function cornersOf(region: Region): (readonly [x: number, y: number])[] {
  if ('polygon' in region) return [...region.polygon]
  if ('boxes' in region) return region.boxes.map(([x, y, width, height]) => [x + width, y + height])
  return []
}
