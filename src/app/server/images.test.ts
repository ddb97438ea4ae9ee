import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startApiServer } from '../../../test/apiServer.ts'
import { OpenAI, toFile } from '../../../test/openai.ts'
import { openTestService, type TestService } from '../../../test/service.ts'
import { encodePicture, type Mask, type Picture, readPicture } from '../../image/index.ts'
import type { RunningServer } from './start.ts'

const size = { width: 48, height: 32 }
const [annasKey, bensKey] = ['anna-0123456789abcdef', 'ben-0123456789abcdefg']

/** Grey to the left, red to the right. */
const picture: Picture = {
  ...size,
  data: new Uint8Array(3 * size.width * size.height).map((_, i) => {
    const x = Math.floor(i / 3) % size.width
    return x < 24 ? 90 : i % 3 === 0 ? 200 : 30
  }),
}

let folder: string
let server: RunningServer
let service: TestService
let png: Uint8Array<ArrayBuffer>
const logged: string[] = []
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'images-'))
  png = new Uint8Array(await encodePicture(picture, 'png'))
  writeFileSync(join(folder, 'photo.png'), png)
  service = await openTestService({ folder })
  await service.work()
  server = await startApiServer(service, {
    keys: `anna=${annasKey},ben=${bensKey}`,
    requestsPerMinute: 600,
    log: (line) => logged.push(line),
  })
})
afterAll(async () => {
  await server.close()
  await service.end()
  rmSync(folder, { recursive: true })
})

const client = (options: object = {}) =>
  new OpenAI({ baseURL: `${server.address}/v1`, apiKey: annasKey, maxRetries: 0, ...options })
const photo = () => new File([png], 'photo.png', { type: 'image/png' })

type Params = Parameters<OpenAI['images']['edit']>[0]
const edit = (params: Record<string, unknown> = {}) =>
  client().images.edit({
    model: 'darkroom',
    image: photo(),
    prompt: 'make it black and white',
    ...params,
  } as unknown as Params & { stream?: false })

const bytesOf = (text: string | undefined) => new Uint8Array(Buffer.from(text ?? '', 'base64'))

/** How much colour there is: the widest difference between channels. */
function colourOf({ data }: Picture): number {
  let most = 0
  for (let i = 0; i < data.length; i += 3)
    most = Math.max(
      most,
      Math.max(data[i]!, data[i + 1]!, data[i + 2]!) - Math.min(data[i]!, data[i + 1]!, data[i + 2]!),
    )
  return most
}

async function refusal(params: Record<string, unknown>) {
  try {
    await edit(params)
  } catch (error) {
    if (!(error instanceof OpenAI.APIError)) throw error
    return [error.constructor.name, error.status, error.code, error.param]
  }
  return 'was not refused'
}

