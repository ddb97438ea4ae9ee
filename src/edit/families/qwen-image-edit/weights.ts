import type { ParameterSource } from '../../../graph/index.ts'
import {
  inferQwenImageConfig,
  inferQwenVaeConfig,
  isQwenImageModulation,
  ModelError,
  type Qwen25VLConfig,
  type QwenImageConfig,
  type QwenVaeConfig,
  qwen25vl7B,
} from '../../../models/index.ts'
import { type Checkpoint, openCheckpoint } from '../../../weights/index.ts'
import { checkAll } from '../../checkpoint/complete.ts'
import { checkLanguageModel } from '../../checkpoint/languageModel.ts'
import { inOfficialLayout } from '../../checkpoint/layout.ts'
import { applyLoras } from '../../checkpoint/lora.ts'
import { openAtPrecision, partIdentity } from '../../checkpoint/precision.ts'
import { runtimeProduct } from '../../checkpoint/runtimeProduct.ts'
import { readMllmConfig } from '../../condition/conditioner.ts'
import { freedBytes } from '../../memory.ts'
import type { OpeningOptions } from '../family.ts'
import type { PartWeights, WeightsRequest } from '../opened.ts'
import { checkAutoencoder, checkTransformer } from './complete.ts'
import type { QwenFolder, QwenHints } from './folder.ts'
import { autoencoderLayout, transformerLayout, zeroTimeMark } from './layout.ts'

/** The parts by the names of their facts. */
export type QwenSource = 'transformer' | 'languageModel' | 'autoencoder'

/** Sources of all parts with their sizes. */
export interface QwenWeights extends PartWeights<QwenSource> {
  readonly config: QwenImageConfig
  readonly languageConfig: Qwen25VLConfig
  readonly vaeConfig: QwenVaeConfig
}

/** Opens the parts, with quantised copies in the cache if requested. Nothing stays open when it fails. */
export async function openWeights(
  { parts, hints }: QwenFolder,
  options: OpeningOptions,
  { precision, loras: wanted, identities, runtime }: WeightsRequest<QwenSource>,
): Promise<QwenWeights> {
  const open: Checkpoint[] = []
  const close = async () => {
    await Promise.all(open.map((each) => each.close()))
  }
  const keep = async (opening: Promise<Checkpoint>): Promise<Checkpoint> => {
    const opened = await opening
    open.push(opened)
    return opened
  }
  const quantised = (name: 'transformer' | 'language model', part: QwenSource): Promise<Checkpoint> =>
    keep(openAtPrecision(name, parts[name], { ...options, identities, precision: precision(part) }))
  try {
    const base = transformerLayout(await quantised('transformer', 'transformer'))
    const languageModel = inOfficialLayout(await quantised('language model', 'languageModel'))
    const autoencoder = autoencoderLayout(await keep(openCheckpoint(parts.autoencoder)))
    const config = transformerConfig(base, hints)
    const languageConfig = await languageConfigOf(parts['language model'])
    const vaeConfig = inferQwenVaeConfig(autoencoder, hints.vae)
    checkAll([
      () => checkTransformer(base, config),
      () => checkLanguageModel(languageModel, languageConfig),
      () => checkAutoencoder(autoencoder, vaeConfig),
    ])
    checkWidths({ config, languageConfig, vaeConfig }, parts)
    const named = JSON.stringify([partIdentity('transformer', identities), precision('transformer')])
    const { source, file, loras } = await applyLoras(base, {
      ...options,
      loras: wanted,
      base: named,
      product: runtimeProduct(runtime),
    })
    if (file) open.push(file)
    const sources = { transformer: source, languageModel, autoencoder }
    const freed = { transformer: freedBytes(source, isQwenImageModulation) }
    return { sources, freed, config, languageConfig, vaeConfig, loras, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** The transformer's sizes; a single file of 2511 may say what it is. */
export function transformerConfig(source: ParameterSource, { transformer }: QwenHints): QwenImageConfig {
  const isMarked = source.describe(zeroTimeMark) !== undefined
  return inferQwenImageConfig(source, { ...transformer, zeroCondT: isMarked || transformer.zeroCondT })
}

/** The language model's sizes: those of its folder, for a single file those of Qwen2.5-VL-7B. */
export function languageConfigOf(path: string): Promise<Qwen25VLConfig> {
  return path.endsWith('.safetensors') ? Promise.resolve(qwen25vl7B) : readMllmConfig(path)
}

/** Whether the parts are of one model. @throws ModelError */
function checkWidths(
  { config, languageConfig, vaeConfig }: Pick<QwenWeights, 'config' | 'languageConfig' | 'vaeConfig'>,
  parts: QwenFolder['parts'],
): void {
  const same = (part: keyof typeof parts, what: string, expected: number, got: number): void => {
    if (expected !== got)
      throw new ModelError(
        'config',
        `${parts[part]}: ${what}: expected ${expected} as the transformer reads, got ${got}; take the one of this model`,
      )
  }
  same('language model', 'width of the text', config.textWidth, languageConfig.width)
  same('autoencoder', 'channels of a token', config.inChannels, 4 * vaeConfig.latentChannels)
}
