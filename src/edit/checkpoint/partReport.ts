import type { ParameterSource } from '../../graph/index.ts'
import { type Checkpoint, openCheckpoint } from '../../weights/index.ts'

/** What a file or folder of weights holds. */
export interface PartReport {
  readonly path: string
  /** `transformer and connector`, `autoencoder`, `language model`, `LoRA`, `unknown`, or another part of a family. */
  readonly kind: string
  readonly tensors: number
  readonly parameters: number
  readonly bytes: number
  /** Parameters by the type that they are stored in; quantised ones as `int8` or `int4`. */
  readonly types: Readonly<Record<string, number>>
  /** The sizes of the architecture that was found. */
  readonly config?: object
  /** What does not fit, in one line; nothing when the weights are complete. */
  readonly problem?: string
}

/** What a part is, and how it is checked. */
export interface PartInspection {
  /** What it is, if not known beforehand: by the names of its tensors. */
  readonly kind: string | ((source: ParameterSource) => string)
  /** The part under the names that its model asks for. */
  readonly layout: (source: ParameterSource) => ParameterSource
  /** The sizes of the architecture, once all its weights are found to be there. @throws WeightsError or ModelError */
  readonly check: (source: ParameterSource, kind: string) => object | undefined | Promise<object | undefined>
}

/** Looks at the headers of a part: a file, or a folder of shards. What does not fit is its `problem`. @throws WeightsError */
export async function reportPart(
  path: string,
  { kind: named, layout, check }: PartInspection,
): Promise<PartReport> {
  const checkpoint = await openCheckpoint(path)
  try {
    const counted = countOf(checkpoint)
    const official = layout(checkpoint)
    const kind = typeof named === 'string' ? named : named(official)
    try {
      const config = await check(official, kind)
      return { path, kind, ...counted, ...(config && { config }) }
    } catch (error) {
      return { path, kind, ...counted, problem: (error as Error).message }
    }
  } finally {
    await checkpoint.close()
  }
}

/** A check that infers the sizes of a part and looks for the weights that these ask for. */
export function sized<Config extends object>(
  infer: (source: ParameterSource) => Config | Promise<Config>,
  check: (source: ParameterSource, config: Config) => void,
): PartInspection['check'] {
  return async (source) => {
    const config = await infer(source)
    check(source, config)
    return config
  }
}

/** A report of a part with what is wrong with the tokenizer that belongs to it, as opening it tells. */
export async function withTokenizer(part: PartReport, opening: Promise<unknown>): Promise<PartReport> {
  const problem = await opening.then(
    () => undefined,
    (error: Error) => error.message,
  )
  const problems = [part.problem, problem].filter((each) => each !== undefined)
  return problems.length === 0 ? part : { ...part, problem: problems.join('; ') }
}

function countOf(checkpoint: Checkpoint): Pick<PartReport, 'tensors' | 'parameters' | 'bytes' | 'types'> {
  const types: Record<string, number> = {}
  let [tensors, parameters, bytes] = [0, 0, 0]
  const add = (type: string, count: number) => {
    types[type] = (types[type] ?? 0) + count
    tensors++
    parameters += count
  }
  for (const path of checkpoint.paths()) {
    const quantized = checkpoint.quantized.get(path)
    const stored = checkpoint.stored(path)
    const count = (quantized ?? stored)!.shape.reduce((product, size) => product * size, 1)
    add(quantized ? `int${quantized.bits}` : stored!.dtype, count)
  }
  for (const file of checkpoint.files) for (const { byteLength } of file.tensors.values()) bytes += byteLength
  return { tensors, parameters, bytes, types }
}
