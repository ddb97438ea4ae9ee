import { setImmediate } from 'node:timers/promises'
import type { ParameterSource } from '../graph/index.ts'
import type { Adapter, AdapterLayer } from './adapter.ts'
import { listed, shown, shownShape, WeightsError } from './error.ts'
import { type FloatDType, fromFloat32, isFloatDType, toFloat32 } from './floats.ts'
import { dequantizeRows, type QuantizedRows, quantizeRows } from './quantize.ts'

/** An adapter and how much of it: 1 as it was trained, 0 none, less than 0 away from it. */
export interface AppliedAdapter {
  readonly adapter: Adapter
  readonly strength: number
}

/** Two thin matrices, row-major: `up` [out, rank] and `down` [rank, inner]. */
export interface LowRankFactors {
  readonly up: Float32Array
  readonly down: Float32Array
  readonly out: number
  readonly rank: number
  readonly inner: number
}

/** Computes up @ down, [out, inner]. */
export type LowRankProduct = (factors: LowRankFactors) => Promise<Float32Array>

/**
 * A source whose weights are those of `source` with adapters merged in: W + Σ strength · scale · up @ down,
 * computed in f32 when a weight is read and rounded to its dtype once. A quantised weight is quantised again in
 * the same way. Unchanged tensors go through, places in files included; strength 0 changes nothing.
 * @throws WeightsError that names at once all layers of the adapters which fit no weight of the base
 */
export function withLora(
  source: ParameterSource,
  applied: readonly AppliedAdapter[],
  product: LowRankProduct = lowRankProduct,
): ParameterSource {
  const changes = planChanges(source, applied)
  const merge = async (path: string): Promise<Float32Array> => {
    const { dtype } = source.describe(path)!
    const values = toFloat32(await source.read(path), dtype as FloatDType).slice() // the source may keep its own
    for (const change of changes.get(path)!) await addChange(values, change, product)
    return values
  }
  const requantize = async (path: string): Promise<QuantizedRows> => {
    const { shape, quantization } = source.describe(path)!
    return quantizeRows({ values: await merge(path), inner: shape[1]!, name: path }, quantization!)
  }
  /** Merged weights of which one part was read: kept for the other one. */
  const halves = new Map<string, Promise<QuantizedRows>>()
  const takeParts = (path: string): Promise<QuantizedRows> => {
    const made = halves.get(path)
    if (made) halves.delete(path)
    else halves.set(path, requantize(path))
    return made ?? halves.get(path)!
  }
  /** The quantised weight that a path is a part of, when it is changed. */
  const partOf = (path: string): { whole: string; part: keyof QuantizedRows } | undefined => {
    const [, whole, part] = /^(.*)\.(q|scales)$/s.exec(path) ?? []
    if (whole === undefined || !changes.has(whole) || !source.describe(whole)?.quantization) return undefined
    return { whole, part: part as keyof QuantizedRows }
  }
  const names = applied.map(({ adapter, strength }) => `${adapter.source.name} × ${strength}`)
  return {
    name: [source.name, ...names].join(' + '),
    paths: () => source.paths(),
    describe: (path) => source.describe(path),
    locate: (path) => (changes.has(path) || partOf(path) ? undefined : source.locate(path)),
    read: async (path) => {
      const part = partOf(path)
      if (part) {
        const data = (await takeParts(part.whole))[part.part]
        return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      }
      if (!changes.has(path)) return source.read(path)
      const { dtype, shape, quantization } = source.describe(path)!
      if (!quantization) return fromFloat32(await merge(path), dtype as FloatDType)
      return fromFloat32(dequantizeRows(await requantize(path), shape[1]!, quantization), 'f32')
    },
  }
}

/**
 * The matrices of an adapter by the layers of the base that they change (`double_blocks.0.img_attn.qkv`), so that
 * training can go on from them. @throws WeightsError that names at once all layers which fit no weight of the base
 */
export async function adapterFactors(
  source: ParameterSource,
  adapter: Adapter,
): Promise<ReadonlyMap<string, LowRankFactors & { readonly scale: number }>> {
  const factors = new Map<string, LowRankFactors & { readonly scale: number }>()
  for (const [path, changes] of planChanges(source, [{ adapter, strength: 1 }]))
    for (const { layer } of changes) {
      const { rank, scale, shape } = layer
      const { up, down } = await readFactors(adapter.source, layer)
      const inner = down.length / rank
      factors.set(path.slice(0, -'.weight'.length), { up, down, out: shape[0]!, rank, inner, scale })
    }
  return factors
}

async function readFactors(
  source: ParameterSource,
  layer: AdapterLayer,
): Promise<{ readonly up: Float32Array; readonly down: Float32Array }> {
  const [up, down] = await Promise.all(
    [layer.up, layer.down].map(async (path) =>
      toFloat32(await source.read(path), source.describe(path)!.dtype as FloatDType),
    ),
  )
  return { up: up!, down: down! }
}

interface Change {
  readonly adapter: Adapter
  readonly layer: AdapterLayer
  readonly factor: number
}

