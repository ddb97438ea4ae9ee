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

/** What version of the model the weights are; they differ in position ids, in the pooled vector, and in how text is read. */
export const variants = ['v1.0', 'v1.1', 'v1.2', 'v1.2-preview'] as const
export type Variant = (typeof variants)[number]

/** Whether a version reads text as v1.2 does: letters in quotes past the connector, a place for every token. */
export function isV12(variant: Variant | undefined): boolean {
  return variant === 'v1.2' || variant === 'v1.2-preview'
}

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

/** A connector of the original's depth and proportions for another language model or transformer; heads are 128 wide. */
export function newConnector({
  inWidth,
  width,
  vectorWidth,
  heads = headsOf(width),
  scaleFactor,
}: Pick<ConnectorConfig, 'inWidth' | 'width' | 'vectorWidth' | 'scaleFactor'> &
  ConnectorHeads): ConnectorConfig {
  return { inWidth, width, mlpWidth: 4 * width, heads, blocks: 2, vectorWidth, scaleFactor }
}

interface ConnectorHeads {
  readonly heads?: number | undefined
}

const headsOf = (width: number): number => Math.max(1, Math.round(width / 128))

type Described = Pick<ParameterSource, 'name' | 'paths' | 'describe'>

/** Parameters that tensor shapes do not determine, from `pentimento.json`. */
export interface DitHints {
  readonly axesDim?: readonly [number, number, number] | undefined
  readonly numHeads?: number | undefined
  readonly theta?: number | undefined
}

/** Parameters of a connector that tensor shapes do not determine. */
export interface ConnectorHints {
  readonly numHeads?: number | undefined
}

/**
 * The sizes of a transformer in the official layout, from the shapes of its tensors.
 * @throws ModelError when a tensor that determines a size is missing, or when the hints do not fit
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
      `${source.name}: dit.numHeads: expected ${heads} as in the tensors, got ${hints.numHeads}; correct pentimento.json`,
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
  }
}

/** An eighth for the unused axis, the rest shared by row and column: 128 → 16, 56, 56. */
export function defaultAxes(headWidth: number): readonly [number, number, number] {
  const rest = 2 * Math.floor((headWidth * 7) / 8 / 2 / 2)
  return [headWidth - 2 * rest, rest, rest]
}

/**
 * The sizes of a connector below `connector.`, from the shapes of its tensors. Heads are 128 wide where no hint says otherwise.
 * @throws ModelError when a tensor that determines a size is missing, or when the heads do not divide the width
 */
export function inferConnectorConfig(source: Described, hints: ConnectorHints = {}): ConnectorConfig {
  const shape = shapeReader(source)
  const [width, inWidth] = shape('connector.S.input_embedder.weight')
  const heads = hints.numHeads ?? headsOf(width)
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
      throw new ModelError(
        'config',
        `${source.name}: no tensor ${path}: expected a Step1X-Edit checkpoint, or another of FLUX's layout`,
      )
    return [found[0] ?? 1, found[1] ?? 1]
  }
}

/** Blocks are numbered from 0 without gaps. */
export function countBlocks(source: Described, prefix: string): number {
  let last = -1
  for (const path of source.paths()) {
    if (!path.startsWith(`${prefix}.`)) continue
    last = Math.max(last, Number.parseInt(path.slice(prefix.length + 1), 10))
  }
  if (last < 0) throw new ModelError('config', `${source.name}: no tensor below ${prefix}`)
  return last + 1
}
