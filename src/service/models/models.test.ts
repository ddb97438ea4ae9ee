import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openSmallHub, type SmallHub } from '../../../test/hub.ts'
import { writeTinyCheckpoint } from '../../../test/tinyCheckpoint.ts'
import { hubSettings, publishedModels } from '../../weights/index.ts'
import type { Models, ServiceModel } from '../models.ts'
import { openEditorsOf } from './openEditors.ts'
import { type ModelsOptions, openModels } from './openModels.ts'

const qwen = 'Qwen2.5-VL-7B-Instruct'
let repos: Record<string, Record<string, Uint8Array>>
beforeAll(async () => {
  const tiny = mkdtempSync(join(tmpdir(), 'tiny-'))
  await writeTinyCheckpoint(tiny)
  const file = (name: string): Uint8Array => readFileSync(join(tiny, name))
  repos = {
    'stepfun-ai/Step1X-Edit': {
      'step1x-edit-i1258.safetensors': file('step1x-edit-i1258.safetensors'),
      'step1x-edit-v1p1-official.safetensors': file('step1x-edit-i1258.safetensors'),
      'vae.safetensors': file('vae.safetensors'),
    },
    [`Qwen/${qwen}`]: Object.fromEntries(
      readdirSync(join(tiny, qwen)).map((name) => [name, file(join(qwen, name))]),
    ),
  }
  rmSync(tiny, { recursive: true })
})

let hub: SmallHub
let folder: string
let env: NodeJS.ProcessEnv
const open: Models[] = []
beforeEach(async () => {
  hub = await openSmallHub(repos)
  folder = mkdtempSync(join(tmpdir(), 'service-models-'))
  env = {
    PENTIMENTO_CACHE: join(folder, 'cache'),
    PENTIMENTO_MODELS: join(folder, 'models'),
    PENTIMENTO_TOOLS: join(folder, 'tools'),
    HF_ENDPOINT: hub.endpoint,
    HF_HOME: join(folder, 'hf'),
    PATH: process.env.PATH,
  }
})
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()))
  await hub.close()
  rmSync(folder, { recursive: true })
})

async function opened(options: ModelsOptions = {}): Promise<Models> {
  const models = await openModels({ env, hub: hubSettings(env), retryDelay: 1, ...options })
  open.push(models)
  return models
}

const named = async (models: Models, name: string): Promise<ServiceModel | undefined> =>
  (await models.models()).find((model) => model.name === name)

/** Waits until a model is in a state. */
async function reaches(
  models: Models,
  name: string,
  is: (model: ServiceModel) => boolean,
): Promise<ServiceModel> {
  for (;;) {
    const model = await named(models, name)
    if (model && is(model)) return model
    await new Promise((done) => setTimeout(done, 10))
  }
}
const isReady = ({ state }: ServiceModel): boolean => state === 'ready'

describe('the list', () => {
  it('has the darkroom with its tools, nano, what could be pulled, and remote editors without their keys', async () => {
    const editors = {
      artist: { type: 'openai', model: 'gpt-image-1.5', key: 'ARTIST_KEY' },
      other: { type: 'gemini', model: 'gemini-3-image', key: 'OTHER_KEY' },
    } as const
    const models = await opened({ editors, env: { ...env, ARTIST_KEY: 'secret-words' } })
    const list = await models.models()
    expect(list.map(({ name, kind, state, isDefault }) => [name, kind, state, isDefault])).toEqual([
      ['darkroom', 'darkroom', 'ready', true],
      ['nano', 'model', 'ready', false],
      ['artist', 'remote', 'ready', false],
      ['other', 'remote', 'broken', false],
      ...Object.keys(publishedModels).map((name) => [name, 'model', 'missing', false]),
    ])
    const [darkroom, nano, artist, other, missing] = list
    expect(darkroom?.options).toEqual(['seed', 'plan', 'more', 'region'])
    expect(darkroom?.tools?.find(({ job }) => job === 'matting')).toEqual({
      job: 'matting',
      isReady: false,
      packs: ['isnet'],
    })
    expect(nano).toMatchObject({
      licence: 'Apache-2.0',
      loras: true,
      isRemovable: false,
      pictures: 1,
      defaults: { steps: 1, guidance: 1, size: 256, negative: '', detail: true },
    })
    expect(nano?.options).toContain('init')
    expect(artist).toMatchObject({
      served: 'openai:gpt-image-1.5',
      options: ['region', 'keepEditSize', 'more'],
      pictures: 16,
    })
    expect(other).toMatchObject({
      problem: 'OTHER_KEY is not set',
      options: ['seed', 'region', 'keepEditSize', 'more'],
      pictures: 14,
    })
    expect(missing).toMatchObject({ bytes: 42e9, licence: 'Apache-2.0', family: 'Step1X-Edit' })
    const named = (name: string) => list.find((model) => model.name === name)
    expect(named('qwen-image-edit')).toMatchObject({ pictures: 1, licence: 'Apache-2.0' })
    expect(named('qwen-image-edit')?.options).not.toContain('more')
    expect(named('qwen-image-edit-2511')?.options).toContain('more')
    expect(named('omnigen')).toMatchObject({ pictures: 3, licence: 'MIT' })
    expect(JSON.stringify(list)).not.toContain('secret-words')
  })

  it('names LoRAs by file names; links and other files are none', async () => {
    const loras = join(folder, 'loras')
    mkdirSync(join(loras, 'below'), { recursive: true })
    for (const name of ['warm.safetensors', '.hidden.safetensors', 'notes.txt', 'below/deep.safetensors'])
      writeFileSync(join(loras, name), 'abc')
    symlinkSync('/etc/passwd', join(loras, 'link.safetensors'))
    expect(await (await opened()).loras()).toEqual([{ name: 'warm', bytes: 3 }])
  })
})

