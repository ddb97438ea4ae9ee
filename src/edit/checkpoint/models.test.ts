import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeTinyCheckpoint } from '../../../test/tinyCheckpoint.ts'
import { modelsFolder } from '../../weights/index.ts'
import { embeddedModel } from './embedded.ts'
import { defaultModel, findModel, listModels, modelName } from './models.ts'

let folder: string
let env: NodeJS.ProcessEnv
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'models-'))
  env = { PENTIMENTO_MODELS: join(folder, 'models') }
  await writeTinyCheckpoint(join(folder, 'models', 'somebody', 'tiny'))
  for (const name of ['of nothing we know', 'step1x-edit-fp8', 'somebody/broken'])
    mkdirSync(join(folder, 'models', name))
  writeFileSync(join(folder, 'models', 'somebody', 'broken', 'vae.safetensors.0123456789ab.part'), '')
})
afterAll(() => rmSync(folder, { recursive: true }))

it('finds the embedded model, a folder, and a pulled model by its name', async () => {
  expect(await findModel('nano', env)).toBe(embeddedModel())
  expect(await findModel(folder, env)).toBe(folder)
  expect(await findModel('somebody/tiny', env)).toBe(join(folder, 'models', 'somebody', 'tiny'))
})

it('lists the models that are there, and names the complete ones when another is asked for', async () => {
  const place = (...names: string[]) => join(folder, 'models', ...names)
  expect(await listModels(env)).toEqual([
    { name: 'nano', folder: embeddedModel(), problem: undefined },
    { name: 'somebody/broken', folder: place('somebody', 'broken'), problem: 'its download is incomplete' },
    { name: 'somebody/tiny', folder: place('somebody', 'tiny'), problem: undefined },
    {
      name: 'step1x-edit-fp8',
      folder: place('step1x-edit-fp8'),
      problem: expect.stringMatching(/missing the transformer/),
    },
  ])
  await expect(findModel('tiny', env)).rejects.toThrow(
    `tiny: no such model folder, and no model of this name; expected a checkpoint folder or one of nano, somebody/tiny (of ${modelsFolder(env)})`,
  )
})

it('takes a complete pulled model before the embedded one, and the one that the environment names before both', async () => {
  expect(await defaultModel(env)).toBe('darkroom')
  const pulled = { PENTIMENTO_MODELS: join(folder, 'pulled') }
  await writeTinyCheckpoint(join(folder, 'pulled', 'step1x-edit-v1.0'))
  expect(await defaultModel(pulled)).toBe('step1x-edit-v1.0')
  const better = join(folder, 'pulled', 'step1x-edit-v1.1')
  mkdirSync(better)
  expect(await defaultModel(pulled)).toBe('step1x-edit-v1.0')
  await writeTinyCheckpoint(better)
  expect(await defaultModel(pulled)).toBe('step1x-edit-v1.1')
  writeFileSync(join(better, 'vae.safetensors.0123456789ab.part'), '')
  expect(await defaultModel(pulled)).toBe('step1x-edit-v1.0')
  expect(await defaultModel({ ...pulled, PENTIMENTO_MODEL: 'mine' })).toBe('mine')
  expect(await defaultModel({ ...pulled, PENTIMENTO_MODEL: '' })).toBe('step1x-edit-v1.0')
})

it('keeps models beside what else is cached, and calls the embedded one by its name', () => {
  expect(modelsFolder({ PENTIMENTO_CACHE: join(folder, 'cache') })).toBe(join(folder, 'cache', 'models'))
  expect(modelName(embeddedModel())).toBe('nano')
  expect(modelName(join(folder, 'models', 'mine'))).toBe('mine')
})
