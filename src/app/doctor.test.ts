import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commandLine } from '../../test/commandLine.ts'
import { nodeVersion } from './doctor.ts'
import { runCommandLine } from './program.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'doctor-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

const cacheFolder = () => join(folder, 'cache')
const pentimento = commandLine(runCommandLine, () => ({
  PENTIMENTO_CACHE: cacheFolder(),
  PENTIMENTO_TOOLS: join(folder, 'tools'),
}))

describe('pentimento doctor', () => {
  it('has a line for each thing, and leaves nothing behind', async () => {
    const { code, out, error } = await pentimento(['doctor'])
    expect(code, out + error).toBe(0)
    const names = out
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ')[0])
    expect(names).toEqual(
      'pentimento node cpu memory onnxruntime pictures models editors cache tools network writing'.split(' '),
    )
    expect(out).toMatch(/^onnxruntime +ok +1\.30\.\d+, auto chooses \w+; this build has cpu/m)
    expect(out).toMatch(/^models +ok +darkroom \(default\), nano; in /m)
    expect(readdirSync(folder)).toEqual([])
  })

  it('ends with 2 where something is broken, and says what', async () => {
    writeFileSync(join(folder, 'file'), '')
    const env = { PENTIMENTO_CACHE: join(folder, 'file', 'cache'), HF_ENDPOINT: 'hf-mirror.com' }
    const { code, out } = await pentimento(['doctor', '--json'], { env })
    expect(code).toBe(2)
    const found = JSON.parse(out) as { name: string; state: string; text: string }[]
    const broken = found.filter(({ state }) => state === 'broken')
    expect(broken.map(({ name }) => name)).toEqual(['cache', 'network', 'writing'])
    expect(broken[0]!.text).toMatch(/is a file, not a folder/)
    expect(broken[1]!.text).toMatch(/^HF_ENDPOINT: expected an address/)
  })

  it('tells of models that cannot be used', async () => {
    const models = join(cacheFolder(), 'models', 'step1x-edit-v1.1')
    mkdirSync(models, { recursive: true })
    writeFileSync(join(models, 'vae.safetensors.0123456789ab.part'), '')
    const { code, out } = await pentimento(['doctor'])
    expect(out).toMatch(
      /^models +note +darkroom \(default\), nano, step1x-edit-v1\.1 \(its download is incomplete\); in /m,
    )
    expect(code).toBe(0)
  })

  it('knows which versions of Node will do', () => {
    expect(nodeVersion('20.19.0')).toBe('20.19.0')
    expect(nodeVersion('24.1.0')).toBe('24.1.0')
    for (const version of ['20.18.3', '18.20.0'])
      expect(nodeVersion(version)).toEqual({
        state: 'broken',
        text: `${version}, expected 20.19 or newer; update Node`,
      })
  })
})

describe('pentimento cache', () => {
  beforeEach(() => {
    for (const [name, bytes] of [
      ['quantized/a.int8.safetensors', 3000],
      ['identities/b', 20],
      ['models/mine/vae.safetensors', 500],
      ['strange/c', 1],
    ] as const) {
      const file = join(cacheFolder(), name)
      mkdirSync(join(file, '..'), { recursive: true })
      writeFileSync(file, new Uint8Array(bytes))
    }
  })

  it('lists what is kept and why', async () => {
    const { out } = await pentimento(['cache'])
    expect(out).toMatch(/^quantized +3\.0 kB in 1 files {2}copies of models/m)
    expect(out).toMatch(/^models +500 bytes in 1 files, not cleared {2}downloaded models/m)
    expect(out).toMatch(/^strange .* not cleared {2}not from Pentimento$/m)
    expect((await pentimento(['cache', 'list', '--json'])).out).toContain('"bytes":3521')
    expect((await pentimento(['cache', 'size'])).out).toBe('3521\n')
  })

  it('clears what is made again, and nothing else', async () => {
    expect((await pentimento(['cache', 'clear', 'identities'])).out).toBe('20 bytes in 1 files removed\n')
    expect(readdirSync(cacheFolder()).sort()).toEqual(['models', 'quantized', 'strange'])
    expect((await pentimento(['cache', 'clear'])).out).toBe('3.0 kB in 1 files removed\n')
    expect(readdirSync(cacheFolder()).sort()).toEqual(['models', 'strange'])
    expect(existsSync(join(cacheFolder(), 'models', 'mine', 'vae.safetensors'))).toBe(true)
    const { code, error } = await pentimento(['cache', 'clear', 'models'])
    expect(error).toMatch(/Allowed choices are quantized, merged, identities/)
    expect(code).toBe(2)
  })

  it('is empty where there is none, and says what it may not read', async () => {
    rmSync(cacheFolder(), { recursive: true })
    expect((await pentimento(['cache', 'size'])).out).toBe('0\n')
    writeFileSync(cacheFolder(), '')
    chmodSync(cacheFolder(), 0o600)
    const { code, error } = await pentimento(['cache'])
    expect(error).toMatch(/cache: cannot read it, a part of the path is a file/)
    expect(code).toBe(2)
  })
})
