import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bflServer } from '../../../test/remote/bflServer.ts'
import { fileOf, jsonOf } from '../../../test/remote/protocol.ts'
import {
  type Handler,
  type RemoteServer,
  remoteServer,
  type SeenRequest,
} from '../../../test/remoteServer.ts'
import { openSmallComfy } from '../../../test/smallComfy.ts'
import { encodePicture, type Picture, readPicture } from '../../image/index.ts'
import type { EditorConfig } from './configuration.ts'
import { openRemoteEditor } from './openRemote.ts'
import { flat, gradient } from './remote.contract.ts'
import type { RemoteEditor } from './remoteEditor.ts'

const source = gradient(48, 48)
const hat = flat(40, 30, 120)
const beach = flat(32, 32, 30)
let folder: string
let server: RemoteServer
let file: Uint8Array
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'further-'))
  server = await remoteServer()
  file = await encodePicture(source, 'png')
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

const open = (config: EditorConfig, env: NodeJS.ProcessEnv = {}): Promise<RemoteEditor> =>
  openRemoteEditor('mine', { editors: { mine: config }, editorsFolder: folder, env, backoffSeconds: 0.001 })

/** The pictures of a request, in their order. */
type Sent = (request: SeenRequest) => Promise<readonly Uint8Array[]>

const form: Sent = async ({ headers, body }) => {
  const sent = await new Response(body, {
    headers: { 'content-type': headers['content-type']! },
  }).formData()
  const files = [...sent].filter(([name, value]) => name === 'image[]' && typeof value !== 'string')
  return Promise.all(files.map(async ([, value]) => new Uint8Array(await (value as File).arrayBuffer())))
}

const json =
  (pick: (value: never) => readonly string[]): Sent =>
  async (request) =>
    pick(jsonOf(request) as never).map(fileOf)

const base64 = (): string => Buffer.from(file).toString('base64')
const gives =
  (value: () => object): Handler =>
  () => ({ json: value() })

interface Case {
  readonly config: Partial<EditorConfig> & { readonly type: string; readonly model: string }
  readonly handler: Handler
  readonly sent: Sent
  /** Beside the edited one. */
  readonly most: number
}

const cases: readonly Case[] = [
  {
    config: { type: 'openai', model: 'gpt-image-1.5' },
    handler: gives(() => ({ data: [{ b64_json: base64() }] })),
    sent: form,
    most: 15,
  },
  {
    config: { type: 'openai', model: 'own', pictures: 3 },
    handler: gives(() => ({ data: [{ b64_json: base64() }] })),
    sent: form,
    most: 2,
  },
  {
    config: { type: 'gemini', model: 'gemini-2.5-flash-image' },
    handler: gives(() => ({
      candidates: [{ content: { parts: [{ inlineData: { mimeType: 'image/png', data: base64() } }] } }],
    })),
    sent: json((value: { contents: { parts: { inlineData?: { data: string } }[] }[] }) =>
      value.contents[0]!.parts.flatMap(({ inlineData }) => inlineData?.data ?? []),
    ),
    most: 2,
  },
  {
    config: { type: 'ark', model: 'doubao-seedream-4-0-250828' },
    handler: gives(() => ({ data: [{ b64_json: base64() }] })),
    sent: json(({ image }: { image: readonly string[] }) => image),
    most: 9,
  },
  {
    config: { type: 'dashscope', model: 'qwen-image-edit-plus' },
    handler: (request) =>
      request.path.endsWith('.png')
        ? { bytes: file }
        : {
            json: {
              output: { choices: [{ message: { content: [{ image: `${request.base}/a.png` }] } }] },
            },
          },
    sent: json((value: { input: { messages: { content: { image?: string }[] }[] } }) =>
      value.input.messages[0]!.content.flatMap(({ image }) => image ?? []),
    ),
    most: 2,
  },
]

const same = async (sent: readonly Uint8Array[], wanted: readonly Picture[]): Promise<void> => {
  expect(sent).toHaveLength(wanted.length)
  for (const [i, each] of sent.entries()) {
    const { width, height, data } = await readPicture(each)
    expect({ width, height, data }).toEqual(wanted[i])
  }
}

