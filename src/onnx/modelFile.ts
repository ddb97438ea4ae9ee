import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import type { DType, TensorValue } from '../graph/index.ts'
import { RuntimeError, reasonOf } from './error.ts'
import { loadOrt, type Ort } from './ort.ts'
import { fromOrt, toOrt } from './values.ts'

/** How a foreign model is loaded. */
export interface ModelFileOptions {
  /** Threads of the CPU. Default: one for each core. */
  readonly threads?: number | undefined
  /** Whether waiting threads keep their core busy: fastest when nothing else runs. Default: false. */
  readonly spinning?: boolean | undefined
}

/** A model that others have exported, ready to run on the CPU. */
export interface ModelFile {
  /** Names of its inputs, in its own order. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /**
   * Runs it once. @param wanted names of the outputs to compute. Default: all.
   * @throws RuntimeError `feeds` when an input is missing or an output is not known, `model` when it does not run
   */
  run(
    feeds: Readonly<Record<string, TensorValue>>,
    wanted?: readonly string[],
  ): Promise<Readonly<Record<string, TensorValue>>>
  /** Frees its memory; a run afterwards is refused. May be called twice. */
  release(): Promise<void>
}

/** ONNX Runtime's names of the dtypes that its JavaScript gives back. */
const dtypes: Readonly<Record<string, DType>> = {
  float32: 'f32',
  float64: 'f64',
  int32: 'i32',
  int64: 'i64',
  uint8: 'u8',
  bool: 'bool',
}

/**
 * Loads an ONNX file, or its bytes, unchanged, on the CPU. For models that are not written in the graph language.
 * @throws RuntimeError `model` when it is not there or ONNX Runtime does not load it
 */
export async function openModelFile(
  file: string | Uint8Array,
  { threads, spinning = false }: ModelFileOptions = {},
): Promise<ModelFile> {
  const ort = await loadOrt()
  const name = typeof file === 'string' ? file : 'model'
  const options: InferenceSession.SessionOptions = {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'all',
    logSeverityLevel: 4,
    ...(threads !== undefined && { intraOpNumThreads: threads }),
    extra: { session: { ...(!spinning && { intra_op: { allow_spinning: '0' } }) } },
  }
  try {
    // The two overloads differ in nothing but the type of the file.
    const session =
      typeof file === 'string'
        ? await ort.InferenceSession.create(file, options)
        : await ort.InferenceSession.create(file, options)
    return new ForeignModel(ort, session, name)
  } catch (error) {
    throw new RuntimeError(
      'model',
      `${name}: expected an ONNX model that ONNX Runtime loads, got: ${reasonOf(error)}`,
      { cause: error },
    )
  }
}

class ForeignModel implements ModelFile {
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly #ort: Ort
  readonly #session: InferenceSession
  readonly #name: string
  #released = false

  constructor(ort: Ort, session: InferenceSession, name: string) {
    this.inputs = session.inputNames
    this.outputs = session.outputNames
    this.#ort = ort
    this.#session = session
    this.#name = name
  }

  async run(
    feeds: Readonly<Record<string, TensorValue>>,
    wanted: readonly string[] = this.outputs,
  ): Promise<Readonly<Record<string, TensorValue>>> {
    if (this.#released)
      throw new RuntimeError('released', `${this.#name}: the model was released; open it again`)
    this.#check('inputs', this.inputs, Object.keys(feeds))
    this.#check('outputs', wanted, this.outputs)
    const given: Record<string, OrtTensor> = {}
    for (const name of this.inputs) given[name] = toOrt(feeds[name]!, this.#ort.Tensor)
    const results = await this.#session.run(given, wanted).catch((error: unknown) => {
      throw new RuntimeError('model', `${this.#name}: ONNX Runtime could not run it: ${reasonOf(error)}`, {
        cause: error,
      })
    })
    return Object.fromEntries(wanted.map((name) => [name, this.#value(name, results[name]!)]))
  }

  async release(): Promise<void> {
    if (this.#released) return
    this.#released = true
    await this.#session.release()
  }

  #check(what: string, needed: readonly string[], there: readonly string[]): void {
    const missing = needed.filter((name) => !there.includes(name))
    if (missing.length > 0)
      throw new RuntimeError(
        'feeds',
        `${this.#name}: expected ${what} ${missing.join(', ')}, got ${there.join(', ') || 'none'}`,
      )
  }

  #value(name: string, tensor: OrtTensor): TensorValue {
    const dtype = dtypes[tensor.type]
    if (dtype === undefined)
      throw new RuntimeError(
        'unsupported',
        `${this.#name}: output ${name} is ${tensor.type}, expected one of ${Object.keys(dtypes).join(', ')}; ask for other outputs`,
      )
    return fromOrt(tensor, dtype)
  }
}
