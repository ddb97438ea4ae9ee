import type { FileRange, ParameterInfo, ParameterSource } from '../graph/index.ts'
import { shown, WeightsError } from './error.ts'
import { fromFloat32, toFloat32 } from './floats.ts'
import { type StoredTensor, storedDTypes } from './header.ts'
import { type QuantizedTensor, readQuantization } from './quantization.ts'
import { dequantizeRows } from './quantize.ts'
import type { SafetensorsFile } from './safetensors.ts'
import { openFiles } from './shards.ts'

/**
 * The weights of one file or of many shards, read when asked for. A quantised weight is listed under its own
 * path; its parts `<path>.q` and `<path>.scales` can be described, located and read but are not listed.
 */
export class Checkpoint implements ParameterSource {
  readonly name: string
  readonly files: readonly SafetensorsFile[]
  /** What all files that name a key say of it. */
  readonly metadata: ReadonlyMap<string, string>
  readonly quantized: ReadonlyMap<string, QuantizedTensor>
  readonly #places: ReadonlyMap<string, SafetensorsFile>

  constructor(name: string, files: readonly SafetensorsFile[]) {
    this.name = name
    this.files = files
    this.metadata = agreedMetadata(files)
    this.quantized = new Map(
      files.flatMap(({ file, metadata, tensors }) => [...readQuantization(file, metadata, tensors)]),
    )
    this.#places = new Map(
      files.flatMap((file) => [...file.tensors.keys()].map((path) => [path, file] as const)),
    )
    for (const path of this.quantized.keys())
      if (this.#places.has(path))
        throw new WeightsError(
          'duplicate',
          `${name}: tensor ${shown(path)} is there whole and quantised, keep one`,
        )
  }

  *paths(): Iterable<string> {
    const parts = new Set([...this.quantized.keys()].flatMap((path) => [`${path}.q`, `${path}.scales`]))
    for (const path of this.#places.keys()) if (!parts.has(path)) yield path
    yield* this.quantized.keys()
  }

  /** @throws WeightsError for a tensor whose type the graph language lacks, such as i16; `stored` knows it */
  describe(path: string): ParameterInfo | undefined {
    const quantized = this.quantized.get(path)
    if (quantized !== undefined) {
      const { bits, block, shape } = quantized
      return { dtype: 'f32', shape, quantization: { bits, block } }
    }
    const stored = this.stored(path)
    if (stored === undefined) return undefined
    const { dtype } = storedDTypes[stored.dtype]
    if (dtype === undefined)
      throw new WeightsError(
        'dtype',
        `${this.name}: tensor ${shown(path)}: graphs have no type ${stored.dtype}, read its bytes or convert it first`,
      )
    return { dtype, shape: stored.shape }
  }

  /** What the file itself says of a tensor, of any type of the format. */
  stored(path: string): StoredTensor | undefined {
    return this.#places.get(path)?.tensors.get(path)
  }

  locate(path: string): FileRange | undefined {
    const place = this.#places.get(path)
    const stored = place?.tensors.get(path)
    if (place === undefined || stored === undefined) return undefined
    return { file: place.file, offset: stored.offset, byteLength: stored.byteLength }
  }

  /** A tensor's bytes; a quantised weight is given as the f32 values that it stands for. @throws WeightsError */
  async read(path: string): Promise<Uint8Array> {
    const quantized = this.quantized.get(path)
    if (quantized === undefined) return this.#place(path).read(path)
    const [q, scales] = await Promise.all([
      this.#place(`${path}.q`).read(`${path}.q`),
      this.#place(`${path}.scales`).read(`${path}.scales`),
    ])
    const parts = { q, scales: toFloat32(scales, 'f32') }
    return fromFloat32(dequantizeRows(parts, quantized.shape[1], quantized), 'f32')
  }

  /** The bytes of `count` elements from element `start` on, of a tensor as it is stored. @throws WeightsError */
  async readRange(path: string, start: number, count: number): Promise<Uint8Array<ArrayBuffer>> {
    return this.#place(path).readRange(path, start, count)
  }

  async close(): Promise<void> {
    await Promise.all(this.files.map((file) => file.close()))
  }

  #place(path: string): SafetensorsFile {
    const place = this.#places.get(path)
    if (place === undefined)
      throw new WeightsError('missing', `${this.name}: no tensor ${shown(path)}, check its name`)
    return place
  }
}

/**
 * Opens a checkpoint: a .safetensors file, an index of shards (`*.safetensors.index.json`), or a folder that
 * holds one of them. Only headers are read. @throws WeightsError
 */
export async function openCheckpoint(path: string): Promise<Checkpoint> {
  const files = await openFiles(path)
  try {
    return new Checkpoint(path, files)
  } catch (error) {
    await Promise.all(files.map((file) => file.close()))
    throw error
  }
}

function agreedMetadata(files: readonly SafetensorsFile[]): ReadonlyMap<string, string> {
  const said = new Map<string, Set<string>>()
  for (const { metadata } of files)
    for (const [key, value] of metadata) said.set(key, (said.get(key) ?? new Set()).add(value))
  return new Map(
    [...said].flatMap(([key, [value, ...others]]) => (others.length === 0 ? [[key, value as string]] : [])),
  )
}

/**
 * A view of a source under other names. `rename` maps the source's paths to those of the view; what it maps to
 * undefined is left out. The parts of a quantised weight follow it. @throws WeightsError when two paths collide
 */
export function renamed(
  source: ParameterSource,
  rename: (path: string) => string | undefined,
  name: string = source.name,
): ParameterSource {
  const originals = new Map<string, string>()
  for (const path of source.paths()) {
    const to = rename(path)
    if (to === undefined) continue
    const other = originals.get(to)
    if (other !== undefined)
      throw new WeightsError(
        'duplicate',
        `${source.name}: both ${shown(other)} and ${shown(path)} would be called ${shown(to)}`,
      )
    originals.set(to, path)
  }
  const originalOf = (path: string): string | undefined => {
    const original = originals.get(path)
    if (original !== undefined) return original
    const [, whole, part] = /^(.*)\.(q|scales)$/s.exec(path) ?? []
    const weight = whole === undefined ? undefined : originals.get(whole)
    return weight !== undefined && source.describe(weight)?.quantization ? `${weight}.${part}` : undefined
  }
  return {
    name,
    paths: () => originals.keys(),
    describe: (path) => {
      const original = originalOf(path)
      return original === undefined ? undefined : source.describe(original)
    },
    locate: (path) => {
      const original = originalOf(path)
      return original === undefined ? undefined : source.locate(original)
    },
    read: async (path) => {
      const original = originalOf(path)
      if (original === undefined)
        throw new WeightsError('missing', `${name}: no tensor ${shown(path)}, check its name`)
      return source.read(original)
    },
  }
}
