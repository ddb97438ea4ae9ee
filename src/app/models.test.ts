import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandLine } from '../../test/commandLine.ts'
import { writeTinyCheckpoint } from '../../test/tinyCheckpoint.ts'
import { embeddedModel, families } from '../edit/index.ts'
import { publishedModels } from '../weights/index.ts'
import { chooseModel, resolveModel } from './models.ts'
import { runCommandLine } from './program.ts'
import type { Terminal } from './terminal.ts'

const photo = fileURLToPath(new URL('../../test/pictures/plain.png', import.meta.url))
let folder: string
let tiny: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'models-'))
  tiny = join(folder, 'models', 'someone', 'tiny')
  await writeTinyCheckpoint(tiny)
  const file = join(tiny, 'pentimento.json')
  const hints = JSON.parse(readFileSync(file, 'utf8'))
  writeFileSync(file, JSON.stringify({ ...hints, defaults: { steps: 3, guidance: 1, size: 64 } }))
})
afterAll(() => rmSync(folder, { recursive: true }))

const env = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  PENTIMENTO_CACHE: join(folder, 'cache'),
  PENTIMENTO_MODELS: join(folder, 'models'),
  ...more,
})

const run = commandLine(runCommandLine, () => env())
const pentimento = (...args: string[]) => run(args)
const pentimentoIn = (given: NodeJS.ProcessEnv, ...args: string[]) => run(args, { env: given })

/** What is chosen, and what is said of it. */
async function choice(
  model: string | undefined,
  given: NodeJS.ProcessEnv,
): Promise<{ folder: string; said: string }> {
  let said = ''
  const error = (text: string): void => {
    said += text
  }
  return { folder: await chooseModel(model, { env: given, error } as Terminal), said }
}

describe('the model to train', () => {
  it('is the embedded one where nothing else is asked for or pulled, and that is said', async () => {
    const { folder: chosen, said } = await choice(undefined, env())
    expect(chosen).toBe(embeddedModel())
    expect(said).toMatch(/^model nano, .*'pentimento pull step1x-edit-v1\.1' .*\n$/)
  })

  it('is the embedded one by its name, even beside a folder of that name', async () => {
    const before = process.cwd()
    mkdirSync(join(folder, 'here', 'nano'), { recursive: true })
    process.chdir(join(folder, 'here'))
    try {
      expect(await choice('nano', env())).toEqual({ folder: embeddedModel(), said: '' })
      expect(resolveModel('./nano', env())).toBe('./nano')
    } finally {
      process.chdir(before)
    }
  })

  it('is what the environment names, or else a full one that was pulled whole', async () => {
    const models = join(folder, 'pulled')
    const whole = join(models, 'step1x-edit-v1.0')
    cpSync(tiny, whole, { recursive: true })
    const broken = join(models, 'step1x-edit-v1.1')
    mkdirSync(broken)
    const pulled = env({ PENTIMENTO_MODELS: models })
    expect(await choice(undefined, pulled)).toEqual({ folder: whole, said: '' })
    expect(await choice(undefined, { ...pulled, PENTIMENTO_MODEL: tiny })).toEqual({ folder: tiny, said: '' })
    expect(await choice(undefined, { ...pulled, PENTIMENTO_MODEL: '' })).toEqual({ folder: whole, said: '' })
    expect(await choice('someone/tiny', env())).toEqual({ folder: tiny, said: '' })

    writeFileSync(join(broken, 'vae.safetensors.0123456789ab.part'), '')
    await expect(choice('step1x-edit-v1.1', pulled)).rejects.toThrow(
      "step1x-edit-v1.1: its download is incomplete; 'pentimento pull step1x-edit-v1.1' resumes it",
    )
    const { out } = await pentimentoIn(pulled, 'models')
    expect(out).toMatch(/^step1x-edit-v1\.0 {2}[^\n]*, the default {2}/m)
    expect(out).toMatch(
      /^step1x-edit-v1\.1 {2}[^\n]*\n {2}cannot be used: its download is incomplete; 'pentimento pull step1x-edit-v1\.1' resumes it$/m,
    )
  })
})

