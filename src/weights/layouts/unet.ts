import type { ParameterSource } from '../../graph/index.ts'
import type { Assembly } from '../assembled.ts'

/** Prefixes of the parts in a file of the original Stable Diffusion. */
const [network, average] = ['model.diffusion_model.', 'model_ema.'] as const
const [autoencoder, textEncoder] = ['first_stage_model.', 'cond_stage_model.transformer.'] as const

/** Names inside a residual block. */
const residual: Readonly<Record<string, string>> = {
  'in_layers.0': 'norm1',
  'in_layers.2': 'conv1',
  'emb_layers.1': 'time_emb_proj',
  'out_layers.0': 'norm2',
  'out_layers.3': 'conv2',
  skip_connection: 'conv_shortcut',
}

const outer: Readonly<Record<string, string>> = {
  'time_embed.0': 'time_embedding.linear_1',
  'time_embed.2': 'time_embedding.linear_2',
  'input_blocks.0.0': 'conv_in',
  'out.0': 'conv_norm_out',
  'out.2': 'conv_out',
}

/**
 * The name that diffusers has for a layer of the original UNet: its blocks are counted through all levels, of
 * `residualBlocks` (and one upward) and the change of size each. Undefined for another layer.
 */
function diffusersName(layer: string, residualBlocks: number): string | undefined {
  if (outer[layer] !== undefined) return outer[layer]
  const inResidual = (block: string, name: string): string | undefined =>
    residual[name] && `${block}.${residual[name]}`
  const [, middle, ofMiddle] = /^middle_block\.([012])\.(.+)$/.exec(layer) ?? []
  if (middle !== undefined)
    return middle === '1'
      ? `mid_block.attentions.0.${ofMiddle}`
      : inResidual(`mid_block.resnets.${middle === '0' ? 0 : 1}`, ofMiddle!)
  const [, side, n, piece, name] = /^(input|output)_blocks\.(\d+)\.([012])\.(.+)$/.exec(layer) ?? []
  if (side === undefined) return undefined
  const perLevel = residualBlocks + 1
  const index = side === 'input' ? Number(n) - 1 : Number(n)
  const [level, i] = [Math.floor(index / perLevel), index % perLevel]
  const block = `${side === 'input' ? 'down' : 'up'}_blocks.${level}`
  if (side === 'input' && i === residualBlocks)
    return name === 'op' ? `${block}.downsamplers.0.conv` : undefined
  if (piece === '0') return inResidual(`${block}.resnets.${i}`, name!)
  return name === 'conv' ? `${block}.upsamplers.0.conv` : `${block}.attentions.${i}.${name}`
}

/** The layers of an original UNet by the names of diffusers. @param paths without a prefix */
function layersOf(paths: readonly string[]): ReadonlyMap<string, string> {
  const downsampled = paths.map((path) => /^input_blocks\.(\d+)\.0\.op\.weight$/.exec(path)?.[1])
  const first = Math.min(...downsampled.filter((n) => n !== undefined).map(Number))
  const layers = new Map<string, string>()
  for (const path of paths) {
    const [, layer, kind] = /^(.+)\.(weight|bias)$/.exec(path) ?? []
    const to = layer && diffusersName(layer, first - 1)
    if (to !== undefined) layers.set(`${to}.${kind}`, path)
  }
  return layers
}

/** Tensors of the original's files that edits do not read: tables that follow from the configuration. */
const tables =
  /^(?:betas|alphas_cumprod|alphas_cumprod_prev|sqrt_.+|log_one_minus_.+|posterior_.+|lvlb_weights|logvar|model_ema\.(?:decay|num_updates))$/

/**
 * The UNet in a file of the original Stable Diffusion under the names of diffusers, or nothing for another file. Where
 * the file has an averaged copy of the weights, `model_ema.` and names without dots, that is taken, as the original
 * does. What no part of the model takes keeps its name, so that it can be refused.
 * Source: the names of instruct-pix2pix-00-22000 and of diffusers' UNet2DConditionModel.
 */
