import {
  add,
  concat,
  div,
  gelu,
  mul,
  type ParameterSource,
  type Parameters,
  reduceSum,
  reshape,
  slice,
  split,
  sub,
  type Tensor,
  transpose,
} from '../../graph/index.ts'
import { ModelError } from '../error.ts'
import type { Head } from './head.ts'

/** Sizes of {@link changeHead}. */
export interface ChangeSizes {
  /** Linear maps of a latent's channels, of which each latent gets a mixture. */
  readonly maps: number
  /** Filters of a token with a soft cut-off, of which each token gets a share. */
  readonly filters: number
}

/**
 * A head that edits the reference. For every token the last layer gives a gain and an offset of each channel, for each of
 * its four latents shares of the maps, and shares of the filters:
 *
 *   edited = reference · (1 + gain) + offset + Σ share · map(reference) + out(share · gelu(in(reference)))
 *   velocity = (x − edited) / t
 *
 * With zeros the picture stays as it is. Mixtures of maps are those of HDRnet (arXiv:1707.02880) over latents. The head is
 * for edits with one right answer: the velocity then does not depend on x, so the target's tokens are left out of the
 * sequence, and one step gives what many give.
 */
export function changeHead({ maps, filters }: ChangeSizes): Head & ChangeSizes {
  return {
    kind: 'change',
    maps,
    filters,
    readsTime: true,
    seen({ image, cosines, sines }) {
      const tokens = image.shape[1] as number
      return {
        image: referenceOf(image),
        cosines: withoutTarget(cosines, tokens),
        sines: withoutTarget(sines, tokens),
      }
    },
    width: (inChannels) => 2 * inChannels + 4 * maps + filters,
    velocity(w, last, { image, t }) {
      if (!t)
        throw new ModelError(
          'config',
          'changeHead: expected the input t [B, 1, 1], got none; the head has readsTime',
        )
      const [moving, reference] = split(image, 2, 1) as [Tensor, Tensor]
      return div(sub(moving, editedReference(w, { reference, last }, { maps, filters })), t)
    },
  }
}

/** The sizes of a checkpoint's head, from its tensors [maps · channels, channels] and [filters, in channels]. */
export function changeSizes(source: Pick<ParameterSource, 'describe'>): ChangeSizes {
  const [rows = 0, columns = 1] = source.describe('final_layer.maps.weight')?.shape ?? []
  const [filters = 0] = source.describe('final_layer.filters.in.weight')?.shape ?? []
  return { maps: rows / columns, filters }
}

const referenceOf = (image: Tensor): Tensor => split(image, 2, 1)[1]!

/** The rows of a table [T + L, …] for the text and for the reference's tokens. */
function withoutTarget(table: Tensor, imageTokens: number): Tensor {
  return concat([slice(table, 0, 0, -imageTokens), slice(table, 0, -imageTokens / 2)], 0)
}

/** @param w below `final_layer` */
function editedReference(
  w: Parameters,
  { reference, last }: { readonly reference: Tensor /* [B, N, 4 · C] */; readonly last: Tensor },
  { maps, filters }: ChangeSizes,
): Tensor {
  const channels = reference.shape[2] as number
  const parts = [channels, channels, ...(maps > 0 ? [4 * maps] : []), ...(filters > 0 ? [filters] : [])]
  const [gain, offset, ...shares] = split(last, parts, -1) as [Tensor, Tensor, ...Tensor[]]
  let edited = add(mul(reference, add(gain, 1)), offset)
  if (maps > 0) edited = add(edited, mixedMaps(w.pp('maps'), { reference, shares: shares.shift()! }, maps))
  if (filters > 0) {
    const found = gelu(w.pp('filters').pp('in').linear(reference, filters), { approximate: 'tanh' })
    edited = add(edited, w.pp('filters').pp('out').linear(mul(found, shares[0]!), channels, { bias: false }))
  }
  return edited
}

/** What the maps make of each latent of the reference, mixed by its shares [B, N, 4 · maps]. */
function mixedMaps(
  w: Parameters,
  { reference, shares }: { readonly reference: Tensor; readonly shares: Tensor },
  maps: number,
): Tensor {
  const [batch, tokens, inChannels] = reference.shape as [number, number, number]
  const channels = inChannels / 4
  // A token is the four latents of each channel.
  const latents = transpose(reshape(reference, [batch, tokens, channels, 4]), [0, 1, 3, 2])
  const mapped = w.linear(latents, maps * channels, { bias: false })
  const mixed = reduceSum(
    mul(reshape(mapped, [batch, tokens, 4, maps, channels]), reshape(shares, [batch, tokens, 4, maps, 1])),
    { axes: [3] },
  )
  return reshape(transpose(mixed, [0, 1, 3, 2]), [batch, tokens, inChannels])
}
