import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { placeDatabase } from '../../../test/database.ts'
import { hasPostgres, startPostgres } from '../../../test/postgres.ts'
import { type JobStore, openJobStore } from '../../jobs/index.ts'
import { openPairStore } from '../tables/index.ts'
import { Ledger } from './ledger.ts'

const ends: (() => void | Promise<void>)[] = []
afterAll(async () => {
  for (const end of ends.reverse()) await end()
})

async function prepared(jobs: JobStore): Promise<JobStore> {
  ends.push(() => jobs.close())
  await openPairStore(jobs)
  return jobs
}

/** Two ledgers as two processes have them: over a database each where a server is there. */
async function twoProcesses(): Promise<readonly [JobStore, JobStore]> {
  if (hasPostgres()) {
    const server = startPostgres()
    ends.push(() => server.remove())
    return [
      await prepared(await openJobStore({ url: server.url })),
      await prepared(await openJobStore({ url: server.url })),
    ]
  }
  const folder = mkdtempSync(join(tmpdir(), 'ledger-'))
  ends.push(() => rmSync(folder, { recursive: true }))
  await placeDatabase(join(folder, 'database'))
  const jobs = await prepared(await openJobStore({ folder: join(folder, 'database') }))
  return [jobs, jobs]
}

it('one budget holds over all processes, however many calls are in flight', async () => {
  const [one, other] = await twoProcesses()
  const ledgers = [await Ledger.open({ jobs: one }), await Ledger.open({ jobs: other })]
  await ledgers[0]!.limit({ most: 1, allowUnknown: false })
  let [paid, inFlight, most] = [0, 0, 0]
  const call = async (): Promise<number> => {
    most = Math.max(most, ++inFlight)
    await new Promise((done) => setTimeout(done, 5))
    inFlight--
    paid += 0.09
    return 0.09
  }
  // Estimated at 0.1 each: of thirty calls eleven fit, as each costs less than was reserved.
  const calls = Array.from({ length: 30 }, (_, i) =>
    ledgers[i % 2]!.spend('judge', 0.1, call, (cost) => cost).then(
      () => 'made',
      (error: Error) => error.message,
    ),
  )
  const ended = await Promise.all(calls)
  expect(ended.filter((each) => each === 'made').length).toBe(11)
  expect(most).toBeGreaterThan(1)
  expect(await ledgers[1]!.spent()).toBeCloseTo(paid, 6)
  expect(paid).toBeLessThanOrEqual(1)
  expect(new Set(ended.filter((each) => each !== 'made'))).toEqual(
    new Set([
      'budget: $0.99 of $1.00 are spent, and the next call may cost $0.10; everything so far is kept; run it again with a larger --budget to continue',
    ]),
  )

  await expect(ledgers[0]!.spend('secret', undefined, call, () => 0)).rejects.toThrow('the price of secret')
  await ledgers[1]!.limit({ allowUnknown: false })
  expect(await ledgers[0]!.spend('judge', 5, call, () => undefined)).toBe(0.09)
  expect(await ledgers[0]!.spent()).toBeCloseTo(5.99, 6)

  // What a process that died had reserved counts as spent, once it is taken for dead.
  const { sql } = one
  await sql.query(
    `INSERT INTO ${sql.schema}.reservations (id, ledger, amount, until)
     VALUES (gen_random_uuid(), 'judgements', 2, clock_timestamp() - interval '1 second')`,
  )
  await ledgers[0]!.spend('judge', 0, call, () => 0)
  expect(await ledgers[1]!.spent()).toBeCloseTo(7.99, 6)
})
