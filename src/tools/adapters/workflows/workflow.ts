/** One node of a workflow in ComfyUI's API format: inputs are values, or links `[node, output]`. */
export interface WorkflowNode {
  readonly class_type: string
  readonly inputs: Readonly<Record<string, unknown>>
}

/**
 * A workflow in ComfyUI's API format (`Workflow → Export (API)`), with placeholders in its inputs: `{{picture}}`,
 * `{{mask}}`, `{{control}}` (names of uploaded pictures), `{{prompt}}`, `{{negative}}`, `{{seed}}`, `{{width}}`,
 * `{{height}}`, `{{call}}` (different each time, for names of files), and `{{model:<name>}}` from the configuration.
 */
export type Workflow = Readonly<Record<string, WorkflowNode>>

/** A workflow with the files of models that it takes unless others are given; `undefined` where one has to be. */
export interface WorkflowTemplate {
  readonly nodes: Workflow
  readonly models: Readonly<Record<string, string | undefined>>
}

/** What placeholders stand for. */
export type Placeholders = Readonly<Record<string, string | number | undefined>>

/** The placeholders that a workflow holds. */
export function placeholdersOf(workflow: Workflow): Set<string> {
  return new Set(
    [...JSON.stringify(workflow).matchAll(/\{\{([\w:.-]+)\}\}/g)].map((match) => match[1] as string),
  )
}

/** The workflow with its placeholders filled: one that is the whole value keeps its type, so that a seed is a number. */
export function filled(workflow: Workflow, values: Placeholders): Workflow {
  return fill(workflow, values) as Workflow
}

function fill(value: unknown, values: Placeholders): unknown {
  if (typeof value === 'string') {
    const whole = /^\{\{([\w:.-]+)\}\}$/.exec(value)?.[1]
    if (whole !== undefined) return values[whole] ?? ''
    return value.replace(/\{\{([\w:.-]+)\}\}/g, (_, name: string) => String(values[name] ?? ''))
  }
  if (Array.isArray(value)) return value.map((each) => fill(each, values))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fill(each, values)]))
  return value
}
