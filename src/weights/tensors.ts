import { bytesOf, type ParameterSource, type TensorValue, valueOfBytes } from '../graph/index.ts'
import { listed, shown, WeightsError } from './error.ts'
import { storedAs } from './header.ts'
import { writeSafetensors } from './writer.ts'

/**
 * Reads tensors into memory: those of `paths`, such as `program(outputs).parameters.keys()`, or else all. A
 * quantised weight is given as the f32 values that it stands for, its parts `.q` and `.scales` as they are.
 * @throws WeightsError that names all paths which the source does not have
 */
export async function readAll(
  source: ParameterSource,
  paths: Iterable<string> = source.paths(),
): Promise<Map<string, TensorValue>> {
  const wanted = [...paths].map((path) => ({ path, info: source.describe(path) }))
  const missing = wanted.flatMap(({ path, info }) => (info === undefined ? [shown(path)] : []))
  if (missing.length > 0)
    throw new WeightsError('missing', `${source.name}: no tensors ${listed(missing)}, check their names`)
  const values = new Map<string, TensorValue>()
  for (const { path, info } of wanted)
    if (info) values.set(path, valueOfBytes(info.dtype, info.shape, await source.read(path)))
  return values
}

/** Writes tensors to a .safetensors file that appears whole or, on an error, not at all. @throws WeightsError */
export async function writeAll(
  file: string,
  tensors: ReadonlyMap<string, TensorValue>,
  metadata?: ReadonlyMap<string, string>,
): Promise<void> {
  const declared = [...tensors].map(([name, value]) => ({
    name,
    dtype: storedAs[value.dtype],
    shape: value.shape,
    data: bytesOf(value),
  }))
  await writeSafetensors(file, declared, metadata)
}
