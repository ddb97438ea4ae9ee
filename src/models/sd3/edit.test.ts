import { afterAll, beforeAll, expect, it } from 'vitest'
import { declared } from '../../../test/declared.ts'
import { openGolden, relativeError } from '../../../test/golden.ts'
import {
  Graph,
  type ParameterSource,
  Parameters,
  program,
  slice,
  type Tensor,
  type TensorValue,
  tensorValue,
} from '../../graph/index.ts'
import { openRuntime } from '../../onnx/index.ts'
import { TorchGenerator } from '../../random/index.ts'
import { type Checkpoint, initialize, normal } from '../../weights/index.ts'
import { type EditConfig, editNetwork, inferEditConfig } from '../editNetwork.ts'
import { newConnector } from '../flux/config.ts'
import { timeEmbedding } from '../flux/positions.ts'
import { inferSd3Config } from './config.ts'

let base: Checkpoint
let config: EditConfig & { readonly sd3: ReturnType<typeof inferSd3Config> }
beforeAll(async () => {
  base = await openGolden('sd3/transformer_weights.safetensors')
  const trunk = inferSd3Config(base)
  const { contextWidth: width, vectorWidth } = trunk
  config = { sd3: trunk, connector: newConnector({ inWidth: 24, width, vectorWidth, scaleFactor: false }) }
})
afterAll(() => base.close())

function velocityOf(w: Parameters): Tensor {
  const { graph } = w
  const network = editNetwork(config)
  return network.velocity(w, {
    image: graph.input('image', 'f32', [1, 12, network.channels]),
    features: graph.input('features', 'f32', [1, 'text', 24]),
    mask: graph.input('mask', 'bool', [1, 'text']),
    time: graph.input('time', 'f32', [1, 256]),
    connectorTime: graph.input('connectorTime', 'f32', [1, 256]),
    ...network.placeInputs(graph, 6),
  })
}

const random = new TorchGenerator(3)
const noise = (shape: readonly number[]): TensorValue => ({
  dtype: 'f32',
  shape,
  data: random.randn(shape.reduce((product, size) => product * size, 1)),
})

/** The golden transformer with a random connector and a mark. */
function edited(mark: number): ParameterSource {
  const { parameters } = program({ velocity: velocityOf(new Parameters(new Graph())) })
  const missing = new Map([...parameters].filter(([path]) => !base.describe(path)))
  const made = initialize(missing, {
    seed: 1,
    rule: (path) => (path === 'reference_mark' ? normal(mark) : undefined),
  })
  const from = (path: string): ParameterSource => (made.describe(path) ? made : base)
  return {
    name: 'an editor on Stable Diffusion 3',
    paths: () => [...base.paths(), ...made.paths()],
    describe: (path) => from(path).describe(path),
    locate: (path) => from(path).locate(path),
    read: (path) => from(path).read(path),
  }
}

it('has the parameters of the transformer, the connector and one mark, by which it is known', () => {
  const names = [...declared({ velocity: velocityOf(new Parameters(new Graph())) }).keys()]
  const own = names.filter((path) => !base.describe(path))
  expect(own.filter((path) => !path.startsWith('connector.'))).toEqual(['reference_mark'])
  expect(names.filter((path) => base.describe(path)).sort()).toEqual([...base.paths()].sort())
  expect(inferEditConfig(edited(0))).toEqual(config)
  expect(editNetwork(config).isTrainable('pos_embed.pos_embed')).toBe(false)
})

it('tells target and reference apart by the mark alone', async () => {
  const runtime = await openRuntime({ provider: 'cpu' })
  try {
    const [one, other] = [noise([1, 6, 64]), noise([1, 6, 64])]
    const both = (a: TensorValue, b: TensorValue): TensorValue => ({
      dtype: 'f32',
      shape: [1, 12, 64],
      data: Float32Array.from([...(a.data as Float32Array), ...(b.data as Float32Array)]),
    })
    const feeds = {
      features: noise([1, 5, 24]),
      mask: tensorValue('bool', [1, 5], [1, 1, 1, 1, 0]),
      time: timeEmbedding([0.4]),
      connectorTime: timeEmbedding([0.4]),
      ...editNetwork(config).places({ text: 5, rows: 2, columns: 3 }, 'v1.1'),
    }
    /** How far the first picture's velocity moves when the two change places. */
    const moved = async (mark: number): Promise<number> => {
      const source = edited(mark)
      const velocity = velocityOf(new Parameters(new Graph(), { source }))
      const session = await runtime.load(
        { first: slice(velocity, 1, 0, 6), second: slice(velocity, 1, 6) },
        { source },
      )
      const { first } = await session.run({ ...feeds, image: both(one, other) })
      const { second } = await session.run({ ...feeds, image: both(other, one) })
      await session.release()
      return relativeError(first, second)
    }
    expect(await moved(0)).toBeLessThan(1e-4)
    expect(await moved(1)).toBeGreaterThan(0.01)
  } finally {
    await runtime.close()
  }
})

it('refuses a picture that is larger than its table of positions', () => {
  expect(() => editNetwork(config).places({ text: 1, rows: 4, columns: 13 }, 'v1.1')).toThrow(
    /picture of 13×4 tokens: expected at most 12 on a side/,
  )
})