describe("OpenAI's client", () => {
  it('edits a picture, and gets every field of the answer', async () => {
    const answer = await edit()
    expect(answer).toMatchObject({
      created: expect.any(Number),
      background: 'opaque',
      output_format: 'png',
      quality: 'medium',
      size: '48x32',
      usage: { input_tokens: 0, output_tokens: 0, total_tokens: 0 },
    })
    expect(answer.data).toHaveLength(1)
    const made = await readPicture(bytesOf(answer.data![0]!.b64_json))
    expect(made).toMatchObject(size)
    expect(colourOf(made)).toBeLessThan(4)
  })

  it.each([
    ['a File', async () => photo()],
    ['a stream of a file', async () => createReadStream(join(folder, 'photo.png'))],
    ['toFile of bytes', () => toFile(Buffer.from(png), 'photo.png')],
    ['an answer of fetch', async () => new Response(png, { headers: { 'content-type': 'image/png' } })],
    ['a list of one', async () => [photo()]],
  ])('sends %s', async (_, image) => {
    expect((await edit({ image: await image() })).data).toHaveLength(1)
  })

  it('chooses format and compression', async () => {
    const formatOf = async (params: Record<string, unknown>) => {
      const { data, output_format } = await edit(params)
      const bytes = bytesOf(data![0]!.b64_json)
      return [output_format, (await readPicture(bytes)).format, bytes.length] as const
    }
    const [name, format, fine] = await formatOf({ output_format: 'jpeg' })
    expect([name, format]).toEqual(['jpeg', 'jpeg'])
    const [, , coarse] = await formatOf({ output_format: 'jpeg', output_compression: 10 })
    expect(coarse).toBeLessThan(fine)
    expect((await formatOf({ output_format: 'webp', output_compression: 80 })).slice(0, 2)).toEqual([
      'webp',
      'webp',
    ])
  })

  it('keeps to a mask: only what is transparent changes', async () => {
    const alpha: Mask = { ...size, data: new Uint8Array(48 * 32).map((_, i) => (i % 48 >= 36 ? 0 : 255)) }
    const mask = new File([new Uint8Array(await encodePicture(picture, 'png', { alpha }))], 'mask.png')
    const { data } = await edit({ mask })
    const made = await readPicture(bytesOf(data![0]!.b64_json))
    const pixel = (x: number) => [...made.data.slice(3 * (16 * 48 + x), 3 * (16 * 48 + x) + 3)]
    expect(pixel(30)).toEqual([200, 30, 30])
    const [red, green] = pixel(42)
    expect(Math.abs(red! - green!)).toBeLessThan(4)
    expect(await refusal({ mask: photo() })).toEqual(['BadRequestError', 400, 'picture', 'mask'])
  })

  it('resizes to a size of the same aspect, and refuses another', async () => {
    const answer = await edit({ size: '24x16', output_format: 'webp' })
    expect(answer.size).toBe('24x16')
    expect(await readPicture(bytesOf(answer.data![0]!.b64_json))).toMatchObject({
      width: 24,
      height: 16,
      format: 'webp',
    })
    expect(await refusal({ size: '32x32' })).toEqual(['BadRequestError', 400, 'unsupported_value', 'size'])
  })

  it('gets a link that holds without a key, and a wrong one does not', async () => {
    const { data } = await edit({ response_format: 'url' })
    const { url } = data![0]!
    expect(url).toContain(`${server.address}/files/`)
    const answer = await fetch(url!)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/png'])
    expect((await fetch(url!.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')))).status).toBe(404)
  })

  it('streams: the whole picture at the end, with its figures', async () => {
    const stream = await client().images.edit({
      model: 'darkroom',
      image: photo(),
      prompt: 'make it black and white',
      stream: true,
      partial_images: 2,
    })
    const events = []
    for await (const event of stream) events.push(event)
    expect(events.at(-1)).toMatchObject({
      type: 'image_edit.completed',
      size: '48x32',
      output_format: 'png',
      usage: { total_tokens: 0 },
    })
    expect(await readPicture(bytesOf(events.at(-1)!.b64_json))).toMatchObject(size)
  })

  it('streams partial images of a model as it denoises, and takes its seed, steps and guidance', async () => {
    const params = {
      model: 'nano',
      image: photo(),
      prompt: 'make it winter',
      stream: true,
      partial_images: 1,
      steps: 2,
      seed: 7,
      guidance: 1,
      output_format: 'jpeg',
    } as const
    const events = []
    for await (const event of await client().images.edit(params as never as Params & { stream: true }))
      events.push(event)
    expect(events.map(({ type }) => type)).toEqual(['image_edit.partial_image', 'image_edit.completed'])
    expect(events[0]).toMatchObject({ partial_image_index: 0, output_format: 'jpeg' })
    expect(await readPicture(bytesOf(events[0]!.b64_json))).toMatchObject({ format: 'jpeg' })
  })

  it('throws its own errors, with stable codes and the field', async () => {
    expect(await refusal({ model: 'dall-e-7' })).toEqual(['NotFoundError', 404, 'model_not_found', 'model'])
    expect(await refusal({ prompt: 'make it fly to the moon and sing' })).toEqual([
      'BadRequestError',
      400,
      expect.stringMatching(/^(unclear|beyond)$/),
      null,
    ])
    await expect(client({ apiKey: 'wrong-0123456789abcdef' }).models.list()).rejects.toBeInstanceOf(
      OpenAI.AuthenticationError,
    )
    const failing = client().images.edit({
      model: 'darkroom',
      image: photo(),
      prompt: 'sing a song',
      stream: true,
    })
    await expect(
      (async () => {
        for await (const _ of await failing);
      })(),
    ).rejects.toMatchObject({ code: expect.stringMatching(/^(unclear|beyond)$/) })
  })

  it.each([
    [{ image: new File(['<svg/>'], 'a.png') }, 'picture', 'image'],
    [{ image: [] }, 'missing_required_parameter', 'image'],
    [{ image: [photo0(), photo0(), photo0()] }, 'unsupported_value', 'image'],
    [{ prompt: '' }, 'invalid_value', 'prompt'],
    [{ n: 11 }, 'invalid_value', 'n'],
    [{ quality: 'high' }, 'unsupported_value', 'quality'],
    [{ seed: -3 }, 'invalid_value', 'seed'],
    [{ seed: '18446744073709551616' }, 'unsupported_value', 'seed'],
    [{ steps: 3 }, 'unsupported_value', 'steps'],
    [{ input_fidelity: 'low' }, 'unsupported_value', 'input_fidelity'],
    [{ background: 'transparent', output_format: 'jpeg' }, 'unsupported_value', 'background'],
    [{ background: 'transparent' }, 'unsupported_value', 'background'],
    [{ output_compression: 50 }, 'unsupported_value', 'output_compression'],
    [{ partial_images: 2 }, 'unsupported_value', 'partial_images'],
    [{ stream: true, response_format: 'url' }, 'unsupported_value', 'response_format'],
    [{ size: 'large' }, 'invalid_value', 'size'],
    [{ style: 'vivid' }, 'unknown_parameter', 'style'],
    [{ output_format: 'gif' }, 'invalid_value', 'output_format'],
  ])('%j is refused as %s of %s', async (params, code, param) => {
    expect(await refusal(params)).toEqual(['BadRequestError', 400, code, param])
  })

  it('that goes away cancels its edit', async () => {
    const stop = new AbortController()
    const asked = client().images.edit(
      { model: 'nano', image: photo(), prompt: 'make it winter', steps: 400 } as never as Params & {
        stream?: false
      },
      { signal: stop.signal },
    )
    const state = async () =>
      (await service.edits.list('anna')).find(({ task }) => task.options?.steps === 400)?.state
    await expect.poll(state).toBe('active')
    stop.abort()
    await expect(asked).rejects.toBeInstanceOf(OpenAI.APIUserAbortError)
    await expect.poll(state).toBe('cancelled')
  })
})

function photo0(): File {
  return new File([new Uint8Array([1])], 'a.png')
}

describe('JSON', () => {
  const post = async (body: object) => {
    const answer = await fetch(`${server.address}/v1/images/edits`, {
      method: 'POST',
      headers: { authorization: `Bearer ${annasKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'darkroom', prompt: 'make it black and white', ...body }),
    })
    return [
      answer.status,
      (await answer.json()) as { data?: unknown[]; error?: { code: string; param: string } },
    ] as const
  }
  const uri = () => `data:image/png;base64,${Buffer.from(png).toString('base64')}`

  it('takes data URIs, as texts or objects, and pictures that were handed in', async () => {
    for (const body of [
      { image: uri() },
      { image: [uri()] },
      { images: [{ image_url: uri() }] },
      { image: uri(), n: null },
    ])
      expect((await post(body))[0]).toBe(200)
    const { id } = await service.pictures.add('anna', 'photo.png', png)
    expect((await post({ images: [{ file_id: id }] }))[0]).toBe(200)
    const other = await service.pictures.add('ben', 'other.jpeg', await encodePicture(picture, 'jpeg'))
    expect((await post({ images: [{ file_id: other.id }] }))[0]).toBe(404)
  })

  it.each([
    [{ image: 'https://example.org/a.png' }, 'unsupported_value', 'image'],
    [{ image: 'data:image/png;base64,???' }, 'invalid_value', 'image'],
    [{ image: '/etc/passwd' }, 'invalid_value', 'image'],
    [{}, 'missing_required_parameter', 'image'],
    [{ image: 'data:image/png;base64,AA==', colour: 1 }, 'unknown_parameter', 'colour'],
    [{ image: 'data:image/png;base64,AA==' }, 'picture', 'image'],
  ])('%j is refused', async (body, code, param) => {
    const [status, { error }] = await post(body)
    expect([status, error?.code, error?.param]).toEqual([400, code, param])
  })
})
