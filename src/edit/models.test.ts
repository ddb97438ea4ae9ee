import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeTinyCheckpoint } from '../../test/tinyCheckpoint.ts'
import { embeddedModel } from './embedded.ts'
import { defaultModel, findModel, listModels, modelName, modelsFolder } from './models.ts'

let folder: string
let env: NodeJS.ProcessEnv
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'models-'))
  env = { PENTIMENTO_MODELS: join(folder, 'models') }
  await writeTinyCheckpoint(join(folder, 'models', 'somebody', 'tiny'))
  mkdirSync(join(folder, 'models', 'unfinished'))
})
afterAll(() => rmSync(folder, { recursive: true }))

it('finds the embedded model, a folder, and a pulled model by its name', async () => {
  expect(await findModel('nano', env)).toBe(embeddedModel())
  expect(await findModel(folder, env)).toBe(folder)
  expect(await findModel('somebody/tiny', env)).toBe(join(folder, 'models', 'somebody', 'tiny'))
})

it('lists the models that are there, complete ones alone, and names them when another is asked for', async () => {
  expect(await listModels(env)).toEqual([
    { name: 'nano', folder: embeddedModel() },
    { name: 'somebody/tiny', folder: join(folder, 'models', 'somebody', 'tiny') },
  ])
  await expect(findModel('tiny', env)).rejects.toThrow(
    `tiny: no such model folder, and no model of this name; expected a checkpoint folder or one of nano, somebody/tiny (of ${modelsFolder(env)})`,
  )
})

it('takes a pulled model before the embedded one, and the one that the environment names before both', () => {
  expect(defaultModel(env)).toBe('nano')
  const pulled = join(folder, 'pulled')
  mkdirSync(join(pulled, 'step1x-edit-v1.0'), { recursive: true })
  expect(defaultModel({ PENTIMENTO_MODELS: pulled })).toBe('step1x-edit-v1.0')
  mkdirSync(join(pulled, 'step1x-edit-v1.1'))
  expect(defaultModel({ PENTIMENTO_MODELS: pulled })).toBe('step1x-edit-v1.1')
  expect(defaultModel({ PENTIMENTO_MODELS: pulled, PENTIMENTO_MODEL: 'mine' })).toBe('mine')
})

it('keeps models beside what else is cached, and calls the embedded one by its name', () => {
  expect(modelsFolder({ PENTIMENTO_CACHE: join(folder, 'cache') })).toBe(join(folder, 'cache', 'models'))
  expect(modelName(embeddedModel())).toBe('nano')
  expect(modelName(join(folder, 'models', 'mine'))).toBe('mine')
})
