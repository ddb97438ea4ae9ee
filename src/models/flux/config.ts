import type { ParameterSource } from '../../graph/index.ts'
import { ModelError } from '../error.ts'

/** Sizes of the diffusion transformer, in the words of the paper's code (`Step1XParams`). */
export interface DitConfig {
  /** Channels of a packed latent token: latent channels × 2 × 2. */
  readonly inChannels: number
  /** Width of the pooled guidance vector. */
  readonly vectorWidth: number
  /** Width of the connector's text tokens. */
  readonly contextWidth: number
  readonly width: number
  readonly mlpWidth: number
  readonly heads: number
  readonly doubleBlocks: number
  readonly singleBlocks: number
  /** Head channels turned by each axis of a token's position (unused, row, column). */
  readonly axesDim: readonly [number, number, number]
  /** Base of the rotary frequencies. */
  readonly theta: number
  readonly prediction: Prediction
  /** Of a `change`: linear maps of a latent's channels, of which each latent is told a mixture; none unless given. */
  readonly maps?: number
  /** Of a `change`: filters of a token that are cut off softly, of which each token is told how much; none unless given. */
  readonly filters?: number
}

/**
 * What the final layer says of a token: the velocity itself, as in the original; or a `change` of the reference, a gain
 * and an offset for each of its channels, for each of its four latents how much of every map is added, and how much of
 * what each filter finds: velocity = (x − (reference · (1 + gain) + offset + Σ share · map(reference) +
 * out(share · gelu(in(reference))))) / t. Where all are zero, the picture stays as it is. What blurs or sharpens a
 * picture is a gain, what changes its colours a mixture of maps (as in HDRnet, arXiv:1707.02880, whose local maps are of
 * colours alone), and what draws its edges a mixture of filters, that hardly depend on the token. It is for edits that have
 * one answer: that answer is the mean of all, given x or not, so that the target's tokens tell nothing. They are left out
 * of the sequence, which is half as long, and one step gives what many give.
 */
export type Prediction = 'velocity' | 'change'

/** Numbers that the final layer says of a token. */
export function outputChannels({
  inChannels,
  prediction,
  maps = 0,
  filters = 0,
}: Pick<DitConfig, 'inChannels' | 'prediction' | 'maps' | 'filters'>): number {
  return prediction === 'change' ? 2 * inChannels + 4 * maps + filters : inChannels
}

/** Sizes of the connector (`Qwen2Connector`). */
export interface ConnectorConfig {
  /** Width of the language model's hidden states. */
  readonly inWidth: number
  readonly width: number
  readonly mlpWidth: number
  readonly heads: number
  readonly blocks: number
  /** Width of the pooled guidance vector. */
  readonly vectorWidth: number
  /** v1.0 multiplies the mean of the features by 1 + `scale_factor` before it is pooled; v1.1 has no such factor. */
  readonly scaleFactor: boolean
}

/** What version of the model the weights are; they differ in position ids and in the pooled vector. */
export type Variant = 'v1.0' | 'v1.1'

/** Step1X-Edit, https://github.com/stepfun-ai/Step1X-Edit/blob/570eba6/inference.py#L89-L102 */
export const step1xEditDit: DitConfig = {
  inChannels: 64,
  vectorWidth: 768,
  contextWidth: 4096,
  width: 3072,
  mlpWidth: 12288,
  heads: 24,
  doubleBlocks: 19,
  singleBlocks: 38,
  axesDim: [16, 56, 56],
  theta: 10_000,
  prediction: 'velocity',
}

/** https://github.com/stepfun-ai/Step1X-Edit/blob/570eba6/modules/connector_edit.py */
export const step1xEditConnector: ConnectorConfig = {
  inWidth: 3584,
  width: 4096,
  mlpWidth: 16384,
  heads: 32,
  blocks: 2,
  vectorWidth: 768,
  scaleFactor: true,
}

type Described = Pick<ParameterSource, 'name' | 'paths' | 'describe'>

/** What shapes cannot tell, from `pentimento.json` beside the weights. */
export interface DitHints {
  readonly axesDim?: readonly [number, number, number] | undefined
  readonly numHeads?: number | undefined
  readonly theta?: number | undefined
  readonly prediction?: Prediction | undefined
}

