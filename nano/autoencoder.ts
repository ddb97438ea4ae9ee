import { dataOf, Graph, Parameters, program, type TensorValue } from 'pentimento/graph'
import { type AutoencoderConfig, decode, encode } from 'pentimento/models'
import type { PatchBasis, PatchDirections } from './pca.ts'

/*
 * FLUX's autoencoder ends its encoder and its decoder with a group norm and a SiLU. Both let a linear map through:
 * silu(x) − silu(−x) = x, so each number travels twice, with either sign; and beside two large constants of either
 * sign the deviation of a group hardly depends on the picture, so its norm is a fixed factor. The residual branches
 * are zero. What comes out is a projection on the basis and back.
 */

/** The constants next to the numbers, in the encoder and in the decoder, from which training could continue. */
const constants = { encoder: 256, decoder: 64 } as const

/**
 * First weights of an autoencoder whose encoder projects patches on an orthonormal basis and whose decoder is the way
 * back. @throws RangeError when its channels do not hold every number twice
 */
export function projectionWeights(config: AutoencoderConfig, basis: PatchBasis): Map<string, TensorValue> {
  const weights = new Map<string, TensorValue>()
  for (const [path, shape] of parametersOf(config)) weights.set(path, zeros(shape))
  const layout = layoutOf(config)
  for (const side of ['encoder', 'decoder'] as const) {
    const constant = constants[side]
    for (const [path, value] of weights) {
      if (!path.startsWith(`${side}.`) || !/\.norm\w*\.weight$/.test(path)) continue
      // Branches see the numbers as they are, and the constants as ones.
      const factor = constant * layout.deviation
      const isOut = path === `${side}.norm_out.weight`
      for (const [channel, role] of layout.roles.entries())
        value.data[channel] = role.kind === 'number' ? factor : isOut ? 0 : layout.deviation
    }
    const bias = weights.get(`${side}.conv_in.bias`)!.data
    for (const [channel, role] of layout.roles.entries())
      if (role.kind === 'constant') bias[channel] = role.sign * constant
  }
  const size = 3 * basis.patch ** 2
  const z = config.latentChannels
  const direction = (k: number, i: number): number => basis.directions[k * size + i]!
  for (const [channel, role] of layout.roles.entries()) {
    if (role.kind !== 'number') continue
    const { sign, index } = role
    setCentre(weights.get('decoder.conv_in.weight')!, channel, index, sign)
    for (let i = 0; i < size; i++) {
      setCentre(weights.get('encoder.conv_in.weight')!, channel, i, sign * direction(index, i))
      setCentre(weights.get('decoder.conv_out.weight')!, i, channel, sign * direction(index, i))
    }
    setCentre(weights.get('encoder.conv_out.weight')!, index, channel, sign)
  }
  // The second half of the moments is the logarithm of a variance: next to none.
  const moments = dataOf(weights.get('encoder.conv_out.bias')!, 'f32')
  moments.fill(-30, z)
  return weights
}

/** The basis that weights of {@link projectionWeights} were made of. */
export function basisOfWeights(
  config: AutoencoderConfig,
  weights: Readonly<Record<string, TensorValue>>,
): PatchDirections {
  const { data, shape } = weights['encoder.conv_in.weight']!
  const size = shape[1]!
  const directions = new Float32Array(config.latentChannels * size)
  for (const [channel, role] of layoutOf(config).roles.entries())
    if (role.kind === 'number' && role.sign === 1)
      for (let i = 0; i < size; i++)
        directions[role.index * size + i] = Number(data[(channel * size + i) * 9 + 4])
  return { patch: config.patch, count: config.latentChannels, directions }
}

/** Sets the middle of a 3 × 3 kernel. */
function setCentre({ data, shape }: TensorValue, out: number, from: number, value: number): void {
  data[(out * shape[1]! + from) * 9 + 4] = value
}

type Role =
  | { readonly kind: 'number'; readonly index: number; readonly sign: 1 | -1 }
  | { readonly kind: 'constant'; readonly sign: 1 | -1 }
  | { readonly kind: 'nothing' }

/** What each channel carries, and the deviation of a group next to its constants. */
function layoutOf({ channels, groups, latentChannels }: AutoencoderConfig): {
  readonly roles: readonly Role[]
  readonly deviation: number
} {
  const each = channels / groups
  const pairs = Math.floor((each - 2) / 2)
  if (pairs * groups < latentChannels)
    throw new RangeError(
      `autoencoder: expected channels for ${latentChannels} numbers of either sign and two constants in each of ${groups} groups, got ${channels}`,
    )
  const roles = Array.from({ length: channels }, (_, channel): Role => {
    const [group, place] = [Math.floor(channel / each), channel % each]
    const sign = place % 2 === 0 ? 1 : -1
    const pair = Math.floor(place / 2)
    if (pair === pairs) return { kind: 'constant', sign }
    // Numbers are dealt out like cards: the largest ones go to different groups.
    const index = pair * groups + group
    return pair < pairs && index < latentChannels ? { kind: 'number', index, sign } : { kind: 'nothing' }
  })
  return { roles, deviation: Math.sqrt(2 / each) }
}

function parametersOf(config: AutoencoderConfig): ReadonlyMap<string, readonly number[]> {
  const graph = new Graph()
  const w = new Parameters(graph)
  const side = config.patch * 2
  const { mean, logVariance } = encode(w, graph.input('picture', 'f32', [1, 3, side, side]), config)
  const { parameters } = program({ picture: decode(w, mean, config), logVariance })
  return new Map([...parameters].map(([path, { shape }]) => [path, shape as readonly number[]]))
}

function zeros(shape: readonly number[]): TensorValue {
  return { dtype: 'f32', shape, data: new Float32Array(shape.reduce((product, size) => product * size, 1)) }
}
