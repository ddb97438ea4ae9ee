import { qwen25vl7B } from 'pentimento/models'

const { vision } = qwen25vl7B

/** The config.json that goes with {@link qwen25vl7B}. */
export const qwenConfig: object = {
  hidden_size: qwen25vl7B.width,
  intermediate_size: qwen25vl7B.mlpWidth,
  num_hidden_layers: qwen25vl7B.layers,
  num_attention_heads: qwen25vl7B.heads,
  num_key_value_heads: qwen25vl7B.keyHeads,
  vocab_size: qwen25vl7B.vocabulary,
  rms_norm_eps: qwen25vl7B.epsilon,
  rope_theta: qwen25vl7B.theta,
  rope_scaling: { mrope_section: qwen25vl7B.sections },
  vision_config: {
    hidden_size: vision.width,
    intermediate_size: vision.mlpWidth,
    depth: vision.blocks,
    num_heads: vision.heads,
    in_channels: vision.channels,
    patch_size: vision.patch,
    temporal_patch_size: vision.frames,
    spatial_merge_size: vision.merge,
    window_size: vision.window,
    fullatt_block_indexes: vision.fullAttention,
  },
}
