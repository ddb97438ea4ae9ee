import { openClipTokenizer } from '../../../language/index.ts'
import { inferAutoencoderConfig, inferClipTextConfig, inferUnetConfig } from '../../../models/index.ts'
import { checkAutoencoder } from '../../checkpoint/autoencoder.ts'
import { definedOnly } from '../../checkpoint/json.ts'
import { reportPart, sized, withTokenizer } from '../../checkpoint/partReport.ts'
import { checkClip } from '../../checkpoint/textEncoders.ts'
import type { InspectedFolder, ModelFamily } from '../family.ts'
import { defaultsOf, familyName, findPix2pix, type Pix2pixFolder, recognises } from './folder.ts'
import { openPix2pix } from './model.ts'
import { pix2pixSize } from './sizes.ts'
import { checkUnet, textLayout, unetLayout, vaeLayout } from './weights.ts'

/** InstructPix2Pix, MagicBrush and AnySD's first stage: Stable Diffusion 1.5 that sees the picture beside the noise. */
export const instructPix2Pix: ModelFamily<Pix2pixFolder> = {
  name: familyName,
  title: 'InstructPix2Pix',
  options: [
    'steps',
    'guidance',
    'pictureGuidance',
    'sampler',
    'seed',
    'size',
    'negative',
    'keepEditSize',
    'detail',
    'init',
    'region',
  ],
  mostPictures: 0,
  quantized: ['unet'],
  recognises,
  find: findPix2pix,
  defaultsOf,
  sizeOf: (picture, { size }) => pix2pixSize(picture, size),
  open: openPix2pix,
  inspect,
}

/** What the parts hold; a file of the original holds all three. */
async function inspect({ parts, hints, variant }: Pix2pixFolder): Promise<InspectedFolder> {
  const unet = await reportPart(parts.unet, {
    kind: 'UNet',
    layout: unetLayout,
    check: sized((source) => inferUnetConfig(source, definedOnly(hints.unet)), checkUnet),
  })
  const text = await reportPart(parts['text encoder'], {
    kind: 'text encoder (CLIP)',
    layout: textLayout,
    check: sized((source) => inferClipTextConfig(source, definedOnly(hints.clip)), checkClip),
  })
  const autoencoder = await reportPart(parts.autoencoder, {
    kind: 'autoencoder',
    layout: vaeLayout,
    check: sized((source) => inferAutoencoderConfig(source, hints.vae), checkAutoencoder),
  })
  return {
    variant,
    parts: [unet, await withTokenizer(text, openClipTokenizer(parts.tokenizer)), autoencoder],
  }
}
