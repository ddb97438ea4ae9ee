import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { writeTinyCheckpoint } from '../../../test/tinyCheckpoint.ts'
import { type Models, openModels, planEdit, ServiceError } from '../../service/index.ts'
import { publishedModels } from '../../weights/index.ts'
import { createApp } from './app.ts'
import { FileLinks } from './fileLinks.ts'
import { doorsOf } from './guards.ts'
import { ApiKeys } from './keys.ts'
import { defaultLimits } from './limits.ts'
import { Metrics } from './metrics.ts'
import type { AppParts } from './parts.ts'

const [adminKey, benKey] = ['anna-0123456789abcdef', 'ben-0123456789abcdefg']
const dunes = new URL('../../../examples/photos/jared-evans-119758.jpg', import.meta.url)
const secret = new Uint8Array(32)
const status = async () => ({ queues: [] })
const own = 'a'.repeat(64)

let folder: string
let models: Models
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'editors-'))
  const env = {
    PENTIMENTO_CACHE: join(folder, 'cache'),
    PENTIMENTO_MODELS: join(folder, 'models'),
    PENTIMENTO_TOOLS: join(folder, 'tools'),
  }
  await writeTinyCheckpoint(join(folder, 'models', 'someone', 'tiny'))
  models = await openModels({ env })
  // No detector: parts of the scene are seen without.
  vi.stubEnv('PENTIMENTO_TOOLS', env.PENTIMENTO_TOOLS)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await models.close()
  rmSync(folder, { recursive: true })
})

