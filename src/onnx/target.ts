import type { DType } from '../graph/index.ts'

/** What a machine computes with, by the name of ONNX Runtime's execution provider. */
export type Provider = 'cpu' | 'webgpu' | 'cuda' | 'coreml' | 'dml'

/** What lowering must know of the machine that a graph will run on. */
export interface Target {
  /** Whether `com.microsoft.FusedMatMul` (products of transposed operands) has a kernel. */
  readonly fusedMatMul: boolean
  /** Whether f16 arithmetic runs as such; elsewhere f16 values are carried in f32. */
  readonly half: boolean
}

/**
 * The WebGPU provider lacks FusedMatMul (ONNX Runtime 1.30), and whether its device has f16 cannot be asked;
 * the CPU provider has no f16 products on x86 and would cast around every one of them.
 */
export const targets: { readonly [P in Provider]: Target } = {
  cpu: { fusedMatMul: true, half: false },
  webgpu: { fusedMatMul: false, half: false },
  cuda: { fusedMatMul: true, half: true },
  coreml: { fusedMatMul: false, half: false },
  dml: { fusedMatMul: false, half: true },
}

/** The dtype in which a target holds values of a dtype: wide enough for each of them. */
export function carrier(dtype: DType, { half }: Target): DType {
  if (dtype === 'bf16' || dtype === 'f8e4m3' || dtype === 'f8e5m2') return 'f32'
  return dtype === 'f16' && !half ? 'f32' : dtype
}
