import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFolderWhole } from 'pentimento/files'
import { elementCount } from 'pentimento/graph'
import {
  createSafetensors,
  fromFloat32,
  quantizedShapes,
  reasonToKeep,
  type TensorDeclaration,
} from 'pentimento/weights'
import { byteTokenizer } from '../../test/byteTokenizer.ts'
import { readManifest } from '../../test/golden.ts'
import { qwenConfig } from './qwenConfig.ts'

/** Linear weights in 8 or 4 bits; of a language model the head has 8 in any case, as `pentimento` quantises it. */
const quantizationOf = (path: string, bits: 4 | 8) =>
  ({ bits: path === 'lm_head.weight' ? 8 : bits, block: 128 }) as const

/**
 * Writes a folder in the official layout with the published names and shapes: 12.4 billion parameters of the
 * transformer and 8.3 of the language model in int8, the autoencoder in fp32. The values are noise of a size that keeps
 * activations near one. A folder that is there already is taken.
 */
export async function writeFullSize(folder: string, line: (text: string) => void): Promise<void> {
  if (existsSync(folder)) return
  line(`writing a checkpoint of full size (22 GB) to ${folder}`)
  await writeFolderWhole(folder, fill)
}

async function fill(part: string): Promise<void> {
  const mllm = join(part, 'Qwen2.5-VL-7B-Instruct')
  await mkdir(mllm)
  await writeWeights('step1x-edit-v1.0', join(part, 'step1x-edit-i1258.safetensors'), 8)
  await fillLanguageModel(mllm, 8)
  await writeWeights('vae', join(part, 'vae.safetensors'), undefined)
}

/** The same of the language model alone, in 8 or 4 bits. */
export async function writeFullLanguageModel(
  folder: string,
  bits: 4 | 8,
  line: (text: string) => void,
): Promise<void> {
  if (existsSync(folder)) return
  line(`writing a language model of 7B in int${bits} (${bits + 1} GB) to ${folder}`)
  await writeFolderWhole(folder, (part) => fillLanguageModel(part, bits))
}

/** Ids of Qwen2.5-VL's signs for programs. */
export const qwenSigns = {
  '<|endoftext|>': 151643,
  '<|im_start|>': 151644,
  '<|im_end|>': 151645,
  '<|vision_start|>': 151652,
  '<|vision_end|>': 151653,
  '<|image_pad|>': 151655,
} as const

async function fillLanguageModel(mllm: string, bits: 4 | 8): Promise<void> {
  await writeWeights('qwen2.5-vl-7b', join(mllm, 'model.safetensors'), bits)
  const json = { 'config.json': qwenConfig, 'tokenizer.json': byteTokenizer(qwenSigns) }
  for (const [name, value] of Object.entries(json)) await writeFile(join(mllm, name), JSON.stringify(value))
}

/** Noise under names and shapes of a manifest; `bits` undefined is fp32, of tensors that are not quantised bf16 else. */
export async function writeWeights(
  manifest: string,
  file: string,
  bits: 4 | 8 | undefined,
  isWanted: (path: string) => boolean = () => true,
): Promise<void> {
  const declared: TensorDeclaration[] = []
  const tensors: Record<string, object> = {}
  for (const [path, shape] of readManifest(manifest)) {
    if (!isWanted(path)) continue
    const plain = { name: path, dtype: bits ? 'BF16' : 'F32', shape } as const
    const quantization = bits && quantizationOf(path, bits)
    if (!quantization || reasonToKeep(path, plain, quantization) !== true) {
      declared.push(plain)
      continue
    }
    const parts = quantizedShapes(shape as [number, number], quantization)
    declared.push({ name: `${path}.q`, dtype: 'U8', shape: parts.q })
    declared.push({ name: `${path}.scales`, dtype: 'F32', shape: parts.scales })
    tensors[path] = { ...quantization, shape, dtype: 'bf16' }
  }
  const recipe = { bits, block: 128, tool: 'perf', sources: [], kept: {} }
  const metadata = new Map(
    bits ? [['pentimento.quantization', JSON.stringify({ version: 1, tensors, recipe })]] : [],
  )
  const writer = await createSafetensors(file, declared, metadata)
  for (const declaration of declared) await writer.write(declaration.name, valuesOf(declaration))
  await writer.commit()
}

const chunk = 1 << 24
const noiseBytes = Uint8Array.from({ length: 2 * chunk }, (_, i) => Math.imul(i, 2654435761) >>> 24)

/** Noise for what multiplies, ones for the scales of norms, zeros for biases. */
function* valuesOf({ name, dtype, shape }: TensorDeclaration): Iterable<Uint8Array> {
  const count = elementCount(shape)
  if (dtype === 'U8') {
    // Each tensor has different bytes: ONNX Runtime would store equal ones once.
    const start = createHash('sha256').update(name).digest().readUInt32LE() % chunk
    for (let at = 0; at < count; at += chunk)
      yield noiseBytes.subarray(start, start + Math.min(chunk, count - at))
    return
  }
  const kind = dtype === 'BF16' ? 'bf16' : 'f32'
  const inner = elementCount(shape.slice(1))
  // A byte less 128 has a deviation of 74; a block of 128 has one scale.
  const value = name.endsWith('.scales')
    ? 1 / (74 * Math.sqrt(inner * 128))
    : Number(shape.length === 1 && !name.endsWith('bias'))
  const numbers = new Float32Array(Math.min(count, 1 << 22)).fill(value)
  if (shape.length > 1 && !name.endsWith('.scales')) {
    const deviation = 1 / Math.sqrt(inner)
    for (let i = 0; i < numbers.length; i++) numbers[i] = ((noiseBytes[i]! - 128) / 74) * deviation
  }
  for (let at = 0; at < count; at += numbers.length)
    yield fromFloat32(numbers.subarray(0, Math.min(numbers.length, count - at)), kind)
}
