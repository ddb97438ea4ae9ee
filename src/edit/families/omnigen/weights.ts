import type { ParameterSource } from '../../../graph/index.ts'
import {
  type AutoencoderConfig,
  inferAutoencoderConfig,
  inferOmnigenConfig,
  type OmnigenConfig,
} from '../../../models/index.ts'
import { type Checkpoint, openCheckpoint } from '../../../weights/index.ts'
import { checkAutoencoder } from '../../checkpoint/autoencoder.ts'
import { checkAll, checkComplete } from '../../checkpoint/complete.ts'
import { inOfficialLayout } from '../../checkpoint/layout.ts'
import { applyLoras } from '../../checkpoint/lora.ts'
import { openAtPrecision, partIdentity } from '../../checkpoint/precision.ts'
import { runtimeProduct } from '../../checkpoint/runtimeProduct.ts'
import type { OpeningOptions } from '../family.ts'
import type { PartWeights, WeightsRequest } from '../opened.ts'
import type { OmnigenFolder } from './folder.ts'
import { omnigenOutputs } from './graphs.ts'

export type OmnigenPart = 'transformer' | 'autoencoder'

/** An opened checkpoint: sources of both parts with their sizes. */
export interface OmnigenWeights extends PartWeights<OmnigenPart> {
  readonly config: OmnigenConfig
  readonly vaeConfig: AutoencoderConfig
}

/** Opens the weights of a folder. Nothing stays open when it fails. @throws EditError, WeightsError or ModelError */
export async function openWeights(
  { parts, hints }: OmnigenFolder,
  { cache, onQuantize, onMerge, onWarning, signal }: OpeningOptions,
  request: WeightsRequest<OmnigenPart>,
): Promise<OmnigenWeights> {
  const precision = request.precision('transformer')
  const options = { cache, onQuantize, onMerge, onWarning, signal, ...request, precision }
  const open: Checkpoint[] = []
  const close = async (): Promise<void> => {
    await Promise.all(open.map((each) => each.close()))
  }
  const keep = async (opening: Promise<Checkpoint>): Promise<ParameterSource> => {
    const opened = await opening
    open.push(opened)
    return inOfficialLayout(opened)
  }
  try {
    const base = await keep(openAtPrecision('transformer', parts.transformer, options))
    const autoencoder = await keep(openCheckpoint(parts.autoencoder))
    const config = inferOmnigenConfig(base, hints.settings)
    const vaeConfig = inferAutoencoderConfig(autoencoder, hints.vae)
    checkAll([() => checkOmnigen(base, config), () => checkAutoencoder(autoencoder, vaeConfig)])
    const product = runtimeProduct(request.runtime)
    const named = JSON.stringify([partIdentity('transformer', request.identities), precision])
    const { source, file, loras } = await applyLoras(base, { ...options, base: named, product })
    if (file) open.push(file)
    return { sources: { transformer: source, autoencoder }, config, vaeConfig, loras, close }
  } catch (error) {
    await close()
    throw error
  }
}

/**
 * Whether a source holds every weight of the transformer, in its shape, and nothing else.
 * @throws WeightsError that names all tensors which are missing, of another shape or type, or not used
 */
export function checkOmnigen(source: ParameterSource, config: OmnigenConfig): void {
  checkComplete(source, (w) => omnigenOutputs('whole', 1, w, config))
}