describe('a pull', () => {
  it('brings a model that is then ready, and says how far it is', async () => {
    hub.faults = { holdAfter: 1000 }
    const models = await opened()
    await models.pull('step1x-edit-v1.0')
    const pulling = await reaches(models, 'step1x-edit-v1.0', ({ pull }) => (pull?.done ?? 0) >= 1000)
    expect(pulling).toMatchObject({ state: 'pulling', pull: { file: expect.any(String) } })
    hub.faults = {}
    // A list that is read while the last file arrives may still have the default of a moment ago.
    const ready = await reaches(models, 'step1x-edit-v1.0', (model) => isReady(model) && model.isDefault)
    expect(ready.isRemovable).toBe(true)
    expect(ready.pull).toBeUndefined()
    await expect(models.pull('step1x-edit-v1.0')).rejects.toMatchObject({ code: 'conflict' })
  })

  it('stops, is remembered by its files after a restart, and goes on from there', async () => {
    hub.faults = { holdAfter: 1000 }
    const models = await opened()
    await models.pull('step1x-edit-v1.0')
    await reaches(models, 'step1x-edit-v1.0', ({ pull }) => (pull?.done ?? 0) >= 1000)
    await models.stopPull('step1x-edit-v1.0')
    const again = await opened()
    const half = await named(again, 'step1x-edit-v1.0')
    expect(half).toMatchObject({ state: 'missing', problem: 'its download is incomplete' })
    expect(half?.pull?.done).toBeGreaterThanOrEqual(1000)
    expect(half?.pull?.done).toBeLessThan(half?.pull?.total ?? 0)
    hub.faults = {}
    hub.asked.length = 0
    await again.pull('step1x-edit-v1.0')
    await reaches(again, 'step1x-edit-v1.0', isReady)
    expect(hub.asked.some(({ range }) => range?.startsWith('bytes=1000-'))).toBe(true)
  })

  it('waits for the one before it, and can leave the queue', async () => {
    hub.faults = { holdAfter: 1000 }
    const models = await opened()
    await models.pull('step1x-edit-v1.0')
    await models.pull('step1x-edit-v1.1')
    await models.pull('step1x-edit-v1.1')
    expect(await named(models, 'step1x-edit-v1.1')).toMatchObject({
      state: 'pulling',
      pull: { isWaiting: true },
    })
    await models.stopPull('step1x-edit-v1.1')
    expect((await named(models, 'step1x-edit-v1.1'))?.state).toBe('missing')
    hub.faults = {}
    await reaches(models, 'step1x-edit-v1.0', isReady)
    expect(existsSync(join(folder, 'models', 'step1x-edit-v1.1'))).toBe(false)
  })

  it('keeps the reason why it failed, without folders of the machine', async () => {
    hub.faults = { status: 403 }
    const models = await opened()
    await models.pull('step1x-edit-v1.1')
    const failed = await reaches(models, 'step1x-edit-v1.1', ({ pull }) => pull?.error !== undefined)
    expect(failed.state).toBe('missing')
    expect(failed.pull?.error).not.toContain(folder)
  })

  it.each(['darkroom', 'nano', '../x', '/etc', 'someone/else', ''])('of %j is refused', async (name) => {
    await expect((await opened()).pull(name)).rejects.toMatchObject({ name: 'ServiceError' })
    expect(hub.asked).toEqual([])
  })
})

