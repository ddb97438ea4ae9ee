import {
  add,
  broadcastTo,
  cast,
  concat,
  div,
  equal,
  iota,
  mul,
  reshape,
  type Shape,
  sizeAsTensor,
  slice,
  sub,
  type Tensor,
} from '../../graph/index.ts'

/*
 * The original pads its text to 640 tokens, and the padding takes part in the transformer's attention. But padded
 * tokens are all alike (the connector gives each the same value, and text has no positions), and stay alike through
 * every block. So one of them, the last text token, is computed, and as a key it counts m times:
 *
 *   Σⱼ e^sⱼ vⱼ with the last text token p counted m times = (o + (m − 1)·a·v_p) / (1 + (m − 1)·a)
 *
 * where o is plain attention and a the attention paid to p. Nothing is approximated. `a` comes for free: values get
 * one more column that is 1 at p and 0 elsewhere, and attention carries it along.
 */

/**
 * Values [B, H, S, D] with the column that counts attention to the last text token: [B, H, S, D + 1].
 * @param imageTokens how many tokens come after the text: of FLUX the picture's, of Stable Diffusion 3 none
 */
export function withCount(values: Tensor, imageTokens: number): Tensor {
  const [batch, heads, tokens] = values.shape as Shape as [number, number, number]
  const last = sub(sizeAsTensor(values.graph, tokens, 'i64'), imageTokens + 1)
  const column = cast(equal(iota(values.graph, tokens, 'i64'), last), values.dtype)
  const wide = broadcastTo(reshape(column, [1, 1, tokens, 1]), [batch, heads, tokens, 1])
  return concat([values, wide], 3)
}

/** What attention over {@link withCount} gave, [B, H, S, D + 1], with the last text token counted `repeats` times. */
export function weighLastText(
  seen: Tensor,
  values: Tensor, // [B, H, S, D], those that attention was over
  { repeats, imageTokens }: { readonly repeats: Tensor /* [1] */; readonly imageTokens: number },
): Tensor {
  const width = values.shape[3] as number
  const last = slice(values, 2, -(imageTokens + 1), ...(imageTokens === 0 ? [] : [-imageTokens]))
  const extra = mul(slice(seen, 3, width), sub(repeats, 1))
  return div(add(slice(seen, 3, 0, width), mul(extra, last)), add(extra, 1))
}
