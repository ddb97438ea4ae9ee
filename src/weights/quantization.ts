import type { Quantization } from '../graph/index.ts'
import { type DType, dtypes } from '../graph/index.ts'
import { shown, shownShape, WeightsError } from './error.ts'
import type { StoredTensor } from './header.ts'
import { isJsonObject, type JsonValue, parseJsonText } from './json.ts'
import { checkQuantization, matrixShape, quantizedShapes } from './quantize.ts'

/** The metadata key under which a quantised checkpoint says what it holds. */
export const quantizationKey = 'pentimento.quantization'

/** A weight kept as the tensors `<path>.q` and `<path>.scales`; `dtype` is what it was before. */
export interface QuantizedTensor extends Quantization {
  readonly shape: readonly [number, number]
  readonly dtype: DType
}

/** How a quantised checkpoint was made, so that it can be made again. */
export interface QuantizationRecipe extends Quantization {
  /** The program that made it, with its version. */
  readonly tool: string
  /** Each source file with the SHA-256 of its header. */
  readonly sources: readonly { readonly file: string; readonly headerHash: string }[]
  /** The tensors that were copied unchanged, by reason. */
  readonly kept: { readonly [reason: string]: readonly string[] }
}

/** The value of {@link quantizationKey} in a checkpoint's metadata. */
export function formatQuantization(
  tensors: ReadonlyMap<string, QuantizedTensor>,
  recipe: QuantizationRecipe,
): string {
  // Object.fromEntries makes own properties, so that even `__proto__` is written as a name.
  return JSON.stringify({ version: 1, tensors: Object.fromEntries(tensors), recipe })
}

/**
 * The quantised weights of one file, from its metadata, each checked against the tensors that hold it.
 * @throws WeightsError
 */
export function readQuantization(
  file: string,
  metadata: ReadonlyMap<string, string>,
  tensors: ReadonlyMap<string, StoredTensor>,
): ReadonlyMap<string, QuantizedTensor> {
  const quantized = new Map<string, QuantizedTensor>()
  const text = metadata.get(quantizationKey)
  if (text === undefined) return quantized
  const where = `${file}: metadata ${quantizationKey}`
  const root = parseJsonText(where, text, 'quantization')
  const version = isJsonObject(root) ? root.get('version') : undefined
  const entries = isJsonObject(root) ? root.get('tensors') : undefined
  if (version !== 1)
    throw new WeightsError(
      'quantization',
      `${where}: expected version 1, got ${typeof version === 'number' ? version : 'none'}, update Pentimento or quantise again`,
    )
  if (!isJsonObject(entries)) throw new WeightsError('quantization', `${where}: expected an object "tensors"`)
  for (const [path, entry] of entries) {
    const tensor = parseEntry(`${where}: ${shown(path)}`, entry)
    checkParts(file, path, tensor, tensors)
    quantized.set(path, tensor)
  }
  return quantized
}

function parseEntry(where: string, entry: JsonValue): QuantizedTensor {
  if (!isJsonObject(entry)) throw new WeightsError('quantization', `${where}: expected an object`)
  const bits = entry.get('bits')
  const block = entry.get('block')
  const dtype = entry.get('dtype')
  const shape = entry.get('shape')
  if (typeof bits !== 'number' || typeof block !== 'number')
    throw new WeightsError('quantization', `${where}: expected numbers "bits" and "block"`)
  const quantization = { bits: bits as Quantization['bits'], block }
  checkQuantization(where, quantization)
  if (typeof dtype !== 'string' || !Object.hasOwn(dtypes, dtype))
    throw new WeightsError('quantization', `${where}: expected a "dtype" of ${Object.keys(dtypes).join(' ')}`)
  const sizes: readonly JsonValue[] = Array.isArray(shape) ? shape : []
  if (sizes.length !== 2 || !sizes.every((size) => Number.isSafeInteger(size) && (size as number) > 0))
    throw new WeightsError('quantization', `${where}: expected a "shape" [out, in]`)
  return { ...quantization, dtype: dtype as DType, shape: matrixShape(where, sizes as readonly number[]) }
}

function checkParts(
  file: string,
  path: string,
  tensor: QuantizedTensor,
  tensors: ReadonlyMap<string, StoredTensor>,
): void {
  if (tensors.has(path))
    throw new WeightsError(
      'duplicate',
      `${file}: tensor ${shown(path)} exists both plain and quantised, keep one`,
    )
  const shapes = quantizedShapes(tensor.shape, tensor)
  const parts = [
    { part: `${path}.q`, dtype: 'U8', shape: shapes.q },
    { part: `${path}.scales`, dtype: 'F32', shape: shapes.scales },
  ]
  for (const { part, dtype, shape } of parts) {
    const found = tensors.get(part)
    const got = found === undefined ? 'no such tensor' : `${found.dtype} ${shownShape(found.shape)}`
    const expected = `${dtype} ${shownShape(shape)}`
    if (got !== expected)
      throw new WeightsError(
        'quantization',
        `${file}: tensor ${shown(part)}: expected ${expected}, got ${got}, quantise again`,
      )
  }
}
