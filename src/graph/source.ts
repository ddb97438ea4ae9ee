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
  /**
   * Set when the values take more than the tensor that is stored: that one is then `<path>.stored`, of this dtype. The
   * bytes of `path` itself are the values, in f32.
   */
  readonly stored?: DType
  /** Set when `<path>.stored` is multiplied by the f32 tensor `<path>.scale`: one number [], or one for each row [out]. */
  readonly scale?: 'tensor' | 'row'
  /**
   * Set when a product of this rank is added to a weight [out, in]: `<path>.up` (f32 [out, rank]) times `<path>.down`
   * (f32 [rank, in]).
   */
  readonly lowRank?: number
}

/** The tensors that represent or extend a weight, by the suffix of its path. A plain weight has none. */
export function partsOf({ quantization, stored, scale, lowRank }: ParameterInfo): readonly string[] {
  return [
    ...(quantization ? ['.q', '.scales'] : []),
    ...(stored ? ['.stored'] : []),
    ...(scale ? ['.scale'] : []),
    ...(lowRank ? ['.up', '.down'] : []),
  ]
}

/** The weight that a path may be a part of, and what follows the weight's path: `a.weight.scales` → `a.weight`, `.scales`. */
export function splitPart(path: string): { readonly weight: string; readonly part: string } | undefined {
  const [, weight, part] = /^(.+)(\.(?:q|scales|stored|scale|up|down))$/s.exec(path) ?? []
  return weight === undefined || part === undefined ? undefined : { weight, part }
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
