import { openClipTokenizer, openUnigram } from '../../../language/index.ts'
import {
  inferAutoencoderConfig,
  inferClipTextConfig,
  inferDitConfig,
  inferT5Config,
} from '../../../models/index.ts'
import { checkAutoencoder } from '../../checkpoint/autoencoder.ts'
import { definedOnly } from '../../checkpoint/json.ts'
import { inOfficialLayout } from '../../checkpoint/layout.ts'
import { type PartReport, reportPart } from '../../checkpoint/partReport.ts'
import { checkClip, checkT5, clipLayout, t5Layout } from '../../checkpoint/textEncoders.ts'
import type { InspectedFolder, ModelFamily } from '../family.ts'
import { checkTransformer } from './complete.ts'
import { defaultsOf, familyName, findKontext, type KontextFolder, recognises } from './folder.ts'
import { targetSize } from './model.ts'
import { openKontext } from './open.ts'

/** FLUX.1 Kontext [dev]: FLUX's transformer with a reference and a guidance that it was distilled for, CLIP, T5. */
export const fluxKontext: ModelFamily<KontextFolder> = {
  name: familyName,
  title: 'FLUX.1 Kontext',
  options: [
    'steps',
    'guidance',
    'trueGuidance',
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
  ],
  mostPictures: 0,
  quantized: ['transformer', 'text encoder 2'],
  recognises,
  find: findKontext,
  defaultsOf,
  sizeOf: targetSize,
  open: openKontext,
  inspect,
}

/** What the parts hold. */
async function inspect({ parts, hints }: KontextFolder): Promise<InspectedFolder> {
  const transformer = await reportPart(parts.transformer, {
    kind: 'transformer',
    layout: inOfficialLayout,
    check: (source) => {
      const config = inferDitConfig(source, hints.dit)
      checkTransformer(source, config)
      return config
    },
  })
  const clip = await reportPart(parts['text encoder'], {
    kind: 'text encoder (CLIP)',
    layout: clipLayout,
    check: (source) => {
      const config = inferClipTextConfig(source, definedOnly(hints.clip))
      checkClip(source, config)
      return config
    },
  })
  const t5 = await reportPart(parts['text encoder 2'], {
    kind: 'text encoder (T5)',
    layout: t5Layout,
    check: (source) => {
      const config = inferT5Config(source)
      checkT5(source, config)
      return config
    },
  })
  const autoencoder = await reportPart(parts.autoencoder, {
    kind: 'autoencoder',
    layout: inOfficialLayout,
    check: (source) => {
      const config = inferAutoencoderConfig(source, hints.vae)
      checkAutoencoder(source, config)
      return config
    },
  })
  return {
    parts: [
      transformer,
      await withProblemOf(clip, openClipTokenizer(parts.tokenizer)),
      await withProblemOf(t5, openUnigram(parts['tokenizer 2'])),
      autoencoder,
    ],
  }
}

/** A report of a part with what is wrong with the tokenizer that belongs to it. */
async function withProblemOf(part: PartReport, opening: Promise<unknown>): Promise<PartReport> {
  const problem = await opening.then(
    () => undefined,
    (error: Error) => error.message,
  )
  const problems = [part.problem, problem].filter((each) => each !== undefined)
  return problems.length === 0 ? part : { ...part, problem: problems.join('; ') }
}
