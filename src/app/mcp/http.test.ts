import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type CurrentClient, connectCurrent, connectEarlier } from '../../../test/mcp/clients.ts'
import { openTestService, serviceFolder, type TestService } from '../../../test/service.ts'
import { encodePicture, readPicture } from '../../image/index.ts'
import { createApp } from '../server/app.ts'
import { doorsOf } from '../server/guards.ts'
import { ApiKeys } from '../server/keys.ts'
import { defaultLimits } from '../server/limits.ts'
import { type Listening, listen } from '../server/listen.ts'
import { Metrics } from '../server/metrics.ts'
import type { AppParts } from '../server/parts.ts'
import { mcpRouterOf } from '../server/routers/mcp.ts'

const [annasKey, bensKey] = ['anna-0123456789abcdef', 'ben-0123456789abcdefg']
const place = serviceFolder()
let service: TestService
const stop = new AbortController()
const log: string[] = []
let [quick, patient]: Listening[] = []
const reach = (key = annasKey, { address }: Listening = quick!) => ({ url: `${address}/mcp`, key })

let source = ''
beforeAll(async () => {
  const data = new Uint8Array(3 * 40 * 30).fill(90)
  source = Buffer.from(await encodePicture({ width: 40, height: 30, data }, 'png')).toString('base64')
  service = await openTestService({ folder: place.folder })
  await service.work()
  quick = await start(300)
  patient = await start(60_000)
})
afterAll(async () => {
  stop.abort()
  await quick!.close()
  await patient!.close()
  await service.end()
  place.remove()
  expect(log).toEqual([])
})

/** A server that answers a longer edit by a task. */
async function start(taskAfterMs: number): Promise<Listening> {
  let port = 0
  const darkroom = { name: 'darkroom', kind: 'darkroom', state: 'ready', isDefault: true }
  const app = createApp(
    {
      edits: service.edits,
      pictures: service.pictures,
      models: { models: async () => [{ ...darkroom, options: ['seed'], pictures: 2 }] },
      keys: new ApiKeys(`anna=${annasKey},ben=${bensKey}`, new Uint8Array(32)),
      limits: defaultLimits,
      doors: () => doorsOf('127.0.0.1', port),
      allowed: [],
      stopping: stop.signal,
      metrics: new Metrics(async () => ({ queues: [] })),
      log: (line: string) => log.push(line),
      pages: { page: () => () => new Response(), assets: () => new Response() },
    } as unknown as AppParts,
    [mcpRouterOf({ taskAfterMs })],
  )
  const listening = await listen(app as never, '127.0.0.1', 0)
  port = listening.port
  return listening
}

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})
async function current(options = {}, key?: string, server?: Listening): Promise<CurrentClient> {
  const found = await connectCurrent(reach(key, server), options)
  open.push(found)
  return found
}
async function earlier(key?: string) {
  const found = await connectEarlier(reach(key))
  open.push(found)
  return found.client
}

const edit = (more = {}) => ({
  name: 'edit',
  arguments: { picture: `data:image/png;base64,${source}`, instruction: 'make it brighter', ...more },
})
/** Nano takes some milliseconds a step. */
const long = (steps: number, more = {}) => edit({ model: 'nano', steps, size: 64, guidance: 1, ...more })

const slowly = { timeout: 120_000 }

const newest = async () => (await service.edits.list('anna', { most: 1 }))[0]

type Content = { type: string; text?: string; data?: string; mimeType?: string }[]

