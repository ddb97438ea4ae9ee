import { basename } from 'node:path'

/** A part of a model: files of one repository, and the folder inside the model's that they go to. */
export interface ModelSource {
  readonly repo: string
  /** Branch, tag, commit or pull request that is taken where none is asked for. Default: `main`. */
  readonly revision?: string | undefined
  /** Default: the model's folder itself. */
  readonly into?: string | undefined
  /** Which files are taken. Default: weights, configurations and licences; never pickles, which could run code. */
  readonly files?: ((path: string) => boolean) | undefined
}

export function isModelFile(path: string): boolean {
  return /\.(safetensors|json|txt|jinja|model)$/.test(path) || /^LICEN[SC]E/i.test(basename(path))
}

const only =
  (...names: readonly string[]) =>
  (path: string): boolean =>
    names.includes(path)

/** The parts of a Stable Diffusion in diffusers' layout, without copies in half precision and other files. */
const partsOfDiffusion =
  (...parts: readonly string[]) =>
  (path: string): boolean =>
    (path === 'model_index.json' && parts.includes('unet')) ||
    (parts.includes(path.split('/')[0]!) &&
      /\/((diffusion_pytorch_)?model\.safetensors|[\w-]+\.json|merges\.txt)$/.test(path))
const wholeDiffusion = partsOfDiffusion('unet', 'text_encoder', 'vae', 'tokenizer', 'scheduler')

/** For a repository in the diffusers layout these folders, without single files of the same weights. */
const diffusersLayout =
  (...folders: readonly string[]) =>
  (path: string): boolean =>
    isModelFile(path) &&
    (folders.includes(path.split('/')[0]!) || (!path.includes('/') && !path.endsWith('.safetensors')))

const qwen: ModelSource = { repo: 'Qwen/Qwen2.5-VL-7B-Instruct', into: 'Qwen2.5-VL-7B-Instruct' }

/** The published checkpoints by name, put together in the official layout. */
export const publishedModels: Readonly<Record<string, readonly ModelSource[]>> = {
  'step1x-edit-v1.0': [
    { repo: 'stepfun-ai/Step1X-Edit', files: only('step1x-edit-i1258.safetensors', 'vae.safetensors') },
    qwen,
  ],
  'step1x-edit-v1.1': [
    {
      repo: 'stepfun-ai/Step1X-Edit',
      files: only('step1x-edit-v1p1-official.safetensors', 'vae.safetensors'),
    },
    qwen,
  ],
  'step1x-edit-v1.2': [{ repo: 'stepfun-ai/Step1X-Edit-v1p2' }],
  'step1x-edit-v1.2-preview': [{ repo: 'stepfun-ai/Step1X-Edit-v1p2-preview' }],
  'step1x-edit-fp8': [
    { repo: 'meimeilook/Step1X-Edit-FP8', files: only('step1x-edit-i1258-FP8.safetensors') },
    { repo: 'stepfun-ai/Step1X-Edit', files: only('vae.safetensors') },
    qwen,
  ],
  'instruct-pix2pix': [{ repo: 'timbrooks/instruct-pix2pix', files: wholeDiffusion }],
  // Its main branch has pickles alone; the hub's own conversion waits in a pull request.
  magicbrush: [{ repo: 'vinesmsuic/magicbrush-jul7', revision: 'refs/pr/2', files: wholeDiffusion }],
  anysd: [
    { repo: 'WeiChow/AnySD', files: only('unet/config.json', 'unet/diffusion_pytorch_model.safetensors') },
    {
      repo: 'stable-diffusion-v1-5/stable-diffusion-v1-5',
      files: partsOfDiffusion('text_encoder', 'vae', 'tokenizer', 'scheduler'),
    },
  ],
  'flux-kontext': [
    {
      repo: 'black-forest-labs/FLUX.1-Kontext-dev',
      files: diffusersLayout(
        ...['transformer', 'vae', 'text_encoder', 'text_encoder_2', 'tokenizer', 'tokenizer_2'],
      ),
    },
  ],
  omnigen: [{ repo: 'Shitao/OmniGen-v1' }],
  'qwen-image-edit': [{ repo: 'Qwen/Qwen-Image-Edit' }],
  'qwen-image-edit-2509': [{ repo: 'Qwen/Qwen-Image-Edit-2509' }],
  'qwen-image-edit-2511': [{ repo: 'Qwen/Qwen-Image-Edit-2511' }],
}

