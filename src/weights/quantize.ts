import type { Quantization } from '../graph/index.ts'
import { shown, shownShape, WeightsError } from './error.ts'

/** A matrix [rows, inner], or some rows of it: f32 values, or the 16-bit codes of bf16. */
export interface Rows {
  readonly values: Float32Array | Uint16Array
  readonly inner: number
  /** For messages: the tensor's name and the number of the first row here. */
  readonly name?: string
  readonly firstRow?: number
}

/** `q` is [rows, ⌈inner/block⌉, block·bits/8], `scales` [rows, ⌈inner/block⌉]. */
export interface QuantizedRows {
  readonly q: Uint8Array
  readonly scales: Float32Array
}

/** What a stored byte means where a weight is 0. */
const zeroPoint: { readonly [B in Quantization['bits']]: number } = { 4: 8, 8: 128 }

/** @throws WeightsError when ONNX Runtime's MatMulNBits has no such quantisation */
export function checkQuantization(where: string, { bits, block }: Quantization): void {
  if (bits !== 4 && bits !== 8)
    throw new WeightsError('quantization', `${where}: expected 4 or 8 bits, got ${bits}`)
  if (!Number.isInteger(Math.log2(block)) || block < 16 || block > 4096)
    throw new WeightsError('quantization', `${where}: expected a block of 16, 32, … 4096, got ${block}`)
}

/** The shapes of the two tensors that hold a quantised matrix [out, inner]. */
export function quantizedShapes(
  [out, inner]: readonly [number, number],
  { bits, block }: Quantization,
): { readonly q: readonly number[]; readonly scales: readonly number[] } {
  const blocks = Math.ceil(inner / block)
  return { q: [out, blocks, (block * bits) / 8], scales: [out, blocks] }
}

/**
 * Quantises rows symmetrically in blocks along the row, packed as ONNX Runtime's MatMulNBits reads them:
 * weight ≈ (code − zero) · scale with zero 128 or 8, two 4-bit codes a byte, the lower nibble first.
 * 8 bits: scale = max|w|/127. 4 bits: the value of largest magnitude becomes code 0, that is −8 · scale, so that
 * all 16 codes are used (the scale is negative where that value is positive).
 * @throws WeightsError naming tensor and row when a weight is NaN or infinite
 */
export function quantizeRows(rows: Rows, quantization: Quantization): QuantizedRows {
  checkQuantization(rows.name ?? 'quantizeRows', quantization)
  const { values, inner, firstRow = 0 } = rows
  const { bits, block } = quantization
  const count = rowCount(values.length, inner)
  const blocks = Math.ceil(inner / block)
  const q = new Uint8Array((count * blocks * block * bits) / 8)
  const scales = new Float32Array(count * blocks)
  const row = createRow(inner)
  const quantizeRow = bits === 8 ? quantizeRow8 : quantizeRow4
  for (let i = 0; i < count; i++) {
    loadRow(row, values, i * inner)
    const at = i * blocks
    const finite = quantizeRow(
      row,
      block,
      q.subarray((at * block * bits) / 8),
      scales.subarray(at, at + blocks),
    )
    if (!finite) throw notFinite(rows.name, firstRow + i)
  }
  return { q, scales }
}

/** The f32 values that quantised rows stand for: [rows, inner]. */
export function dequantizeRows(
  { q, scales }: QuantizedRows,
  inner: number,
  { bits, block }: Quantization,
): Float32Array<ArrayBuffer> {
  const blocks = Math.ceil(inner / block)
  const count = blocks === 0 ? 0 : scales.length / blocks
  const values = new Float32Array(count * inner)
  for (let row = 0, i = 0; row < count; row++)
    for (let k = 0; k < inner; k++, i++) {
      const at = row * blocks * block + k
      const code = bits === 8 ? (q[at] as number) : ((q[at >> 1] as number) >> ((k & 1) * 4)) & 15
      values[i] = (code - zeroPoint[bits]) * (scales[row * blocks + Math.floor(k / block)] as number)
    }
  return values
}

