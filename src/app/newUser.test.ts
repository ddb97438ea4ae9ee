import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { commandLine, startProgram } from '../../test/commandLine.ts'
import { openSmallHub, type SmallHub } from '../../test/hub.ts'
import { writeTinyCheckpoint } from '../../test/tinyCheckpoint.ts'
import { runCommandLine } from './program.ts'

/*
 * What a new user does: pull, inspect, quantize, edit, replay, and mistakes. Pulling and the first edit are processes of
 * their own. The model is the tiny checkpoint; it comes from a hub on loopback that breaks its connections.
 */

const root = fileURLToPath(new URL('../..', import.meta.url))
const startedIn = process.cwd()
const photo = 'photo.png'
let folder: string
let hub: SmallHub
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'new-user-'))
  process.chdir(folder)
  copyFileSync(join(root, 'test/pictures/plain.png'), photo)
  const tiny = join(folder, 'tiny')
  await writeTinyCheckpoint(tiny)
  const files = readdirSync(tiny, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const content = files.map(({ parentPath, name }) => {
    const file = join(parentPath, name)
    return [file.slice(tiny.length + 1), new Uint8Array(readFileSync(file))] as const
  })
  hub = await openSmallHub({ 'someone/tiny-step1x-edit': Object.fromEntries(content) })
  hub.faults = { breakAfter: 200_000, breaks: 2 }
})
afterAll(async () => {
  await hub.close()
  process.chdir(startedIn)
  rmSync(folder, { recursive: true })
})

const environment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  HF_ENDPOINT: hub.endpoint,
  HF_HOME: join(folder, 'hf'),
  PENTIMENTO_MODELS: join(folder, 'models'),
  PENTIMENTO_CACHE: join(folder, 'cache'),
  PENTIMENTO_MODEL: 'someone/tiny-step1x-edit',
})

const start = (args: readonly string[]) => startProgram(args, { cwd: folder, env: environment() })
const run = commandLine(runCommandLine, environment)
const pentimento = (...args: readonly string[]) => run(args)
const fast = ['--size', '64', '--steps', '2', '--threads', '1']

it('pulls, inspects, quantises, edits, replays, and is told of mistakes', { timeout: 600_000 }, async () => {
  const pulled = await start(['pull', 'someone/tiny-step1x-edit']).ended
  expect(pulled.code, pulled.error).toBe(0)
  expect(pulled.out).toMatch(/in 7 files\n$/)
  expect(hub.asked.some(({ range }) => range?.startsWith('bytes=200000-'))).toBe(true)
  const model = join(folder, 'models', 'someone', 'tiny-step1x-edit')
  const inspected = await pentimento('inspect', model)
  expect(inspected.out).toMatch(/^Step1X-Edit v1\.0\n/)
  expect(inspected.out.match(/complete\n/g)?.length).toBe(3)

  const quantised = await pentimento('quantize', model, '--precision', 'int8', '-o', 'tiny-int8')
  expect(quantised.code, quantised.error).toBe(0)

  for (const [instruction, ...flags] of [
    ['make it red'],
    ['把天空变成傍晚'],
    ['write "你好 World" on the wall', '--model', 'tiny-int8'],
  ] as const) {
    const args = ['edit', photo, instruction, '-o', 'out.png', '--overwrite', ...fast, ...flags]
    const edited = await (flags.length === 0 ? start(args).ended : pentimento(...args))
    expect(edited.code, edited.error).toBe(0)
    expect(edited.out).toMatch(/^out\.png {2}72×56, /)
  }
  const replayed = await pentimento('replay', 'out.png', '-o', 'again.png')
  expect(replayed.out, replayed.error).toContain('the same picture')
  expect(readFileSync(join(folder, 'again.png')).equals(readFileSync(join(folder, 'out.png')))).toBe(true)

  for (const bad of [
    ['edit', 'missing.png', 'make it red', '-o', 'bad.png'],
    ['edit', join(root, 'test/pictures/truncated.jpg'), 'make it red', '-o', 'bad.png'],
    ['edit', photo, '', '-o', 'bad.png'],
  ]) {
    const refused = await pentimento(...bad)
    expect(refused.code).toBe(2)
    expect(refused.error).toMatch(/^pentimento: [^\n]+\n$/)
  }
  expect(existsSync(join(folder, 'bad.png'))).toBe(false)
})

it('ends with 130 and writes nothing when it is interrupted', async () => {
  const output = 'interrupted.png'
  const { child, ended } = start(['edit', photo, 'make it red', '-o', output, ...fast, '--steps', '1000'])
  child.stderr!.on('data', (text) => {
    if (String(text).includes('denoising 1')) child.kill('SIGINT')
  })
  const { code, error } = await ended
  expect(error).toMatch(/cancelled, nothing was written\n$/)
  expect(code).toBe(130)
  expect(readdirSync(folder).filter((name) => name.startsWith('interrupted'))).toEqual([])
})
