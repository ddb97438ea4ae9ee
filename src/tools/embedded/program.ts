import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ToolError } from '../error.ts'

/** What a program has written. */
export interface ProgramOutput {
  readonly code: number
  readonly out: Uint8Array
  readonly error: string
}

/** How an external program is run. */
export interface ProgramOptions {
  readonly timeLimitSeconds: number
  readonly env?: Readonly<Record<string, string>>
  readonly input?: Uint8Array
  readonly signal?: AbortSignal
}

/**
 * Runs a program to its end; killed when its time is over.
 * @throws ToolError `tool-missing` when there is no such program, `tool-failed` when it took too long
 */
export async function runProgram(
  name: string,
  args: readonly string[],
  { timeLimitSeconds, env, input, signal }: ProgramOptions,
): Promise<ProgramOutput> {
  const late = AbortSignal.timeout(timeLimitSeconds * 1000)
  const child = spawn(name, args, {
    stdio: [input ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    signal: signal ? AbortSignal.any([late, signal]) : late,
    killSignal: 'SIGKILL',
    windowsHide: true,
  })
  const out: Buffer[] = []
  let error = ''
  child.stdout?.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    error = `${error}${text}`.slice(-8000)
  })
  // A program that has ended early does not read what it is given; its exit code tells.
  child.stdin?.on('error', () => undefined).end(input)
  return new Promise((resolve, reject) => {
    child.once('error', (cause: NodeJS.ErrnoException) =>
      reject(failureOf(name, cause, late.aborted, timeLimitSeconds)),
    )
    child.once('close', (code) => resolve({ code: code ?? -1, out: Buffer.concat(out), error }))
  })
}

function failureOf(
  name: string,
  cause: NodeJS.ErrnoException,
  late: boolean,
  timeLimitSeconds: number,
): ToolError {
  if (cause.code === 'ENOENT')
    return new ToolError('tool-missing', `${name}: not installed; install it (apt-get install ${name})`, {
      cause,
    })
  if (late)
    return new ToolError(
      'tool-failed',
      `${name}: no result after ${timeLimitSeconds} s, so it was stopped; leave the file out, or raise the tool's time limit`,
    )
  if (cause.name === 'AbortError') return new ToolError('cancelled', `${name}: the tools were closed`)
  return new ToolError('tool-failed', `${name}: cannot be started: ${cause.message}`, { cause })
}

/** A folder for the time of one piece of work. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'pentimento-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The version in a program's own words, or undefined where it is not installed. */
export async function programVersion(
  name: string,
  args: readonly string[],
  pattern: RegExp,
  env: Readonly<Record<string, string>> = {},
): Promise<string | undefined> {
  try {
    const { out, error } = await runProgram(name, args, { timeLimitSeconds: 20, env })
    const text = `${Buffer.from(out).toString('utf8')}\n${error}`
    return pattern.exec(text)?.[1] ?? 'unknown'
  } catch {
    return undefined
  }
}
