import { existsSync } from 'node:fs'
import { cp, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { writeFolderWhole } from 'pentimento/files'
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

/** Names that {@link writeNano} writes. */
const names: readonly string[] = [
  'step1x-edit-nano.safetensors',
  'vae.safetensors',
  encoderFolder,
  'pentimento.json',
]

/**
 * Writes a checkpoint folder in the official layout, whole or not at all. What else a folder of that name holds (its
 * card and its licence) stays.
 */
export async function writeNano(folder: string, parts: NanoParts, dtype: FloatDType = 'f16'): Promise<void> {
  await writeFolderWhole(folder, async (part) => {
    if (existsSync(folder))
      await cp(folder, part, {
        recursive: true,
        filter: (file) => !names.includes(relative(folder, file)),
      })
    await writeWeights(join(part, 'step1x-edit-nano.safetensors'), parts.transformer, dtype)
    await writeWeights(join(part, 'vae.safetensors'), parts.autoencoder, dtype)
    await cp(parts.encoder, join(part, encoderFolder), { recursive: true })
    await writeFile(join(part, 'pentimento.json'), `${JSON.stringify(nanoHints, null, 2)}\n`)
  })
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
