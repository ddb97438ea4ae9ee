import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSmallComfy, type SmallComfy } from '../../../test/smallComfy.ts'
import type { Mask, Picture } from '../../image/index.ts'
import { ToolError } from '../error.ts'
import { contracts } from '../jobs.contract.ts'
import { type ComfyUiOptions, comfyUiGenerator, comfyUiInpainter, workflowTemplates } from './comfyui.ts'
import { placeholdersOf } from './workflows/workflow.ts'

let server: SmallComfy
beforeEach(async () => {
  server = await openSmallComfy()
})
afterEach(() => server.close())

const options = (more: Partial<ComfyUiOptions> = {}): ComfyUiOptions => ({
  url: server.url,
  workflow: 'flux-fill',
  pollSeconds: 0.001,
  backoffSeconds: 0.001,
  ...more,
})

// No multiple of what the latents want, so that padding shows.
const size = { width: 50, height: 37 }
const picture: Picture = {
  ...size,
  data: Uint8Array.from({ length: 50 * 37 * 3 }, (_, i) => (i * 31 + (i >> 5)) % 256),
}
const mask: Mask = {
  ...size,
  data: Uint8Array.from({ length: 50 * 37 }, (_, i) => (i % 50 > 10 && i % 50 < 30 ? 200 : 90)),
}

const red = ({ width, height }: Picture): Picture => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (i % 3 === 0 ? 255 : 0)),
})

const failure = async (asked: Promise<unknown>): Promise<ToolError> => {
  const error = await asked.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(ToolError)
  expect((error as ToolError).message).not.toContain('\n')
  return error as ToolError
}

describe('the inpainter', () => {
  it('fills what the mask covers, and leaves the rest bit-equal', async () => {
    server.paint = ({ pictures }) => red(pictures.picture as Picture)
    const result = await comfyUiInpainter(options()).inpaint(picture, mask)
    for (let i = 0; i < mask.data.length; i++) {
      const pixel = [...result.data.subarray(3 * i, 3 * i + 3)]
      expect(pixel).toEqual(
        (mask.data[i] as number) >= 128 ? [255, 0, 0] : [...picture.data.subarray(3 * i, 3 * i + 3)],
      )
    }
  })

  it('sends picture and mask in a size that latents take, their edges repeated', async () => {
    await comfyUiInpainter(options({ prompt: 'grass' })).inpaint(picture, mask)
    const [run] = server.runs
    const sent = run?.pictures.picture as Picture
    expect(sent).toMatchObject({ width: 64, height: 48 })
    for (const [x, y] of [
      [0, 0],
      [49, 36],
      [63, 47],
    ] as const) {
      const from = 3 * (Math.min(y, 36) * 50 + Math.min(x, 49))
      expect(sent.data.subarray(3 * (y * 64 + x), 3 * (y * 64 + x) + 3)).toEqual(
        picture.data.subarray(from, from + 3),
      )
    }
    expect(run?.pictures.mask?.data.slice(0, 3)).toEqual(new Uint8Array([0, 0, 0]))
    expect(run?.pictures.mask?.data.slice(3 * 15, 3 * 15 + 3)).toEqual(new Uint8Array([255, 255, 255]))
    expect(run?.prompt.prompt?.inputs).toMatchObject({ text: 'grass' })
  })

  it('asks the same of the same picture and mask, but for the name of the file', async () => {
    const tool = comfyUiInpainter(options())
    await tool.inpaint(picture, mask)
    await tool.inpaint(picture, mask)
    await tool.inpaint(picture, { ...mask, data: mask.data.map((level) => 255 - level) })
    const seeds = server.runs.map(({ prompt }) => prompt.sampler?.inputs.seed)
    expect(seeds[0]).toBe(seeds[1])
    expect(seeds[2]).not.toBe(seeds[0])
    expect(server.runs[0]?.prompt.save).not.toEqual(server.runs[1]?.prompt.save)
  })

  it('brings a result of another size back', async () => {
    server.paint = () => red({ width: 128, height: 96, data: new Uint8Array() })
    expect(await comfyUiInpainter(options()).inpaint(picture, mask)).toMatchObject(size)
  })

  it('refuses a mask of another size, and a workflow without one', async () => {
    const small = { width: 1, height: 1, data: new Uint8Array(1) }
    expect((await failure(comfyUiInpainter(options()).inpaint(picture, small))).message).toBe(
      "comfyui: expected a mask of the picture's size, 50×37, got 1×1",
    )
    expect(() =>
      comfyUiInpainter(options({ workflow: { a: { class_type: 'LoadImage', inputs: {} } } })),
    ).toThrow('inpainter: the workflow has no {{mask}}; an inpainter needs one')
  })

  it('removes objects with the LoRA that is named', async () => {
    await comfyUiInpainter(
      options({ workflow: 'object-removal', models: { lora: 'removal.safetensors' } }),
    ).inpaint(picture, mask)
    expect(server.runs[0]?.prompt.lora?.inputs).toMatchObject({
      lora_name: 'removal.safetensors',
      model: ['unet', 0],
    })
    expect(() => comfyUiInpainter(options({ workflow: 'object-removal' }))).toThrow(
      `inpainter: the workflow needs the file of model 'lora'; name it under "models": { "lora": "….safetensors" }`,
    )
  })
})

