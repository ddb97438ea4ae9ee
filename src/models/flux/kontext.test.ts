import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { declared, ofManifest, sorted } from '../../../test/declared.ts'
import { openGolden, readGolden, readManifest, relativeError } from '../../../test/golden.ts'
import { hasGpu } from '../../../test/gpu.ts'
import { madeBy, segmentOutputs } from '../../../test/segmentOutputs.ts'
import { Graph, numbersOf, Parameters, type TensorValue } from '../../graph/index.ts'
import { openRuntime } from '../../onnx/index.ts'
import type { Checkpoint } from '../../weights/index.ts'
import { type DitConfig, inferDitConfig } from './config.ts'
import {
  type KontextInputs,
  kontext,
  kontextDit,
  kontextPositions,
  kontextReferenceSize,
  kontextTargetSize,
} from './kontext.ts'
import { rotaryTables, timeEmbedding } from './positions.ts'

let source: Checkpoint
let given: Record<string, TensorValue>
let wanted: Record<string, TensorValue>
beforeAll(async () => {
  source = await openGolden('flux-kontext/transformer_bfl_weights.safetensors')
  given = await readGolden('flux-kontext/transformer_inputs.safetensors')
  wanted = await readGolden('flux-kontext/transformer_outputs_f64.safetensors')
})
afterAll(() => source.close())

function inputsOf(
  graph: Graph,
  sizes: { batch: number; image: number; text: number },
  config: DitConfig,
): KontextInputs {
  const { batch, image, text } = sizes
  const half = config.width / config.heads / 2
  return {
    image: graph.input('image', 'f32', [batch, image, config.inChannels]),
    text: graph.input('text', 'f32', [batch, text, config.contextWidth]),
    pooled: graph.input('pooled', 'f32', [batch, config.vectorWidth]),
    time: graph.input('time', 'f32', [batch, 256]),
    guidance: graph.input('guidance', 'f32', [batch, 256]),
    cosines: graph.input('cosines', 'f32', [text + image, half]),
    sines: graph.input('sines', 'f32', [text + image, half]),
  }
}

/** Positions as the golden inputs give them. */
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

describe.each(['cpu', ...(hasGpu() ? (['webgpu'] as const) : [])] as const)(
  'FLUX.1 Kontext on %s',
  (provider) => {
    it('equals the official transformer in every block', async () => {
      const runtime = await openRuntime({ provider })
      try {
        const config = inferDitConfig(source, { axesDim: [4, 6, 6] })
        const graph = new Graph()
        const inputs = inputsOf(graph, { batch: 2, image: 22, text: 9 }, config)
        const output = kontext(new Parameters(graph, { source }), inputs, config)
        const values = segmentOutputs([output])
        const value = (segment: string, tokens: number) => madeBy(values, segment, [2, tokens, config.width])
        const outputs = {
          x_embedder: value('embed', 22),
          context_embedder: value('embed', 9),
          vec: madeBy(values, 'embed', [2, config.width]),
          'double.0.0': value('double.0', 9),
          'double.0.1': value('double.0', 22),
          'double.1.0': value('double.1', 9),
          'double.1.1': value('double.1', 22),
          output,
        }
        const session = await runtime.load<string>(outputs, { source })
        const { cosines, sines } = rotaryTables(positions(), config)
        const found = await session.run({
          image: given.img!,
          text: given.txt!,
          pooled: given.pooled!,
          time: timeEmbedding(Array.from(numbersOf(given.timestep!))),
          guidance: timeEmbedding(Array.from(numbersOf(given.guidance!))),
          cosines,
          sines,
        })
        for (const name of Object.keys(outputs))
          expect.soft(relativeError(found[name]!, wanted[name]!), name).toBeLessThan(1e-4)
      } finally {
        await runtime.close()
      }
    })
  },
)

it('declares what the full-size file holds, and infers its sizes from it', () => {
  const graph = new Graph()
  const inputs = inputsOf(graph, { batch: 1, image: 8, text: 4 }, kontextDit)
  const output = kontext(new Parameters(graph), inputs, kontextDit)
  expect(declared({ output })).toEqual(sorted(readManifest('flux1-kontext-dev-transformer-bfl')))
  expect(inferDitConfig(ofManifest('flux1-kontext-dev-transformer-bfl'))).toEqual(kontextDit)
})

describe('sizes and positions', () => {
  type Sizes = { readonly in: [number, number]; readonly reference: [number, number] }
  type Targets = { width: number | null; height: number | null; max_area: number; out: [number, number] }
  const tables = JSON.parse(
    readFileSync(new URL('../../../test/golden/flux-kontext/tables.json', import.meta.url), 'utf8'),
  ) as { readonly reference_sizes: readonly Sizes[]; readonly target_sizes: readonly Targets[] }

  it('are those of the official pipeline', () => {
    for (const {
      in: [width, height],
      reference,
    } of tables.reference_sizes)
      expect(Object.values(kontextReferenceSize({ width, height }))).toEqual(reference)
    for (const { width, height, max_area: area, out } of tables.target_sizes)
      expect(
        Object.values(kontextTargetSize({ width: width ?? 1024, height: height ?? 1024 }, area)),
      ).toEqual(out)
  })

  it('number text 0, the target sheet 0, the reference sheet 1 from its own corner', () => {
    const found = kontextPositions(2, { rows: 1, columns: 2 }, { rows: 2, columns: 1 })
    expect(found).toEqual([
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 1],
      [1, 0, 0],
      [1, 1, 0],
    ])
  })
})
