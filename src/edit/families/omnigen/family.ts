import { openTokenizer } from '../../../language/index.ts'
import { inferAutoencoderConfig, inferOmnigenConfig } from '../../../models/index.ts'
import { checkAutoencoder } from '../../checkpoint/autoencoder.ts'
import { inOfficialLayout } from '../../checkpoint/layout.ts'
import { reportPart, sized, withTokenizer } from '../../checkpoint/partReport.ts'
import { EditError } from '../../error.ts'
import type { InspectedFolder, ModelFamily } from '../family.ts'
import { familyName, findOmnigen, isOmnigen, type OmnigenFolder } from './folder.ts'
import { omnigenDefaults, openOmnigen } from './model.ts'
import { omnigenSize } from './picture.ts'
import { checkOmnigen } from './weights.ts'

/** Patches on a side of the published table of positions, in pixels. */
const mostPixels = 192 * 16

/** OmniGen v1: a language model that reads text and pictures, and draws; SDXL's autoencoder. */
export const omnigenFamily: ModelFamily<OmnigenFolder> = {
  name: familyName,
  title: 'OmniGen',
  options: [
    'steps',
    'guidance',
    'pictureGuidance',
    'seed',
    'size',
    'negative',
    'guidanceInterval',
    'vaeSample',
    'keepEditSize',
    'detail',
    'init',
    'region',
  ],
  mostPictures: 2,
  quantized: ['transformer'],
  recognises: isOmnigen,
  find: (listing) => findOmnigen(listing),
  defaultsOf: omnigenDefaults,
  sizeOf: (picture, { size }) => {
    const drawn = omnigenSize(picture, size)
    if (Math.max(drawn.width, drawn.height) > mostPixels)
      throw new EditError(
        'input',
        `picture of ${picture.width}×${picture.height}: at size ${size} the edit would have ${drawn.width}×${drawn.height} pixels, expected sides of at most ${mostPixels}; crop it or choose a smaller size`,
      )
    return drawn
  },
  open: openOmnigen,
  inspect: inspectOmnigen,
}

async function inspectOmnigen({ parts, hints, tokenizerFolder }: OmnigenFolder): Promise<InspectedFolder> {
  const transformer = await reportPart(parts.transformer, {
    kind: 'transformer',
    layout: inOfficialLayout,
    check: sized((source) => inferOmnigenConfig(source, hints.settings), checkOmnigen),
  })
  const autoencoder = await reportPart(parts.autoencoder, {
    kind: 'autoencoder',
    layout: inOfficialLayout,
    check: sized((source) => inferAutoencoderConfig(source, hints.vae), checkAutoencoder),
  })
  return { parts: [await withTokenizer(transformer, openTokenizer(tokenizerFolder)), autoencoder] }
}
