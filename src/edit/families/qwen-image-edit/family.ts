import { openTokenizer } from '../../../language/index.ts'
import { inferQwenVaeConfig } from '../../../models/index.ts'
import { checkLanguageModel } from '../../checkpoint/languageModel.ts'
import { inOfficialLayout } from '../../checkpoint/layout.ts'
import { reportPart, sized, withTokenizer } from '../../checkpoint/partReport.ts'
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
    check: sized((source) => transformerConfig(source, hints), checkTransformer),
  })
  const autoencoder = await reportPart(parts.autoencoder, {
    kind: 'autoencoder',
    layout: autoencoderLayout,
    check: sized((source) => inferQwenVaeConfig(source, hints.vae), checkAutoencoder),
  })
  const languageModel = await reportPart(parts['language model'], {
    kind: 'language model',
    layout: inOfficialLayout,
    check: sized(() => languageConfigOf(parts['language model']), checkLanguageModel),
  })
  const read = await withTokenizer(languageModel, openTokenizer(parts.tokenizer))
  return { variant: hints.variant, parts: [transformer, autoencoder, read] }
}
