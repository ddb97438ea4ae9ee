import { ModelError } from '../error.ts'

/** Sizes of a language model of the kinds Qwen2 and Qwen2.5, from the checkpoint's config.json. */
export interface QwenTextConfig {
  readonly width: number
  readonly mlpWidth: number
  readonly layers: number
  readonly heads: number
  /** Key and value heads; each serves heads / keyHeads query heads. */
  readonly keyHeads: number
  readonly vocabulary: number
  readonly epsilon: number
  readonly theta: number
  /** Rotary frequencies given to time, row and column; text alone counts the same on all three. */
  readonly sections: readonly [number, number, number]
  /** Whether the table of embeddings is also the head that scores the next token. */
  readonly tied: boolean
  /** Tokens that the model was trained to read. */
  readonly context: number
}

/** Sizes of Qwen2.5-VL's language model and vision tower, from the checkpoint's config.json. */
export interface Qwen25VLConfig extends QwenTextConfig {
  readonly imageToken: number
  readonly visionEndToken: number
  readonly vision: VisionConfig
}

export interface VisionConfig {
  readonly width: number
  readonly mlpWidth: number
  readonly blocks: number
  readonly heads: number
  readonly channels: number
  /** Pixels of a patch's side. */
  readonly patch: number
  /** Frames of a patch; a picture is taken twice. */
  readonly frames: number
  /** Patches of the side of a group that becomes one token. */
  readonly merge: number
  /** Pixels of a window's side. */
  readonly window: number
  /** Blocks that attend over the whole picture. */
  readonly fullAttention: readonly number[]
}

/** https://huggingface.co/Qwen/Qwen2.5-VL-7B-Instruct/blob/main/config.json */
export const qwen25vl7B: Qwen25VLConfig = {
  width: 3584,
  mlpWidth: 18944,
  layers: 28,
  heads: 28,
  keyHeads: 4,
  vocabulary: 152064,
  epsilon: 1e-6,
  theta: 1_000_000,
  sections: [16, 24, 24],
  tied: false,
  context: 128_000,
  imageToken: 151655,
  visionEndToken: 151653,
  vision: {
    width: 1280,
    mlpWidth: 3420,
    blocks: 32,
    heads: 16,
    channels: 3,
    patch: 14,
    frames: 2,
    merge: 2,
    window: 112,
    fullAttention: [7, 15, 23, 31],
  },
}

/**
 * Reads a config.json, of the flat layout or of the newer one with `text_config`. What is missing and has one value
 * in all published checkpoints takes it. @throws ModelError that names the missing field
 */
export function parseQwen25VLConfig(json: unknown, name = 'config.json'): Qwen25VLConfig {
  const root = fields(json, name, '')
  const text = 'text_config' in root.values ? fields(root.values.text_config, name, 'text_config.') : root
  const vision = fields(root.values.vision_config, name, 'vision_config.')
  const scaling = fields(text.values.rope_scaling ?? text.values.rope_parameters, name, 'rope_scaling.')
  const sections = scaling.values.mrope_section
  const isTriple = Array.isArray(sections) && sections.length === 3 && sections.every(Number.isInteger)
  if (!isTriple) throw missing(name, 'rope_scaling.mrope_section', 'three numbers')
  const full = vision.values.fullatt_block_indexes
  if (!Array.isArray(full) || !full.every(Number.isInteger))
    throw missing(name, 'vision_config.fullatt_block_indexes', 'a list of numbers')
  return {
    ...textSizes(text, scaling.number('rope_theta', 1_000_000)),
    sections: sections as [number, number, number],
    tied: (root.values.tie_word_embeddings ?? text.values.tie_word_embeddings) === true,
    imageToken: root.number('image_token_id', qwen25vl7B.imageToken),
    visionEndToken: root.number('vision_end_token_id', qwen25vl7B.visionEndToken),
    vision: {
      width: vision.number('hidden_size'),
      mlpWidth: vision.number('intermediate_size'),
      blocks: vision.number('depth'),
      heads: vision.number('num_heads'),
      channels: vision.number('in_channels', vision.number('in_chans', 3)),
      patch: vision.number('patch_size'),
      frames: vision.number('temporal_patch_size', 2),
      merge: vision.number('spatial_merge_size', 2),
      window: vision.number('window_size'),
      fullAttention: full as number[],
    },
  }
}

/**
 * Reads the config.json of Qwen2.5-VL, or of a text model of the kinds Qwen2 and Qwen2.5.
 * @throws ModelError for a model of another kind, and that names a missing field
 */
export function parseQwenConfig(json: unknown, name = 'config.json'): QwenTextConfig | Qwen25VLConfig {
  const root = fields(json, name, '')
  const { model_type: kind, vision_config: vision, rope_scaling: scaling } = root.values
  if (kind !== undefined && !['qwen2', 'qwen2_5_vl', 'qwen2_5_vl_text'].includes(String(kind)))
    throw new ModelError('config', `${name}: model_type: expected qwen2 or qwen2_5_vl, got ${kind}`)
  if (vision !== undefined) return parseQwen25VLConfig(json, name)
  if (root.values.use_sliding_window === true)
    throw new ModelError('config', `${name}: use_sliding_window: expected false, got true`)
  const stretch = (scaling as { rope_type?: unknown; type?: unknown } | null | undefined) ?? {}
  if (![undefined, 'default', 'mrope'].includes((stretch.rope_type ?? stretch.type) as string | undefined))
    throw new ModelError('config', `${name}: rope_scaling: expected none, got ${JSON.stringify(scaling)}`)
  const sizes = textSizes(root, 10_000)
  // Time, row and column of text are one number, so that any sections mean the same.
  const sections = [sizes.width / sizes.heads / 2, 0, 0] as const
  return { ...sizes, sections, tied: root.values.tie_word_embeddings === true }
}

/** Whether a model has a vision tower. */
export function seesPictures(config: QwenTextConfig): config is Qwen25VLConfig {
  return 'vision' in config
}

function textSizes(text: Fields, theta: number): Omit<QwenTextConfig, 'sections' | 'tied'> {
  return {
    width: text.number('hidden_size'),
    mlpWidth: text.number('intermediate_size'),
    layers: text.number('num_hidden_layers'),
    heads: text.number('num_attention_heads'),
    keyHeads: text.number('num_key_value_heads'),
    vocabulary: text.number('vocab_size'),
    epsilon: text.number('rms_norm_eps', 1e-6),
    theta: text.number('rope_theta', theta),
    context: text.number('max_position_embeddings', 32_768),
  }
}

interface Fields {
  readonly values: Readonly<Record<string, unknown>>
  number(key: string, otherwise?: number): number
}

function fields(json: unknown, name: string, prefix: string): Fields {
  if (typeof json !== 'object' || json === null) throw missing(name, prefix.slice(0, -1) || name, 'an object')
  const values = json as Readonly<Record<string, unknown>>
  return {
    values,
    number: (key, otherwise) => {
      const value = values[key] ?? otherwise
      if (typeof value !== 'number' || !(value > 0)) throw missing(name, prefix + key, 'a number above 0')
      return value
    },
  }
}

function missing(name: string, field: string, expected: string): ModelError {
  return new ModelError(
    'config',
    `${name}: ${field}: expected ${expected}; use the checkpoint's own config.json`,
  )
}

/** Names of newer checkpoints as the classic ones: `model.visual.` → `visual.`, `model.language_model.` → `model.`. */
export function classicQwenName(path: string): string {
  return path.replace(/^model\.visual\./, 'visual.').replace(/^model\.language_model\./, 'model.')
}
