import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ended, madePicture, openTestService, serviceFolder, type TestService } from '../../test/service.ts'
import { readRecipe } from '../image/index.ts'
import type { Edit, EditTask } from './edits.ts'

const place = serviceFolder()
let service: TestService
let picture: string
beforeAll(async () => {
  service = await openTestService({ folder: place.folder })
  picture = (await service.pictures.add('anna', 'photo.png', await madePicture())).id
  await service.work()
})
afterAll(async () => {
  await service.end()
  place.remove()
})

const submit = async (task: Partial<EditTask>, owner = 'anna'): Promise<Edit> =>
  (
    await service.edits.submit(owner, [
      { model: 'darkroom', instruction: 'make it warmer', picture, ...task },
    ])
  )[0]!

const made = async (task: Partial<EditTask>): Promise<Edit> => ended(service, 'anna', (await submit(task)).id)

describe('an edit', () => {
  it('of the darkroom ends with its picture, recipe, plan, map and what was done', async () => {
    const edit = await made({})
    expect(edit).toMatchObject({
      state: 'done',
      result: { name: 'photo-edited.png', type: 'image/png', width: 64, height: 48 },
      plan: { steps: [{ kind: 'adjust' }] },
      did: [expect.any(String)],
    })
    const file = await service.pictures.read('anna', edit.result!.id)
    expect(JSON.parse((await readRecipe(file))!)).toMatchObject({
      pentimento: '0.0.0',
      picture: { path: 'photo.png' },
      instruction: 'make it warmer',
    })
    expect(await service.pictures.get('anna', edit.changeMap!)).toMatchObject({ width: 64, height: 48 })
  })

  it('of a model shows previews while it is made, and none after', async () => {
    const { id } = await submit({ model: 'nano', options: { steps: 2, size: 64, guidance: 1 }, previews: 1 })
    const states = new Set<string>()
    for await (const { state } of service.edits.watch('anna', [id])) states.add(state)
    const edit = await service.edits.get('anna', id)
    expect(edit).toMatchObject({ state: 'done', result: { width: 64, height: 48 } })
    expect(edit.preview).toBeUndefined()
  })
})

describe('owners', () => {
  it('see nothing of each other', async () => {
    const { id, result } = await made({})
    const refused = (run: () => Promise<unknown>) => expect(run()).rejects.toMatchObject({ code: 'missing' })
    await refused(() => service.edits.get('ben', id))
    await refused(() => service.edits.cancel('ben', id))
    await refused(() => service.edits.delete('ben', id))
    await refused(() => submit({}, 'ben'))
    for (const each of [picture, result!.id]) {
      await refused(() => service.pictures.get('ben', each))
      await refused(() => service.pictures.read('ben', each))
      await refused(() => service.pictures.thumbnail('ben', each, 64))
      await refused(() => service.pictures.delete('ben', each))
    }
    expect(await service.edits.list('ben')).toEqual([])
    expect(await service.edits.find('ben', [id])).toEqual([])
  })
})

describe('a task', () => {
  it.each<[Partial<EditTask>, RegExp | string]>([
    [{ model: 'none' }, /no such model on this server, expected one of darkroom, nano/],
    [{ model: 'step1x-edit-v1.1' }, /not installed; pull it/],
    [{ picture: '0'.repeat(64) }, /no such picture/],
    [{ options: { steps: 4 } }, /steps: 'darkroom' takes none/],
    [{ model: 'nano', options: { steps: 0 } }, /steps: expected a whole number from 1 to 1000, got 0/],
    [{ box: { x: 60, y: 0, width: 10, height: 10 } }, /within the picture of 64×48/],
    [{ loras: [{ name: 'x', strength: 1 }] }, /lora: 'darkroom' takes no LoRA/],
    [{ model: 'nano', loras: [{ name: 'x', strength: 1 }] }, /no such LoRA on this server/],
    [{ model: 'nano', plan: { steps: [], keep: [] } as never }, /plan: 'nano' takes none/],
    [{ plan: { steps: [{ kind: 'x' }], keep: [] } as never }, /plan: version/],
    [{ output: { quality: 0 } }, /output.quality/],
    [{ instruction: '' }, /instruction/],
  ])('of %j is refused before it is queued', async (task, why) => {
    const before = await service.edits.list('anna')
    await expect(submit(task)).rejects.toMatchObject({
      name: 'ServiceError',
      message: expect.stringMatching(why),
    })
    expect(await service.edits.list('anna')).toHaveLength(before.length)
  })

  it('is refused with all that came with it', async () => {
    const before = (await service.edits.list('anna')).length
    const tasks = [{}, { picture: '0'.repeat(64) }].map((each) => ({
      model: 'darkroom',
      instruction: 'make it warmer',
      picture,
      ...each,
    }))
    await expect(service.edits.submit('anna', tasks)).rejects.toMatchObject({ code: 'missing' })
    expect(await service.edits.list('anna')).toHaveLength(before)
  })

  it('that cannot be carried out fails with a stable code, and the next one is made', async () => {
    expect(await made({ instruction: 'blorb the frimple' })).toMatchObject({
      state: 'failed',
      error: { code: 'unclear', message: expect.stringContaining('not understood') },
    })
    expect(await made({})).toMatchObject({ state: 'done' })
  })
})

describe('the list', () => {
  it('has the newest first, in pages, by state', async () => {
    const all = await service.edits.list('anna')
    expect(all.map(({ createdAt }) => createdAt)).toEqual(
      all
        .map(({ createdAt }) => createdAt)
        .sort()
        .reverse(),
    )
    const page = await service.edits.list('anna', { most: 2 })
    const next = await service.edits.list('anna', { most: 2, before: page[1]!.id })
    expect([...page, ...next].map(({ id }) => id)).toEqual(all.slice(0, 4).map(({ id }) => id))
    const failed = await service.edits.list('anna', { state: 'failed' })
    expect(failed.map(({ state }) => state)).toEqual(['failed'])
  })
})
