import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  ended,
  madePicture,
  openTestService,
  serviceFolder,
  type TestService,
} from '../../../../test/service.ts'
import { encodePicture, readPicture } from '../../../image/index.ts'
import type { Edit, EditTask, StoredPicture } from '../../edits.ts'
import type { Recall } from '../../history.ts'

const place = serviceFolder()
let service: TestService
let photo: StoredPicture
beforeAll(async () => {
  service = await openTestService({ folder: place.folder })
  await service.work()
  photo = await service.pictures.add('anna', 'photo.png', await madePicture())
})
afterAll(async () => {
  await service.end()
  place.remove()
})

async function edit(task: Partial<EditTask> | Recall['task'], owner = 'anna'): Promise<Edit> {
  const whole: EditTask = {
    model: 'darkroom',
    instruction: 'make it warmer',
    picture: photo.id,
    ...(task as Partial<EditTask>),
  }
  const [queued] = await service.edits.submit(owner, [whole])
  const made = await ended(service, owner, queued!.id)
  expect(made).toMatchObject({ state: 'done' })
  return made
}

const recall = async (made: Edit, owner = 'anna'): Promise<Recall> =>
  (await service.history.recall(owner, made.result!.id))!

/** A mask of a few greys, its left part white. */
const maskFile = (left = 20): Promise<Uint8Array> =>
  encodePicture(
    {
      width: 64,
      height: 48,
      data: Uint8Array.from({ length: 3 * 64 * 48 }, (_, i) => {
        const x = Math.floor(i / 3) % 64
        return x < left ? 255 : x < left + 4 ? 128 : 0
      }),
    },
    'png',
  )

/** A small PNG file with a text for a recipe. */
const holding = async (recipe: string, number = 90): Promise<StoredPicture> =>
  service.pictures.add(
    'anna',
    'made.png',
    await encodePicture(await readPicture(await madePicture(number)), 'png', { recipe }),
  )

describe('a recalled edit', () => {
  it.each<[string, () => Promise<Partial<EditTask>>]>([
    ['of the darkroom', async () => ({})],
    ['in a box', async () => ({ box: { x: 4, y: 6, width: 30, height: 20 } })],
    ['in a mask', async () => ({ mask: (await service.pictures.add('anna', 'm.png', await maskFile())).id })],
    [
      'by a plan that was given',
      async () => ({
        plan: (await edit({ instruction: 'make it brighter' })).plan,
        instruction: 'as before',
      }),
    ],
    ['as a JPEG file', async () => ({ output: { format: 'jpeg', quality: 80 } })],
    [
      'of a model, from a start picture',
      async () => ({
        model: 'nano',
        instruction: 'make it red',
        options: { steps: 2, size: 64, guidance: 1, seed: '18446744073709551615' },
        init: {
          picture: (await service.pictures.add('anna', 'start.png', await madePicture(7))).id,
          strength: 0.5,
        },
        previews: 0,
      }),
    ],
  ])('%s gives the same file when it is made again', async (_, task) => {
    const made = await edit(await task())
    const { task: again, missing, pictures, editor } = await recall(made)
    expect(missing).toEqual([])
    expect(editor).toBe(again.model)
    expect(again.picture).toBe(photo.id)
    expect(pictures[0]).toEqual(photo)
    expect((await edit(again)).result!.id).toBe(made.result!.id)
  })

  it('finds pictures by what they show, whatever file they are in, and never those of others', async () => {
    const made = await edit({
      mask: (await service.pictures.add('anna', 'region.png', await maskFile(30))).id,
    })
    const file = await service.pictures.read('anna', made.result!.id)
    const theirs = await service.pictures.add('ben', 'got.png', file)
    const nothing = (await service.history.recall('ben', theirs.id))!
    expect(nothing.task).toMatchObject({ model: 'darkroom', instruction: 'make it warmer' })
    expect(nothing.task).not.toHaveProperty('picture')
    expect(nothing.task).not.toHaveProperty('mask')
    expect(nothing.pictures).toEqual([])
    expect(nothing.missing).toEqual([
      { part: 'picture', name: 'photo.png' },
      { part: 'mask', name: 'region.png' },
    ])
    await expect(service.history.recall('ben', made.result!.id)).resolves.toBeDefined()
    await expect(service.history.recall('carla', made.result!.id)).rejects.toMatchObject({ code: 'missing' })
    // The same pixels in another file, under another name.
    const tiff = await encodePicture(await readPicture(await madePicture()), 'tiff')
    const own = await service.pictures.add('ben', 'other.tif', tiff)
    expect((await service.history.recall('ben', theirs.id))!.task.picture).toBe(own.id)
    await service.pictures.delete('ben', own.id)
    expect((await service.history.recall('ben', theirs.id))!.task).not.toHaveProperty('picture')
  })

  it('names the editor and the LoRAs that are not there', async () => {
    const { id } = await holding(
      JSON.stringify({
        pentimento: '1.0.0',
        picture: { path: '../holiday/sea.jpg', sha256: 'a'.repeat(64) },
        instruction: 'make it night',
        options: { seed: 3 },
        model: {
          folder: 'elsewhere',
          variant: 'v1.1',
          precision: 'int8',
          plan: 'whole',
          provider: 'cpu',
          quotes: 'paired',
          files: {},
          loras: [{ file: 'ink.safetensors', strength: 0.8, identity: 'x' }],
        },
        result: 'b'.repeat(64),
      }),
    )
    expect(await service.history.recall('anna', id)).toEqual({
      editor: 'elsewhere',
      task: { instruction: 'make it night', options: { seed: 3 } },
      pictures: [],
      missing: [
        { part: 'model', name: 'elsewhere' },
        { part: 'picture', name: 'sea.jpg' },
        { part: 'lora', name: 'ink' },
      ],
    })
  })

  it('of a recipe that somebody wrote holds nothing that no edit takes', async () => {
    const remote = { name: 'x', type: 'openai', model: 'y', parameters: '' }
    const { id } = await holding(
      JSON.stringify({
        pentimento: '1.0.0',
        picture: { path: 'x', sha256: '' },
        instruction: 'x',
        options: { steps: -5, __proto__: null, size: 64, constructor: 1, other: {} },
        box: [-1, 0, 0, 5],
        remote,
        result: '',
      }),
      91,
    )
    const { task } = (await service.history.recall('anna', id))!
    expect(task).toEqual({ instruction: 'x', options: { size: 64 } })
  })
})

describe('nothing is recalled', () => {
  it.each<[string, () => Promise<StoredPicture>]>([
    ['of a picture without a recipe', async () => photo],
    ['of a recipe that is no JSON', () => holding('{"pentimento": ')],
    ['of one that lacks what it needs', () => holding('{"pentimento": "1.0.0", "darkroom": {}}')],
  ])('%s', async (_, picture) => {
    expect(await service.history.recall('anna', (await picture()).id)).toBeUndefined()
  })
})
