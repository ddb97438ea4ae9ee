import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import {
  attention,
  bytesOf,
  cast,
  Graph,
  interpret,
  type ParameterSource,
  Parameters,
  print,
  silu,
  type TensorValue,
  tensorValue,
  unsqueeze,
} from '../graph/index.ts'
import { openModelFile } from './modelFile.ts'
import { type FitOptions, preparedProgram, toOnnx } from './toOnnx.ts'

const folder = mkdtempSync(join(tmpdir(), 'pentimento-'))
afterAll(() => rmSync(folder, { recursive: true }))

const wave = (shape: readonly number[], seed: number): TensorValue =>
  tensorValue(
    'f32',
    shape,
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(seed + 1.7 * i)),
  )

const values: Readonly<Record<string, TensorValue>> = {
  'fc.weight': wave([5, 4], 1),
  'fc.bias': wave([5], 2),
}
const source: ParameterSource = {
  name: 'memory',
  paths: () => Object.keys(values),
  describe: (path) => values[path] && { dtype: 'f32', shape: values[path].shape },
  locate: () => undefined,
  read: async (path) => bytesOf(values[path]!),
}

function layer() {
  const w = new Parameters(new Graph(), { source })
  return { y: silu(w.pp('fc').linear(w.graph.input('x', 'f32', ['n', 4]), 5)) }
}

describe('a graph as an ONNX file', () => {
  const x = wave([3, 4], 3)
  const wanted = interpret(layer(), { x, ...values }).y

  it.each([
    { where: 'inside', options: {}, files: ['inside.onnx'] },
    { where: 'beside', options: { inside: 0 }, files: ['beside.onnx', 'beside.onnx.data'] },
  ])('gives what the graph gives, with its weights $where', async ({ where, options, files }) => {
    const file = join(folder, `${where}.onnx`)
    await toOnnx(layer(), file, { source, ...options })
    expect(
      readdirSync(folder)
        .filter((name) => name.startsWith(where))
        .sort(),
    ).toEqual(files)
    const model = await openModelFile(file)
    expect(model.inputs).toEqual(['input:x'])
    const found = await model.run({ 'input:x': x })
    expect(found['output:y']).toBeAllclose(wanted, { atol: 1e-6, rtol: 1e-6 })
    await model.release()
  })

  it('takes weights as inputs without a source, or where they are fed', async () => {
    const file = join(folder, 'fed.onnx')
    await toOnnx(layer(), file)
    const model = await openModelFile(file)
    expect(model.inputs).toEqual(['input:x', 'parameter:fc.weight', 'parameter:fc.bias'])
    await model.release()
    await toOnnx(layer(), file, { source, fed: (path) => path.endsWith('bias') })
    const other = await openModelFile(file)
    expect(other.inputs).toEqual(['input:x', 'parameter:fc.bias'])
    await other.release()
  })

  it('is written whole or not at all', async () => {
    const file = join(folder, 'kept.onnx')
    await toOnnx(layer(), file, { source, inside: 0 })
    const sizes = () => [file, `${file}.data`].map((name) => statSync(name).mtimeMs)
    const before = sizes()
    await expect(toOnnx(layer(), file, { source, inside: 0, overwrite: false })).rejects.toMatchObject({
      code: 'exists',
    })
    const broken = { ...source, read: async () => Promise.reject(new Error('the disk is gone')) }
    await expect(toOnnx(layer(), file, { source: broken, inside: 0 })).rejects.toThrow('the disk is gone')
    expect(sizes()).toEqual(before)
    expect(
      readdirSync(folder).filter((name) => name.startsWith('kept') || name.includes('part')),
    ).toHaveLength(2)
  })

  it('names all parameters that the source lacks', async () => {
    const lacking = { ...source, describe: () => undefined }
    await expect(toOnnx(layer(), join(folder, 'no.onnx'), { source: lacking })).rejects.toThrow(
      'memory: 2 parameters do not fit: fc.weight is missing; fc.bias is missing',
    )
  })
})

describe('a prepared program', () => {
  it('shows what will run: the kernel of attention, widening, what was folded', () => {
    const graph = new Graph()
    const x = unsqueeze(unsqueeze(graph.input('x', 'f32', ['n', 4]), 0), 0)
    const weight = cast(graph.parameter('w', 'bf16', [4]), 'f32')
    const y = attention({ q: x, k: x, v: x })
    const size = graph.size
    const shown = (options: FitOptions) => print(preparedProgram({ y, weight }, options))
    expect(shown({ attention: 'fused' })).toMatch(/= attention\(/)
    expect(shown({ attention: 'plain' })).toMatch(/= softmax\(/)
    expect(shown({ provider: 'webgpu' })).toMatch(/= softmax\(/)
    expect(shown({})).toMatch(/= cast\(w\) to=f32/)
    expect(graph.size).toBe(size)
  })
})
