import { shown, WeightsError } from './error.ts'
import { isJsonObject, type JsonValue, readJsonFile } from './json.ts'

/** PEFT's adapter_config.json, which holds the scale of an adapter's tensors. */
export interface AdapterConfig {
  /** For messages: the file or the key that says it. */
  readonly where: string
  readonly rank: number
  readonly alpha: number
  /** Exceptions by layer; the first one that fits counts. */
  readonly rankPattern: readonly LayerPattern[]
  readonly alphaPattern: readonly LayerPattern[]
  /** scale = alpha / √rank instead of alpha / rank. */
  readonly rankStabilized: boolean
}

interface LayerPattern {
  /** A layer's path, or its last names if it is not anchored. */
  readonly layer: string
  readonly anchored: boolean
  readonly value: number
}

/** Reads an `adapter_config.json`; undefined if there is none. @throws WeightsError */
export async function readAdapterConfig(file: string): Promise<AdapterConfig | undefined> {
  try {
    return checkAdapterConfig(file, await readJsonFile(file, 'adapter'))
  } catch (error) {
    if (error instanceof WeightsError && error.code === 'missing') return undefined
    throw error
  }
}

/**
 * Checks a configuration of PEFT. `prefix` selects the keys of one model where the object holds those of several
 * (`transformer.r`). @throws WeightsError also for variants of LoRA whose result is not W + scale · up @ down
 */
export function checkAdapterConfig(where: string, config: JsonValue, prefix = ''): AdapterConfig {
  if (!isJsonObject(config)) throw new WeightsError('adapter', `${where}: expected a JSON object`)
  const field = (name: string): JsonValue | undefined => config.get(prefix + name)
  refuseVariants(where, field)
  const rank = field('r')
  const alpha = field('lora_alpha')
  if (typeof rank !== 'number' || !Number.isSafeInteger(rank) || rank < 1)
    throw new WeightsError('adapter', `${where}: expected a whole rank "${prefix}r", got ${got(rank)}`)
  if (typeof alpha !== 'number' || !Number.isFinite(alpha))
    throw new WeightsError('adapter', `${where}: expected a number "${prefix}lora_alpha", got ${got(alpha)}`)
  return {
    where,
    rank,
    alpha,
    rankPattern: parsePattern(where, 'rank_pattern', field('rank_pattern')),
    alphaPattern: parsePattern(where, 'alpha_pattern', field('alpha_pattern')),
    rankStabilized: field('use_rslora') === true,
  }
}

/** alpha / rank of a layer whose matrices have `rank`. @throws WeightsError when the configuration has another */
export function configuredScale(config: AdapterConfig, module: string, rank: number): number {
  const find = (patterns: readonly LayerPattern[]): number | undefined =>
    patterns.find(({ layer, anchored }) => module === layer || (!anchored && module.endsWith(`.${layer}`)))
      ?.value
  const expected = find(config.rankPattern) ?? config.rank
  if (expected !== rank)
    throw new WeightsError(
      'adapter',
      `${config.where}: layer ${shown(module)}: expected rank ${expected}, got matrices of rank ${rank}`,
    )
  const alpha = find(config.alphaPattern) ?? config.alpha
  return config.rankStabilized ? alpha / Math.sqrt(rank) : alpha / rank
}

function refuseVariants(where: string, field: (name: string) => JsonValue | undefined): void {
  const kind = field('peft_type') ?? 'LORA'
  const start = field('init_lora_weights')
  const variant =
    (kind !== 'LORA' && `peft_type ${got(kind)}`) ||
    (field('use_dora') === true && 'DoRA') ||
    (field('fan_in_fan_out') === true && 'fan_in_fan_out') ||
    // These start by changing the base weights, so that the adapter fits no original checkpoint.
    (typeof start === 'string' &&
      /^(?:pissa|olora|corda|loftq)/i.test(start) &&
      `init_lora_weights ${got(start)}`)
  if (variant)
    throw new WeightsError(
      'adapter',
      `${where}: expected a plain LoRA, got ${variant}, merge it with its trainer`,
    )
}

function parsePattern(where: string, name: string, value: JsonValue | undefined): readonly LayerPattern[] {
  if (value === undefined || value === null) return []
  if (!isJsonObject(value)) throw new WeightsError('adapter', `${where}: expected an object "${name}"`)
  return [...value].map(([key, number]) => {
    const [, anchor, layer] = /^(\^?)((?:[\w-]|\\?\.)+)\$?$/.exec(key) ?? []
    if (layer === undefined)
      throw new WeightsError(
        'adapter',
        `${where}: ${name}: expected paths of layers, got the expression ${shown(key)}, write the layers out`,
      )
    if (typeof number !== 'number' || !Number.isFinite(number))
      throw new WeightsError(
        'adapter',
        `${where}: ${name} ${shown(key)}: expected a number, got ${got(number)}`,
      )
    return { layer: layer.replaceAll('\\.', '.'), anchored: anchor === '^', value: number }
  })
}

function got(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  return typeof value === 'string' ? shown(value) : typeof value === 'object' ? 'an object' : String(value)
}
