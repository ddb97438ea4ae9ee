import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSmallProxy, throughProxy } from '../../../test/proxy.ts'
import { openSmallChatServer } from '../../../test/smallChatServer.ts'
import { openSmallComfy } from '../../../test/smallComfy.ts'
import { ToolError } from '../error.ts'
import { openToolbox } from '../toolbox.ts'
import { workflowTemplates } from './comfyui.ts'
import { openAdapters } from './configuration.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'adapters-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const open = (config: unknown, env: Record<string, string> = {}) =>
  openAdapters(config, { env, folder, tools: join(folder, 'tools') })

const failure = async (config: unknown, env: Record<string, string> = {}): Promise<string> => {
  const error = await open(config, env).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(ToolError)
  expect((error as ToolError).code).toBe('configuration')
  return (error as ToolError).message
}

const vision = { type: 'openai', baseUrl: 'http://localhost:8000/v1', model: 'qwen2.5-vl' }
const picture = { width: 32, height: 32, data: new Uint8Array(32 * 32 * 3).fill(80) }

describe('a configuration', () => {
  it('opens what it names, in a toolbox too, and sends nothing', async () => {
    const { tools, close } = await open({
      vision,
      detector: { type: 'vision', coordinates: 'thousandths' },
      tagger: { type: 'vision' },
      ocr: { type: 'vision' },
      segmenter: { type: 'transformers', model: 'onnx-community/sam2.1-hiera-tiny-ONNX' },
      depth: { type: 'transformers', model: 'onnx-community/depth-anything-v2-small', dtype: 'q8' },
      inpainter: { type: 'comfyui', url: 'http://localhost:8188', workflow: 'flux-fill' },
      generator: { type: 'comfyui', url: 'http://localhost:8188', workflow: 'controlnet', concurrency: 2 },
    })
    const facts = Object.values(tools).map((tool) => `${tool.facts.implementation} ${tool.facts.version}`)
    expect(facts.map((each) => each.replace(/\+[0-9a-f]{12}$/, '+…'))).toMatchInlineSnapshot(`
      [
        "openai:qwen2.5-vl 1+qwen2.5-vl",
        "openai:qwen2.5-vl/detector 1+1+qwen2.5-vl",
        "openai:qwen2.5-vl/tagger 1+1+qwen2.5-vl",
        "openai:qwen2.5-vl/ocr 1+1+qwen2.5-vl",
        "transformers:onnx-community/sam2.1-hiera-tiny-ONNX 1+4.3.1+onnx-community/sam2.1-hiera-tiny-ONNX+fp32",
        "transformers:onnx-community/depth-anything-v2-small 1+4.3.1+onnx-community/depth-anything-v2-small+q8",
        "comfyui:flux-fill 1+…",
        "comfyui:controlnet 1+…",
      ]
    `)
    const toolbox = await openToolbox({ folder: join(folder, 'tools'), adapters: tools })
    expect(toolbox.get('depth').facts.implementation).toBe(
      'transformers:onnx-community/depth-anything-v2-small',
    )
    expect(toolbox.get('generator').facts.concurrency).toBe(2)
    await toolbox.close()
    await close()
  })

  it('may be empty', async () => {
    expect((await open({})).tools).toEqual({})
  })

  it('takes the key from the environment, and the workflow from a file of the user', async () => {
    const chat = await openSmallChatServer({ key: 'sk-1', models: ['m'] })
    const comfy = await openSmallComfy()
    const own = JSON.stringify(workflowTemplates['flux-fill'].nodes).replaceAll(
      '{{model:unet}}',
      'flux1-fill-dev.safetensors',
    )
    await writeFile(join(folder, 'mine.json'), own)
    const { tools } = await open(
      {
        vision: { ...vision, baseUrl: chat.baseUrl, model: 'm', keyVariable: 'MY_KEY' },
        inpainter: {
          type: 'comfyui',
          url: comfy.url,
          workflow: 'mine.json',
          models: { clip: 'clip_l.safetensors', t5: 't5xxl_fp16.safetensors', vae: 'ae.safetensors' },
          pollSeconds: 0.01,
          authorizationVariable: 'PROXY',
        },
      },
      { MY_KEY: ' sk-1\n', PROXY: 'Basic abc' },
    )
    expect(await tools.vision?.ask({ parts: ['Hi'] })).toBe('Hello.')
    const mask = { width: 32, height: 32, data: new Uint8Array(32 * 32).fill(255, 9) }
    expect(await tools.inpainter?.inpaint(picture, mask)).toEqual(picture)
    await Promise.all([chat.close(), comfy.close()])
  })

  it('asks its servers through the proxies of the environment', async () => {
    const [chat, comfy, proxy] = await Promise.all([
      openSmallChatServer({ models: [vision.model] }),
      openSmallComfy(),
      openSmallProxy(),
    ])
    chat.turns = [{ says: 'Yes.' }]
    const [baseUrl, url] = [throughProxy(chat.baseUrl), throughProxy(comfy.url)]
    const config = {
      vision: { ...vision, baseUrl },
      inpainter: { type: 'comfyui', url, workflow: 'flux-fill', pollSeconds: 0.01 },
    }
    const { tools } = await open(config, { HTTP_PROXY: proxy.address })
    expect(await tools.vision?.ask({ parts: ['Is it?'] })).toBe('Yes.')
    const mask = { width: 32, height: 32, data: new Uint8Array(32 * 32).fill(255, 9) }
    await tools.inpainter?.inpaint(picture, mask)
    expect(proxy.asked).toContain(`POST ${baseUrl}/chat/completions`)
    expect(proxy.asked.filter((each) => each.includes(url)).length).toBe(comfy.asked.length)
    await Promise.all([chat.close(), comfy.close(), proxy.close()])
    const broken = { HTTP_PROXY: 'socks5://proxy' }
    await expect(open(config, broken)).rejects.toThrow('HTTP_PROXY: expected the address of an HTTP proxy')
    // Who asks no server needs no proxy.
    await open({}, broken)
  })

  it.each([
    [
      { vision: { ...vision, baseUrl: 'localhost:8000' } },
      'tools.vision.baseUrl: expected an address such as http://localhost:8000',
    ],
    [{ vision: { ...vision, apiKey: 'sk-1' } }, 'tools.vision: Unrecognized key: "apiKey"'],
    [{ eyes: vision }, 'tools: Unrecognized key: "eyes"'],
    [{ depth: { type: 'comfyui' } }, 'tools.depth.type: Invalid input: expected "transformers" (and 1 more)'],
    [
      { detector: { type: 'vision' } },
      "tools.detector: type 'vision' asks the vision model; configure tools.vision",
    ],
    [
      { vision: { ...vision, keyVariable: 'OPENAI_API_KEY' } },
      'tools.vision: the environment variable OPENAI_API_KEY is not set; set it, or leave it out for a server without a key',
    ],
    [
      { inpainter: { type: 'comfyui', url: 'http://localhost:8188', workflow: 'flux-fil' } },
      "tools.inpainter.workflow: 'flux-fil' is neither one of flux-fill, object-removal, controlnet nor a file (ENOENT)",
    ],
  ])('%j is refused', async (config, message) => {
    expect(await failure(config)).toBe(message)
  })

  it('tells a workflow of the editor from one of the API', async () => {
    const config = (workflow: string) => ({
      inpainter: { type: 'comfyui', url: 'http://localhost:8188', workflow },
    })
    await writeFile(join(folder, 'editor.json'), '{"nodes": [], "links": [], "version": 0.4}')
    expect(await failure(config('editor.json'))).toMatch(/is a saved workflow of the editor; export it/)
    await writeFile(join(folder, 'broken.json'), '{')
    expect(await failure(config('broken.json'))).toMatch(/broken\.json is not JSON$/)
    await writeFile(join(folder, 'other.json'), '{"1": {"type": "LoadImage"}}')
    expect(await failure(config('other.json'))).toMatch(/is not a workflow in API format \(1\.class_type/)
  })
})
