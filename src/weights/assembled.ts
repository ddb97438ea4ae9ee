import { type ParameterInfo, type ParameterSource, partsOf, splitPart } from '../graph/index.ts'
import { shown, shownShape, WeightsError } from './error.ts'

/** A tensor of a source, or one of `of` equal parts of its rows. */
export interface RowPiece {
  readonly path: string
  readonly part?: { readonly index: number; readonly of: number }
}

/** How a tensor is put together from the rows of others. */
export interface Assembly {
  readonly rows: readonly [RowPiece, ...RowPiece[]]
  /** Dimensions of size 1 after the last: a linear layer is seen as a convolution of 1 × 1. */
  readonly ones?: number
}

/**
 * A view of a source in which tensors are put together from rows of the source's: fused projections from single ones,
 * halves in another order. Quantised and scaled weights are joined as they are stored, because neither blocks nor scales
 * cross rows. It has the
 * tensors that are named, and no others. @throws WeightsError when what would be joined does not fit
 */
export function assembled(
  source: ParameterSource,
  assemblies: ReadonlyMap<string, Assembly>,
  name: string = source.name,
): ParameterSource {
  /** A part of a weight is put together as the weight is. */
  const assemblyOf = (path: string): { assembly: Assembly; suffix: string } | undefined => {
    const assembly = assemblies.get(path)
    if (assembly) return { assembly, suffix: '' }
    const { weight, part } = splitPart(path) ?? {}
    const whole = weight === undefined ? undefined : assemblies.get(weight)
    const info = whole && source.describe(whole.rows[0].path)
    return whole && info && partsOf(info).includes(part!) ? { assembly: whole, suffix: part! } : undefined
  }
  return {
    name,
    paths: () => assemblies.keys(),
    describe: (path) => {
      const found = assemblyOf(path)
      return found && describeRows(source, path, found.assembly, found.suffix)
    },
    locate: (path) => {
      const found = assemblyOf(path)
      const [only, ...others] = found?.assembly.rows ?? []
      return only && !only.part && others.length === 0 ? source.locate(only.path + found!.suffix) : undefined
    },
    read: async (path) => {
      const found = assemblyOf(path)
      if (!found) throw new WeightsError('missing', `${name}: no tensor ${shown(path)}, check its name`)
      const pieces = []
      for (const { path: from, part = { index: 0, of: 1 } } of found.assembly.rows) {
        const bytes = spread(source, from, found, await source.read(from + found.suffix))
        const size = bytes.length / part.of
        pieces.push(bytes.subarray(part.index * size, (part.index + 1) * size))
      }
      return joined(pieces)
    },
  }
}

/** The scale of a piece that is joined with others: one number is repeated for every row. */
function spread(
  source: ParameterSource,
  path: string,
  { assembly, suffix }: { readonly assembly: Assembly; readonly suffix: string },
  bytes: Uint8Array,
): Uint8Array {
  const { shape, scale } = source.describe(path)!
  if (suffix !== '.scale' || scale !== 'tensor' || !isJoined(assembly)) return bytes
  const rows = new Uint8Array(shape[0]! * bytes.length)
  for (let row = 0; row < shape[0]!; row++) rows.set(bytes, row * bytes.length)
  return rows
}

function isJoined({ rows }: Assembly): boolean {
  return rows.length > 1 || rows[0].part !== undefined
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0]!.slice()
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    bytes.set(piece, at)
    at += piece.length
  }
  return bytes
}

function describeRows(
  source: ParameterSource,
  path: string,
  assembly: Assembly,
  suffix: string,
): ParameterInfo | undefined {
  const { rows, ones = 0 } = assembly
  if (suffix === '.scale') {
    // A single number has no rows; that of a tensor that is only renamed stays unchanged.
    if (!isJoined(assembly)) return source.describe(rows[0].path + suffix)
    const whole = describeRows(source, path, assembly, '')
    return whole && { dtype: 'f32', shape: [whole.shape[0]!] }
  }
  const found = rows.map(({ path: from }) => source.describe(from + suffix))
  const [first] = found
  if (!first || found.includes(undefined)) return undefined
  let total = 0
  for (const [i, info] of found.entries()) {
    const { part = { index: 0, of: 1 }, path: from } = rows[i]!
    const [count = 0, ...rest] = info!.shape
    const same =
      info!.dtype === first.dtype &&
      rest.join() === first.shape.slice(1).join() &&
      JSON.stringify(info!.quantization) === JSON.stringify(first.quantization) &&
      info!.stored === first.stored &&
      (info!.scale === undefined) === (first.scale === undefined)
    if (!same || count % part.of !== 0)
      throw new WeightsError(
        'shape',
        `${source.name}: tensor ${shown(from)}: expected rows of ${first.dtype} ${shownShape(first.shape.slice(1))} for ${shown(path)}, got ${info!.dtype} ${shownShape(info!.shape)}`,
      )
    total += count / part.of
  }
  const isWhole = suffix === '' || suffix === '.stored'
  const shape = [total, ...first.shape.slice(1), ...Array<number>(isWhole ? ones : 0).fill(1)]
  return { ...first, shape, ...(first.scale && isJoined(assembly) && { scale: 'row' as const }) }
}
