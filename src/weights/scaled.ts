import type { ParameterInfo, Quantization } from '../graph/index.ts'
import { listed, shown, shownShape, WeightsError } from './error.ts'
import { isFloatDType } from './floats.ts'
import { type StoredTensor, storedDTypes } from './header.ts'
import { isJsonObject, type JsonObject, parseJsonText } from './json.ts'
import type { QuantizedRows } from './quantize.ts'

/**
 * A weight that is stored with a scale, as ComfyUI and others write fp8 and int8: value = stored · scale. Sources:
 * https://github.com/Comfy-Org/ComfyUI/blob/master/comfy/quant_ops.py and QUANTIZATION.md next to it.
 */
export interface ScaledTensor {
  readonly stored: StoredTensor
  /** The tensor of the scale. */
  readonly scale: string
  /** One scale for each row, or one for the whole tensor. */
  readonly perRow: boolean
}

/** What a file says of scaled weights. */
export interface Scales {
  /** By the path of the weight. */
  readonly scaled: ReadonlyMap<string, ScaledTensor>
  /** Auxiliary tensors of scaled weights. */
  readonly companions: ReadonlySet<string>
}

/** The tensor that names a layer's format in JSON. */
export const formatSuffix = '.comfy_quant'
/** The metadata key that names the formats of all layers. */
const formatsKey = '_quantization_metadata'

const scaleSuffixes = ['.scale_weight', '.weight_scale']
/** Scales of what goes into a layer: for products in fp8. Here products are computed in f32. */
const inputSuffixes = ['.scale_input', '.input_scale']
/** Those of formats with two levels of scales, or with scaled inputs. */
const unknownSuffixes = ['.weight_scale_2', '.pre_quant_scale', '.weight_zero_point']

/** The stored type of each format that is understood. */
const formats: Readonly<Record<string, string>> = {
  float8_e4m3fn: 'F8_E4M3',
  float8_e5m2: 'F8_E5M2',
  int8_tensorwise: 'I8',
}
/** Other fields of a format, which do not change the weight. */
const harmless = [
  'format',
  'full_precision_matrix_mult',
  'per_row',
  'per_channel',
  'orig_dtype',
  'orig_shape',
]

/** Blocks that int8 weights get in this program's own layout, where every row has one scale or more. */
export const int8Quantization: Quantization = { bits: 8, block: 128 }

/**
 * Finds the scaled weights among a file's tensors. `formatTexts` holds the text of each `….comfy_quant` tensor.
 * @throws WeightsError that names at once all weights whose format is not understood
 */
export function readScales(
  name: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: ReadonlyMap<string, string>,
  formatTexts: ReadonlyMap<string, string>,
): Scales {
  const scaled = new Map<string, ScaledTensor>()
  const companions = new Set<string>()
  const problems: string[] = []
  for (const [layer, format] of readFormats(name, tensors, metadata, formatTexts)) {
    const problem = formatProblem(tensors.get(`${layer}.weight`), format)
    if (problem !== undefined) problems.push(`${shown(`${layer}.weight`)} ${problem}`)
  }
  for (const [path, tensor] of tensors) {
    const marker = /(?:^|\.)scaled_fp8$/.test(path) || path.endsWith(formatSuffix)
    const layerOf = (suffixes: readonly string[]) => {
      const suffix = suffixes.find((each) => path.endsWith(each))
      return suffix && path.slice(0, -suffix.length)
    }
    if (marker || layerOf(inputSuffixes) !== undefined) companions.add(path)
    const unknown = layerOf(unknownSuffixes)
    if (unknown !== undefined && tensors.has(`${unknown}.weight`))
      problems.push(`${shown(path)} has an unsupported format`)
    const layer = layerOf(scaleSuffixes)
    const weight = layer === undefined ? undefined : tensors.get(`${layer}.weight`)
    if (!weight) continue
    const problem =
      scaleProblem(tensor, weight) ?? (scaled.has(`${layer}.weight`) ? 'is there twice' : undefined)
    if (problem !== undefined) problems.push(`${shown(path)} ${problem}`)
    const count = tensor.shape.reduce((product, size) => product * size, 1)
    scaled.set(`${layer}.weight`, { stored: weight, scale: path, perRow: count > 1 })
    companions.add(path)
  }
  if (problems.length > 0)
    throw new WeightsError(
      'quantization',
      `${name}: unsupported quantised weights: ${listed(problems)}; get the model in bf16, fp16, fp8 or int8`,
    )
  return { scaled, companions }
}

