import type { ParameterSource } from '../../graph/index.ts'
import type { Assembly, RowPiece } from '../assembled.ts'
import type { RowPlace } from './transformer.ts'

type Described = Pick<ParameterSource, 'paths' | 'describe'>

/** Names of diffusers outside of layers, without `weight` and `bias`, by the original's. Nothing changes but the name. */
const outer: Readonly<Record<string, string>> = {
  'x_embedder.proj': 'patch_embedding.output_image_proj',
  'input_x_embedder.proj': 'patch_embedding.input_image_proj',
  'time_token.mlp.0': 'time_token.linear_1',
  'time_token.mlp.2': 'time_token.linear_2',
  't_embedder.mlp.0': 't_embedder.linear_1',
  't_embedder.mlp.2': 't_embedder.linear_2',
  // Shift before scale in both, unlike FLUX.
  'final_layer.adaLN_modulation.1': 'norm_out.linear',
  'final_layer.linear': 'proj_out',
  'llm.embed_tokens': 'embed_tokens',
  'llm.norm': 'norm',
}

/** The same below `layers.N`. */
const inner: Readonly<Record<string, readonly string[]>> = {
  input_layernorm: ['input_layernorm'],
  post_attention_layernorm: ['post_attention_layernorm'],
  'self_attn.qkv_proj': ['self_attn.to_q', 'self_attn.to_k', 'self_attn.to_v'],
  'self_attn.o_proj': ['self_attn.to_out.0'],
  'mlp.gate_up_proj': ['mlp.gate_up_proj'],
  'mlp.down_proj': ['mlp.down_proj'],
}

/**
 * OmniGen's tensors in the original layout as those of diffusers' `OmniGenTransformer2DModel`, or nothing for another
 * checkpoint. Source: the layout of Shitao/OmniGen-v1-diffusers, transformer/.
 */
export function diffusersOmnigen(source: Described): ReadonlyMap<string, Assembly> | undefined {
  if (!source.describe('patch_embedding.pos_embed')) return undefined
  const assemblies = new Map<string, Assembly>([
    ['pos_embed', { rows: [{ path: 'patch_embedding.pos_embed' }] }],
  ])
  for (const [to, from] of Object.entries(outer))
    for (const kind of ['weight', 'bias'])
      if (kind === 'weight' || source.describe(`${from}.bias`))
        assemblies.set(`${to}.${kind}`, { rows: [{ path: `${from}.${kind}` }] })
  for (let layer = 0; source.describe(`layers.${layer}.self_attn.to_q.weight`); layer++)
    for (const [to, parts] of Object.entries(inner))
      assemblies.set(`llm.layers.${layer}.${to}.weight`, {
        rows: parts.map((part) => ({ path: `layers.${layer}.${part}.weight` })) as [RowPiece],
      })
  // What has no place in the original keeps its name, so that it can be refused.
  const used = new Set([...assemblies.values()].flatMap(({ rows }) => rows.map(({ path }) => path)))
  for (const path of source.paths()) if (!used.has(path)) assemblies.set(path, { rows: [{ path }] })
  return assemblies
}

/**
 * Where the layers of diffusers' names lie in OmniGen's original layout, so that adapters of those names fit; nothing for
 * another model. Queries come first, keys and values share what is left.
 */
export function diffusersOmnigenLayers(source: Described): ReadonlyMap<string, RowPlace> | undefined {
  if (!source.describe('llm.layers.0.self_attn.qkv_proj.weight')) return undefined
  const places = new Map<string, RowPlace>()
  for (const path of source.paths()) {
    if (!path.endsWith('.weight')) continue
    const layer = path.slice(0, -'.weight'.length)
    const [total = 0, width = 0] = source.describe(path)?.shape ?? []
    const whole = { layer, firstRow: 0, rows: total, halvesSwapped: false }
    const [, number, name] = /^llm\.layers\.(\d+)\.(.+)$/.exec(layer) ?? []
    const parts = name === undefined ? undefined : inner[name]
    if (outer[layer]) places.set(outer[layer], whole)
    for (const [i, part] of parts?.entries() ?? []) {
      const keys = (total - width) / 2
      const rows = parts?.length === 1 ? total : i === 0 ? width : keys
      places.set(`layers.${number}.${part}`, {
        ...whole,
        firstRow: i === 0 ? 0 : width + (i - 1) * keys,
        rows,
      })
    }
  }
  return places
}
