import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Graph, numbersOf, Parameters, program, type Tensor, type TensorValue } from 'pentimento/graph'
import { editNetwork, newConnector, type Sd3Config, type Step1xEditConfig, sd3 } from 'pentimento/models'
import { zeroGates } from 'pentimento/train'
import { initialize, kaimingUniform, normal, readAll, writeAll, zeros } from 'pentimento/weights'
import { readGolden } from './golden.ts'
import { smallConfig } from './smallModel.ts'
import { writeTinyCheckpoint } from './tinyCheckpoint.ts'

const golden = (path: string): string => fileURLToPath(new URL(`./golden/${path}`, import.meta.url))

/** The folder of the tiny language model below one of these functions' folders. */
export const tinyLanguageModel = (folder: string): string =>
  join(folder, 'language', 'Qwen2.5-VL-7B-Instruct')

/**
 * Writes FLUX.1 [dev] as Black Forest Labs publish it, tiny and random: one file, guidance embedding and all, and the
 * autoencoder beside it; and a tiny language model.
 */
export async function writeTinyFlux(folder: string): Promise<void> {
  await writeTinyCheckpoint(join(folder, 'language'))
  await cp(golden('flux-kontext/transformer_bfl_weights.safetensors'), join(folder, 'flux1-dev.safetensors'))
  await cp(golden('vae/weights.safetensors'), join(folder, 'ae.safetensors'))
}

/** Writes Stable Diffusion 3.5 in the layout of diffusers, tiny and random, and a tiny language model. */
export async function writeTinySd3(folder: string): Promise<void> {
  await writeTinyCheckpoint(join(folder, 'language'))
  await writeDiffusersParts(folder)
  await cp(
    golden('sd3/transformer_weights.safetensors'),
    join(folder, 'transformer', 'diffusion_pytorch_model.safetensors'),
  )
}

async function writeDiffusersParts(folder: string): Promise<void> {
  for (const part of ['transformer', 'vae']) await mkdir(join(folder, part), { recursive: true })
  await cp(
    golden('step1x-v1.2/vae_weights.safetensors'),
    join(folder, 'vae', 'diffusion_pytorch_model.safetensors'),
  )
  const json = {
    'model_index.json': { _class_name: 'StableDiffusion3Pipeline' },
    'transformer/config.json': { _class_name: 'SD3Transformer2DModel' },
    'vae/config.json': { scaling_factor: 1.5305, shift_factor: 0.0609, norm_num_groups: 4 },
  }
  for (const [name, value] of Object.entries(json)) await writeFile(join(folder, name), JSON.stringify(value))
}

/** The tensors of Stable Diffusion 3.5 as Stability AI's single file has them, from those of {@link writeTinySd3}. */
export async function stabilityFile(): Promise<Map<string, TensorValue>> {
  const weights = await readGolden('sd3/transformer_weights.safetensors')
  const out = new Map<string, TensorValue>()
  const joined = (parts: readonly TensorValue[]): TensorValue => ({
    dtype: 'f32',
    shape: [parts.length * parts[0]!.shape[0]!, ...parts[0]!.shape.slice(1)],
    data: Float32Array.from(parts.flatMap((part) => Array.from(numbersOf(part)))),
  })
  const swapped = (value: TensorValue): TensorValue => {
    const numbers = Array.from(numbersOf(value))
    const half = numbers.length / 2
    return { ...value, data: Float32Array.from([...numbers.slice(half), ...numbers.slice(0, half)]) }
  }
  const last = 'transformer_blocks.2.'
  const names: readonly (readonly [RegExp, string])[] = [
    [/^pos_embed\.pos_embed$/, 'pos_embed'],
    [/^pos_embed\.proj/, 'x_embedder.proj'],
    [/^time_text_embed\.timestep_embedder\.linear_1/, 't_embedder.mlp.0'],
    [/^time_text_embed\.timestep_embedder\.linear_2/, 't_embedder.mlp.2'],
    [/^time_text_embed\.text_embedder\.linear_1/, 'y_embedder.mlp.0'],
    [/^time_text_embed\.text_embedder\.linear_2/, 'y_embedder.mlp.2'],
    [/^norm_out\.linear/, 'final_layer.adaLN_modulation.1'],
    [/^proj_out/, 'final_layer.linear'],
    [/^transformer_blocks/, 'joint_blocks'],
    [/\.norm1\.linear/, '.x_block.adaLN_modulation.1'],
    [/\.norm1_context\.linear/, '.context_block.adaLN_modulation.1'],
    [/\.(attn2?)\.to_out\.0/, '.x_block.$1.proj'],
    [/\.attn\.to_add_out/, '.context_block.attn.proj'],
    [/\.(attn2?)\.norm_([qk])/, '.x_block.$1.ln_$2'],
    [/\.attn\.norm_added_([qk])/, '.context_block.attn.ln_$1'],
    [/\.ff\.net\.0\.proj/, '.x_block.mlp.fc1'],
    [/\.ff\.net\.2/, '.x_block.mlp.fc2'],
    [/\.ff_context\.net\.0\.proj/, '.context_block.mlp.fc1'],
    [/\.ff_context\.net\.2/, '.context_block.mlp.fc2'],
  ]
  const put = (path: string, value: TensorValue): void => {
    const renamed = names.reduce((name, [from, to]) => name.replace(from, to), path)
    out.set(`model.diffusion_model.${renamed}`, value)
  }
  for (const [path, value] of Object.entries(weights)) {
    const [, block, part, kind] = /^(.*)\.(attn2?\.to_q|attn\.add_q_proj)\.(weight|bias)$/.exec(path) ?? []
    if (block !== undefined) {
      const parts = ['q', 'k', 'v'].map((each) => part!.replace(/_q/, `_${each}`))
      const [side, at] = part!.startsWith('attn.add') ? ['context', 'attn'] : ['x', part!.split('.')[0]]
      const all = parts.map((name) => weights[`${block}.${name}.${kind}`]!)
      put(`${block}.${side}_block.${at}.qkv.${kind}`, joined(all))
    } else if (/\.(to_[kv]|add_[kv]_proj)\./.test(path)) continue
    else if (path.startsWith('norm_out') || path.startsWith(`${last}norm1_context`)) put(path, swapped(value))
    else put(path, value)
  }
  return out
}

