import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hubCommit, openSmallHub, type SmallHub } from '../../test/hub.ts'
import { openSmallProxy, throughProxy } from '../../test/proxy.ts'
import { type HubSettings, hubSettings } from './hubSettings.ts'
import { type PullModelOptions, pull } from './pullModel.ts'
import { isComplete } from './pullRecord.ts'

const weights = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) % 251)
const bytes = (text: string) => new TextEncoder().encode(text)
const index = (name: string) => ({
  'model_index.json': bytes(JSON.stringify({ _class_name: name })),
  'transformer/model.safetensors': weights,
})

/** A Stable Diffusion of diffusers, with copies in half precision and a pickle. */
const diffusion = (name: string) => ({
  'model_index.json': bytes(JSON.stringify({ _class_name: name })),
  'scheduler/scheduler_config.json': bytes('{}'),
  'text_encoder/model.safetensors': weights,
  'text_encoder/model.fp16.safetensors': weights,
  'tokenizer/vocab.json': bytes('{}'),
  'tokenizer/merges.txt': bytes('#version'),
  'unet/config.json': bytes('{ }'),
  'unet/diffusion_pytorch_model.bin': weights,
  'unet/diffusion_pytorch_model.safetensors': weights,
  'unet/diffusion_pytorch_model.non_ema.safetensors': weights,
  'vae/diffusion_pytorch_model.safetensors': weights,
})

let hub: SmallHub
let folder: string
let model: string
beforeEach(async () => {
  hub = await openSmallHub({
    'owner/model': { ...index('Step1XEditPipeline'), 'pytorch_model.bin': weights },
    'stepfun-ai/Step1X-Edit-v1p2': index('Step1XEditPipelineV1P2'),
    'Shitao/OmniGen-v1': {
      'model.safetensors': weights,
      'model.pt': weights,
      'config.json': bytes('{}'),
      'tokenizer.json': bytes('{}'),
      'vae/diffusion_pytorch_model.safetensors': weights,
    },
    'Shitao/OmniGen-v1-diffusers': index('OmniGenPipeline'),
    'Qwen/Qwen-Image-Edit-2511': index('QwenImageEditPlusPipeline'),
    'timbrooks/instruct-pix2pix': {
      ...diffusion('StableDiffusionInstructPix2PixPipeline'),
      'instruct-pix2pix-00-22000.safetensors': weights,
      'safety_checker/model.safetensors': weights,
    },
    'vinesmsuic/magicbrush-jul7': diffusion('StableDiffusionPipeline'),
    'WeiChow/AnySD': {
      'unet/config.json': bytes('{}'),
      'unet/diffusion_pytorch_model.safetensors': weights,
      'image_encoder/model.safetensors': weights,
      'experts/global.bin': weights,
    },
    'stable-diffusion-v1-5/stable-diffusion-v1-5': diffusion('StableDiffusionPipeline'),
    'owner/flux': index('FluxPipeline'),
    'owner/both': { ...index('FluxKontextPipeline'), 'flux1-kontext-dev.safetensors': weights },
    'black-forest-labs/FLUX.1-Kontext-dev': {
      ...index('FluxKontextPipeline'),
      'flux1-kontext-dev.safetensors': weights,
      'ae.safetensors': weights,
      'text_encoder_2/model-00001-of-00001.safetensors': weights,
      'tokenizer/merges.txt': bytes('#version: 0.2'),
      'LICENSE.md': bytes('terms'),
      'teaser.png': bytes('a picture'),
    },
    'owner/empty': { 'README.md': bytes('nothing') },
  })
  folder = mkdtempSync(join(tmpdir(), 'pull-model-'))
  model = join(folder, 'model')
})
afterEach(async () => {
  await hub.close()
  rmSync(folder, { recursive: true })
})

/** Settings of an environment without the variables of this machine. */
const settings = (env: NodeJS.ProcessEnv = {}): HubSettings =>
  hubSettings({ HF_ENDPOINT: hub.endpoint, HF_HOME: join(folder, 'hf'), ...env })
const pulled = (name = 'owner/model', options: PullModelOptions = {}) =>
  pull(name, model, { hub: settings(), retryDelay: 1, ...options })

