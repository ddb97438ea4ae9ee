import type { JobStore, Unit } from './store.ts'

/**
 * Adds units to a queue that is to do these and no others: units of earlier plans that still wait are put aside
 * (cancelled), and those put aside that are wanted again wait again.
 * @returns how many units that are not wanted are dead or put aside
 */
export async function wantUnits(
  jobs: JobStore,
  queue: string,
  units: Iterable<Unit> | AsyncIterable<Unit>,
  checkStopped: () => void,
): Promise<number> {
  const wanted = new Set<string>()
  let page: Unit[] = []
  const flush = async (): Promise<void> => {
    checkStopped()
    if (page.length > 0) await jobs.add(page)
    page = []
  }
  for await (const unit of units) {
    wanted.add(unit.key)
    page.push(unit)
    if (page.length >= 1000) await flush()
  }
  await flush()
  const old: string[] = []
  for await (const { key } of jobs.rows(queue, { state: 'waiting' })) if (!wanted.has(key)) old.push(key)
  if (old.length > 0) await jobs.cancel(queue, old)
  const again: string[] = []
  let others = 0
  for await (const { key } of jobs.rows(queue, { state: 'cancelled' }))
    if (wanted.has(key)) again.push(key)
    else others++
  for await (const { key } of jobs.rows(queue, { state: 'dead' })) if (!wanted.has(key)) others++
  if (again.length > 0) await jobs.retry(queue, { state: 'cancelled', keys: again })
  return others
}
