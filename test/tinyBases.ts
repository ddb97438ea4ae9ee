import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Graph, Parameters, program, type Tensor } from 'pentimento/graph'
import { editNetwork, newConnector, type Sd3Config, type Step1xEditConfig, sd3 } from 'pentimento/models'
import { zeroGates } from 'pentimento/train'
import { initialize, kaimingUniform, normal, readAll, writeAll, zeros } from 'pentimento/weights'
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

const { dit, connector } = smallConfig

/** Over the weights of {@link writeTinyFlux} a trunk that is wide enough to learn pictures, its gates at zero. */
export async function writeSmallFlux(folder: string): Promise<void> {
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
  await writeNew(join(folder, 'flux1-dev.safetensors'), velocity, zeroGates)
}

/** The same of Stable Diffusion 3. */
export async function writeSmallSd3(folder: string): Promise<void> {
  const { width, mlpWidth, heads, contextWidth, vectorWidth } = dit
  const sizes = { width, mlpWidth, heads, contextWidth, vectorWidth }
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
    return /(norm1|norm1_context|norm_out)\.linear\.weight$|^proj_out\.weight$/.test(path) ? zeros : undefined
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
