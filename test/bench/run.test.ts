import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import {
  type BenchRun,
  type BenchWorkspace,
  type CheckReport,
  collectResults,
  openBench,
  pictureFile,
  runBench,
  type Suite,
  sourceFile,
} from 'pentimento/bench'
import { EditError } from 'pentimento/edit'
import { type Picture, readPicture } from 'pentimento/image'
import { JobError, Unworkable } from 'pentimento/jobs'
import { JudgeError } from 'pentimento/judges'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { countingJudge, inverter, smallBench, smallPicture, writeSmallSuite } from './smallBench.ts'

let folder = ''
let open: BenchWorkspace | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bench-'))
})
afterEach(async () => {
  await open?.close()
  open = undefined
  rmSync(folder, { recursive: true, force: true })
})

const signal = new AbortController().signal
const run = (workspace: BenchWorkspace, suite: Suite, more: Partial<BenchRun>) =>
  runBench(workspace, { suite, systems: [], judges: [], signal, ...more })
const judgeFacts = (name: string, repeats = 1, pairs = false) => ({
  name,
  identity: `${name} 1`,
  from: name,
  repeats,
  pairs,
})

describe('runBench', () => {
  it('makes edits, asks judges about them, and does nothing of it twice', async () => {
    const suite = await writeSmallSuite(join(folder, 'suite'))
    const [system, judge] = [inverter(), countingJudge()]
    const place = join(folder, 'bench')
    open = await smallBench(place, suite, [system], [judgeFacts('judge', 2)])
    const end = await run(open, suite, { systems: [system], judges: [judge] })
    expect(end.stopped).toEqual([])
    // Twelve SC and twelve PQ, of which six are of pictures that English and Chinese share, twice.
    expect(judge.asked.length).toBe(2 * (12 + 6))
    expect(new Set(judge.asked).size).toBe(judge.asked.length)
    expect(end.spent).toBeCloseTo(0.36)
    const results = await collectResults(open)
    expect(results.edits.length).toBe(12)
    expect(results.judgements.length).toBe(24)
    expect(results.judgements.every(({ sc, pq }) => sc !== undefined && pq !== undefined)).toBe(true)
    const [edit] = results.edits
    if (edit?.outcome !== 'picture') throw new Error('expected a picture')
    const picture = await readPicture(await pictureFile(open, edit.picture))
    expect([...picture.data]).toEqual([...smallPicture(0).data].map((level) => 255 - level))
    const source = await readPicture(await sourceFile(open, suite, { item: results.items[0]! }))
    expect([...source.data]).toEqual([...smallPicture(0).data])

    await open.close()
    open = await openBench(place, { env: {} })
    await run(open, suite, { systems: [system], judges: [judge] })
    expect(system.edits.length).toBe(12)
    expect(judge.asked.length).toBe(36)
    expect(await collectResults(open)).toEqual(results)
  })

  it('prepares questions beside those that a judge is asked, which are never more than it takes', async () => {
    const suite = await writeSmallSuite(join(folder, 'suite'))
    const [system, plain] = [inverter(), countingJudge('judge', 2)]
    const now = { prepared: 0, asked: 0 }
    const most = { ...now }
    const count = async <T>(what: keyof typeof now, work: () => Promise<T>): Promise<T> => {
      most[what] = Math.max(most[what], ++now[what])
      // Long enough for the others to begin.
      await setTimeout(5)
      try {
        return await work()
      } finally {
        now[what]--
      }
    }
    const judge: typeof plain = {
      ...plain,
      ask: (question, { whenReady, ...request }) =>
        count('prepared', () => whenReady!(() => count('asked', () => plain.ask(question, request)))),
    }
    open = await smallBench(join(folder, 'bench'), suite, [system], [judgeFacts('judge')])
    await run(open, suite, { systems: [system], judges: [judge] })
    expect([plain.asked.length, most]).toEqual([18, { prepared: 4, asked: 2 }])
  })

  it('gives a system the further pictures of an item', async () => {
    const change = { more: ['pictures/0.png', 'pictures/0.png'] }
    const suite = await writeSmallSuite(join(folder, 'suite'), { count: 1, change })
    const got: Picture[] = []
    const system = inverter('several', (_, __, more) => void got.push(...more))
    open = await smallBench(join(folder, 'bench'), suite, [system], [])
    await run(open, suite, { systems: [system] })
    expect(got).toEqual(Array.from({ length: 4 }, () => smallPicture(0)))
  })

  it('lists refusals and failures, and tries failures again only when told to', async () => {
    const suite = await writeSmallSuite(join(folder, 'suite'), { count: 3 })
    let isBroken = true
    const system = {
      ...inverter('picky'),
      async edit(...[item, picture]: Parameters<ReturnType<typeof inverter>['edit']>) {
        if (item.key === 'item-1')
          return { type: 'refused', kind: 'safety', reason: 'moderation', text: 'No.', seconds: 0.2 } as const
        if (item.key === 'item-2' && isBroken) throw new Error('the model fell over')
        return { type: 'picture', picture, seconds: 0.1 } as const
      },
    }
    open = await smallBench(join(folder, 'bench'), suite, [system])
    // What fails waits longer with each try; here the clock of retries is not waited for.
    await run(open, suite, { systems: [system] })
    const failed = await collectResults(open)
    expect(failed.edits.map((edit) => edit.outcome)).toEqual([
      'picture',
      'picture',
      'refused',
      'refused',
      'failed',
      'failed',
    ])
    expect(failed.edits[4]).toMatchObject({ reason: 'the model fell over' })
    expect(failed.edits[2]).toMatchObject({ kind: 'safety', reason: 'moderation', text: 'No.' })
    isBroken = false
    await run(open, suite, { systems: [system] })
    expect((await collectResults(open)).edits[4]?.outcome).toBe('failed')
    await run(open, suite, { systems: [system], retryFailed: true })
    expect((await collectResults(open)).edits[4]?.outcome).toBe('picture')
  }, 30_000)

  it('asks an editor whose key is wrong once, and leaves its edits to be made', async () => {
    const suite = await writeSmallSuite(join(folder, 'suite'), { count: 5 })
    const system = inverter('locked', () => {
      throw new EditError('key', 'locked: HTTP 401: the key is wrong')
    })
    open = await smallBench(join(folder, 'bench'), suite, [system])
    const end = await run(open, suite, { systems: [system] })
    expect(end.stopped).toEqual([expect.stringContaining('locked: HTTP 401: the key is wrong')])
    expect(system.edits).toHaveLength(1)
    expect((await collectResults(open)).edits.filter(({ outcome }) => outcome === 'failed')).toEqual([])
  })

  it('stops before a call that could exceed the budget, keeps all, and goes on with a larger one', async () => {
    const suite = await writeSmallSuite(join(folder, 'suite'), { count: 5 })
    const system = { ...inverter('dear'), estimate: () => 0.1 }
    const dear = {
      ...system,
      async edit(...args: Parameters<typeof system.edit>) {
        return { ...(await system.edit(...args)), usage: { cost: 0.1 } }
      },
    }
    open = await smallBench(join(folder, 'bench'), suite, [dear])
    const stopped = run(open, suite, { systems: [dear], budget: 0.35 })
    await expect(stopped).rejects.toThrow(
      'budget: $0.30 of $0.35 are spent, and the next call may cost $0.10; everything so far is kept',
    )
    await expect(stopped).rejects.toMatchObject({ code: 'budget' })
    expect(system.edits.length).toBe(3)
    const end = await run(open, suite, { systems: [dear], budget: 5 })
    expect(system.edits.length).toBe(10)
    expect(end.spent).toBeCloseTo(1)
  })

  it('refuses a system that is in the bench under another name', async () => {
    const suite = await writeSmallSuite(join(folder, 'suite'), { count: 1 })
    const [system, twin] = [inverter('first'), { ...inverter('second'), identity: 'first 1' }]
    open = await smallBench(join(folder, 'bench'), suite, [system, twin])
    await expect(run(open, suite, { systems: [system, twin] })).rejects.toMatchObject({
      code: 'system',
      message: 'first: identical to second, which is already in the bench; leave one out',
    })
  })

  it('starts later turns from what the system made of the turn before', async () => {
    const suite = await writeSmallSuite(join(folder, 'suite'), { count: 6, session: 3 })
    const system = {
      ...inverter('turning'),
      async edit(...[item, picture]: Parameters<ReturnType<typeof inverter>['edit']>) {
        if (item.key === 'item-4')
          return { type: 'refused', kind: 'no-picture', reason: 'x', text: '', seconds: 0 } as const
        const data = picture.data.map((level) => (level + 1) & 255)
        return { type: 'picture', picture: { ...picture, data }, seconds: 0.1 } as const
      },
    }
    open = await smallBench(join(folder, 'bench'), suite, [system], [], { turns: 'own' })
    await run(open, suite, { systems: [system] })
    const { edits, items } = await collectResults(open)
    const levels: Record<string, number> = {}
    for (const [i, edit] of edits.entries()) {
      if (edit.outcome !== 'picture' || items[i]?.language !== 'en') continue
      const { data } = await readPicture(await pictureFile(open, edit.picture))
      levels[items[i].key] = data[0]!
    }
    const first = (number: number): number => smallPicture(number).data[0]!
    expect(levels).toEqual({
      'item-0': first(0) + 1,
      'item-1': first(0) + 2,
      'item-2': first(0) + 3,
      'item-3': first(3) + 1,
      // A refused turn leaves the picture as it was.
      'item-5': first(3) + 2,
    })
    expect(edits[2]).toHaveProperty('input')
    expect(edits[0]).not.toHaveProperty('input')
  })

  it('compares systems in pairs, in both orders', async () => {
    const suite = await writeSmallSuite(join(folder, 'suite'), { count: 2 })
    const [a, b] = [inverter('a'), { ...inverter('b'), identity: 'b 1' }]
    const copy = {
      ...b,
      edit: async (...[, picture]: Parameters<typeof b.edit>) =>
        ({ type: 'picture', picture, seconds: 0 }) as const,
    }
    const judge = countingJudge()
    open = await smallBench(join(folder, 'bench'), suite, [a, copy], [judgeFacts('judge', 1, true)])
    await run(open, suite, { systems: [a, copy], judges: [judge] })
    const { preferences } = await collectResults(open)
    expect(preferences.map(({ item, first, second }) => `${item} ${first} ${second}`)).toEqual([
      'en/item-0 a b',
      'en/item-0 b a',
      'cn/item-0 a b',
      'cn/item-0 b a',
      'en/item-1 a b',
      'en/item-1 b a',
      'cn/item-1 a b',
      'cn/item-1 b a',
    ])
    expect(judge.asked.filter((each) => each.startsWith('pair')).length).toBe(8)
  })

  it('checks edits, and again where the tools are others', async () => {
    const suite = await writeSmallSuite(join(folder, 'suite'), {
      count: 2,
      change: { checks: [{ check: 'tone', change: 'brighter' }] },
    })
    const system = inverter()
    const report: CheckReport = {
      results: [{ check: 'tone', verdict: 'pass', seen: 'brighter' }],
      verdict: 'pass',
      preservation: { sizeKept: true },
    }
    const checked: string[] = []
    const checker = (identity: string) => ({
      identity,
      all: false,
      concurrency: 2,
      check: async ({ item }: { item: { key: string } }) => {
        checked.push(item.key)
        return report
      },
    })
    const workspace = await smallBench(join(folder, 'bench'), suite, [system])
    open = { ...workspace, facts: { ...workspace.facts, checks: { tools: 'one', all: false } } }
    await run(open, suite, { systems: [system], checker: checker('one') })
    await run(open, suite, { systems: [system], checker: checker('one') })
    expect((await collectResults(open)).checks.map(({ report: { verdict } }) => verdict)).toEqual(
      Array(4).fill('pass'),
    )
    // English and Chinese share picture and checks here.
    expect(checked.length).toBe(2)
    await run(open, suite, { checker: checker('two') })
    expect(checked.length).toBe(4)
  })

  it('stops a judge that is not there, and keeps its questions for the next run', async () => {
    const suite = await writeSmallSuite(join(folder, 'suite'), { count: 20 })
    const [system, judge] = [inverter(), countingJudge('judge', 2)]
    const away = {
      ...judge,
      ask: () => Promise.reject(new JudgeError('judge', 'http://127.0.0.1:9: connection refused')),
    }
    open = await smallBench(join(folder, 'bench'), suite, [system], [judgeFacts('judge')])
    const { stopped } = await run(open, suite, { systems: [system], judges: [away] })
    expect(stopped).toEqual([
      'judge judge: 14 failures one after another, the last: http://127.0.0.1:9: connection refused',
    ])
    expect((await run(open, suite, { judges: [judge] })).stopped).toEqual([])
    expect((await collectResults(open)).judgements.length).toBe(40)
  })

  it('tells which questions were given up, and why', async () => {
    const suite = await writeSmallSuite(join(folder, 'suite'), { count: 3 })
    const [system, judge] = [inverter(), countingJudge()]
    const picky = {
      ...judge,
      ask: (...args: Parameters<typeof judge.ask>) =>
        args[0].type === 'sc' && args[0].instruction === 'make it number 1'
          ? Promise.reject(new Unworkable('the server answers with a page'))
          : judge.ask(...args),
    }
    open = await smallBench(join(folder, 'bench'), suite, [system], [judgeFacts('judge')])
    await run(open, suite, { systems: [system], judges: [picky] })
    const { judgements, unanswered } = await collectResults(open)
    expect(unanswered).toEqual([
      {
        item: 'en/item-1',
        systems: ['inverter'],
        question: 'sc',
        judge: 'judge',
        reason: 'the server answers with a page',
      },
    ])
    expect(judgements.filter(({ sc }) => sc === undefined).map(({ item }) => item)).toEqual(['en/item-1'])
    await run(open, suite, { judges: [judge], retryFailed: true })
    expect((await collectResults(open)).unanswered).toBeUndefined()
  })

  it('stops where the disk is full, keeps all, and goes on once there is room', async () => {
    const suite = await writeSmallSuite(join(folder, 'suite'))
    const system = inverter()
    const workspace = await smallBench(join(folder, 'bench'), suite, [system])
    open = workspace
    let room = 3
    const full = {
      ...workspace,
      files: {
        get: (name: string) => workspace.files.get(name),
        has: (name: string) => workspace.files.has(name),
        delete: (name: string) => workspace.files.delete(name),
        names: () => workspace.files.names(),
        put: (bytes: Uint8Array) => {
          if (room-- > 0) return workspace.files.put(bytes)
          return Promise.reject(new JobError('disk-full', 'bench/files/ab: cannot write, the disk is full'))
        },
      },
    }
    await expect(run(full, suite, { systems: [system] })).rejects.toMatchObject({
      code: 'workspace',
      message: expect.stringContaining('the disk is full'),
    })
    const { edits } = await collectResults(open)
    expect(edits.filter(({ outcome }) => outcome === 'picture').length).toBe(3)
    // The edit that found no room is made again, no other.
    await run(open, suite, { systems: [system] })
    expect(system.edits.length).toBe(13)
  })

  it('stops when told to, and says that it can go on', async () => {
    const suite = await writeSmallSuite(join(folder, 'suite'))
    const stopping = new AbortController()
    const system = inverter('slow', (_, count) => {
      if (count === 3) stopping.abort()
    })
    open = await smallBench(join(folder, 'bench'), suite, [system])
    await expect(run(open, suite, { systems: [system], signal: stopping.signal })).rejects.toMatchObject({
      code: 'cancelled',
      message: 'stopped; finished work is kept, the same command continues it',
    })
    await run(open, suite, { systems: [system] })
    expect((await collectResults(open)).edits.every(({ outcome }) => outcome === 'picture')).toBe(true)
  })
})
