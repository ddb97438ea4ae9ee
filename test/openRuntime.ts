/* A program that runs one graph: in its main thread, or in a worker that it prepares, or not. */
import { isMainThread, Worker } from 'node:worker_threads'
import { add, Graph } from 'pentimento/graph'
import { disableTelemetry, openRuntime } from 'pentimento/onnx'

const [where, prepared] = process.argv.slice(2)
if (isMainThread && where === 'worker') {
  if (prepared !== 'unprepared') disableTelemetry()
  const register = JSON.stringify(import.meta.resolve('tsx/esm/api'))
  const code = `import(${register}).then((tsx) => { tsx.register(); return import(${JSON.stringify(import.meta.url)}) })`
  const worker = new Worker(code, {
    eval: true,
    argv: [where, prepared ?? ''],
    execArgv: ['--conditions=source'],
  })
  worker.on('error', ({ message }) => {
    console.error(message)
    process.exitCode = 1
  })
} else {
  const runtime = await openRuntime({ provider: 'cpu', threads: 1 })
  const graph = new Graph()
  const x = graph.input('x', 'f32', [2])
  const session = await runtime.load({ y: add(x, x) })
  await session.run({ x: { dtype: 'f32', shape: [2], data: new Float32Array([1, 2]) } })
  await runtime.close()
}
