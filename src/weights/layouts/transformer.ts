import type { ParameterSource } from '../../graph/index.ts'
import type { Assembly, RowPiece } from '../assembled.ts'

/** Names of a block's parts in diffusers' `transformer_blocks.N`, as rows of the official `double_blocks.N`. */
const doubleParts: Readonly<Record<string, readonly string[]>> = {
  'img_mod.lin': ['norm1.linear'],
  'txt_mod.lin': ['norm1_context.linear'],
  'img_attn.qkv': ['attn.to_q', 'attn.to_k', 'attn.to_v'],
  'txt_attn.qkv': ['attn.add_q_proj', 'attn.add_k_proj', 'attn.add_v_proj'],
  'img_attn.proj': ['attn.to_out.0'],
  'txt_attn.proj': ['attn.to_add_out'],
  'img_mlp.0': ['ff.net.0.proj'],
  'img_mlp.2': ['ff.net.2'],
  'txt_mlp.0': ['ff_context.net.0.proj'],
  'txt_mlp.2': ['ff_context.net.2'],
}

const doubleNorms: Readonly<Record<string, string>> = {
  'img_attn.norm.query_norm': 'attn.norm_q',
  'img_attn.norm.key_norm': 'attn.norm_k',
  'txt_attn.norm.query_norm': 'attn.norm_added_q',
  'txt_attn.norm.key_norm': 'attn.norm_added_k',
}

/** The same for `single_transformer_blocks.N` and `single_blocks.N`. */
const singleParts: Readonly<Record<string, readonly string[]>> = {
  'modulation.lin': ['norm.linear'],
  linear1: ['attn.to_q', 'attn.to_k', 'attn.to_v', 'proj_mlp'],
  linear2: ['proj_out'],
}

const singleNorms: Readonly<Record<string, string>> = {
  'norm.query_norm': 'attn.norm_q',
  'norm.key_norm': 'attn.norm_k',
}

/** Layers outside of blocks, by the names of Step1X-Edit's class and, where others, those of FLUX's. */
const outerParts: Readonly<Record<string, readonly string[]>> = {
  img_in: ['x_embedder'],
  txt_in: ['context_embedder'],
  'time_in.in_layer': ['time_embed.in_layer', 'time_text_embed.timestep_embedder.linear_1'],
  'time_in.out_layer': ['time_embed.out_layer', 'time_text_embed.timestep_embedder.linear_2'],
  'vector_in.in_layer': ['vec_embed.in_layer', 'time_text_embed.text_embedder.linear_1'],
  'vector_in.out_layer': ['vec_embed.out_layer', 'time_text_embed.text_embedder.linear_2'],
  'guidance_in.in_layer': ['time_text_embed.guidance_embedder.linear_1'],
  'guidance_in.out_layer': ['time_text_embed.guidance_embedder.linear_2'],
  'final_layer.linear': ['proj_out'],
}

/** Rows of an official layer that a layer of diffusers' names stands for. */
export interface RowPlace {
  /** Path of the official layer, without `.weight`. */
  readonly layer: string
  readonly firstRow: number
  readonly rows: number
  /** Diffusers has scale before shift in the last layer: its halves are in the other order. */
  readonly halvesSwapped: boolean
}

/**
 * Where the layers of diffusers' names lie in a transformer of the official layout, so that adapters of those names fit:
 * `transformer_blocks.0.attn.to_k` is the second third of the rows of `double_blocks.0.img_attn.qkv`.
 */
