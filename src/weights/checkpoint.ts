import {
  type FileRange,
  type ParameterInfo,
  type ParameterSource,
  partsOf,
  splitPart,
} from '../graph/index.ts'
import { shown, WeightsError } from './error.ts'
import { type FloatDType, fromFloat32, toFloat32 } from './floats.ts'
import { type StoredTensor, storedDTypes } from './header.ts'
import { type QuantizedTensor, readQuantization } from './quantization.ts'
import { dequantizeRows, type QuantizedRows, quantizedShapes } from './quantize.ts'
import type { SafetensorsFile } from './safetensors.ts'
import {
  describeScaled,
  formatSuffix,
  int8Quantization,
  int8Rows,
  readScales,
  type ScaledTensor,
} from './scaled.ts'
import { openFiles } from './shards.ts'

/**
 * The weights of one file or of many shards, read when asked for. A weight that is quantised, or stored with a scale, is
 * listed under its own path; its parts (`partsOf`) can be described, located and read but are not listed.
 */
export class Checkpoint implements ParameterSource {
  readonly name: string
  readonly files: readonly SafetensorsFile[]
  /** What all files that name a key say of it. */
  readonly metadata: ReadonlyMap<string, string>
  readonly quantized: ReadonlyMap<string, QuantizedTensor>
  /** Weights that are stored with a scale, in fp8, int8 or any float type. */
  readonly scaled: ReadonlyMap<string, ScaledTensor>
  readonly #places: ReadonlyMap<string, SafetensorsFile>
  readonly #companions: ReadonlySet<string>

  /** @param formats the text of each tensor that names a layer's format in JSON */
  constructor(
    name: string,
    files: readonly SafetensorsFile[],
    formats: ReadonlyMap<string, string> = new Map(),
  ) {
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
          `${name}: tensor ${shown(path)} exists both plain and quantised, keep one`,
        )
    const tensors = new Map(files.flatMap((file) => [...file.tensors]))
    const { scaled, companions } = readScales(name, tensors, this.metadata, formats)
    this.scaled = scaled
    this.#companions = companions
  }

  *paths(): Iterable<string> {
    const parts = new Set([...this.quantized.keys()].flatMap((path) => [`${path}.q`, `${path}.scales`]))
    for (const path of this.#places.keys()) if (!parts.has(path) && !this.#companions.has(path)) yield path
    yield* this.quantized.keys()
  }

  /** @throws WeightsError for a tensor whose type the graph language lacks, such as i16; `stored` knows it */
  describe(path: string): ParameterInfo | undefined {
    const quantized = this.quantized.get(path)
    if (quantized !== undefined) {
      const { bits, block, shape } = quantized
      return { dtype: 'f32', shape, quantization: { bits, block } }
    }
    const scaled = this.scaled.get(path)
    if (scaled !== undefined) return describeScaled(scaled)
    const stored = this.stored(path)
    if (stored === undefined) return this.#describePart(path)
    const { dtype } = storedDTypes[stored.dtype]
    if (dtype === undefined)
      throw new WeightsError(
        'dtype',
        `${this.name}: tensor ${shown(path)}: dtype ${stored.dtype} is not supported in graphs, read its bytes or convert it first`,
      )
    return { dtype, shape: stored.shape }
  }

  /** What the file itself says of a tensor, of any type of the format. */
  stored(path: string): StoredTensor | undefined {
    return this.#places.get(path)?.tensors.get(path)
  }

  locate(path: string): FileRange | undefined {
    if (this.scaled.has(path)) return undefined
    const part = this.#scaledPart(path)
    if (part) return part.part === '.stored' ? this.#range(part.weight) : undefined
    return this.#range(path)
  }

  #range(path: string): FileRange | undefined {
    const place = this.#places.get(path)
    const stored = place?.tensors.get(path)
    if (place === undefined || stored === undefined) return undefined
    return { file: place.file, offset: stored.offset, byteLength: stored.byteLength }
  }

  /** A tensor's bytes; a quantised or scaled weight is given as the f32 values that it stands for. @throws WeightsError */
  async read(path: string): Promise<Uint8Array> {
    const scaled = this.scaled.get(path)
    if (scaled) return fromFloat32(await this.#scaledValues(path, scaled), 'f32')
    const part = this.#scaledPart(path)
    if (part) return this.#readPart(part)
    const quantized = this.quantized.get(path)
    if (quantized === undefined) return this.#place(path).read(path)
    const [q, scales] = await Promise.all([
      this.#place(`${path}.q`).read(`${path}.q`),
      this.#place(`${path}.scales`).read(`${path}.scales`),
    ])
    const parts = { q, scales: toFloat32(scales, 'f32') }
    return fromFloat32(dequantizeRows(parts, quantized.shape[1], quantized), 'f32')
  }

  /** The scales of a scaled weight: one number, or one for each row. @throws WeightsError */
  async readScale({ scale }: ScaledTensor): Promise<Float32Array> {
    const { dtype } = this.stored(scale)!
    return toFloat32(await this.#place(scale).read(scale), storedDTypes[dtype].dtype as FloatDType)
  }

  /** The bytes of `count` elements from element `start` on, of a stored tensor. @throws WeightsError */
  async readRange(path: string, start: number, count: number): Promise<Uint8Array<ArrayBuffer>> {
    return this.#place(path).readRange(path, start, count)
  }

  async close(): Promise<void> {
    await Promise.all(this.files.map((file) => file.close()))
  }

  #scaledPart(path: string): ScaledPart | undefined {
    const { weight, part } = splitPart(path) ?? {}
    const scaled = weight === undefined ? undefined : this.scaled.get(weight)
    if (!scaled || this.#places.has(path) || !partsOf(describeScaled(scaled)).includes(part!))
      return undefined
    return { weight: weight!, part: part!, scaled }
  }

  #describePart(path: string): ParameterInfo | undefined {
    const found = this.#scaledPart(path)
    if (!found) return undefined
    const { part, scaled } = found
    const { shape } = scaled.stored
    if (part === '.stored') return { dtype: storedDTypes[scaled.stored.dtype].dtype!, shape }
    if (part === '.scale') return { dtype: 'f32', shape: scaled.perRow ? [shape[0]!] : [] }
    const shapes = quantizedShapes(shape as [number, number], int8Quantization)
    return part === '.q' ? { dtype: 'u8', shape: shapes.q } : { dtype: 'f32', shape: shapes.scales }
  }

  async #readPart({ weight, part, scaled }: ScaledPart): Promise<Uint8Array> {
    if (part === '.stored') return this.#place(weight).read(weight)
    if (part === '.scale') return fromFloat32(await this.readScale(scaled), 'f32')
    const { q, scales } = await this.#int8Rows(weight, scaled)
    return part === '.q' ? q : fromFloat32(scales, 'f32')
  }

  async #int8Rows(path: string, scaled: ScaledTensor): Promise<QuantizedRows> {
    const [rows, inner] = scaled.stored.shape as [number, number]
    const scale = await this.readScale(scaled)
    const perRow = scaled.perRow ? scale : new Float32Array(rows).fill(scale[0]!)
    return int8Rows(await this.#place(path).read(path), inner, perRow)
  }

  async #scaledValues(path: string, scaled: ScaledTensor): Promise<Float32Array> {
    const { dtype, shape } = scaled.stored
    if (dtype === 'I8') return dequantizeRows(await this.#int8Rows(path, scaled), shape[1]!, int8Quantization)
    const scale = await this.readScale(scaled)
    const bytes = await this.#place(path).read(path)
    return timesScale(toFloat32(bytes, storedDTypes[dtype].dtype as FloatDType), scale, shape[0] ?? 1)
  }

  #place(path: string): SafetensorsFile {
    const place = this.#places.get(path)
    if (place === undefined)
      throw new WeightsError('missing', `${this.name}: no tensor ${shown(path)}, check its name`)
    return place
  }
}

