import { basename, join } from 'node:path'
import { defaultCache } from '../../files/index.ts'
import type { ParameterSource } from '../../graph/index.ts'
import {
  type Checkpoint,
  openCached,
  openCheckpoint,
  type QuantizeOptions,
  type QuantizeProgress,
  quantizeCheckpoint,
} from '../../weights/index.ts'
import { type Identities, joinedIdentity } from './identity.ts'

/** How the weights of linear layers are kept. */
export type Precision = 'fp32' | 'int8' | 'int4'

/** How the linear weights of an opened source are kept: the fewest bits that any of them has. */
export function precisionOf(source: ParameterSource): Precision {
  let fewest = 32
  for (const path of source.paths())
    fewest = Math.min(fewest, source.describe(path)?.quantization?.bits ?? 32)
  return fewest === 32 ? 'fp32' : fewest === 8 ? 'int8' : 'int4'
}

/** Where a quantised copy of a part is kept, and how its making is followed. */
export interface PrecisionOptions {
  readonly precision: Precision
  /** Of the checkpoint's files: the key of what is kept in the cache. */
  readonly identities: Identities
  /** Where quantised copies are kept. */
  readonly cache?: string | undefined
  readonly onQuantize?: ((progress: QuantizeProgress) => void) | undefined
  /** Called with a line for each rebuilt cache file. */
  readonly onWarning?: ((line: string) => void) | undefined
  readonly signal?: AbortSignal | undefined
  /** Which tensors are quantised, where names do not say it. Default: {@link quantizeCheckpoint}'s. */
  readonly select?: QuantizeOptions['select'] | undefined
}

/**
 * A part of a checkpoint in a precision: the original, or a copy in the cache that is made on first use.
 * @param part its name among the identities, such as `transformer`
 */
export async function openAtPrecision(
  part: string,
  path: string,
  options: PrecisionOptions,
): Promise<Checkpoint> {
  const bits = { fp32: undefined, int8: 8, int4: 4 } as const
  const wanted = bits[options.precision]
  const checkpoint = await openCheckpoint(path)
  const hasInt8 = [...checkpoint.scaled.values()].some(({ stored }) => stored.dtype === 'I8')
  // Weights that come in int8 are put into this program's own layout, exactly; the others stay as they are.
  const onlyInt8 = wanted === undefined && hasInt8
  if (checkpoint.quantized.size > 0 || (wanted === undefined && !hasInt8)) return checkpoint
  await checkpoint.close()
  const key = partIdentity(part, options.identities).slice(0, 32)
  const kind = onlyInt8 ? 'kept' : `int${wanted}`
  const name = `${basename(path, '.safetensors')}-${key}.${kind}.safetensors`
  const target = join(options.cache ?? defaultCache(), 'quantized', name)
  const make = () =>
    quantizeCheckpoint(path, target, {
      bits: wanted ?? 8,
      ...(options.select && { select: options.select }),
      ...(onlyInt8 && { select: () => 'kept as it is' }),
      ...(options.onQuantize && { onProgress: options.onQuantize }),
      ...(options.signal && { signal: options.signal }),
    })
  return openCached(target, make, options.onWarning)
}

/** One name for the weights of a part. */
export function partIdentity(part: string, identities: Identities): string {
  return joinedIdentity(
    identities,
    (name) => (name === part || name.startsWith(`${part}/`)) && !name.endsWith('.json'),
  )
}