describe('pull', () => {
  it('brings the files of a model, and says which', async () => {
    expect(await pulled()).toEqual({
      folder: model,
      files: 2,
      bytes: 300_000 + index('Step1XEditPipeline')['model_index.json'].length,
      commits: { 'owner/model': hubCommit },
    })
    expect(readdirSync(model).sort()).toEqual(['.pentimento-pull.json', 'model_index.json', 'transformer'])
    expect(await isComplete(model)).toBe(true)
  })

  it('brings OmniGen by its name, without its pickles, and either layout by its repository', async () => {
    expect(await pulled('omnigen')).toMatchObject({ files: 4, commits: { 'Shitao/OmniGen-v1': hubCommit } })
    expect(existsSync(join(model, 'model.pt'))).toBe(false)
    rmSync(model, { recursive: true })
    expect(await pulled('Shitao/OmniGen-v1-diffusers')).toMatchObject({ files: 2 })
  })

  it('brings Qwen-Image-Edit by its name', async () => {
    const commits = { 'Qwen/Qwen-Image-Edit-2511': hubCommit }
    expect(await pulled('qwen-image-edit-2511')).toMatchObject({ files: 2, commits })
  })

  it('brings v1.2, whose pipeline has a class of its own', async () => {
    const commits = { 'stepfun-ai/Step1X-Edit-v1p2': hubCommit }
    expect(await pulled('step1x-edit-v1.2')).toMatchObject({ files: 2, commits })
  })

  it('brings the parts of InstructPix2Pix and its kin, and no copies of them', async () => {
    const parts = [
      'model_index.json',
      'scheduler/scheduler_config.json',
      'text_encoder/model.safetensors',
      'tokenizer/merges.txt',
      'tokenizer/vocab.json',
      'unet/config.json',
      'unet/diffusion_pytorch_model.safetensors',
      'vae/diffusion_pytorch_model.safetensors',
    ]
    const files = () =>
      readdirSync(model, { recursive: true, encoding: 'utf8' })
        .map((name) => name.replaceAll('\\', '/'))
        .filter((name) => /\.(safetensors|json|txt|bin)$/.test(name) && !name.startsWith('.'))
        .sort()
    for (const name of ['instruct-pix2pix', 'magicbrush', 'anysd']) {
      await pulled(name)
      // AnySD is a UNet for Stable Diffusion 1.5, whose pipeline makes pictures of text alone.
      expect(files(), name).toEqual(name === 'anysd' ? parts.slice(1) : parts)
      rmSync(model, { recursive: true })
    }
    const asked = hub.asked.map(({ path }) => decodeURIComponent(path))
    expect(asked.some((path) => path.includes('magicbrush-jul7/revision/refs/pr/2'))).toBe(true)
  })

  it('leaves out single files whose weights the layout of diffusers holds', async () => {
    await pulled('owner/both')
    expect(readdirSync(model).sort()).toEqual(['.pentimento-pull.json', 'model_index.json', 'transformer'])
    await pull('flux-kontext', join(folder, 'kontext'), { hub: settings(), retryDelay: 1 })
    expect(readdirSync(join(folder, 'kontext')).sort()).toEqual([
      '.pentimento-pull.json',
      'LICENSE.md',
      'model_index.json',
      'text_encoder_2',
      'tokenizer',
      'transformer',
    ])
  })

  it('leaves a folder that is not complete when it breaks off, and completes it later', async () => {
    hub.faults = { breakAfter: 100_000, breaks: 1 }
    await expect(pulled('owner/model', { tries: 1 })).rejects.toMatchObject({ code: 'network' })
    expect(await isComplete(model)).toBe(false)
    await pulled()
    expect(await isComplete(model)).toBe(true)
    expect(readFileSync(join(model, 'transformer/model.safetensors')).equals(weights)).toBe(true)
  })

  it('leaves a complete folder complete while it checks it', async () => {
    await pulled()
    const cancel = new AbortController()
    const checking = pulled('owner/model', { signal: cancel.signal, onProgress: () => cancel.abort() })
    await expect(checking).rejects.toMatchObject({ code: 'aborted' })
    expect(await isComplete(model)).toBe(true)
  })

  it('writes nothing into a folder that is complete', async () => {
    await pulled()
    const file = join(model, '.pentimento-pull.json')
    const before = statSync(file, { bigint: true }).mtimeNs
    await pulled()
    await pulled('owner/model', { hub: settings({ HF_HUB_OFFLINE: 'true' }) })
    expect(statSync(file, { bigint: true }).mtimeNs).toBe(before)
  })

  it.each([['owner/flux', /^owner\/flux: is a FluxPipeline; expected Step1X-Edit/]])(
    'refuses %s before its weights are downloaded',
    async (name, message) => {
      const error: unknown = await pulled(name).catch((reason: unknown) => reason)
      expect(error).toMatchObject({ name: 'WeightsError', code: 'unsupported' })
      expect((error as Error).message).toMatch(message)
      expect(hub.asked.filter(({ path }) => path.endsWith('.safetensors'))).toEqual([])
      expect(existsSync(model)).toBe(false)
    },
  )

  it('refuses a name that is none, and a repository without a model', async () => {
    await expect(pulled('nowhere')).rejects.toThrow(
      /^nowhere: expected one of step1x-edit-v1\.0, .*or a repository/,
    )
    await expect(pulled('owner/empty')).rejects.toThrow(/^owner\/empty: contains no model files/)
  })
})

