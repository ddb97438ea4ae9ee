import { Graph, reachable, type Tensor } from 'pentimento/graph'
import type { LoadOptions, Runtime, Session } from 'pentimento/onnx'

/**
 * A runtime that streams every program with each of its nodes as a segment of its own: the most stages that there can be.
 */
export class CutEverywhere implements Runtime {
  readonly #runtime: Runtime
  /** What was made of nodes, so that equal programs stay equal. */
  readonly #cut = new WeakMap<Graph, { readonly graph: Graph; readonly nodes: Map<number, Tensor> }>()

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  get provider(): Runtime['provider'] {
    return this.#runtime.provider
  }

  load<Name extends string>(
    outputs: Readonly<Record<Name, Tensor>>,
    options: LoadOptions = {},
  ): Promise<Session<Name>> {
    return this.#runtime.load(this.#segmented(outputs), { plan: 'streamed', ...options })
  }

  close(): Promise<void> {
    return this.#runtime.close()
  }

  #segmented<Name extends string>(outputs: Readonly<Record<Name, Tensor>>): Record<Name, Tensor> {
    const result = {} as Record<Name, Tensor>
    for (const name of Object.keys(outputs) as Name[]) {
      const own = outputs[name].graph
      const { graph, nodes } = this.#cut.get(own) ?? { graph: new Graph(), nodes: new Map<number, Tensor>() }
      this.#cut.set(own, { graph, nodes })
      for (const { id, op, params, inputs } of reachable([outputs[name]])) {
        if (nodes.has(id)) continue
        const operands = inputs.map((input) => nodes.get(input.id)!)
        nodes.set(
          id,
          graph.segment(`segment ${id}`, () => graph.node(op, params, operands) as Tensor),
        )
      }
      result[name] = nodes.get(outputs[name].id)!
    }
    return result
  }
}
