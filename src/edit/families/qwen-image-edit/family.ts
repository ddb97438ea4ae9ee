import { inferQwenVaeConfig } from '../../../models/index.ts'
import { checkLanguageModel } from '../../checkpoint/languageModel.ts'
import { inOfficialLayout } from '../../checkpoint/layout.ts'
import { reportPart, withTokenizer } from '../../checkpoint/partReport.ts'
import type { InspectedFolder, ModelFamily } from '../family.ts'
import { checkAutoencoder, checkTransformer } from './complete.ts'
import { defaultsOf, familyName, familyTitle, findQwen, type QwenFolder, recognises } from './folder.ts'
import { autoencoderLayout, transformerLayout } from './layout.ts'
import { mostPictures, openQwen } from './model.ts'
import { areaSize } from './sampling.ts'
import { languageConfigOf, transformerConfig } from './weights.ts'

/** Qwen-Image-Edit, -2509 and -2511: a transformer of two streams, Qwen2.5-VL, an autoencoder of videos. */
export const qwenImageEditFamily: ModelFamily<QwenFolder> = {
  name: familyName,
  title: familyTitle,
  options: [
    'steps',
    'guidance',
    'seed',
    'size',
    'negative',
    'guidanceInterval',
    'keepEditSize',
    'detail',
    'init',
    'region',
  ],
  mostPictures,
  quantized: ['transformer', 'language model'],
  recognises,
  find: findQwen,
  defaultsOf,
  sizeOf: (picture, { size }) => areaSize(picture, size),
  open: openQwen,
  inspect,
}

/** What the parts hold. */
async function inspect({ parts, hints }: QwenFolder): Promise<InspectedFolder> {
  const transformer = await reportPart(parts.transformer, {
    kind: 'transformer',
    layout: transformerLayout,
    check: (source) => {
      const config = transformerConfig(source, hints)
      checkTransformer(source, config)
      return config
    },
  })
  const autoencoder = await reportPart(parts.autoencoder, {
    kind: 'autoencoder',
    layout: autoencoderLayout,
    check: (source) => {
      const config = inferQwenVaeConfig(source, hints.vae)
      checkAutoencoder(source, config)
      return config
    },
  })
  const languageModel = await reportPart(parts['language model'], {
    kind: 'language model',
    layout: inOfficialLayout,
    check: async (source) => {
      const config = await languageConfigOf(parts['language model'])
      checkLanguageModel(source, config)
      return config
    },
  })
  const read = await withTokenizer(languageModel, parts.tokenizer)
  return { variant: hints.variant, parts: [transformer, autoencoder, read] }
}
