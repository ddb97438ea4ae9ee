import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSmallProxy, throughProxy } from '../../../test/proxy.ts'
import { openSmallComfy, type SmallComfy } from '../../../test/smallComfy.ts'
import type { EditUsage } from '../progress.ts'
import { openRemoteEditor } from './openRemote.ts'
import { flat, gradient } from './remote.contract.ts'
import type { RemoteEditor } from './remoteEditor.ts'

const workflow = {
  load: { class_type: 'LoadImage', inputs: { image: '{{picture}}' } },
  words: { class_type: 'CLIPTextEncode', inputs: { text: 'edit: {{instruction}}' } },
  sampler: {
    class_type: 'KSampler',
    inputs: { seed: '{{seed}}', image: ['load', 0], positive: ['words', 0] },
  },
  save: { class_type: 'SaveImage', inputs: { images: ['sampler', 0], filename_prefix: '{{call}}' } },
}
const source = gradient(40, 24)
let folder: string
let comfy: SmallComfy
let editor: RemoteEditor

const open = (changes: object = {}, env: NodeJS.ProcessEnv = {}): Promise<RemoteEditor> =>
  openRemoteEditor('mine', {
    editors: {
      mine: {
        type: 'comfyui',
        baseUrl: comfy.url,
        workflow: 'edit.json',
        pollSeconds: 0.01,
        retries: 1,
        ...changes,
      },
    },
    editorsFolder: folder,
    env,
    backoffSeconds: 0.001,
  })

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'comfyui-'))
  const write = (name: string, value: unknown) => writeFile(join(folder, name), JSON.stringify(value))
  await write('edit.json', workflow)
  await write('silent.json', {
    ...workflow,
    words: { class_type: 'CLIPTextEncode', inputs: { text: 'always this' } },
  })
  await write('masked.json', {
    ...workflow,
    mask: { class_type: 'LoadImageMask', inputs: { image: '{{mask}}', channel: 'red' } },
  })
  await write('saved.json', { nodes: [], links: [] })
  comfy = await openSmallComfy()
  editor = await open()
})
afterAll(async () => {
  await editor.close()
  await comfy.close()
  await rm(folder, { recursive: true })
})

