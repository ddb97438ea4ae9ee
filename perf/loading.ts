import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { elementCount, Graph, type ParameterSource, Parameters, program, type Tensor } from 'pentimento/graph'
import { step1xEdit, step1xEditConnector, step1xEditDit } from 'pentimento/models'
import { memory, type Runtime } from 'pentimento/onnx'
import { type Figures, type Perf, round3 } from './measure.ts'

/** The graph of Step1X-Edit's transformer and connector over a sparse file of their size, bf16 and f32. */
export async function loading(perf: Perf, runtime: Runtime): Promise<Figures> {
  const figures: Record<string, number> = {}
  for (const dtype of ['bf16', 'f32'] as const) {
    const folder = await mkdtemp(join(tmpdir(), 'pentimento-'))
    const source = await sparseSource(join(folder, 'weights.bin'), dtype)
    const before = memory()
    let start = performance.now()
    const lap = () => {
      const now = performance.now()
      const ms = now - start
      start = now
      return ms
    }
    const outputs = { y: editorGraph(new Parameters(new Graph(), { source })) }
    const build = lap()
    const session = await runtime.load(outputs, { source, prepack: false, widenWeights: 'use' })
    const load = lap()
    const after = memory()
    const [resident, anonymous] = [
      after.resident - before.resident,
      (after.anonymous ?? 0) - (before.anonymous ?? 0),
    ]
    const billions = source.elements / 1e9
    perf.line(
      `transformer and connector, ${billions.toFixed(1)} billion ${dtype} parameters in a file of ${(source.bytes / 1e9).toFixed(1)} GB: ` +
        `built in ${(build / 1000).toFixed(2)} s, lowered and loaded in ${(load / 1000).toFixed(2)} s; ` +
        `${(resident / 2 ** 20).toFixed(0)} MiB more in memory before the first run, ${(anonymous / 2 ** 20).toFixed(0)} of them not of the file`,
    )
    figures[`load12b_${dtype}_seconds`] = round3((build + load) / 1000)
    figures[`load12b_${dtype}_MiB`] = Math.round(resident / 2 ** 20)
    await session.release()
    await rm(folder, { recursive: true })
  }
  return figures
}

function editorGraph(w: Parameters): Tensor {
  const { graph } = w
  const config = { dit: step1xEditDit, connector: step1xEditConnector }
  const half = step1xEditDit.width / step1xEditDit.heads / 2
  return step1xEdit(
    w,
    {
      image: graph.input('image', 'f32', [1, 2048, step1xEditDit.inChannels]),
      features: graph.input('features', 'f32', [1, 'text', step1xEditConnector.inWidth]),
      mask: graph.input('mask', 'bool', [1, 'text']),
      time: graph.input('time', 'f32', [1, 256]),
      connectorTime: graph.input('connectorTime', 'f32', [1, 256]),
      cosines: graph.input('cosines', 'f32', ['text + 2048', half]),
      sines: graph.input('sines', 'f32', ['text + 2048', half]),
    },
    config,
  )
}

/** Tensors of zeros one after another in a file that takes no room on the disk. */
async function sparseSource(
  file: string,
  dtype: 'bf16' | 'f32',
): Promise<ParameterSource & { readonly elements: number; readonly bytes: number }> {
  const { parameters } = program({ y: editorGraph(new Parameters(new Graph())) })
  const width = dtype === 'bf16' ? 2 : 4
  const ranges = new Map<string, { offset: number; byteLength: number; shape: readonly number[] }>()
  let offset = 0
  for (const [path, node] of parameters) {
    const shape = node.shape as readonly number[]
    const byteLength = elementCount(shape) * width
    ranges.set(path, { offset, byteLength, shape })
    offset += byteLength
  }
  await writeFile(file, '')
  await truncate(file, offset)
  return {
    name: file,
    elements: offset / width,
    bytes: offset,
    paths: () => ranges.keys(),
    describe: (path) => {
      const range = ranges.get(path)
      return range && { dtype, shape: range.shape }
    },
    locate: (path) => {
      const range = ranges.get(path)
      return range && { file, offset: range.offset, byteLength: range.byteLength }
    },
    read: async (path) => new Uint8Array(ranges.get(path)?.byteLength ?? 0),
  }
}
