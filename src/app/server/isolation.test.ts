import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startApiServer } from '../../../test/apiServer.ts'
import {
  ended,
  madePicture,
  openTestService,
  serviceFolder,
  type TestService,
} from '../../../test/service.ts'
import type { RunningServer } from './start.ts'

// Whatever names a picture, an edit or a session answers another key as if there were nothing. The routes come from the
// OpenAPI document, so that a new one fails here until it is known which of its parameters and fields name such things.

const keys = { anna: 'anna-0123456789abcdef', ben: 'ben-0123456789abcdefg' }
type Who = keyof typeof keys
const place = serviceFolder()
let service: TestService
let server: RunningServer
let document: Document

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}
interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> }
}
type Schema = { readonly $ref?: string; readonly properties?: Readonly<Record<string, Schema>> } & Readonly<
  Record<string, unknown>
>

/** Anna's things, by what names them. */
const own: Record<string, string> = {}

beforeAll(async () => {
  service = await openTestService({ folder: place.folder })
  await service.work()
  server = await startApiServer(service, {
    keys: `anna=${keys.anna},ben=${keys.ben}`,
    log: (line) => expect.fail(line),
  })
  document = (await (await fetch(`${server.address}/openapi.json`)).json()) as Document
  const picture = await service.pictures.add('anna', 'secret.png', await madePicture(1))
  const [edit] = await service.edits.submit('anna', [
    { model: 'darkroom', instruction: 'make it warmer', picture: picture.id },
  ])
  const made = await ended(service, 'anna', edit!.id)
  const session = await service.history.create('anna', 'secret')
  const node = await service.history.addPicture('anna', session.id, picture.id)
  Object.assign(own, {
    session: session.id,
    node: node.id,
    picture: picture.id,
    edit: made.id,
    result: made.result!.id,
    map: made.changeMap!,
  })
})
afterAll(async () => {
  await server.close()
  await service.end()
  place.remove()
})

