import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ended, madePicture, openTestService, serviceFolder, type TestService } from '../../test/service.ts'
import { openDarkroom, parseRecipe, RecordingEditor } from '../edit/index.ts'
import { encodePicture, readPicture, readRecipe } from '../image/index.ts'
import type { Edit, EditTask } from './edits.ts'

const place = serviceFolder()
let service: TestService
let picture: string
beforeAll(async () => {
  service = await openTestService({
    folder: place.folder,
    settings: { env: { ...process.env, PENTIMENTO_TOOLS: join(place.folder, 'none') } },
  })
  picture = (await service.pictures.add('anna', 'photo.png', await madePicture())).id
  await service.work()
})
afterAll(async () => {
  await service.end()
  place.remove()
})

const made = async (task: Partial<EditTask>): Promise<Edit> => {
  const [edit] = await service.edits.submit('anna', [
    { model: 'darkroom', instruction: 'make it warmer', picture, ...task },
  ])
  return ended(service, 'anna', edit!.id)
}

describe('a served edit', () => {
  it('carries the recipe by which it is made again to the byte', async () => {
    const edit = await made({ output: { format: 'webp', quality: 80 }, options: { seed: 7 } })
    const bytes = await service.pictures.read('anna', edit.result!.id)
    const recipe = parseRecipe('result', (await readRecipe(bytes))!)
    expect(recipe).toMatchObject({ options: { seed: 7 }, saved: { quality: 80 } })
    const editor = new RecordingEditor(await openDarkroom({ env: process.env }), { version: 'another' })
    const source = await readPicture(await madePicture())
    const again = await editor.run(
      { source: { name: 'photo.png', picture: source }, instruction: '', options: { seed: 7 } },
      recipe,
    )
    await editor.close()
    expect(again.recipe).toEqual(recipe)
    const encoded = await encodePicture(again.picture, 'webp', {
      quality: 80,
      metadata: source.metadata,
      recipe: JSON.stringify(again.recipe),
    })
    expect(Buffer.compare(encoded, bytes)).toBe(0)
  })

  it('keeps to its mask, to the bit, and names it in the recipe', async () => {
    const mask = new Uint8Array(3 * 64 * 48)
    for (let y = 10; y < 30; y++) mask.fill(255, 3 * (y * 64 + 10), 3 * (y * 64 + 40))
    const file = await encodePicture({ width: 64, height: 48, data: mask }, 'png')
    const { id } = await service.pictures.add('anna', 'where.png', file)
    const edit = await made({ mask: id, output: { recipe: true } })
    const bytes = await service.pictures.read('anna', edit.result!.id)
    expect(JSON.parse((await readRecipe(bytes))!)).toMatchObject({ mask: { path: 'where.png' } })
    const [before, after] = [await readPicture(await madePicture()), await readPicture(bytes)]
    const changed = [...before.data.keys()].filter((i) => before.data[i] !== after.data[i])
    expect(changed.length).toBeGreaterThan(0)
    expect(changed.every((i) => mask[i] === 255)).toBe(true)
  })

  it('of a model starts from another picture, and has no recipe where none is wanted', async () => {
    const init = {
      picture: (await service.pictures.add('anna', 'init.png', await madePicture(9))).id,
      strength: 0.5,
    }
    const options = { steps: 2, size: 64, guidance: 1 }
    const edit = await made({ model: 'nano', init, options, output: { recipe: false } })
    expect(edit).toMatchObject({ state: 'done' })
    expect(await readRecipe(await service.pictures.read('anna', edit.result!.id))).toBeUndefined()
    const other = await made({ model: 'nano', init, options })
    const recipe = JSON.parse((await readRecipe(await service.pictures.read('anna', other.result!.id)))!)
    expect(recipe).toMatchObject({
      init: { path: 'init.png', strength: 0.5 },
      model: { folder: 'nano' },
      options,
    })
  })

  it('that needs tools which are not there fails with the names of their packs', async () => {
    const edit = await made({ instruction: 'remove the background' })
    expect(edit).toMatchObject({ state: 'failed', error: { code: 'tools-missing' } })
    expect(edit.error?.message).toMatch(/pentimento tools install|isnet/)
  })

  it('that is cancelled while it is made ends as cancelled, leaves no preview, and the next is made', async () => {
    const [edit] = await service.edits.submit('anna', [
      {
        model: 'nano',
        instruction: 'make it warmer',
        picture,
        options: { steps: 900, size: 64, guidance: 1 },
        previews: 100,
      },
    ])
    let isAsked = false
    let last: Edit | undefined
    for await (const now of service.edits.watch('anna', [edit!.id])) {
      last = now
      // Progress is told a few times a second, and may lie behind the preview.
      if (now.preview === undefined || now.progress?.stage !== 'denoise' || isAsked) continue
      expect(now.progress.steps).toBe(900)
      expect(await service.pictures.get('anna', now.preview)).toMatchObject({ type: 'image/webp' })
      isAsked = true
      await service.edits.cancel('anna', now.id)
    }
    expect(last).toMatchObject({ state: 'cancelled' })
    expect(last?.endedAt).toBeDefined()
    const { sql } = service.jobs
    const previews = await sql.query(
      `SELECT FROM ${sql.schema}.pictures WHERE kind = 'preview' AND edit = $1`,
      [edit!.id],
    )
    expect(previews).toEqual([])
    expect(await made({})).toMatchObject({ state: 'done' })
  })
})

it('an edit that takes too long is given up, and the next one is made', async () => {
  const other = serviceFolder()
  const impatient = await openTestService({ folder: other.folder })
  try {
    await impatient.work({ timeLimitSeconds: 6 })
    const photo = (await impatient.pictures.add('anna', 'photo.png', await madePicture())).id
    const [long, short] = await impatient.edits.submit('anna', [
      { model: 'nano', instruction: 'make it snow', picture: photo, options: { steps: 1000, guidance: 2 } },
      { model: 'darkroom', instruction: 'make it warmer', picture: photo },
    ])
    expect(await ended(impatient, 'anna', long!.id)).toMatchObject({
      state: 'failed',
      error: { code: 'time-limit', message: expect.stringContaining('time limit of 6 s') },
    })
    expect((await ended(impatient, 'anna', short!.id)).state).toBe('done')
  } finally {
    await impatient.end()
    other.remove()
  }
})
