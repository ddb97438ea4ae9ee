import { randomUUID } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { fileError } from './error.ts'
import { makeFolder, partPath } from './place.ts'

/** A lock that this process holds until it is released, or the process ends. */
export interface FileLock {
  readonly path: string
  /** Gives the lock back. Does nothing the second time. */
  release(): Promise<void>
}

/** The process that holds a lock. */
export interface LockHolder {
  readonly pid: number
  readonly host: string
}

/** Milliseconds between two signs of life, and after how many without one a lock is stale where the process cannot be seen. */
const beat = 10_000
const silence = 600_000

/** What a lock file says. */
interface LockRecord extends LockHolder {
  /** Process ids mean something within this namespace of the host. */
  readonly namespace: string
  /** When the process started, in the system's own count: another process may get the same id later. */
  readonly started: string | undefined
  readonly token: string
}

/**
 * Takes the lock file at `path`, or tells who holds it. A lock dies with its process: one whose process has ended is
 * taken over; on another machine or in another container, where that cannot be seen, one without a sign of life for ten
 * minutes is. @throws FileError when the file cannot be written
 */
export async function tryLock(
  path: string,
): Promise<{ readonly lock: FileLock } | { readonly holder: LockHolder }> {
  await makeFolder(dirname(path))
  const record: LockRecord = {
    pid: process.pid,
    host: hostname(),
    namespace: namespaceOfProcesses(),
    started: startOf(process.pid),
    token: randomUUID(),
  }
  const text = JSON.stringify(record)
  for (;;) {
    try {
      await writeFile(path, text, { flag: 'wx' })
      return { lock: new HeldLock(path, text) }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw fileError(path, 'write it', error)
    }
    const found = await readLock(path)
    if (found === undefined) continue
    if (isHeld(found)) return { holder: found.record ?? { pid: 0, host: 'unknown' } }
    await removeStale(path, found.text)
  }
}

class HeldLock implements FileLock {
  readonly path: string
  readonly #text: string
  readonly #timer: NodeJS.Timeout
  #held = true

  constructor(path: string, text: string) {
    this.path = path
    this.#text = text
    this.#timer = setInterval(() => {
      const now = new Date()
      utimes(path, now, now).catch(() => undefined)
    }, beat)
    this.#timer.unref()
  }

  async release(): Promise<void> {
    if (!this.#held) return
    this.#held = false
    clearInterval(this.#timer)
    const found = await readLock(this.path)
    if (found?.text === this.#text) await rm(this.path, { force: true })
  }
}

interface FoundLock {
  readonly text: string
  /** Undefined while it is being written, or when it is damaged. */
  readonly record: LockRecord | undefined
  /** Milliseconds since its last sign of life. */
  readonly age: number
}

async function readLock(path: string): Promise<FoundLock | undefined> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)])
    return { text, record: parsed(text), age: Date.now() - mtimeMs }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw fileError(path, 'read it', error)
  }
}

function parsed(text: string): LockRecord | undefined {
  try {
    const record = JSON.parse(text) as LockRecord
    return Number.isSafeInteger(record.pid) && typeof record.host === 'string' ? record : undefined
  } catch {
    return undefined
  }
}

function isHeld({ record, age }: FoundLock): boolean {
  if (!record) return age < beat
  if (record.host !== hostname() || record.namespace !== namespaceOfProcesses()) return age < silence
  if (!isAlive(record.pid)) return false
  const started = startOf(record.pid)
  return started === undefined || record.started === undefined ? age < silence : started === record.started
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Field 22 of /proc/<pid>/stat; the second field, the name in parentheses, may hold anything. */
function startOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}

function namespaceOfProcesses(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return ''
  }
}

/** Removes a stale lock, and only that one: another process may have replaced it by now. */
async function removeStale(path: string, text: string): Promise<void> {
  const aside = partPath(path)
  try {
    await rename(path, aside)
  } catch {
    return
  }
  const moved = await readFile(aside, 'utf8').catch(() => text)
  if (moved !== text) await link(aside, path).catch(() => undefined)
  await rm(aside, { force: true })
}