const ask = (who: Who, method: string, path: string, body?: unknown): Promise<Response> =>
  fetch(`${server.address}${path}`, {
    method: method.toUpperCase(),
    headers: {
      authorization: `Bearer ${keys[who]}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  })

/** What a parameter of a path stands for; `shared` is not an owner's. */
function thingOf(path: string, name: string): string {
  if (/^\/v1\/pictures\/\{id\}/.test(path)) return 'picture'
  if (/^\/v1\/edits\/\{id\}/.test(path)) return 'edit'
  if (/^\/v1\/(models|editors|packs|loras|examples)\//.test(path)) return 'shared'
  // Whoever has the link may read the file.
  if (path === '/files/{token}') return 'shared'
  if (/^\/v1\/sessions\/\{id\}/.test(path)) return name === 'id' ? 'session' : 'node'
  throw new Error(`${path}: what does {${name}} stand for? Say it here, so that others cannot reach it`)
}

const operations = (): { path: string; method: string; operation: Operation }[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )

const namesOf = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!)

/** Bodies of routes that have both ids and a body, without which they would be refused earlier. */
const bodyFor: Readonly<Record<string, object>> = {
  'patch /v1/sessions/{id}': { name: 'mine' },
  'patch /v1/sessions/{id}/nodes/{node}': { name: 'mine', removed: true },
  'post /v1/sessions/{id}/pictures': { picture: 'a'.repeat(64) },
  'post /v1/sessions/{id}/edits': { parent: 'x', tasks: [{ model: 'darkroom', instruction: 'warmer' }] },
}

describe('routes with ids', () => {
  it('are known, each of their parameters', () => {
    const withIds = operations().filter(({ path }) => namesOf(path).length > 0)
    expect(withIds.length).toBeGreaterThan(8)
    for (const { path } of withIds) for (const name of namesOf(path)) thingOf(path, name)
  })

  it('answer anna, and ben as if there were nothing', async () => {
    const answers: Record<string, unknown[]> = {}
    for (const { path, method } of operations()) {
      const things = namesOf(path).map((name) => thingOf(path, name))
      if (things.length === 0 || things.some((thing) => own[thing] === undefined)) continue
      const target = path.replaceAll(/\{(\w+)\}/g, (_, name) => own[thingOf(path, name)]!)
      const bens = await ask('ben', method, target, bodyFor[`${method} ${path}`])
      const { error } = (await bens.json()) as { error: { code: string } }
      answers[`${method} ${path}`] = [bens.status, error.code]
      if (method !== 'get') continue
      const annas = await ask('anna', method, target)
      expect([path, annas.status]).toEqual([path, 200])
      await annas.body?.cancel()
    }
    expect(Object.keys(answers).length).toBeGreaterThan(6)
    for (const [route, found] of Object.entries(answers))
      expect([route, ...found]).toEqual([route, 404, 'missing'])
  })

  it('that change something changed nothing of hers', async () => {
    expect(await (await ask('anna', 'get', `/v1/edits/${own.edit}`)).json()).toMatchObject({ state: 'done' })
    const { session, nodes } = await service.history.open('anna', own.session!)
    expect([session.name, nodes[0]?.name, nodes[0]?.removed]).toEqual(['secret', undefined, undefined])
    expect((await ask('anna', 'get', `/v1/pictures/${own.picture}/file`)).status).toBe(200)
  })
})

/** Fields of bodies that name an owner's things. */
const naming = new Set([
  'picture',
  'pictures',
  'others',
  'mask',
  'second',
  'init',
  'edit',
  'session',
  'parent',
  'ids',
])

const task = (more: object) => ({ tasks: [{ model: 'darkroom', instruction: 'make it warmer', ...more }] })

const nodeTask = { model: 'darkroom', instruction: 'make it warmer' }

/** Bodies by route, of which one field names a thing of another. */
function bodiesOf(id: string): Readonly<Record<string, readonly object[]>> {
  const bens = own.bens!
  return {
    'post /v1/edits': [
      task({ picture: id }),
      task({ picture: bens, others: [id] }),
      task({ picture: bens, mask: id }),
      { tasks: [...task({ picture: bens }).tasks, ...task({ picture: id }).tasks] },
    ],
    'post /v1/plans': [
      { picture: id, instruction: 'make it warmer' },
      { picture: bens, others: [id], instruction: 'put it on the beach of the second picture' },
      { picture: bens, second: id, instruction: 'put it on the beach of the second picture' },
      { picture: bens, mask: id, instruction: 'make it warmer' },
    ],
    'post /v1/suggestions': [{ picture: id }],
    'post /v1/sessions/{id}/pictures': [{ picture: id }],
    'post /v1/sessions/{id}/edits': [
      { parent: own.node, tasks: [nodeTask] },
      { parent: own.bensNode, tasks: [{ ...nodeTask, others: [id] }] },
      { parent: own.bensNode, tasks: [{ ...nodeTask, mask: id }] },
    ],
  }
}

function fieldsOf(schema: Schema | undefined, seen = new Set<string>()): string[] {
  if (schema === undefined) return []
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1)!
    if (seen.has(name)) return []
    return fieldsOf(document.components.schemas[name], new Set([...seen, name]))
  }
  const nested = ['items', 'allOf', 'anyOf', 'oneOf']
    .flatMap((key) => schema[key] ?? [])
    .flatMap((each) => fieldsOf(each as Schema, seen))
  const fields = Object.entries(schema.properties ?? {})
  return [...fields.flatMap(([name, each]) => [name, ...fieldsOf(each, seen)]), ...nested]
}

describe('bodies that name things', () => {
  it('are known', () => {
    for (const { path, method, operation } of operations()) {
      const schema = operation.requestBody?.content['application/json']?.schema
      // OpenAI's own form sends pictures, not their ids.
      if (schema === undefined || path === '/v1/images/edits') continue
      if (fieldsOf(schema).some((name) => naming.has(name)))
        expect(Object.keys(bodiesOf(''))).toContain(`${method} ${path}`)
    }
  })

  it("of anna's are nothing to ben, and nothing is queued", async () => {
    own.bens = (await service.pictures.add('ben', 'mine.png', await madePicture(2))).id
    const session = (await service.history.create('ben', 'mine')).id
    own.bensNode = (await service.history.addPicture('ben', session, own.bens)).id
    for (const id of [own.picture!, own.result!, own.map!])
      for (const [route, bodies] of Object.entries(bodiesOf(id))) {
        const [method = '', path = ''] = route.split(' ')
        if (document.paths[path] === undefined) continue
        for (const body of bodies) {
          const answer = await ask('ben', method, path.replace('{id}', session), body)
          const text = await answer.text()
          expect([route, answer.status, text]).toEqual([route, 404, expect.stringContaining('"missing"')])
        }
      }
    expect(await (await ask('ben', 'get', '/v1/edits')).json()).toEqual([])
  })

  it('are those of whoever sends them, though the same file is there', async () => {
    const copy = await service.pictures.add('ben', 'copy.png', await madePicture(1))
    expect(copy.id).toBe(own.picture)
    expect(await (await ask('ben', 'get', `/v1/pictures/${copy.id}`)).json()).toMatchObject({
      name: 'copy.png',
    })
    expect(await (await ask('anna', 'get', `/v1/pictures/${copy.id}`)).json()).toMatchObject({
      name: 'secret.png',
    })
  })
})

describe('streams and lists', () => {
  it("tell ben nothing of anna's edits", async () => {
    const stop = new AbortController()
    const events = await fetch(`${server.address}/v1/events`, {
      headers: { authorization: `Bearer ${keys.ben}` },
      signal: stop.signal,
    })
    const told: string[] = []
    const reading = (async () => {
      for await (const chunk of events.body!) told.push(Buffer.from(chunk).toString())
    })().catch(() => undefined)
    const [edit] = await service.edits.submit('anna', [
      { model: 'darkroom', instruction: 'make it darker', picture: own.picture! },
    ])
    await ended(service, 'anna', edit!.id)
    const [bens] = await service.edits.submit('ben', [
      { model: 'darkroom', instruction: 'make it darker', picture: own.bens! },
    ])
    await ended(service, 'ben', bens!.id)
    await expect.poll(() => told.join('')).toContain('"state":"done"')
    stop.abort()
    await reading
    expect(told.join('')).not.toContain(edit!.id)
    const list = (await (await ask('ben', 'get', '/v1/edits')).json()) as { id: string }[]
    expect(list.map(({ id }) => id)).toEqual([bens!.id])
  })
})