describe('the contract of an inpainter', () => {
  beforeEach(() => {
    server.paint = ({ pictures }) => red(pictures.picture as Picture)
  })
  contracts.inpainter(() => comfyUiInpainter(options()))
})

describe('the generator', () => {
  it('is led by a control picture, by words and by a seed', async () => {
    const tool = comfyUiGenerator(options({ workflow: 'controlnet' }))
    server.paint = ({ pictures }) => red(pictures.picture as Picture)
    const control = {
      type: 'depth',
      picture: { width: 10, height: 7, data: new Uint8Array(210).fill(9) },
    } as const
    const result = await tool.generate({
      picture,
      prompt: 'a "red" car',
      negative: 'blur',
      control,
      seed: 42,
    })
    expect(result).toEqual(red(picture))
    const [run] = server.runs
    expect(run?.prompt.sampler?.inputs).toMatchObject({ seed: 42, positive: ['apply', 0] })
    expect(run?.prompt.prompt?.inputs.text).toBe('a "red" car')
    expect(run?.prompt.negative?.inputs.text).toBe('blur')
    expect(run?.pictures.control).toMatchObject({ width: 64, height: 48 })
    // Without a region all of it is to be painted.
    expect(new Set(run?.pictures.mask?.data)).toEqual(new Set([255]))
  })

  it('mixes where the region is soft, and keeps what is outside of it', async () => {
    server.paint = ({ pictures }) => red(pictures.picture as Picture)
    const region = { ...size, data: mask.data.map((_, i) => (i === 0 ? 0 : i === 1 ? 128 : 255)) }
    const { data } = await comfyUiGenerator(options()).generate({ picture, prompt: 'x', region, seed: 1 })
    expect(data.slice(0, 3)).toEqual(picture.data.slice(0, 3))
    expect(data[3]).toBe(Math.round((picture.data[3] as number) * (127 / 255) + 128))
    expect(data.slice(6, 9)).toEqual(new Uint8Array([255, 0, 0]))
  })

  it('says when workflow and request do not fit', async () => {
    const request = { picture, prompt: 'x', seed: 1 }
    const led = { ...request, control: { type: 'edges', picture } as const }
    expect(
      (await failure(comfyUiGenerator(options({ workflow: 'controlnet' })).generate(request))).message,
    ).toMatch(/the workflow needs a control picture, but this recipe has none/)
    expect((await failure(comfyUiGenerator(options()).generate(led))).message).toMatch(
      /has a control picture \(edges\), but the workflow has no \{\{control\}\}/,
    )
  })
})

it('holds the limit of calls whoever asks', async () => {
  server.paint = ({ pictures }) => red(pictures.picture as Picture)
  const tool = comfyUiGenerator(options())
  await Promise.all([1, 2].map((seed) => tool.generate({ picture, prompt: 'grass', region: mask, seed })))
  const order = server.asked.flatMap((path) => /\/(prompt|view)/.exec(path)?.[1] ?? [])
  expect(order).toEqual(['prompt', 'view', 'prompt', 'view'])
})