describe('pull offline', () => {
  const offline = () => settings({ HF_HUB_OFFLINE: '1' })

  it('checks what is there, and asks nothing of the hub', async () => {
    await pulled()
    hub.asked.length = 0
    expect(await pulled('owner/model', { hub: offline() })).toMatchObject({ files: 2 })
    expect(hub.asked).toEqual([])
  })

  it('says in one line what is not there', async () => {
    await expect(pulled('owner/model', { hub: offline() })).rejects.toThrow(
      `owner/model: the hub is not used in offline mode (HF_HUB_OFFLINE), and ${model} contains no earlier pull of it`,
    )
    await pulled()
    const spoilt = Uint8Array.from(weights)
    spoilt[7]! ^= 1
    writeFileSync(join(model, 'transformer/model.safetensors'), spoilt)
    hub.asked.length = 0
    await expect(pulled('owner/model', { hub: offline() })).rejects.toMatchObject({ code: 'offline' })
    expect(hub.asked).toEqual([])
  })

  it('says that a hub cannot be reached, and what may help', async () => {
    const { endpoint } = hub
    await hub.close()
    const error: unknown = await pulled('owner/model').catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'offline' })
    expect((error as Error).message).toBe(
      `owner/model: ${endpoint} cannot be reached (ECONNREFUSED), are you offline? Behind a proxy, set HTTPS_PROXY`,
    )
    hub = await openSmallHub({})
  })
})

describe('pull through a proxy', () => {
  it('asks the proxy of HTTP_PROXY, and not for hosts of NO_PROXY', async () => {
    const proxy = await openSmallProxy()
    const HF_ENDPOINT = throughProxy(hub.endpoint)
    const through = settings({ HF_ENDPOINT, http_proxy: proxy.address })
    await pulled('owner/model', { hub: through })
    expect(proxy.asked.length).toBe(hub.asked.length)
    expect(proxy.asked[0]).toContain(`GET ${HF_ENDPOINT}/api/models/owner/model/revision/HEAD?`)

    proxy.asked.length = 0
    rmSync(model, { recursive: true })
    // The test resolves the name by its proxy alone.
    const past = settings({ HF_ENDPOINT, HTTP_PROXY: proxy.address, NO_PROXY: 'server.test' })
    await expect(pulled('owner/model', { hub: past })).rejects.toThrow('cannot be reached')
    await pulled('owner/model', { hub: settings({ HTTP_PROXY: proxy.address }) })
    expect(proxy.asked).toEqual([])
    await proxy.close()
  })

  it('goes on after a connection that breaks', async () => {
    const proxy = await openSmallProxy()
    hub.faults = { breakAfter: 100_000, breaks: 1 }
    await pulled('owner/model', {
      hub: settings({ HF_ENDPOINT: throughProxy(hub.endpoint), http_proxy: proxy.address }),
    })
    expect(readFileSync(join(model, 'transformer/model.safetensors')).equals(weights)).toBe(true)
    expect(hub.asked.map(({ range }) => range)).toContain('bytes=100000-299999')
    await proxy.close()
  })

  it('names the proxy that refuses, without its password', async () => {
    const proxy = await openSmallProxy(407)
    const address = proxy.address.replace('//', '//me:secret@')
    const asked = settings({ HF_ENDPOINT: 'https://hub.invalid', HTTPS_PROXY: address })
    const error: unknown = await pulled('owner/model', { hub: asked }).catch((reason: unknown) => reason)
    expect(proxy.asked).toEqual(['CONNECT hub.invalid:443'])
    expect(error).toMatchObject({ code: 'offline' })
    expect((error as Error).message).toContain(
      `asked through the proxy ${proxy.address}; check the network, HTTPS_PROXY`,
    )
    expect((error as Error).message).toContain('407')
    expect((error as Error).message).not.toContain('secret')
    await proxy.close()
  })
})
