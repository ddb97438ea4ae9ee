import { Graph, matmul } from 'pentimento/graph'
import { openRuntime } from 'pentimento/onnx'
import { hasGpu } from './gpu.ts'

/*
 * ONNX Runtime keeps a WebGPU device with its compiled shaders while any session is open. On a GPU in software, a shader
 * takes a core second to compile, so that one session stays open for as long as the process, and its files, run.
 */
if (hasGpu()) {
  const x = new Graph().input('x', 'f32', [1, 1])
  const session = await (await openRuntime({ provider: 'webgpu' })).load({ y: matmul(x, x) })
  // One that nothing refers to is released with the next collection of garbage.
  Reflect.set(globalThis, Symbol.for('pentimento.gpu'), session)
}
