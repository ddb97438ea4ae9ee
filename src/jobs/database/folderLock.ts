/**
 * One process at a time in a folder. The file `lock` in it names the process; whoever finds one of a process that is
 * dead takes it over. A process id alone does not tell: the system gives it out again, so the time at which the
 * process started stands beside it.
 */

import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { JobError } from '../error.ts'

interface Owner {
  readonly host: string
  readonly pid: number
  /** When the process started, in the words of the system; empty where it does not say. */
  readonly started: string
}

/** Locks a folder for this process, and gives what unlocks it. */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const file = join(folder, 'lock')
  const me = JSON.stringify({
    host: hostname(),
    pid: process.pid,
    started: await startOf(process.pid),
  } satisfies Owner)
  // Written whole under a name of its own first, so that nobody ever reads a lock that is half written.
  const mine = join(folder, `lock.${randomUUID()}`)
  await writeFile(mine, me)
  try {
    for (let tries = 0; tries < 100; tries++) {
      if (await linked(mine, file)) return () => unlock(file, me)
      const held = await readFile(file, 'utf8').catch(() => undefined)
      if (held === undefined) continue
      if (await isAlive(held)) throw refuse(folder, file, held)
      await removeStale(file, held)
    }
    throw new JobError('locked', `${file}: the lock changes hands too quickly, delete it if no process runs`)
  } finally {
    await rm(mine, { force: true })
  }
}

async function unlock(file: string, me: string): Promise<void> {
  const held = await readFile(file, 'utf8').catch(() => undefined)
  if (held === me) await rm(file, { force: true })
}

/**
 * Removes a lock of a dead process. Two may find the same one: each moves what lies there to a name of its own, and
 * who finds that it was not the stale one, but the other's new lock, puts it back.
 */
async function removeStale(file: string, stale: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`
  try {
    if ((await readFile(file, 'utf8')) !== stale) return
    await rename(file, aside)
  } catch {
    return
  }
  if ((await readFile(aside, 'utf8')) !== stale) await linked(aside, file)
  await rm(aside, { force: true })
}

/** Gives a file a second name, unless that is taken. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error
  }
  // File systems without links: the content follows a moment after the name.
  try {
    await writeFile(to, await readFile(from), { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Whether the process that a lock names lives. Of other hosts nobody knows, so theirs count as alive. */
async function isAlive(held: string): Promise<boolean> {
  const owner = parse(held)
  if (owner === undefined) return false
  if (owner.host !== hostname()) return true
  try {
    process.kill(owner.pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  return owner.started === (await startOf(owner.pid))
}

function parse(held: string): Owner | undefined {
  try {
    const owner = JSON.parse(held) as Owner
    return typeof owner.host === 'string' && Number.isInteger(owner.pid) ? owner : undefined
  } catch {
    return undefined
  }
}

/** When a process started: since boot, with the boot's id, on Linux; by `ps` elsewhere; empty where neither says. */
async function startOf(pid: number): Promise<string> {
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8')
    const status = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may hold spaces; the start is the 20th field behind it.
    return `${boot.trim()} ${status.slice(status.lastIndexOf(')') + 2).split(' ')[19]}`
  } catch {
    return promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]).then(
      ({ stdout }) => stdout.trim(),
      () => '',
    )
  }
}

function refuse(folder: string, file: string, held: string): JobError {
  const owner = parse(held)
  const here = owner?.host === hostname()
  const who = `process ${owner?.pid}${here ? '' : ` on ${JSON.stringify(owner?.host)}`}`
  const advice = here
    ? 'wait until it has ended, or use a Postgres server for several processes'
    : `delete '${file}' if it has ended`
  return new JobError('locked', `${folder}: expected no other process in this folder, got ${who}, ${advice}`)
}