/** What a source says of a scaled weight. Those in int8 become quantised weights of this program's own kind. */
export function describeScaled({ stored, perRow }: ScaledTensor): ParameterInfo {
  const { shape, dtype } = stored
  if (dtype === 'I8') return { dtype: 'f32', shape, quantization: int8Quantization }
  return { dtype: 'f32', shape, stored: storedDTypes[dtype].dtype!, scale: perRow ? 'row' : 'tensor' }
}

/**
 * Rows of int8 weights with their scales in this program's own layout, exactly: codes from 0 to 255 that mean −128 to
 * 127, padded to whole blocks. `scales` has one number for each row.
 */
export function int8Rows(bytes: Uint8Array, inner: number, scales: Float32Array): QuantizedRows {
  const { block } = int8Quantization
  const rows = bytes.length / inner
  const blocks = Math.ceil(inner / block)
  const q = new Uint8Array(rows * blocks * block).fill(128)
  const spread = new Float32Array(rows * blocks)
  for (let row = 0; row < rows; row++) {
    const to = row * blocks * block
    for (let i = 0; i < inner; i++) q[to + i] = bytes[row * inner + i]! ^ 128
    spread.fill(scales[row]!, row * blocks, (row + 1) * blocks)
  }
  return { q, scales: spread }
}

type Format = JsonObject | string

function readFormats(
  name: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: ReadonlyMap<string, string>,
  formatTexts: ReadonlyMap<string, string>,
): ReadonlyMap<string, Format> {
  const found = new Map<string, Format>()
  const parsed = (where: string, text: string): Format => {
    const json = parseJsonText(where, text, 'quantization')
    return isJsonObject(json) ? json : 'expected an object'
  }
  for (const [path, text] of formatTexts)
    found.set(path.slice(0, -formatSuffix.length), parsed(`${name}: tensor ${shown(path)}`, text))
  const text = metadata.get(formatsKey)
  if (text === undefined) return found
  const root = parsed(`${name}: metadata ${formatsKey}`, text)
  const layers = typeof root === 'string' ? undefined : root.get('layers')
  if (!isJsonObject(layers))
    throw new WeightsError('quantization', `${name}: metadata ${formatsKey}: expected an object "layers"`)
  for (const [layer, format] of layers) {
    // Files that hold several models name a layer within its own.
    const path =
      [layer, `model.diffusion_model.${layer}`].find((each) => tensors.has(`${each}.weight`)) ?? layer
    if (!found.has(path)) found.set(path, isJsonObject(format) ? format : 'expected an object')
  }
  return found
}

function formatProblem(weight: StoredTensor | undefined, format: Format): string | undefined {
  if (!weight) return 'has a format, but no tensor'
  if (typeof format === 'string') return `has a format that is not a JSON object`
  const kind = format.get('format')
  const stored = typeof kind === 'string' && Object.hasOwn(formats, kind) ? formats[kind] : undefined
  if (stored === undefined) return `is ${typeof kind === 'string' ? shown(kind) : 'of no format'}`
  if (weight.dtype !== stored) return `is ${shown(String(kind))}, expected ${stored}, got ${weight.dtype}`
  const changes = [...format].filter(
    ([key, value]) => !harmless.includes(key) && value !== false && value !== null,
  )
  // The size of a rotation's groups means nothing without a rotation.
  const other = changes.find(([key]) => !/_groupsize$|^group_size$/.test(key))
  return other && `is ${shown(String(kind))} with ${shown(other[0])}`
}

function scaleProblem(scale: StoredTensor, weight: StoredTensor): string | undefined {
  const { dtype } = storedDTypes[scale.dtype]
  if (dtype === undefined || !isFloatDType(dtype)) return `is ${scale.dtype}, expected floats`
  const count = scale.shape.reduce((product, size) => product * size, 1)
  const isRows = count === weight.shape[0] && scale.shape[0] === count
  if (count !== 1 && !isRows)
    return `has the shape ${shownShape(scale.shape)}, expected one number or one for each row of ${shownShape(weight.shape)}`
  const type = storedDTypes[weight.dtype].dtype
  if (weight.dtype === 'I8')
    return weight.shape.length === 2 ? undefined : 'belongs to int8 weights that are not a matrix'
  return type !== undefined && isFloatDType(type) ? undefined : `belongs to ${weight.dtype}`
}
