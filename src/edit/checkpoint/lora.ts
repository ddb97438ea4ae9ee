import { createHash } from 'node:crypto'
import { basename, join } from 'node:path'
import { defaultCache } from '../../files/index.ts'
import type { ParameterSource } from '../../graph/index.ts'
import {
  type AdapterFile,
  type Checkpoint,
  type LowRankProduct,
  mergeAdapters,
  openAdapter,
  openCached,
  withMerged,
} from '../../weights/index.ts'
import { adapterIdentity, type IdentifyOptions } from './identity.ts'

/** A LoRA file, or folder of PEFT, and how strongly it is applied. */
export interface LoraChoice {
  readonly file: string
  readonly strength: number
}

/** A LoRA that is applied, with the identity of its file. */
export interface AppliedLora extends LoraChoice {
  readonly identity: string
}

/** How LoRAs are applied. */
export interface ApplyOptions extends IdentifyOptions {
  /** Names the base and its precision. */
  readonly base: string
  readonly loras: readonly LoraChoice[]
  readonly product: LowRankProduct
  readonly onMerge?: ((progress: MergeProgress) => void) | undefined
  readonly onWarning?: ((line: string) => void) | undefined
}

/** Weights of the model that LoRAs have been merged into so far. */
export interface MergeProgress {
  readonly done: number
  readonly total: number
}

/** A source with LoRAs. `file` must stay open while it is used. */
export interface AppliedLoras {
  readonly source: ParameterSource
  readonly loras: readonly AppliedLora[]
  readonly file: Checkpoint | undefined
}

/**
 * Applies LoRAs to a transformer. Changed weights are merged once, into a file in the cache whose name identifies base,
 * LoRAs and strengths; if the base has too few bits for the change, the LoRA is computed at run time.
 * @throws WeightsError for a LoRA that does not fit, or is NaN or infinite
 */
export async function applyLoras(source: ParameterSource, options: ApplyOptions): Promise<AppliedLoras> {
  const { base, product, onMerge, onWarning, signal } = options
  const loras: AppliedLora[] = []
  for (const { file, strength } of options.loras)
    loras.push({ file, strength, identity: await adapterIdentity(file, options) })
  const adapters: AdapterFile[] = []
  try {
    for (const { file } of loras) {
      const adapter = await openAdapter(file)
      adapters.push(adapter)
      for (const line of adapter.warnings) onWarning?.(line)
    }
    if (loras.every(({ strength }) => strength === 0)) return { source, loras, file: undefined }
    const applied = adapters.map((adapter, i) => ({ adapter, strength: loras[i]!.strength }))
    const target = join(options.cache ?? defaultCache(), 'merged', nameOf(base, loras))
    const make = () => mergeAdapters(source, applied, target, { product, onProgress: onMerge, signal })
    const file = await openCached(target, make, onWarning)
    return { source: withMerged(source, file, product), loras, file }
  } finally {
    for (const adapter of adapters) await adapter.close()
  }
}

/** Increased when the same base, LoRAs and strengths are merged in another way. */
const version = 1

function nameOf(base: string, loras: readonly AppliedLora[]): string {
  const key = JSON.stringify([version, base, loras.map(({ identity, strength }) => [identity, strength])])
  const hash = createHash('sha256').update(key).digest('hex').slice(0, 32)
  return `${basename(loras[0]!.file, '.safetensors').slice(0, 100)}-${hash}.safetensors`
}
