import { stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { numbersOf, type ParameterSource } from '../graph/index.ts'
import {
  type AdapterConfig,
  checkAdapterConfig,
  configuredScale,
  readAdapterConfig,
} from './adapterConfig.ts'
import { type Checkpoint, openCheckpoint } from './checkpoint.ts'
import { listed, shown, shownShape, WeightsError } from './error.ts'
import { isFloatDType } from './floats.ts'
import { parseJsonText } from './json.ts'
import { readAll } from './tensors.ts'

/** The change of one layer's weight: W + strength · scale · up @ down. */
export interface AdapterLayer {
  /** The layer as the file names it. */
  readonly module: string
  /** Set where the trainer wrote underscores for the dots: the layer without the trainer's prefix. */
  readonly flatModule: string | undefined
  /** Path of a tensor [out, rank]. */
  readonly up: string
  /** Path of a tensor [rank, in], or [rank, in, …kernel] for a convolution. */
  readonly down: string
  /** The shape that the base weight must have. */
  readonly shape: readonly number[]
  readonly rank: number
  /** alpha / rank, or alpha / √rank where the trainer says so (rsLoRA). */
  readonly scale: number
}

/** A LoRA adapter: pairs of thin matrices that change the weights of a base model. They are read when needed. */
export interface Adapter {
  readonly source: ParameterSource
  readonly layers: readonly AdapterLayer[]
  /** Assumptions and ignored layers, each in one line. */
  readonly warnings: readonly string[]
}

/** An adapter from a file; close it when its base has been read. */
export interface AdapterFile extends Adapter {
  close(): Promise<void>
}

/**
 * Opens an adapter: a .safetensors file, or a folder with one. Knows the names of kohya
 * (`lora_unet_a_b.lora_down.weight`), PEFT (`base_model.model.a.b.lora_A.weight` and `adapter_config.json`),
 * diffusers (`transformer.a.b.lora_A.weight`) and bare paths (`a.b.lora_A.default.weight`). @throws WeightsError
 */
export async function openAdapter(path: string): Promise<AdapterFile> {
  const checkpoint = await openCheckpoint(path)
  try {
    const adapter = await readAdapter(checkpoint, await findConfig(path, checkpoint))
    return { ...adapter, close: () => checkpoint.close() }
  } catch (error) {
    await checkpoint.close()
    throw error
  }
}

/**
 * Finds the pairs of matrices among the tensors of a source, as {@link openAdapter} does; by `renamed` it may be
 * a part of a file. `config` is needed by the names of PEFT only. Without an alpha of its own a layer of kohya has the
 * scale 1; layers of a text encoder are left out: warnings say so.
 * @throws WeightsError that names the kind of adapter where it is no plain LoRA, else all tensors which are not understood
 */
export async function readAdapter(source: ParameterSource, config?: AdapterConfig): Promise<Adapter> {
  refuseOtherKinds(source)
  const problems: string[] = []
  const drafts = collectParts(source, problems)
  const layers: AdapterLayer[] = []
  const warnings: string[] = []
  const ofTextEncoder = [...drafts.keys()].filter((module) => textEncoder.test(module))
  for (const module of ofTextEncoder) drafts.delete(module)
  if (ofTextEncoder.length > 0)
    warnings.push(
      `${source.name}: ${ofTextEncoder.length} layers of a text encoder are ignored; only the drawing network is changed`,
    )
  const withoutAlpha = [...drafts.values()].filter(({ kohya, alpha }) => kohya && alpha === undefined)
  if (withoutAlpha.length > 0)
    warnings.push(
      `${source.name}: ${withoutAlpha.length} layers have no alpha, so it is set to their rank (scale 1)`,
    )
  for (const [module, parts] of drafts) {
    try {
      layers.push(await readLayer(source, config, module, parts))
    } catch (error) {
      if (!(error instanceof WeightsError) || error.code !== 'adapter') throw error
      problems.push(error.message)
    }
  }
  if (problems.length > 0)
    throw new WeightsError('adapter', `${source.name}: unsupported adapter: ${listed(problems)}`)
  if (layers.length === 0)
    throw new WeightsError('adapter', `${source.name}: expected an adapter (LoRA), got no LoRA tensors`)
  return { source, layers, warnings }
}

/** What trainers call the layers of text encoders. */
const textEncoder = /^(?:lora_te\d*_|(?:base_model\.model\.)?(?:text_encoder(?:_\d)?|text_model|te\d?)\.)/

/** Kinds of adapters that are no plain LoRA, and tensors by which they are known. */
const otherKinds: readonly { readonly kind: string; readonly tensor: RegExp }[] = [
  { kind: 'LoKr', tensor: /\.lokr_(?:w[12]|t2)(?:_[ab])?$/ },
  { kind: 'LoHa', tensor: /\.hada_(?:w[12]_[ab]|t[12])$/ },
  { kind: 'DoRA', tensor: /(?:\.dora_scale|\.lora_magnitude_vector(?:\..+)?)$/ },
  { kind: 'OFT', tensor: /\.(?:oft_(?:blocks|diag|r)|vera_lambda_[bd])/ },
  { kind: 'a LoCon with a Tucker core', tensor: /\.lora_mid\.weight$/ },
  { kind: 'a LoRA of XLabs', tensor: /\.processor\..*lora\d*\.(?:up|down)\.weight$/ },
  {
    kind: 'a LoRA with changed biases',
    tensor: /(?:\.diff_b|\.lora_[AB](?:\.[^.]+)?\.bias|\.lora_(?:up|down)\.bias)$/,
  },
  { kind: 'an adapter with whole weights', tensor: /\.diff$/ },
]

/** @throws WeightsError for an adapter of another kind, in one line however many tensors show it */
function refuseOtherKinds(source: ParameterSource): void {
  const found = otherKinds.flatMap(({ kind, tensor }) => {
    const [first, ...others] = [...source.paths()].filter((path) => tensor.test(path))
    if (first === undefined) return []
    return [`${kind} (${shown(first)}${others.length > 0 ? ` and ${others.length} more` : ''})`]
  })
  if (found.length > 0)
    throw new WeightsError(
      'adapter',
      `${source.name}: expected a plain LoRA, got ${found.join(' and ')}; merge it with the program that made it`,
    )
}

/** Paths of the tensors of one layer. */
interface Parts {
  up?: string
  down?: string
  alpha?: string
  /** kohya's `lora_down` and `lora_up`, which mostly come with an alpha, or PEFT's `lora_A` and `lora_B`. */
  kohya?: boolean
}

const partNames: Readonly<Record<string, { part: 'up' | 'down'; kohya: boolean }>> = {
  lora_down: { part: 'down', kohya: true },
  lora_up: { part: 'up', kohya: true },
  lora_A: { part: 'down', kohya: false },
  lora_B: { part: 'up', kohya: false },
}

function collectParts(source: ParameterSource, problems: string[]): Map<string, Parts> {
  const drafts = new Map<string, Parts>()
  for (const path of source.paths()) {
    const [, layer, name] = /^(.+)\.(lora_down|lora_up|lora_A|lora_B)(?:\.[^.]+)?\.weight$/s.exec(path) ?? []
    const known = name === undefined ? undefined : partNames[name]
    const module = known ? layer : /^(.+)\.alpha$/s.exec(path)?.[1]
    if (module === undefined) {
      problems.push(`${shown(path)} is not part of a plain LoRA`)
      continue
    }
    const parts = drafts.get(module) ?? {}
    drafts.set(module, parts)
    const part = known?.part ?? 'alpha'
    const other = parts[part]
    if (other !== undefined) problems.push(`${shown(path)} is repeated as ${shown(other)}`)
    parts[part] = path
    if (known) parts.kohya = known.kohya
  }
  return drafts
}

async function readLayer(
  source: ParameterSource,
  config: AdapterConfig | undefined,
  module: string,
  { up, down, alpha }: Parts,
): Promise<AdapterLayer> {
  if (up === undefined || down === undefined) {
    const there = up ?? down ?? alpha ?? module
    throw new WeightsError('adapter', `${shown(there)} lacks its ${up === undefined ? 'up' : 'down'} matrix`)
  }
  const [out, rank, ...ones] = matrix(source, up)
  const [rows, ...inner] = matrix(source, down)
  if (rank !== rows || rank === 0 || ones.some((size) => size !== 1))
    throw new WeightsError(
      'adapter',
      `${shown(up)} ${shownShape(matrix(source, up))} and ${shown(down)} ${shownShape(matrix(source, down))} have no product`,
    )
  const layer = { module, flatModule: flatModule(module), up, down, shape: [out, ...inner], rank }
  if (alpha !== undefined) return { ...layer, scale: (await readAlpha(source, alpha, rank)) / rank }
  if (config) {
    const path = module.replace(/^(?:base_model\.model|transformer|unet)\./, '')
    return { ...layer, scale: configuredScale(config, path, rank) }
  }
  if (module.startsWith('base_model.'))
    throw new WeightsError(
      'adapter',
      `${shown(up)} lacks its scale, put adapter_config.json next to the file`,
    )
  return { ...layer, scale: 1 }
}

function matrix(source: ParameterSource, path: string): readonly [number, number, ...number[]] {
  const { dtype, shape } = source.describe(path)!
  const [first, second, ...rest] = shape
  if (first === undefined || second === undefined || !isFloatDType(dtype))
    throw new WeightsError(
      'adapter',
      `${shown(path)}: expected a float matrix, got ${dtype} ${shownShape(shape)}`,
    )
  return [first, second, ...rest]
}

/** kohya's `lora_unet_double_blocks_0_linear1` → `double_blocks_0_linear1`. */
function flatModule(module: string): string | undefined {
  return /^lora_(?:unet|transformer|te\d?)_([^.]+)$/.exec(module)?.[1]
}

async function readAlpha(source: ParameterSource, path: string, rank: number): Promise<number> {
  const { shape } = source.describe(path)!
  if (shape.some((size) => size !== 1))
    throw new WeightsError('adapter', `${shown(path)}: expected one number, got ${shownShape(shape)}`)
  const value = (await readAll(source, [path])).get(path)!
  const [alpha = Number.NaN] = numbersOf(value)
  if (!Number.isFinite(alpha))
    throw new WeightsError('adapter', `${shown(path)}: expected a finite number, got ${alpha}`)
  return alpha === 0 ? rank : alpha
}

/** PEFT names its two files always the same; diffusers puts the configuration into the file's metadata. */
async function findConfig(
  path: string,
  { name, files, metadata }: Checkpoint,
): Promise<AdapterConfig | undefined> {
  const isFolder = (await stat(path)).isDirectory()
  if (isFolder || basename(path) === 'adapter_model.safetensors') {
    const config = await readAdapterConfig(join(isFolder ? path : dirname(path), 'adapter_config.json'))
    if (config) return config
  }
  const text = metadata.get('lora_adapter_metadata')
  if (text === undefined) return undefined
  const names = files.flatMap(({ tensors }) => [...tensors.keys()])
  const prefix =
    ['transformer.', 'unet.'].find((start) => names.every((each) => each.startsWith(start))) ?? ''
  const where = `${name}: metadata lora_adapter_metadata`
  return checkAdapterConfig(where, parseJsonText(where, text, 'adapter'), prefix)
}
