import { copyFile, link, mkdir, readdir, realpath, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type EditParts, openTransformer } from '../../edit/index.ts'
import { writeFileWhole, writeFolderWhole } from '../../files/index.ts'
import type { ParameterSource } from '../../graph/index.ts'
import {
  type AdapterFormat,
  type FloatDType,
  fromFloat32,
  storedAs,
  toFloat32,
  withLora,
  writeAdapter,
  writeSafetensors,
} from '../../weights/index.ts'
import type { RunWeights } from '../descent.ts'
import { type LoraOptions, replacing, trainedAdapter, trainedLayers } from '../lora.ts'

/** How what was trained is written. */
export interface OutputOptions {
  readonly output: string
  readonly lora: LoraOptions | undefined
  readonly format: AdapterFormat
  /** Default: as the checkpoint has them; f32 for a LoRA. */
  readonly dtype: 'f32' | 'bf16' | 'f16' | undefined
}

/**
 * Writes a LoRA, or a checkpoint folder, whole or not at all. Of an editor on a text-to-image model a folder is written in
 * either case, because its connector is trained whole: the LoRA is merged into it. @returns its path
 */
export async function writeResult(
  run: RunWeights,
  parts: EditParts,
  options: OutputOptions,
): Promise<string> {
  const { lora, output, format, dtype } = options
  if (!lora || parts.checkpoint.start) return writeCheckpoint(run, parts, options)
  const path = join(output, format === 'kohya' ? 'lora.safetensors' : 'lora')
  await writeAdapter(path, trainedLayers(run.weights), { ...lora, format, dtype })
  return path
}

/**
 * A checkpoint in the official layout. Weights that were not trained are the same files as the base's, by hard links;
 * configurations and the tokenizer are copies, which may be edited.
 */
async function writeCheckpoint(
  run: RunWeights,
  parts: EditParts,
  { output, lora, dtype }: OutputOptions,
): Promise<string> {
  const { checkpoint, config } = parts
  const folder = join(output, 'model')
  await writeFolderWhole(folder, async (part) => {
    const mllm = join(part, 'Qwen2.5-VL-7B-Instruct')
    await mkdir(mllm)
    for (const from of new Set([checkpoint.mllm, checkpoint.tokenizer])) await reuseAll(from, mllm)
    await reuse(await weightsFile(checkpoint.vae), join(part, 'vae.safetensors'))
    const name = 'sd3' in config ? 'sd3-edit' : `step1x-edit-${parts.variant}`
    await writeTransformer(join(part, `${name}.safetensors`), run, parts, { lora, dtype })
    await writeFileWhole(join(part, 'pentimento.json'), `${JSON.stringify(hintsOf(parts), null, 2)}\n`)
  })
  return folder
}

/** What shapes do not determine of a written checkpoint. */
function hintsOf({ checkpoint, config, variant }: EditParts): object {
  const connector = { numHeads: config.connector.heads }
  const { dit: given, ...hints } = checkpoint.hints
  if ('sd3' in config) return { ...hints, connector }
  const { axesDim, heads, theta } = config.dit
  return { ...hints, variant, dit: { ...given, axesDim, numHeads: heads, theta }, connector }
}

async function writeTransformer(
  file: string,
  run: RunWeights,
  parts: EditParts,
  { lora, dtype }: Pick<OutputOptions, 'lora' | 'dtype'>,
): Promise<void> {
  if (!lora) return writeWeights(file, parts.transformer, replacing(parts.transformer, run.weights), dtype)
  // Weights trained in addition to a LoRA may have run on quantised weights.
  const base = await openTransformer(parts.checkpoint)
  try {
    const adapter = await trainedAdapter(run.weights, lora)
    const merged = withLora(replacing(base.source, run.weights), [{ adapter, strength: 1 }])
    await writeWeights(file, base.source, merged, dtype)
  } finally {
    await base.close()
  }
}

async function writeWeights(
  file: string,
  base: ParameterSource,
  source: ParameterSource,
  dtype: FloatDType | undefined,
): Promise<void> {
  const tensors = [...source.paths()].map((path) => {
    const was = base.describe(path)!
    // Eight bits are too few for what small steps change.
    const kept = was.stored ?? was.dtype
    const stored = kept.startsWith('f8') ? 'bf16' : (kept as FloatDType)
    const to = dtype ?? stored
    const bytes = async function* () {
      const now = source.describe(path)!.dtype as FloatDType
      yield fromFloat32(toFloat32(await source.read(path), now), to)
    }
    return { name: path, dtype: storedAs[to], shape: was.shape, data: bytes() }
  })
  await writeSafetensors(file, tensors)
}

/** Every file of a folder, its folders included; hidden ones, such as downloads under way, are left out. */
async function reuseAll(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true })
  for (const name of await readdir(from)) {
    if (name.startsWith('.')) continue
    const place = join(from, name)
    if ((await stat(place)).isDirectory()) await reuseAll(place, join(to, name))
    else await reuse(place, join(to, name))
  }
}

/** Hard-links weights; copies other files, and weights if the file system has no links. */
async function reuse(from: string, to: string): Promise<void> {
  // The file itself: a link to it may lead nowhere from another folder.
  const file = await realpath(from)
  if (!from.endsWith('.safetensors')) return copyFile(file, to)
  await link(file, to).catch(async (error: NodeJS.ErrnoException) => {
    // Both folders of a checkpoint may have a file of this name.
    if (error.code !== 'EEXIST') await copyFile(file, to)
  })
}

async function weightsFile(path: string): Promise<string> {
  if (!(await stat(path)).isDirectory()) return path
  const found = (await readdir(path)).filter((name) => name.endsWith('.safetensors'))
  return join(path, found[0] ?? basename(path))
}
