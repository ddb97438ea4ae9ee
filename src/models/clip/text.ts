import {
  add,
  attention,
  gelu,
  mul,
  type ParameterSource,
  type Parameters,
  reshape,
  sigmoid,
  slice,
  type Tensor,
  transpose,
} from '../../graph/index.ts'
import { ModelError } from '../error.ts'

/** Sizes of CLIP's text encoder. */
export interface ClipTextConfig {
  readonly vocabulary: number
  /** The most tokens of a text; shorter ones are padded to it. */
  readonly positions: number
  readonly width: number
  readonly mlpWidth: number
  readonly heads: number
  readonly layers: number
  /** `quick`: x·σ(1.702·x), as in OpenAI's own; `exact` as in OpenCLIP's. */
  readonly activation: 'quick' | 'exact'
  readonly epsilon: number
}

/** ViT-L/14's, of Stable Diffusion 1.5, SD3 and FLUX: `openai/clip-vit-large-patch14`. */
export const clipL: ClipTextConfig = {
  vocabulary: 49_408,
  positions: 77,
  width: 768,
  mlpWidth: 3072,
  heads: 12,
  layers: 12,
  activation: 'quick',
  epsilon: 1e-5,
}

/** What the encoder gives, each [B, L, width]. */
export interface ClipText {
  /** After the embedding and after each layer, not normed. */
  readonly hidden: readonly Tensor[]
  /** The last one after the final norm. */
  readonly last: Tensor
}

/**
 * The tokens [B, L] of texts as CLIP sees them; no token sees those after it, so padding changes none before it.
 * Segments: `clip.embed`, `clip.layer.N`, `clip.norm`. Source: CLIPTextModel of transformers 4.57.
 */
export function clipText(w: Parameters, tokens: Tensor, config: ClipTextConfig): ClipText {
  const { vocabulary, positions, width, layers } = config
  const model = w.pp('text_model')
  const segment = <T>(name: string, build: () => T): T => w.graph.segment(`clip.${name}`, build)
  const length = tokens.shape[1] as number
  const hidden = [
    segment('embed', () => {
      const places = model.get('embeddings.position_embedding.weight', [positions, width])
      return add(
        model.pp('embeddings.token_embedding').embedding(tokens, [vocabulary, width]),
        slice(places, 0, 0, length),
      )
    }),
  ]
  for (let i = 0; i < layers; i++)
    hidden.push(
      segment(`layer.${i}`, () => clipLayer(model.pp('encoder.layers').pp(i), hidden.at(-1)!, config)),
    )
  const last = segment('norm', () => model.pp('final_layer_norm').layerNorm(hidden.at(-1)!, config))
  return { hidden, last }
}

/** @param w below `encoder.layers.N` */
function clipLayer(w: Parameters, x: Tensor, config: ClipTextConfig): Tensor {
  const { width, mlpWidth, heads, activation } = config
  const [batch, tokens] = x.shape as [number, number]
  const y = w.pp('layer_norm1').layerNorm(x, config)
  const [q, k, v] = ['q_proj', 'k_proj', 'v_proj'].map((name) => {
    const flat = w.pp('self_attn').pp(name).linear(y, width)
    return transpose(reshape(flat, [batch, tokens, heads, width / heads]), [0, 2, 1, 3])
  }) as [Tensor, Tensor, Tensor]
  const seen = transpose(attention({ q, k, v }, { causal: true }), [0, 2, 1, 3])
  const attended = add(x, w.pp('self_attn.out_proj').linear(reshape(seen, [batch, tokens, width]), width))
  const inner = w.pp('mlp.fc1').linear(w.pp('layer_norm2').layerNorm(attended, config), mlpWidth)
  const active = activation === 'quick' ? mul(inner, sigmoid(mul(inner, 1.702))) : gelu(inner)
  return add(attended, w.pp('mlp.fc2').linear(active, width))
}

/**
 * The sizes of an encoder, from the shapes of its tensors. Heads are 64 wide where no hint says otherwise.
 * @throws ModelError when a tensor that determines a size is missing, or when the heads do not divide the width
 */
export function inferClipTextConfig(
  source: Pick<ParameterSource, 'name' | 'describe'>,
  hints: Partial<Pick<ClipTextConfig, 'heads' | 'activation'>> = {},
): ClipTextConfig {
  const shape = (path: string): readonly [number, number] => {
    const found = source.describe(`text_model.${path}`)?.shape
    if (found?.length !== 2)
      throw new ModelError(
        'config',
        `${source.name}: no matrix text_model.${path}: expected a CLIP text encoder`,
      )
    return [found[0]!, found[1]!]
  }
  const [vocabulary, width] = shape('embeddings.token_embedding.weight')
  const heads = hints.heads ?? Math.max(1, width / 64)
  if (width % heads !== 0)
    throw new ModelError(
      'config',
      `${source.name}: heads: expected a divisor of the width ${width}, got ${heads}`,
    )
  let layers = 0
  while (source.describe(`text_model.encoder.layers.${layers}.mlp.fc1.weight`)) layers++
  return {
    vocabulary,
    positions: shape('embeddings.position_embedding.weight')[0],
    width,
    mlpWidth: shape('encoder.layers.0.mlp.fc1.weight')[0],
    heads,
    layers,
    activation: hints.activation ?? 'quick',
    epsilon: clipL.epsilon,
  }
}

/** Where a text of token ids ends: the place of its first end token, whose last state is the pooled one. */
export function clipEnd(ids: readonly number[], endToken: number): number {
  const at = ids.indexOf(endToken)
  if (at < 0)
    throw new ModelError('input', `clip: expected the end token ${endToken} in the text, found none`)
  return at
}
