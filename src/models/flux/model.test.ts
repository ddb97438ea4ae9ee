import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openGolden, readGolden, readManifest, relativeError } from '../../../test/golden.ts'
import { hasGpu } from '../../../test/gpu.ts'
import { madeBy, segmentOutputs } from '../../../test/segmentOutputs.ts'
import {
  Graph,
  grad,
  interpret,
  numbersOf,
  Parameters,
  program,
  reduceMean,
  slice,
  square,
  sub,
  type Tensor,
  type TensorValue,
  tensorValue,
} from '../../graph/index.ts'
import { openRuntime, type Runtime } from '../../onnx/index.ts'
import { type Checkpoint, checkParameters, readAll } from '../../weights/index.ts'
import { ModelError } from '../error.ts'
import { inferConnectorConfig, inferDitConfig, step1xEditConnector, step1xEditDit } from './config.ts'
import { contextEmbedder, maskedMean, timeEmbedder } from './connector.ts'
import { velocityHead } from './head.ts'
import { inferStep1xEditConfig, type Step1xEditInputs, step1xEdit } from './model.ts'
import { type Position, rotaryTables, timeEmbedding } from './positions.ts'

let source: Checkpoint
let given: Record<string, TensorValue>
let single: Record<string, TensorValue>
let double: Record<string, TensorValue>
beforeAll(async () => {
  source = await openGolden('dit/weights.safetensors')
  given = await readGolden('dit/inputs.safetensors')
  single = await readGolden('dit/outputs_f32.safetensors')
  double = await readGolden('dit/outputs_f64.safetensors')
})
afterAll(() => source.close())

const config = () => ({
  dit: inferDitConfig(source, { axesDim: [4, 6, 6] }),
  connector: inferConnectorConfig(source, { numHeads: 4 }),
})

const shapes = { image: [2, 24, 64], features: [2, 10, 64], mask: [2, 10], time: [2, 256] } as const

function inputsOf(graph: Graph, dtype: 'f32' | 'f64'): Step1xEditInputs {
  return {
    image: graph.input('image', dtype, shapes.image),
    features: graph.input('features', dtype, shapes.features),
    mask: graph.input('mask', 'bool', shapes.mask),
    time: graph.input('time', dtype, shapes.time),
    connectorTime: graph.input('connectorTime', dtype, shapes.time),
    cosines: graph.input('cosines', dtype, [34, 8]),
    sines: graph.input('sines', dtype, [34, 8]),
  }
}

function positions(): Position[] {
  const triples = (name: string) => {
    const ids = numbersOf(given[name]!)
    const rows = given[name]!.shape[1]!
    return Array.from({ length: rows }, (_, i) => [ids[3 * i], ids[3 * i + 1], ids[3 * i + 2]] as never)
  }
  return [...triples('txt_ids'), ...triples('img_ids')]
}

function feeds(dtype: 'f32' | 'f64', factor = 1, features = 'llm_embedding'): Record<string, TensorValue> {
  const times = Array.from(numbersOf(given.timesteps!))
  const { cosines, sines } = rotaryTables(positions(), config().dit)
  const as = (value: TensorValue) => tensorValue(dtype, value.shape, numbersOf(value))
  return {
    image: as(given.img!),
    features: as(given[features]!),
    mask: tensorValue('bool', shapes.mask, numbersOf(given.mask!)),
    time: as(timeEmbedding(times)),
    connectorTime: as(timeEmbedding(times.map((t) => t * factor))),
    cosines: as(cosines),
    sines: as(sines),
  }
}

/** The model with every intermediate that the golden data holds, under its name there. */
function withIntermediates(w: Parameters, inputs: Step1xEditInputs): Record<string, Tensor> {
  const { connector } = config()
  const output = step1xEdit(w, inputs, config())
  const values = segmentOutputs([output])
  const value = (segment: string, shape: readonly number[]) => madeBy(values, segment, shape)
  const [text, image, joint] = [
    [2, 10, 64],
    [2, 24, 64],
    [2, 34, 64],
  ] as const
  const refined = value('connector', [2, 10, connector.width])
  const seen: Record<string, Tensor> = {
    'connector.txt': refined,
    'connector.refiner_block.1': refined,
    'connector.y': value('connector', [2, connector.vectorWidth]),
    img_in: value('embed', image),
    txt_in: value('embed', text),
    vec: value('embed', [2, 64]),
  }
  for (const i of [0, 1]) {
    seen[`double_block.${i}.img`] = value(`double.${i}`, image)
    seen[`double_block.${i}.txt`] = value(`double.${i}`, text)
  }
  for (const i of [0, 1, 2]) seen[`single_block.${i}`] = value(`single.${i}`, joint)
  const mean = maskedMean(inputs.features, inputs.mask)
  const refiner = w.pp('connector.S')
  return {
    ...seen,
    'connector.masked_mean': mean,
    'connector.t_emb': timeEmbedder(refiner.pp('t_embedder'), inputs.connectorTime, connector.width),
    'connector.c_emb': contextEmbedder(refiner.pp('c_embedder'), mean, connector.width),
    'connector.input_embedder': refiner.pp('input_embedder').linear(inputs.features, connector.width),
    output,
  }
}

