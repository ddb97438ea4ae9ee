import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { placeDatabase } from '../database.ts'
import { tsx } from '../tsx.ts'

const main = join(fileURLToPath(new URL('../..', import.meta.url)), 'src/app/main.ts')

/** `pentimento serve` in a process of its own, on a data folder that outlives it. */
export class Served {
  readonly folder: string
  #process: ChildProcess | undefined
  /** The same after a restart, so that open pages find it again. */
  #port = 0

  private constructor(folder: string) {
    this.folder = folder
  }

  static async start(): Promise<Served> {
    const served = new Served(mkdtempSync(join(tmpdir(), 'served-')))
    await placeDatabase(join(served.folder, 'database'))
    await served.restart()
    return served
  }

  get address(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** Starts it again. @throws Error with what it wrote, where it does not come up */
  async restart(): Promise<void> {
    const started = spawn(
      process.execPath,
      [
        '--import',
        tsx,
        '--conditions=source',
        main,
        'serve',
        '--port',
        String(this.#port),
        '--data',
        this.folder,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    )
    this.#process = started
    let text = ''
    this.#port = await new Promise((done, fail) => {
      const take = (chunk: unknown): void => {
        text += String(chunk)
        const port = /^http:\/\/127\.0\.0\.1:(\d+)/m.exec(text)?.[1]
        if (port !== undefined && text.includes('Ctrl-C')) done(Number(port))
      }
      started.stdout.on('data', take)
      started.stderr.on('data', take)
      started.once('exit', () => fail(new Error(`serve ended: ${text}`)))
    })
  }

  /** Ends the process, with no time to put anything in order where the signal is SIGKILL. */
  async kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const running = this.#process
    this.#process = undefined
    if (!running || running.exitCode !== null) return
    const ended = once(running, 'exit')
    running.kill(signal)
    await ended
  }

  async close(): Promise<void> {
    await this.kill('SIGKILL')
    rmSync(this.folder, { recursive: true, force: true })
  }
}
