import type { ParameterSource } from '../../graph/index.ts'
import { ModelError } from '../error.ts'

/** Sizes of OmniGen v1: a language model of the kind Phi-3 that reads and makes patches of latents. */
export interface OmnigenConfig extends OmnigenSettings {
  readonly width: number
  readonly mlpWidth: number
  readonly layers: number
  /** Key and value heads; each serves heads / keyHeads query heads. */
  readonly keyHeads: number
  readonly vocabulary: number
  /** Of the latents. */
  readonly channels: number
  /** Latent pixels on a side of a patch. */
  readonly patch: number
  /** Patches on a side of the stored table of positions. */
  readonly grid: number
}

/** What tensor shapes do not determine, from the checkpoint's config.json. */
export interface OmnigenSettings {
  readonly heads: number
  readonly epsilon: number
  readonly rotary: OmnigenRotary
}

/** Rotary frequencies that are stretched, in one way for short sequences and in another for long ones. */
export interface OmnigenRotary {
  readonly theta: number
  /** Divisors of the frequencies, half the head width of them. */
  readonly short: readonly number[]
  readonly long: readonly number[]
  /** Longer sequences take the long divisors. */
  readonly original: number
  /** Tokens that the stretched model reads at most; they set the factor of cosines and sines. */
  readonly most: number
}

/** Of `Shitao/OmniGen-v1`; the divisors of its frequencies are in its config.json. */
export const omnigenV1: Omit<OmnigenConfig, 'rotary'> = {
  width: 3072,
  mlpWidth: 8192,
  layers: 32,
  heads: 32,
  keyHeads: 32,
  vocabulary: 32_064,
  channels: 4,
  patch: 2,
  grid: 192,
  epsilon: 1e-5,
}

/**
 * Reads a config.json, of the original layout (Phi-3's) or of diffusers' `transformer/`.
 * @throws ModelError that names the missing field
 */
export function parseOmnigenSettings(json: unknown, name = 'config.json'): OmnigenSettings {
  const values = (typeof json === 'object' && json !== null ? json : {}) as Readonly<Record<string, unknown>>
  const number = (keys: readonly string[], otherwise?: number): number => {
    const value = keys.map((key) => values[key]).find((each) => each !== undefined) ?? otherwise
    if (typeof value === 'number' && value > 0) return value
    throw missing(name, keys[0]!, 'a number above 0')
  }
  const scaling = (values.rope_scaling ?? {}) as Readonly<Record<string, unknown>>
  const factors = (key: string): number[] => {
    const list = scaling[key]
    if (Array.isArray(list) && list.length > 0 && list.every((each) => typeof each === 'number' && each > 0))
      return list
    throw missing(name, `rope_scaling.${key}`, 'a list of numbers above 0')
  }
  const kind = scaling.type ?? scaling.rope_type
  if (kind !== undefined && kind !== 'su' && kind !== 'longrope')
    throw missing(name, 'rope_scaling.type', `su or longrope, got ${JSON.stringify(kind)}`)
  return {
    heads: number(['num_attention_heads']),
    epsilon: number(['rms_norm_eps'], omnigenV1.epsilon),
    rotary: {
      theta: number(['rope_theta', 'rope_base'], 10_000),
      short: factors('short_factor'),
      long: factors('long_factor'),
      original: number(['original_max_position_embeddings'], 4096),
      most: number(['max_position_embeddings'], 131_072),
    },
  }
}

function missing(name: string, field: string, expected: string): ModelError {
  return new ModelError(
    'config',
    `${name}: ${field}: expected ${expected}; use the checkpoint's own config.json`,
  )
}

/**
 * The sizes of a model in the original layout, from the shapes of its tensors and what its config.json says.
 * @throws ModelError when a tensor that determines a size is missing, or when the settings do not fit
 */
export function inferOmnigenConfig(
  source: Pick<ParameterSource, 'name' | 'describe'>,
  settings: OmnigenSettings,
): OmnigenConfig {
  const shape = (path: string): readonly number[] => {
    const found = source.describe(path)?.shape
    if (found) return found
    throw new ModelError('config', `${source.name}: no tensor ${path}: expected an OmniGen checkpoint`)
  }
  const [vocabulary, width] = shape('llm.embed_tokens.weight') as [number, number]
  const [, channels, patch] = shape('x_embedder.proj.weight') as [number, number, number]
  const [rows] = shape('llm.layers.0.self_attn.qkv_proj.weight') as [number]
  let layers = 0
  while (source.describe(`llm.layers.${layers}.self_attn.qkv_proj.weight`)) layers++
  const { heads, rotary } = settings
  const head = width / heads
  const keyHeads = (rows / head - heads) / 2
  if (!Number.isInteger(head / 2) || !Number.isInteger(keyHeads) || heads % keyHeads !== 0)
    throw new ModelError(
      'config',
      `${source.name}: num_attention_heads: expected heads that divide the width ${width} and ${rows} rows of qkv_proj, got ${heads}; use the checkpoint's own config.json`,
    )
  for (const kind of ['short', 'long'] as const)
    if (rotary[kind].length !== head / 2)
      throw new ModelError(
        'config',
        `${source.name}: rope_scaling.${kind}_factor: expected ${head / 2} numbers, half the head width, got ${rotary[kind].length}; use the checkpoint's own config.json`,
      )
  const positions = shape('pos_embed')[1]!
  const grid = Math.round(Math.sqrt(positions))
  if (grid ** 2 !== positions)
    throw new ModelError(
      'config',
      `${source.name}: pos_embed: expected a square number of rows, got ${positions}`,
    )
  return {
    ...settings,
    width,
    mlpWidth: shape('llm.layers.0.mlp.down_proj.weight')[1]!,
    layers,
    keyHeads,
    vocabulary,
    channels,
    patch,
    grid,
  }
}
