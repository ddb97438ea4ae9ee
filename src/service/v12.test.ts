import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ended, madePicture, openTestService, serviceFolder, type TestService } from '../../test/service.ts'
import { writeTinyV12 } from '../../test/tinyV12.ts'
import { readRecipe } from '../image/index.ts'

const place = serviceFolder()
let service: TestService
beforeAll(async () => {
  const models = join(place.folder, 'models')
  await writeTinyV12(join(models, 'step1x-edit-v1.2'), {
    answer:
      '{"meets_instruction": "no", "raw_score": 3, "score": [4, 5], "reasoning": "<#Think> grey <#Reflection> more snow"}',
  })
  const env = { PENTIMENTO_MODELS: models, PENTIMENTO_CACHE: join(place.folder, 'cache') }
  service = await openTestService({ folder: place.folder, settings: { env } })
  await service.work()
})
afterAll(async () => {
  await service.end()
  place.remove()
})

it('a service tells the tries of Step1X-Edit v1.2 and keeps what was thought', async () => {
  const picture = (await service.pictures.add('anna', 'photo.png', await madePicture())).id
  const task = { model: 'step1x-edit-v1.2', instruction: 'make it snow', picture }
  const options = { steps: 1, size: 64, tries: 2 }
  const [submitted] = await service.edits.submit('anna', [{ ...task, options }])
  const rounds = new Set<number | undefined>()
  for await (const { progress } of service.edits.watch('anna', [submitted!.id])) rounds.add(progress?.round)
  const edit = await ended(service, 'anna', submitted!.id)
  expect(edit).toMatchObject({ state: 'done', result: { width: 64, height: 48 } })
  expect(edit.notes).toEqual([
    'try 1: "make it snow": mend, edit 4 and 5, look 4 and 5',
    'try 2: "more snow"}": mend, edit 4 and 5, look 4 and 5',
  ])
  expect([...rounds].some((round) => round !== undefined)).toBe(true)
  const recipe = JSON.parse((await readRecipe(await service.pictures.read('anna', edit.result!.id)))!)
  expect(recipe).toMatchObject({ options: { reflect: true, tries: 2 }, thought: { best: 2 } })
})
