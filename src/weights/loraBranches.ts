import { type FileRange, type ParameterInfo, type ParameterSource, splitPart } from '../graph/index.ts'
import { type AppliedAdapter, joinedFactors, type LowRankFactors, planChanges } from './adapterPlan.ts'
import { type FloatDType, fromFloat32, toFloat32 } from './floats.ts'
import { type LowRankProduct, lowRankProduct } from './lowRankProduct.ts'

/** Where the thin matrices of weights come from. */
export interface Branches {
  /** The rank of each weight's change, by the path of the weight. */
  readonly ranks: ReadonlyMap<string, number>
  locate(path: string, part: '.up' | '.down'): FileRange | undefined
  read(path: string, part: '.up' | '.down'): Promise<Float32Array>
}

/**
 * A source with adapters beside its weights: graphs compute x·Wᵀ + (x·downᵀ)·upᵀ, and the weights stay as they are
 * stored and where they lie. Nothing of the change is lost, however few bits the weights have.
 * @throws WeightsError that names at once all layers of the adapters which fit no weight of the base
 */
export function withLoraBranches(
  source: ParameterSource,
  applied: readonly AppliedAdapter[],
  product: LowRankProduct = lowRankProduct,
): ParameterSource {
  const changes = planChanges(source, applied)
  const ranks = new Map(
    [...changes].map(([path, each]) => [path, each.reduce((sum, { layer }) => sum + layer.rank, 0)] as const),
  )
  const factors = (path: string) => joinedFactors(path, changes.get(path)!, source.describe(path)!.shape[0]!)
  const branches: Branches = {
    ranks,
    locate: () => undefined,
    read: async (path, part) => (await factors(path))[part === '.up' ? 'up' : 'down'],
  }
  const names = applied.map(({ adapter, strength }) => `${adapter.source.name} × ${strength}`)
  return { ...withBranches(source, branches, product), name: [source.name, ...names].join(' + ') }
}

/** A source whose weights have low-rank branches, joined with branches that the source already has. */
export function withBranches(
  source: ParameterSource,
  branches: Branches,
  product: LowRankProduct = lowRankProduct,
): ParameterSource {
  const { ranks } = branches
  const describe = (path: string): ParameterInfo | undefined => {
    const info = source.describe(path)
    const rank = ranks.get(path)
    if (!info || rank === undefined) return info
    const stored = info.quantization ? {} : { stored: info.stored ?? info.dtype }
    return { ...info, ...stored, dtype: 'f32', lowRank: rank + (info.lowRank ?? 0) }
  }
  /** The part of a changed weight at a path, if it is not a tensor of the source. */
  const partOf = (path: string) => {
    const found = splitPart(path)
    if (!found || !ranks.has(found.weight)) return undefined
    const { weight, part } = found
    const info = source.describe(weight)!
    if (part === '.up' || part === '.down') return { weight, part, info } as const
    return part === '.stored' && !info.stored && !info.quantization
      ? ({ weight, part, info } as const)
      : undefined
  }
  const factors = async (path: string): Promise<LowRankFactors> => {
    const info = source.describe(path)!
    const rank = ranks.get(path)!
    const own = { up: await branches.read(path, '.up'), down: await branches.read(path, '.down') }
    const [out, inner] = [info.shape[0]!, own.down.length / rank]
    if (!info.lowRank) return { ...own, out, rank, inner }
    const [up, down] = [await source.read(`${path}.up`), await source.read(`${path}.down`)]
    const first = { up: toFloat32(up, 'f32'), down: toFloat32(down, 'f32'), out, rank: info.lowRank, inner }
    return joined(first, { ...own, out, rank, inner })
  }
  return {
    name: source.name,
    paths: () => source.paths(),
    describe: (path) => {
      const found = partOf(path)
      if (!found) return describe(path)
      const { weight, part, info } = found
      if (part === '.stored') return { dtype: info.dtype, shape: info.shape }
      const rank = describe(weight)!.lowRank!
      const [out = 1, ...inner] = info.shape
      const columns = inner.reduce((product, size) => product * size, 1)
      return { dtype: 'f32', shape: part === '.up' ? [out, rank] : [rank, columns] }
    },
    locate: (path) => {
      const found = partOf(path)
      if (!found) return ranks.has(path) ? undefined : source.locate(path)
      const { weight, part, info } = found
      if (part === '.stored') return source.locate(weight)
      return info.lowRank ? undefined : branches.locate(weight, part)
    },
    read: async (path) => {
      const found = partOf(path)
      if (found?.part === '.stored') return source.read(found.weight)
      if (found)
        return fromFloat32((await factors(found.weight))[found.part === '.up' ? 'up' : 'down'], 'f32')
      if (!ranks.has(path)) return source.read(path)
      const values = toFloat32(await source.read(path), source.describe(path)!.dtype as FloatDType).slice()
      const change = await product(await factors(path))
      return fromFloat32(
        values.map((value, i) => value + change[i]!),
        'f32',
      )
    },
  }
}

/** The sum of two products as one of the sum of their ranks. */
function joined(a: LowRankFactors, b: LowRankFactors): LowRankFactors {
  const rank = a.rank + b.rank
  const up = new Float32Array(a.out * rank)
  for (let row = 0; row < a.out; row++) {
    up.set(a.up.subarray(row * a.rank, (row + 1) * a.rank), row * rank)
    up.set(b.up.subarray(row * b.rank, (row + 1) * b.rank), row * rank + a.rank)
  }
  const down = new Float32Array(rank * a.inner)
  down.set(a.down)
  down.set(b.down, a.down.length)
  return { up, down, out: a.out, rank, inner: a.inner }
}
