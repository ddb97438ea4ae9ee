import { parseQwen25VLConfig, type Qwen25VLConfig } from 'pentimento/models'
import { specialId } from './tokenizer.ts'

/** The language model's config.json, with the fields of Qwen2.5-VL's. */
export const encoderJson = {
  architectures: ['Qwen2_5_VLForConditionalGeneration'],
  model_type: 'qwen2_5_vl',
  hidden_size: 192,
  intermediate_size: 512,
  num_hidden_layers: 3,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  vocab_size: 2048,
  hidden_act: 'silu',
  rms_norm_eps: 1e-6,
  rope_theta: 10_000,
  rope_scaling: { type: 'mrope', mrope_section: [8, 8, 8] },
  tie_word_embeddings: true,
  torch_dtype: 'float16',
  bos_token_id: specialId('<|endoftext|>'),
  eos_token_id: specialId('<|im_end|>'),
  vision_start_token_id: specialId('<|vision_start|>'),
  vision_end_token_id: specialId('<|vision_end|>'),
  image_token_id: specialId('<|image_pad|>'),
  vision_config: {
    hidden_size: 96,
    out_hidden_size: 192,
    intermediate_size: 192,
    depth: 1,
    num_heads: 4,
    in_channels: 3,
    patch_size: 32,
    temporal_patch_size: 1,
    spatial_merge_size: 2,
    window_size: 256,
    fullatt_block_indexes: [0],
    hidden_act: 'silu',
  },
}

export const encoderConfig: Qwen25VLConfig = parseQwen25VLConfig(encoderJson)

/** Pixels of a side of one token of the picture. */
export const cell: number = encoderConfig.vision.patch * encoderConfig.vision.merge
