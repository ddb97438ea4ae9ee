import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { encodePicture } from '../../image/index.ts'
import { openSuite } from './openSuite.ts'
import type { SuiteFacts, SuiteItem } from './suite.ts'
import { type SuiteEntry, writeSuite } from './writeSuite.ts'

const facts: SuiteFacts = {
  name: 'small',
  version: '1',
  title: 'A small suite',
  source: 'made in a test',
  licence: 'CC0-1.0',
  kinds: ['subject-add', 'tone_transfer'],
}

const picture = async (level: number): Promise<Uint8Array> =>
  encodePicture({ width: 4, height: 3, data: new Uint8Array(36).fill(level) }, 'png')

const item = (key: string, more: Partial<SuiteItem> = {}): SuiteItem => ({
  key,
  kind: 'subject-add',
  language: 'en',
  instruction: 'add a cup',
  picture: 'a.png',
  ...more,
})

let folder: string
let options: { readonly cache: string; readonly suites: string }
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'suite-'))
  options = { cache: join(folder, 'cache'), suites: join(folder, 'suites') }
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A suite of lines as they stand, with two pictures. */
async function raw(lines: readonly (string | object)[], of: object = facts): Promise<string> {
  const suite = join(folder, 'raw')
  mkdirSync(suite, { recursive: true })
  writeFileSync(join(suite, 'suite.json'), JSON.stringify(of))
  writeFileSync(join(suite, 'a.png'), await picture(10))
  writeFileSync(join(suite, 'b.png'), await picture(20))
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)))
  writeFileSync(join(suite, 'items.jsonl'), text.join('\n'))
  return suite
}

const failure = async (lines: readonly (string | object)[], of?: object): Promise<string> => {
  const suite = await raw(lines, of)
  const error = await openSuite(suite, options).then(
    () => undefined,
    (reason: Error) => reason,
  )
  return error?.message.replaceAll(folder, '') ?? 'opened'
}

const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = []
  for await (const each of items) found.push(each)
  return found
}