describe('a bad day', () => {
  const inpaint = (more: Partial<ComfyUiOptions> = {}) =>
    comfyUiInpainter(options(more)).inpaint(picture, mask)

  it.each(['/upload', '/prompt', '/history', '/view'])(
    'with a broken connection at %s is tried again',
    async (path) => {
      server.faults = { drop: { path, times: 2 } }
      expect(await inpaint()).toMatchObject(size)
    },
  )

  it('with a full queue is waited for, then told', async () => {
    server.faults = { status: { path: '/prompt', code: 429, times: 2, headers: { 'retry-after': '0' } } }
    expect(await inpaint()).toMatchObject(size)
    server.faults = { status: { path: '/prompt', code: 503, times: 99 } }
    const { code, message } = await failure(inpaint({ retries: 1 }))
    expect(code).toBe('tool-server')
    expect(message).toMatch(/^inpainter \(flux-fill\) at http:.*: its queue is full; lower the concurrency/)
  })

  it('without a model names it, where it goes, and what is there', async () => {
    const { code, message } = await failure(inpaint({ models: { unet: 'flux-fill-q8.safetensors' } }))
    expect(code).toBe('tool-server')
    expect(message).toContain(
      `UNETLoader 'unet': unet_name 'flux-fill-q8.safetensors' is not on the server, which has ['flux1-fill-dev.safetensors']`,
    )
  })

  it('where only some outputs are valid is refused as well', async () => {
    server.faults = { partly: true }
    const { message } = await failure(inpaint({ models: { vae: 'other.safetensors' } }))
    expect(message).toContain(`vae_name 'other.safetensors' is not on the server`)
  })

  it('without a custom node names it', async () => {
    const workflow = { ...workflowTemplates['flux-fill'].nodes, x: { class_type: 'BrushNet', inputs: {} } }
    const own = JSON.parse(JSON.stringify(workflow).replaceAll(/\{\{model:\w+\}\}/g, 'a'))
    expect((await failure(inpaint({ workflow: own }))).message).toMatch(
      /Node 'BrushNet' not found\..*\(Node ID '#x'\); install the custom node that brings it/,
    )
  })

  it.each([
    [
      {
        fails: {
          node: '9',
          type: 'KSampler',
          message: 'Allocation on device',
          exception: 'torch.OutOfMemoryError',
        },
      },
      /KSampler '9' failed: Allocation on device; use smaller pictures or models/,
    ],
    [
      {
        fails: {
          node: 'vae',
          type: 'VAEDecode',
          message: 'size mismatch\nline two',
          exception: 'RuntimeError',
        },
      },
      /VAEDecode 'vae' failed: size mismatch line two$/,
    ],
    [{ interrupts: true }, /the workflow was interrupted on the server; run it again/],
    [{ forgets: true }, /has lost the workflow \(was it restarted\?\)/],
    [{ savesNothing: true }, /ended without a picture; it needs a SaveImage node/],
    [{ halfPictures: true }, /00001_\.png': .*damaged or truncated/],
  ])('of %j is told in one line', async (faults, message) => {
    server.faults = faults
    expect((await failure(inpaint())).message).toMatch(message)
  })

  it.each([
    ['runs', 'running', 'interrupted'],
    ['waits behind that of another', 'waiting', 'deleted'],
  ] as const)(
    'on which nothing ends is over with the time limit; what %s is taken back',
    async (_, hangs, how) => {
      server.faults = { hangs }
      const { message } = await failure(inpaint({ timeLimitSeconds: 2 }))
      expect(message).toMatch(/within (its|the) time limit/)
      expect(server.withdrawn).toEqual([`${how} ${server.runs[0]?.id}`])
    },
  )

  it('of a server that is no ComfyUI says so', async () => {
    server.faults = { status: { path: '/upload', code: 404, times: 1 } }
    expect((await failure(inpaint())).message).toMatch(/did not take a picture \(HTTP 404: "Queue is full"\)/)
  })
})

describe('the workflows that come with the package', () => {
  it.each(Object.entries(workflowTemplates))('%s links only nodes that it has', (_, { nodes }) => {
    for (const { inputs } of Object.values(nodes))
      for (const input of Object.values(inputs))
        if (Array.isArray(input)) expect(Object.keys(nodes)).toContain(input[0])
  })

  it.each(Object.entries(workflowTemplates))('%s names each of its models', (_, { nodes, models }) => {
    const held = [...placeholdersOf(nodes)].filter((name) => name.startsWith('model:'))
    expect(held.map((name) => name.slice(6)).sort()).toEqual(Object.keys(models).sort())
  })

  it('refuse placeholders and models that they do not know', () => {
    const own = {
      save: { class_type: 'SaveImage', inputs: { image: '{{picture}}', mask: '{{mask}}', x: '{{what}}' } },
    }
    expect(() => comfyUiInpainter(options({ workflow: own }))).toThrow(
      /has the placeholder \{\{what\}\}; expected/,
    )
    expect(() => comfyUiInpainter(options({ models: { unte: 'x' } }))).toThrow(
      "inpainter: the workflow has no model 'unte'; it has unet, clip, t5, vae",
    )
  })
})