/** The published language models by name. */
export const publishedLanguageModels: Readonly<Record<string, readonly ModelSource[]>> = {
  'qwen2.5-vl-3b': [{ repo: 'Qwen/Qwen2.5-VL-3B-Instruct' }],
  'qwen2.5-vl-7b': [{ repo: 'Qwen/Qwen2.5-VL-7B-Instruct' }],
  'qwen2.5-vl-72b': [{ repo: 'Qwen/Qwen2.5-VL-72B-Instruct' }],
}

/** What is known of a published checkpoint before it is asked for. */
export interface PublishedFacts {
  /** About what it takes to download, and on disk. */
  readonly bytes: number
  readonly licence: string
  /** The family of a model that edits. */
  readonly family?: string | undefined
  /** Pictures that it takes, where these are fewer than its family's most. */
  readonly pictures?: number | undefined
}

/** Of each of {@link publishedModels} and {@link publishedLanguageModels}, as its repositories state it. */
export const publishedFacts: Readonly<Record<string, PublishedFacts>> = {
  'step1x-edit-v1.0': { family: 'step1x-edit', bytes: 42e9, licence: 'Apache-2.0' },
  'step1x-edit-v1.1': { family: 'step1x-edit', bytes: 42e9, licence: 'Apache-2.0' },
  'step1x-edit-v1.2': { family: 'step1x-edit-v1.2', bytes: 42e9, licence: 'Apache-2.0' },
  'step1x-edit-v1.2-preview': { family: 'step1x-edit-v1.2', bytes: 42e9, licence: 'Apache-2.0' },
  'step1x-edit-fp8': { family: 'step1x-edit', bytes: 29e9, licence: 'Apache-2.0' },
  'instruct-pix2pix': {
    family: 'instruct-pix2pix',
    bytes: 4.27e9,
    licence: 'MIT; its base is under CreativeML OpenRAIL-M',
  },
  magicbrush: { family: 'instruct-pix2pix', bytes: 4.27e9, licence: 'CreativeML OpenRAIL-M' },
  anysd: {
    family: 'instruct-pix2pix',
    bytes: 4.27e9,
    licence: 'Apache-2.0; its base is under CreativeML OpenRAIL-M',
  },
  'flux-kontext': {
    family: 'flux-kontext',
    bytes: 33.8e9,
    licence:
      'FLUX.1 [dev] Non-Commercial License (gated: accept it on the page of black-forest-labs/FLUX.1-Kontext-dev and set HF_TOKEN; its terms ask for a filter or a review of outputs)',
  },
  omnigen: { family: 'omnigen', bytes: 15.9e9, licence: 'MIT' },
  'qwen-image-edit': { family: 'qwen-image-edit', pictures: 1, bytes: 57.8e9, licence: 'Apache-2.0' },
  'qwen-image-edit-2509': { family: 'qwen-image-edit', bytes: 57.8e9, licence: 'Apache-2.0' },
  'qwen-image-edit-2511': { family: 'qwen-image-edit', bytes: 57.8e9, licence: 'Apache-2.0' },
  'qwen2.5-vl-3b': { bytes: 7.5e9, licence: 'Qwen Research License (non-commercial)' },
  'qwen2.5-vl-7b': { bytes: 16.6e9, licence: 'Apache-2.0' },
  'qwen2.5-vl-72b': {
    bytes: 147e9,
    licence: 'Qwen License (commercial use up to 100 million users a month)',
  },
}

/** Classes of pipelines that can be run. */
const runnable: readonly RegExp[] = [
  /^Step1XEdit/i,
  /^FluxKontext/i,
  /^OmniGen/i,
  /^QwenImageEdit/i,
  /^StableDiffusion(InstructPix2Pix)?Pipeline$/,
]

/**
 * Why a pipeline in the layout of diffusers cannot be run, by the `_class_name` of its model_index.json; undefined where
 * it can.
 */
export function reasonNotToRun(className: string | undefined): string | undefined {
  const expected = 'expected Step1X-Edit (step1x-edit-v1.1)'
  if (className !== undefined && !runnable.some((each) => each.test(className)))
    return `is a ${className}; ${expected}`
  return undefined
}
