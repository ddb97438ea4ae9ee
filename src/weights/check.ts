import type { ParameterSource, Shape } from '../graph/index.ts'
import { listed, shown, shownShape, WeightsError } from './error.ts'

export interface CheckOptions {
  /** Tensors of the source that the model may leave unused: all of them, or those it names. Default: none. */
  readonly allowExtra?: boolean | ((path: string) => boolean)
}

/**
 * Compares a model's parameters with what a source holds.
 * @throws WeightsError that names all missing, misshapen and extra tensors at once (the first 20 of each kind)
 */
export function checkParameters(
  wanted: ReadonlyMap<string, { readonly shape: Shape }>,
  source: ParameterSource,
  options: CheckOptions = {},
): void {
  const missing: string[] = []
  const misshapen: string[] = []
  /** Weights that are used through their quantised parts. */
  const inParts = new Set<string>()
  for (const [path, { shape }] of wanted) {
    const found = source.describe(path)
    const whole = /^(.*)\.(?:q|scales)$/s.exec(path)?.[1]
    if (whole !== undefined && source.describe(whole)?.quantization) inParts.add(whole)
    if (found === undefined) missing.push(`${shown(path)} ${shownShape(shape)}`)
    else if (found.shape.length !== shape.length || found.shape.some((size, i) => size !== shape[i]))
      misshapen.push(`${shown(path)} expected ${shownShape(shape)}, got ${shownShape(found.shape)}`)
  }
  const extra: string[] = []
  for (const path of source.paths())
    if (!wanted.has(path) && !inParts.has(path) && !allowed(path, options.allowExtra)) extra.push(path)
  const findings: string[] = []
  if (missing.length > 0) findings.push(`${missing.length} missing: ${listed(missing)}`)
  if (misshapen.length > 0) findings.push(`${misshapen.length} of another shape: ${listed(misshapen)}`)
  if (extra.length > 0) {
    const shapes = extra
      .slice(0, 20)
      .map((path) => `${shown(path)} ${shownShape(describedShape(source, path))}`)
    const rest = extra.length > 20 ? ` and ${extra.length - 20} more` : ''
    findings.push(`${extra.length} not used by the model: ${shapes.join(', ')}${rest}`)
  }
  if (findings.length > 0)
    throw new WeightsError(
      'parameters',
      `${source.name}: the weights do not fit the model: ${findings.join('; ')}; use the checkpoint that belongs to this model`,
    )
}

function allowed(path: string, allowExtra: CheckOptions['allowExtra']): boolean {
  return typeof allowExtra === 'function' ? allowExtra(path) : allowExtra === true
}

/** An extra tensor may have a type that cannot be described; its name is enough then. */
function describedShape(source: ParameterSource, path: string): readonly unknown[] {
  try {
    return source.describe(path)?.shape ?? []
  } catch {
    return ['of a type the graph language lacks']
  }
}
