import type { ParameterSource } from '../../graph/index.ts'
import type { Assembly, RowPiece } from '../assembled.ts'

/** Stability AI's names outside of blocks, by diffusers'. */
const outer: Readonly<Record<string, string>> = {
  'pos_embed.proj': 'x_embedder.proj',
  context_embedder: 'context_embedder',
  'time_text_embed.timestep_embedder.linear_1': 't_embedder.mlp.0',
  'time_text_embed.timestep_embedder.linear_2': 't_embedder.mlp.2',
  'time_text_embed.text_embedder.linear_1': 'y_embedder.mlp.0',
  'time_text_embed.text_embedder.linear_2': 'y_embedder.mlp.2',
  proj_out: 'final_layer.linear',
}

/** The same below `joint_blocks.N` and `transformer_blocks.N`. */
const inner: Readonly<Record<string, string>> = {
  'norm1.linear': 'x_block.adaLN_modulation.1',
  'norm1_context.linear': 'context_block.adaLN_modulation.1',
  'attn.norm_q': 'x_block.attn.ln_q',
  'attn.norm_k': 'x_block.attn.ln_k',
  'attn.norm_added_q': 'context_block.attn.ln_q',
  'attn.norm_added_k': 'context_block.attn.ln_k',
  'attn.to_out.0': 'x_block.attn.proj',
  'attn.to_add_out': 'context_block.attn.proj',
  'attn2.norm_q': 'x_block.attn2.ln_q',
  'attn2.norm_k': 'x_block.attn2.ln_k',
  'attn2.to_out.0': 'x_block.attn2.proj',
  'ff.net.0.proj': 'x_block.mlp.fc1',
  'ff.net.2': 'x_block.mlp.fc2',
  'ff_context.net.0.proj': 'context_block.mlp.fc1',
  'ff_context.net.2': 'context_block.mlp.fc2',
}

/** Layers of diffusers that are thirds of the rows of one of Stability AI's. */
const thirds: Readonly<Record<string, readonly string[]>> = {
  'x_block.attn.qkv': ['attn.to_q', 'attn.to_k', 'attn.to_v'],
  'x_block.attn2.qkv': ['attn2.to_q', 'attn2.to_k', 'attn2.to_v'],
  'context_block.attn.qkv': ['attn.add_q_proj', 'attn.add_k_proj', 'attn.add_v_proj'],
}

/** Other parts of a file that holds a whole pipeline. */
const otherParts = /^(first_stage_model|text_encoders|conditioner|cond_stage_model)\./

/**
 * The tensors of diffusers' `SD3Transformer2DModel` as those of Stability AI's single files, `sd3.5_medium.safetensors`, or
 * nothing for another checkpoint. Theirs has queries, keys and values in one, and in the last layer and the last block's
 * modulation of the text shift before scale. Autoencoder and text encoders of the same file are left out.
 * Source: scripts/convert_sd3_to_diffusers.py of https://github.com/huggingface/diffusers
 */
export function stabilityTransformer(
  source: Pick<ParameterSource, 'paths' | 'describe'>,
): ReadonlyMap<string, Assembly> | undefined {
  if (!source.describe('joint_blocks.0.x_block.attn.qkv.weight')) return undefined
  const assemblies = new Map<string, Assembly>()
  const put = (to: string, ...rows: [RowPiece, ...RowPiece[]]): void => {
    if (rows.every(({ path }) => source.describe(path))) assemblies.set(to, { rows })
  }
  const swapped = (to: string, path: string): void =>
    put(to, { path, part: { index: 1, of: 2 } }, { path, part: { index: 0, of: 2 } })
  let blocks = 0
  while (source.describe(`joint_blocks.${blocks}.x_block.attn.qkv.weight`)) blocks++
  put('pos_embed.pos_embed', { path: 'pos_embed' })
  for (const kind of ['weight', 'bias']) {
    for (const [to, from] of Object.entries(outer)) put(`${to}.${kind}`, { path: `${from}.${kind}` })
    swapped(`norm_out.linear.${kind}`, `final_layer.adaLN_modulation.1.${kind}`)
    for (let i = 0; i < blocks; i++) {
      const [to, from] = [`transformer_blocks.${i}`, `joint_blocks.${i}`]
      for (const [ours, theirs] of Object.entries(inner))
        if (i === blocks - 1 && ours === 'norm1_context.linear')
          swapped(`${to}.${ours}.${kind}`, `${from}.${theirs}.${kind}`)
        else put(`${to}.${ours}.${kind}`, { path: `${from}.${theirs}.${kind}` })
      for (const [theirs, ours] of Object.entries(thirds))
        for (const [index, name] of ours.entries())
          put(`${to}.${name}.${kind}`, { path: `${from}.${theirs}.${kind}`, part: { index, of: 3 } })
    }
  }
  // What has no place keeps its name, so that it can be refused.
  const used = new Set([...assemblies.values()].flatMap(({ rows }) => rows.map(({ path }) => path)))
  for (const path of source.paths())
    if (!used.has(path) && !otherParts.test(path)) assemblies.set(path, { rows: [{ path }] })
  return assemblies
}
