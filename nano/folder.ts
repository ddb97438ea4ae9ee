import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TensorValue } from 'pentimento/graph'
import { type FloatDType, fromFloat32, storedAs, writeSafetensors } from 'pentimento/weights'
import { nanoHints } from './sizes.ts'

/** The name of the language model's folder. */
export const encoderFolder = 'Qwen2.5-VL-nano'

/** What a checkpoint folder is made of. */
export interface NanoParts {
  readonly transformer: Readonly<Record<string, TensorValue>>
  readonly autoencoder: Readonly<Record<string, TensorValue>>
  /** Folder of the language model, which is copied. */
  readonly encoder: string
}

/** Writes a checkpoint folder in the official layout; files appear whole or not at all. */
export async function writeNano(folder: string, parts: NanoParts, dtype: FloatDType = 'f16'): Promise<void> {
  const part = `${folder}.part`
  await rm(part, { recursive: true, force: true })
  await mkdir(part, { recursive: true })
  await writeWeights(join(part, 'step1x-edit-nano.safetensors'), parts.transformer, dtype)
  await writeWeights(join(part, 'vae.safetensors'), parts.autoencoder, dtype)
  await cp(parts.encoder, join(part, encoderFolder), { recursive: true })
  await writeFile(join(part, 'pentimento.json'), `${JSON.stringify(nanoHints, null, 2)}\n`)
  await mkdir(folder, { recursive: true })
  for (const name of ['step1x-edit-nano.safetensors', 'vae.safetensors', encoderFolder, 'pentimento.json']) {
    await rm(join(folder, name), { recursive: true, force: true })
    await rename(join(part, name), join(folder, name))
  }
  await rm(part, { recursive: true })
}

async function writeWeights(
  file: string,
  weights: Readonly<Record<string, TensorValue>>,
  dtype: FloatDType,
): Promise<void> {
  await writeSafetensors(
    file,
    Object.entries(weights).map(([name, { shape, data }]) => ({
      name,
      dtype: storedAs[dtype],
      shape,
      data: fromFloat32(data as Float32Array, dtype),
    })),
  )
}