describe('comfyui', () => {
  it("edits by the user's workflow: picture, instruction and seed in their places", async () => {
    comfy.paint = ({ pictures }) => {
      const { width, height } = Object.values(pictures)[0]!
      return flat(width, height, 77)
    }
    const usages: EditUsage[] = []
    const result = await editor.edit(source, 'make it "grey"', {
      seed: 7,
      onUsage: (each) => usages.push(each),
    })
    expect(result).toEqual(flat(40, 24, 77))
    const { prompt, pictures } = comfy.runs.at(-1)!
    expect(prompt.words!.inputs.text).toBe('edit: make it "grey"')
    expect(prompt.sampler!.inputs.seed).toBe(7)
    expect(Object.values(pictures)[0]!.data.slice(0, 120)).toEqual(source.data.slice(0, 120))
    expect(usages).toEqual([{ images: 1, size: { width: 40, height: 24 } }])
  })

  it('asks through the proxy of the environment', async () => {
    const proxy = await openSmallProxy()
    comfy.paint = () => flat(40, 24, 5)
    const baseUrl = throughProxy(comfy.url)
    const through = await open({ baseUrl }, { HTTP_PROXY: proxy.address })
    await through.edit(source, 'x')
    expect(proxy.asked).toContain(`POST ${baseUrl}/prompt`)
    await Promise.all([through.close(), proxy.close()])
  })

  it('keeps what is outside of a region; a workflow with a mask gets it', async () => {
    const region = { x: 0, y: 0, width: 20, height: 24 }
    const result = await editor.edit(source, 'x', { region })
    expect(result.data.slice(3 * 20, 3 * 40)).toEqual(source.data.slice(3 * 20, 3 * 40))
    const masked = await open({ workflow: 'masked.json' })
    await masked.edit(source, 'x', { region })
    const levels = Object.values(comfy.runs.at(-1)!.pictures).map(({ data }) => [data[0], data[3 * 30]])
    expect(levels).toContainEqual([255, 0])
    await masked.close()
  })

  it('takes a picture of another size', async () => {
    comfy.paint = () => flat(20, 12, 5)
    expect(await editor.edit(source, 'x')).toEqual(flat(40, 24, 5))
  })

  it('says what went wrong', async () => {
    const failed: string[] = []
    const note = async (run: Promise<unknown>): Promise<void> => {
      const error = (await run.catch((reason: unknown) => reason)) as Error & { code?: string }
      failed.push(
        `${error.code}: ${error.message.replaceAll(folder, '…').replaceAll(comfy.url, 'http://comfy')}`,
      )
    }
    comfy.faults = { savesNothing: true }
    await note(editor.edit(source, 'x'))
    comfy.faults = {
      fails: { node: 'sampler', type: 'KSampler', message: 'out of memory', exception: 'OutOfMemoryError' },
    }
    await note(editor.edit(source, 'x'))
    comfy.faults = { hangs: 'running' }
    await note((await open({ timeLimitSeconds: 0.2 })).edit(source, 'x'))
    // It is reached in a request or between two.
    expect(failed.pop()).toMatch(/^server: mine .* within (its|the) time limit.*; raise timeLimitSeconds/)
    comfy.faults = { halfPictures: true }
    await note(editor.edit(source, 'x'))
    comfy.faults = {}
    await note(open({ workflow: 'silent.json' }))
    await note(open({ workflow: 'saved.json' }))
    await note(open({ workflow: 'gone.json' }))
    await note(open({ key: 'COMFY_KEY' }))
    await note(editor.edit(source, 'x', { steps: 5 }))
    expect(failed).toMatchInlineSnapshot(`
      [
        "server: mine (own workflow): the workflow ended without a picture; it needs a SaveImage node that depends on the inputs",
        "server: mine (own workflow) at http://comfy: KSampler 'sampler' failed: out of memory; use smaller pictures or models, or start it with --lowvram",
        "server: mine (own workflow): '00000000-0000-4000-8000-000000000008_00001_.png': picture: the png data is damaged or truncated (Input buffer has corrupt header:); get a new copy",
        "input: mine: the workflow has no {{prompt}}, expected a placeholder for the instruction",
        "input: editors.mine.workflow: …/saved.json is a saved workflow of the editor; export it in ComfyUI by Workflow → Export (API)",
        "input: editors.mine.workflow: 'gone.json' is neither one of flux-fill, object-removal, controlnet nor a file (ENOENT)",
        "input: mine: the environment variable COMFY_KEY is not set, expected the service's key in it; set it, or name another under "key"",
        "input: steps: mine has no such option; leave it out",
      ]
    `)
  })

  it('is cancelled, and takes its work back from the server', async () => {
    comfy.faults = { hangs: 'running' }
    const polls = () => comfy.asked.filter((path) => path.includes('/history')).length
    const before = polls()
    const cancel = new AbortController()
    const edit = editor.edit(source, 'x', { signal: cancel.signal }).catch((reason: unknown) => reason)
    while (polls() === before) await new Promise((resolve) => setTimeout(resolve, 2))
    cancel.abort()
    expect(await edit).toMatchObject({ code: 'cancelled' })
    // Out of the queue, or off the GPU.
    expect(comfy.withdrawn.at(-1)).toMatch(new RegExp(`^(deleted|interrupted) ${comfy.runs.at(-1)!.id}$`))
    comfy.faults = {}
  })

  it('is another editor with another workflow', async () => {
    expect(await (await open({ workflow: 'masked.json' })).identity()).not.toBe(await editor.identity())
    await writeFile(join(folder, 'copy.json'), JSON.stringify(workflow))
    const same = await open({ workflow: 'edit.json' })
    expect(await same.identity()).toBe(await editor.identity())
  })
})
