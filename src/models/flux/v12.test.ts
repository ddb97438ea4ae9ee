import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { declared, sorted } from '../../../test/declared.ts'
import { openGolden, readGolden, readManifest, relativeError } from '../../../test/golden.ts'
import { hasGpu } from '../../../test/gpu.ts'
import { madeBy, segmentOutputs } from '../../../test/segmentOutputs.ts'
import {
  Graph,
  numbersOf,
  type ParameterSource,
  Parameters,
  type TensorValue,
  tensorValue,
} from '../../graph/index.ts'
import { openRuntime } from '../../onnx/index.ts'
import { assembled, type Checkpoint, diffusersTransformer } from '../../weights/index.ts'
import { step1xEditConnector, step1xEditDit } from './config.ts'
import { inferStep1xEditConfig, type Step1xEditConfig, type Step1xEditInputs, step1xEdit } from './model.ts'
import { rotaryTables, timeEmbedding } from './positions.ts'

/* Step1X-Edit v1.2: the letters of quoted text go past the connector. */

let checkpoint: Checkpoint
let source: ParameterSource
let given: Record<string, TensorValue>
let wanted: Record<string, TensorValue>
beforeAll(async () => {
  checkpoint = await openGolden('step1x-v1.2/dit_weights.safetensors')
  source = assembled(checkpoint, diffusersTransformer(checkpoint)!)
  given = await readGolden('step1x-v1.2/dit_inputs.safetensors')
  wanted = await readGolden('step1x-v1.2/dit_outputs_f64.safetensors')
})
afterAll(() => checkpoint.close())

function inputsOf(
  graph: Graph,
  { batch, image, text }: { batch: number; image: number; text: number },
  { dit, connector }: Step1xEditConfig,
): Step1xEditInputs {
  const half = dit.width / dit.heads / 2
  const time = graph.input('time', 'f32', [batch, 256])
  return {
    image: graph.input('image', 'f32', [batch, image, dit.inChannels]),
    features: graph.input('features', 'f32', [batch, text, connector.inWidth]),
    mask: graph.input('mask', 'bool', [batch, text]),
    time,
    connectorTime: time,
    cosines: graph.input('cosines', 'f32', [text + image, half]),
    sines: graph.input('sines', 'f32', [text + image, half]),
    quoted: {
      embeddings: graph.input('embeddings', 'f32', [batch, text, connector.inWidth]),
      mask: graph.input('quotedMask', 'bool', [batch, text]),
    },
  }
}

/** Positions as the golden inputs give them: negative and fractional ones among them. */
function positions(): [number, number, number][] {
  return ['txt_ids', 'img_ids'].flatMap((name) => {
    const ids = Array.from(numbersOf(given[name]!))
    return Array.from({ length: ids.length / 3 }, (_, i): [number, number, number] => [
      ids[3 * i]!,
      ids[3 * i + 1]!,
      ids[3 * i + 2]!,
    ])
  })
}

const maskOf = (name: string): TensorValue => {
  const { shape } = given[name]!
  return tensorValue('bool', shape, [...numbersOf(given[name]!)])
}

describe.each(['cpu', ...(hasGpu() ? (['webgpu'] as const) : [])] as const)(
  'Step1X-Edit v1.2 on %s',
  (provider) => {
    it('equals the official transformer in every block, with the mapping of quoted text and without', async () => {
      const runtime = await openRuntime({ provider, ...(provider === 'cpu' && { threads: 1 }) })
      try {
        const config = inferStep1xEditConfig(source, {
          dit: { axesDim: [4, 6, 6], numHeads: 2 },
          connector: { numHeads: 4 },
        })
        const graph = new Graph()
        const inputs = inputsOf(graph, { batch: 2, image: 24, text: 10 }, config)
        const w = new Parameters(graph, { source })
        const output = step1xEdit(w, inputs, config)
        const values = segmentOutputs([output])
        const value = (segment: string, tokens: number) =>
          madeBy(values, segment, [2, tokens, config.dit.width])
        const { quoted: _, ...plain } = inputs
        const outputs = {
          context_embedder: value('embed', 10),
          x_embedder: value('embed', 24),
          'double.0.0': value('double.0', 10),
          'double.0.1': value('double.0', 24),
          'double.1.0': value('double.1', 10),
          'double.1.1': value('double.1', 24),
          output,
          output_without_mapping: step1xEdit(w, plain, config),
        }
        const session = await runtime.load<string>(outputs, { source })
        const found = await session.run({
          image: given.hidden_states!,
          features: given.encoder_hidden_states!,
          mask: maskOf('prompt_embeds_mask'),
          embeddings: given.text_embeddings!,
          quotedMask: maskOf('text_mask'),
          time: timeEmbedding([...numbersOf(given.timestep!)]),
          ...rotaryTables(positions(), config.dit),
        })
        for (const name of Object.keys(outputs))
          expect.soft(relativeError(found[name]!, wanted[name]!), name).toBeLessThan(1e-4)
      } finally {
        await runtime.close()
      }
    })
  },
)

it('declares what the full-size file holds', () => {
  const name = 'step1x-edit-v1.2-transformer-diffusers'
  const manifest = readManifest(name)
  const full = {
    name,
    paths: () => manifest.keys(),
    describe: (path: string) => {
      const shape = manifest.get(path)
      return shape && { dtype: 'bf16' as const, shape }
    },
    locate: () => undefined,
    read: () => Promise.reject(new Error('not read')),
  }
  const official = assembled(full, diffusersTransformer(full)!)
  const wantedShapes = new Map([...official.paths()].map((path) => [path, official.describe(path)!.shape]))
  const config = { dit: step1xEditDit, connector: { ...step1xEditConnector, scaleFactor: false } }
  const graph = new Graph()
  const output = step1xEdit(
    new Parameters(graph),
    inputsOf(graph, { batch: 1, image: 8, text: 4 }, config),
    config,
  )
  expect(declared({ output })).toEqual(sorted(wantedShapes))
  expect(inferStep1xEditConfig(official)).toMatchObject(config)
})
