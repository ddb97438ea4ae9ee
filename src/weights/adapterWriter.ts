import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { FileError, fileError, writeFileWhole, writeFolderWhole } from '../files/index.ts'
import { bytesOf, type TensorValue, tensorValue } from '../graph/index.ts'
import { type FloatDType, fromFloat32 } from './floats.ts'
import { storedAs } from './header.ts'
import { writeSafetensors } from './writer.ts'

/** kohya's single file, which the original's scripts read and write, or PEFT's folder of two. */
export type AdapterFormat = 'kohya' | 'peft'

/** The change of one linear layer: W + alpha / rank · up @ down. */
export interface TrainedLayer {
  /** Path of the layer in the base, without `.weight`. */
  readonly layer: string
  readonly up: TensorValue // f32 [out, rank]
  readonly down: TensorValue // f32 [rank, in]
}

export interface AdapterWriting {
  readonly format: AdapterFormat
  readonly rank: number
  readonly alpha: number
  /** In which the matrices are written; Default: f32. */
  readonly dtype?: 'f32' | 'bf16' | 'f16' | undefined
}

const peftFiles = { config: 'adapter_config.json', weights: 'adapter_model.safetensors' } as const

/**
 * Writes a LoRA as other programs read it: kohya's names into the file `path`, or PEFT's into the folder `path`. It
 * appears whole, in the place of an older one, or on an error not at all. @throws WeightsError, or FileError when it
 * cannot be written, or the folder holds other files, which would be lost
 */
export async function writeAdapter(
  path: string,
  layers: readonly TrainedLayer[],
  writing: AdapterWriting,
): Promise<void> {
  if (writing.format === 'kohya') return writeKohya(path, layers, writing)
  await refuseOtherFiles(path)
  const tensors = layers.flatMap(({ layer, up, down }) => [
    declared(`base_model.model.${layer}.lora_A.weight`, down, writing.dtype),
    declared(`base_model.model.${layer}.lora_B.weight`, up, writing.dtype),
  ])
  await writeFolderWhole(path, async (folder) => {
    await writeFileWhole(join(folder, peftFiles.config), peftConfig(layers, writing))
    await writeSafetensors(join(folder, peftFiles.weights), tensors, new Map([['format', 'pt']]))
  })
}

/** @throws FileError when a folder is more than an adapter that may be replaced */
async function refuseOtherFiles(path: string): Promise<void> {
  const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return []
    throw fileError(path, 'write the folder', error)
  })
  const known: readonly string[] = Object.values(peftFiles)
  const other = names.find((name) => !known.includes(name))
  if (other !== undefined)
    throw new FileError(
      'exists',
      `${path}: cannot write an adapter's folder there, it contains other files (${other}); choose another folder`,
    )
}

async function writeKohya(
  file: string,
  layers: readonly TrainedLayer[],
  { rank, alpha, dtype }: AdapterWriting,
): Promise<void> {
  const tensors = layers.flatMap(({ layer, up, down }) => {
    const name = `lora_unet_${layer.replaceAll('.', '_')}`
    return [
      declared(`${name}.lora_down.weight`, down, dtype),
      declared(`${name}.lora_up.weight`, up, dtype),
      declared(`${name}.alpha`, tensorValue('f32', [], [alpha]), dtype),
    ]
  })
  const metadata = [
    ['ss_network_module', 'networks.lora'],
    ['ss_network_dim', String(rank)],
    ['ss_network_alpha', String(alpha)],
  ] as const
  await writeSafetensors(file, tensors, new Map(metadata))
}

function declared(name: string, value: TensorValue, dtype: FloatDType = 'f32') {
  const data = dtype === 'f32' ? bytesOf(value) : fromFloat32(value.data as Float32Array, dtype)
  return { name, dtype: storedAs[dtype], shape: value.shape, data }
}

function peftConfig(layers: readonly TrainedLayer[], { rank, alpha }: AdapterWriting): string {
  const config = {
    base_model_name_or_path: null,
    bias: 'none',
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    lora_alpha: alpha,
    lora_dropout: 0,
    peft_type: 'LORA',
    r: rank,
    target_modules: layers.map(({ layer }) => layer).sort(),
    task_type: null,
    use_dora: false,
    use_rslora: false,
  }
  return `${JSON.stringify(config, null, 2)}\n`
}