describe('further pictures of remote editors', () => {
  it.each(cases.map((each) => [`${each.config.type}:${each.config.model}`, each] as const))(
    'go to %s behind the edited one, in their order, as many as it takes',
    async (_, { config, handler, sent, most }) => {
      server.answer(handler)
      const whole = { ...config, baseUrl: server.url, key: 'TEST_KEY', retries: 0 } as EditorConfig
      const editor = await open(whole, { TEST_KEY: 'sk-Secret0123456789' })
      expect(editor.mostPictures).toBe(most)
      expect(editor.options).toContain('more')
      await editor.edit(source, 'the hat of picture 2, on the beach of picture 3', { more: [hat, beach] })
      await same(await sent(server.seen[0]!), [source, hat, beach])
      const before = server.seen.length
      await expect(
        editor.edit(source, 'x', { more: Array.from({ length: most + 1 }, () => hat) }),
      ).rejects.toThrow(
        `more: mine takes at most ${most} pictures beside the edited one, got ${most + 1}; leave some out`,
      )
      expect(server.seen).toHaveLength(before)
    },
  )

  it('go to FLUX.2 as input_image_2 and so on', async () => {
    server.answer(bflServer({ file }, { key: 'sk', models: ['flux-2-pro'] }))
    const config = {
      type: 'bfl',
      model: 'flux-2-pro',
      baseUrl: `${server.url}/v1`,
      pollSeconds: 0.01,
    } as const
    const editor = await open({ ...config, key: 'TEST_KEY' }, { TEST_KEY: 'sk' })
    expect(editor.mostPictures).toBe(7)
    await editor.edit(source, 'x', { more: [hat, beach] })
    const { input_image, input_image_2, input_image_3 } = jsonOf(server.seen[0]!) as Record<string, string>
    await same([input_image!, input_image_2!, input_image_3!].map(fileOf), [source, hat, beach])
  })

  it.each([
    ['openai', 'own'],
    ['ark', 'doubao-seededit-3-0-i2i-250628'],
    ['dashscope', 'qwen-image-edit'],
    ['bfl', 'flux-pro-1.1'],
    ['stepfun', 'step-image-edit-2'],
  ])('are refused by %s:%s, which takes one', async (type, model) => {
    const editor = await open({ type, model, key: 'TEST_KEY' } as EditorConfig, { TEST_KEY: 'sk' })
    expect(editor.options).not.toContain('more')
    await expect(editor.edit(source, 'x', { more: [hat] })).rejects.toThrow(
      'more: mine takes one picture, got 1 more; leave them out, or choose another model',
    )
  })

  it('go to a program as files, by {input2} and in the JSON on its input', async () => {
    const script = `import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
const [output, second, third] = process.argv.slice(2)
writeFileSync('told.json', JSON.stringify({ third, same: JSON.parse(readFileSync(0, 'utf8')).more[0] === second }))
copyFileSync(second, output)`
    await writeFile(join(folder, 'edit.mjs'), script)
    const command = [process.execPath, 'edit.mjs', '{output}', '{input2}', '{input3}']
    const editor = await open({ type: 'command', command }, { PATH: process.env.PATH })
    expect(editor.mostPictures).toBe(2)
    expect(await editor.edit(source, 'x', { more: [hat], keepEditSize: true })).toEqual(hat)
    expect(JSON.parse(await readFile(join(folder, 'told.json'), 'utf8'))).toEqual({ third: '', same: true })
  })

  it('go to a workflow by {{picture2}}, which needs them', async () => {
    const comfy = await openSmallComfy()
    const load = (image: string) => ({ class_type: 'LoadImage', inputs: { image } })
    await writeFile(
      join(folder, 'two.json'),
      JSON.stringify({
        first: load('{{picture}}'),
        second: load('{{picture2}}'),
        words: { class_type: 'CLIPTextEncode', inputs: { text: '{{instruction}}' } },
        save: { class_type: 'SaveImage', inputs: { images: ['first', 0], also: ['second', 0] } },
      }),
    )
    const editor = await open({
      type: 'comfyui',
      baseUrl: comfy.url,
      workflow: 'two.json',
      pollSeconds: 0.01,
    })
    expect(editor.mostPictures).toBe(1)
    comfy.paint = ({ pictures }) => pictures.first as Picture
    await editor.edit(source, 'x', { more: [beach] })
    expect(comfy.runs.at(-1)?.pictures.second).toEqual(beach)
    await expect(editor.edit(source, 'x')).rejects.toThrow(
      'mine: the workflow has {{picture2}}, expected 1 pictures in addition to the edited one, got 0',
    )
    await comfy.close()
  })
})
