import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { geditKinds, geditRows, parquet } from '../../../test/bench/publishedSuites.ts'
import { commandLine, jsonLines } from '../../../test/commandLine.ts'
import { hubCommit, openSmallHub, type SmallHub } from '../../../test/hub.ts'
import { openSuite } from '../../bench/index.ts'
import { runCommandLine } from '../program.ts'

/* `pentimento bench pull` from a hub on loopback that holds a whole GEdit-Bench of ours in three files. */

const rows = await geditRows()
const repo = {
  'README.md': new TextEncoder().encode('license: mit'),
  'default/train/0000.parquet': parquet(rows.slice(0, 500), 100),
  'default/train/0001.parquet': parquet(rows.slice(500, 900), 100),
  'default/train/0002.parquet': parquet(rows.slice(900), 100),
}

let hub: SmallHub
let folder: string
beforeEach(async () => {
  hub = await openSmallHub({ 'stepfun-ai/GEdit-Bench': repo })
  folder = mkdtempSync(join(tmpdir(), 'pull-suite-'))
})
afterEach(async () => {
  await hub.close()
  rmSync(folder, { recursive: true })
})

const suites = () => join(folder, 'suites')
const run = commandLine(runCommandLine, () => ({
  HF_ENDPOINT: hub.endpoint,
  HF_HOME: join(folder, 'hf'),
  PENTIMENTO_SUITES: suites(),
  PENTIMENTO_CACHE: join(folder, 'cache'),
}))

const asked = () => hub.asked.map(({ path }) => path).filter((path) => path.includes('/resolve/'))

describe('bench pull', () => {
  it('brings all 606 and 606 items with their kinds, says the licence, and leaves no download', async () => {
    const ended = await run(['bench', 'pull', 'gedit-bench', '--json'])
    expect(ended.error.replaceAll(/.*(MB|items|bytes|kB)\n/g, '')).toBe('')
    const [result] = jsonLines<Record<string, unknown>>(ended.out)
    expect(result).toMatchObject({
      items: 1212,
      licence: 'MIT',
      version: hubCommit,
      kinds: Object.keys(geditKinds),
    })
    expect(readdirSync(suites())).toEqual(['gedit-bench'])
    const suite = await openSuite('gedit-bench', { suites: suites(), cache: join(folder, 'cache') })
    expect(suite.identity).toBe(result!.identity)
    let chosen = 0
    for await (const { intersection } of suite.items()) chosen += intersection ? 1 : 0
    expect(chosen).toBe(rows.filter(({ Intersection_exist }) => Intersection_exist).length)
    const list = await run(['bench', 'pull'])
    expect(list.out).toMatch(/^gedit-bench +1,212 items.* MIT +installed$/m)
    expect(list.out).toMatch(/^magicbrush-dev .* on the hub$/m)
    expect(list.out).toMatch(/^hive .* by hand, --from$/m)
  })

  it('downloads only what a limit needs', async () => {
    const { out } = await run(['bench', 'pull', 'gedit-bench', '--limit', '10'])
    expect(out).toContain('10 items in 1 kinds, licence MIT')
    expect(new Set(asked())).toEqual(
      new Set([`/datasets/stepfun-ai/GEdit-Bench/resolve/${hubCommit}/default/train/0000.parquet`]),
    )
  })

  it('goes on with a download that was cancelled, and writes nothing before it is whole', async () => {
    const cancel = new AbortController()
    const first = await run(['bench', 'pull', 'gedit-bench'], {
      signal: cancel.signal,
      onError: (text) => {
        if (text.includes('0001.parquet')) cancel.abort()
      },
    })
    expect(first.code).toBe(130)
    expect(existsSync(join(suites(), 'gedit-bench'))).toBe(false)
    hub.asked.length = 0
    const second = await run(['bench', 'pull', 'gedit-bench'])
    expect(second.out).toContain('1212 items in 11 kinds')
    expect(asked().some((path) => path.endsWith('0000.parquet'))).toBe(false)
    expect(readdirSync(suites())).toEqual(['gedit-bench'])
  })

  it('refuses a suite that lacks items, and keeps the one that was there', async () => {
    await run(['bench', 'pull', 'gedit-bench', '--limit', '3'])
    await hub.close()
    hub = await openSmallHub({
      'stepfun-ai/GEdit-Bench': { 'data/train-00000.parquet': parquet(rows.slice(0, 1100), 100) },
    })
    const ended = await run(['bench', 'pull', 'gedit-bench'])
    expect(ended.code).toBe(2)
    expect(ended.error).toContain('gedit-bench: expected 606 items in en, got 550; 606 items in cn, got 550;')
    expect((await openSuite('gedit-bench', { suites: suites() })).size).toBe(3)
  })

  it('says what a repository holds instead, what is not on the hub, and what is not there at all', async () => {
    await hub.close()
    hub = await openSmallHub({ 'stepfun-ai/GEdit-Bench': { 'README.md': new Uint8Array(3) } })
    const error = async (...args: string[]) => (await run(['bench', 'pull', ...args])).error
    expect(await error('gedit-bench')).toContain('stepfun-ai/GEdit-Bench holds none of its files')
    expect(await error('magicbrush-test')).toContain(
      'magicbrush-test: it is not on the hub; its authors give the archive',
    )
    expect(await error('hq-edit')).toContain('UCSC-VLAA/HQ-Edit: not found')
    expect(await error('nope')).toContain('nope: no such published suite; expected one of gedit-bench,')
    expect(await error('ice-bench')).toContain('ICE-Bench was not public')
    expect(await error('gedit-bench', '--limit', '0')).toContain('expected a whole number from 1')
  })
})
