import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasPostgres, startPostgres, type TestPostgres } from '../../../test/postgres.ts'
import {
  ended,
  madePicture,
  openTestService,
  serviceFolder,
  type TestService,
} from '../../../test/service.ts'
import { streamed, zipOf } from '../../../test/sessionFile.ts'
import { readRecipe } from '../../image/index.ts'
import type { SessionChange, SessionNode } from '../history.ts'

const warmer = { model: 'darkroom', instruction: 'make it warmer' }

async function startSession(service: TestService, owner = 'anna', name = 'A day') {
  const { id } = await service.history.create(owner, name)
  const picture = await service.pictures.add(owner, 'photo.png', await madePicture())
  return { id, top: await service.history.addPicture(owner, id, picture.id) }
}

/** An edit of a node, waited for. */
async function make(
  service: TestService,
  session: string,
  parent: SessionNode,
  instruction = 'make it warmer',
) {
  const [node] = await service.history.edit('anna', session, parent.id, [{ ...warmer, instruction }])
  await ended(service, 'anna', node!.edit!.id)
  const { nodes } = await service.history.open('anna', session)
  return nodes.find(({ id }) => id === node!.id)!
}

function contract(open: () => Promise<TestService>): void {
  let service: TestService
  beforeAll(async () => {
    service = await open()
    await service.work()
  })
  afterAll(() => service.end())

  it('is a tree of what was handed in and what was made from it', async () => {
    const { id, top } = await startSession(service)
    const first = await make(service, id, top)
    const second = await make(service, id, first, 'make it brighter')
    const branch = await make(service, id, top, 'make it black and white')
    const { session, nodes } = await service.history.open('anna', id)
    expect(nodes.map((node) => [node.id, node.parent])).toEqual([
      [top.id, null],
      [first.id, top.id],
      [second.id, first.id],
      [branch.id, top.id],
    ])
    expect(second.edit).toMatchObject({
      state: 'done',
      task: { picture: first.picture!.id, instruction: 'make it brighter' },
    })
    expect(session).toMatchObject({ name: 'A day', nodes: 4, picture: branch.picture!.id })
  })

  it('removes with all below, and restores', async () => {
    const { id, top } = await startSession(service)
    const first = await make(service, id, top)
    const second = await make(service, id, first, 'make it brighter')
    await service.history.setRemoved('anna', id, first.id, true)
    const removed = async () =>
      (await service.history.open('anna', id)).nodes.map((node) => node.removed ?? false)
    expect(await removed()).toEqual([false, true, true])
    expect((await service.history.sessions('anna')).find((each) => each.id === id)).toMatchObject({
      nodes: 1,
      picture: top.picture!.id,
    })
    await expect(service.history.edit('anna', id, first.id, [warmer])).rejects.toMatchObject({
      code: 'conflict',
    })
    await expect(service.history.setRemoved('anna', id, second.id, false)).rejects.toThrow(
      /its parent is removed/,
    )
    await service.history.setRemoved('anna', id, first.id, false)
    expect(await removed()).toEqual([false, false, false])
  })

  it('loses no name where many are given at once, and numbers each change', async () => {
    const { id, top } = await startSession(service)
    const stop = new AbortController()
    const seen: SessionChange[] = []
    const watching = (async () => {
      for await (const change of service.history.changes('anna', stop.signal)) seen.push(change)
    })()
    const others = await Promise.all(
      [1, 2, 3, 4].map(async (number) => {
        const { id: picture } = await service.pictures.add('anna', 'p.png', await madePicture(number))
        return service.history.addPicture('anna', id, picture)
      }),
    )
    await Promise.all([
      ...[top, ...others].map((node, i) => service.history.nameNode('anna', id, node.id, `name ${i}`)),
      ...others.map((node) => service.history.setRemoved('anna', id, node.id, true)),
      service.history.rename('anna', id, 'Renamed'),
    ])
    const { session, nodes } = await service.history.open('anna', id)
    expect(session.name).toBe('Renamed')
    expect(nodes.map(({ name }) => name)).toEqual(
      nodes.map(({ id: node }) => `name ${[top, ...others].findIndex((each) => each.id === node)}`),
    )
    expect(nodes.filter(({ removed }) => removed)).toHaveLength(4)
    await service.history.delete('anna', id)
    await expect.poll(() => seen.at(-1)).toMatchObject({ id, deleted: true })
    const versions = seen.map(({ version }) => version)
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b))
    stop.abort()
    await watching
  })

  it('is nobody else’s', async () => {
    const { id, top } = await startSession(service)
    const { history } = service
    const own = await startSession(service, 'ben')
    for (const call of [
      () => history.open('ben', id),
      () => history.rename('ben', id, 'mine'),
      () => history.delete('ben', id),
      () => history.restore('ben', id),
      () => history.nameNode('ben', id, top.id, 'mine'),
      () => history.nameNode('ben', own.id, top.id, 'mine'),
      () => history.setRemoved('ben', own.id, top.id, true),
      () => history.edit('ben', own.id, top.id, [warmer]),
      () => history.addPicture('ben', id, own.top.picture!.id),
      () => history.export('ben', id),
    ])
      await expect(call()).rejects.toMatchObject({ code: 'missing' })
    expect((await history.sessions('ben')).map((each) => each.id)).toEqual([own.id])
    const { nodes } = await history.open('anna', id)
    expect(nodes).toHaveLength(1)
    expect(nodes[0]!.name).toBeUndefined()
  })

  it('keeps its pictures and edits while it can be restored, and lets go of them after a day', async () => {
    const { id } = await service.history.create('anna', 'short')
    const { id: picture } = await service.pictures.add('anna', 'own.png', await madePicture(77))
    const top = await service.history.addPicture('anna', id, picture)
    const { edit, picture: result } = await make(service, id, top)
    await expect(service.edits.delete('anna', edit!.id)).rejects.toThrow(/a session uses it/)
    await service.history.delete('anna', id)
    await expect(service.pictures.delete('anna', picture)).rejects.toMatchObject({ code: 'conflict' })
    expect(await service.history.restore('anna', id)).toMatchObject({ name: 'short', nodes: 2 })
    await service.history.delete('anna', id)
    const { sql } = service.jobs
    await sql.query(
      `UPDATE ${sql.schema}.history_sessions SET deleted_at = deleted_at - interval '25 hours' WHERE id = $1`,
      [id],
    )
    await service.history.create('anna', 'next')
    await expect(service.history.restore('anna', id)).rejects.toMatchObject({ code: 'missing' })
    await expect(service.edits.get('anna', edit!.id)).rejects.toMatchObject({ code: 'missing' })
    for (const each of [picture, result!.id])
      await expect(service.pictures.get('anna', each)).rejects.toMatchObject({ code: 'missing' })
  })

  it('refuses names that say nothing, and tasks that cannot be met, whole', async () => {
    const { id, top } = await startSession(service)
    for (const name of ['', ' \u200b ', 'x'.repeat(201)])
      await expect(service.history.rename('anna', id, name)).rejects.toMatchObject({ code: 'input' })
    await expect(
      service.history.edit('anna', id, top.id, [warmer, { model: 'unheard-of', instruction: 'x' }]),
    ).rejects.toMatchObject({ code: 'missing' })
    expect((await service.history.open('anna', id)).nodes).toHaveLength(1)
  })

  it('comes back from its export as it was, under other ids and another owner', async () => {
    const { id, top } = await startSession(service, 'anna', 'Ein Tag 一天')
    const first = await make(service, id, top)
    const named = await service.history.nameNode('anna', id, first.id, 'Warm 暖')
    const gone = await make(service, id, first, 'make it brighter')
    await service.history.setRemoved('anna', id, gone.id, true)
    await service.history.edit('anna', id, top.id, [
      { ...warmer, box: { x: 1, y: 2, width: 30, height: 20 } },
    ])
    const file = await zipOf(service, 'anna', id)
    const copy = await service.history.import('carla', streamed(file))
    const { nodes, session } = await service.history.open('carla', copy.id)
    expect(session).toMatchObject({ name: 'Ein Tag 一天', createdAt: expect.any(String) })
    expect(nodes[1]).toMatchObject({ name: named.name, picture: { id: first.picture!.id } })
    expect(nodes[1]!.id).not.toBe(first.id)
    expect(nodes[1]!.edit).toMatchObject({ state: 'done', task: { instruction: 'make it warmer' } })
    expect(nodes[1]!.edit!.id).not.toBe(first.edit!.id)
    const result = await service.pictures.read('carla', nodes[1]!.picture!.id)
    expect(JSON.parse((await readRecipe(result))!)).toMatchObject({ instruction: 'make it warmer' })
    expect(await service.edits.list('carla')).toEqual([])
    expect(Buffer.compare(await zipOf(service, 'carla', copy.id), file)).toBe(0)
  })
}

describe('a session in PGlite', () => {
  const place = serviceFolder()
  afterAll(() => place.remove())
  contract(() => openTestService({ folder: place.folder }))
})

describe.skipIf(!hasPostgres())('a session in Postgres', () => {
  const place = serviceFolder()
  let postgres: TestPostgres
  beforeAll(() => {
    postgres = startPostgres()
  })
  afterAll(() => {
    postgres.remove()
    place.remove()
  })
  contract(() => openTestService({ folder: place.folder, url: postgres.url }))

  it('is told of by another process', async () => {
    const [here, there] = await Promise.all([
      openTestService({ folder: place.folder, url: postgres.url }),
      openTestService({ folder: place.folder, url: postgres.url }),
    ])
    const stop = new AbortController()
    const news = there.history.changes('dora', stop.signal)[Symbol.asyncIterator]()
    const next = news.next()
    await expect
      .poll(() => here.history.create('dora', 'a').then(() => Promise.race([next, Promise.resolve('none')])))
      .not.toBe('none')
    stop.abort()
    await news.return?.()
    await Promise.all([here.end(), there.end()])
  })
})
