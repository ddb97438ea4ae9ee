import {
  add,
  attention,
  cast,
  concat,
  gather,
  mul,
  type Parameters,
  reshape,
  rotary,
  type Shape,
  silu,
  slice,
  type Tensor,
  transpose,
  unsqueeze,
} from '../../graph/index.ts'
import type { QwenTextConfig } from './config.ts'

/** What the language model reads: one prompt with one picture, L = P + N + A tokens. */
export interface TextInputs extends LayerInputs {
  readonly before: Tensor // [1, P], token ids before the picture
  readonly image: Tensor // [N, width], the picture's tokens
  readonly after: Tensor // [1, A], token ids after the picture
}

/** Inputs of every layer in addition to the hidden state. */
export interface LayerInputs {
  readonly cosines: Tensor // [L, head width / 2]
  readonly sines: Tensor
  readonly visible: Tensor // bool [1 or B, 1, 1, L], false for a masked token
}

/**
 * The last hidden state after the final norm, [1, L, width]. A masked token takes no part in attention: no query sees its
 * key, and it gets no attention output itself; its MLPs run as ever. Segments: `text.embed` and those of
 * {@link textLayers}.
 */
export function textModel(w: Parameters, inputs: TextInputs, config: QwenTextConfig): Tensor {
  return textLayers(w, { embedded: embeddedText(w, inputs, config), ...inputs }, config)
}

/** The tokens as they enter the layers, the picture's in their place: [1, L, width]. Segment: `text.embed`. */
export function embeddedText(
  w: Parameters,
  { before, image, after }: Pick<TextInputs, 'before' | 'image' | 'after'>,
  config: QwenTextConfig,
): Tensor {
  return w.graph.segment('text.embed', () => {
    const embedded = (ids: Tensor) =>
      w.pp('model.embed_tokens').embedding(ids, [config.vocabulary, config.width])
    return concat([embedded(before), unsqueeze(image, 0), embedded(after)], 1)
  })
}

/**
 * The rows of tokens as they enter the layers, in any order and number of pictures: [places, width]. A place is the row of
 * its embedding, ids first, then pictures. Segment: `text.embed`.
 */
export function embeddedTokens(
  w: Parameters,
  inputs: {
    readonly ids: Tensor // i64 [L]
    readonly pictures: Tensor // [N, width], tokens of all pictures
    readonly places: Tensor // i64 [places]
  },
  { vocabulary, width }: QwenTextConfig,
): Tensor {
  return w.graph.segment('text.embed', () => {
    const words = w.pp('model.embed_tokens').embedding(inputs.ids, [vocabulary, width])
    return gather(concat([words, inputs.pictures], 0), inputs.places)
  })
}

/** The layers over embedded tokens [B, L, width] and the final norm. Segments: `text.layer.N`, `text.norm`. */
export function textLayers(
  w: Parameters,
  inputs: LayerInputs & { readonly embedded: Tensor },
  config: QwenTextConfig,
): Tensor {
  let hidden = inputs.embedded
  for (let i = 0; i < config.layers; i++)
    hidden = w.graph.segment(`text.layer.${i}`, () =>
      textLayer(w.pp('model.layers').pp(i), { ...inputs, hidden }, config),
    )
  return w.graph.segment('text.norm', () => w.pp('model.norm').rmsNorm(hidden, config))
}

/** The next token's scores after the last one, [1, vocabulary], from the normed hidden state. */
export function textLogits(w: Parameters, hidden: Tensor, { vocabulary, width }: QwenTextConfig): Tensor {
  const last = reshape(slice(hidden, 1, -1), [1, width])
  return w.pp('lm_head').linear(last, vocabulary, { bias: false })
}

/** @param w below `model.layers.N` */
function textLayer(
  w: Parameters,
  inputs: LayerInputs & { readonly hidden: Tensor /* [B, L, width] */ },
  config: QwenTextConfig,
): Tensor {
  const { width, mlpWidth, heads, keyHeads } = config
  const { hidden, cosines, sines, visible } = inputs
  const [batch, tokens] = hidden.shape as Shape as [number, number]
  const x = w.pp('input_layernorm').rmsNorm(hidden, config)
  const head = width / heads
  const project = (name: string, count: number) => {
    const flat = w
      .pp('self_attn')
      .pp(name)
      .linear(x, count * head)
    return transpose(reshape(flat, [batch, tokens, count, head]), [0, 2, 1, 3])
  }
  const turned = (y: Tensor) => rotary(y, cosines, sines, 'half')
  const [q, k] = [turned(project('q_proj', heads)), turned(project('k_proj', keyHeads))]
  const seen = attention({ q, k, v: project('v_proj', keyHeads), mask: visible }, { causal: true })
  const merged = reshape(transpose(seen, [0, 2, 1, 3]), [batch, tokens, width])
  // FlashAttention runs on the tokens that are not masked and leaves zeros in the others' place:
  // `_upad_input` and `pad_input` in `_flash_attention_forward` of transformers 4.50.
  const flat = mul(merged, cast(reshape(visible, [visible.shape[0]!, tokens, 1]), merged.dtype))
  const attended = add(hidden, w.pp('self_attn.o_proj').linear(flat, width, { bias: false }))

  const y = w.pp('post_attention_layernorm').rmsNorm(attended, config)
  const plain = (name: string, z: Tensor, out: number) => w.pp('mlp').pp(name).linear(z, out, { bias: false })
  const gated = mul(silu(plain('gate_proj', y, mlpWidth)), plain('up_proj', y, mlpWidth))
  return add(attended, plain('down_proj', gated, width))
}
