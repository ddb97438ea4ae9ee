import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { dataOf, type TensorValue } from 'pentimento/graph'
import { writeAll } from 'pentimento/weights'
import { readGolden } from './golden.ts'
import { writeTinyCheckpoint } from './tinyCheckpoint.ts'

/**
 * Writes the tiny checkpoint in the layout of diffusers, its tensors cut and named as the scripts do that made the
 * published `Step1X-Edit-v1p1-diffusers` from the original: v1.1, so there is no factor of the pooled vector.
 */
export async function writeTinyDiffusers(folder: string): Promise<void> {
  const official = `${folder}-official`
  await writeTinyCheckpoint(official)
  const from = join(official, 'Qwen2.5-VL-7B-Instruct')
  for (const part of ['transformer', 'vae', 'text_encoder', 'processor'])
    await mkdir(join(folder, part), { recursive: true })
  for (const name of ['model.safetensors', 'config.json'])
    await cp(join(from, name), join(folder, 'text_encoder', name))
  for (const name of ['tokenizer.json', 'tokenizer_config.json'])
    await cp(join(from, name), join(folder, 'processor', name))
  const weights = 'diffusion_pytorch_model.safetensors'
  await writeAll(
    join(folder, 'transformer', weights),
    transformer(await readGolden('dit/weights.safetensors')),
  )
  await writeAll(join(folder, 'vae', weights), autoencoder(await readGolden('vae/weights.safetensors')))
  const json = {
    'model_index.json': { _class_name: 'Step1XEditPipeline' },
    'transformer/config.json': { axes_dims_rope: [4, 6, 6] },
    'vae/config.json': { scaling_factor: 0.3611, shift_factor: 0.1159 },
    'pentimento.json': { connector: { numHeads: 4 } },
  }
  for (const [name, value] of Object.entries(json)) await writeFile(join(folder, name), JSON.stringify(value))
}

type Tensors = Map<string, TensorValue>

function transformer(golden: Record<string, TensorValue>): Tensors {
  const out: Tensors = new Map()
  const rows = (value: TensorValue, from: number, to: number): TensorValue => {
    const width = value.shape.slice(1).reduce((product, size) => product * size, 1)
    const data = dataOf(value, 'f32').slice(from * width, to * width)
    return { dtype: 'f32', shape: [to - from, ...value.shape.slice(1)], data }
  }
  /** Cuts a tensor's rows at the given sizes; one size stands for the rest. */
  const cut = (value: TensorValue, names: readonly string[], width: number, kind: string) => {
    for (const [i, name] of names.entries())
      out.set(
        `${name}.${kind}`,
        rows(value, i * width, i === names.length - 1 ? value.shape[0]! : (i + 1) * width),
      )
  }
  const outer: Record<string, string> = {
    img_in: 'x_embedder',
    txt_in: 'context_embedder',
    time_in: 'time_embed',
    vector_in: 'vec_embed',
  }
  for (const [path, value] of Object.entries(golden)) {
    const width = golden['img_in.weight']!.shape[0]!
    const kind = path.split('.').at(-1)!
    const [, block, name] = /^(?:double|single)_blocks\.(\d+)\.(.+)\.\w+$/.exec(path) ?? []
    const double = `transformer_blocks.${block}`
    const single = `single_${double}`
    if (path === 'connector.scale_factor') continue
    if (path.startsWith('connector.')) out.set(path, value)
    else if (path.startsWith('final_layer.linear')) out.set(`proj_out.${kind}`, value)
    else if (path.startsWith('final_layer.adaLN')) {
      const [shift, scale] = [rows(value, 0, width), rows(value, width, 2 * width)]
      const data = new Float32Array([...dataOf(scale, 'f32'), ...dataOf(shift, 'f32')])
      out.set(`norm_out.linear.${kind}`, { ...value, data })
    } else if (path.startsWith('single')) {
      if (name === 'linear1')
        cut(
          value,
          ['attn.to_q', 'attn.to_k', 'attn.to_v', 'proj_mlp'].map((each) => `${single}.${each}`),
          width,
          kind,
        )
      else if (name === 'linear2') out.set(`${single}.proj_out.${kind}`, value)
      else if (name === 'modulation.lin') out.set(`${single}.norm.linear.${kind}`, value)
      else out.set(`${single}.attn.${name === 'norm.query_norm' ? 'norm_q' : 'norm_k'}.weight`, value)
    } else if (path.startsWith('double')) {
      const image = name!.startsWith('img')
      if (name!.endsWith('qkv')) {
        const names = image ? ['to_q', 'to_k', 'to_v'] : ['add_q_proj', 'add_k_proj', 'add_v_proj']
        cut(
          value,
          names.map((each) => `${double}.attn.${each}`),
          width,
          kind,
        )
      } else if (name!.endsWith('proj'))
        out.set(`${double}.attn.${image ? 'to_out.0' : 'to_add_out'}.${kind}`, value)
      else if (name!.endsWith('mod.lin'))
        out.set(`${double}.norm1${image ? '' : '_context'}.linear.${kind}`, value)
      else if (name!.endsWith('mlp.0'))
        out.set(`${double}.ff${image ? '' : '_context'}.net.0.proj.${kind}`, value)
      else if (name!.endsWith('mlp.2')) out.set(`${double}.ff${image ? '' : '_context'}.net.2.${kind}`, value)
      else {
        const letter = name!.endsWith('query_norm') ? 'q' : 'k'
        out.set(`${double}.attn.norm_${image ? '' : 'added_'}${letter}.weight`, value)
      }
    } else {
      const [first, ...rest] = path.split('.')
      out.set([outer[first!], ...rest].join('.'), value)
    }
  }
  return out
}

function autoencoder(golden: Record<string, TensorValue>): Tensors {
  const out: Tensors = new Map()
  const levels = Math.max(
    ...Object.keys(golden).map((path) => Number(/^decoder\.up\.(\d+)/.exec(path)?.[1] ?? 0)),
  )
  const attention: Record<string, string> = {
    q: 'to_q',
    k: 'to_k',
    v: 'to_v',
    proj_out: 'to_out.0',
    norm: 'group_norm',
  }
  for (const [path, value] of Object.entries(golden)) {
    const [side, part, ...rest] = path.split('.')
    let name = path
    let kept = value
    if (part === 'norm_out') name = `${side}.conv_norm_out.${rest[0]}`
    else if (part === 'mid' && rest[0] === 'attn_1') {
      name = `${side}.mid_block.attentions.0.${attention[rest[1]!]}.${rest[2]}`
      if (value.shape.length === 4) kept = { ...value, shape: value.shape.slice(0, 2) }
    } else if (part === 'mid')
      name = `${side}.mid_block.resnets.${rest[0] === 'block_1' ? 0 : 1}.${rest.slice(1).join('.')}`
    else if (part === 'down' || part === 'up') {
      const level = part === 'down' ? rest[0] : String(levels - Number(rest[0]))
      const tail = rest
        .slice(1)
        .join('.')
        .replace(/^block\./, 'resnets.')
        .replace('nin_shortcut', 'conv_shortcut')
        .replace(/^(down|up)sample\./, '$1samplers.0.')
      name = `${side}.${part}_blocks.${level}.${tail}`
    }
    out.set(name, kept)
  }
  return out
}
