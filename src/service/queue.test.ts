import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { madePicture, openTestService, serviceFolder, type TestService } from '../../test/service.ts'
import type { Edit, EditTask } from './edits.ts'
import { ServiceError } from './error.ts'

let place: ReturnType<typeof serviceFolder>
let service: TestService
const pictures = new Map<string, string>()
beforeAll(async () => {
  place = serviceFolder()
  service = await openTestService({ folder: place.folder, limits: { waiting: 120, waitingOfOwner: 100 } })
  for (const owner of ['anna', 'ben', 'cem'])
    pictures.set(owner, (await service.pictures.add(owner, 'photo.png', await madePicture())).id)
})
afterEach(() => service.jobs.cancel('edit darkroom'))
afterAll(async () => {
  await service.end()
  place.remove()
})

const tasks = (owner: string, count: number): EditTask[] =>
  Array.from({ length: count }, (_, i) => ({
    model: 'darkroom',
    instruction: `make it ${i} % warmer`,
    picture: pictures.get(owner)!,
  }))
const submit = (owner: string, count: number): Promise<readonly Edit[]> =>
  service.edits.submit(owner, tasks(owner, count))

/** Takes so many edits, or all, and says whose they were. */
async function taken(count = Number.POSITIVE_INFINITY): Promise<string> {
  const owners: string[] = []
  const worker = await service.jobs.work({
    queue: 'edit darkroom',
    concurrency: 1,
    drain: true,
    handler: async ({ key }) => {
      const [row] = await service.jobs.sql.query<{ owner: string }>(
        `SELECT owner FROM ${service.jobs.sql.schema}.edits WHERE id = $1`,
        [key],
      )
      owners.push(row!.owner[0]!)
      if (owners.length === count) void worker.stop()
      return {}
    },
  })
  await worker.done
  return owners.join('')
}

describe('owners take turns', () => {
  it('so that one edit does not wait for a hundred', async () => {
    await submit('anna', 100)
    const [own] = await submit('ben', 1)
    expect(own?.position).toBe(1)
    expect(await taken(3)).toBe('aba')
  })

  it('however many each has, in the order of each', async () => {
    await submit('anna', 30)
    await submit('ben', 3)
    await submit('cem', 2)
    expect(await taken(10)).toBe('abcabcabaa')
    // Who comes later has saved nothing.
    await submit('cem', 4)
    expect(await taken(9)).toBe('acacacaca')
  })

  it('who asks for one at a time gets every other one', async () => {
    await submit('anna', 20)
    let order = ''
    for (let i = 0; i < 3; i++) {
      await submit('ben', 1)
      order += await taken(2)
    }
    expect([...order].filter((each) => each === 'b')).toHaveLength(3)
  })

  it('who cancels is not held up by what is gone', async () => {
    for (const { id } of await submit('anna', 20)) await service.edits.cancel('anna', id)
    await submit('ben', 5)
    expect((await submit('anna', 1))[0]?.position).toBe(1)
  })
})

describe('a full queue', () => {
  it('takes no more of an owner, then of anyone, all or none, and says when to ask again', async () => {
    const refusal = async (owner: string, count: number): Promise<ServiceError> => {
      const before = (await service.edits.list(owner, { most: 200 })).length
      const error = await submit(owner, count).catch((error: unknown) => error)
      expect(error).toBeInstanceOf(ServiceError)
      expect((await service.edits.list(owner, { most: 200 })).length).toBe(before)
      return error as ServiceError
    }
    await submit('anna', 90)
    const own = await refusal('anna', 11)
    expect(own).toMatchObject({
      code: 'full',
      message: expect.stringContaining('90 of your edits are waiting'),
    })
    expect(own.retryAfterSeconds).toBeGreaterThanOrEqual(1)
    await submit('ben', 30)
    expect(await refusal('cem', 1)).toMatchObject({
      code: 'full',
      message: expect.stringContaining('120 edits'),
    })
    await service.edits.cancel('anna', (await service.edits.list('anna'))[0]!.id)
    await submit('cem', 1)
  })
})

describe('a waiting edit', () => {
  it('has the position that everyone before it makes, and is cancelled at once', async () => {
    const [first, second, third] = await submit('anna', 3)
    expect([first, second, third].map((edit) => edit?.position)).toEqual([0, 1, 2])
    const cancelled = await service.edits.cancel('anna', second!.id)
    expect(cancelled).toMatchObject({ state: 'cancelled', endedAt: expect.stringMatching(/^\d{4}-.*Z$/) })
    expect(cancelled.position).toBeUndefined()
    expect((await service.edits.get('anna', third!.id)).position).toBe(1)
    expect(await service.edits.cancel('anna', second!.id)).toEqual(cancelled)
    expect(await service.queues()).toEqual([{ model: 'darkroom', waiting: 2, active: 0 }])
    expect([await service.isInUse('darkroom'), await service.isInUse('nano')]).toEqual([true, false])
  })

  it('is not deleted before it has ended', async () => {
    const [edit] = await submit('anna', 1)
    await expect(service.edits.delete('anna', edit!.id)).rejects.toMatchObject({ code: 'conflict' })
    await service.edits.cancel('anna', edit!.id)
    await service.edits.delete('anna', edit!.id)
    await expect(service.edits.get('anna', edit!.id)).rejects.toMatchObject({ code: 'missing' })
  })
})

describe('changes', () => {
  it('tell who watches of others: what is new, what is taken, what ends, once it has begun', async () => {
    const [old] = await submit('anna', 1)
    const stop = new AbortController()
    const seen: string[] = []
    const watching = (async () => {
      for await (const { id, state } of service.edits.changes('anna', stop.signal)) {
        if (id === old!.id) seen.push(state)
        if (state === 'cancelled') stop.abort()
      }
    })()
    await new Promise((done) => setTimeout(done, 50))
    await submit('ben', 1)
    await service.edits.cancel('anna', old!.id)
    await watching
    expect(seen.at(-1)).toBe('cancelled')
    expect(seen).not.toContain('active')
  })

  it('of an edit that has ended are its state alone', async () => {
    const [edit] = await submit('anna', 1)
    await service.edits.cancel('anna', edit!.id)
    const seen = []
    for await (const { state } of service.edits.watch('anna', [edit!.id])) seen.push(state)
    expect(seen).toEqual(['cancelled'])
  })
})
