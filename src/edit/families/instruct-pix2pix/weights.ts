import type { ParameterSource } from '../../../graph/index.ts'
import {
  type AutoencoderConfig,
  type ClipTextConfig,
  inferAutoencoderConfig,
  inferClipTextConfig,
  inferUnetConfig,
  ModelError,
  type UnetConfig,
  unet,
} from '../../../models/index.ts'
import {
  assembled,
  type Checkpoint,
  openCheckpoint,
  originalAutoencoder,
  originalTextEncoder,
  originalUnet,
  type QuantizeOptions,
  reasonToKeep,
} from '../../../weights/index.ts'
import { checkAutoencoder } from '../../checkpoint/autoencoder.ts'
import { checkAll, checkComplete } from '../../checkpoint/complete.ts'
import { definedOnly } from '../../checkpoint/json.ts'
import { inOfficialLayout } from '../../checkpoint/layout.ts'
import { applyLoras } from '../../checkpoint/lora.ts'
import { openAtPrecision, partIdentity } from '../../checkpoint/precision.ts'
import { runtimeProduct } from '../../checkpoint/runtimeProduct.ts'
import { checkClip, clipLayout } from '../../checkpoint/textEncoders.ts'
import { EditError } from '../../error.ts'
import type { OpeningOptions } from '../family.ts'
import type { PartWeights, WeightsRequest } from '../opened.ts'
import type { Pix2pixFolder } from './folder.ts'

export type Pix2pixPart = 'unet' | 'textEncoder' | 'autoencoder'

/** An opened checkpoint: sources of its parts with their sizes. */
export interface Pix2pixWeights extends PartWeights<Pix2pixPart> {
  readonly config: UnetConfig
  readonly clipConfig: ClipTextConfig
  readonly vaeConfig: AutoencoderConfig
}

/** Opens the weights of a folder. Nothing stays open when it fails. @throws EditError, WeightsError or ModelError */
export async function openWeights(
  { parts, hints }: Pix2pixFolder,
  { cache, onQuantize, onMerge, onWarning, signal }: OpeningOptions,
  request: WeightsRequest<Pix2pixPart>,
): Promise<Pix2pixWeights> {
  const precision = request.precision('unet')
  const options = { cache, onQuantize, onMerge, onWarning, signal, ...request, precision }
  const open: Checkpoint[] = []
  const close = async (): Promise<void> => {
    await Promise.all(open.map((each) => each.close()))
  }
  const keep = async (opening: Promise<Checkpoint>): Promise<Checkpoint> => {
    const opened = await opening
    open.push(opened)
    return opened
  }
  try {
    const select = quantizes
    const base = unetLayout(await keep(openAtPrecision('unet', parts.unet, { ...options, select })))
    const textEncoder = textLayout(await keep(openCheckpoint(parts['text encoder'])))
    const autoencoder = vaeLayout(await keep(openCheckpoint(parts.autoencoder)))
    const config = inferUnetConfig(base, definedOnly(hints.unet))
    const clipConfig = inferClipTextConfig(textEncoder, definedOnly(hints.clip))
    const vaeConfig = inferAutoencoderConfig(autoencoder, hints.vae)
    checkAll([
      () => checkUnet(base, config),
      () => checkClip(textEncoder, clipConfig),
      () => checkAutoencoder(autoencoder, vaeConfig),
    ])
    checkFits({ config, clipConfig, vaeConfig }, parts)
    const product = runtimeProduct(request.runtime)
    const named = JSON.stringify([partIdentity('unet', request.identities), precision])
    const { source, file, loras } = await applyLoras(base, { ...options, base: named, product })
    if (file) open.push(file)
    return {
      sources: { unet: source, textEncoder, autoencoder },
      config,
      clipConfig,
      vaeConfig,
      loras,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** The UNet under the names of diffusers. */
export function unetLayout(source: ParameterSource): ParameterSource {
  const original = originalUnet(source)
  return original ? assembled(source, original) : source
}

/** The text encoder under its own names. */
export function textLayout(source: ParameterSource): ParameterSource {
  const original = originalTextEncoder(source)
  return clipLayout(original ? assembled(source, original) : source)
}

/** The autoencoder under its official names. */
export function vaeLayout(source: ParameterSource): ParameterSource {
  const original = originalAutoencoder(source)
  return original ? assembled(source, original) : inOfficialLayout(source)
}

/** Linear layers are quantised, those of an averaged copy too, whose names have no dots. */
const quantizes: NonNullable<QuantizeOptions['select']> = (path, tensor) =>
  reasonToKeep(path.startsWith('model_ema.') ? path.replace(/weight$/, '.weight') : path, tensor, {
    block: 128,
  })

/**
 * Whether a source holds every weight of the UNet, in its shape, and nothing else.
 * @throws WeightsError that names all tensors which are missing, of another shape or type, or not used
 */
export function checkUnet(source: ParameterSource, config: UnetConfig): void {
  checkComplete(source, (w) => {
    const input = (name: string, ...shape: number[]) => w.graph.input(name, 'f32', shape)
    const noise = unet(
      w,
      {
        sample: input('sample', 1, config.inChannels, 8, 8),
        time: input('time', 1, config.channels[0]!),
        context: input('context', 1, 2, config.contextWidth),
      },
      config,
    )
    return { noise }
  })
}

/** Whether the parts are of one model, and of one that edits. @throws EditError or ModelError */
function checkFits(
  { config, clipConfig, vaeConfig }: Pick<Pix2pixWeights, 'config' | 'clipConfig' | 'vaeConfig'>,
  parts: Pix2pixFolder['parts'],
): void {
  const { inChannels, outChannels, contextWidth } = config
  if (inChannels === outChannels)
    throw new EditError(
      'checkpoint',
      `${parts.unet}: conv_in: expected ${2 * outChannels} channels in, half of them the picture's, got ${inChannels}: a model that makes pictures from text alone; take an editor's weights`,
    )
  const same = (path: string, what: string, expected: number, got: number): void => {
    if (expected !== got)
      throw new ModelError(
        'config',
        `${path}: ${what}: expected ${expected} as the UNet reads, got ${got}; take the part of this model`,
      )
  }
  same(parts['text encoder'], 'width of the text', contextWidth, clipConfig.width)
  same(parts.autoencoder, 'channels of a latent', outChannels, vaeConfig.latentChannels)
  same(parts.unet, 'channels in', outChannels + vaeConfig.latentChannels, inChannels)
}
