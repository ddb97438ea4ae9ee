import { realpath } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Quantization } from '../graph/index.ts'
import { type Checkpoint, openCheckpoint, timesScale } from './checkpoint.ts'
import { shown, WeightsError } from './error.ts'
import { type FloatDType, fromFloat32, isFloatDType, toFloat32 } from './floats.ts'
import { type StoredDType, type StoredTensor, storedDTypes } from './header.ts'
import {
  formatQuantization,
  type QuantizationRecipe,
  type QuantizedTensor,
  quantizationKey,
} from './quantization.ts'
import {
  checkQuantization,
  dequantizeRows,
  matrixShape,
  type QuantizedRows,
  quantizedShapes,
  quantizeRows,
} from './quantize.ts'
import { int8Quantization, int8Rows, type ScaledTensor } from './scaled.ts'
import { createSafetensors, type SafetensorsWriter, type TensorDeclaration } from './writer.ts'

/** The properties of a tensor that a selection rule receives. */
export interface QuantizationCandidate {
  readonly dtype: StoredDType
  readonly shape: readonly number[]
}

export interface QuantizeProgress {
  readonly tensor: string
  /** Bytes of the sources read so far, and in all. */
  readonly done: number
  readonly total: number
}

export interface QuantizeOptions {
  readonly bits: Quantization['bits']
  /** Values that share a scale; default 128. */
  readonly block?: number
  /** True to quantise a tensor, or the reason to keep it; default {@link reasonToKeep}. */
  readonly select?: (path: string, tensor: QuantizationCandidate) => true | string
  /** Bits of single tensors; default `bits`. */
  readonly bitsOf?: (path: string) => Quantization['bits']
  /** Tensors that are written once more under another name, by that name: the head of a model that shares its table. */
  readonly also?: Readonly<Record<string, string>>
  /** The program and version to name in the recipe; default `pentimento`. */
  readonly tool?: string
  readonly onProgress?: (progress: QuantizeProgress) => void
  readonly signal?: AbortSignal
}

/** Source bytes in memory at a time (three times: one piece is read, one computed and one written). */
const chunkBytes = 32 << 20
const fewestElements = 65_536

/**
 * Why a tensor is kept as it is by default, or true when it is quantised: the weights of linear layers, that
 * is 2-D tensors named `….weight` of at least 65,536 elements, with rows of a block or longer. Embeddings are
 * kept because they are gathered from, not multiplied with.
 */
export function reasonToKeep(
  path: string,
  { dtype, shape }: QuantizationCandidate,
  { block }: Pick<Quantization, 'block'>,
): true | string {
  const graphDType = storedDTypes[dtype].dtype
  if (graphDType === undefined || !isFloatDType(graphDType)) return 'not a float type'
  const [out, inner] = shape
  if (out === undefined || inner === undefined || shape.length !== 2) return 'not 2-D'
  if (!path.endsWith('.weight') && path !== 'weight') return 'not named .weight'
  if (/(?:^|\.)(?:embed_tokens|wte|wpe|tok_embeddings|[a-z_]*embeddings?|shared)\.weight$/.test(path))
    return 'an embedding'
  if (inner < block) return `rows shorter than a block of ${block}`
  if (out * inner < fewestElements) return `fewer than ${fewestElements} elements`
  return true
}

/**
 * Writes a checkpoint (one or more, as `openCheckpoint` takes them) with its linear weights quantised to a
 * single .safetensors file, piece by piece in bounded memory; its metadata holds the recipe. Scales of weights in fp8
 * and int8 are applied; int8 stays exactly what it is in 8 bits. The file appears whole or, on an error or abort, not at
 * all. @throws WeightsError
 */
export async function quantizeCheckpoint(
  sources: string | readonly string[],
  target: string,
  options: QuantizeOptions,
): Promise<QuantizationRecipe> {
  const quantization = { bits: options.bits, block: options.block ?? 128 }
  checkQuantization(target, quantization)
  const checkpoints: Checkpoint[] = []
  try {
    for (const path of typeof sources === 'string' ? [sources] : sources)
      checkpoints.push(await openCheckpoint(path))
    await checkTarget(target, checkpoints)
    const plan = planQuantization(target, checkpoints, quantization, options)
    const metadata = new Map(checkpoints.flatMap((checkpoint) => [...checkpoint.metadata]))
    metadata.set(quantizationKey, formatQuantization(plan.quantized, plan.recipe))
    const writer = await createSafetensors(target, plan.declarations, metadata)
    try {
      await writeSteps(writer, plan, options)
      options.signal?.throwIfAborted()
      await writer.commit()
    } catch (error) {
      await writer.abort()
      throw options.signal?.aborted
        ? new WeightsError('aborted', `${target}: quantisation was cancelled, nothing was written`, {
            cause: error,
          })
        : error
    }
    return plan.recipe
  } finally {
    await Promise.all(checkpoints.map((checkpoint) => checkpoint.close()))
  }
}

