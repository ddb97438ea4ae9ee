import type { DType } from './dtype.ts'

/** How a linear weight was quantised: symmetric blocks of `block` values along a row share one f32 scale. */
export interface Quantization {
  readonly bits: 4 | 8
  readonly block: number
}

/** What a source knows of one tensor before its bytes are read. */
export interface ParameterInfo {
  readonly dtype: DType
  readonly shape: readonly number[]
  /**
   * Set when the tensor [out, in] is kept quantised: its bytes are then the two tensors `<path>.q`
   * (u8 [out, ⌈in/block⌉, block·bits/8]) and `<path>.scales` (f32 [out, ⌈in/block⌉]).
   */
  readonly quantization?: Quantization
}

/** Bytes that lie in a file exactly as they are needed: row-major, little-endian. */
export interface FileRange {
  readonly file: string
  readonly offset: number
  readonly byteLength: number
}

/** Where parameters come from: a checkpoint, seeded initialisers, an overlay of either. */
export interface ParameterSource {
  /** For messages: what this is and where. */
  readonly name: string
  paths(): Iterable<string>
  describe(path: string): ParameterInfo | undefined
  /** The place of a tensor's bytes in a file, where they can be used without a copy. */
  locate(path: string): FileRange | undefined
  /** A tensor's bytes, row-major and little-endian. */
  read(path: string): Promise<Uint8Array>
}