/** A part of a scaled weight, by the weight's path and what follows it. */
interface ScaledPart {
  readonly weight: string
  readonly part: string
  readonly scaled: ScaledTensor
}

/** Values of whole rows times their scales: one for each of `rows`, or one for all. */
export function timesScale(values: Float32Array, scale: Float32Array, rows: number): Float32Array {
  if (scale.length === 1) return values.map((value) => value * scale[0]!)
  const inner = values.length / rows
  return values.map((value, i) => value * scale[Math.floor(i / inner)]!)
}

/**
 * Opens a checkpoint: a .safetensors file, an index of shards (`*.safetensors.index.json`), or a folder that
 * holds one of them. Only headers are read. @throws WeightsError
 */
export async function openCheckpoint(path: string): Promise<Checkpoint> {
  const files = await openFiles(path)
  try {
    return new Checkpoint(path, files, await readFormatTensors(files))
  } catch (error) {
    await Promise.all(files.map((file) => file.close()))
    throw error
  }
}

/** The text of each tensor that names a layer's format. */
async function readFormatTensors(files: readonly SafetensorsFile[]): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>()
  for (const file of files)
    for (const path of file.tensors.keys())
      if (path.endsWith(formatSuffix)) texts.set(path, Buffer.from(await file.read(path)).toString('utf8'))
  return texts
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
 * undefined is left out. The parts of a weight follow it. @throws WeightsError when two paths collide
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
    const { weight, part } = splitPart(path) ?? {}
    const whole = weight === undefined ? undefined : originals.get(weight)
    const info = whole === undefined ? undefined : source.describe(whole)
    return info && partsOf(info).includes(part!) ? `${whole}${part}` : undefined
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
