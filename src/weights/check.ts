import { type ParameterInfo, type ParameterSource, partsOf, type Shape, splitPart } from '../graph/index.ts'
import { listed, shown, shownShape, WeightsError } from './error.ts'
import { isFloatDType } from './floats.ts'

export interface CheckOptions {
  /** Tensors of the source that the model may leave unused: all of them, or those it names. Default: none. */
  readonly allowExtra?: boolean | ((path: string) => boolean)
}

/**
 * Compares a model's parameters with what a source holds.
 * @throws WeightsError that names at once (the first 20 of each kind) all tensors that are missing, of another shape, no
 * floats, or not used
 */
export function checkParameters(
  wanted: ReadonlyMap<string, { readonly shape: Shape }>,
  source: ParameterSource,
  options: CheckOptions = {},
): void {
  const missing: string[] = []
  const misshapen: string[] = []
  const mistyped: string[] = []
  /** Weights that are used through their parts. */
  const inParts = new Set<string>()
  for (const [path, { shape }] of wanted) {
    const found = described(source, path)
    const whole = wholeOf(source, path)
    if (whole !== undefined) inParts.add(whole)
    if (found === undefined) missing.push(`${shown(path)} ${shownShape(shape)}`)
    else if (typeof found === 'string') mistyped.push(found)
    else if (found.shape.length !== shape.length || found.shape.some((size, i) => size !== shape[i]))
      misshapen.push(`${shown(path)} expected ${shownShape(shape)}, got ${shownShape(found.shape)}`)
    else if (whole === undefined && !isFloatDType(found.dtype))
      mistyped.push(`${shown(path)} expected a float type, got ${found.dtype}`)
  }
  const extra: string[] = []
  for (const path of source.paths())
    if (!wanted.has(path) && !inParts.has(path) && !allowed(path, options.allowExtra)) extra.push(path)
  const findings: string[] = []
  if (missing.length > 0) findings.push(`${missing.length} missing: ${listed(missing)}`)
  if (misshapen.length > 0) findings.push(`${misshapen.length} of another shape: ${listed(misshapen)}`)
  if (mistyped.length > 0) findings.push(`${mistyped.length} of another type: ${listed(mistyped)}`)
  if (extra.length > 0) {
    const names = extra.slice(0, 20).map((path) => {
      const info = described(source, path)
      return typeof info === 'object' ? `${shown(path)} ${shownShape(info.shape)}` : shown(path)
    })
    const rest = extra.length > 20 ? ` and ${extra.length - 20} more` : ''
    findings.push(`${extra.length} not used by the model: ${names.join(', ')}${rest}`)
  }
  if (findings.length > 0)
    throw new WeightsError(
      'parameters',
      `${source.name}: the weights do not fit the model: ${findings.join('; ')}; use the checkpoint that belongs to this model`,
    )
}

/** The weight that a path is a part of. */
function wholeOf(source: ParameterSource, path: string): string | undefined {
  const { weight, part } = splitPart(path) ?? {}
  const info = weight === undefined ? undefined : described(source, weight)
  return typeof info === 'object' && partsOf(info).includes(part!) ? weight : undefined
}

function allowed(path: string, allowExtra: CheckOptions['allowExtra']): boolean {
  return typeof allowExtra === 'function' ? allowExtra(path) : allowExtra === true
}

/** What a source says of a tensor, or why it cannot: of a type that graphs do not have. */
function described(source: ParameterSource, path: string): ParameterInfo | string | undefined {
  try {
    return source.describe(path)
  } catch (error) {
    return `${shown(path)} has a type that graphs do not support (${(error as Error).message})`
  }
}