describe('deletion', () => {
  const tiny = (name: string): Promise<void> => writeTinyCheckpoint(join(folder, 'models', name))

  it('removes a model, and the empty folder of its owner', async () => {
    await tiny('someone/tiny')
    const models = await opened()
    await models.delete('someone/tiny')
    expect(readdirSync(join(folder, 'models'))).toEqual([])
    await expect(models.delete('someone/tiny')).rejects.toMatchObject({ code: 'missing' })
  })

  it('is refused while edits of the model wait or run', async () => {
    await tiny('tiny')
    const models = await opened({ isInUse: (name) => Promise.resolve(name === 'tiny') })
    await expect(models.delete('tiny')).rejects.toMatchObject({ code: 'conflict' })
    expect(existsSync(join(folder, 'models', 'tiny'))).toBe(true)
  })

  it.each(['darkroom', 'nano', '..', '../models', '.', '', '/', 'tiny/..', 'none'])(
    'of %j is refused',
    async (name) => {
      await tiny('tiny')
      await expect((await opened()).delete(name)).rejects.toMatchObject({ name: 'ServiceError' })
      expect(existsSync(join(folder, 'models', 'tiny', 'vae.safetensors'))).toBe(true)
    },
  )

  it('never follows a link, of a model or of its owner', async () => {
    await writeTinyCheckpoint(join(folder, 'elsewhere', 'tiny'))
    mkdirSync(join(folder, 'models'))
    symlinkSync(join(folder, 'elsewhere', 'tiny'), join(folder, 'models', 'linked'))
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'models', 'owner'))
    const models = await opened()
    for (const name of ['linked', 'owner/tiny'])
      await expect(models.delete(name)).rejects.toMatchObject({
        code: 'conflict',
        message: expect.stringContaining('link'),
      })
    expect(existsSync(join(folder, 'elsewhere', 'tiny', 'vae.safetensors'))).toBe(true)
  })

  it('that was broken off is finished by the next start', async () => {
    mkdirSync(join(folder, 'models', '.deleted-1', 'below'), { recursive: true })
    writeFileSync(join(folder, 'models', '.deleted-1', 'below', 'file'), 'abc')
    await opened()
    expect(readdirSync(join(folder, 'models'))).toEqual([])
  })

  it('of a pack is refused where it is not there', async () => {
    const models = await opened()
    await expect(models.deletePack('isnet')).rejects.toMatchObject({ code: 'missing' })
    await expect(models.deletePack('../isnet')).rejects.toMatchObject({ code: 'missing' })
    await expect(models.deletePack('toString')).rejects.toMatchObject({ code: 'missing' })
  })
})

describe('an editor', () => {
  it('is opened by names of the list alone, never by paths', async () => {
    const editors = openEditorsOf({ env })
    await writeTinyCheckpoint(join(folder, 'elsewhere'))
    for (const name of [join(folder, 'elsewhere'), '../elsewhere', 'openai:gpt-image-1.5', '__proto__'])
      await expect(editors.open(name)).rejects.toMatchObject({ name: 'ServiceError', code: 'missing' })
    for (const lora of ['../elsewhere/vae', '/etc/passwd', ''])
      await expect(editors.open('nano', [{ name: lora, strength: 1 }])).rejects.toMatchObject({
        code: 'missing',
      })
    await expect(editors.open('darkroom', [{ name: 'x', strength: 1 }])).rejects.toMatchObject({
      code: 'input',
    })
    const darkroom = await editors.open('darkroom')
    expect(darkroom.name).toBe('darkroom')
    await darkroom.close()
  })

  it('has another stamp once its model was replaced', async () => {
    await writeTinyCheckpoint(join(folder, 'models', 'tiny'))
    const editors = openEditorsOf({ env })
    const before = await editors.stamp('tiny')
    expect(await editors.stamp('tiny')).toBe(before)
    rmSync(join(folder, 'models', 'tiny'), { recursive: true })
    await writeTinyCheckpoint(join(folder, 'models', 'tiny'))
    expect(await editors.stamp('tiny')).not.toBe(before)
  })
})