interface Step {
  /** The name that it is written under. */
  readonly path: string
  /** The name in the checkpoint. */
  readonly from: string
  readonly checkpoint: Checkpoint
  readonly stored: StoredTensor
  readonly scaled: ScaledTensor | undefined
}

interface Plan {
  readonly steps: readonly Step[]
  readonly declarations: readonly TensorDeclaration[]
  readonly quantized: ReadonlyMap<string, QuantizedTensor>
  readonly recipe: QuantizationRecipe
}

async function checkTarget(target: string, checkpoints: readonly Checkpoint[]): Promise<void> {
  const existing = await realpath(target).catch(() => undefined)
  const same = checkpoints.some(({ files }) => files.some(({ file }) => file === existing))
  if (same) throw new WeightsError('argument', `${target}: is one of the sources, write to another file`)
}

function planQuantization(
  target: string,
  checkpoints: readonly Checkpoint[],
  quantization: Quantization,
  { select, bitsOf, also = {}, tool = 'pentimento' }: QuantizeOptions,
): Plan {
  const steps: Step[] = []
  const declarations: TensorDeclaration[] = []
  const quantized = new Map<string, QuantizedTensor>()
  const kept = new Map<string, string[]>()
  for (const checkpoint of checkpoints) {
    if (checkpoint.quantized.size > 0)
      throw new WeightsError('argument', `${checkpoint.name}: is already quantised, start from the original`)
    const paths = [...checkpoint.paths()]
    const again = Object.entries(also).filter(([, from]) => paths.includes(from))
    for (const [path, from] of [...paths.map((each) => [each, each] as const), ...again]) {
      const stored = checkpoint.stored(from) as StoredTensor
      const scaled = checkpoint.scaled.get(from)
      steps.push({ path, from, checkpoint, stored, scaled })
      // What is kept of scaled weights is kept in f32; int8 has no other place.
      const kind = scaled ? ({ dtype: 'F32', shape: stored.shape } as const) : stored
      const isInt8 = stored.dtype === 'I8' && scaled !== undefined
      const verdict = isInt8 || (select?.(path, kind) ?? reasonToKeep(path, kind, quantization))
      if (verdict === true) {
        const own = { ...quantization, bits: bitsOf?.(path) ?? quantization.bits }
        const layout = isInt8 && own.bits === 8 ? int8Quantization : own
        const tensor = quantizedTensor(`${checkpoint.name}: tensor ${shown(path)}`, kind, layout)
        const shapes = quantizedShapes(tensor.shape, tensor)
        quantized.set(path, tensor)
        declarations.push({ name: `${path}.q`, dtype: 'U8', shape: shapes.q })
        declarations.push({ name: `${path}.scales`, dtype: 'F32', shape: shapes.scales })
      } else {
        const others = kept.get(verdict)
        if (others) others.push(path)
        else kept.set(verdict, [path])
        declarations.push({ name: path, dtype: kind.dtype, shape: stored.shape })
      }
    }
  }
  const names = new Set<string>()
  for (const { path } of steps) {
    if (names.has(path))
      throw new WeightsError('duplicate', `${target}: two sources have tensor ${shown(path)}`)
    names.add(path)
  }
  const sources = checkpoints.flatMap(({ files }) =>
    files.map(({ file, headerHash }) => ({ file: basename(file), headerHash })),
  )
  const recipe = { ...quantization, tool, sources, kept: Object.fromEntries(kept) }
  return { steps, declarations, quantized, recipe }
}

function quantizedTensor(
  where: string,
  stored: QuantizationCandidate,
  quantization: Quantization,
): QuantizedTensor {
  const { dtype } = storedDTypes[stored.dtype]
  if (dtype === undefined || !isFloatDType(dtype))
    throw new WeightsError('dtype', `${where}: expected a float type to quantise, got ${stored.dtype}`)
  const shape = matrixShape(where, stored.shape)
  if (shape.includes(0)) throw new WeightsError('shape', `${where}: an empty matrix cannot be quantised`)
  return { ...quantization, shape, dtype }
}

