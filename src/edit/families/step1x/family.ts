import { readableSize } from '../../checkEdit.ts'
import type { EditOptions } from '../../options.ts'
import type { ModelFamily } from '../family.ts'
import { type CheckpointFolder, familyName, findStep1x, v12Name } from './folder.ts'
import { inspectStep1x } from './inspect.ts'
import { Step1xModel } from './model.ts'
import { openFolder } from './open.ts'
import { modelDefaults } from './parts.ts'

/** Options that every checkpoint of Step1X-Edit takes. */
export const step1xOptions: readonly (keyof EditOptions)[] = [
  'steps',
  'guidance',
  'seed',
  'size',
  'negative',
  'dampAbove',
  'guidanceInterval',
  'vaeSample',
  'keepEditSize',
  'detail',
  'init',
  'region',
]

/** Step1X-Edit: FLUX-like transformer and connector, Qwen2.5-VL, FLUX's autoencoder. */
export const step1xEdit: ModelFamily<CheckpointFolder> = {
  name: familyName,
  title: 'Step1X-Edit',
  options: step1xOptions,
  mostPictures: 0,
  quantized: ['transformer', 'language model'],
  recognises: ({ pipeline }) => /^Step1XEdit/i.test(pipeline?.className ?? ''),
  find: findStep1x,
  defaultsOf: modelDefaults,
  sizeOf: (picture, { size }) => readableSize(picture, size),
  open: async (found, options) => new Step1xModel(await openFolder(found, options)),
  inspect: inspectStep1x,
}

/** Step1X-Edit v1.2, which differs in how it reads text, and thinks. Weights of it are found under any name. */
export const step1xEditV12: ModelFamily<CheckpointFolder> = {
  ...step1xEdit,
  name: v12Name,
  title: 'Step1X-Edit v1.2',
  options: [...step1xOptions, 'think', 'reflect', 'tries'],
}
