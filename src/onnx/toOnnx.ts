import { basename } from 'node:path'
import { openWholeFile, type WholeFile, type WriteOptions, writeFileWhole } from '../files/index.ts'
import {
  byteLength,
  elementCount,
  type ParameterSource,
  type Program,
  program,
  type Tensor,
} from '../graph/index.ts'
import { lower } from './lower.ts'
import { checkAgainst } from './placement.ts'
import { prepare } from './prepare.ts'
import { encodeModel, type ModelData } from './proto.ts'
import type { LoadOptions } from './runtime.ts'
import { wholeStage } from './stage.ts'
import { type Provider, targets } from './target.ts'

/** How a graph is fitted to the machine that it will run on. */
export interface FitOptions extends Pick<LoadOptions, 'attention' | 'widenWeights'> {
  /** Default: `cpu`. */
  readonly provider?: Provider | undefined
}

/** How a graph is written to a file. */
export interface ToOnnxOptions
  extends FitOptions,
    Pick<LoadOptions, 'source' | 'fed' | 'accuracyLevel'>,
    Pick<WriteOptions, 'overwrite'> {
  /** Weights of more bytes in all than this are written to a separate file. Default: 32 MiB. */
  readonly inside?: number | undefined
}

/**
 * The program that a runtime loads for some outputs: attention fused or plain, weights widened, constants folded,
 * everything simplified. Print it to see what will run. The graph does not grow by it.
 */
export function preparedProgram(
  outputs: Readonly<Record<string, Tensor>>,
  { attention = 'auto', widenWeights = 'load', provider = 'cpu' }: FitOptions = {},
): Program {
  const kernel = attention === 'auto' && !targets[provider].fusedAttention ? 'plain' : attention
  return prepare(wholeStage(program(outputs)), { attention: kernel, widenWeights })
}

/**
 * Writes outputs of a graph as an ONNX model: opset 21, with ops of `com.microsoft`. Its inputs are called `input:x`, its
 * outputs `output:y`. Weights of the source are in the model, or in `<file>.data` next to it if they are large; without
 * a source they are inputs, `parameter:path`.
 * @throws RuntimeError when the source lacks parameters, FileError when a file cannot be written
 */
export async function toOnnx(
  outputs: Readonly<Record<string, Tensor>>,
  file: string,
  options: ToOnnxOptions = {},
): Promise<void> {
  const { source, fed, accuracyLevel = 4, provider = 'cpu', inside = 32 * 2 ** 20, overwrite } = options
  const prepared = preparedProgram(outputs, options)
  const stored = new Map([...prepared.parameters].filter(([path]) => source && fed?.(path) !== true))
  const write = { overwrite }
  const data = bytesOf(stored) > inside ? await openWholeFile(`${file}.data`, write) : undefined
  try {
    const places = source ? await placesOf(stored, source, data) : new Map<string, ModelData>()
    const place = (path: string): ModelData | undefined => places.get(path)
    const model = encodeModel(lower(prepared, { target: targets[provider], place, accuracyLevel }))
    await data?.commit()
    await writeFileWhole(file, model, write)
  } finally {
    await data?.abort()
  }
}

function bytesOf(parameters: Program['parameters']): number {
  let bytes = 0
  for (const { dtype, shape } of parameters.values())
    bytes += byteLength(dtype, elementCount(shape as readonly number[]))
  return bytes
}

/** Where maps of files begin. */
const page = 4096

/** The bytes of parameters, or their places in a file that they are written to one by one. */
async function placesOf(
  parameters: Program['parameters'],
  source: ParameterSource,
  data: WholeFile | undefined,
): Promise<ReadonlyMap<string, ModelData>> {
  checkAgainst(parameters, source)
  const places = new Map<string, ModelData>()
  let offset = 0
  for (const path of parameters.keys()) {
    const bytes = await source.read(path)
    if (!data) {
      places.set(path, { bytes })
      continue
    }
    await data.handle.write(bytes, 0, bytes.byteLength, offset)
    places.set(path, { location: basename(data.path), offset, byteLength: bytes.byteLength })
    offset = Math.ceil((offset + bytes.byteLength) / page) * page
  }
  return places
}
