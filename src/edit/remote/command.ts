import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { encodeMask, encodeStored } from '../../image/index.ts'
import { EditError, EditRefusal, type RefusalKind } from '../error.ts'
import type { CommandConfig } from './configuration.ts'
import type { RemoteJob, RemoteProvider, RemoteSettings, RemoteType } from './provider.ts'

/** A program on this machine. It runs without a shell, in a process group of its own, which ends with the edit. */
export const command: RemoteType<'command'> = { open: openCommand }

/** The exit code by which a program refuses an edit. */
const refusalCode = 3

function openCommand(config: CommandConfig, settings: RemoteSettings): RemoteProvider {
  const holds = (place: string): boolean => config.command.some((part) => part.includes(place))
  return {
    mostPictures: furtherPlaces(config),
    options: config.seed || holds('{seed}') ? ['seed'] : [],
    mostSeed: Number.MAX_SAFE_INTEGER,
    takesMask: true,
    url: undefined,
    async edit(job) {
      const folder = await mkdtemp(join(tmpdir(), 'pentimento-command-'))
      try {
        return await runIn(folder, config, settings, job)
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    },
  }
}

/** Further pictures that its arguments have places for: `{input2}` and on. */
function furtherPlaces({ command: parts }: CommandConfig): number {
  const numbers = parts.flatMap((part) => [...part.matchAll(/\{input(\d{1,2})\}/g)].map(([, n]) => Number(n)))
  return Math.max(0, ...numbers.map((number) => number - 1))
}

async function runIn(
  folder: string,
  config: CommandConfig,
  settings: RemoteSettings,
  job: RemoteJob,
): Promise<Uint8Array> {
  const { picture, more, mask, instruction, options } = job
  const input = join(folder, 'input.png')
  const output = join(folder, 'output.png')
  const maskFile = join(folder, 'mask.png')
  await writeFile(input, await encodeStored(picture))
  if (mask) await writeFile(maskFile, await encodeMask(mask))
  const further = more.map((_, i) => join(folder, `input-${i + 2}.png`))
  for (const [i, each] of more.entries()) await writeFile(further[i]!, await encodeStored(each))
  const values: Readonly<Record<string, string>> = {
    input,
    output,
    instruction,
    // Without a region an argument is empty, and so are those of pictures that are not given.
    mask: mask ? maskFile : '',
    ...Object.fromEntries(further.map((file, i) => [`input${i + 2}`, file])),
    seed: String(options.seed ?? 0),
  }
  // In one pass: an instruction that holds a place is not filled in again.
  const filled = config.command.map((part) =>
    part.replace(
      /\{(input\d{0,2}|output|instruction|mask|seed)\}/g,
      (_, place: string) => values[place] ?? '',
    ),
  )
  const { width, height } = picture
  const { seed } = options
  const told = {
    input,
    output,
    instruction,
    ...(mask && { mask: maskFile }),
    ...(further.length > 0 && { more: further }),
    seed,
    width,
    height,
  }
  const ended = await run(filled, `${JSON.stringify(told)}\n`, config, settings, job.signal)
  job.report({ images: 0 })
  const refusal = refusalIn(ended, settings.name)
  if (refusal) throw refusal
  if (ended.code !== 0)
    throw failure(
      settings.name,
      `'${config.command[0]}' ended with ${ended.code === null ? `signal ${ended.signal}` : `exit code ${ended.code}`}${lastLine(ended.error, ': ')}`,
    )
  if (!(await stat(output).catch(() => undefined))?.isFile())
    throw failure(
      settings.name,
      `'${config.command[0]}' succeeded but wrote no picture to {output}${lastLine(ended.error, '; it said: ')}`,
    )
  job.report({ images: 1 })
  return new Uint8Array(await readFile(output))
}

interface Ended {
  readonly code: number | null
  readonly signal: string | null
  /** The ends of what it wrote to its standard output and error. */
  readonly out: string
  readonly error: string
}

/** Characters that are kept of a program's output. */
const keptLength = 16_384

async function run(
  [program = '', ...args]: readonly string[],
  input: string,
  { folder = '.' }: CommandConfig,
  settings: RemoteSettings,
  signal: AbortSignal,
): Promise<Ended> {
  const child = spawn(program, args, {
    cwd: resolve(settings.folder, folder),
    env: settings.env,
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own, so that what the program has started ends with it.
    detached: process.platform !== 'win32',
    windowsHide: true,
  })
  const kill = (): void => endGroup(child)
  signal.addEventListener('abort', kill)
  let [out, error] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out = (out + text).slice(-keptLength)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    error = (error + text).slice(-keptLength)
  })
  // Programs need not read their input.
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  try {
    const ended = await new Promise<Ended>((done, fail) => {
      child.on('error', (reason: NodeJS.ErrnoException) => {
        const why = reason.code === 'ENOENT' ? 'there is no such program' : reason.message
        fail(failure(settings.name, `'${program}' cannot be started: ${why}; check "command"`))
      })
      child.on('close', (code, ending) => done({ code, signal: ending, out, error }))
      if (signal.aborted) kill()
    })
    if (!signal.aborted) return ended
    const isLate = (signal.reason as Error | undefined)?.name === 'TimeoutError'
    throw failure(
      settings.name,
      isLate ? `'${program}' exceeded its time limit; raise timeLimitSeconds` : 'stopped',
    )
  } finally {
    signal.removeEventListener('abort', kill)
  }
}

function endGroup(child: ChildProcess): void {
  try {
    if (process.platform === 'win32' || child.pid === undefined) child.kill('SIGKILL')
    else process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

/** A refusal: exit code 3, or a line `{"refused": …}` with a reason, or with reason, text and kind. */
function refusalIn({ code, out, error }: Ended, name: string): EditRefusal | undefined {
  const said = out
    .split('\n')
    .map(refusedLine)
    .find((each) => each !== undefined)
  if (!said && code !== refusalCode) return undefined
  const { reason = `exit code ${refusalCode}`, text = lastLine(error), kind = 'no-picture' } = said ?? {}
  return new EditRefusal(`${name}: refused (${reason})${text === '' ? '' : `: ${text}`}`, {
    kind,
    reason,
    text,
  })
}

interface Refused {
  readonly reason: string
  readonly text?: string
  readonly kind?: RefusalKind
}

function refusedLine(line: string): Refused | undefined {
  if (!line.includes('"refused"')) return undefined
  try {
    const { refused } = JSON.parse(line) as { refused?: unknown }
    if (typeof refused === 'string') return { reason: refused }
    if (typeof refused !== 'object' || refused === null) return undefined
    const { reason = 'refused', text, kind } = refused as Record<string, unknown>
    return {
      reason: String(reason),
      ...(typeof text === 'string' && { text }),
      ...(kind === 'safety' && { kind }),
    }
  } catch {
    return undefined
  }
}

function lastLine(text: string, before = ''): string {
  const line = text.trim().split('\n').at(-1)?.trim().slice(0, 300) ?? ''
  return line === '' ? '' : `${before}${line}`
}

function failure(name: string, what: string): EditError {
  return new EditError('server', `${name}: ${what}`)
}