async function expectGolden(runtime: Runtime, tolerance: number) {
  const graph = new Graph()
  const outputs = withIntermediates(new Parameters(graph, { source }), inputsOf(graph, 'f32'))
  const session = await runtime.load(outputs, { source })
  const found = await session.run(feeds('f32'))
  for (const name of Object.keys(outputs)) {
    expect.soft(relativeError(found[name]!, double[name]!), `${name} f64`).toBeLessThan(tolerance)
    expect.soft(relativeError(found[name]!, single[name]!), `${name} f32`).toBeLessThan(tolerance)
  }
}

describe.each([
  { provider: 'cpu', tolerance: 1e-4 } as const,
  ...(hasGpu() ? [{ provider: 'webgpu', tolerance: 1e-4 } as const] : []),
])('the model on $provider', ({ provider, tolerance }) => {
  let runtime: Runtime
  beforeAll(async () => {
    runtime = await openRuntime({ provider, ...(provider === 'cpu' && { threads: 1 }) })
  })
  afterAll(() => runtime.close())

  it('gives what the original gives, step by step', () => expectGolden(runtime, tolerance))

  it('lets one text token stand for all padding', async () => {
    // Case 1 has 6 real tokens and 4 of padding: all ten, against seven of which the last counts four times.
    const graph = new Graph()
    const w = new Parameters(graph, { source })
    const load = (repeated: boolean) =>
      runtime.load(
        {
          y: step1xEdit(
            w,
            {
              image: graph.input('image', 'f32', [1, 24, 64]),
              features: graph.input('features', 'f32', [1, 'text', 64]),
              mask: graph.input('mask', 'bool', [1, 'text']),
              time: graph.input('time', 'f32', [1, 256]),
              connectorTime: graph.input('time', 'f32', [1, 256]),
              cosines: graph.input('cosines', 'f32', ['text + 24', 8]),
              sines: graph.input('sines', 'f32', ['text + 24', 8]),
              ...(repeated && { repeats: graph.input('repeats', 'f32', [1]) }),
            },
            config(),
          ),
        },
        { source },
      )
    const all = feeds('f32')
    const second = (name: string, rows: number) => {
      const { dtype, shape, data } = all[name]!
      const half = data.subarray(data.length / 2)
      const row = half.length / shape[1]!
      return { dtype, shape: [1, rows, ...shape.slice(2)], data: half.subarray(0, row * rows) } as TensorValue
    }
    const time = { ...second('time', 1), shape: [1, 256], data: all.time!.data.subarray(256) }
    const common = { image: second('image', 24), time }
    const { y: wanted } = await (await load(false)).run({
      ...common,
      features: second('features', 10),
      mask: second('mask', 10),
      cosines: all.cosines!,
      sines: all.sines!,
    })
    // Text has no positions, so that any three of its rows may go.
    const fewer = (table: TensorValue) => ({ ...table, shape: [31, 8], data: table.data.subarray(3 * 8) })
    const { y: found } = await (await load(true)).run({
      ...common,
      features: second('features', 7),
      mask: second('mask', 7),
      cosines: fewer(all.cosines!),
      sines: fewer(all.sines!),
      repeats: tensorValue('f32', [1], [4]),
    })
    expect(relativeError(wanted!, second2(double.output!))).toBeLessThan(tolerance)
    expect(relativeError(found!, wanted!)).toBeLessThan(tolerance / 10)
  })
})

/** The second picture of a batch of two. */
function second2({ dtype, shape, data }: TensorValue): TensorValue {
  return { dtype, shape: [1, ...shape.slice(1)], data: data.subarray(data.length / 2) } as TensorValue
}

