import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { declared, ofManifest, sorted } from '../../../test/declared.ts'
import { openGolden, readGolden, readManifest, relativeError } from '../../../test/golden.ts'
import { hasGpu } from '../../../test/gpu.ts'
import { madeBy, segmentOutputs } from '../../../test/segmentOutputs.ts'
import {
  concat,
  Graph,
  isOp,
  numbersOf,
  Parameters,
  reachable,
  reshape,
  slice,
  type Tensor,
  type TensorValue,
  tensorValue,
  transpose,
} from '../../graph/index.ts'
import { openRuntime } from '../../onnx/index.ts'
import type { Checkpoint } from '../../weights/index.ts'
import { timeEmbedding } from '../flux/positions.ts'
import { inferSd3Config, type Sd3Config, sd35Medium } from './config.ts'
import { type Sd3Inputs, sd3, sd3Places } from './model.ts'

let source: Checkpoint
let given: Record<string, TensorValue>
let wanted: Record<string, TensorValue>
beforeAll(async () => {
  source = await openGolden('sd3/transformer_weights.safetensors')
  given = await readGolden('sd3/transformer_inputs.safetensors')
  wanted = await readGolden('sd3/transformer_outputs_f64.safetensors')
})
afterAll(() => source.close())

const grid = { rows: 4, columns: 6 }

/** Inputs for latents [2, 16, 8, 12], as the official class takes them. */
function inputsOf(graph: Graph, config: Sd3Config, text: number): Sd3Inputs {
  const { rows, columns } = grid
  const { latentChannels: channels, contextWidth, vectorWidth } = config
  const latents = graph.input('latents', 'f32', [2, channels, 2 * rows, 2 * columns])
  const apart = transpose(reshape(latents, [2, channels, rows, 2, columns, 2]), [0, 2, 4, 1, 3, 5])
  return {
    image: reshape(apart, [2, rows * columns, 4 * channels]),
    places: graph.input('places', 'i64', [rows * columns]),
    text: graph.input('text', 'f32', [2, text, contextWidth]),
    pooled: graph.input('pooled', 'f32', [2, vectorWidth]),
    time: graph.input('time', 'f32', [2, 256]),
  }
}

function unpacked(tokens: Tensor, { latentChannels: channels }: Sd3Config): Tensor {
  const { rows, columns } = grid
  const apart = transpose(reshape(tokens, [2, rows, columns, channels, 2, 2]), [0, 3, 1, 4, 2, 5])
  return reshape(apart, [2, channels, 2 * rows, 2 * columns])
}

const feeds = (config: Sd3Config) => ({
  latents: given.latents!,
  text: given.text!,
  pooled: given.pooled!,
  places: tensorValue('i64', [24], sd3Places(grid, config)),
  // The official class takes 0 to 1000.
  time: timeEmbedding(Array.from(numbersOf(given.timestep!), (t) => t / 1000)),
})

describe.each(['cpu', ...(hasGpu() ? (['webgpu'] as const) : [])] as const)(
  'Stable Diffusion 3.5 on %s',
  (provider) => {
    it('equals the official transformer in every block', async () => {
      const runtime = await openRuntime({ provider })
      try {
        const config = inferSd3Config(source)
        const graph = new Graph()
        const output = sd3(new Parameters(graph, { source }), inputsOf(graph, config, 9), config)
        const values = segmentOutputs([output])
        const value = (segment: string, tokens: number) => madeBy(values, segment, [2, tokens, 32])
        const outputs = {
          pos_embed: value('embed', 24),
          context: value('embed', 9),
          temb: madeBy(values, 'embed', [2, 32]),
          'block.0.0': value('block.0', 9),
          'block.0.1': value('block.0', 24),
          'block.1.0': value('block.1', 9),
          'block.1.1': value('block.1', 24),
          // The last block makes no text.
          'block.2.1': madeBy(values, 'block.2'),
          norm_out: intoLastLayer(output),
          output: unpacked(output, config),
        }
        const session = await runtime.load<string>(outputs, { source })
        const found = await session.run(feeds(config))
        expect(Object.keys(outputs).sort()).toEqual(Object.keys(wanted).sort())
        for (const name of Object.keys(outputs))
          expect.soft(relativeError(found[name]!, wanted[name]!), name).toBeLessThan(1e-4)
      } finally {
        await runtime.close()
      }
    })
  },
)

/** What the last linear layer reads. */
function intoLastLayer(output: Tensor): Tensor {
  const nodes = [...reachable([output])]
  const product = nodes.find(
    (node) => isOp(node, 'matmul') && node.inputs.some((input) => isNamed(input, 'proj_out.weight')),
  )
  return product!.inputs[0]!
}

const isNamed = (node: Tensor, path: string): boolean => isOp(node, 'parameter') && node.params.path === path

it('counts the last text token as often as it is told, as if the text had it so often', async () => {
  const runtime = await openRuntime({ provider: 'cpu' })
  try {
    const config = inferSd3Config(source)
    const graph = new Graph()
    const w = new Parameters(graph, { source })
    const inputs = inputsOf(graph, config, 9)
    const last = slice(inputs.text, 1, -1)
    const session = await runtime.load(
      {
        once: sd3(w, { ...inputs, repeats: graph.input('repeats', 'f32', [1]) }, config),
        thrice: sd3(w, { ...inputs, text: concat([inputs.text, last, last], 1) }, config),
      },
      { source },
    )
    const { once, thrice } = await session.run({ ...feeds(config), repeats: tensorValue('f32', [1], [3]) })
    expect(relativeError(once, thrice)).toBeLessThan(1e-5)
  } finally {
    await runtime.close()
  }
})

it('declares what the full-size file holds, and infers its sizes from it', () => {
  const graph = new Graph()
  const output = sd3(new Parameters(graph), inputsOf(graph, sd35Medium, 9), sd35Medium)
  expect(declared({ output })).toEqual(sorted(readManifest('sd3.5-medium-transformer-diffusers')))
  expect(inferSd3Config(ofManifest('sd3.5-medium-transformer-diffusers'))).toEqual(sd35Medium)
})

it('takes positions from the middle of the table', () => {
  expect(sd3Places({ rows: 2, columns: 3 }, { tableSide: 5 })).toEqual([6, 7, 8, 11, 12, 13])
  expect(sd3Places({ rows: 5, columns: 5 }, { tableSide: 5 })).toEqual(
    Array.from({ length: 25 }, (_, i) => i),
  )
})

it('says what is missing of a checkpoint that is none of Stable Diffusion 3', () => {
  const without = (lost: string) => ({
    name: source.name,
    paths: () => source.paths(),
    describe: (path: string) => (path === lost ? undefined : source.describe(path)),
  })
  expect(() => inferSd3Config(without('context_embedder.weight'))).toThrow(
    /no tensor context_embedder\.weight: expected a Stable Diffusion 3 transformer/,
  )
  expect(() => inferSd3Config(without('transformer_blocks.0.attn.to_q.weight'))).toThrow(
    /no tensor transformer_blocks\.0/,
  )
})