describe('openSuite', () => {
  it('reads items in their order, as often as asked, and their pictures', async () => {
    const items = [
      item('1'),
      item('1', { language: 'cn', instruction: '加一个杯子' }),
      item('2', { picture: 'b.png', checks: [{ check: 'filled', region: { boxes: [[0, 0, 2, 2]] } }] }),
    ]
    const suite = await openSuite(await raw(items), options)
    expect(suite.facts).toEqual(facts)
    expect(suite.size).toBe(3)
    for (let i = 0; i < 2; i++) expect(await all(suite.items())).toEqual(items)
    expect(await suite.read('b.png')).toMatchObject({ width: 4, height: 3 })
    expect((await suite.read('b.png')).data[0]).toBe(20)
  })

  it('finds pulled suites by name, and lists what there is for another one', async () => {
    await writeSuite(join(options.suites, 'small'), facts, [
      { item: item('1'), files: [{ path: 'a.png', content: await picture(1) }] },
    ])
    expect((await openSuite('small', options)).size).toBe(1)
    await expect(openSuite('large', options)).rejects.toThrow(
      `large: no such suite; expected a suite's folder, or one of embedded, small (of ${options.suites})`,
    )
    await expect(openSuite(folder, options)).rejects.toThrow(
      "expected a suite's folder, got one without suite.json",
    )
  })

  it('takes Windows line ends, a byte order mark and empty lines', async () => {
    const suite = await raw([`\ufeff${JSON.stringify(item('1'))}\r`, '\r', `${JSON.stringify(item('2'))}\r`])
    expect((await openSuite(suite, options)).size).toBe(2)
  })

  it('has an identity that depends on facts, items and pixels, and not on the place', async () => {
    const first = await openSuite(await raw([item('1')]), options)
    expect(first.identity).toMatch(/^[0-9a-f]{64}$/)
    expect(
      (await openSuite(await raw([item('1')]), { ...options, cache: join(folder, 'c2') })).identity,
    ).toBe(first.identity)
    const others = [
      await openSuite(await raw([item('2')]), options),
      await openSuite(await raw([item('1')], { ...facts, version: '2' }), options),
    ]
    writeFileSync(join(await raw([item('1')]), 'a.png'), await picture(11))
    others.push(await openSuite(join(folder, 'raw'), options))
    expect(new Set([first, ...others].map(({ identity }) => identity)).size).toBe(4)
  })

  it('remembers the hashes of pictures, and reads one again that has changed', async () => {
    const suite = await raw([item('1')])
    const file = join(suite, 'a.png')
    utimesSync(file, 1000, 1000)
    const { identity } = await openSuite(suite, options)
    const [memory = ''] = readdirSync(join(options.cache, 'suite-hashes'))
    expect(readFileSync(join(options.cache, 'suite-hashes', memory), 'utf8')).toContain('a.png')
    // The same size and time: what is remembered counts.
    writeFileSync(file, Buffer.from(readFileSync(file)).fill(0, 60, 61))
    utimesSync(file, 1000, 1000)
    expect((await openSuite(suite, options)).identity).toBe(identity)
    utimesSync(file, 1001, 1001)
    expect((await openSuite(suite, options)).identity).not.toBe(identity)
  })

  it.each([
    ['not JSON', ['{"key":'], 'line 1: not JSON'],
    [
      'Chinese as zh',
      [item('1', { language: 'zh' as 'cn' })],
      "line 1: language: expected en or cn, got 'zh'; write cn for Chinese",
    ],
    [
      'another language',
      [item('1', { language: 'de' as 'cn' })],
      'line 1: language: expected en or cn, got "de"',
    ],
    [
      'an unknown kind',
      [item('1', { kind: 'add' })],
      "line 1: kind: expected one of subject-add, tone_transfer, got 'add'",
    ],
    ['a key twice', [item('1'), item('2'), item('1')], "line 3: key: 'en/1' stands on line 1 already"],
    [
      'a turn twice',
      [item('1', { turn: { session: 's', number: 1 } }), item('2', { turn: { session: 's', number: 1 } })],
      "line 2: turn: turn 1 of 's' stands on line 1 already",
    ],
    ['a missing picture', [item('1', { picture: 'c.png' })], 'line 1: c.png: no such picture'],
    ['a missing target', [item('1', { target: 'c.png' })], 'line 1: c.png: no such picture'],
    [
      'a path out of the folder',
      [item('1', { picture: '../a.png' })],
      "line 1: picture: expected a path below the suite's folder",
    ],
    [
      'a path of the system',
      [item('1', { picture: '/etc/passwd' })],
      "line 1: picture: expected a path below the suite's folder",
    ],
    [
      'a path of Windows',
      [item('1', { mask: 'x\\..\\..\\a' })],
      "line 1: mask: expected a path below the suite's folder",
    ],
    [
      'a field it does not know',
      [{ ...item('1'), instrution: 'x' }],
      'line 1: Unrecognized key: "instrution"',
    ],
    [
      'an empty instruction',
      [item('1', { instruction: ' ' })],
      'line 1: instruction: expected some text, got none',
    ],
    [
      'a check that is not there',
      [item('1', { checks: [{ check: 'nice' } as never] })],
      'line 1: checks.0.check: ',
    ],
    [
      'a check without its region',
      [item('1', { checks: [{ check: 'filled' } as never] })],
      'line 1: checks.0.region: expected { boxes:',
    ],
    [
      'half pixels',
      [item('1', { checks: [{ check: 'filled', region: { boxes: [[0.5, 0, 1, 1]] } }] })],
      'line 1: checks.0.region: expected { boxes:',
    ],
    ['a key that is no name', [item('a/b')], 'line 1: key: expected letters, digits'],
    ['no items', [], 'no items'],
  ])('refuses %s', async (_, lines, message) => {
    const found = await failure(lines)
    expect(found).toContain('/raw/items.jsonl: 1 problem: ')
    expect(found).toContain(message)
  })

  it('tells all problems: their number and the first ten', async () => {
    const lines = Array.from({ length: 14 }, (_, i) => item(`k${i}`, { picture: `p${i}.png` }))
    const found = await failure(lines)
    expect(found).toMatch(
      /^\/raw\/items.jsonl: 14 problems: line 1: p0.png: no such picture; .*line 10: .*; and 4 more; /,
    )
    expect(found).not.toContain('line 11:')
  })

  it('refuses facts that do not fit, and text in another encoding', async () => {
    expect(await failure([item('1')], { ...facts, kinds: [] })).toMatch(/suite.json: kinds: /)
    expect(await failure([item('1')], { ...facts, licence: undefined })).toMatch(/suite.json: licence: /)
    const suite = await raw([item('1')])
    writeFileSync(join(suite, 'items.jsonl'), Buffer.from(JSON.stringify(item('1')), 'utf16le'))
    await expect(openSuite(suite, options)).rejects.toThrow('not JSON')
    writeFileSync(join(suite, 'items.jsonl'), Buffer.from([0x22, 0xff, 0x22]))
    await expect(openSuite(suite, options)).rejects.toThrow('expected UTF-8, got another encoding')
  })

  it('tells a picture that cannot be read', async () => {
    const suite = await raw([item('1')])
    writeFileSync(join(suite, 'a.png'), 'no picture')
    const opened = await openSuite(suite, options)
    await expect(opened.read('a.png')).rejects.toMatchObject({ name: 'BenchError', code: 'suite' })
  })
})