const { connector } = smallConfig

/** Sizes of a trunk, and whether its gates and last layer begin at zero, as for training from nothing. */
interface Trunk {
  readonly width: number
  readonly heads: number
  readonly isNew: boolean
}

const small: Trunk = { width: 96, heads: 6, isNew: true }
/** Wide enough to be quantised, and random as a trained one. */
export const wideTrunk: Trunk = { width: 256, heads: 16, isNew: false }

/** Over the weights of {@link writeTinyFlux} a trunk that is wide enough to learn pictures. */
export async function writeSmallFlux(folder: string, { width, heads, isNew }: Trunk = small): Promise<void> {
  const dit = { ...smallConfig.dit, width, heads, mlpWidth: 4 * width }
  const config: Step1xEditConfig = { dit, connector: newConnector({ ...connector, width: dit.contextWidth }) }
  const graph = new Graph()
  const network = editNetwork(config)
  const velocity = network.velocity(new Parameters(graph), {
    image: graph.input('image', 'f32', [1, 2, network.channels]),
    features: graph.input('features', 'f32', [1, 'text', config.connector.inWidth]),
    mask: graph.input('mask', 'bool', [1, 'text']),
    time: graph.input('time', 'f32', [1, 256]),
    connectorTime: graph.input('connectorTime', 'f32', [1, 256]),
    ...network.placeInputs(graph, 1),
  })
  await writeNew(join(folder, 'flux1-dev.safetensors'), velocity, isNew ? zeroGates : () => undefined)
}

/** The same of Stable Diffusion 3. */
export async function writeSmallSd3(folder: string, { width, heads, isNew }: Trunk = small): Promise<void> {
  const { contextWidth, vectorWidth } = smallConfig.dit
  const sizes = { width, mlpWidth: 4 * width, heads, contextWidth, vectorWidth }
  const config: Sd3Config = {
    ...sizes,
    latentChannels: 16,
    blocks: 2,
    dualBlocks: 1,
    tableSide: 6,
    normed: true,
  }
  const graph = new Graph()
  const velocity = sd3(
    new Parameters(graph),
    {
      image: graph.input('image', 'f32', [1, 4, 64]),
      places: graph.input('places', 'i64', [4]),
      text: graph.input('text', 'f32', [1, 3, contextWidth]),
      pooled: graph.input('pooled', 'f32', [1, vectorWidth]),
      time: graph.input('time', 'f32', [1, 256]),
    },
    config,
  )
  await writeNew(join(folder, 'transformer', 'diffusion_pytorch_model.safetensors'), velocity, (path) => {
    if (path === 'pos_embed.pos_embed') return normal(1)
    return isNew && /(norm1|norm1_context|norm_out)\.linear\.weight$|^proj_out\.weight$/.test(path)
      ? zeros
      : undefined
  })
}

async function writeNew(
  file: string,
  output: Tensor,
  rule: (path: string) => ReturnType<typeof zeroGates>,
): Promise<void> {
  const parameters = new Map(
    [...program({ output }).parameters].filter(([path]) => !path.startsWith('connector.')),
  )
  const weights = initialize(parameters, {
    seed: 1,
    rule: (path) => rule(path) ?? (path.endsWith('_in.weight') ? kaimingUniform() : undefined),
  })
  await writeAll(file, await readAll(weights))
}
