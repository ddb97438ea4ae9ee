import { type FileRange, type ParameterInfo, type ParameterSource, splitPart } from '../graph/index.ts'
import { type AppliedAdapter, type Change, joinedFactors, overflow, planChanges } from './adapterPlan.ts'
import type { Checkpoint } from './checkpoint.ts'
import { WeightsError } from './error.ts'
import { hasNonFinite } from './finite.ts'
import { type FloatDType, fromFloat32, toFloat32 } from './floats.ts'
import { type StoredDType, storedAs } from './header.ts'
import { addChange } from './lora.ts'
import { withBranches } from './loraBranches.ts'
import { type LowRankProduct, lowRankProduct } from './lowRankProduct.ts'
import { dequantizeRows, quantizedShapes, quantizeRows } from './quantize.ts'
import { createSafetensors, type TensorDeclaration } from './writer.ts'

/** What became of a weight that adapters change. */
export interface MergedWeight {
  readonly path: string
  /** The part of the change that rounding the merged weight would lose: ‖round(W + D) − (W + D)‖ / ‖D‖. */
  readonly lost: number
  /** Whether the change is computed at run time, because merging it would lose too much. */
  readonly beside: boolean
}

export interface MergeOptions {
  /** The largest part of a change that merging may lose. Default: 0.1. */
  readonly mostLost?: number | undefined
  readonly product?: LowRankProduct | undefined
  readonly onProgress?: ((progress: { readonly done: number; readonly total: number }) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** Rows of a weight by which its loss is estimated. */
const sampledRows = 64

/**
 * Writes what adapters change of a source to a file of its own, for {@link withMerged}: merged weights in the types of
 * the source, W + Σ strength · scale · up @ down in f32 and rounded once; and where that would lose more than a tenth of
 * the change (weights in few bits), the adapters' matrices to be computed beside the weight. The loss is measured on
 * {@link sampledRows} rows of each weight. The file appears whole or not at all.
 * @throws WeightsError also where a merged weight is NaN or infinite
 */
export async function mergeAdapters(
  source: ParameterSource,
  applied: readonly AppliedAdapter[],
  target: string,
  { mostLost = 0.1, product = lowRankProduct, onProgress, signal }: MergeOptions = {},
): Promise<readonly MergedWeight[]> {
  const changes = planChanges(source, applied)
  const check = () => {
    if (signal?.aborted)
      throw new WeightsError('aborted', `${target}: merging was cancelled, nothing was written`, {
        cause: signal.reason,
      })
  }
  const merged: MergedWeight[] = []
  for (const [path, each] of changes) {
    check()
    const lost = await lostByRounding(source, path, each)
    merged.push({ path, lost, beside: lost > mostLost })
  }
  const declarations = merged.flatMap(({ path, beside }) => declare(source, path, changes.get(path)!, beside))
  const notes = new Map([['pentimento.merged', JSON.stringify({ version: 1, weights: merged })]])
  const writer = await createSafetensors(target, declarations, notes)
  try {
    for (const [i, { path, beside }] of merged.entries()) {
      check()
      const each = changes.get(path)!
      const tensors = beside
        ? await branchOf(source, path, each)
        : await mergedWeight(source, path, each, product)
      for (const [name, bytes] of tensors) await writer.write(name, bytes)
      onProgress?.({ done: i + 1, total: merged.length })
    }
    await writer.commit()
  } catch (error) {
    await writer.abort()
    throw error
  }
  return merged
}

/** A source with what {@link mergeAdapters} has written for it. The file stays open as long as the source is used. */
export function withMerged(
  source: ParameterSource,
  merged: Checkpoint,
  product: LowRankProduct = lowRankProduct,
): ParameterSource {
  const ranks = new Map<string, number>()
  for (const path of source.paths()) {
    const rank = merged.stored(`${path}.up`)?.shape[1]
    if (rank !== undefined) ranks.set(path, rank)
  }
  const isMerged = (path: string) =>
    merged.stored(path) !== undefined && !ranks.has(splitPart(path)?.weight ?? '')
  const overlay: ParameterSource = {
    name: `${source.name} with ${merged.name}`,
    paths: () => source.paths(),
    describe: (path) => source.describe(path),
    locate: (path) => (isMerged(path) ? merged.locate(path) : source.locate(path)),
    read: async (path) => {
      if (isMerged(path)) return merged.read(path)
      const { quantization, shape } = source.describe(path) ?? {}
      if (!quantization || !isMerged(`${path}.q`)) return source.read(path)
      const [q, scales] = [await merged.read(`${path}.q`), await merged.read(`${path}.scales`)]
      return fromFloat32(
        dequantizeRows({ q, scales: toFloat32(scales, 'f32') }, shape![1]!, quantization),
        'f32',
      )
    },
  }
  const locate = (path: string, part: string): FileRange | undefined => merged.locate(path + part)
  const read = async (path: string, part: string) => toFloat32(await merged.read(path + part), 'f32')
  return withBranches(overlay, { ranks, locate, read }, product)
}

/** Weights of this kind store a merged value directly, rounded once; others have scales or branches. */
function isMergeable({ stored, lowRank }: ParameterInfo): boolean {
  return stored === undefined && lowRank === undefined
}

async function lostByRounding(
  source: ParameterSource,
  path: string,
  changes: readonly Change[],
): Promise<number> {
  const info = source.describe(path)!
  if (!isMergeable(info)) return 1
  if (!info.quantization && (info.dtype === 'f32' || info.dtype === 'f64')) return 0
  const { up, down, rank, inner } = await joinedFactors(path, changes, info.shape[0]!)
  const rows = sampleOf(changes)
  const sampledUp = new Float32Array(rows.length * rank)
  for (const [i, row] of rows.entries()) sampledUp.set(up.subarray(row * rank, (row + 1) * rank), i * rank)
  const change = await lowRankProduct({ up: sampledUp, down, out: rows.length, rank, inner })
  const exact = (await readRows(source, path, rows, inner)).map((value, i) => value + change[i]!)
  const rounded = info.quantization
    ? dequantizeRows(
        quantizeRows({ values: exact, inner, name: path }, info.quantization),
        inner,
        info.quantization,
      )
    : toFloat32(fromFloat32(exact, info.dtype as FloatDType).slice(), info.dtype as FloatDType)
  let [lost, whole] = [0, 0]
  for (const [i, value] of exact.entries()) {
    lost += (rounded[i]! - value) ** 2
    whole += change[i]! ** 2
  }
  return whole === 0 ? 0 : Math.sqrt(lost / whole)
}

/** Some of the rows that are changed, spread evenly. */
function sampleOf(changes: readonly Change[]): readonly number[] {
  const rows = changes.flatMap(({ firstRow, rows: count }) =>
    Array.from({ length: count }, (_, i) => firstRow + i),
  )
  const step = Math.max(1, rows.length / sampledRows)
  return Array.from({ length: Math.min(rows.length, sampledRows) }, (_, i) => rows[Math.floor(i * step)]!)
}

async function readRows(
  source: ParameterSource,
  path: string,
  rows: readonly number[],
  inner: number,
): Promise<Float32Array> {
  const { dtype, shape, quantization } = source.describe(path)!
  const pick = (bytes: Uint8Array): Uint8Array => {
    const size = bytes.length / shape[0]!
    const picked = new Uint8Array(rows.length * size)
    for (const [i, row] of rows.entries()) picked.set(bytes.subarray(row * size, (row + 1) * size), i * size)
    return picked
  }
  if (!quantization) return toFloat32(pick(await source.read(path)), dtype as FloatDType)
  const q = pick(await source.read(`${path}.q`))
  const scales = toFloat32(pick(await source.read(`${path}.scales`)), 'f32')
  return dequantizeRows({ q, scales }, inner, quantization)
}

function declare(
  source: ParameterSource,
  path: string,
  changes: readonly Change[],
  beside: boolean,
): TensorDeclaration[] {
  const { dtype, shape, quantization } = source.describe(path)!
  const tensor = (name: string, stored: StoredDType, of: readonly number[]) => ({
    name,
    dtype: stored,
    shape: of,
  })
  if (beside) {
    const rank = changes.reduce((sum, { layer }) => sum + layer.rank, 0)
    const inner = shape.slice(1).reduce((product, size) => product * size, 1)
    return [tensor(`${path}.up`, 'F32', [shape[0]!, rank]), tensor(`${path}.down`, 'F32', [rank, inner])]
  }
  if (!quantization) return [tensor(path, storedAs[dtype], shape)]
  const parts = quantizedShapes(shape as [number, number], quantization)
  return [tensor(`${path}.q`, 'U8', parts.q), tensor(`${path}.scales`, 'F32', parts.scales)]
}

async function branchOf(
  source: ParameterSource,
  path: string,
  changes: readonly Change[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const { up, down } = await joinedFactors(path, changes, source.describe(path)!.shape[0]!)
  return new Map([
    [`${path}.up`, fromFloat32(up, 'f32')],
    [`${path}.down`, fromFloat32(down, 'f32')],
  ])
}

async function mergedWeight(
  source: ParameterSource,
  path: string,
  changes: readonly Change[],
  product: LowRankProduct,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const { dtype, shape, quantization } = source.describe(path)!
  const values = toFloat32(await source.read(path), dtype as FloatDType).slice()
  for (const change of changes) await addChange(path, values, change, product)
  if (quantization) {
    const { q, scales } = quantizeRows({ values, inner: shape[1]!, name: path }, quantization)
    return new Map([
      [`${path}.q`, q],
      [`${path}.scales`, fromFloat32(scales, 'f32')],
    ])
  }
  const bytes = fromFloat32(values, dtype as FloatDType).slice()
  if (hasNonFinite(bytes, dtype)) throw overflow(path, changes)
  return new Map([[path, bytes]])
}
