import {
  add,
  attention,
  cast,
  equal,
  gather,
  gelu,
  iota,
  layerNorm,
  logSoftmax,
  mul,
  neg,
  type Parameters,
  reduceMean,
  reduceSum,
  reshape,
  split,
  type Tensor,
  transpose,
  unsqueeze,
} from 'pentimento/graph'

/** A small language model, as it is trained in `core`: next-byte prediction with learned positions. */
export interface TextModelShape {
  readonly layers: number
  readonly width: number
  readonly heads: number
  readonly vocabulary: number
  readonly tokens: number
}

/** Mean cross-entropy of targets [batch, tokens] given ids [batch, tokens]. */
export function textModelLoss(
  w: Parameters,
  { ids, targets }: { readonly ids: Tensor; readonly targets: Tensor },
  { layers, width, heads, vocabulary, tokens }: TextModelShape,
): Tensor {
  const batch = ids.shape[0]!
  let x = add(gather(w.get('embed', [vocabulary, width]), ids), w.get('positions', [tokens, width]))
  const perHead = (t: Tensor) => transpose(reshape(t, [batch, tokens, heads, width / heads]), [0, 2, 1, 3])
  for (let layer = 0; layer < layers; layer++) {
    const block = w.pp('blocks').pp(layer)
    x = w.graph.segment(`block.${layer}`, () => {
      const [q, k, v] = split(block.pp('qkv').linear(norm(block.pp('norm1'), x, width), 3 * width), 3).map(
        perHead,
      ) as [Tensor, Tensor, Tensor]
      const mixed = transpose(attention({ q, k, v }, { causal: true }), [0, 2, 1, 3])
      const attended = add(x, block.pp('out').linear(reshape(mixed, [batch, tokens, width]), width))
      const hidden = gelu(block.pp('up').linear(norm(block.pp('norm2'), attended, width), 4 * width))
      return add(attended, block.pp('down').linear(hidden, width))
    })
  }
  const logits = w.pp('head').linear(norm(w.pp('norm'), x, width), vocabulary)
  // The log-probability of each target, picked by comparing its id with every place.
  const hit = cast(equal(unsqueeze(targets, -1), iota(w.graph, vocabulary, 'i64')), 'f32')
  return neg(reduceMean(reduceSum(mul(logSoftmax(logits), hit), { axes: [-1] })))
}

function norm(w: Parameters, x: Tensor, width: number): Tensor {
  return layerNorm(x, { epsilon: 1e-5, scale: w.get('scale', [width]), bias: w.get('bias', [width]) })
}
