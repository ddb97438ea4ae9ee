import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { ToolHost } from './host.ts'
import { Rejection } from './rejection.ts'

const entry = new URL('./faulty.contract.ts', import.meta.url)
const limits = { timeLimitSeconds: 60 }

let host: ToolHost
beforeEach(() => {
  host = new ToolHost({ entry, args: [] })
})
afterEach(() => host.close())

const call = (method: string, ...args: unknown[]): Promise<unknown> =>
  host.call('faulty', method, args, limits)
const count = async (): Promise<{ calls: number; pid: number }> =>
  (await call('count')) as { calls: number; pid: number }

/** False for what is gone, and for what is dead but not yet buried by its parent. */
function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

async function untilGone(pid: number): Promise<void> {
  while (isRunning(pid)) await sleep(50)
}

describe('ToolHost', () => {
  it('hands pictures and numbers over to the bit, and keeps its process', async () => {
    const sent = [
      { width: 2, height: 1, data: Uint8Array.of(1, 2, 3, 4, 5, 255) },
      Float32Array.of(0.1, -0, Number.NaN),
      { nested: ['文字', undefined, null, 0.1] },
    ]
    expect(await call('echo', ...sent)).toEqual(sent)
    const first = await count()
    expect(await count()).toEqual({ calls: first.calls + 1, pid: first.pid })
  })

  it('ends a tool that hangs, waiting or spinning, and starts another process', async () => {
    const before = await count()
    for (const method of ['wait', 'spin']) {
      const hanging = host.call('faulty', method, [], { timeLimitSeconds: 0.5 })
      await expect(hanging).rejects.toMatchObject({ name: 'ToolError', code: 'tool-failed' })
      await expect(hanging).rejects.toThrow(
        `faulty.${method}: no answer after 0.5 s, so its process was stopped; leave the picture out, or raise`,
      )
      await untilGone(before.pid)
      expect((await count()).pid).not.toBe(before.pid)
    }
  })

  it.each([
    ['exit', /^faulty: its process ended with code 7; the next call starts a new one$/],
    ['abort', /^faulty: its process was ended by SIGABRT/],
    ['throwLater', /^faulty: its process ended with code 1: .*thrown where nobody waits/],
  ])('says how a tool died that calls %s, and goes on', async (method, message) => {
    const dying = call(method)
    await expect(dying).rejects.toMatchObject({ code: 'tool-failed' })
    await expect(dying).rejects.toThrow(message)
    expect((await count()).calls).toBe(1)
  })

  it('passes on what a tool says, in one line, and rejections as they are', async () => {
    await expect(call('nothing')).rejects.toThrow(/^faulty: no method; called nothing$/)
    const rejection = await call('reject').catch((error: unknown) => error)
    expect(rejection).toBeInstanceOf(Rejection)
    expect(rejection).toMatchObject({ reason: 'no-subject', values: { coverage: 0.01 } })
  })

  it('runs as many calls at a time as it has processes', async () => {
    const pair = new ToolHost({ entry, args: [], processes: 2 })
    const pids = await Promise.all(
      [1, 2, 3, 4].map(async () => (await pair.call('faulty', 'count', [], limits)) as { pid: number }),
    )
    expect(new Set(pids.map(({ pid }) => pid)).size).toBe(2)
    await pair.close()
  })

  it('says in one line when the process cannot even start', async () => {
    const lost = new ToolHost({ entry: new URL('./nowhere.ts', import.meta.url), args: [] })
    await expect(lost.call('faulty', 'count', [], limits)).rejects.toThrow(
      /^faulty: its process ended with code 1: .*[\\/]nowhere\.ts/,
    )
    await lost.close()
  })

  it('ends its processes when it is closed, whatever they do, and takes no more calls', async () => {
    const { pid } = await count()
    const hanging = call('spin')
    const queued = expect(count()).rejects.toMatchObject({ code: 'cancelled' })
    const waiting = expect(hanging).rejects.toMatchObject({ code: 'cancelled' })
    await host.close()
    await Promise.all([waiting, queued])
    expect(isRunning(pid)).toBe(false)
    await expect(count()).rejects.toThrow('the tools were closed')
  })
})

describe('the process of the tools', () => {
  const tsx = ['--conditions=source', '--import', 'tsx']

  // The parent is a process in between, which is killed so that it can clear nothing up.
  it.each(['count', 'spin'])('ends with a parent that is killed while it runs %s', async (method) => {
    const between = spawn(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import { fork } from 'node:child_process'
         const child = fork(process.argv[1], [], {
           serialization: 'advanced', execArgv: ${JSON.stringify(tsx)}, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
         child.once('message', () => {
           child.send({ id: 1, tool: 'faulty', method: ${JSON.stringify(method)}, args: [] })
           process.stdout.write(child.pid + '\\n')
         })
         child.send({ id: 0, tool: 'faulty', method: 'count', args: [] })`,
        entry.pathname,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const [line] = (await once(between.stdout, 'data')) as [Buffer]
    const pid = Number(line.toString())
    expect(isRunning(pid)).toBe(true)
    between.kill('SIGKILL')
    onTestFinished(() => void (isRunning(pid) && process.kill(pid, 'SIGKILL')))
    await untilGone(pid)
  })

  it.each([
    ['that closes it, no earlier', 'await host.close()'],
    ['that has forgotten to close it', ''],
  ])('lets a program end %s', async (_, close) => {
    const program = `
      import { ToolHost } from '${new URL('./host.ts', import.meta.url)}'
      const host = new ToolHost({ entry: new URL('${entry}'), args: [] })
      const { pid } = await host.call('faulty', 'count', [], { timeLimitSeconds: 60 })
      ${close}
      console.log(pid)`
    const args = [...tsx, '--input-type=module', '-e', program]
    const { stdout } = await promisify(execFile)(process.execPath, args)
    expect(stdout).toMatch(/^\d+\n$/)
    await untilGone(Number(stdout))
  })
})
