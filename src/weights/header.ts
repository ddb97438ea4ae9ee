import type { DType } from '../graph/index.ts'
import type { WeightsErrorCode } from './error.ts'
import { listed, shown, shownShape, WeightsError } from './error.ts'
import { isJsonObject, JsonError, type JsonObject, type JsonValue, parseJson } from './json.ts'

/** Element types of the safetensors format that are whole bytes and real numbers. */
export type StoredDType =
  | 'BOOL'
  | 'U8'
  | 'I8'
  | 'F8_E4M3'
  | 'F8_E5M2'
  | 'I16'
  | 'U16'
  | 'F16'
  | 'BF16'
  | 'I32'
  | 'U32'
  | 'F32'
  | 'I64'
  | 'U64'
  | 'F64'

interface StoredDTypeInfo {
  readonly bytes: number
  /** The same type in the graph language, which lacks the odd integers. */
  readonly dtype?: DType
}

export const storedDTypes: { readonly [D in StoredDType]: StoredDTypeInfo } = {
  BOOL: { bytes: 1, dtype: 'bool' },
  U8: { bytes: 1, dtype: 'u8' },
  I8: { bytes: 1 },
  F8_E4M3: { bytes: 1, dtype: 'f8e4m3' },
  F8_E5M2: { bytes: 1, dtype: 'f8e5m2' },
  I16: { bytes: 2 },
  U16: { bytes: 2 },
  F16: { bytes: 2, dtype: 'f16' },
  BF16: { bytes: 2, dtype: 'bf16' },
  I32: { bytes: 4, dtype: 'i32' },
  U32: { bytes: 4 },
  F32: { bytes: 4, dtype: 'f32' },
  I64: { bytes: 8, dtype: 'i64' },
  U64: { bytes: 8 },
  F64: { bytes: 8, dtype: 'f64' },
}

/** The stored type of each type of the graph language. */
export const storedAs: { readonly [D in DType]: StoredDType } = {
  bool: 'BOOL',
  u8: 'U8',
  f8e4m3: 'F8_E4M3',
  f8e5m2: 'F8_E5M2',
  f16: 'F16',
  bf16: 'BF16',
  i32: 'I32',
  f32: 'F32',
  i64: 'I64',
  f64: 'F64',
}

/** One tensor of a file: `byteLength` bytes from `offset`, counted from the file's first byte. */
export interface StoredTensor {
  readonly dtype: StoredDType
  readonly shape: readonly number[]
  readonly offset: number
  readonly byteLength: number
}

export interface SafetensorsHeader {
  /** In the order of their offsets. */
  readonly tensors: ReadonlyMap<string, StoredTensor>
  readonly metadata: ReadonlyMap<string, string>
}

/** The largest header that the format allows. */
export const maxHeaderBytes = 100_000_000

/** The number of elements of a shape, or undefined if it is not a shape or its size is not a safe integer. */
export function countElements(shape: readonly number[]): number | undefined {
  let count = 1
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0) return undefined
    count *= size
    if (!Number.isSafeInteger(count)) return undefined
  }
  return count
}

/**
 * Reads and checks the JSON header of a safetensors file. `dataStart` is the offset of the first data byte and
 * `dataBytes` what the file holds from there: the tensors must fill it without holes or overlaps.
 * @throws WeightsError
 */
export function parseHeader(
  file: string,
  bytes: Uint8Array,
  dataStart: number,
  dataBytes: number,
): SafetensorsHeader {
  const root = parseHeaderJson(file, bytes)
  const tensors: [string, StoredTensor][] = []
  let metadata: ReadonlyMap<string, string> = new Map()
  for (const [name, value] of root) {
    if (name === '__metadata__') metadata = parseMetadata(file, value)
    else tensors.push([name, parseTensor(file, name, value, dataStart)])
  }
  tensors.sort(([, a], [, b]) => a.offset - b.offset || a.byteLength - b.byteLength)
  checkLayout(file, tensors, dataStart, dataBytes)
  return { tensors: new Map(tensors), metadata }
}

function refuse(file: string, code: WeightsErrorCode, message: string): WeightsError {
  return new WeightsError(code, `${file}: ${message}, check that this is a complete .safetensors file`)
}

function parseHeaderJson(file: string, bytes: Uint8Array): JsonObject {
  if (bytes[0] !== 0x7b) throw refuse(file, 'header', "the header must begin with '{'")
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw refuse(file, 'header', 'the header is not UTF-8')
  }
  try {
    return parseJson(text) as JsonObject
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    if (error.duplicate === undefined)
      throw refuse(file, 'header', `the header is not JSON: ${error.message}`)
    throw new WeightsError(
      'duplicate',
      `${file}: the header names ${shown(error.duplicate)} twice; write the file again`,
    )
  }
}

