import { cp, link, mkdir, readdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { EditParts } from '../../edit/index.ts'
import { type LoraOptions, type RunWeights, trainedLayers, trainedModel } from '../../train/index.ts'
import {
  type FloatDType,
  fromFloat32,
  storedAs,
  toFloat32,
  writeAdapter,
  writeSafetensors,
} from '../../weights/index.ts'

/** How what was trained is written. */
export interface OutputOptions {
  readonly output: string
  readonly lora: LoraOptions | undefined
  readonly format: 'kohya' | 'peft'
  /** As the checkpoint has them unless given. */
  readonly dtype: 'f32' | 'bf16' | 'f16' | undefined
}

/** Writes a LoRA for `--lora`, or a checkpoint folder for `--model`. @returns its path */
export async function writeResult(
  run: RunWeights,
  parts: EditParts,
  options: OutputOptions,
): Promise<string> {
  const { lora, output, format, dtype } = options
  if (!lora) return writeCheckpoint(run, parts, options)
  const path = join(output, format === 'kohya' ? 'lora.safetensors' : 'lora')
  await writeAdapter(path, trainedLayers(run.weights), { ...lora, format, ...(dtype && { dtype }) })
  return path
}

/** The official layout, whole or not at all; parts that were not trained are the same files as before. */
async function writeCheckpoint(
  run: RunWeights,
  parts: EditParts,
  { output, dtype }: OutputOptions,
): Promise<string> {
  const { checkpoint, variant } = parts
  const folder = join(output, 'model')
  const part = join(output, '.model.part')
  await rm(part, { recursive: true, force: true })
  try {
    const mllm = join(part, 'Qwen2.5-VL-7B-Instruct')
    await mkdir(mllm, { recursive: true })
    for (const from of new Set([checkpoint.mllm, checkpoint.tokenizer]))
      for (const name of await readdir(from)) await reuse(join(from, name), join(mllm, name))
    await reuse(await weightsFile(checkpoint.vae), join(part, 'vae.safetensors'))
    await writeTransformer(join(part, `step1x-edit-${variant}.safetensors`), run, parts, dtype)
    const { dit, connector } = parts.config
    const hints = {
      ...checkpoint.hints,
      variant,
      dit: { ...checkpoint.hints.dit, axesDim: dit.axesDim, numHeads: dit.heads, theta: dit.theta },
      connector: { numHeads: connector.heads },
    }
    await writeFile(join(part, 'pentimento.json'), `${JSON.stringify(hints, null, 2)}\n`)
    await rm(folder, { recursive: true, force: true })
    await rename(part, folder)
    return folder
  } catch (error) {
    await rm(part, { recursive: true, force: true })
    throw error
  }
}

async function writeTransformer(
  file: string,
  run: RunWeights,
  parts: EditParts,
  dtype: FloatDType | undefined,
): Promise<void> {
  const source = await trainedModel(parts.transformer, run.weights, undefined)
  const tensors = [...source.paths()].map((path) => {
    const was = parts.transformer.describe(path)!
    // Eight bits are too few for what small steps change.
    const stored = was.dtype.startsWith('f8') ? 'bf16' : (was.dtype as FloatDType)
    const to = dtype ?? stored
    const bytes = async function* () {
      const now = source.describe(path)!.dtype as FloatDType
      yield fromFloat32(toFloat32(await source.read(path), now), to)
    }
    return { name: path, dtype: storedAs[to], shape: was.shape, data: bytes() }
  })
  await writeSafetensors(file, tensors)
}

/** The same file under another name, which takes no space; a copy where the file system has no links. */
async function reuse(from: string, to: string): Promise<void> {
  if ((await stat(from)).isDirectory()) return cp(from, to, { recursive: true })
  // The file itself: a link to it may lead nowhere from another folder.
  await link(await realpath(from), to).catch(async (error: NodeJS.ErrnoException) => {
    // Both folders of a checkpoint may have a file of this name.
    if (error.code !== 'EEXIST') await cp(from, to)
  })
}

async function weightsFile(path: string): Promise<string> {
  if (!(await stat(path)).isDirectory()) return path
  const found = (await readdir(path)).filter((name) => name.endsWith('.safetensors'))
  return join(path, found[0] ?? basename(path))
}

/** Writes a text beside its place and renames it there. */
export async function writeWhole(file: string, text: string): Promise<void> {
  await writeFile(`${file}.part`, text)
  await rename(`${file}.part`, file)
}
