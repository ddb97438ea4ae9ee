import { type DType, elementCount, numbersOf, valueOfBytes } from '../../graph/index.ts'

/** How `model.json` lists the weights that lie one after another in its files. */
export type WeightsManifest = readonly { readonly weights: readonly Entry[] }[]

interface Entry {
  readonly name: string
  readonly shape: readonly number[]
  readonly dtype: 'float32' | 'int32'
  /** `value = stored · scale + min`; a half needs neither. */
  readonly quantization?: {
    readonly dtype: 'uint8' | 'float16'
    readonly min?: number
    readonly scale?: number
  }
}

/** A tensor of fixed numbers. */
export interface Constant {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

const storage: Readonly<Record<string, { readonly dtype: DType; readonly bytes: number }>> = {
  float32: { dtype: 'f32', bytes: 4 },
  int32: { dtype: 'i32', bytes: 4 },
  uint8: { dtype: 'u8', bytes: 1 },
  float16: { dtype: 'f16', bytes: 2 },
}

/** The weights of a TensorFlow.js model by name. Whole numbers (axes, shapes) are small enough for f32. */
export function readConstants(manifest: WeightsManifest, bytes: Uint8Array): ReadonlyMap<string, Constant> {
  const constants = new Map<string, Constant>()
  // A Buffer's slice is no copy, a Uint8Array's is.
  const all = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let offset = 0
  for (const { name, shape, dtype, quantization } of manifest.flatMap(({ weights }) => weights)) {
    const stored = storage[quantization?.dtype ?? dtype]
    if (!stored) throw new Error(`weight '${name}': no rule for ${quantization?.dtype ?? dtype}`)
    const end = offset + elementCount(shape) * stored.bytes
    const numbers = numbersOf(valueOfBytes(stored.dtype, shape, all.subarray(offset, end)))
    const { min = 0, scale = 1 } = quantization ?? {}
    constants.set(name, { shape, data: Float32Array.from(numbers, (x) => x * scale + min) })
    offset = end
  }
  if (offset !== bytes.byteLength)
    throw new Error(`the weights have ${bytes.byteLength} bytes, the model lists ${offset}`)
  return constants
}
