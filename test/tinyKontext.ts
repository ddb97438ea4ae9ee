import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Graph, Parameters, program, type Tensor } from 'pentimento/graph'
import { type DitConfig, kontext, type T5Config, t5Encoder } from 'pentimento/models'
import { initialize, readAll, writeAll } from 'pentimento/weights'

const golden = (path: string): string => fileURLToPath(new URL(`./golden/${path}`, import.meta.url))

/** Files of the tiny FLUX.1 Kontext by layout: those of Black Forest Labs and ComfyUI, or of diffusers. */
const files = {
  official: {
    transformer: 'flux1-kontext-dev.safetensors',
    vae: 'ae.safetensors',
    clip: 'clip_l.safetensors',
    t5: 't5xxl_fp16.safetensors',
  },
  diffusers: {
    transformer: 'transformer/diffusion_pytorch_model.safetensors',
    vae: 'vae/diffusion_pytorch_model.safetensors',
    clip: 'text_encoder/model.safetensors',
    t5: 'text_encoder_2/model.safetensors',
  },
} as const

export type KontextLayout = keyof typeof files

/** Where {@link writeTinyKontext} puts the weights of a part. */
export function tinyKontextFile(
  folder: string,
  layout: KontextLayout,
  part: keyof (typeof files)['official'],
): string {
  return join(folder, files[layout][part])
}

/**
 * Writes a FLUX.1 Kontext of the golden weights, tiny and random, which are the same numbers in either layout, with
 * tokenizers that know bytes or a few pieces.
 */
export async function writeTinyKontext(folder: string, layout: KontextLayout = 'diffusers'): Promise<void> {
  const weights = {
    transformer: `flux-kontext/transformer_${layout === 'official' ? 'bfl' : 'diffusers'}_weights`,
    vae: 'step1x-v1.2/vae_weights',
    clip: 'instruct-pix2pix/text_weights',
    t5: 'flux-kontext/t5_weights',
  }
  for (const name of ['tokenizer', 'tokenizer_2']) await mkdir(join(folder, name), { recursive: true })
  for (const [part, from] of Object.entries(weights)) {
    const to = tinyKontextFile(folder, layout, part as keyof typeof weights)
    await mkdir(join(to, '..'), { recursive: true })
    await cp(golden(`${from}.safetensors`), to)
  }
  await cp(golden('unigram/tokenizer.json'), join(folder, 'tokenizer_2', 'tokenizer.json'))
  const own = { textTokens: 24, defaults: { size: 64, steps: 2 } }
  const hints = { dit: { axesDim: [4, 6, 6] }, clip: { heads: 2 }, vae: { groups: 4 } }
  const json = {
    'tokenizer/vocab.json': clipVocabulary(),
    ...(layout === 'official'
      ? { 'pentimento.json': { ...own, ...hints } }
      : {
          'pentimento.json': own,
          'model_index.json': { _class_name: 'FluxKontextPipeline' },
          'transformer/config.json': { axes_dims_rope: [4, 6, 6], guidance_embeds: true },
          'text_encoder/config.json': { num_attention_heads: 2, hidden_act: 'quick_gelu' },
          'text_encoder_2/config.json': { feed_forward_proj: 'gated-gelu' },
          'vae/config.json': { scaling_factor: 0.3611, shift_factor: 0.1159, norm_num_groups: 4 },
        }),
  }
  for (const [name, value] of Object.entries(json)) await writeFile(join(folder, name), JSON.stringify(value))
  await writeFile(join(folder, 'tokenizer', 'merges.txt'), '#version: 0.2\n')
}

const wideDit: DitConfig = {
  inChannels: 64,
  vectorWidth: 32,
  contextWidth: 256,
  width: 256,
  mlpWidth: 1024,
  heads: 16,
  doubleBlocks: 1,
  singleBlocks: 1,
  axesDim: [4, 6, 6],
  theta: 10_000,
}
const wideT5: T5Config = {
  vocabulary: 256,
  width: 256,
  headWidth: 64,
  heads: 4,
  mlpWidth: 512,
  layers: 2,
  buckets: 32,
  mostDistance: 128,
  epsilon: 1e-6,
}

/**
 * The same in the official layout with a transformer and a T5 of which the layers are large enough to be quantised, of
 * random weights.
 */
export async function writeWideKontext(folder: string): Promise<void> {
  await writeTinyKontext(folder, 'official')
  const write = async (part: 'transformer' | 't5', seed: number, build: (w: Parameters) => Tensor) => {
    const { parameters } = program({ out: build(new Parameters(new Graph())) })
    const source = initialize(parameters, { seed })
    await writeAll(tinyKontextFile(folder, 'official', part), await readAll(source))
  }
  await write('transformer', 1, (w) => {
    const input = (name: string, ...shape: number[]) => w.graph.input(name, 'f32', shape)
    const inputs = {
      image: input('image', 1, 2, wideDit.inChannels),
      text: input('text', 1, 2, wideDit.contextWidth),
      pooled: input('pooled', 1, wideDit.vectorWidth),
      time: input('time', 1, 256),
      guidance: input('guidance', 1, 256),
      cosines: input('cosines', 4, 8),
      sines: input('sines', 4, 8),
    }
    return kontext(w, inputs, wideDit)
  })
  await write('t5', 2, (w) =>
    t5Encoder(
      w,
      { tokens: w.graph.input('tokens', 'i64', [1, 2]), buckets: w.graph.input('buckets', 'i64', [2, 2]) },
      wideT5,
    ),
  )
}

/** CLIP's signs of bytes, within words and, of ASCII, at their ends; the golden encoder has 512 tokens. */
export function clipVocabulary(): Record<string, number> {
  const printable = (byte: number) =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255)
  let next = 256
  const signs = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(printable(byte) ? byte : next++))
  const ends = signs.slice(33, 127).map((sign) => `${sign}</w>`)
  const entries = [...signs, ...ends].map((text, id) => [text, id] as const)
  return Object.fromEntries([...entries, ['<|startoftext|>', 510], ['<|endoftext|>', 511]])
}
