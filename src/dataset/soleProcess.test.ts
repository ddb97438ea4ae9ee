import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestPairs, type TestPairs } from '../../test/dataset/openPairs.ts'
import { SoleProcess } from './soleProcess.ts'

let store: TestPairs
beforeAll(async () => {
  store = await openTestPairs()
})
afterAll(() => store.remove())

it('has a role until it leaves; who comes second is told who has it', async () => {
  const { jobs } = store
  const first = await SoleProcess.take(jobs, 'reviewing')
  await expect(SoleProcess.take(jobs, 'reviewing')).rejects.toThrow(
    new RegExp(`the process \\S+:${process.pid} already serves the review of this dataset; use its links`),
  )
  const run = await SoleProcess.take(jobs, 'coordinator')
  await first.leave()
  const second = await SoleProcess.take(jobs, 'reviewing')
  // That the first leaves once more takes nothing away.
  await first.leave()
  await expect(SoleProcess.take(jobs, 'reviewing')).rejects.toThrow('already')
  await Promise.all([second.leave(), run.leave()])
})

it('is told when another has taken over, because it did not show itself', async () => {
  const { sql } = store.jobs
  const first = await SoleProcess.take(store.jobs, 'reviewing', { deadAfter: 0.4 })
  await sql.query(
    `UPDATE ${sql.schema}.facts SET content = json_build_object('id', 'x', 'who', 'heron:7',
       'at', extract(epoch FROM clock_timestamp()) + 60) WHERE name = 'reviewing'`,
  )
  await expect(first.lost).rejects.toThrow('the process heron:7 already serves the review')
  await first.leave()
  await expect(SoleProcess.take(store.jobs, 'reviewing')).rejects.toThrow('heron:7')
})
