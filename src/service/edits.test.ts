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
