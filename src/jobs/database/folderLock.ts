/**
 * One process at a time in a folder. The files `lock.1`, `lock.2`, … in it name processes, and the one with the highest
 * number holds the folder. Who finds that the holder is dead, or has left, makes the next number, which only one can.
 * The highest is never deleted, only marked as free, so that one who was slow and made a number that others have left
 * behind sees that it is not the highest.
 *
 * A process id alone does not tell whether a process lives: the system gives it out again, so the time at which the
 * process started stands beside it.
 */
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { link, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { JobError } from '../error.ts'

interface Owner {
  readonly host: string
  /** 0 in a lock that is free. */
  readonly pid: number
  /** When the process started, as the system reports it; empty if unknown. */
  readonly started: string
}

/** An empty lock is being written, on file systems without links, or is broken if it is older. */
const longestWrite = 5000

/** Locks a folder for this process and returns the function that unlocks it. */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const me: Owner = { host: hostname(), pid: process.pid, started: await startOf(process.pid) }
  // Written completely under a separate name first, so that nobody reads a half-written lock.
  const mine = join(folder, `lock.${randomUUID()}`)
  await writeFile(mine, JSON.stringify(me))
  try {
    for (;;) {
      const highest = await highestNumber(folder)
      if (highest > 0) await refuseHeld(folder, lockFile(folder, highest))
      const number = highest + 1
      // Written now, because the disk may be full when it is needed.
      await writeFile(freeFile(folder, number), JSON.stringify({ ...me, pid: 0 }))
      if (!(await linked(mine, lockFile(folder, number)))) continue
      if ((await highestNumber(folder)) === number) {
        await removeBelow(folder, number)
        return () => unlock(folder, number)
      }
      await rm(lockFile(folder, number), { force: true })
    }
  } finally {
    await rm(mine, { force: true })
  }
}

async function unlock(folder: string, number: number): Promise<void> {
  const free = freeFile(folder, number)
  if ((await highestNumber(folder)) === number) await rename(free, lockFile(folder, number))
  else await rm(free, { force: true })
}

function lockFile(folder: string, number: number): string {
  return join(folder, `lock.${number}`)
}

/** Replaces a lock that is no longer held. */
function freeFile(folder: string, number: number): string {
  return `${lockFile(folder, number)}.free`
}

async function numbers(folder: string): Promise<number[]> {
  const names = await readdir(folder)
  return names.flatMap((name) => (/^lock\.\d{1,15}$/.test(name) ? [Number(name.slice(5))] : []))
}

async function highestNumber(folder: string): Promise<number> {
  return Math.max(0, ...(await numbers(folder)))
}

async function removeBelow(folder: string, number: number): Promise<void> {
  for (const each of await numbers(folder)) {
    if (each >= number) continue
    await rm(lockFile(folder, each), { force: true })
    await rm(freeFile(folder, each), { force: true })
  }
}

/** Gives a file a second name, unless that name is taken. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error
  }
  // File systems without links: the content is written shortly after the name.
  try {
    await writeFile(to, await readFile(from), { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Refuses a lock whose process is alive, or may be: on other hosts this is unknown. */
async function refuseHeld(folder: string, file: string): Promise<void> {
  const owner = await ownerOf(file)
  if (owner === undefined || owner.pid === 0) return
  const here = owner.host === hostname()
  if (here && !(await isAlive(owner))) return
  const who = `process ${owner.pid}${here ? '' : ` on ${JSON.stringify(owner.host)}`}`
  const advice = here
    ? 'wait until it has ended, or use a Postgres server for several processes'
    : `delete '${file}' if it has ended`
  throw new JobError('locked', `${folder}: expected no other process in this folder, got ${who}, ${advice}`)
}

/** The holder of a lock; undefined if the lock is gone or broken. */
async function ownerOf(file: string): Promise<Owner | undefined> {
  for (;;) {
    let written: number
    try {
      const owner = JSON.parse(await readFile(file, 'utf8')) as Owner
      return typeof owner.host === 'string' && Number.isInteger(owner.pid) ? owner : undefined
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      written = (await stat(file).catch(() => undefined))?.mtimeMs ?? 0
    }
    if (Date.now() - written > longestWrite) return undefined
    await new Promise((done) => setTimeout(done, 100))
  }
}

async function isAlive({ pid, started }: Owner): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  return started === (await startOf(pid))
}

/**
 * When a process started: since boot, with the boot's id, on Linux; by `ps` elsewhere; empty if neither is available.
 */
async function startOf(pid: number): Promise<string> {
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8')
    const status = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may contain spaces; the start time is the 20th field after it.
    return `${boot.trim()} ${status.slice(status.lastIndexOf(')') + 2).split(' ')[19]}`
  } catch {
    return promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]).then(
      ({ stdout }) => stdout.trim(),
      () => '',
    )
  }
}
