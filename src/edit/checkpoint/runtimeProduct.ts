import { Graph, matmul } from '../../graph/index.ts'
import type { Runtime } from '../../onnx/index.ts'
import type { LowRankProduct } from '../../weights/index.ts'

/** The product of adapters on a runtime: with all its cores, where the built-in one has one. */
export function runtimeProduct(runtime: Runtime): LowRankProduct {
  const graph = new Graph()
  const outputs = {
    change: matmul(graph.input('up', 'f32', ['out', 'rank']), graph.input('down', 'f32', ['rank', 'inner'])),
  }
  return async ({ up, down, out, rank, inner }) => {
    const session = await runtime.load(outputs)
    try {
      const { change } = await session.run({
        up: { dtype: 'f32', shape: [out, rank], data: up },
        down: { dtype: 'f32', shape: [rank, inner], data: down },
      })
      return change.data as Float32Array
    } finally {
      await session.release()
    }
  }
}