async function writeSteps(
  writer: SafetensorsWriter,
  { steps, quantized }: Plan,
  { onProgress, signal }: QuantizeOptions,
): Promise<void> {
  const total = steps.reduce((sum, { stored }) => sum + stored.byteLength, 0)
  let done = 0
  /** One piece is written while the next one is computed. */
  let writing: Promise<void> = Promise.resolve()
  for (const step of steps) {
    const tensor = quantized.get(step.path)
    const scale = step.scaled && (await step.checkpoint.readScale(step.scaled))
    const { shape } = step.stored
    // Of a scaled tensor that is kept, pieces are rows too.
    const inner =
      tensor || scale ? step.stored.byteLength / storedDTypes[step.stored.dtype].bytes / (shape[0] ?? 1) : 1
    for await (const { bytes, firstRow } of rowChunks(step, inner)) {
      signal?.throwIfAborted()
      const rows: RowPiece = { bytes, stored: step.stored, scale, inner, firstRow }
      const piece = tensor
        ? quantizePiece(rows, tensor, { name: step.path, firstRow })
        : [{ name: step.path, bytes: scale ? fromFloat32(scaledValues(rows, scale), 'f32') : bytes }]
      await writing
      writing = writePiece(writer, piece)
      writing.catch(() => undefined) // it is awaited with the next piece, unless that one fails first
      done += bytes.byteLength
      onProgress?.({ tensor: step.path, done, total })
    }
  }
  await writing
}

interface PieceOfTensor {
  readonly name: string
  readonly bytes: Uint8Array
}

/** Rows as they are stored, with their scales: one for each row of the tensor, one for all of it, or none. */
interface RowPiece {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly stored: StoredTensor
  readonly scale: Float32Array | undefined
  readonly inner: number
  readonly firstRow: number
}

function quantizePiece(
  rows: RowPiece,
  tensor: QuantizedTensor,
  where: { readonly name: string; readonly firstRow: number },
): readonly PieceOfTensor[] {
  const { q, scales } = quantizedRows(rows, tensor, where)
  return [
    { name: `${where.name}.q`, bytes: q },
    { name: `${where.name}.scales`, bytes: fromFloat32(scales, 'f32') },
  ]
}

function quantizedRows(
  rows: RowPiece,
  { bits, block, shape: [, inner] }: QuantizedTensor,
  where: { readonly name: string; readonly firstRow: number },
): QuantizedRows {
  const { bytes, stored, scale } = rows
  if (stored.dtype === 'I8' && bits === 8) return int8Rows(bytes, inner, rowScales(rows, scale!))
  const values = scale
    ? scaledValues(rows, scale)
    : rowValues(bytes, storedDTypes[stored.dtype].dtype as FloatDType)
  return quantizeRows({ values, inner, ...where }, { bits, block })
}

/** The scale of each of the rows. */
function rowScales({ bytes, stored, inner, firstRow }: RowPiece, scale: Float32Array): Float32Array {
  const count = bytes.byteLength / storedDTypes[stored.dtype].bytes / inner
  return scale.length === 1
    ? new Float32Array(count).fill(scale[0]!)
    : scale.subarray(firstRow, firstRow + count)
}

function scaledValues(rows: RowPiece, scale: Float32Array): Float32Array {
  const { bytes, stored, inner } = rows
  const scales = rowScales(rows, scale)
  if (stored.dtype === 'I8') return dequantizeRows(int8Rows(bytes, inner, scales), inner, int8Quantization)
  const values = toFloat32(bytes, storedDTypes[stored.dtype].dtype as FloatDType)
  return timesScale(values, scales, scales.length)
}

async function writePiece(writer: SafetensorsWriter, piece: readonly PieceOfTensor[]): Promise<void> {
  for (const { name, bytes } of piece) await writer.write(name, bytes)
}

/** bf16 is quantised from its codes, which is faster; f64 is rounded to f32 first, the others are exact. */
function rowValues(bytes: Uint8Array<ArrayBuffer>, dtype: FloatDType): Float32Array | Uint16Array {
  return dtype === 'bf16' ? new Uint16Array(bytes.buffer) : toFloat32(bytes, dtype)
}

/** A tensor in pieces of whole rows; the next one is read while the last one is worked on. */
async function* rowChunks(
  { from, checkpoint, stored }: Step,
  inner: number,
): AsyncIterable<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly firstRow: number }> {
  const size = storedDTypes[stored.dtype].bytes
  const rows = stored.byteLength / size / inner
  const step = Math.max(1, Math.floor(chunkBytes / (inner * size)))
  const start = (row: number): Promise<Uint8Array<ArrayBuffer>> | undefined => {
    if (row >= rows) return undefined
    const reading = checkpoint.readRange(from, row * inner, Math.min(step, rows - row) * inner)
    reading.catch(() => undefined) // it is awaited below, unless the work ends before
    return reading
  }
  let next = start(0)
  for (let row = 0; next !== undefined; row += step) {
    const bytes = await next
    next = start(row + step)
    yield { bytes, firstRow: row }
  }
}
