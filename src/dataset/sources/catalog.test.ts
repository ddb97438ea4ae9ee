import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTestPairs, type TestPairs } from '../../../test/dataset/openPairs.ts'
import { digestOf, type Sql } from '../../jobs/index.ts'
import { addCandidates, clearCandidates, type UnitSources } from '../tables/candidateTable.ts'
import { dropCopies, findSides } from './catalog.ts'
import type { SourceRejection } from './find.ts'
import type { IngestedSource } from './ingest.ts'
import { NearGroups } from './near.ts'

const options = { seed: 1, split: { train: 0.5, validation: 0.25, test: 0.25 } }
const idOf = (name: string): string => name.padStart(64, '0')
const source = (id: string, hash: string, rest: Partial<IngestedSource> = {}): IngestedSource => ({
  id: idOf(id),
  at: '',
  width: 16,
  height: 16,
  original: { width: 100, height: 100, format: 'png' },
  hash,
  colours: '8'.repeat(192),
  picture: id,
  ...rest,
})
const made = (name: string, sources: readonly IngestedSource[]): UnitSources => ({
  unit: digestOf(name),
  file: {
    place: '.',
    name,
    licence: 'CC0',
    type: name.endsWith('mp4') ? 'video' : 'photo',
    bytes: 1,
    sha256: name,
  },
  sources,
})

let store: TestPairs
let sql: Sql
beforeAll(async () => {
  store = await openTestPairs()
  sql = store.jobs.sql
})
beforeEach(() => clearCandidates(sql))
afterAll(() => store.remove())

async function catalog(units: readonly UnitSources[]) {
  await addCandidates(sql, units, 0)
  const copies: SourceRejection[] = []
  const count = await dropCopies(sql, (copy) => copies.push(copy))
  const kept = await sql.query<{ id: string; name: string }>(
    `SELECT id, name FROM ${sql.schema}.candidates ORDER BY id`,
  )
  expect(kept.length).toBe(count)
  const sides = await findSides(sql, options)
  return { sources: kept.map(({ id, name }) => ({ id, name, ...sides.of(id) })), copies }
}

describe('the catalog', () => {
  it('keeps the larger of two copies, whatever their order', async () => {
    const small = made('a.png', [source('1', '00000000000000ff')])
    const original = { width: 200, height: 200, format: 'png' }
    const large = made('b.png', [source('2', '00000000000000fe', { original })])
    for (const list of [
      [small, large],
      [large, small],
    ]) {
      await clearCandidates(sql)
      const { sources, copies } = await catalog(list)
      expect(sources.map(({ name }) => name)).toEqual(['b.png'])
      expect(copies).toEqual([
        { name: 'a.png', reason: 'near-duplicate', detail: 'a.png: the same picture as b.png' },
      ])
    }
  })

  it('keeps the same scene in other colours, on the same side', async () => {
    const { sources } = await catalog([
      made('a.png', [source('1', '00000000000000ff')]),
      made('b.png', [source('2', '00000000000000ff', { colours: '2'.repeat(192) })]),
    ])
    expect(sources.map(({ group }) => group)).toEqual([idOf('1'), idOf('1')])
    expect(new Set(sources.map(({ split }) => split)).size).toBe(1)
  })

  it('keeps clips of one video on one side, and names them by their second', async () => {
    const clips = [
      source('1', '0000000000000000', { at: '@0.0s' }),
      source('2', 'ffffffffffffffff', { at: '@3.2s' }),
    ]
    const { sources } = await catalog([made('v.mp4', clips)])
    expect(sources.map(({ name, group }) => [name, group])).toEqual([
      ['v.mp4@0.0s', idOf('1')],
      ['v.mp4@3.2s', idOf('1')],
    ])
  })

  it('finds over several pages the copies and groups that comparing all with all finds', async () => {
    // Twelve scenes of hashes that lie far apart, each over and over with some bits turned.
    const bits = (i: number) => BigInt(`0x${digestOf(i % 12).slice(0, 16)}`) ^ (1n << BigInt(i % 7))
    const all = Array.from({ length: 1200 }, (_, i) =>
      source(digestOf(['id', i]), bits(i).toString(16).padStart(16, '0'), {
        original: { width: 100 + ((i * 37) % 50), height: 100, format: 'png' },
        colours: (i % 3).toString().repeat(192),
      }),
    )
    const apart = (a: IngestedSource, b: IngestedSource) =>
      [...(BigInt(`0x${a.hash}`) ^ BigInt(`0x${b.hash}`)).toString(2)].filter((bit) => bit === '1').length
    const name = (i: number) => `${String(i).padStart(4, '0')}.png`
    const order = all
      .map((each, i) => ({ each, i }))
      .sort((a, b) => b.each.original.width - a.each.original.width || a.i - b.i)
    const kept: typeof order = []
    for (const one of order) {
      const isCopy = kept.some(
        ({ each: { original, ...other } }) =>
          apart({ ...other, original }, one.each) <= 2 &&
          Math.abs(original.width / one.each.original.width - 1) < 0.02 &&
          other.colours === one.each.colours,
      )
      if (!isCopy) kept.push(one)
    }
    const { sources, copies } = await catalog(all.map((each, i) => made(name(i), [each])))
    expect(sources.map((each) => each.name)).toEqual(
      kept.sort((a, b) => (a.each.id < b.each.id ? -1 : 1)).map(({ i }) => name(i)),
    )
    expect(copies.length).toBe(1200 - kept.length)
    const smallest = (i: number) => kept.find((one) => one.i % 12 === i % 12)!.each.id
    expect(sources.map(({ group }) => group)).toEqual(kept.map(({ i }) => smallest(i)))
  })
})

it('groups are joined by chains of near neighbours, as comparing all with all does', () => {
  const groups = new NearGroups()
  const hashes = [
    'ffffffffffffffff',
    '0000000000003fff',
    '000000000000007f', // 7 bits from the one before
    '0000000000000000', // 7 bits from the one before, 14 from the one before that
    '0101010101010101', // 8 bits from the one before: one in every byte
  ]
  for (const hash of hashes) groups.add(hash)
  expect(hashes.map((_, number) => groups.groupOf(number))).toEqual([0, 1, 1, 1, 4])
  groups.join(4, 2)
  expect(hashes.map((_, number) => groups.groupOf(number))).toEqual([0, 1, 1, 1, 1])
})
