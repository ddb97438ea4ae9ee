import type { Parameters, Tensor } from '../../graph/index.ts'

/** What a head's part of the model may read. */
export interface HeadInputs {
  readonly image: Tensor // [B, L, inChannels], the noisy picture's tokens, then the reference's
  readonly cosines: Tensor // [T + L, head width / 2]
  readonly sines: Tensor
  readonly t?: Tensor // [B, 1, 1], the time itself
}

/** The image tokens that go through the blocks, and the rotary tables of the text and of them. */
export type SeenTokens = Pick<HeadInputs, 'image' | 'cosines' | 'sines'>

/** The last step of the model: which image tokens it sees, and how its last layer's numbers become a velocity. */
export interface Head {
  readonly kind: HeadKind
  /** Whether it reads the time itself, `t`. */
  readonly readsTime: boolean
  /** The tokens that the blocks see. */
  seen(inputs: HeadInputs): SeenTokens
  /** Numbers that the last layer gives for each of them. */
  width(inChannels: number): number
  /** The velocity, of all tokens or of the target's alone. @param w below `final_layer` @param last [B, seen tokens, width] */
  velocity(w: Parameters, last: Tensor, inputs: HeadInputs): Tensor
}

/** The heads by their name in a checkpoint's `pentimento.json`. */
export type HeadKind = 'velocity' | 'change'

/** As in the original: the last layer gives the velocity of every token. */
export const velocityHead: Head = {
  kind: 'velocity',
  readsTime: false,
  seen: ({ image, cosines, sines }) => ({ image, cosines, sines }),
  width: (inChannels) => inChannels,
  velocity: (_w, last) => last,
}
