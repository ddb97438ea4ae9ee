import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import pLimit, { type LimitFunction } from 'p-limit'
import { ToolError } from './error.ts'
import { Rejection } from './rejection.ts'

/** One call of a tool, as the child process gets it. */
export interface Call {
  readonly id: number
  /** The tool and its method: `matting`, `matte`. */
  readonly tool: string
  readonly method: string
  readonly args: readonly unknown[]
}

/** What the child process answers. */
export type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly failure: string; readonly rejection?: Rejection['values'] }

/** How a host runs its tools. */
export interface HostOptions {
  /** The module that the child process runs: it calls `serve`. */
  readonly entry: URL
  readonly args: readonly string[]
  /** Child processes at a time, each with one call at a time. Default: 1. */
  readonly processes?: number
}

/** What a call may take. */
export interface CallLimits {
  readonly timeLimitSeconds: number
}

/**
 * Runs tools in child processes, so that none of them can take the program with it: one that hangs is killed when its
 * time is over, one that crashes is started anew for the next call, and all end with this process, however it ends.
 */
export class ToolHost {
  readonly #options: HostOptions
  readonly #limit: LimitFunction
  readonly #idle: ToolProcess[] = []
  readonly #all = new Set<ToolProcess>()
  #closed = false

  constructor(options: HostOptions) {
    this.#options = options
    this.#limit = pLimit(options.processes ?? 1)
  }

  /** @throws ToolError `tool-failed` that says which tool, how long, and what to do */
  call(
    tool: string,
    method: string,
    args: readonly unknown[],
    { timeLimitSeconds }: CallLimits,
  ): Promise<unknown> {
    return this.#limit(async () => {
      if (this.#closed) throw new ToolError('cancelled', `${tool}: the tools were closed`)
      const child = this.#idle.pop() ?? this.#start()
      try {
        return await child.call({ tool, method, args, timeLimitSeconds })
      } finally {
        if (child.isAlive && !this.#closed) this.#idle.push(child)
      }
    })
  }

  /** Ends the child processes; calls that are under way are given up. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([...this.#all].map((child) => child.end()))
  }

  #start(): ToolProcess {
    const child = new ToolProcess(this.#options, () => this.#all.delete(child))
    this.#all.add(child)
    return child
  }
}

interface Pending {
  readonly id: number
  resolve(value: unknown): void
  reject(error: Error): void
}

/** A child process with one call at a time. */
class ToolProcess {
  readonly #child: ChildProcess
  readonly #ended: Promise<void>
  #pending: Pending | undefined
  #calls = 0
  #complaint = ''
  /** Why it was killed, if we did it. */
  #killedFor: ToolError | undefined

  constructor({ entry, args }: HostOptions, onEnd: () => void) {
    this.#child = fork(entry, args, {
      serialization: 'advanced',
      // For whatever ONNX Runtime a tool brings; our own loader sets it too.
      env: { ...process.env, ORT_DISABLE_TELEMETRY: '1' },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      ...childRuntime(entry),
    })
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#complaint = `${this.#complaint}${text}`.slice(-2000)
    })
    this.#child.on('message', (message) => this.#answer(message as Answer))
    this.#ended = new Promise((resolve) => {
      const ended = (reason: string): void => {
        this.#fail(this.#killedFor ?? new ToolError('tool-failed', reason))
        onEnd()
        resolve()
      }
      this.#child.once('error', ({ message }) => ended(`the tools' process cannot start: ${message}`))
      // `close`, not `exit`: by then everything that it had to say has been read.
      this.#child.once('close', (code, signal) => ended(this.#lastWords(code, signal)))
    })
    this.#hold(false)
  }

  get isAlive(): boolean {
    return this.#killedFor === undefined && this.#child.exitCode === null && this.#child.connected
  }

  async call(
    request: { tool: string; method: string; args: readonly unknown[] } & CallLimits,
  ): Promise<unknown> {
    const { tool, method, args, timeLimitSeconds } = request
    const id = this.#calls++
    this.#hold(true)
    const timer = setTimeout(() => {
      this.#kill(
        new ToolError(
          'tool-failed',
          `${tool}.${method}: no answer after ${timeLimitSeconds} s, so its process was stopped; leave the picture out, or raise the tool's time limit`,
        ),
      )
    }, timeLimitSeconds * 1000)
    try {
      return await new Promise((resolve, reject) => {
        this.#pending = { id, resolve, reject }
        this.#child.send({ id, tool, method, args } satisfies Call, (error) => {
          // A process that is gone says why when it closes.
          if (error && this.#child.connected) this.#fail(error)
        })
      })
    } catch (error) {
      if (error instanceof Rejection || error === this.#killedFor) throw error
      throw new ToolError('tool-failed', `${tool}: ${(error as Error).message}`, {
        cause: error,
      })
    } finally {
      clearTimeout(timer)
      this.#pending = undefined
      this.#hold(false)
    }
  }

  async end(): Promise<void> {
    // Without this the program could end before the child has.
    this.#hold(true)
    this.#kill(new ToolError('cancelled', 'the tools were closed'))
    await this.#ended
  }

  #kill(reason: ToolError): void {
    this.#killedFor ??= reason
    this.#child.kill('SIGKILL')
  }

  #answer(answer: Answer): void {
    if (this.#pending?.id !== answer.id) return
    if ('value' in answer) this.#pending.resolve(answer.value)
    else if (answer.rejection) this.#pending.reject(new Rejection(answer.failure, answer.rejection))
    else this.#pending.reject(new Error(answer.failure))
  }

  #fail(error: Error): void {
    this.#pending?.reject(error)
  }

  #lastWords(code: number | null, signal: NodeJS.Signals | null): string {
    const how = signal ? `was ended by ${signal}` : `ended with code ${code}`
    const lines = this.#complaint.split('\n').filter((line) => line.trim() !== '')
    const said = lines.find((line) => /error/i.test(line)) ?? lines.at(-1)
    const memory = signal === 'SIGKILL' ? ' (perhaps out of memory)' : ''
    return `its process ${how}${memory}${said ? `: ${said.trim()}` : ''}; the next call starts a new one`
  }

  /** Whether this process waits for the child: only while a call is under way. */
  #hold(held: boolean): void {
    const { channel, stderr } = this.#child
    for (const each of [this.#child, channel, stderr as { ref?(): void; unref?(): void } | null])
      if (held) each?.ref?.()
      else each?.unref?.()
  }
}

/** From sources, TypeScript has to be loaded; tsx is among the dev dependencies, found from the entry's folder. */
function childRuntime(entry: URL): { execArgv: string[]; cwd?: string } {
  if (!entry.pathname.endsWith('.ts')) return { execArgv: [] }
  return {
    execArgv: ['--conditions=source', '--import', 'tsx'],
    cwd: fileURLToPath(new URL('./', entry)),
  }
}
