import type { ParameterSource } from '../graph/index.ts'
import type { Adapter } from './adapter.ts'
import {
  type AppliedAdapter,
  type Change,
  joinedFactors,
  type LowRankFactors,
  overflow,
  planChanges,
  readFactors,
} from './adapterPlan.ts'
import { shown, WeightsError } from './error.ts'
import { type FloatDType, fromFloat32, toFloat32 } from './floats.ts'
import { type LowRankProduct, lowRankProduct } from './lowRankProduct.ts'
import { dequantizeRows, type QuantizedRows, quantizeRows } from './quantize.ts'

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
    for (const change of changes.get(path)!) await addChange(path, values, change, product)
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
 * training can go on from them. What an adapter has for queries, keys and values apart is one pair of the sum of their
 * ranks. @throws WeightsError that names at once all layers which fit no weight of the base
 */
export async function adapterFactors(
  source: ParameterSource,
  adapter: Adapter,
): Promise<ReadonlyMap<string, LowRankFactors & { readonly scale: number }>> {
  const factors = new Map<string, LowRankFactors & { readonly scale: number }>()
  for (const [path, changes] of planChanges(source, [{ adapter, strength: 1 }])) {
    const [change] = changes
    const out = source.describe(path)!.shape[0]!
    const isWhole = changes.length === 1 && change!.rows === out
    factors.set(
      path.slice(0, -'.weight'.length),
      isWhole
        ? { ...(await readFactors(change!)), scale: change!.layer.scale }
        : { ...(await joinedFactors(path, changes, out)), scale: 1 },
    )
  }
  return factors
}

/** Adds a change to the values of a weight. */
export async function addChange(
  path: string,
  values: Float32Array,
  change: Change,
  product: LowRankProduct,
): Promise<void> {
  const factors = await readFactors(change)
  const added = await product(factors)
  if (added.length !== factors.out * factors.inner)
    throw new WeightsError(
      'shape',
      `${change.adapter.source.name}: layer ${shown(change.layer.module)}: expected a product of ${factors.out * factors.inner} values, got ${added.length}`,
    )
  const start = change.firstRow * factors.inner
  let finite = true
  for (let i = 0; i < added.length; i++) {
    const value = (values[start + i] as number) + change.factor * (added[i] as number)
    values[start + i] = value
    finite &&= Math.abs(value) <= largestFloat
  }
  if (!finite) throw overflow(path, [change])
}

/** What is beyond becomes infinite in f32. */
const largestFloat = 3.4028234663852886e38
