import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Graph, Parameters, program, type TensorValue } from 'pentimento/graph'
import { type UnetConfig, unet } from 'pentimento/models'
import { initialize, readAll, writeAll } from 'pentimento/weights'
import { readGolden } from './golden.ts'
import { clipVocabulary } from './tinyKontext.ts'

/**
 * Folders as they are published: of diffusers today, of diffusers before 0.15 with a table of positions in the text
 * encoder, and the single file of the original with an averaged copy of the UNet, whose own weights are then others.
 */
export type Pix2pixLayout = 'diffusers' | 'older' | 'original'

type Tensors = Map<string, TensorValue>

/** Where the weights of a part lie. */
export function tinyPix2pixFile(
  folder: string,
  layout: Pix2pixLayout,
  part: 'unet' | 'text_encoder' | 'vae',
): string {
  if (layout === 'original') return join(folder, 'instruct-pix2pix-00-22000.safetensors')
  return join(folder, part, `${part === 'text_encoder' ? '' : 'diffusion_pytorch_'}model.safetensors`)
}

/** Writes an InstructPix2Pix of the golden weights, tiny and random, with a tokenizer that knows bytes. */
export async function writeTinyPix2pix(folder: string, layout: Pix2pixLayout = 'diffusers'): Promise<void> {
  const read = async (part: string): Promise<Tensors> =>
    new Map(Object.entries(await readGolden(`instruct-pix2pix/${part}_weights.safetensors`)))
  const parts = { unet: await read('unet'), text_encoder: await read('text'), vae: await read('vae') }
  const defaults = { defaults: { steps: 3, size: 64 } }
  const json: Record<string, unknown> = { 'tokenizer/vocab.json': clipVocabulary() }
  await mkdir(join(folder, 'tokenizer'), { recursive: true })
  if (layout === 'original') {
    await writeAll(tinyPix2pixFile(folder, layout, 'unet'), originalFile(parts))
    const hints = { unet: { heads: 2, groups: 4 }, clip: { heads: 2 }, vae: { groups: 4 } }
    json['pentimento.json'] = { ...defaults, ...hints }
  } else {
    for (const part of ['unet', 'text_encoder', 'vae', 'scheduler'])
      await mkdir(join(folder, part), { recursive: true })
    if (layout === 'older') {
      parts.vae = renamed(parts.vae, (path) =>
        path.replace(/to_q|to_k|to_v|to_out\.0/, (name) => older[name]!),
      )
      const positions = BigInt64Array.from({ length: 77 }, (_, i) => BigInt(i))
      parts.text_encoder.set('text_model.embeddings.position_ids', {
        dtype: 'i64',
        shape: [1, 77],
        data: positions,
      } as TensorValue)
    }
    for (const part of ['unet', 'text_encoder', 'vae'] as const)
      await writeAll(tinyPix2pixFile(folder, layout, part), parts[part])
    Object.assign(json, {
      'pentimento.json': defaults,
      'model_index.json': { _class_name: 'StableDiffusionInstructPix2PixPipeline' },
      'unet/config.json': { attention_head_dim: 2, norm_num_groups: 4, in_channels: 8 },
      'text_encoder/config.json': { num_attention_heads: 2, hidden_act: 'quick_gelu' },
      'vae/config.json': { norm_num_groups: 4, ...(layout === 'diffusers' && { scaling_factor: 0.18215 }) },
      'scheduler/scheduler_config.json': {
        _class_name: 'EulerAncestralDiscreteScheduler',
        beta_start: 0.00085,
        beta_end: 0.012,
        beta_schedule: 'scaled_linear',
        num_train_timesteps: 1000,
        prediction_type: 'epsilon',
        steps_offset: 1,
      },
    })
  }
  for (const [name, value] of Object.entries(json)) await writeFile(join(folder, name), JSON.stringify(value))
  await writeFile(join(folder, 'tokenizer', 'merges.txt'), '#version: 0.2\n')
}

const wide: UnetConfig = {
  inChannels: 8,
  outChannels: 4,
  channels: [256, 256],
  residualBlocks: 1,
  attends: [true, false],
  heads: 8,
  contextWidth: 32,
  groups: 32,
}

/**
 * The original's single file with a UNet whose attention is wide enough to be quantised, of random weights, in an
 * averaged copy too.
 */
export async function writeWidePix2pix(folder: string): Promise<void> {
  await writeTinyPix2pix(folder, 'original')
  const input = (w: Parameters, name: string, ...shape: number[]) => w.graph.input(name, 'f32', shape)
  const build = (w: Parameters) => {
    const sample = input(w, 'sample', 1, 8, 8, 8)
    const time = input(w, 'time', 1, 256)
    return unet(w, { sample, time, context: input(w, 'context', 1, 77, 32) }, wide)
  }
  const { parameters } = program({ out: build(new Parameters(new Graph())) })
  const read = async (part: string): Promise<Tensors> =>
    new Map(Object.entries(await readGolden(`instruct-pix2pix/${part}_weights.safetensors`)))
  const parts = {
    unet: new Map(await readAll(initialize(parameters, { seed: 1 }))),
    text_encoder: await read('text'),
    vae: await read('vae'),
  }
  await writeAll(tinyPix2pixFile(folder, 'original', 'unet'), originalFile(parts))
  const hints = { unet: { heads: 8, groups: 32 }, clip: { heads: 2 }, vae: { groups: 4 } }
  const defaults = { defaults: { steps: 2, size: 64 } }
  await writeFile(join(folder, 'pentimento.json'), JSON.stringify({ ...hints, ...defaults }))
}

