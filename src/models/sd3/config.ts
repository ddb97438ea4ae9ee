import type { ParameterSource } from '../../graph/index.ts'
import { ModelError } from '../error.ts'

/** Sizes of a Stable Diffusion 3 transformer, in the names of diffusers. */
export interface Sd3Config {
  /** Channels of a latent; a token is 2 × 2 latents. */
  readonly latentChannels: number
  readonly width: number
  readonly mlpWidth: number
  readonly heads: number
  readonly blocks: number
  /** The first blocks, which attend over the picture a second time, alone. */
  readonly dualBlocks: number
  /** Width of the text tokens. */
  readonly contextWidth: number
  /** Width of the pooled text. */
  readonly vectorWidth: number
  /** Tokens on a side of the stored table of positions. */
  readonly tableSide: number
  /** Whether queries and keys are normed: of 3.5, not of 3. */
  readonly normed: boolean
}

/** Stable Diffusion 3.5 medium: https://huggingface.co/stabilityai/stable-diffusion-3.5-medium/blob/main/transformer/config.json */
export const sd35Medium: Sd3Config = {
  latentChannels: 16,
  width: 1536,
  mlpWidth: 6144,
  heads: 24,
  blocks: 24,
  dualBlocks: 13,
  contextWidth: 4096,
  vectorWidth: 2048,
  tableSide: 384,
  normed: true,
}

/** Channels of a head in every published Stable Diffusion 3, of which a tensor tells only where there are norms. */
const usualHeadWidth = 64

/**
 * The sizes of a transformer in the layout of diffusers, from the shapes of its tensors.
 * @throws ModelError when a tensor that determines a size is missing, or the table of positions is no square
 */
export function inferSd3Config(source: Pick<ParameterSource, 'name' | 'paths' | 'describe'>): Sd3Config {
  const shape = (path: string): readonly number[] => {
    const found = source.describe(path)?.shape
    if (found) return found
    throw new ModelError(
      'config',
      `${source.name}: no tensor ${path}: expected a Stable Diffusion 3 transformer in the layout of diffusers`,
    )
  }
  const [width = 0, latentChannels = 0] = shape('pos_embed.proj.weight')
  const places = shape('pos_embed.pos_embed')[1] ?? 0
  const tableSide = Math.sqrt(places)
  if (!Number.isInteger(tableSide))
    throw new ModelError(
      'config',
      `${source.name}: pos_embed.pos_embed: expected positions of a square, got ${places}; check that the file is complete`,
    )
  const blocks = count(source, (i) => `transformer_blocks.${i}.attn.to_q.weight`)
  if (blocks === 0) shape('transformer_blocks.0.attn.to_q.weight')
  const norm = source.describe('transformer_blocks.0.attn.norm_q.weight')
  return {
    latentChannels,
    width,
    mlpWidth: shape('transformer_blocks.0.ff.net.0.proj.weight')[0]!,
    heads: width / (norm?.shape[0] ?? usualHeadWidth),
    blocks,
    dualBlocks: count(source, (i) => `transformer_blocks.${i}.attn2.to_q.weight`),
    contextWidth: shape('context_embedder.weight')[1]!,
    vectorWidth: shape('time_text_embed.text_embedder.linear_1.weight')[1]!,
    tableSide,
    normed: norm !== undefined,
  }
}

function count(source: Pick<ParameterSource, 'describe'>, path: (i: number) => string): number {
  let i = 0
  while (source.describe(path(i))) i++
  return i
}
