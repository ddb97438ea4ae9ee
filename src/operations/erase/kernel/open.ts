import { ImageError } from '../../../image/index.ts'
import { fillModule } from './fillModule.ts'

/** The kernel's functions; `fill.as` tells what they do and what their places and numbers mean. */
export interface FillExports {
  seed(value: number): void
  measure(
    ...numbers: readonly [
      count: number,
      targets: number,
      field: number,
      costs: number,
      pixels: number,
      width: number,
    ]
  ): void
  improve(
    ...numbers: readonly [
      count: number,
      targets: number,
      field: number,
      costs: number,
      isTarget: number,
      isSource: number,
      pixels: number,
      width: number,
      height: number,
      backward: number,
      radius: number,
    ]
  ): void
  vote(
    ...numbers: readonly [
      count: number,
      holes: number,
      field: number,
      weights: number,
      isTarget: number,
      pixels: number,
      width: number,
    ]
  ): void
  choose(
    ...numbers: readonly [
      count: number,
      holes: number,
      field: number,
      weights: number,
      isTarget: number,
      origins: number,
      width: number,
    ]
  ): void
}

/** The part of WebAssembly used here; the types of Node 20 declare only its name. */
interface WebAssemblyApi {
  readonly Memory: new (options: { readonly initial: number }) => { readonly buffer: ArrayBuffer }
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object
  readonly Instance: new (
    module: object,
    imports: Readonly<Record<string, object>>,
  ) => { readonly exports: Readonly<Record<string, unknown>> }
}

const pageBytes = 65_536

/** A block of memory and the kernel that works in it. @throws ImageError `size` where the system does not have that much */
export function openKernel(bytes: number): { readonly buffer: ArrayBuffer; readonly run: FillExports } {
  const { Memory, Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly
  let memory: { readonly buffer: ArrayBuffer }
  try {
    memory = new Memory({ initial: Math.ceil(bytes / pageBytes) })
  } catch (error) {
    throw new ImageError(
      'size',
      `erase: cannot allocate ${(bytes / 1e6).toFixed(0)} MB for the area around the hole; use a smaller picture`,
      { cause: error },
    )
  }
  const module = new Module(Uint8Array.from(Buffer.from(fillModule, 'base64')))
  const instance = new Instance(module, { env: { memory } })
  return { buffer: memory.buffer, run: instance.exports as unknown as FillExports }
}