describe('writeSuite', () => {
  it('writes what openSuite reads', async () => {
    const target = join(folder, 'written')
    const items = [item('1', { target: 'b.png' }), item('2', { turn: { session: 's', number: 1 } })]
    const files = [
      { path: 'a.png', content: await picture(1) },
      { path: 'b.png', content: { file: join(await raw([]), 'b.png') } },
    ]
    const entries: SuiteEntry[] = items.map((each) => ({ item: each, files }))
    expect(await writeSuite(target, facts, entries)).toBe(2)
    const suite = await openSuite(target, options)
    expect(suite.facts).toEqual(facts)
    expect(await all(suite.items())).toEqual(items)
    expect((await suite.read('b.png')).data[0]).toBe(20)
  })

  it('pulls one entry at a time, and takes facts that are known only at the end', async () => {
    const kinds = new Set<string>()
    let open = 0
    async function* entries(): AsyncGenerator<SuiteEntry> {
      for (let i = 0; i < 5; i++) {
        open++
        kinds.add(`kind${i % 2}`)
        yield {
          item: item(`${i}`, { kind: `kind${i % 2}`, picture: `${i}.png` }),
          files: [{ path: `${i}.png`, content: await picture(i) }],
        }
      }
    }
    const counts: number[] = []
    await writeSuite(join(folder, 'written'), () => ({ ...facts, kinds: [...kinds] }), entries(), {
      onEntry: (count) => counts.push(open - count),
    })
    expect(counts).toEqual([0, 0, 0, 0, 0])
    expect((await openSuite(join(folder, 'written'), options)).facts.kinds).toEqual(['kind0', 'kind1'])
  })

  it.each([
    ['an item twice', [item('1'), item('1')], "item 2: key: 'en/1' stands on item 1 already"],
    [
      'a wrong item',
      [item('1', { language: 'zh' as 'cn' })],
      "item 1: language: expected en or cn, got 'zh'",
    ],
    ['a picture that no entry brings', [item('1', { picture: 'x.png' })], 'item 1: x.png: no such picture'],
    ['no items', [], 'no items'],
  ])('leaves what was there for %s', async (_, items, message) => {
    const target = join(folder, 'written')
    mkdirSync(target)
    writeFileSync(join(target, 'mine'), 'x')
    const files = [{ path: 'a.png', content: await picture(1) }]
    const writing = writeSuite(
      target,
      facts,
      items.map((each) => ({ item: each, files })),
    )
    await expect(writing).rejects.toThrow(message)
    expect(readdirSync(target)).toEqual(['mine'])
    expect(readdirSync(folder)).toEqual(['written'])
  })

  it('refuses two pictures of one name, and names that lead out', async () => {
    const twice = [1, 2].map(async (level) => ({ path: 'a.png', content: await picture(level) }))
    const files = await Promise.all(twice)
    await expect(writeSuite(join(folder, 'w'), facts, [{ item: item('1'), files }])).rejects.toThrow(
      'a.png: two different files have this name',
    )
    const outside = { item: item('1'), files: [{ path: '../a.png', content: await picture(1) }] }
    await expect(writeSuite(join(folder, 'w'), facts, [outside])).rejects.toThrow(
      "../a.png: leads out of the suite's folder",
    )
    expect(readdirSync(folder)).toEqual([])
  })

  it('stops by its signal, and writes nothing', async () => {
    const signal = AbortSignal.abort()
    const files = [{ path: 'a.png', content: await picture(1) }]
    const writing = writeSuite(join(folder, 'w'), facts, [{ item: item('1'), files }], { signal })
    await expect(writing).rejects.toMatchObject({ code: 'cancelled' })
    expect(readdirSync(folder)).toEqual([])
  })
})