export function originalUnet(
  source: Pick<ParameterSource, 'paths' | 'describe'>,
): ReadonlyMap<string, Assembly> | undefined {
  if (!source.describe(`${network}input_blocks.0.0.weight`)) return undefined
  const paths = [...source.paths()]
  const own = paths.filter((path) => path.startsWith(network)).map((path) => path.slice(network.length))
  const averaged = (path: string): string => `${average}diffusion_model${path.replaceAll('.', '')}`
  const hasAverage = paths.some((path) => path.startsWith(`${average}diffusion_model`))
  const assemblies = new Map<string, Assembly>()
  const used = new Set<string>()
  for (const [to, path] of layersOf(own)) {
    const from = hasAverage ? averaged(path) : network + path
    assemblies.set(to, { rows: [{ path: from }] })
    used.add(from).add(network + path)
  }
  for (const path of paths)
    if (
      !used.has(path) &&
      !path.startsWith(autoencoder) &&
      !path.startsWith('cond_stage_model.') &&
      !tables.test(path)
    )
      assemblies.set(path, { rows: [{ path }] })
  return assemblies
}

/** Layers of a UNet under diffusers' names, by those of the original: so that adapters of either names fit. */
export function originalUnetLayers(
  source: Pick<ParameterSource, 'paths' | 'describe'>,
): ReadonlyMap<string, string> | undefined {
  if (!source.describe('down_blocks.0.resnets.0.time_emb_proj.weight')) return undefined
  let residualBlocks = 0
  while (source.describe(`down_blocks.0.resnets.${residualBlocks}.conv1.weight`)) residualBlocks++
  const perLevel = residualBlocks + 1
  const insideResidual = Object.fromEntries(Object.entries(residual).map(([from, to]) => [to, from]))
  const originals = new Map(Object.entries(outer))
  for (const path of source.paths()) {
    if (!path.endsWith('.weight')) continue
    const layer = path.slice(0, -'.weight'.length)
    const [, where, level, kind, i, name] =
      /^(down_blocks|up_blocks|mid_block)(?:\.(\d+))?\.(resnets|attentions|downsamplers|upsamplers)\.(\d+)\.(.+)$/.exec(
        layer,
      ) ?? []
    if (where === undefined) continue
    const inside = kind === 'resnets' ? insideResidual[name!] : name
    if (inside === undefined) continue
    if (where === 'mid_block') {
      const piece = kind === 'attentions' ? 1 : 2 * Number(i)
      originals.set(`middle_block.${piece}.${inside}`, layer)
      continue
    }
    const at = Number(level) * perLevel
    if (kind === 'downsamplers') originals.set(`input_blocks.${at + perLevel}.0.op`, layer)
    else if (kind === 'upsamplers') {
      const piece = source.describe(`up_blocks.${level}.attentions.0.norm.weight`) ? 2 : 1
      originals.set(`output_blocks.${at + residualBlocks}.${piece}.conv`, layer)
    } else {
      const n = at + Number(i) + (where === 'down_blocks' ? 1 : 0)
      const side = where === 'down_blocks' ? 'input' : 'output'
      originals.set(`${side}_blocks.${n}.${kind === 'resnets' ? 0 : 1}.${inside}`, layer)
    }
  }
  return originals
}

/** The autoencoder in a file of the original Stable Diffusion, under its own names; nothing for another file. */
export function originalAutoencoder(
  source: Pick<ParameterSource, 'paths' | 'describe'>,
): ReadonlyMap<string, Assembly> | undefined {
  return below(source, autoencoder, 'decoder.conv_in.weight')
}

/** The text encoder in a file of the original Stable Diffusion, under the names of transformers. */
export function originalTextEncoder(
  source: Pick<ParameterSource, 'paths' | 'describe'>,
): ReadonlyMap<string, Assembly> | undefined {
  return below(source, textEncoder, 'text_model.embeddings.token_embedding.weight')
}

function below(
  source: Pick<ParameterSource, 'paths' | 'describe'>,
  prefix: string,
  mark: string,
): ReadonlyMap<string, Assembly> | undefined {
  if (!source.describe(prefix + mark)) return undefined
  // The loss is of the autoencoder's training.
  const paths = [...source.paths()].filter(
    (path) => path.startsWith(prefix) && !path.startsWith(`${prefix}loss.`),
  )
  return new Map(paths.map((path) => [path.slice(prefix.length), { rows: [{ path }] }]))
}
