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
import { reportPart, sized, withTokenizer } from '../../checkpoint/partReport.ts'
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
    check: sized((source) => inferDitConfig(source, hints.dit), checkTransformer),
  })
  const clip = await reportPart(parts['text encoder'], {
    kind: 'text encoder (CLIP)',
    layout: clipLayout,
    check: sized((source) => inferClipTextConfig(source, definedOnly(hints.clip)), checkClip),
  })
  const t5 = await reportPart(parts['text encoder 2'], {
    kind: 'text encoder (T5)',
    layout: t5Layout,
    check: sized(inferT5Config, checkT5),
  })
  const autoencoder = await reportPart(parts.autoencoder, {
    kind: 'autoencoder',
    layout: inOfficialLayout,
    check: sized((source) => inferAutoencoderConfig(source, hints.vae), checkAutoencoder),
  })
  return {
    parts: [
      transformer,
      await withTokenizer(clip, openClipTokenizer(parts.tokenizer)),
      await withTokenizer(t5, openUnigram(parts['tokenizer 2'])),
      autoencoder,
    ],
  }
}
