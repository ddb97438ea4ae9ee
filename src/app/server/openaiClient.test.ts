import { createReadStream, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startApiServer } from '../../../test/apiServer.ts'
import { OpenAI } from '../../../test/openai.ts'
import { madePicture, openTestService, serviceFolder, type TestService } from '../../../test/service.ts'
import { encodePicture, readPicture } from '../../image/index.ts'
import type { RunningServer } from './start.ts'

/* OpenAI's client beyond a single edit: its errors, its retries, the lines of docs/server.md. */

const key = 'anna-0123456789abcdef'
const place = serviceFolder()
let server: RunningServer
let service: TestService

beforeAll(async () => {
  const picture = await readPicture(await madePicture(3))
  writeFileSync(join(place.folder, 'photo.jpg'), await encodePicture(picture, 'jpeg'))
  service = await openTestService({ folder: place.folder })
  await service.work()
  server = await startApiServer(service, {
    keys: `anna=${key},ben=ben-0123456789abcdef`,
    requestsPerMinute: 60,
    log: (line) => expect.fail(line),
  })
})
afterAll(async () => {
  await server.close()
  await service.end()
  place.remove()
})

const baseURL = () => `${server.address}/v1`
const photo = (name: string) => createReadStream(join(place.folder, name))

it('the lines of docs/server.md run as they stand', async () => {
  const page = readFileSync(new URL('../../../docs/server.md', import.meta.url), 'utf8')
  const blocks = [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code!)
  expect(blocks).toHaveLength(2)
  const code = blocks.join('\n').replaceAll(/^import .*$/gm, '')
  const said: unknown[][] = []
  const AsyncFunction = (async () => {}).constructor as new (
    ...names: string[]
  ) => (...values: unknown[]) => Promise<OpenAI.ImagesResponse['data']>
  class Client extends OpenAI {
    constructor(options: { readonly baseURL: string; readonly apiKey: string }) {
      expect(options).toEqual({ baseURL: 'http://127.0.0.1:4810/v1', apiKey: 'none' })
      super({ ...options, baseURL: baseURL(), apiKey: key })
    }
  }
  const data = await new AsyncFunction('createReadStream', 'OpenAI', 'console', `${code}\nreturn data`)(
    photo,
    Client,
    { log: (...words: unknown[]) => said.push(words) },
  )
  const made = await readPicture(new Uint8Array(Buffer.from(data![0]!.b64_json!, 'base64')))
  expect(made).toMatchObject({ width: 64, height: 48 })
  // Of two previews that come fast after one another, the first may be left out.
  const types = said.map(([type]) => type)
  expect(types.pop()).toBe('image_edit.completed')
  expect(new Set(types)).toEqual(new Set(['image_edit.partial_image']))
})

it('lists the models, and gets one', async () => {
  const client = new OpenAI({ baseURL: baseURL(), apiKey: key })
  const { data } = await client.models.list()
  expect(data.map(({ id }) => id)).toEqual(expect.arrayContaining(['darkroom', 'nano']))
  expect(await client.models.retrieve('nano')).toMatchObject({
    id: 'nano',
    object: 'model',
    owned_by: 'pentimento',
  })
  await expect(client.models.retrieve('gone')).rejects.toBeInstanceOf(OpenAI.NotFoundError)
})

it('its client waits and asks again after a 429, as Retry-After says', async () => {
  const statuses: number[] = []
  const counting: typeof fetch = async (input, init) => {
    const answer = await fetch(input, init)
    statuses.push(answer.status)
    return answer
  }
  const apiKey = 'ben-0123456789abcdef'
  const hasty = new OpenAI({ baseURL: baseURL(), apiKey, maxRetries: 0 })
  const patient = new OpenAI({ baseURL: baseURL(), apiKey, maxRetries: 5, fetch: counting })
  let refused: unknown
  for (let i = 0; i < 200 && refused === undefined; i++)
    await hasty.models.list().catch((error: unknown) => {
      refused = error
    })
  expect(refused).toBeInstanceOf(OpenAI.RateLimitError)
  expect(refused).toMatchObject({ status: 429, code: 'rate_limit_exceeded', type: 'rate_limit_error' })
  const { headers, requestID } = refused as InstanceType<typeof OpenAI.RateLimitError>
  expect([headers.get('retry-after'), headers.get('x-ratelimit-remaining-requests')]).toEqual(['1', '0'])
  expect(requestID).toMatch(/^\S{8,}$/)
  expect((await patient.models.list()).data.length).toBeGreaterThan(1)
  expect(statuses.at(-1)).toBe(200)
})