/**
 * The sizes of a transformer in the official layout, from the shapes of its tensors.
 * @throws ModelError when a tensor that tells a size is missing, or when the hints do not fit
 */
export function inferDitConfig(source: Described, hints: DitHints = {}): DitConfig {
  const shape = shapeReader(source)
  const [width, inChannels] = shape('img_in.weight')
  const [headWidth] = shape('single_blocks.0.norm.query_norm.scale')
  const axesDim = hints.axesDim ?? defaultAxes(headWidth)
  if (axesDim.reduce((sum, axis) => sum + axis, 0) !== headWidth || axesDim.some((axis) => axis % 2 !== 0))
    throw new ModelError(
      'config',
      `${source.name}: dit.axesDim: expected three even numbers that make the head width ${headWidth}, got [${axesDim}]; correct pentimento.json`,
    )
  const heads = width / headWidth
  if (hints.numHeads !== undefined && hints.numHeads !== heads)
    throw new ModelError(
      'config',
      `${source.name}: dit.numHeads: expected ${heads} as the tensors have it, got ${hints.numHeads}; correct pentimento.json`,
    )
  return {
    inChannels,
    vectorWidth: shape('vector_in.in_layer.weight')[1],
    contextWidth: shape('txt_in.weight')[1],
    width,
    mlpWidth: shape('double_blocks.0.img_mlp.0.weight')[0],
    heads,
    doubleBlocks: countBlocks(source, 'double_blocks'),
    singleBlocks: countBlocks(source, 'single_blocks'),
    axesDim,
    theta: hints.theta ?? 10_000,
    prediction: hints.prediction ?? 'velocity',
    ...changesOf(source),
  }
}

/** How many maps and filters there are, from their tensors [maps · channels, channels] and [filters, in channels]. */
function changesOf(source: Described): Pick<DitConfig, 'maps' | 'filters'> {
  const [rows = 0, columns = 1] = source.describe('final_layer.maps.weight')?.shape ?? []
  const [filters = 0] = source.describe('final_layer.filters.in.weight')?.shape ?? []
  return { ...(rows > 0 && { maps: rows / columns }), ...(filters > 0 && { filters }) }
}

/** An eighth for the unused axis, the rest shared by row and column: 128 → 16, 56, 56. */
function defaultAxes(headWidth: number): readonly [number, number, number] {
  const rest = 2 * Math.floor((headWidth * 7) / 8 / 2 / 2)
  return [headWidth - 2 * rest, rest, rest]
}

/**
 * The sizes of a connector below `connector.`, from the shapes of its tensors. Heads are 128 wide unless told.
 * @throws ModelError when a tensor that tells a size is missing, or when the heads do not divide the width
 */
export function inferConnectorConfig(
  source: Described,
  hints: { readonly numHeads?: number | undefined } = {},
): ConnectorConfig {
  const shape = shapeReader(source)
  const [width, inWidth] = shape('connector.S.input_embedder.weight')
  const heads = hints.numHeads ?? Math.max(1, Math.round(width / 128))
  if (width % heads !== 0)
    throw new ModelError(
      'config',
      `${source.name}: connector.numHeads: expected a divisor of the width ${width}, got ${heads}; correct pentimento.json`,
    )
  return {
    inWidth,
    width,
    mlpWidth: shape('connector.S.individual_token_refiner.blocks.0.mlp.fc1.weight')[0],
    heads,
    blocks: countBlocks(source, 'connector.S.individual_token_refiner.blocks'),
    vectorWidth: shape('connector.global_proj_out.weight')[0],
    scaleFactor: source.describe('connector.scale_factor') !== undefined,
  }
}

function shapeReader(source: Described): (path: string) => [number, number] {
  return (path) => {
    const found = source.describe(path)?.shape
    if (found === undefined)
      throw new ModelError('config', `${source.name}: no tensor ${path}: expected a Step1X-Edit checkpoint`)
    return [found[0] ?? 1, found[1] ?? 1]
  }
}

/** Blocks are numbered from 0 without gaps. */
function countBlocks(source: Described, prefix: string): number {
  let last = -1
  for (const path of source.paths()) {
    if (!path.startsWith(`${prefix}.`)) continue
    last = Math.max(last, Number.parseInt(path.slice(prefix.length + 1), 10))
  }
  if (last < 0) throw new ModelError('config', `${source.name}: no tensor below ${prefix}`)
  return last + 1
}
