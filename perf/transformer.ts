import {
  add,
  attention,
  cast,
  concat,
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
  rmsNorm,
  rotary,
  silu,
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

/** Sizes of the Step1X-Edit and FLUX.1 transformers: 19 double and 38 single blocks, 11.8 billion parameters. */
export const fluxShape = { width: 3072, heads: 24, double: 19, single: 38 } as const

/** One step of a FLUX-like diffusion transformer: text and image streams apart in double blocks, then together. */
export function fluxLike(
  w: Parameters,
  inputs: {
    readonly image: Tensor // [1, image tokens, width]
    readonly text: Tensor // [1, text tokens, width]
    readonly vector: Tensor // [1, width]
    readonly cosines: Tensor // [text + image tokens, head width / 2]
    readonly sines: Tensor
  },
  { width, heads, double, single }: { width: number; heads: number; double: number; single: number },
): Tensor {
  const { vector, cosines, sines } = inputs
  const { graph } = w
  const head = width / heads
  const active = silu(vector)
  const modulation = (block: Parameters, parts: number) =>
    split(unsqueeze(block.linear(active, parts * width), 1), parts)
  const modulated = (x: Tensor, shift: Tensor, scale: Tensor) =>
    add(mul(layerNorm(x, { epsilon: 1e-6 }), add(scale, 1)), shift)
  const perHead = (x: Tensor) => transpose(reshape(x, [1, x.shape[1]!, heads, head]), [0, 2, 1, 3])
  const qkv = (block: Parameters, x: Tensor) => {
    const [q, k, v] = split(x, 3).map(perHead) as [Tensor, Tensor, Tensor]
    const normed = (t: Tensor, name: string) => rmsNorm(t, { epsilon: 1e-6, scale: block.get(name, [head]) })
    return { q: normed(q, 'query_norm.scale'), k: normed(k, 'key_norm.scale'), v }
  }
  const attended = (parts: readonly { q: Tensor; k: Tensor; v: Tensor }[]) => {
    const joined = (name: 'q' | 'k' | 'v') =>
      concat(
        parts.map((part) => part[name]),
        2,
      )
    const turned = (x: Tensor) => rotary(x, cosines, sines, 'interleaved')
    const y = attention({ q: turned(joined('q')), k: turned(joined('k')), v: joined('v') })
    return reshape(transpose(y, [0, 2, 1, 3]), [1, y.shape[2]!, width])
  }
  let { image, text } = inputs
  for (let i = 0; i < double; i++) {
    const block = w.pp('double_blocks').pp(i)
    ;[text, image] = graph.segment(`double.${i}`, () => {
      const streams = (['txt', 'img'] as const).map((name) => {
        const x = name === 'txt' ? text : image
        const parts = modulation(block.pp(`${name}_mod`).pp('lin'), 6)
        const projected = block.pp(`${name}_attn.qkv`).linear(modulated(x, parts[0]!, parts[1]!), 3 * width)
        return { name, x, parts, ...qkv(block.pp(`${name}_attn.norm`), projected) }
      })
      const mixed = split(attended(streams), [text.shape[1]!, image.shape[1]!], 1)
      return streams.map(({ name, x, parts }, s) => {
        const after = add(x, mul(parts[2]!, block.pp(`${name}_attn.proj`).linear(mixed[s]!, width)))
        const mlp = block.pp(`${name}_mlp`)
        const hidden = gelu(mlp.pp(0).linear(modulated(after, parts[3]!, parts[4]!), 4 * width), {
          approximate: 'tanh',
        })
        return add(after, mul(parts[5]!, mlp.pp(2).linear(hidden, width)))
      }) as [Tensor, Tensor]
    })
  }
  let x = concat([text, image], 1)
  for (let i = 0; i < single; i++) {
    const block = w.pp('single_blocks').pp(i)
    x = graph.segment(`single.${i}`, () => {
      const [shift, scale, gate] = modulation(block.pp('modulation.lin'), 3) as [Tensor, Tensor, Tensor]
      const wide = block.pp('linear1').linear(modulated(x, shift, scale), 7 * width)
      const [heads3, hidden] = split(wide, [3 * width, 4 * width]) as [Tensor, Tensor]
      const mixed = attended([qkv(block.pp('norm'), heads3)])
      const y = block.pp('linear2').linear(concat([mixed, gelu(hidden, { approximate: 'tanh' })], -1), width)
      return add(x, mul(gate, y))
    })
  }
  return x
}