describe('pentimento models', () => {
  it('lists the embedded one, what was pulled, and what could be, with families and licences', async () => {
    const { code, out } = await pentimento('models', '--json')
    expect(code).toBe(0)
    const models = JSON.parse(out) as {
      name: string
      folder: string
      bytes: number
      default: boolean
      type?: string
      family?: string
      licence?: string
    }[]
    const installed = models.filter(({ type }) => type !== 'published')
    expect(installed.map(({ name, folder, default: isDefault }) => [name, folder, isDefault])).toEqual([
      ['darkroom', undefined, true],
      ['nano', embeddedModel(), false],
      ['someone/tiny', tiny, false],
    ])
    expect(models[2]!.bytes).toBeGreaterThan(1e6)
    expect(models[2]).toMatchObject({ family: 'Step1X-Edit' })
    const missing = models.filter(({ type }) => type === 'published')
    expect(missing.map(({ name }) => name)).toEqual(Object.keys(publishedModels))
    const titles = families.map(({ title }) => title)
    for (const { family, licence, bytes } of missing) {
      expect(titles).toContain(family)
      expect(licence).not.toBe('')
      expect(bytes).toBeGreaterThan(1e9)
    }
    expect((await pentimento('models')).out).toMatch(
      /^darkroom {2}by algorithm, the default\nnano {2}.*, Apache-2\.0 .*\nsomeone\/tiny {2}Step1X-Edit, /,
    )
    expect((await pentimento('models')).out).toContain(
      "omnigen  OmniGen, 15.9 GB to download ('pentimento pull omnigen'), MIT\n",
    )
  })

  it('names what inspect reads, of a model too that predicts a change of the reference', async () => {
    for (const name of ['someone/tiny', 'nano']) {
      const { code, out } = await pentimento('inspect', name)
      expect(code, out).toBe(0)
      expect(out.match(/complete\n/g)?.length).toBe(3)
    }
  })
})

describe("a model's own steps, guidance and size", () => {
  const edit = async (output: string, ...flags: string[]) => {
    const args = ['edit', photo, 'make it red', '-o', output, '--model', 'someone/tiny', '--json']
    const { code, out, error } = await pentimento(...args, '--threads', '1', '--device', 'cpu', ...flags)
    expect(code, error).toBe(0)
    return JSON.parse(out).recipe.options
  }

  it('are taken where the command line says nothing, and kept in the recipe', async () => {
    const output = join(folder, 'own.png')
    expect(await edit(output)).toEqual({ seed: 0, steps: 3, guidance: 1, size: 64, detail: true })
    const told = await edit(join(folder, 'told.png'), '--steps', '3', '--guidance', '1', '--size', '64')
    expect(told).toEqual({ seed: 0, steps: 3, guidance: 1, size: 64, detail: true })
    expect(readFileSync(join(folder, 'told.png')).equals(readFileSync(output))).toBe(true)
  })

  it('give way to flags', async () => {
    const options = await edit(join(folder, 'flags.png'), '--steps', '2', '--size', '48')
    expect(options).toMatchObject({ steps: 2, guidance: 1, size: 48 })
  })

  it('do not reach a replay, which has its own', async () => {
    const output = join(folder, 'before.png')
    await edit(output)
    const moved = join(folder, 'moved')
    cpSync(tiny, moved, { recursive: true })
    const file = join(moved, 'pentimento.json')
    const hints = JSON.parse(readFileSync(file, 'utf8'))
    writeFileSync(file, JSON.stringify({ ...hints, defaults: { steps: 1, size: 32 } }))
    const again = join(folder, 'again.png')
    const args = ['replay', output, '-o', again, '--model', moved, '--picture', photo]
    const refused = await pentimento(...args)
    expect(refused.code).toBe(2)
    expect(refused.error).toMatch(/inputs differ from the recipe: hints/)
    const { code, out, error } = await pentimento(...args, '--force')
    expect(code, error).toBe(0)
    expect(out).toMatch(/the same picture/)
    expect(readFileSync(again).equals(readFileSync(output))).toBe(true)
  })

  it('are refused where they make no sense', async () => {
    const bad = join(folder, 'bad')
    cpSync(tiny, bad, { recursive: true })
    writeFileSync(join(bad, 'pentimento.json'), '{ "defaults": { "steps": 0 } }')
    const { code, error } = await pentimento('edit', photo, 'make it red', '--model', bad)
    expect(code).toBe(2)
    expect(error).toMatch(/pentimento\.json: defaults\.steps: /)
  })
})