async function addChange(
  values: Float32Array,
  { adapter: { source }, layer, factor }: Change,
  product: LowRankProduct,
): Promise<void> {
  const { rank, shape } = layer
  const { up, down } = await readFactors(source, layer)
  const out = shape[0]!
  const change = await product({ up, down, out, rank, inner: values.length / out })
  if (change.length !== values.length)
    throw new WeightsError(
      'shape',
      `${source.name}: layer ${shown(layer.module)}: expected a product of ${values.length} values, got ${change.length}`,
    )
  for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) + factor * (change[i] as number)
}

/** Which adapters change which weight of the base. */
function planChanges(
  source: ParameterSource,
  applied: readonly AppliedAdapter[],
): ReadonlyMap<string, readonly Change[]> {
  const names = baseNames(source)
  const changes = new Map<string, Change[]>()
  const problems: string[] = []
  for (const { adapter, strength } of applied) {
    if (!Number.isFinite(strength))
      throw new WeightsError(
        'argument',
        `${adapter.source.name}: expected a finite strength, got ${strength}`,
      )
    const taken = new Map<string, string>()
    for (const layer of adapter.layers) {
      const paths = findWeights(names, layer)
      const [path] = paths
      const problem = path === undefined ? 'fits no weight' : misfit(source, paths, path, layer, taken)
      if (problem !== undefined || path === undefined) {
        const shape = `${shownShape(layer.shape)} of ${adapter.source.name}`
        problems.push(`${shown(layer.up)} for ${shape} ${problem}`)
        continue
      }
      taken.set(path, layer.up)
      if (strength === 0) continue
      const change = { adapter, layer, factor: strength * layer.scale }
      changes.set(path, [...(changes.get(path) ?? []), change])
    }
  }
  if (problems.length > 0)
    throw new WeightsError(
      'adapter',
      `${source.name}: ${problems.length} layers of the adapters do not fit: ${listed(problems)}; use adapters of this model`,
    )
  return changes
}

function misfit(
  source: ParameterSource,
  paths: readonly string[],
  path: string,
  layer: AdapterLayer,
  taken: ReadonlyMap<string, string>,
): string | undefined {
  if (paths.length > 1) return `could mean ${listed(paths.map(shown))}`
  const other = taken.get(path)
  if (other !== undefined) return `changes ${shown(path)}, as does ${shown(other)}`
  const { dtype, shape } = source.describe(path)!
  const fits = shape.length === layer.shape.length && shape.every((size, i) => size === layer.shape[i])
  return fits && isFloatDType(dtype) ? undefined : `does not fit ${shown(path)} ${dtype} ${shownShape(shape)}`
}

/** Weights of the base by the paths of their layers, with dots and with underscores for them. */
interface BaseNames {
  readonly byModule: ReadonlyMap<string, string>
  readonly byFlatModule: ReadonlyMap<string, readonly string[]>
}

function baseNames(source: ParameterSource): BaseNames {
  const byModule = new Map<string, string>()
  const byFlatModule = new Map<string, string[]>()
  for (const path of source.paths()) {
    if (!path.endsWith('.weight')) continue
    const module = path.slice(0, -'.weight'.length)
    byModule.set(module, path)
    const flat = module.replaceAll('.', '_')
    byFlatModule.set(flat, [...(byFlatModule.get(flat) ?? []), path])
  }
  return { byModule, byFlatModule }
}

/** What trainers put before the paths of the model, from the outside in. */
const prefixes = ['base_model.model.', 'model.diffusion_model.', 'diffusion_model.', 'transformer.', 'unet.']

function findWeights({ byModule, byFlatModule }: BaseNames, layer: AdapterLayer): readonly string[] {
  if (layer.flatModule !== undefined) return byFlatModule.get(layer.flatModule) ?? []
  let module = layer.module
  for (const prefix of ['', ...prefixes]) {
    if (module.startsWith(prefix)) module = module.slice(prefix.length)
    const path = byModule.get(module)
    if (path !== undefined) return [path]
  }
  return []
}

/** Multiplications between two looks at what else the program has to do: a tenth of a second. */
const multiplicationsAtOnce = 2 ** 26

/** up @ down on one core in plain JavaScript, summed in f64: about 0.8 billion multiplications a second. */
async function lowRankProduct({ up, down, out, rank, inner }: LowRankFactors): Promise<Float32Array> {
  const result = new Float32Array(out * inner)
  const row = new Float64Array(inner)
  const rowsAtOnce = Math.max(1, Math.floor(multiplicationsAtOnce / (rank * inner)))
  for (let i = 0; i < out; i++) {
    row.fill(0)
    // Four rows of `down` in one go halve the time. Past the last row it is taken again, times zero.
    const factor = (r: number): number => (r < rank ? (up[i * rank + r] as number) : 0)
    const start = (r: number): number => Math.min(r, rank - 1) * inner
    for (let r = 0; r < rank; r += 4) {
      const [f0, f1, f2, f3] = [factor(r), factor(r + 1), factor(r + 2), factor(r + 3)]
      const [s0, s1, s2, s3] = [start(r), start(r + 1), start(r + 2), start(r + 3)]
      for (let k = 0; k < inner; k++)
        row[k] =
          (row[k] as number) +
          f0 * (down[s0 + k] as number) +
          f1 * (down[s1 + k] as number) +
          f2 * (down[s2 + k] as number) +
          f3 * (down[s3 + k] as number)
    }
    result.set(row, i * inner)
    if (i % rowsAtOnce === rowsAtOnce - 1) await setImmediate()
  }
  return result
}
