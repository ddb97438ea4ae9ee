import { readFileSync } from 'node:fs'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promptPrefixV12 } from 'pentimento/edit'
import { dataOf, type TensorValue } from 'pentimento/graph'
import { writeAll } from 'pentimento/weights'
import { byteTokenizer } from './byteTokenizer.ts'
import { readGolden } from './golden.ts'

const golden = (path: string): string => fileURLToPath(new URL(`./golden/${path}`, import.meta.url))

/** Ids of the golden language model. */
const special = {
  '<|endoftext|>': 1000,
  '<|vision_start|>': 1001,
  '<|vision_end|>': 1002,
  '<|image_pad|>': 1003,
  '<|im_start|>': 1005,
  '<|im_end|>': 1006,
}

/** What {@link writeTinyV12} writes. */
interface TinyV12 {
  readonly className?: string
  /** What the language model says to every question, by weights that make it so. */
  readonly answer?: string
}

const answerId = 400

/**
 * Weights of a language model that says one token after a line break, and then ends: its layers add nothing, so that what
 * it says next depends on the last token alone.
 */
async function answering(): Promise<Map<string, TensorValue>> {
  const tensors = new Map(Object.entries(await readGolden('qwen25vl/weights.safetensors')))
  const set = (path: string, change: (data: Float32Array) => void): void => {
    const value = tensors.get(path)!
    const data = Float32Array.from(dataOf(value, 'f32'))
    change(data)
    tensors.set(path, { ...value, data } as TensorValue)
  }
  for (const path of tensors.keys())
    if (/^model\.layers\.\d+\.(self_attn\.o_proj|mlp\.down_proj)\.weight$/.test(path))
      set(path, (data) => data.fill(0))
  const table = tensors.get('model.embed_tokens.weight')!
  const width = table.shape[1]!
  const scale = dataOf(tensors.get('model.norm.weight')!, 'f32')
  const seen = (id: number): Float32Array =>
    dataOf(table, 'f32')
      .slice(id * width, (id + 1) * width)
      .map((value, i) => value * scale[i]!)
  set('lm_head.weight', (data) => {
    data.fill(0)
    for (const [from, to] of [
      [new TextEncoder().encode('\n')[0]! + 1, answerId],
      [answerId, special['<|im_end|>']],
    ] as const) {
      const row = seen(from)
      const length = Math.hypot(...row)
      data.set(
        row.map((value) => (20 * value) / length),
        to * width,
      )
    }
  })
  return tensors
}

/**
 * Writes Step1X-Edit v1.2, tiny and random, in the layout of diffusers, with a tokenizer of bytes that makes 90 tokens of
 * what comes before the instruction's colon.
 */
export async function writeTinyV12(
  folder: string,
  { className = 'Step1XEditPipelineV1P2', answer }: TinyV12 = {},
): Promise<void> {
  for (const part of ['transformer', 'vae', 'text_encoder', 'processor'])
    await mkdir(join(folder, part), { recursive: true })
  const weights = 'diffusion_pytorch_model.safetensors'
  await cp(golden('step1x-v1.2/dit_weights.safetensors'), join(folder, 'transformer', weights))
  await cp(golden('step1x-v1.2/vae_weights.safetensors'), join(folder, 'vae', weights))
  const mllm = join(folder, 'text_encoder', 'model.safetensors')
  if (answer === undefined) await cp(golden('qwen25vl/weights.safetensors'), mllm)
  else await writeAll(mllm, await answering())
  const { config } = JSON.parse(readFileSync(golden('qwen25vl/meta.json'), 'utf8'))
  const files = {
    'model_index.json': { _class_name: className },
    'transformer/config.json': { axes_dims_rope: [4, 6, 6], enable_text_token_mapping: true },
    'vae/config.json': { scaling_factor: 0.3611, shift_factor: 0.1159 },
    // Questions are long in bytes.
    'text_encoder/config.json': { ...config, max_position_embeddings: 32_768 },
    'processor/tokenizer.json': byteTokenizer(
      special,
      promptPrefixV12.slice(0, -84),
      answer === undefined ? {} : { [answer]: answerId },
    ),
    'processor/tokenizer_config.json': { tokenizer_class: 'Qwen2Tokenizer' },
    'pentimento.json': { dit: { numHeads: 2 }, connector: { numHeads: 4 }, vae: { groups: 4 } },
  }
  for (const [name, json] of Object.entries(files)) await writeFile(join(folder, name), JSON.stringify(json))
}
