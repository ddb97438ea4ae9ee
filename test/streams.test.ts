import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

/* What only processes have: pipes, full disks, signals. */

const root = fileURLToPath(new URL('..', import.meta.url))
const main = join(root, 'src/app/main.ts')
const photo = join(root, 'test/pictures/plain.png')
const node = [process.execPath, '--import', import.meta.resolve('tsx'), '--conditions=source']

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'streams-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly error: string
}

interface Started {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** Waits for a text on standard output or standard error. */
  saying(text: string): Promise<void>
}

function start(command: readonly string[]): Started {
  const child = spawn(command[0]!, command.slice(1), {
    cwd: folder,
    env: {
      ...process.env,
      PENTIMENTO_CACHE: join(folder, 'cache'),
      PENTIMENTO_MODELS: join(folder, 'models'),
    },
  })
  let [out, error] = ['', '']
  const waiting: (() => void)[] = []
  child.stdout.on('data', (text) => {
    out += text
    for (const look of waiting) look()
  })
  child.stderr.on('data', (text) => {
    error += text
    for (const look of waiting) look()
  })
  const ended = new Promise<Ended>((done) => child.once('close', (code) => done({ code, out, error })))
  const saying = (text: string) =>
    new Promise<void>((done) => waiting.push(() => (out + error).includes(text) && done()))
  return { child, ended, saying }
}

/** Runs a command line in bash: `$P` is pentimento. */
const inBash = (script: string): Promise<Ended> =>
  start(['bash', '-c', `P() { ${[...node, main].map((word) => `'${word}'`).join(' ')} "$@"; }\n${script}`])
    .ended

describe('standard output', () => {
  it('whose reader has gone ends the command quietly', async () => {
    const { out, error } = await inBash(`P models | true; echo "$\{PIPESTATUS[0]}"`)
    expect([out, error]).toEqual(['130\n', ''])
  })

  it('of a batch, too, which stops then', async () => {
    const rows = Array.from({ length: 50 }, (_, i) => `${photo},make it darker,${i}`)
    writeFileSync(join(folder, 'list.csv'), `picture,instruction,seed\n${rows.join('\n')}`)
    const { out, error } = await inBash(`P batch list.csv --model nano | head -1; echo "$\{PIPESTATUS[0]}"`)
    expect(out).toMatch(/^\[1\/50\] .*\n130\n$/)
    expect(error).not.toMatch(/EPIPE|at .*\.ts|cancelled/)
    expect(readdirSync(join(folder, 'edits')).length).toBeLessThan(10)
  })

  it.skipIf(process.platform !== 'linux')('that is full is said in a line', async () => {
    const { code, error } = await inBash('P models > /dev/full')
    expect(error).toBe('pentimento: standard output: cannot write it, the disk is full\n')
    expect(code).toBe(2)
  })

  it('holds a picture and nothing else, from standard input', async () => {
    const { code, error } = await inBash(`P edit - 'make it darker' -o - --model nano < '${photo}' > out.png`)
    expect(code, error).toBe(0)
    expect(readFileSync(join(folder, 'out.png')).subarray(1, 4).toString()).toBe('PNG')
  })
})

/** A process with our streams and nothing to do; it says `ready`, and `cancelled` when a signal is heard. */
function idle(): Started {
  const streams = pathToFileURL(join(root, 'src/app/streams.ts')).href
  const program = `const { connect } = await import('${streams}')
const { terminal } = connect(process)
terminal.signal.addEventListener('abort', () => console.log('cancelled'))
setInterval(() => {}, 1000)
console.log('ready')`
  return start([...node, '--input-type=module', '-e', program])
}

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds))

describe('a signal', () => {
  it('cancels the work, and leaves nothing half done', async () => {
    const edit = ['edit', photo, 'make it darker', '--model', 'nano', '--variants', '500', '-o', 'out/']
    const { child, ended, saying } = start([...node, main, ...edit])
    await saying('[1/500]')
    child.kill('SIGTERM')
    const { code, error } = await ended
    expect(error).toMatch(/pentimento: .*cancelled.*\n$/)
    expect(code).toBe(130)
    const names = readdirSync(join(folder, 'out'))
    expect(names.filter((name) => !/^plain-edited-\d+\.png$/.test(name))).toEqual([])
  })

  it('is heard while standard input is awaited', async () => {
    const { child, ended, saying } = start([...node, main, 'edit', '-', '--instruction-file', 'words.txt'])
    writeFileSync(join(folder, 'words.txt'), 'make it darker')
    // Without a word before it reads, the time that it takes to start has to do.
    await Promise.race([pause(3000), saying('pentimento:')])
    child.kill('SIGINT')
    expect(await ended).toMatchObject({ code: 130, error: 'pentimento: cancelled\n' })
  })

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s that comes again ends the process at once',
    async (signal) => {
      const { child, ended, saying } = idle()
      await saying('ready')
      child.kill(signal)
      // The same press, a second time.
      child.kill(signal)
      await saying('cancelled')
      await pause(400)
      expect(child.exitCode).toBe(null)
      child.kill(signal)
      expect((await ended).code).toBe(130)
    },
  )
})

it('the program loads no native library before it needs one', async () => {
  const program = `await import('${pathToFileURL(join(root, 'src/app/program.ts')).href}')
console.log(process.report.getReport().sharedObjects.filter((name) => name.endsWith('.node')).length)`
  const { ended } = start([...node, '--input-type=module', '-e', program])
  expect((await ended).out).toBe('0\n')
})