export function diffusersLayers(
  source: Pick<ParameterSource, 'paths' | 'describe'>,
): ReadonlyMap<string, RowPlace> {
  const places = new Map<string, RowPlace>()
  for (const path of source.paths()) {
    if (!path.endsWith('.weight')) continue
    const layer = path.slice(0, -'.weight'.length)
    const [, kind, block, name] = /^(double|single)_blocks\.(\d+)\.(.+)$/.exec(layer) ?? []
    const parts = kind === undefined ? undefined : (kind === 'double' ? doubleParts : singleParts)[name!]
    const [total = 0, width = 0] = source.describe(path)?.shape ?? []
    if (parts) {
      const prefix = `${kind === 'single' ? 'single_' : ''}transformer_blocks.${block}`
      for (const [i, part] of parts.entries()) {
        // Queries, keys and values are as wide as what goes in; the MLP has the rest.
        const firstRow = i * width
        const rows = parts.length === 1 ? total : i === 3 ? total - firstRow : width
        places.set(`${prefix}.${part}`, { layer, firstRow, rows, halvesSwapped: false })
      }
    } else if (layer === 'final_layer.adaLN_modulation.1')
      places.set('norm_out.linear', { layer, firstRow: 0, rows: total, halvesSwapped: true })
    else
      for (const name of outerParts[layer] ?? [])
        places.set(name, { layer, firstRow: 0, rows: total, halvesSwapped: false })
  }
  return places
}

/**
 * The official tensors as rows of those of diffusers' `Step1XEditTransformer2DModel` or `FluxTransformer2DModel`, or
 * nothing for another checkpoint. Diffusers keeps queries, keys, values and the MLP apart, and has scale before shift in the last layer;
 * the connector is the same. Source: the layouts of stepfun-ai/Step1X-Edit-v1p1-diffusers and black-forest-labs/FLUX.1-Kontext-dev, transformer/.
 */
export function diffusersTransformer(
  source: Pick<ParameterSource, 'paths' | 'describe'>,
): ReadonlyMap<string, Assembly> | undefined {
  if (!source.describe('x_embedder.weight') || !source.describe('transformer_blocks.0.attn.to_q.weight'))
    return undefined
  const assemblies = new Map<string, Assembly>()
  const put = (to: string, parts: readonly string[]) => {
    for (const kind of ['weight', 'bias'])
      assemblies.set(`${to}.${kind}`, {
        rows: parts.map((path) => ({ path: `${path}.${kind}` })) as [RowPiece],
      })
  }
  const norm = (to: string, from: string) =>
    assemblies.set(`${to}.scale`, { rows: [{ path: `${from}.weight` }] })
  for (const [to, names] of Object.entries(outerParts)) {
    const found = names.find((name) => source.describe(`${name}.weight`))
    // Models that are not distilled have no guidance.
    if (found !== undefined || !to.startsWith('guidance_in')) put(to, [found ?? names[0]!])
  }
  for (const kind of ['weight', 'bias']) {
    const path = `norm_out.linear.${kind}`
    const half = (index: number) => ({ path, part: { index, of: 2 } })
    assemblies.set(`final_layer.adaLN_modulation.1.${kind}`, { rows: [half(1), half(0)] })
  }
  for (const path of source.paths()) {
    if (path.startsWith('connector.')) assemblies.set(path, { rows: [{ path }] })
    const [, single, block] = /^(single_)?transformer_blocks\.(\d+)\.attn\.to_q\.weight$/.exec(path) ?? []
    if (block === undefined) continue
    const from = `${single ?? ''}transformer_blocks.${block}`
    const to = `${single ?? 'double_'}blocks.${block}`
    for (const [official, parts] of Object.entries(single ? singleParts : doubleParts))
      put(
        `${to}.${official}`,
        parts.map((part) => `${from}.${part}`),
      )
    for (const [official, part] of Object.entries(single ? singleNorms : doubleNorms))
      norm(`${to}.${official}`, `${from}.${part}`)
  }
  // What has no place in the official layout keeps its name, so that it can be refused.
  const used = new Set([...assemblies.values()].flatMap(({ rows }) => rows.map(({ path }) => path)))
  for (const path of source.paths()) if (!used.has(path)) assemblies.set(path, { rows: [{ path }] })
  return assemblies
}
