import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const program = join(fileURLToPath(new URL('../..', import.meta.url)), 'src', 'app', 'main.ts')

/** A command of Pentimento in a separate process, run from the sources. */
export class CommandProcess {
  readonly #child: ChildProcess
  readonly #lines: string[] = []
  readonly #ended: Promise<unknown>
  #wake: () => void = () => undefined

  constructor(args: readonly string[], env: NodeJS.ProcessEnv) {
    this.#child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', program, ...args], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#ended = once(this.#child, 'exit').then(() => this.#wake())
    for (const stream of [this.#child.stdout!, this.#child.stderr!])
      createInterface({ input: stream }).on('line', (line) => {
        this.#lines.push(line)
        if (this.#lines.length > 200) this.#lines.shift()
        this.#wake()
      })
  }

  /** Waits until it has said something. @throws when it ends before */
  async says(what: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      for (const line of this.#lines) {
        const found = what.exec(line)
        if (found) return found
      }
      if (this.#child.exitCode !== null || this.#child.signalCode !== null)
        throw new Error(`it ended before it said ${what}:\n${this.#lines.join('\n')}`)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** What it said last. */
  get lines(): readonly string[] {
    return this.#lines
  }

  /** Memory that it has, in MB; of Linux. */
  megabytes(): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8')
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    this.#child.kill(signal)
    await this.#ended
  }
}
