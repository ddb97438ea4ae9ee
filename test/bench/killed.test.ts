import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { collectResults, openBench, runBench } from 'pentimento/bench'
import { JudgeError } from 'pentimento/judges'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type JudgeServer, startJudgeServer } from './judgeServer.ts'
import { countingJudge, inverter, smallBench, smallPicture, writeSmallSuite } from './smallBench.ts'
import { startBench } from './startBench.ts'
import type { BenchTask } from './worker.ts'

let folder = ''
let server: JudgeServer
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bench-killed-'))
  server = await startJudgeServer(20)
})
afterEach(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Kills a process once something has happened, or lets it end. */
async function killWhen(task: BenchTask, hasHappened: () => boolean): Promise<void> {
  const { child, ended } = startBench(task)
  let isOver = false
  const over = ended.then(() => {
    isOver = true
  })
  while (!isOver && !hasHappened()) await new Promise((done) => setTimeout(done, 2))
  child.kill('SIGKILL')
  await over
}

const linesOf = (file: string): readonly string[] =>
  existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : []

describe('a bench whose process is killed', () => {
  it('makes no edit and asks no question again but those in flight at the kill', async () => {
    const suite = join(folder, 'suite')
    await writeSmallSuite(suite, { count: 20 })
    const ledger = join(folder, 'ledger')
    const task: BenchTask = {
      suite,
      folder: join(folder, 'bench'),
      ledger,
      judge: server.url,
      concurrency: 4,
      milliseconds: 10,
    }
    await killWhen(task, () => linesOf(ledger).length >= 15)
    const edits = linesOf(ledger).length
    expect(edits).toBeLessThan(40)
    await killWhen(task, () => server.total >= 40)
    expect(server.total).toBeLessThan(120)
    expect(await startBench(task).ended).toBe('done')

    const made = linesOf(ledger)
    expect(new Set(made).size).toBe(40)
    expect(made.length - 40).toBeLessThanOrEqual(task.concurrency)
    // 40 SC and 20 PQ (English and Chinese share their pictures here), twice.
    expect(server.asked.size).toBe(120)
    expect(server.total - 120).toBeLessThanOrEqual(task.concurrency)
    expect(Math.max(...server.asked.values())).toBeLessThanOrEqual(2)

    const workspace = await openBench(task.folder, { env: {} })
    const { edits: results, judgements } = await collectResults(workspace)
    await workspace.close()
    expect(results.map(({ outcome }) => outcome)).toEqual(Array(40).fill('picture'))
    expect(judgements.length).toBe(80)
    expect(judgements.every(({ sc, pq }) => sc !== undefined && pq !== undefined)).toBe(true)
    // What killed processes have left is cleared away.
    expect(readdirSync(join(task.folder, 'journal'))).toEqual([])
  }, 300_000)

  it('does not ask again what was answered and is not in the database yet', async () => {
    const suite = await writeSmallSuite(join(folder, 'suite'), { count: 1 })
    const [system, judge] = [inverter(), countingJudge()]
    const place = join(folder, 'bench')
    const facts = { name: 'judge', identity: 'judge 1', repeats: 1, pairs: false }
    const workspace = await smallBench(place, suite, [system], [facts])
    const signal = new AbortController().signal
    try {
      // The edit is made and the questions wait, as they would behind a kill.
      const journal = join(place, 'journal')
      const call = await judge.ask(
        { type: 'pq', edited: smallPicture(0), sourceSize: { width: 8, height: 8 } },
        { repeat: 0, signal },
      )
      const away = { ...judge, ask: () => Promise.reject(new JudgeError('judge-unusable', 'no key')) }
      const { stopped } = await runBench(workspace, { suite, systems: [system], judges: [away], signal })
      expect(stopped).toEqual(['judge judge: no key'])
      const asked = judge.asked.length
      const keys: string[] = []
      for await (const { key } of workspace.jobs.rows('judge judge')) keys.push(key)
      mkdirSync(journal, { recursive: true })
      const lines = keys.map((key) => `${JSON.stringify([key, { ...call, scores: [7, 9] }])}\n`)
      // The last line was being written.
      writeFileSync(join(journal, '1-killed.jsonl'), `${lines.join('')}["half`)
      const end = await runBench(workspace, { suite, systems: [system], judges: [judge], signal })
      expect(judge.asked.length).toBe(asked)
      expect(end.spent).toBeCloseTo(0.01 * keys.length)
      const { judgements } = await collectResults(workspace)
      expect(judgements.map(({ sc, pq }) => [sc, pq])).toEqual([
        [7, 7],
        [7, 7],
      ])
    } finally {
      await workspace.close()
    }
  }, 60_000)
})
