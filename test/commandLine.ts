import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ModelRecipe } from 'pentimento/edit'
import { tsx } from './tsx.ts'

const main = join(fileURLToPath(new URL('..', import.meta.url)), 'src/app/main.ts')

/** What a command line wrote, and how it ended. */
export interface Ended {
  readonly code: number
  readonly out: string
  readonly error: string
  /** What was written to standard output as bytes. */
  readonly bytes: Uint8Array
}

interface Given {
  readonly env?: NodeJS.ProcessEnv
  readonly signal?: AbortSignal
  /** Standard input. */
  readonly input?: string | Uint8Array
  readonly onError?: (text: string) => void
  readonly onOut?: (text: string) => void
}

interface RunStreams {
  readonly env: NodeJS.ProcessEnv
  out(text: string): void
  error(text: string): void
  outBytes(bytes: Uint8Array): Promise<void>
  input(): Promise<Uint8Array>
  readonly isScreen: boolean
  readonly signal: AbortSignal
}

/** Runs command lines within this process. @param run `runCommandLine` */
export function commandLine(
  run: (args: readonly string[], streams: RunStreams) => Promise<number>,
  env: () => NodeJS.ProcessEnv,
): (args: readonly string[], given?: Given) => Promise<Ended> {
  return async (args, given = {}) => {
    let [out, error] = ['', '']
    const chunks: Uint8Array[] = []
    const code = await run(args, {
      env: { ...env(), ...given.env },
      out: (text) => {
        out += text
        given.onOut?.(text)
      },
      error: (text) => {
        error += text
        given.onError?.(text)
      },
      outBytes: async (bytes) => void chunks.push(bytes),
      input: async () => new Uint8Array(Buffer.from(given.input ?? '')),
      isScreen: false,
      signal: given.signal ?? new AbortController().signal,
    })
    return { code, out, error, bytes: new Uint8Array(Buffer.concat(chunks)) }
  }
}

/** A command line in a process of its own; the code is null where a signal ended it. */
export interface StartedProgram {
  readonly child: ChildProcess
  readonly ended: Promise<{ readonly code: number | null; readonly out: string; readonly error: string }>
}

/** Runs a command line in a process of its own: what is killed or interrupted. */
export function startProgram(
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): StartedProgram {
  const child = spawn(process.execPath, ['--import', tsx, '--conditions=source', main, ...args], { cwd, env })
  let [out, error] = ['', '']
  child.stdout.on('data', (text) => {
    out += text
  })
  child.stderr.on('data', (text) => {
    error += text
  })
  const ended = new Promise<Awaited<StartedProgram['ended']>>((resolve) => {
    child.once('close', (code) => resolve({ code, out, error }))
  })
  return { child, ended }
}

/** What `edit --json` prints. */
export interface EditResult {
  readonly output: string
  readonly width: number
  readonly height: number
  readonly seconds: number
  readonly recipe: ModelRecipe
}

/** The lines of JSON that a command printed. */
export function jsonLines<T = EditResult>(text: string): T[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T)
}
