import { readFileSync } from 'node:fs'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { byteTokenizer } from './byteTokenizer.ts'

const golden = (path: string): string => fileURLToPath(new URL(`./golden/${path}`, import.meta.url))

const special = {
  '<|vision_start|>': 1001,
  '<|vision_end|>': 1002,
  '<|image_pad|>': 1003,
  '<|im_start|>': 1005,
  '<|im_end|>': 1006,
}

const meta = () => JSON.parse(readFileSync(golden('qwen-image-edit/meta.json'), 'utf8')).config

/** Files of weights of the tiny model. */
export const tinyQwenFiles = {
  transformer: 'transformer/diffusion_pytorch_model.safetensors',
  vae: 'vae/diffusion_pytorch_model.safetensors',
  languageModel: 'text_encoder/model.safetensors',
} as const

/** Writes a Qwen-Image-Edit of the golden weights, tiny and random, in the layout of diffusers in which it is published. */
export async function writeTinyQwenImage(
  folder: string,
  variant: 'first' | '2509' | '2511' = 'first',
  axesDim: readonly number[] = [4, 6, 6],
): Promise<void> {
  const weights = {
    transformer: 'qwen-image-edit/transformer_weights',
    vae: 'qwen-image-edit/vae_weights',
    languageModel: 'qwen25vl/weights',
  } as const
  for (const [part, from] of Object.entries(weights)) {
    const to = join(folder, tinyQwenFiles[part as keyof typeof weights])
    await mkdir(join(to, '..'), { recursive: true })
    await cp(golden(`${from}.safetensors`), to)
  }
  const { vae, scheduler, processor_pixels: pixels } = meta()
  const { config } = JSON.parse(readFileSync(golden('qwen25vl/meta.json'), 'utf8'))
  const json = {
    'model_index.json': {
      _class_name: variant === 'first' ? 'QwenImageEditPipeline' : 'QwenImageEditPlusPipeline',
    },
    'pentimento.json': { defaults: { size: 64, steps: 2 } },
    'transformer/config.json': {
      axes_dims_rope: axesDim,
      ...(variant === '2511' && { zero_cond_t: true }),
    },
    'vae/config.json': { latents_mean: vae.latents_mean, latents_std: vae.latents_std },
    'text_encoder/config.json': config,
    'scheduler/scheduler_config.json': scheduler,
    'processor/preprocessor_config.json': { min_pixels: pixels[0], max_pixels: pixels[1] },
    'processor/tokenizer.json': byteTokenizer(special),
    'processor/tokenizer_config.json': { tokenizer_class: 'Qwen2Tokenizer' },
  }
  for (const [name, value] of Object.entries(json)) {
    await mkdir(join(folder, name, '..'), { recursive: true })
    await writeFile(join(folder, name), JSON.stringify(value))
  }
}
