import { Graph, type ParameterSource, Parameters, program, type Tensor } from '../../graph/index.ts'
import { checkParameters, WeightsError } from '../../weights/index.ts'

/** Additional tensors that checkpoints may contain, with the reason. Any other unused tensor is refused. */
export type Ignorable = readonly { readonly path: RegExp; readonly because: string }[]

/**
 * Whether a source holds every weight that a model asks for, in its shape, and nothing else. `build` builds the model on
 * the smallest inputs: only its parameters are wanted. They do not depend on the source, so that all problems of a
 * source can be listed together.
 * @throws WeightsError that names all tensors which are missing, of another shape or type, or not used
 */
export function checkComplete(
  source: ParameterSource,
  build: (w: Parameters) => Readonly<Record<string, Tensor>>,
  ignorable: Ignorable = [],
): void {
  const { parameters } = program(build(new Parameters(new Graph())))
  checkParameters(parameters, source, {
    allowExtra: (path) => ignorable.some((each) => each.path.test(path)),
  })
}

/** Makes all checks, and throws one error for all that failed. @throws WeightsError */
export function checkAll(checks: readonly (() => void)[]): void {
  const failures: WeightsError[] = []
  for (const check of checks)
    try {
      check()
    } catch (error) {
      if (!(error instanceof WeightsError)) throw error
      failures.push(error)
    }
  const [first, ...others] = failures
  if (!first) return
  if (others.length === 0) throw first
  throw new WeightsError(first.code, failures.map(({ message }) => message).join('; '))
}