describe('the interpreter', () => {
  it('gives the original in double precision', async () => {
    const graph = new Graph()
    const outputs = withIntermediates(new Parameters(graph, { source, dtype: 'f64' }), inputsOf(graph, 'f64'))
    const weights = await readAll(source, program(outputs).parameters.keys())
    const found = interpret(outputs, { ...Object.fromEntries(weights), ...feeds('f64') })
    // The rotary angles and the sinusoid cross as f32 even here.
    for (const name of Object.keys(outputs))
      expect.soft(relativeError(found[name]!, double[name]!), name).toBeLessThan(1e-6)
  })
})

it('learns as the original does: gradients of every parameter', async () => {
  const graph = new Graph()
  const w = new Parameters(graph)
  const inputs = inputsOf(graph, 'f32')
  const target = graph.input('target', 'f32', [2, 12, 64])
  const velocity = slice(step1xEdit(w, inputs, config()), 1, 0, 12)
  const loss = reduceMean(square(sub(velocity, target)))
  const { parameters } = program({ loss })
  checkParameters(parameters, source)
  const outputs = grad(loss, parameters, { recompute: (segment) => segment !== 'embed' })
  const runtime = await openRuntime({ provider: 'cpu', threads: 1 })
  const session = await runtime.load<string>({ loss, ...outputs })
  const found = await session.run({
    ...Object.fromEntries(await readAll(source)),
    ...feeds('f32'),
    target: given.target!,
  })
  const wanted = await readGolden('dit/grads_f64_as_f32.safetensors')
  expect(numbersOf(found.loss!)[0]).toBeCloseTo(2.176103063130363, 5)
  expect(Object.keys(wanted).sort()).toEqual([...parameters.keys()].sort())
  for (const path of Object.keys(wanted))
    expect.soft(relativeError(found[path]!, wanted[path]!), path).toBeLessThan(1e-4)
  await runtime.close()
})

describe('configurations', () => {
  it('declare the full-size parameters exactly', () => {
    const graph = new Graph()
    const inputs = {
      image: graph.input('image', 'f32', [1, 8, 64]),
      features: graph.input('features', 'f32', [1, 4, 3584]),
      mask: graph.input('mask', 'bool', [1, 4]),
      time: graph.input('time', 'f32', [1, 256]),
      connectorTime: graph.input('time', 'f32', [1, 256]),
      cosines: graph.input('cosines', 'f32', [12, 64]),
      sines: graph.input('sines', 'f32', [12, 64]),
    }
    const full = { dit: step1xEditDit, connector: step1xEditConnector }
    const { parameters } = program({ y: step1xEdit(new Parameters(graph), inputs, full) })
    const declared = new Map([...parameters].map(([path, { shape }]) => [path, shape]))
    expect(declared).toEqual(new Map([...readManifest('step1x-edit-v1.0')].sort(byOrderOf(declared))))
  })

  it('are inferred from shapes', () => {
    expect(config().dit).toMatchObject({
      width: 64,
      heads: 4,
      doubleBlocks: 2,
      singleBlocks: 3,
      mlpWidth: 256,
    })
    expect(config().connector).toMatchObject({
      inWidth: 64,
      width: 48,
      heads: 4,
      blocks: 2,
      scaleFactor: true,
    })
    const manifest = readManifest('step1x-edit-v1.0')
    const full = {
      name: 'full',
      paths: () => manifest.keys(),
      describe: (path: string) => {
        const shape = manifest.get(path)
        return shape && { dtype: 'bf16' as const, shape }
      },
    }
    expect(inferDitConfig(full)).toEqual(step1xEditDit)
    expect(inferConnectorConfig(full)).toEqual(step1xEditConnector)
    expect(inferStep1xEditConfig(full)).toEqual({
      dit: step1xEditDit,
      connector: step1xEditConnector,
      head: velocityHead,
    })
  })

  it('refuse hints that do not fit, and other checkpoints', () => {
    expect(() => inferDitConfig(source, { axesDim: [4, 6, 8] })).toThrow(
      /dit\.axesDim: expected three even numbers that make the head width 16, got \[4,6,8\]/,
    )
    expect(() => inferConnectorConfig(source, { numHeads: 5 })).toThrow(ModelError)
    const other = { name: 'other', paths: () => ['a'], describe: () => undefined }
    expect(() => inferDitConfig(other)).toThrow(/^other: no tensor img_in\.weight: expected a Step1X-Edit/)
  })
})

/** Maps compare in order, and the manifest has an order of its own. */
function byOrderOf(order: ReadonlyMap<string, unknown>) {
  const place = new Map([...order.keys()].map((path, i) => [path, i]))
  return ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
    (place.get(a) ?? -1) - (place.get(b) ?? -1)
}
