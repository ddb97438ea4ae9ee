import { openTokenizer } from '../../../language/index.ts'
import { isV12 } from '../../../models/index.ts'
import { choosePlan, freeMemory, openRuntime } from '../../../onnx/index.ts'
import { checkpointIdentities } from '../../checkpoint/identity.ts'
import type { LoraChoice } from '../../checkpoint/lora.ts'
import type { Precision } from '../../checkpoint/precision.ts'
import { promptFormat } from '../../condition/prompt.ts'
import { v12Format } from '../../condition/promptV12.ts'
import type { OpeningOptions } from '../family.ts'
import type { CheckpointFolder } from './folder.ts'
import { ModelParts, type Opened } from './parts.ts'
import { freedOf, type ModelWeights, openWeights } from './weights.ts'

/** Opens the parts of a folder that is found. Frees everything when it fails. @throws EditError, WeightsError or ModelError */
export async function openFolder(checkpoint: CheckpointFolder, options: OpeningOptions): Promise<ModelParts> {
  const files = await checkpointIdentities(checkpoint, options)
  const { start } = checkpoint
  const identities = { ...files, ...(start && { start: JSON.stringify(start) }) }
  const runtime = await openRuntime(options)
  try {
    return await assemble({ checkpoint, identities, runtime }, options)
  } catch (error) {
    await runtime.close().catch(() => undefined)
    throw error
  }
}

/** Puts the parts of a checkpoint together on a runtime, which they close. */
export async function assemble(
  found: Pick<Opened, 'checkpoint' | 'identities' | 'runtime'>,
  options: OpeningOptions,
): Promise<ModelParts> {
  const { checkpoint, identities, runtime } = found
  const { encode } = await openTokenizer(checkpoint.tokenizer)
  const { quotes = 'paired', loras = [], precision = 'auto', memory: budget = freeMemory() } = options
  const open = (at: Precision, applied: readonly LoraChoice[] = loras): Promise<ModelWeights> => {
    const each = {
      transformer: options.parts?.transformer?.precision ?? at,
      'language model': options.parts?.languageModel?.precision ?? at,
    }
    return openWeights(checkpoint, { ...options, loras: applied, identities, precision: each, runtime })
  }
  // LoRAs are merged into the weights that are taken in the end.
  let weights = precision === 'auto' ? await open('fp32', []) : await open(precision)
  try {
    if (precision === 'auto') {
      const isRoom = fits(weights, budget)
      if (!isRoom || loras.length > 0) {
        await weights.close()
        weights = await open(isRoom ? 'fp32' : 'int8')
      }
    }
    const format = isV12(weights.variant) ? v12Format() : promptFormat(checkpoint.hints.prompt, quotes)
    const { plan, profile } = options
    const plans = {
      transformer: options.parts?.transformer?.plan ?? plan,
      languageModel: options.parts?.languageModel?.plan ?? plan,
    }
    return new ModelParts({ ...found, quotes, weights, encode, format, budget, plans, profile })
  } catch (error) {
    await weights.close().catch(() => undefined)
    throw error
  }
}

function fits(weights: ModelWeights, budget: number): boolean {
  const { dit, mllm } = weights
  return choosePlan([dit], budget + freedOf(weights)) === 'whole' && choosePlan([mllm], budget) === 'whole'
}
