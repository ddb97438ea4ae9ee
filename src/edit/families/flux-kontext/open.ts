import { openClipTokenizer, openUnigram } from '../../../language/index.ts'
import { choosePlan, freeMemory, openRuntime } from '../../../onnx/index.ts'
import { checkpointIdentities } from '../../checkpoint/identity.ts'
import type { LoraChoice } from '../../checkpoint/lora.ts'
import type { Precision } from '../../checkpoint/precision.ts'
import type { OpeningOptions } from '../family.ts'
import type { KontextFolder } from './folder.ts'
import { KontextModel } from './model.ts'
import { type KontextWeights, openWeights } from './weights.ts'

/** Opens the parts of a folder. Frees everything when it fails. @throws EditError, WeightsError or ModelError */
export async function openKontext(found: KontextFolder, options: OpeningOptions): Promise<KontextModel> {
  const identities = await checkpointIdentities(found, options)
  const runtime = await openRuntime(options)
  try {
    const { precision = 'auto', loras = [], memory: budget = freeMemory() } = options
    const open = (at: Precision, applied: readonly LoraChoice[] = loras): Promise<KontextWeights> => {
      const each = {
        transformer: options.parts?.transformer?.precision ?? at,
        'text encoder 2': options.parts?.textEncoder2?.precision ?? at,
      }
      return openWeights(found, { ...options, loras: applied, identities, precision: each, runtime })
    }
    // LoRAs are merged into the weights that are taken in the end.
    let weights = precision === 'auto' ? await open('fp32', []) : await open(precision)
    try {
      if (precision === 'auto') {
        const isRoom = [weights.transformer, weights.t5].every(
          (each) => choosePlan([each], budget) === 'whole',
        )
        if (!isRoom || loras.length > 0) {
          await weights.close()
          weights = await open(isRoom ? 'fp32' : 'int8')
        }
      }
      const tokenizers = {
        clip: await openClipTokenizer(found.parts.tokenizer),
        t5: await openUnigram(found.parts['tokenizer 2']),
      }
      return new KontextModel({ found, identities, runtime, weights, tokenizers, budget, options })
    } catch (error) {
      await weights.close().catch(() => undefined)
      throw error
    }
  } catch (error) {
    await runtime.close().catch(() => undefined)
    throw error
  }
}
