import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandLine } from '../../test/commandLine.ts'
import { placeDatabase } from '../../test/database.ts'
import { madePicture } from '../../test/service.ts'
import { buildStudio } from '../../test/studio.ts'
import { tsx } from '../../test/tsx.ts'
import type { Edit } from '../service/index.ts'
import { runCommandLine } from './program.ts'

const run = commandLine(runCommandLine, () => ({ ...process.env, PENTIMENTO_API_KEYS: '', DATABASE_URL: '' }))

let data: string
beforeAll(async () => {
  await buildStudio()
  data = mkdtempSync(join(tmpdir(), 'serve-'))
  await placeDatabase(join(data, 'database'))
})
afterAll(() => rmSync(data, { recursive: true }))

describe('pentimento serve refuses in one line', () => {
  it.each([
    [
      ['--host', '0.0.0.0'],
      /--host 0\.0\.0\.0: the server would be reachable from other machines; expected PENTIMENTO_API_KEYS/,
    ],
    [['--origin', 'https://edit.example'], /--origin https:\/\/edit\.example: the server would be reachable/],
    [['--no-worker'], /--no-worker: expected DATABASE_URL/],
    [['--cors', 'app.example'], /--cors.*expected an origin such as https:\/\/app\.example/],
    [['--port', '70000'], /expected a whole number from 0 to 65535/],
    [['--rate', '-1'], /expected a whole number from 0/],
  ])('%j', async (flags, why) => {
    const { code, error } = await run(['serve', '--data', data, ...flags])
    expect(code).toBe(2)
    expect(error).toMatch(why)
  })

  it('a key that is too short', async () => {
    const { code, error } = await run(['serve', '--data', data, '--port', '0'], {
      env: { PENTIMENTO_API_KEYS: 'anna=short' },
    })
    expect([code, error]).toEqual([
      2,
      expect.stringContaining('key 1: expected at least 16 characters, got 5'),
    ])
  })
})

/** A server in a process of its own. */
class Server {
  readonly #child: ChildProcess
  readonly address: string

  private constructor(child: ChildProcess, address: string) {
    this.#child = child
    this.address = address
  }

  static start(): Promise<Server> {
    const main = fileURLToPath(new URL('./main.ts', import.meta.url))
    const args = ['--import', tsx, '--conditions=source', main, 'serve', '--port', '0', '--data', data]
    const child = spawn(process.execPath, args, {
      env: { ...process.env, PENTIMENTO_API_KEYS: '', DATABASE_URL: '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    return new Promise((done, fail) => {
      let [out, error] = ['', '']
      child.stderr!.on('data', (text: Buffer) => (error += String(text)))
      child.stdout!.on('data', (text: Buffer) => {
        out += String(text)
        const address = /^(http:\S+) {2}studio/m.exec(out)?.[1]
        if (address && out.includes('Ctrl-C')) done(new Server(child, address))
      })
      child.once('exit', (code) => fail(new Error(`ended with ${code}: ${error}`)))
    })
  }

  end(signal: NodeJS.Signals): Promise<number | null> {
    return new Promise((done) => {
      this.#child.once('exit', (code) => done(code))
      this.#child.kill(signal)
    })
  }
}

async function ask<T>(address: string, path: string, init?: RequestInit): Promise<T> {
  const answer = await fetch(`${address}${path}`, init)
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}

/** The events of an edit, until one is as wanted. */
async function eventsOf(address: string, id: string, isWanted: (edit: Edit) => boolean): Promise<Edit> {
  const { body } = await fetch(`${address}/v1/edits/${id}/events`)
  let text = ''
  for await (const part of body!.pipeThrough(new TextDecoderStream())) {
    text += part
    const blocks = text.split('\n\n')
    text = blocks.pop()!
    for (const block of blocks) {
      const found = /^event: edit\ndata: (.*)$/.exec(block)?.[1]
      const edit = found && (JSON.parse(found) as Edit)
      if (edit && isWanted(edit)) return edit
    }
  }
  throw new Error('the stream has ended')
}

const isWorking = ({ state, progress }: Edit): boolean => state === 'active' && (progress?.done ?? 0) > 0

async function submit(address: string, steps: number): Promise<string> {
  const body = Uint8Array.from(await madePicture(1))
  const { id } = await ask<{ id: string }>(address, '/v1/pictures?name=a.png', { method: 'POST', body })
  const task = {
    model: 'nano',
    instruction: 'make it winter',
    picture: id,
    options: { steps, size: 64, seed: 1 },
  }
  const [edit] = await ask<Edit[]>(address, '/v1/edits', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ tasks: [task] }),
  })
  return edit!.id
}

it('an edit of a server that was killed is made by the next one, once', async () => {
  const first = await Server.start()
  const id = await submit(first.address, 16)
  await eventsOf(first.address, id, isWorking)
  await first.end('SIGKILL')

  const second = await Server.start()
  const done = await eventsOf(second.address, id, ({ state }) => state === 'done' || state === 'failed')
  expect(done).toMatchObject({ id, state: 'done', result: { width: 64, height: 48, type: 'image/png' } })
  const all = await ask<Edit[]>(second.address, '/v1/edits')
  expect(all.map((edit) => [edit.id, edit.state])).toEqual([[id, 'done']])
  const file = await fetch(`${second.address}/v1/pictures/${done.result!.id}/file`)
  expect((await file.arrayBuffer()).byteLength).toBe(done.result!.bytes)

  // Stopped in the middle of another one, with somebody watching: it goes back to the queue.
  const next = await submit(second.address, 1000)
  await eventsOf(second.address, next, isWorking)
  const watching = fetch(`${second.address}/v1/events`).then((answer) => answer.text())
  expect(await second.end('SIGTERM')).toBe(0)
  expect(await watching.catch(() => 'cut off')).not.toBe('cut off')
  const stop = new AbortController()
  let state: string | undefined
  const ended = run(['serve', '--port', '0', '--data', data], {
    signal: stop.signal,
    onOut: (text) => {
      const address = /^(http:\S+) {2}studio/m.exec(text)?.[1]
      if (address)
        void ask<Edit>(address, `/v1/edits/${next}/cancel`, { method: 'POST' }).then((edit) => {
          state = edit.state
          stop.abort()
        })
    },
  })
  expect(await ended).toMatchObject({ code: 0 })
  expect(state).toMatch(/waiting|active|cancelled/)
})
