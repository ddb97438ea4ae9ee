import {
  type AutoencoderConfig,
  type ClipTextConfig,
  type DitConfig,
  inferAutoencoderConfig,
  inferClipTextConfig,
  inferDitConfig,
  inferT5Config,
  isFluxModulation,
  ModelError,
  type T5Config,
} from '../../../models/index.ts'
import { type Checkpoint, openCheckpoint } from '../../../weights/index.ts'
import { checkAutoencoder } from '../../checkpoint/autoencoder.ts'
import { checkAll } from '../../checkpoint/complete.ts'
import { definedOnly } from '../../checkpoint/json.ts'
import { inOfficialLayout } from '../../checkpoint/layout.ts'
import { applyLoras } from '../../checkpoint/lora.ts'
import { openAtPrecision, partIdentity } from '../../checkpoint/precision.ts'
import { runtimeProduct } from '../../checkpoint/runtimeProduct.ts'
import { checkClip, checkT5, clipLayout, t5Layout } from '../../checkpoint/textEncoders.ts'
import { freedBytes } from '../../memory.ts'
import type { OpeningOptions } from '../family.ts'
import type { PartWeights, WeightsRequest } from '../opened.ts'
import { checkTransformer } from './complete.ts'
import type { KontextFolder, KontextPart } from './folder.ts'

/** Parts by the names of the facts. */
export type KontextSource = 'transformer' | 'textEncoder' | 'textEncoder2' | 'autoencoder'

/** Those that are quantised, and streamed where they do not fit. */
export const large: readonly KontextSource[] = ['transformer', 'textEncoder2']

/** Sources of all parts with their sizes. */
export interface KontextWeights extends PartWeights<KontextSource>, KontextConfigs {}

interface KontextConfigs {
  readonly config: DitConfig
  readonly clipConfig: ClipTextConfig
  readonly t5Config: T5Config
  readonly vaeConfig: AutoencoderConfig
}

/** Which weights are asked for, and how copies of them are made. */
export type KontextWeightsOptions = Omit<OpeningOptions, 'precision' | 'loras'> &
  WeightsRequest<KontextSource>

/** Opens the parts, with quantised copies in the cache if requested. Nothing stays open when it fails. */
export async function openWeights(
  { parts, hints }: KontextFolder,
  options: KontextWeightsOptions,
): Promise<KontextWeights> {
  const open: Checkpoint[] = []
  const close = async () => {
    await Promise.all(open.map((each) => each.close()))
  }
  const keep = async (opening: Promise<Checkpoint>): Promise<Checkpoint> => {
    const opened = await opening
    open.push(opened)
    return opened
  }
  const quantised = (part: KontextPart, source: KontextSource): Promise<Checkpoint> =>
    keep(openAtPrecision(part, parts[part], { ...options, precision: options.precision(source) }))
  try {
    const base = inOfficialLayout(await quantised('transformer', 'transformer'))
    const t5 = t5Layout(await quantised('text encoder 2', 'textEncoder2'))
    const clip = clipLayout(await keep(openCheckpoint(parts['text encoder'])))
    const autoencoder = inOfficialLayout(await keep(openCheckpoint(parts.autoencoder)))
    const config = inferDitConfig(base, hints.dit)
    const clipConfig = inferClipTextConfig(clip, definedOnly(hints.clip))
    const t5Config = inferT5Config(t5)
    const vaeConfig = inferAutoencoderConfig(autoencoder, hints.vae)
    checkAll([
      () => checkTransformer(base, config),
      () => checkClip(clip, clipConfig),
      () => checkT5(t5, t5Config),
      () => checkAutoencoder(autoencoder, vaeConfig),
    ])
    checkWidths({ config, clipConfig, t5Config, vaeConfig }, parts)
    const named = JSON.stringify([
      partIdentity('transformer', options.identities),
      options.precision('transformer'),
    ])
    const product = runtimeProduct(options.runtime)
    const { source, file, loras } = await applyLoras(base, { ...options, base: named, product })
    if (file) open.push(file)
    return {
      sources: { transformer: source, textEncoder: clip, textEncoder2: t5, autoencoder },
      freed: { transformer: freedBytes(source, isFluxModulation) },
      config,
      clipConfig,
      t5Config,
      vaeConfig,
      loras,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Whether the parts are of one model. @throws ModelError */
function checkWidths(
  { config, clipConfig, t5Config, vaeConfig }: KontextConfigs,
  parts: KontextFolder['parts'],
): void {
  const same = (part: keyof KontextFolder['parts'], what: string, expected: number, got: number): void => {
    if (expected !== got)
      throw new ModelError(
        'config',
        `${parts[part]}: ${what}: expected ${expected} as the transformer reads, got ${got}; take the one of this model`,
      )
  }
  same('text encoder', 'width of the pooled text', config.vectorWidth, clipConfig.width)
  same('text encoder 2', 'width of the text', config.contextWidth, t5Config.width)
  same('autoencoder', 'channels of a token', config.inChannels, 4 * vaeConfig.latentChannels)
}