function parseMetadata(file: string, value: JsonValue): ReadonlyMap<string, string> {
  if (!isJsonObject(value)) throw refuse(file, 'header', '__metadata__ must be an object of strings')
  const metadata = new Map<string, string>()
  for (const [key, text] of value) {
    if (typeof text !== 'string')
      throw refuse(file, 'header', `__metadata__ ${shown(key)}: expected a string, got ${kindOf(text)}`)
    metadata.set(key, text)
  }
  return metadata
}

function parseTensor(file: string, name: string, entry: JsonValue, dataStart: number): StoredTensor {
  const where = `tensor ${shown(name)}`
  if (!isJsonObject(entry)) throw refuse(file, 'header', `${where}: expected an object, got ${kindOf(entry)}`)
  const strange = [...entry.keys()].filter((key) => !['dtype', 'shape', 'data_offsets'].includes(key))
  if (strange.length > 0)
    throw refuse(file, 'header', `${where}: unknown fields: ${listed(strange.map(shown), 5)}`)
  const dtype = parseDType(file, where, entry.get('dtype'))
  const shape = parseIntegers(file, where, 'shape', entry.get('shape'), 'shape')
  const elements = countElements(shape)
  if (elements === undefined)
    throw refuse(file, 'shape', `${where}: shape ${shownShape(shape)} has too many elements`)
  const offsets = parseIntegers(file, where, 'data_offsets', entry.get('data_offsets'), 'offsets')
  const [begin, end] = offsets
  if (begin === undefined || end === undefined || offsets.length !== 2)
    throw refuse(
      file,
      'offsets',
      `${where}: data_offsets must be [begin, end], got ${offsets.length} numbers`,
    )
  if (end < begin) throw refuse(file, 'offsets', `${where}: data_offsets [${begin}, ${end}] are reversed`)
  const expected = elements * storedDTypes[dtype].bytes
  if (end - begin !== expected)
    throw refuse(
      file,
      'offsets',
      `${where}: expected ${expected} bytes for ${dtype} ${shownShape(shape)}, got ${end - begin}`,
    )
  return { dtype, shape, offset: dataStart + begin, byteLength: expected }
}

function parseDType(file: string, where: string, value: JsonValue | undefined): StoredDType {
  if (typeof value !== 'string')
    throw refuse(file, 'dtype', `${where}: expected a dtype name, got ${kindOf(value)}`)
  if (!Object.hasOwn(storedDTypes, value))
    throw new WeightsError(
      'dtype',
      `${file}: ${where}: expected a dtype of ${Object.keys(storedDTypes).join(' ')}, got ${shown(value)}, convert the tensor first`,
    )
  return value as StoredDType
}

function parseIntegers(
  file: string,
  where: string,
  field: string,
  value: JsonValue | undefined,
  code: WeightsErrorCode,
): readonly number[] {
  if (!Array.isArray(value))
    throw refuse(file, code, `${where}: ${field} must be an array, got ${kindOf(value)}`)
  return (value as readonly JsonValue[]).map((item) => {
    if (typeof item !== 'number' || !Number.isSafeInteger(item) || item < 0) {
      const got = typeof item === 'number' ? String(item) : kindOf(item)
      throw refuse(file, code, `${where}: ${field} must hold non-negative whole numbers, got ${got}`)
    }
    return item + 0 // -0 becomes 0
  })
}

/** The tensors, sorted by offset, must tile the data exactly. */
function checkLayout(
  file: string,
  tensors: readonly [string, StoredTensor][],
  dataStart: number,
  dataBytes: number,
): void {
  let at = dataStart
  for (const [name, { offset, byteLength }] of tensors) {
    if (offset + byteLength > dataStart + dataBytes)
      throw refuse(
        file,
        'truncated',
        `tensor ${shown(name)} ends at byte ${offset + byteLength} of a file of ${dataStart + dataBytes}`,
      )
    if (offset < at) throw refuse(file, 'offsets', `tensor ${shown(name)} overlaps the one before it`)
    if (offset > at)
      throw refuse(file, 'offsets', `a hole of ${offset - at} bytes before tensor ${shown(name)}`)
    at += byteLength
  }
  const extra = dataStart + dataBytes - at
  if (extra > 0) throw refuse(file, 'truncated', `${extra} bytes at the end belong to no tensor`)
}

function kindOf(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  return isJsonObject(value) ? 'an object' : `a ${typeof value}`
}