describe('the current revision', () => {
  it('discovers the server, its tools and its extension', async () => {
    const { client } = await current()
    expect(client.getDiscoverResult()).toMatchObject({
      supportedVersions: expect.arrayContaining(['2026-07-28']),
      capabilities: { tools: {}, extensions: { 'io.modelcontextprotocol/tasks': {} } },
    })
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name)).toEqual(['edit', 'describe', 'list_models'])
    expect(Object.keys(tools[0]!.inputSchema.properties!)).not.toContain('output')
  })

  it('edits, with progress, and answers with picture, words and recipe', async () => {
    const { client } = await current()
    const progress: { progress: number; total?: number | undefined; message?: string | undefined }[] = []
    const result = await client.callTool(long(6), { onprogress: (each) => progress.push(each) })
    const [image, text] = result.content as Content
    const made = await readPicture(Buffer.from(image!.data!, 'base64'))
    expect([image!.mimeType, made.width, made.height]).toEqual(['image/png', 40, 30])
    expect(text!.text).toMatch(/^nano: 40×30 png, \d+ bytes/)
    expect(result.structuredContent).toMatchObject({
      model: 'nano',
      instruction: 'make it brighter',
      picture: { width: 40, height: 30 },
      recipe: { instruction: 'make it brighter', options: { steps: 6, size: 64, guidance: 1 } },
    })
    expect(progress.length).toBeGreaterThan(2)
    const values = progress.map((each) => each.progress)
    expect(values).toEqual([...new Set(values)].toSorted((a, b) => a - b))
    expect(progress.every(({ total, message }) => total === 1 && message !== '')).toBe(true)
  })

  it('answers a long edit with a task, which is asked again, and keeps it to its owner', async () => {
    const { client, results } = await current({ knowsTasks: true })
    await expect(client.callTool(long(60, { image: 'none' }))).rejects.toThrow("result type 'task'")
    const task = results.at(-1) as { taskId: string; status: string }
    expect(task).toMatchObject({
      resultType: 'task',
      status: 'working',
      ttlMs: null,
      pollIntervalMs: expect.any(Number),
    })
    const get = (from: CurrentClient) =>
      from.client.request({ method: 'tasks/get', params: { taskId: task.taskId } }, anything)
    expect(await get({ client, results } as never)).toMatchObject({
      status: 'working',
      statusMessage: expect.any(String),
    })
    expect(results.at(-1)).toMatchObject({ resultType: 'complete' })
    await expect(get(await current({ knowsTasks: true }, bensKey))).rejects.toMatchObject({ code: -32602 })
    await expect(get(await current())).rejects.toMatchObject({ code: -32021 })
    await expect
      .poll(async () => (await get({ client } as never)) as { status: string }, slowly)
      .toMatchObject({
        status: 'completed',
        result: { content: [{ type: 'text' }], structuredContent: { model: 'nano' } },
      })
    await client.request(
      { method: 'tasks/update', params: { taskId: task.taskId, inputResponses: {} } },
      anything,
    )
    for (const taskId of ['nothing', `${task.taskId}x`, '00000000-0000-0000-0000-000000000000.auto'])
      await expect(
        client.request({ method: 'tasks/get', params: { taskId } }, anything),
      ).rejects.toMatchObject({
        code: -32602,
      })
  })

  it('cancels a task', async () => {
    const { client, results } = await current({ knowsTasks: true })
    await expect(client.callTool(long(1000))).rejects.toThrow("result type 'task'")
    const { taskId } = results.at(-1) as { taskId: string }
    await client.request({ method: 'tasks/cancel', params: { taskId } }, anything)
    expect(await client.request({ method: 'tasks/get', params: { taskId } }, anything)).toMatchObject({
      status: 'cancelled',
    })
  })

  it('answers a short edit itself, also to a client that knows tasks', async () => {
    const { client } = await current({ knowsTasks: true }, annasKey, patient)
    const { structuredContent, content } = await client.callTool(edit())
    expect(structuredContent).toMatchObject({ model: 'darkroom', did: [expect.any(String)] })
    const made = await readPicture(Buffer.from((content as Content)[0]!.data!, 'base64'))
    expect(made.data[0]).toBeGreaterThan(90)
  })

  it('cancels the edit of a call that is given up', async () => {
    const { client } = await current()
    const [before, gone] = [(await newest())?.id, new AbortController()]
    const call = client.callTool(long(1000), { signal: gone.signal })
    await expect
      .poll(async () => {
        const edit = await newest()
        return edit?.id === before ? undefined : edit?.state
      }, slowly)
      .toBe('active')
    gone.abort()
    await expect(call).rejects.toThrow()
    await expect.poll(async () => (await newest())?.state, slowly).toBe('cancelled')
  })

  it('checks its headers', async () => {
    const send = (headers: Record<string, string>) =>
      fetch(`${quick!.address}/mcp`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${annasKey}`,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          'mcp-protocol-version': '2026-07-28',
          ...headers,
        },
        body: JSON.stringify({
          jsonrpc: '2.0',
          id: 1,
          method: 'tools/call',
          params: {
            name: 'list_models',
            arguments: {},
            _meta: {
              'io.modelcontextprotocol/protocolVersion': '2026-07-28',
              'io.modelcontextprotocol/clientInfo': { name: 'x', version: '1' },
              'io.modelcontextprotocol/clientCapabilities': {},
            },
          },
        }),
      })
    const right = { 'mcp-method': 'tools/call', 'mcp-name': 'list_models' }
    expect((await send(right)).status).toBe(200)
    expect((await send({ ...right, 'mcp-name': 'edit' })).status).toBe(400)
    expect((await send({ ...right, 'mcp-method': 'tools/list' })).status).toBe(400)
    expect((await send({ 'mcp-method': 'tools/call' })).status).toBe(400)
  })
})

describe('the revisions before', () => {
  it('edits, with progress, and lists', async () => {
    const client = await earlier()
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual([
      'edit',
      'describe',
      'list_models',
    ])
    expect(client.getServerCapabilities()).not.toHaveProperty('extensions')
    const progress: number[] = []
    const result = await client.callTool(long(6), undefined, {
      onprogress: (each) => progress.push(each.progress),
    })
    const [image] = result.content as Content
    expect((await readPicture(Buffer.from(image!.data!, 'base64'))).width).toBe(40)
    expect(progress.length).toBeGreaterThan(2)
    const models = await client.callTool({ name: 'list_models', arguments: {} })
    expect((models.content as Content)[0]!.text).toBe(
      'darkroom (default): darkroom, ready, 2 pictures, options seed',
    )
  })

  it('cancels an edit by a notification', async () => {
    const client = await earlier()
    const [before, gone] = [(await newest())?.id, new AbortController()]
    const call = client.callTool(long(1000), undefined, { signal: gone.signal })
    await expect
      .poll(async () => {
        const edit = await newest()
        return edit?.id === before ? undefined : edit?.state
      }, slowly)
      .toBe('active')
    gone.abort('enough')
    await expect(call).rejects.toThrow()
    await expect.poll(async () => (await newest())?.state, slowly).toBe('cancelled')
  })

  it('keeps a session to its owner, and ends it', async () => {
    const send = (key: string, session: string | undefined, method: string, body?: object) =>
      fetch(`${quick!.address}/mcp`, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          ...(session !== undefined && { 'mcp-session-id': session, 'mcp-protocol-version': '2025-06-18' }),
        },
        ...(body && { body: JSON.stringify({ jsonrpc: '2.0', ...body }) }),
      })
    const initialize = {
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
    }
    const opened = await send(annasKey, undefined, 'POST', initialize)
    const session = opened.headers.get('mcp-session-id')!
    expect(await opened.text()).toContain('"protocolVersion":"2025-06-18"')
    const list = { id: 2, method: 'tools/list' }
    expect((await send(annasKey, session, 'POST', list)).status).toBe(200)
    expect((await send(bensKey, session, 'POST', list)).status).toBe(404)
    expect((await send(annasKey, 'nothing', 'POST', list)).status).toBe(404)
    expect((await send(annasKey, undefined, 'POST', list)).status).toBe(400)
    expect((await send(bensKey, session, 'DELETE')).status).toBe(404)
    expect((await send(annasKey, session, 'DELETE')).status).toBe(200)
    expect((await send(annasKey, session, 'POST', list)).status).toBe(404)
  })
})

describe('both', () => {
  it('refuse with one line that models read', async () => {
    const { client } = await current()
    const refused = async (given: object) => {
      const { isError, content } = await client.callTool(edit(given))
      return [isError, (content as Content)[0]!.text]
    }
    expect(await refused({ picture: '/etc/passwd' })).toEqual([
      true,
      expect.stringContaining('reads no files'),
    ])
    expect(await refused({ picture: 'https://example.org/a.png' })).toEqual([
      true,
      expect.stringContaining('fetches no URLs'),
    ])
    expect(await refused({ picture: 'data:image/png;base64,AAAA' })).toEqual([
      true,
      expect.stringContaining('picture'),
    ])
    expect(await refused({ picture: 'f'.repeat(64) })).toEqual([
      true,
      expect.stringContaining('no such picture'),
    ])
    expect(await refused({ instruction: '' })).toEqual([true, expect.stringContaining('instruction')])
    expect(await refused({ output: 'a.png' })).toEqual([true, expect.stringContaining('output')])
    expect(await refused({ instruction: 'qwertz uiop' })).toEqual([
      true,
      expect.stringContaining('instruction'),
    ])
    expect(await refused({ box: { x: 0, y: 0, width: 2, height: 2 }, mask: source })).toEqual([
      true,
      expect.stringContaining('expected one of them'),
    ])
  })

  it('describe a picture and the plan of an instruction', async () => {
    const client = await earlier()
    const result = await client.callTool({
      name: 'describe',
      arguments: {
        picture: source.length > 150 ? source : `data:;base64,${source}`,
        instruction: 'make it brighter',
      },
    })
    expect(result.structuredContent).toMatchObject({
      width: 40,
      height: 30,
      lines: { en: expect.any(String) },
    })
    expect((result.content as Content)[0]!.text).toContain('plan: ')
  })

  it('need a key', async () => {
    await expect(connectEarlier(reach('wrong-0123456789abcdef'))).rejects.toThrow()
    const answer = await fetch(`${quick!.address}/mcp`, { method: 'POST', body: '{}' })
    expect(answer.status).toBe(401)
  })
})

/** A schema that takes what comes. */
const anything = {
  '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) },
} as never
