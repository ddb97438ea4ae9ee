import {
  add,
  attention,
  gelu,
  mul,
  type ParameterSource,
  type Parameters,
  reshape,
  type Tensor,
  type TensorValue,
  tensorValue,
  transpose,
} from '../../graph/index.ts'
import { ModelError } from '../error.ts'

/** Sizes of a T5 v1.1 encoder. */
export interface T5Config {
  readonly vocabulary: number
  readonly width: number
  readonly headWidth: number
  readonly heads: number
  readonly mlpWidth: number
  readonly layers: number
  /** Kinds of distance between two tokens, and from which distance on all are of the last kind. */
  readonly buckets: number
  readonly mostDistance: number
  readonly epsilon: number
}

/** XXL's, of FLUX and SD3: `google/t5-v1_1-xxl`. Its activations overflow in float16. */
export const t5Xxl: T5Config = {
  vocabulary: 32_128,
  width: 4096,
  headWidth: 64,
  heads: 64,
  mlpWidth: 10_240,
  layers: 24,
  buckets: 32,
  mostDistance: 128,
  epsilon: 1e-6,
}

/** What the encoder reads. Padding takes part like any token: FLUX and SD3 give no mask. */
export interface T5Inputs {
  readonly tokens: Tensor // [B, L], token ids
  readonly buckets: Tensor // i64 [L, L], of {@link t5Buckets}
}

/**
 * The last hidden state after the final norm, [B, L, width]. Segments: `t5.embed`, `t5.layer.N`, `t5.norm`.
 * Source: T5EncoderModel of transformers 4.57.
 */
export function t5Encoder(w: Parameters, { tokens, buckets }: T5Inputs, config: T5Config): Tensor {
  const { vocabulary, width, heads, layers } = config
  const segment = <T>(name: string, build: () => T): T => w.graph.segment(`t5.${name}`, build)
  const encoder = w.pp('encoder')
  const { embedded, bias } = segment('embed', () => {
    const kinds = encoder.pp('block.0.layer.0.SelfAttention.relative_attention_bias')
    const [length] = buckets.shape as [number]
    return {
      embedded: w.pp('shared').embedding(tokens, [vocabulary, width]),
      // Of the first layer, shared by all.
      bias: reshape(transpose(kinds.embedding(buckets, [config.buckets, heads]), [2, 0, 1]), [
        1,
        heads,
        length,
        length,
      ]),
    }
  })
  let hidden = embedded
  for (let i = 0; i < layers; i++)
    hidden = segment(`layer.${i}`, () => t5Layer(encoder.pp('block').pp(i).pp('layer'), hidden, bias, config))
  return segment('norm', () => encoder.pp('final_layer_norm').rmsNorm(hidden, config))
}

/** @param w below `encoder.block.N.layer` */
function t5Layer(w: Parameters, x: Tensor, bias: Tensor, config: T5Config): Tensor {
  const { width, headWidth, heads, mlpWidth } = config
  const [batch, tokens] = x.shape as [number, number]
  const plain = (block: Parameters, y: Tensor, out: number): Tensor => block.linear(y, out, { bias: false })
  const y = w.pp('0.layer_norm').rmsNorm(x, config)
  const [q, k, v] = ['q', 'k', 'v'].map((name) => {
    const flat = plain(w.pp('0.SelfAttention').pp(name), y, heads * headWidth)
    return transpose(reshape(flat, [batch, tokens, heads, headWidth]), [0, 2, 1, 3])
  }) as [Tensor, Tensor, Tensor]
  // T5 does not scale its scores; the weights were trained so.
  const seen = transpose(attention({ q, k, v, mask: bias }, { scale: 1 }), [0, 2, 1, 3])
  const flat = reshape(seen, [batch, tokens, heads * headWidth])
  const attended = add(x, plain(w.pp('0.SelfAttention.o'), flat, width))
  const mlp = w.pp('1.DenseReluDense')
  const z = w.pp('1.layer_norm').rmsNorm(attended, config)
  const gated = mul(
    gelu(plain(mlp.pp('wi_0'), z, mlpWidth), { approximate: 'tanh' }),
    plain(mlp.pp('wi_1'), z, mlpWidth),
  )
  return add(attended, plain(mlp.pp('wo'), gated, width))
}

/**
 * The kind of distance of each token (row) to each (column), i64 [length, length]: half of the kinds for tokens before,
 * half for those after; of each half the nearest distances have a kind of their own, the others share them by their
 * logarithm. Source: `_relative_position_bucket` of transformers 4.57.
 */
export function t5Buckets(
  length: number,
  { buckets, mostDistance }: Pick<T5Config, 'buckets' | 'mostDistance'>,
): TensorValue {
  const values = Array.from({ length: length * length }, (_, at) => {
    const distance = (at % length) - Math.floor(at / length)
    return t5Bucket(distance, buckets, mostDistance)
  })
  return tensorValue('i64', [length, length], values)
}

/** The kind of one distance, negative where the token that is seen comes before. */
export function t5Bucket(distance: number, buckets: number, mostDistance: number): number {
  const half = buckets / 2
  const offset = distance > 0 ? half : 0
  const far = Math.abs(distance)
  const exact = half / 2
  if (far < exact) return offset + far
  // In float32, as the original: some distances lie on a border.
  const share = Math.fround(
    Math.fround(Math.log(Math.fround(far / exact))) / Math.fround(Math.log(mostDistance / exact)),
  )
  return offset + Math.min(half - 1, exact + Math.trunc(Math.fround(share * (half - exact))))
}

/**
 * The sizes of an encoder, from the shapes of its tensors.
 * @throws ModelError when a tensor that determines a size is missing
 */
export function inferT5Config(source: Pick<ParameterSource, 'name' | 'describe'>): T5Config {
  const shape = (path: string): readonly [number, number] => {
    const found = source.describe(path)?.shape
    if (found?.length !== 2)
      throw new ModelError('config', `${source.name}: no matrix ${path}: expected a T5 v1.1 encoder`)
    return [found[0]!, found[1]!]
  }
  const [vocabulary, width] = shape('shared.weight')
  const [buckets, heads] = shape('encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight')
  let layers = 0
  while (source.describe(`encoder.block.${layers}.layer.1.DenseReluDense.wo.weight`)) layers++
  return {
    vocabulary,
    width,
    headWidth: shape('encoder.block.0.layer.0.SelfAttention.q.weight')[0] / heads,
    heads,
    mlpWidth: shape('encoder.block.0.layer.1.DenseReluDense.wo.weight')[1],
    layers,
    buckets,
    mostDistance: t5Xxl.mostDistance,
    epsilon: t5Xxl.epsilon,
  }
}
