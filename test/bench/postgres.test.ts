/** One bench on a Postgres server, in several processes at once. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { collectResults, openBench } from 'pentimento/bench'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasPostgres, startPostgres, type TestPostgres } from '../postgres.ts'
import { startJudgeServer } from './judgeServer.ts'
import { writeSmallSuite } from './smallBench.ts'
import { type BenchProcess, startBench } from './startBench.ts'
import type { BenchTask } from './worker.ts'

describe.runIf(hasPostgres())('a bench of several processes', () => {
  let folder = ''
  let postgres: TestPostgres
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'bench-postgres-'))
    postgres = startPostgres()
  })
  afterAll(() => {
    postgres.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  it('makes each edit and asks each question once, within one limit for all', async () => {
    const suite = join(folder, 'suite')
    await writeSmallSuite(suite, { count: 30 })
    const judge = await startJudgeServer(20)
    const task: BenchTask = {
      suite,
      folder: join(folder, 'bench'),
      ledger: join(folder, 'ledger'),
      judge: judge.url,
      concurrency: 4,
      milliseconds: 20,
      database: postgres.url,
    }
    const first = startBench(task)
    // Who comes second finds the bench as the first has made it.
    await first.ready
    const processes: readonly BenchProcess[] = [first, startBench(task)]
    expect(await Promise.all(processes.map(({ ended }) => ended))).toEqual(['done', 'done'])
    await judge.close()

    const made = readFileSync(task.ledger, 'utf8').trimEnd().split('\n')
    expect([made.length, new Set(made).size]).toEqual([60, 60])
    expect([judge.total, judge.asked.size]).toEqual([180, 180])
    expect(judge.most).toBeLessThanOrEqual(task.concurrency)

    const workspace = await openBench(task.folder, { env: { DATABASE_URL: postgres.url } })
    const { edits, judgements } = await collectResults(workspace)
    await workspace.close()
    expect(edits.every(({ outcome }) => outcome === 'picture')).toBe(true)
    expect(judgements.filter(({ sc, pq }) => sc !== undefined && pq !== undefined)).toHaveLength(120)
  })
})
