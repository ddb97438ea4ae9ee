import type { DType } from '../graph/index.ts'

/** What a machine computes with, by the name of ONNX Runtime's execution provider. */
export type Provider = 'cpu' | 'webgpu' | 'cuda' | 'coreml' | 'dml'

/** What lowering must know of the machine that a graph will run on. */
export interface Target {
  /** Whether `com.microsoft.FusedMatMul` (products of transposed operands) has a kernel. */
  readonly fusedMatMul: boolean
  /** Whether `com.microsoft.MultiHeadAttention` can be trusted with any number of tokens. */
  readonly fusedAttention: boolean
  /**
   * What can be done with f16: `computes` with it; only `moves` it (gathers, slices, reshapes); or `nothing`.
   * Where it is not computed with, its values are carried in f32.
   */
  readonly half: 'computes' | 'moves' | 'nothing'
}

/**
 * The WebGPU provider lacks FusedMatMul (ONNX Runtime 1.30), its attention kernel gave wrong results from 32 tokens on
 * (on SwiftShader), and whether its device has f16 cannot be asked;
 * the CPU provider has no f16 products on x86 and would cast around every one of them.
 */
export const targets: { readonly [P in Provider]: Target } = {
  cpu: { fusedMatMul: true, fusedAttention: true, half: 'moves' },
  webgpu: { fusedMatMul: false, fusedAttention: false, half: 'nothing' },
  cuda: { fusedMatMul: true, fusedAttention: true, half: 'computes' },
  coreml: { fusedMatMul: false, fusedAttention: true, half: 'nothing' },
  dml: { fusedMatMul: false, fusedAttention: true, half: 'computes' },
}

/** The dtype in which a target computes with values of a dtype: wide enough for each of them. */
export function carrier(dtype: DType, { half }: Target): DType {
  return dtype === 'f16' && half === 'computes' ? dtype : crossing(dtype)
}

/**
 * The dtype in which values of a dtype are given to a session and taken from it. ONNX Runtime's JavaScript has no
 * tensors of bf16 and f8, and where Node has Float16Array (24 and later) its binding cannot read them.
 */
export function crossing(dtype: DType): DType {
  return dtype === 'f16' || dtype === 'bf16' || dtype === 'f8e4m3' || dtype === 'f8e5m2' ? 'f32' : dtype
}

/** Whether stored elements of a dtype can be moved about before they are widened. */
export function moves(dtype: DType, { half }: Target): boolean {
  return dtype !== 'f16' || half !== 'nothing'
}
