import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runtimeProduct } from 'pentimento/edit'
import {
  Graph,
  gelu,
  interpret,
  numbersOf,
  type ParameterSource,
  Parameters,
  program,
  tensorValue,
} from 'pentimento/graph'
import { openRuntime, type Runtime } from 'pentimento/onnx'
import { TorchGenerator } from 'pentimento/random'
import {
  checkParameters,
  initialize,
  openCheckpoint,
  quantizeCheckpoint,
  readAdapter,
  readAll,
  withLora,
  writeAll,
} from 'pentimento/weights'
import { afterEach, beforeEach, expect, it } from 'vitest'

const width = 256

let folder: string
let runtime: Runtime
beforeEach(async () => {
  runtime = await openRuntime({ provider: 'cpu', threads: 1 })
  folder = await mkdtemp(join(tmpdir(), 'model-'))
})
afterEach(async () => {
  await runtime.close()
  await rm(folder, { recursive: true })
})
const at = (name: string) => join(folder, name)

/** A model of two layers, over the weights of a source or over none yet. */
function build(source?: ParameterSource) {
  const graph = new Graph()
  const w = new Parameters(graph, source && { source })
  const x = graph.input('x', 'f32', ['n', width])
  return { y: w.pp('fc2').linear(gelu(w.pp('fc1').linear(x, width)), 3) }
}

const x = tensorValue('f32', [2, width], new TorchGenerator(5).randn(2 * width))

async function run(source: ParameterSource): Promise<number[]> {
  const outputs = build(source)
  const { parameters } = program(outputs)
  checkParameters(parameters, source)
  const weights = await readAll(source, parameters.keys())
  const { y } = interpret(outputs, { ...Object.fromEntries(weights), x })
  // ONNX Runtime reads the same weights itself, from the file where they lie there.
  const session = await runtime.load(outputs, { source, accuracyLevel: 1 })
  expect((await session.run({ x })).y).toBeAllclose(y, { atol: 1e-4, rtol: 1e-4 })
  await session.release()
  return [...numbersOf(y)]
}

function distance(found: readonly number[], expected: readonly number[]): number {
  const most = Math.max(...expected.map(Math.abs))
  return Math.max(...expected.map((value, i) => Math.abs((found[i] as number) - value))) / most
}

it('a model is initialised, stored, opened, quantised and adapted, and stays one function', async () => {
  const { parameters } = program(build())
  const fresh = initialize(parameters, { seed: 1 })
  checkParameters(parameters, fresh)
  const expected = await run(fresh)

  await writeAll(at('model.safetensors'), await readAll(fresh))
  const stored = await openCheckpoint(at('model.safetensors'))
  expect(await run(stored)).toEqual(expected)

  await quantizeCheckpoint(at('model.safetensors'), at('int8.safetensors'), { bits: 8 })
  const int8 = await openCheckpoint(at('int8.safetensors'))
  expect([...int8.quantized.keys()]).toEqual(['fc1.weight'])
  expect([...program(build(int8)).parameters.keys()]).toContain('fc1.weight.q')
  const rounded = await run(int8)
  expect(distance(rounded, expected)).toBeGreaterThan(0)
  expect(distance(rounded, expected)).toBeLessThan(0.02)

  const down = new TorchGenerator(2).randn(4 * width).map((value) => value / 8)
  const up = new TorchGenerator(3).randn(4 * width).map((value) => value / 8)
  await writeAll(
    at('lora.safetensors'),
    new Map([
      ['lora_unet_fc1.lora_down.weight', tensorValue('f32', [4, width], down)],
      ['lora_unet_fc1.lora_up.weight', tensorValue('f32', [width, 4], up)],
      ['lora_unet_fc1.alpha', tensorValue('f32', [], [4])],
    ]),
  )
  const update = await openCheckpoint(at('lora.safetensors'))
  const applied = [{ adapter: await readAdapter(update), strength: 0.5 }]
  const adapted = await run(withLora(stored, applied))
  expect(distance(adapted, expected)).toBeGreaterThan(0.05)
  expect(distance(await run(withLora(int8, applied)), adapted)).toBeLessThan(0.03)

  const byRuntime = withLora(stored, applied, runtimeProduct(runtime))
  expect(distance(await run(byRuntime), adapted)).toBeLessThan(1e-5)

  await Promise.all([stored.close(), int8.close(), update.close()])
})
