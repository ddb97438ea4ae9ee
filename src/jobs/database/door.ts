/**
 * A way into the embedded database for other processes while one has it open: that one answers statements on a local
 * socket, each in a transaction that may only read. The socket lies in a folder that only its user may enter (its path
 * may be no longer than about 100 bytes, so it is not in the workspace); the file `door` beside the database names it.
 */
import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { JobError } from '../error.ts'
import type { Database, Session } from './database.ts'

interface Question {
  readonly number: number
  readonly sql: string
  readonly values: readonly unknown[]
}

type Answer =
  | { readonly number: number; readonly rows: unknown[] }
  | { readonly number: number; readonly error: string }

/** Answers requests through a folder's socket until closed. @param read runs a statement that may only read */
export async function openDoor(
  folder: string,
  read: (sql: string, values: readonly unknown[]) => Promise<unknown[]>,
): Promise<() => Promise<void>> {
  await removeOld(folder)
  const windows = process.platform === 'win32'
  const place = windows ? undefined : await mkdtemp(join(tmpdir(), 'pentimento-'))
  const path = place === undefined ? `\\\\.\\pipe\\pentimento-${randomUUID()}` : join(place, 'door')
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    lines(socket, (line) => {
      const { number, sql, values } = JSON.parse(line) as Question
      read(sql, values)
        .then(
          (rows): Answer => ({ number, rows }),
          (error: unknown): Answer => ({ number, error: (error as Error).message }),
        )
        .then((answer) => socket.destroyed || socket.write(`${JSON.stringify(answer)}\n`))
        .catch(() => socket.destroy())
    })
  })
  await new Promise<void>((done, fail) => {
    server.once('error', fail)
    server.listen(path, done)
  })
  // It does not keep the process alive.
  server.unref()
  await writeFile(join(folder, 'door'), path)
  return async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((done) => server.close(done))
    await rm(join(folder, 'door'), { force: true })
    if (place !== undefined) await rm(place, { recursive: true, force: true })
  }
}

/** Deletes what a killed process has left. The folder must be locked. */
async function removeOld(folder: string): Promise<void> {
  const path = await readFile(join(folder, 'door'), 'utf8').catch(() => '')
  const place = dirname(path)
  if (/^pentimento-\w{6}$/.test(basename(place)) && basename(path) === 'door')
    await rm(place, { recursive: true, force: true })
}

/** The database of a folder through the socket of the process that has it open; undefined if nothing answers. */
export async function enterDoor(folder: string): Promise<Database | undefined> {
  const path = await readFile(join(folder, 'door'), 'utf8').catch(() => undefined)
  const socket = path === undefined ? undefined : await reached(path)
  if (socket === undefined) return undefined
  const waiting = new Map<number, { done(rows: unknown[]): void; fail(error: Error): void }>()
  let asked = 0
  lines(socket, (line) => {
    const answer = JSON.parse(line) as Answer
    const who = waiting.get(answer.number)
    waiting.delete(answer.number)
    if ('rows' in answer) who?.done(answer.rows)
    else who?.fail(new JobError('database', `${dirname(folder)}: ${answer.error}`))
  })
  socket.on('error', () => socket.destroy())
  socket.once('close', () => {
    const gone = `${folder}: the process that had it open has ended, try again`
    for (const { fail } of waiting.values()) fail(new JobError('database', gone))
    waiting.clear()
  })
  const session: Session = {
    query: <Row>(sql: string, values: readonly unknown[] = []) =>
      new Promise<Row[]>((done, fail) => {
        if (socket.destroyed) {
          fail(new JobError('database', `${folder}: the process that had it open has ended, try again`))
          return
        }
        const number = ++asked
        waiting.set(number, { done: (rows) => done(rows as Row[]), fail })
        const question: Question = { number, sql, values }
        socket.write(`${JSON.stringify(question)}\n`)
      }),
  }
  const refuse = (): Promise<never> =>
    Promise.reject(
      new JobError(
        'locked',
        `${folder}: another process uses this folder and only reading is possible, wait until it has ended`,
      ),
    )
  return {
    ...session,
    script: refuse,
    transaction: refuse,
    alone: refuse,
    close: async () => void socket.destroy(),
  }
}

function reached(path: string): Promise<Socket | undefined> {
  return new Promise((done) => {
    const socket = connect(path)
    socket.once('connect', () => done(socket))
    socket.once('error', () => done(undefined))
  })
}

function lines(socket: Socket, each: (line: string) => void): void {
  const reader = createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY })
  reader.on('line', (line) => {
    try {
      each(line)
    } catch {
      socket.destroy()
    }
  })
  reader.on('error', () => socket.destroy())
}