const older: Readonly<Record<string, string>> = {
  to_q: 'query',
  to_k: 'key',
  to_v: 'value',
  'to_out.0': 'proj_attn',
}

function renamed(tensors: Tensors, name: (path: string) => string): Tensors {
  return new Map([...tensors].map(([path, value]) => [name(path), value]))
}

function originalFile({
  unet,
  text_encoder,
  vae,
}: Record<'unet' | 'text_encoder' | 'vae', Tensors>): Tensors {
  const out: Tensors = new Map()
  for (const [path, value] of unet) {
    const name = `diffusion_model.${originalName(path)}`
    out.set(`model_ema.${name.replaceAll('.', '')}`, value)
    out.set(`model.${name}`, {
      ...value,
      data: (value.data as Float32Array).map((x) => 0.5 * x),
    } as TensorValue)
  }
  for (const [path, value] of text_encoder) out.set(`cond_stage_model.transformer.${path}`, value)
  for (const [path, value] of vae) {
    const [name, shape] = originalAutoencoder(path, value.shape)
    out.set(`first_stage_model.${name}`, { ...value, shape })
  }
  const number = (value: number): TensorValue => ({ dtype: 'f32', shape: [], data: Float32Array.of(value) })
  return out.set('model_ema.decay', number(0.9999)).set('betas', number(0.00085))
}

const layers: Readonly<Record<string, string>> = {
  norm1: 'in_layers.0',
  conv1: 'in_layers.2',
  time_emb_proj: 'emb_layers.1',
  norm2: 'out_layers.0',
  conv2: 'out_layers.3',
  conv_shortcut: 'skip_connection',
}

/** Of the tiny UNet: four levels with one residual block downward and two upward, the deepest without attention. */
function originalName(path: string): string {
  const inside = (name: string): string => name.replace(/^[^.]+/, (layer) => layers[layer]!)
  return path
    .replace(/^time_embedding\.linear_(\d)/, (_, n) => `time_embed.${2 * (Number(n) - 1)}`)
    .replace(/^conv_in/, 'input_blocks.0.0')
    .replace(/^conv_norm_out/, 'out.0')
    .replace(/^conv_out/, 'out.2')
    .replace(
      /^mid_block\.resnets\.(\d)\.(.+)/,
      (_, n, name) => `middle_block.${2 * Number(n)}.${inside(name)}`,
    )
    .replace(/^mid_block\.attentions\.0/, 'middle_block.1')
    .replace(
      /^down_blocks\.(\d)\.resnets\.0\.(.+)/,
      (_, n, name) => `input_blocks.${2 * n + 1}.0.${inside(name)}`,
    )
    .replace(/^down_blocks\.(\d)\.attentions\.0/, (_, n) => `input_blocks.${2 * n + 1}.1`)
    .replace(/^down_blocks\.(\d)\.downsamplers\.0\.conv/, (_, n) => `input_blocks.${2 * n + 2}.0.op`)
    .replace(
      /^up_blocks\.(\d)\.resnets\.(\d)\.(.+)/,
      (_, n, i, name) => `output_blocks.${2 * n + Number(i)}.0.${inside(name)}`,
    )
    .replace(/^up_blocks\.(\d)\.attentions\.(\d)/, (_, n, i) => `output_blocks.${2 * n + Number(i)}.1`)
    .replace(
      /^up_blocks\.(\d)\.upsamplers\.0\.conv/,
      (_, n) => `output_blocks.${2 * n + 1}.${n === '0' ? 1 : 2}.conv`,
    )
}

function originalAutoencoder(path: string, shape: readonly number[]): [string, readonly number[]] {
  const attention: Record<string, string> = {
    to_q: 'q',
    to_k: 'k',
    to_v: 'v',
    'to_out.0': 'proj_out',
    group_norm: 'norm',
  }
  const name = path
    .replace('conv_norm_out', 'norm_out')
    .replace(
      /mid_block\.attentions\.0\.(.+)\.(weight|bias)$/,
      (_, layer, kind) => `mid.attn_1.${attention[layer]}.${kind}`,
    )
    .replace(/mid_block\.resnets\.(\d)/, (_, n) => `mid.block_${Number(n) + 1}`)
    .replace(/down_blocks\.(\d)\.resnets/, 'down.$1.block')
    .replace(/down_blocks\.(\d)\.downsamplers\.0/, 'down.$1.downsample')
    .replace(/up_blocks\.(\d)\.resnets/, (_, n) => `up.${3 - n}.block`)
    .replace(/up_blocks\.(\d)\.upsamplers\.0/, (_, n) => `up.${3 - n}.upsample`)
    .replace('conv_shortcut', 'nin_shortcut')
  return [name, name.includes('.attn_1.') && shape.length === 2 ? [...shape, 1, 1] : shape]
}