/** Asks a server with the models of a folder; Ben and whoever is local own one picture. */
function asking(keys = '') {
  const app = createApp({
    pictures: {
      get: async (owner: string, id: string) => {
        if (owner === 'anna' || id !== own) throw new ServiceError('missing', 'no such picture')
      },
      thumbnail: async (owner: string, id: string) => {
        if (owner === 'anna' || id !== own) throw new ServiceError('missing', 'no such picture')
        return readFileSync(dunes)
      },
    } as unknown as AppParts['pictures'],
    models,
    edits: {} as AppParts['edits'],
    history: {} as AppParts['history'],
    fileLinks: new FileLinks(secret),
    status,
    worker: () => 'none',
    folder: '.',
    metrics: new Metrics(status),
    pages: { page: (name) => (c) => c.text(name), assets: (c) => c.text('asset') },
    keys: new ApiKeys(keys, secret),
    limits: defaultLimits,
    doors: () => doorsOf('127.0.0.1', 4810),
    allowed: [],
    isSecure: false,
    trustProxy: false,
    stopping: new AbortController().signal,
    log: () => undefined,
  })
  return async (method: string, path: string, { key, body }: { key?: string; body?: object } = {}) => {
    const answer = await app.request(path, {
      method,
      headers: {
        host: '127.0.0.1:4810',
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) }
  }
}

describe('the lists', () => {
  it('have editors, packs, LoRAs and the disk', async () => {
    const ask = asking()
    const { body: editors } = await ask('GET', '/v1/editors')
    expect(editors.map(({ name }: { name: string }) => name)).toEqual([
      'darkroom',
      'nano',
      'someone/tiny',
      ...Object.keys(publishedModels),
    ])
    const { body: packs } = await ask('GET', '/v1/packs')
    expect(packs[0]).toMatchObject({ name: 'isnet', state: 'missing', licence: 'MIT' })
    expect((await ask('GET', '/v1/loras')).body).toEqual([])
    const { body: disk } = await ask('GET', '/v1/disk')
    expect(disk.models).toBeGreaterThan(1000)
    expect(disk.free).toBeGreaterThan(0)
  })
})

describe('models and packs', () => {
  it('are managed by everybody who reaches a server without keys', async () => {
    const ask = asking()
    expect((await ask('GET', '/v1/me')).body.isAdmin).toBe(true)
    expect((await ask('DELETE', '/v1/editors/someone%2Ftiny')).status).toBe(204)
    expect(existsSync(join(folder, 'models', 'someone'))).toBe(false)
    expect((await ask('DELETE', '/v1/editors/nano')).status).toBe(409)
    expect((await ask('POST', '/v1/packs/none/install')).status).toBe(404)
  })

  it('are managed by administrators alone on a server with keys; all see them', async () => {
    const ask = asking(`anna:admin=${adminKey},ben=${benKey}`)
    expect((await ask('GET', '/v1/me', { key: benKey })).body.isAdmin).toBe(false)
    expect((await ask('GET', '/v1/editors', { key: benKey })).status).toBe(200)
    for (const [method, path] of [
      ['POST', '/v1/editors/step1x-edit-v1.0/pull'],
      ['DELETE', '/v1/editors/step1x-edit-v1.0/pull'],
      ['DELETE', '/v1/editors/someone%2Ftiny'],
      ['POST', '/v1/packs/isnet/install'],
      ['DELETE', '/v1/packs/isnet/install'],
      ['DELETE', '/v1/packs/isnet'],
    ] as const)
      expect((await ask(method, path, { key: benKey })).body.error, path).toMatchObject({
        type: 'permission_error',
        code: 'admin_only',
      })
    expect(existsSync(join(folder, 'models', 'someone', 'tiny'))).toBe(true)
    expect((await ask('DELETE', '/v1/editors/someone%2Ftiny', { key: adminKey })).status).toBe(204)
  })

  it.each(['..%2F..', '%2Fetc', '..', '.', 'someone', 'someone%2F..'])(
    'named %s are not there',
    async (name) => {
      const { status } = await asking()('DELETE', `/v1/editors/${name}`)
      expect(status).toBe(404)
      expect(existsSync(join(folder, 'models', 'someone', 'tiny', 'vae.safetensors'))).toBe(true)
    },
  )
})

describe('a plan', () => {
  const plan = (body: object, keys?: string, key?: string) =>
    asking(keys)('POST', '/v1/plans', { body, ...(key !== undefined && { key }) })

  it('says in both languages what would be done', async () => {
    const { status, body } = await plan({
      picture: own,
      instruction: 'Remove the red car, then make it warmer',
    })
    expect(status).toBe(200)
    expect(body.plan.steps.map(({ kind }: { kind: string }) => kind)).toEqual(['erase', 'adjust'])
    expect(body.lines.en[0]).toBe('erase "the red car"')
    expect(body.lines.cn).toHaveLength(2)
    expect(body.lines.cn[0]).toMatch(/^去掉/)
  })

  it('knows that a region says what is meant', async () => {
    const box = { x: 0, y: 0, width: 4, height: 4 }
    expect((await plan({ picture: own, instruction: 'erase this', box })).status).toBe(200)
  })

  it.each([
    ['qwrt zzxk', 'unclear'],
    ['add a dragon to the sky', 'beyond'],
  ])('of %j is refused as %s', async (instruction, code) => {
    const { status, body } = await plan({ picture: own, instruction })
    expect([status, body.error.code]).toEqual([400, code])
  })

  it('of a picture of somebody else is refused', async () => {
    const keys = `anna=${adminKey},ben=${benKey}`
    const body = { picture: own, instruction: 'make it brighter' }
    expect((await plan(body, keys, adminKey)).status).toBe(404)
    expect((await plan(body, keys, benKey)).status).toBe(200)
    expect((await plan({ ...body, second: 'b'.repeat(64) }, keys, benKey)).status).toBe(404)
  })
})

describe('suggestions', () => {
  it('fit what a picture shows, for its owner alone', async () => {
    const keys = `anna=${adminKey},ben=${benKey}`
    const path = `/v1/pictures/${own}/suggestions`
    const { body } = await asking(keys)('GET', path, { key: benKey })
    expect(body).toContainEqual({
      kind: 'color_alter',
      en: 'make the sky turquoise',
      cn: '把天空变成青绿色',
      isGenerative: false,
    })
    expect((await asking(keys)('GET', path, { key: adminKey })).status).toBe(404)
  })
})

describe('examples', () => {
  it('are read by the darkroom as the same plan in both languages, and name the packs that they need', async () => {
    const ask = asking()
    const { body: listed } = await ask('GET', '/v1/examples')
    expect(listed.length).toBeGreaterThan(4)
    for (const { en, cn } of listed) {
      const plans = await Promise.all(
        [en, cn].map((text) => planEdit(text, { region: false, second: false })),
      )
      const [kinds, chinese] = plans.map(({ plan }) => plan.steps.map(({ kind }) => kind))
      expect(chinese, cn).toEqual(kinds)
    }
    const satellite = listed.find(({ en }: { en: string }) => en === 'remove the satellite')
    expect(satellite.packs).toEqual(['human', 'isnet', 'opencv'])
    expect(listed.at(-1).packs).toEqual([])
  })

  it('give their files, and no others', async () => {
    const ask = asking()
    expect((await ask('GET', '/v1/examples/..%2Fphotos%2FREADME.md')).status).toBe(404)
    expect((await ask('GET', '/v1/examples/README.md')).status).toBe(404)
  })
})
