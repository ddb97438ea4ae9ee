import type { ParameterSource } from '../graph/index.ts'
import type { Adapter, AdapterLayer } from './adapter.ts'
import { listed, shown, shownShape, WeightsError } from './error.ts'
import { type FloatDType, isFloatDType, toFloat32 } from './floats.ts'
import { diffusersOmnigenLayers } from './layouts/omnigen.ts'
import { diffusersLayers } from './layouts/transformer.ts'
import { originalUnetLayers } from './layouts/unet.ts'

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

/** What one layer of an adapter changes of a weight: `rows` of its rows from `firstRow` on. */
export interface Change {
  readonly adapter: Adapter
  readonly layer: AdapterLayer
  /** strength · alpha / rank */
  readonly factor: number
  readonly firstRow: number
  readonly rows: number
  /** Whether the adapter has the halves of the rows in the other order. */
  readonly halvesSwapped: boolean
}

/**
 * Which adapters change which weight of the base. Layers may have the base's names or, on a transformer in the official
 * layout, those of diffusers: queries, keys and values are then rows of one weight.
 * @throws WeightsError that names at once all layers which fit no weight
 */
export function planChanges(
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
    const taken: OccupiedPlace[] = []
    for (const layer of adapter.layers) {
      const places = findPlaces(names, layer)
      const [place] = places
      const problem = place === undefined ? 'fits no weight' : misfit(source, places, place, layer, taken)
      if (problem !== undefined || place === undefined) {
        const shape = `${shownShape(layer.shape)} of ${adapter.source.name}`
        problems.push(`${shown(layer.up)} for ${shape} ${problem}`)
        continue
      }
      taken.push({ ...place, by: layer.up })
      if (strength === 0) continue
      const { path, ...rows } = place
      const change = { adapter, layer, factor: strength * layer.scale, ...rows }
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

/** The factors of a change, in the order of the base's rows; the change is factor · up @ down. */
export async function readFactors({
  adapter: { source },
  layer,
  rows,
  halvesSwapped,
}: Change): Promise<LowRankFactors> {
  const read = async (path: string) =>
    toFloat32(await source.read(path), source.describe(path)!.dtype as FloatDType)
  const [up, down] = [await read(layer.up), await read(layer.down)]
  const { rank } = layer
  const inner = down.length / rank
  if (!halvesSwapped) return { up, down, out: rows, rank, inner }
  const half = up.length / 2
  const swapped = new Float32Array(up.length)
  swapped.set(up.subarray(half))
  swapped.set(up.subarray(0, half), half)
  return { up: swapped, down, out: rows, rank, inner }
}

/**
 * All changes of one weight of `out` rows as one product up @ down, whose rank is the sum of theirs: what changes some
 * rows only has zeros in the others. The factors are multiplied in. @throws WeightsError when a value overflows
 */
export async function joinedFactors(
  path: string,
  changes: readonly Change[],
  out: number,
): Promise<LowRankFactors> {
  const parts = []
  for (const change of changes) parts.push({ ...change, ...(await readFactors(change)) })
  const rank = parts.reduce((sum, part) => sum + part.rank, 0)
  const inner = parts[0]!.inner
  const up = new Float32Array(out * rank)
  const down = new Float32Array(rank * inner)
  let from = 0
  for (const part of parts) {
    for (let row = 0; row < part.rows; row++)
      for (let r = 0; r < part.rank; r++)
        up[(part.firstRow + row) * rank + from + r] = part.factor * part.up[row * part.rank + r]!
    down.set(part.down, from * inner)
    from += part.rank
  }
  if (!(up.every(Number.isFinite) && down.every(Number.isFinite))) throw overflow(path, changes)
  return { up, down, out, rank, inner }
}

/** That a weight would be NaN or infinite. */
export function overflow(path: string, changes: readonly Change[]): WeightsError {
  const names = changes.map(
    ({ adapter, layer, factor }) => `${adapter.source.name} × ${factor / layer.scale}`,
  )
  return new WeightsError(
    'value',
    `${names.join(' + ')}: tensor ${shown(path)} becomes NaN or infinite; use an undamaged file and a smaller strength`,
  )
}

/** Rows of a weight of the base. */
interface Place {
  readonly path: string
  readonly firstRow: number
  readonly rows: number
  readonly halvesSwapped: boolean
}

type OccupiedPlace = Place & { readonly by: string }

function misfit(
  source: ParameterSource,
  places: readonly Place[],
  place: Place,
  layer: AdapterLayer,
  taken: readonly OccupiedPlace[],
): string | undefined {
  const { path, firstRow, rows } = place
  if (places.length > 1) return `could mean ${listed(places.map((each) => shown(each.path)))}`
  const other = taken.find(
    (each) => each.path === path && each.firstRow < firstRow + rows && firstRow < each.firstRow + each.rows,
  )
  if (other !== undefined) return `changes ${shown(path)}, as does ${shown(other.by)}`
  const { dtype, shape } = source.describe(path)!
  const wanted = [rows, ...shape.slice(1)]
  const fits = wanted.length === layer.shape.length && wanted.every((size, i) => size === layer.shape[i])
  if (fits && isFloatDType(dtype)) return undefined
  const which = rows === shape[0] ? '' : `rows ${firstRow} to ${firstRow + rows - 1} of `
  return `does not fit ${which}${shown(path)} ${dtype} ${shownShape(shape)}`
}

/** Places in the base by the paths of layers, with dots and with underscores for them. */
interface BaseNames {
  readonly byModule: ReadonlyMap<string, Place>
  readonly byFlatModule: ReadonlyMap<string, readonly Place[]>
}

function baseNames(source: ParameterSource): BaseNames {
  const byModule = new Map<string, Place>()
  const byFlatModule = new Map<string, Place[]>()
  const add = (module: string, place: Place) => {
    if (byModule.has(module)) return
    byModule.set(module, place)
    const flat = module.replaceAll('.', '_')
    byFlatModule.set(flat, [...(byFlatModule.get(flat) ?? []), place])
  }
  for (const path of source.paths()) {
    const rows = path.endsWith('.weight') ? (source.describe(path)?.shape[0] ?? 1) : undefined
    if (rows !== undefined)
      add(path.slice(0, -'.weight'.length), { path, firstRow: 0, rows, halvesSwapped: false })
  }
  for (const [module, { layer, ...rows }] of diffusersOmnigenLayers(source) ?? diffusersLayers(source))
    add(module, { path: `${layer}.weight`, ...rows })
  for (const [module, layer] of originalUnetLayers(source) ?? []) {
    const place = byModule.get(layer)
    if (place) add(module, place)
  }
  return { byModule, byFlatModule }
}

/** What trainers put before the paths of the model, from the outside in. */
const prefixes = ['base_model.model.', 'model.diffusion_model.', 'diffusion_model.', 'transformer.', 'unet.']

function findPlaces({ byModule, byFlatModule }: BaseNames, layer: AdapterLayer): readonly Place[] {
  if (layer.flatModule !== undefined) return byFlatModule.get(layer.flatModule) ?? []
  let module = layer.module
  for (const prefix of ['', ...prefixes]) {
    if (module.startsWith(prefix)) module = module.slice(prefix.length)
    const place = byModule.get(module)
    if (place !== undefined) return [place]
  }
  return []
}
