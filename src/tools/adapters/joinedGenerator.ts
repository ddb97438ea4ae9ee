import { ToolError } from '../error.ts'
import type { Tool } from '../tool.ts'

/**
 * Generators of which each can be led by something else, as one: a request goes to the first that takes its control.
 * @throws ToolError `configuration` where two take the same
 */
export function joinedGenerator(generators: readonly Tool<'generator'>[]): Tool<'generator'> {
  const [first] = generators
  if (first === undefined) throw new ToolError('configuration', 'generator: expected at least one, got none')
  if (generators.length === 1) return first
  const controls = generators.flatMap((each) => each.controls)
  const twice = controls.find((control, i) => controls.indexOf(control) !== i)
  if (twice !== undefined)
    throw new ToolError(
      'configuration',
      `generator: two workflows for control '${twice}', expected one; give the other another "control"`,
    )
  const facts = generators.map((each) => each.facts)
  return {
    facts: {
      implementation: facts.map(({ implementation }) => implementation).join('+'),
      version: facts.map(({ version }) => version).join('+'),
      concurrency: Math.min(...facts.map(({ concurrency }) => concurrency)),
      timeLimitSeconds: Math.max(...facts.map(({ timeLimitSeconds }) => timeLimitSeconds)),
    },
    controls,
    generate(request) {
      const control = request.control?.type ?? 'none'
      const generator = generators.find((each) => each.controls.includes(control))
      if (generator === undefined)
        throw new ToolError(
          'configuration',
          `generator: no workflow for control '${control}', expected one of ${controls.join(', ')}; add one`,
        )
      return generator.generate(request)
    },
  }
}
