/**
 * A process that runs a bench, and may be killed at any moment: it writes each edit that it begins to a ledger, and says
 * `done` to its parent when nothing is left to do.
 */
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { openEditJudge, openSuite, runBench } from 'pentimento/bench'
import { inverter, smallBench } from './smallBench.ts'

/** What the process is to do. */
export interface BenchTask {
  /** The suite's folder. */
  readonly suite: string
  /** The bench's folder. */
  readonly folder: string
  readonly ledger: string
  /** Address of the judge. */
  readonly judge: string
  readonly concurrency: number
  /** That an edit takes. */
  readonly milliseconds: number
  /** Address of a Postgres server. Default: a database in the bench's folder. */
  readonly database?: string
}

async function work(task: BenchTask): Promise<void> {
  const suite = await openSuite(task.suite, { cache: join(task.suite, '..', 'cache') })
  const system = {
    ...inverter('inverter', async ({ language, key }) => {
      appendFileSync(task.ledger, `${language}/${key}\n`)
      await new Promise((done) => setTimeout(done, task.milliseconds))
    }),
    concurrency: task.concurrency,
  }
  const judge = openEditJudge('loopback', {
    judges: {
      loopback: { type: 'custom', baseUrl: task.judge, model: 'loopback', concurrency: task.concurrency },
    },
  })
  const { name, identity } = judge
  const workspace = await smallBench(
    task.folder,
    suite,
    [system],
    [{ name, identity, repeats: 2, pairs: false }],
    task.database === undefined ? {} : { env: { DATABASE_URL: task.database } },
  )
  process.send?.('ready')
  const { stopped } = await runBench(workspace, {
    suite,
    systems: [system],
    judges: [judge],
    signal: new AbortController().signal,
  })
  await workspace.close()
  process.send?.(stopped[0] ?? 'done')
}

process.on('message', (task: BenchTask) => {
  work(task).then(
    () => process.disconnect(),
    (error: unknown) => {
      process.send?.(String(error))
      process.disconnect()
    },
  )
})
