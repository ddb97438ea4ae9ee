import type { ParameterSource } from '../../../graph/index.ts'
import { openTokenizer } from '../../../language/index.ts'
import { type EditConfig, inferAutoencoderConfig, inferEditConfig, isV12 } from '../../../models/index.ts'
import { openAdapter } from '../../../weights/index.ts'
import { checkAutoencoder } from '../../checkpoint/autoencoder.ts'
import { checkLanguageModel } from '../../checkpoint/languageModel.ts'
import { inOfficialLayout } from '../../checkpoint/layout.ts'
import { type PartReport, reportPart, withTokenizer } from '../../checkpoint/partReport.ts'
import { readMllmConfig } from '../../condition/conditioner.ts'
import type { InspectedFolder } from '../family.ts'
import { checkTransformer } from './complete.ts'
import type { CheckpointFolder, Hints } from './folder.ts'

/** What the parts of a checkpoint hold. */
export async function inspectStep1x({
  dit,
  vae,
  mllm,
  tokenizer,
  hints,
  namedVariant,
}: CheckpointFolder): Promise<InspectedFolder> {
  const parts = [
    await inspectPart(dit, hints),
    await inspectPart(vae, hints),
    await withTokenizer(await inspectPart(mllm, hints), openTokenizer(tokenizer)),
  ]
  const { connector, ...trunk } = (parts[0]!.config ?? {}) as Partial<EditConfig>
  if ('sd3' in trunk) return { parts }
  if (isV12(namedVariant)) return { variant: namedVariant, parts }
  const variant = hints.variant ?? (connector?.scaleFactor === false ? 'v1.1' : (namedVariant ?? 'v1.0'))
  return { variant, parts }
}

/** What one file or folder of weights holds, by the names of its tensors. @throws WeightsError */
export function inspectPart(path: string, hints: Hints = {}): Promise<PartReport> {
  return reportPart(path, {
    kind: kindOf,
    layout: inOfficialLayout,
    check: (source, kind) => checkPart(path, kind, source, hints),
  })
}

function kindOf(checkpoint: ParameterSource): string {
  const has = (path: string) => checkpoint.describe(path) !== undefined
  if (has('img_in.weight') && has('double_blocks.0.img_attn.qkv.weight')) return 'transformer and connector'
  if (has('pos_embed.proj.weight') && has('reference_mark')) return 'transformer and connector'
  if (has('decoder.conv_in.weight')) return 'autoencoder'
  for (const path of checkpoint.paths()) {
    if (path === 'model.embed_tokens.weight') return 'language model'
    if (/\.lora_(down|up|A|B|mid)\b|_lora\d*\.|\.(lokr|hada)_|\.dora_scale$/.test(path)) return 'LoRA'
  }
  return 'unknown'
}

/** The architecture, once all its weights are found to be there. @throws WeightsError or ModelError */
async function checkPart(
  path: string,
  kind: string,
  source: ParameterSource,
  hints: Hints,
): Promise<object | undefined> {
  switch (kind) {
    case 'transformer and connector': {
      const config = inferEditConfig(source, hints)
      checkTransformer(source, config, source.describe('text_token_mapping.weight') !== undefined)
      return config
    }
    case 'autoencoder': {
      const config = inferAutoencoderConfig(source, hints.vae)
      checkAutoencoder(source, config)
      return config
    }
    case 'language model': {
      const config = await readMllmConfig(path)
      checkLanguageModel(source, config)
      return config
    }
    case 'LoRA': {
      const adapter = await openAdapter(path)
      await adapter.close()
      return { layers: adapter.layers.length, ranks: [...new Set(adapter.layers.map(({ rank }) => rank))] }
    }
    default:
      return undefined
  }
}
