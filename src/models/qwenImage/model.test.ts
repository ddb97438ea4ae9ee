import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { declared, ofManifest, sorted } from '../../../test/declared.ts'
import { openGolden, readGolden, readManifest, relativeError } from '../../../test/golden.ts'
import { hasGpu } from '../../../test/gpu.ts'
import { madeBy, segmentOutputs } from '../../../test/segmentOutputs.ts'
import { Graph, numbersOf, Parameters, type TensorValue, tensorValue } from '../../graph/index.ts'
import { openRuntime } from '../../onnx/index.ts'
import type { Checkpoint } from '../../weights/index.ts'
import { rotaryTables, timeEmbedding } from '../flux/positions.ts'
import { inferQwenImageConfig, type QwenImageConfig, qwenImageEdit } from './config.ts'
import { type QwenImageInputs, qwenImage } from './model.ts'
import { qwenImagePositions } from './positions.ts'

/** The pictures of the golden inputs: the target and a reference of another shape. */
const pictures = [
  { rows: 3, columns: 4 },
  { rows: 2, columns: 5 },
]
const [targetTokens, imageTokens, textTokens] = [12, 22, 7]

let source: Checkpoint
let given: Record<string, TensorValue>
let wanted: Record<string, TensorValue>
beforeAll(async () => {
  source = await openGolden('qwen-image-edit/transformer_weights.safetensors')
  given = await readGolden('qwen-image-edit/transformer_inputs.safetensors')
  wanted = await readGolden('qwen-image-edit/transformer_outputs_f64.safetensors')
})
afterAll(() => source.close())

function inputsOf(
  graph: Graph,
  { batch, image, text }: { batch: number; image: number; text: number },
  config: QwenImageConfig,
): QwenImageInputs {
  const half = config.width / config.heads / 2
  return {
    image: graph.input('image', 'f32', [batch, image, config.inChannels]),
    text: graph.input('text', 'f32', [batch, text, config.textWidth]),
    time: graph.input('time', 'f32', [batch, 256]),
    cosines: graph.input('cosines', 'f32', [text + image, half]),
    sines: graph.input('sines', 'f32', [text + image, half]),
  }
}

describe.each(['cpu', ...(hasGpu() ? (['webgpu'] as const) : [])] as const)(
  'Qwen-Image on %s',
  (provider) => {
    it('equals the official transformer in every block: with a mask of the text, without, with zero_cond_t', async () => {
      const runtime = await openRuntime({ provider })
      try {
        const config = inferQwenImageConfig(source, { axesDim: [4, 6, 6] })
        const graph = new Graph()
        const w = new Parameters(graph, { source })
        const plain = inputsOf(graph, { batch: 2, image: imageTokens, text: textTokens }, config)
        const inputs = { ...plain, textMask: graph.input('textMask', 'bool', [2, textTokens]) }
        const references = { targetTokens, time: graph.input('zero', 'f32', [2, 256]) }
        const { velocity: output, text } = qwenImage(w, inputs, config)
        const { velocity: apart } = qwenImage(w, { ...inputs, references }, config)
        const values = segmentOutputs([output])
        const apartValues = segmentOutputs([apart])
        const stateOf = (from: typeof values, segment: string, tokens: number) =>
          madeBy(from, segment, [2, tokens, config.width])
        const outputs = {
          img_in: stateOf(values, 'embed', imageTokens),
          txt_in: stateOf(values, 'embed', textTokens),
          temb: madeBy(values, 'embed', [2, config.width]),
          'block.0.0': stateOf(values, 'block.0', textTokens),
          'block.0.1': stateOf(values, 'block.0', imageTokens),
          'block.1.0': text,
          'block.1.1': stateOf(values, 'block.1', imageTokens),
          output,
          output_without_mask: qwenImage(w, plain, config).velocity,
          'zero_cond_t.temb': madeBy(apartValues, 'embed', [4, config.width]),
          'zero_cond_t.block.0.0': stateOf(apartValues, 'block.0', textTokens),
          'zero_cond_t.block.0.1': stateOf(apartValues, 'block.0', imageTokens),
          'zero_cond_t.output': apart,
        }
        const session = await runtime.load<string>(outputs, { source })
        const mask = given.mask!
        const found = await session.run({
          image: given.img!,
          text: given.txt!,
          textMask: tensorValue('bool', mask.shape, [...numbersOf(mask)]),
          time: timeEmbedding([...numbersOf(given.timestep!)]),
          zero: timeEmbedding([0, 0]),
          ...rotaryTables(qwenImagePositions(textTokens, pictures), config),
        })
        for (const name of Object.keys(outputs))
          expect.soft(relativeError(found[name]!, wanted[name]!), name).toBeLessThan(1e-4)
      } finally {
        await runtime.close()
      }
    })
  },
)

it('turns pictures about their middle, and text from the largest half side on', () => {
  const { cosines, sines } = rotaryTables(qwenImagePositions(textTokens, pictures), {
    axesDim: [4, 6, 6],
    theta: 10_000,
  })
  const rows = (table: TensorValue, from: number, to: number): TensorValue => ({
    ...table,
    shape: [to - from, 8],
    data: (table.data as Float32Array).slice(8 * from, 8 * to),
  })
  for (const [table, name] of [
    [cosines, 'cos'],
    [sines, 'sin'],
  ] as const) {
    expect(relativeError(rows(table, 0, textTokens), wanted[`rope.1.${name}`]!)).toBeLessThan(1e-6)
    expect(relativeError(rows(table, textTokens, 29), wanted[`rope.0.${name}`]!)).toBeLessThan(1e-6)
  }
})

it('declares what the full-size file holds, and infers its sizes from it', () => {
  const graph = new Graph()
  const inputs = inputsOf(graph, { batch: 1, image: 8, text: 4 }, qwenImageEdit)
  const outputs = qwenImage(new Parameters(graph), inputs, qwenImageEdit)
  const name = 'qwen-image-edit-transformer'
  expect(declared({ ...outputs })).toEqual(sorted(readManifest(name)))
  expect(inferQwenImageConfig(ofManifest(name))).toEqual(qwenImageEdit)
})
