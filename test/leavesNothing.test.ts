import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { kinds } from 'pentimento/dataset'
import { toolsFolder } from 'pentimento/tools'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeConfiguration, writeSmallPhotos } from './dataset/smallDataset.ts'
import { toolsFor } from './recipes.ts'

/*
 * Nothing is collected and nothing is left behind: a process of ours, under a home and a temporary folder that are
 * new, writes its output and no other file. ONNX Runtime 1.30 alone would leave a device id, a queue of events and a
 * log, and would crash on long arguments.
 */

const root = fileURLToPath(new URL('..', import.meta.url))
const photo = join(root, 'test/pictures/plain.png')

const { missing } = await toolsFor(['matting', 'edges', 'fonts'])

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leaves-nothing-'))
  for (const name of ['home', 'tmp', 'work']) mkdirSync(join(folder, name))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

interface Ended {
  readonly code: number | null
  readonly signal: string | null
  readonly error: string
}

function run(file: string, ...args: string[]): Promise<Ended> {
  const [home, tmp] = [join(folder, 'home'), join(folder, 'tmp')]
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), '--conditions=source', file, ...args],
    {
      cwd: join(folder, 'work'),
      env: {
        PATH: process.env.PATH,
        HOME: home,
        USERPROFILE: home,
        TMPDIR: tmp,
        TEMP: tmp,
        TMP: tmp,
        // Someone who asked for telemetry elsewhere does not get it here.
        ORT_DISABLE_TELEMETRY: '0',
        TSX_DISABLE_CACHE: '1',
        NODE_OPTIONS: process.env.NODE_OPTIONS,
      },
    },
  )
  let error = ''
  child.stderr.on('data', (text) => {
    error += text
  })
  return new Promise((done) => child.once('close', (code, signal) => done({ code, signal, error })))
}

/** Every file and folder that is there now. */
const found = (): string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()

describe('a process of ours leaves nothing but its output', () => {
  it.each(['darkroom', 'nano'])('as the command line, with %s', async (model) => {
    const main = join(root, 'src/app/main.ts')
    const ended = await run(main, 'edit', photo, 'make it darker', '-o', 'out.png', '--model', model)
    expect(ended).toMatchObject({ code: 0, signal: null })
    expect(found()).toEqual(['home', 'tmp', 'work', 'work/out.png'])
  })

  it('as a program that uses the library', async () => {
    const program = fileURLToPath(new URL('./openRuntime.ts', import.meta.url))
    expect(await run(program)).toEqual({ code: 0, signal: null, error: '' })
    expect(found()).toEqual(['home', 'tmp', 'work'])
  })

  it('as a worker thread, whose own environment does not reach the library', async () => {
    const program = fileURLToPath(new URL('./openRuntime.ts', import.meta.url))
    expect(await run(program, 'worker')).toEqual({ code: 0, signal: null, error: '' })
    expect(found()).toEqual(['home', 'tmp', 'work'])
    const refused = await run(program, 'worker', 'unprepared')
    expect(refused.error).toContain('call disableTelemetry() of pentimento/onnx in the main thread')
    expect(found()).toEqual(['home', 'tmp', 'work'])
  })

  it.skipIf(missing)('as a dataset pipeline that calls its tools', async () => {
    const program = fileURLToPath(new URL('./useTools.ts', import.meta.url))
    expect(await run(program, toolsFolder(process.env))).toEqual({ code: 0, signal: null, error: '' })
    expect(found()).toEqual(['home', 'tmp', 'work'])
  })

  it('as a dataset pipeline, except for its workspace', async () => {
    const workspace = join(folder, 'work', 'set')
    await writeSmallPhotos(join(folder, 'photos'), 1)
    writeConfiguration(workspace, {
      sources: [{ path: join(folder, 'photos') }],
      size: 64,
      kinds: Object.fromEntries(kinds.map((kind) => [kind, kind === 'tone_transfer' ? 1 : 0])),
    })
    const main = join(root, 'src/app/main.ts')
    expect(await run(main, 'dataset', 'run', 'set')).toMatchObject({ code: 0, signal: null })
    expect(found().filter((path) => path.endsWith('PG_VERSION'))).not.toEqual([])
    expect(found().filter((path) => !/^(photos|work.set)\b/.test(path))).toEqual(['home', 'tmp', 'work'])
  })

  it('and is not killed by long arguments', async () => {
    const main = join(root, 'src/app/main.ts')
    const ended = await run(
      main,
      'edit',
      photo,
      'make it darker',
      '-o',
      'a.png',
      '--negative',
      'x '.repeat(2e4),
    )
    expect(ended.signal).toBe(null)
    expect(ended.code).not.toBe(139)
    expect(ended.code).not.toBe(1)
  })
})
