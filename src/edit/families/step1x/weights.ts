import type { ParameterSource } from '../../../graph/index.ts'
import {
  type AutoencoderConfig,
  type EditConfig,
  editNetwork,
  inferAutoencoderConfig,
  inferEditConfig,
  isV12,
  type Qwen25VLConfig,
  type Variant,
  variants,
} from '../../../models/index.ts'
import type { Runtime } from '../../../onnx/index.ts'
import { type Checkpoint, openCheckpoint, type QuantizeProgress } from '../../../weights/index.ts'
import { checkAutoencoder } from '../../checkpoint/autoencoder.ts'
import { checkAll } from '../../checkpoint/complete.ts'
import type { Identities } from '../../checkpoint/identity.ts'
import { checkLanguageModel } from '../../checkpoint/languageModel.ts'
import { inOfficialLayout } from '../../checkpoint/layout.ts'
import { type AppliedLora, applyLoras, type LoraChoice, type MergeProgress } from '../../checkpoint/lora.ts'
import { openAtPrecision, type Precision, partIdentity } from '../../checkpoint/precision.ts'
import { runtimeProduct } from '../../checkpoint/runtimeProduct.ts'
import { readMllmConfig } from '../../condition/conditioner.ts'
import { EditError } from '../../error.ts'
import { freedBytes } from '../../memory.ts'
import { checkTransformer } from './complete.ts'
import type { CheckpointFolder } from './folder.ts'
import { startOn } from './start.ts'

/** An opened checkpoint: sources of all parts with their sizes. */
export interface ModelWeights {
  readonly dit: ParameterSource
  readonly vae: ParameterSource
  readonly mllm: ParameterSource
  readonly config: EditConfig
  readonly vaeConfig: AutoencoderConfig
  readonly mllmConfig: Qwen25VLConfig
  readonly variant: Variant
  readonly loras: readonly AppliedLora[]
  close(): Promise<void>
}

/** Bytes of a transformer that are not in memory while it runs whole. */
export function freedOf({ dit, config }: Pick<ModelWeights, 'dit' | 'config'>): number {
  return freedBytes(dit, editNetwork(config).isModulation)
}

export interface WeightsOptions {
  readonly runtime: Runtime
  /** Of the transformer and of the language model. */
  readonly precision: Readonly<Record<'transformer' | 'language model', Precision>>
  readonly variant?: string | undefined
  readonly loras: readonly LoraChoice[]
  /** Of the checkpoint's files: the key of what is kept in the cache. */
  readonly identities: Identities
  /** Where quantised and merged copies are kept. */
  readonly cache?: string | undefined
  readonly onQuantize?: ((progress: QuantizeProgress) => void) | undefined
  readonly onMerge?: ((progress: MergeProgress) => void) | undefined
  /** Called with a line for each assumption, ignored tensor or rebuilt cache file. */
  readonly onWarning?: ((line: string) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** Opens the parts of a checkpoint, with quantised copies in the cache if requested. */
export async function openWeights(found: CheckpointFolder, options: WeightsOptions): Promise<ModelWeights> {
  const open: Checkpoint[] = []
  const close = async () => {
    await Promise.all(open.map((each) => each.close()))
  }
  const keep = async (opening: Promise<Checkpoint>): Promise<Checkpoint> => {
    const opened = await opening
    open.push(opened)
    return opened
  }
  const at = (part: 'transformer' | 'language model') => ({ ...options, precision: options.precision[part] })
  try {
    const base = await asEditor(
      found,
      await keep(openAtPrecision('transformer', found.dit, at('transformer'))),
    )
    const vae = inOfficialLayout(await keep(openCheckpoint(found.vae)))
    const mllm = inOfficialLayout(
      await keep(openAtPrecision('language model', found.mllm, at('language model'))),
    )
    const { hints } = found
    const config = inferEditConfig(base, hints)
    const { connector } = config
    const isMapped = base.describe('text_token_mapping.weight') !== undefined
    const variant = variantOf(found, config, options.variant, isMapped)
    const vaeConfig = inferAutoencoderConfig(vae, hints.vae)
    const mllmConfig = await readMllmConfig(found.mllm)
    checkAll([
      () => checkTransformer(base, config, isV12(variant)),
      () => checkAutoencoder(vae, vaeConfig),
      () => checkLanguageModel(mllm, mllmConfig),
    ])
    const product = runtimeProduct(options.runtime)
    const named = JSON.stringify([
      partIdentity('transformer', options.identities),
      options.precision.transformer,
    ])
    const { source: dit, file, loras } = await applyLoras(base, { ...options, base: named, product })
    if (file) open.push(file)
    return {
      dit,
      vae,
      mllm,
      config: {
        ...config,
        connector: { ...connector, scaleFactor: variant === 'v1.0' && connector.scaleFactor },
      },
      vaeConfig,
      mllmConfig,
      variant,
      loras,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** A transformer under the official names; one that an editor is to be trained on with what it lacks. */
async function asEditor(
  { start, mllm, hints }: CheckpointFolder,
  transformer: ParameterSource,
): Promise<ParameterSource> {
  const source = inOfficialLayout(transformer)
  return start ? startOn(source, start, (await readMllmConfig(mllm)).width, hints) : source
}

/** The transformer as its files have it, whatever the precision it runs in. @throws WeightsError or EditError */
export async function openTransformer(
  found: CheckpointFolder,
): Promise<{ readonly source: ParameterSource; close(): Promise<void> }> {
  const checkpoint = await openCheckpoint(found.dit)
  try {
    return { source: await asEditor(found, checkpoint), close: () => checkpoint.close() }
  } catch (error) {
    await checkpoint.close()
    throw error
  }
}

/**
 * The requested variant; else v1.2 where there is its mapping; else the folder's; else v1.1 where there is no factor for the pooled vector, which v1.1
 * has not; else what the file's name says.
 */
function variantOf(
  { hints, namedVariant }: CheckpointFolder,
  config: EditConfig,
  asked: string | undefined,
  isMapped: boolean,
): Variant {
  if ('sd3' in config && asked !== undefined)
    throw new EditError('input', 'variant: an editor on Stable Diffusion 3 has none; leave it out')
  if (asked !== undefined && !isVariant(asked))
    throw new EditError('input', `variant: expected ${variants.join(' or ')} of Step1X-Edit, got '${asked}'`)
  if (asked !== undefined && isMapped !== isV12(asked))
    throw new EditError(
      'input',
      `variant: expected ${variants.filter((each) => isV12(each) === isMapped).join(' or ')}, of which the weights are, got '${asked}'`,
    )
  if (namedVariant !== undefined && isV12(namedVariant)) return namedVariant
  return asked ?? hints.variant ?? (config.connector.scaleFactor ? (namedVariant ?? 'v1.0') : 'v1.1')
}

function isVariant(text: string): text is Variant {
  return variants.some((each) => each === text)
}
