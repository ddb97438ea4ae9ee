import {
  add,
  and,
  attention,
  cast,
  div,
  equal,
  iota,
  mul,
  or,
  type Parameters,
  reduceSum,
  reshape,
  silu,
  split,
  type Tensor,
  transpose,
  unsqueeze,
} from '../../graph/index.ts'
import type { ConnectorConfig } from './config.ts'

/** What the connector reads. */
export interface ConnectorInputs {
  readonly features: Tensor // [B, T, inWidth], hidden states of the language model
  readonly mask: Tensor // bool [B, T], true for real tokens
  readonly time: Tensor // [B, 256], sinusoid of the time
}

/**
 * Refines the language model's tokens, aware of the time and of their mean, and pools them into one guidance vector.
 * Paper section 3.2; modules/connector_edit.py of the original.
 * @param w parameters below `connector`
 */
export function connector(
  w: Parameters,
  { features, mask, time }: ConnectorInputs,
  config: ConnectorConfig,
): { readonly text: Tensor; readonly vector: Tensor } {
  const mean = maskedMean(features, mask)
  // The original learns the factor as an offset from one.
  const scaled = config.scaleFactor ? mul(mean, add(w.get('scale_factor', [1]), 1)) : mean
  const vector = w.pp('global_proj_out').linear(scaled, config.vectorWidth)

  const refiner = w.pp('S')
  const timeAware = timeEmbedder(refiner.pp('t_embedder'), time, config.width)
  const contextAware = contextEmbedder(refiner.pp('c_embedder'), mean, config.width)
  const condition = add(timeAware, contextAware)
  const visible = refinerMask(mask)
  let text = refiner.pp('input_embedder').linear(features, config.width)
  for (let i = 0; i < config.blocks; i++)
    text = refinerBlock(
      refiner.pp('individual_token_refiner').pp('blocks').pp(i),
      { text, condition, visible },
      config,
    )
  return { text, vector }
}

/** Mean over the real tokens, [B, width]. */
export function maskedMean(features: Tensor, mask: Tensor): Tensor {
  const weights = unsqueeze(cast(mask, features.dtype), -1)
  return div(reduceSum(mul(features, weights), { axes: [1] }), reduceSum(weights, { axes: [1] }))
}

export function timeEmbedder(w: Parameters, time: Tensor, width: number): Tensor {
  return w.pp('mlp.2').linear(silu(w.pp('mlp.0').linear(time, width)), width)
}

export function contextEmbedder(w: Parameters, mean: Tensor, width: number): Tensor {
  return w.pp('linear_2').linear(silu(w.pp('linear_1').linear(mean, width)), width)
}

/** Real tokens see real ones, and every token sees the first, so that no row of scores is empty: bool [B, 1, T, T]. */
function refinerMask(mask: Tensor): Tensor {
  const [batch, tokens] = mask.shape as [number, number]
  const pairs = and(reshape(mask, [batch, 1, tokens, 1]), reshape(mask, [batch, 1, 1, tokens]))
  return or(pairs, equal(iota(mask.graph, tokens, 'i64'), 0))
}

/** One refiner block: gated attention and gated MLP, both normed first. */
function refinerBlock(
  w: Parameters,
  inputs: {
    readonly text: Tensor // [B, T, width]
    readonly condition: Tensor // [B, width]
    readonly visible: Tensor // bool [B, 1, T, T]
  },
  { width, mlpWidth, heads }: ConnectorConfig,
): Tensor {
  const { text, condition, visible } = inputs
  const [batch, tokens] = text.shape as [number, number]
  const gates = split(unsqueeze(w.pp('adaLN_modulation.1').linear(silu(condition), 2 * width), 1), 2)
  const [attentionGate, mlpGate] = gates as [Tensor, Tensor]
  const normed = (name: string, x: Tensor) => w.pp(name).layerNorm(x, { epsilon: 1e-6 })

  const projected = w.pp('self_attn_qkv').linear(normed('norm1', text), 3 * width)
  const [q, k, v] = split(projected, 3).map((x) =>
    transpose(reshape(x, [batch, tokens, heads, width / heads]), [0, 2, 1, 3]),
  ) as [Tensor, Tensor, Tensor]
  const seen = transpose(attention({ q, k, v, mask: visible }), [0, 2, 1, 3])
  const proj = w.pp('self_attn_proj').linear(reshape(seen, [batch, tokens, width]), width)
  const attended = add(text, mul(proj, attentionGate))

  const hidden = silu(w.pp('mlp.fc1').linear(normed('norm2', attended), mlpWidth))
  return add(attended, mul(w.pp('mlp.fc2').linear(hidden, width), mlpGate))
}