function rowCount(length: number, inner: number): number {
  const count = inner === 0 ? 0 : length / inner
  if (!Number.isInteger(count))
    throw new WeightsError('argument', `quantizeRows: ${length} values do not divide into rows of ${inner}`)
  return count
}

/** One row in f32, small enough to stay in the cache, as numbers and as bits. */
interface Row {
  readonly floats: Float32Array
  readonly bits: Uint32Array
}

function createRow(inner: number): Row {
  const bits = new Uint32Array(inner)
  return { bits, floats: new Float32Array(bits.buffer) }
}

function loadRow({ floats, bits }: Row, values: Float32Array | Uint16Array, start: number): void {
  if (values instanceof Float32Array) floats.set(values.subarray(start, start + floats.length))
  else for (let i = 0; i < bits.length; i++) bits[i] = (values[start + i] as number) << 16
}

/**
 * The place of the largest magnitude in a block, or -1 where a value is not finite. Magnitudes of floats order
 * as their bits do, and infinity and NaN come last.
 */
function extremeOf(bits: Uint32Array, start: number, end: number): number {
  let most = 0
  let place = start
  for (let i = start; i < end; i++) {
    const size = (bits[i] as number) & 0x7fffffff
    if (size > most) {
      most = size
      place = i
    }
  }
  return most >= 0x7f800000 ? -1 : place
}

function quantizeRow8({ floats, bits }: Row, block: number, q: Uint8Array, scales: Float32Array): boolean {
  const inner = floats.length
  for (let index = 0, start = 0; start < inner; index++, start += block) {
    const end = Math.min(start + block, inner)
    const place = extremeOf(bits, start, end)
    if (place < 0) return false
    let scale = Math.fround(Math.abs(floats[place] as number) / 127)
    if (scale > 2e36) scale = Math.fround(scale * (1 - 2 ** -23)) // 127 · scale must stay finite in f32
    scales[index] = scale
    const factor = scale === 0 ? 0 : 1 / scale
    if (scale < 1e-36) {
      // A scale this small is itself rounded so coarsely that codes could leave the range.
      for (let i = start; i < end; i++)
        q[i] = Math.min(255, Math.max(1, Math.floor((floats[i] as number) * factor + 128.5)))
    } else for (let i = start; i < end; i++) q[i] = (floats[i] as number) * factor + 128.5
  }
  q.fill(128, inner, scales.length * block)
  return true
}

function quantizeRow4({ floats, bits }: Row, block: number, q: Uint8Array, scales: Float32Array): boolean {
  const inner = floats.length
  for (let index = 0, start = 0; start < inner; index++, start += block) {
    const end = Math.min(start + block, inner)
    const place = extremeOf(bits, start, end)
    if (place < 0) return false
    const scale = Math.fround((floats[place] as number) / -8) + 0 // no -0
    scales[index] = scale
    const factor = scale === 0 ? 0 : 1 / scale
    let to = start / 2
    for (let i = start + 1; i < end; i += 2)
      q[to++] = code4((floats[i - 1] as number) * factor) | (code4((floats[i] as number) * factor) << 4)
    if (end % 2 === 1) q[to] = code4((floats[end - 1] as number) * factor) | 0x80
  }
  q.fill(0x88, Math.ceil(inner / 2), (scales.length * block) / 2)
  return true
}

/** A weight in units of its scale as a code of 4 bits. */
function code4(units: number): number {
  const code = units + 8.5
  return code > 15 ? 15 : code < 0 ? 0 : code | 0
}

function notFinite(name: string | undefined, row: number): WeightsError {
  return new WeightsError(
    'value',
    `${name === undefined ? 'quantizeRows' : `tensor ${shown(name)}`}: expected finite weights, got NaN or infinity in row ${row}, use an undamaged checkpoint`,
  )
}

/** @throws WeightsError unless the shape is [out, inner] */
export function matrixShape(where: string, shape: readonly number[]): readonly [number, number] {
  const [out, inner] = shape
  if (out === undefined || inner === undefined || shape.length !== 2)
    throw new WeightsError(
      'shape',
      `${where}: expected a matrix [out, in] to quantise, got ${shownShape(shape)}`,
    )
  return [out, inner]
}
