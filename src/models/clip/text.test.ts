import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { declared, ofManifest, sorted } from '../../../test/declared.ts'
import { openGolden, readGolden, readManifest, relativeError } from '../../../test/golden.ts'
import { hasGpu } from '../../../test/gpu.ts'
import { Graph, numbersOf, Parameters, slice, type TensorValue } from '../../graph/index.ts'
import { openRuntime } from '../../onnx/index.ts'
import type { Checkpoint } from '../../weights/index.ts'
import { clipEnd, clipL, clipText, inferClipTextConfig } from './text.ts'

let source: Checkpoint
let ids: TensorValue
let wanted: Record<string, TensorValue>
beforeAll(async () => {
  source = await openGolden('instruct-pix2pix/text_weights.safetensors')
  ids = (await readGolden('instruct-pix2pix/text_inputs.safetensors')).input_ids!
  wanted = await readGolden('instruct-pix2pix/text_outputs_f64.safetensors')
})
afterAll(() => source.close())

const config = () => inferClipTextConfig(source, { heads: 2 })

describe.each(['cpu', ...(hasGpu() ? (['webgpu'] as const) : [])] as const)(
  "CLIP's text encoder on %s",
  (provider) => {
    it('equals the official one in every layer', async () => {
      const runtime = await openRuntime({ provider })
      try {
        const graph = new Graph()
        const { hidden, last } = clipText(
          new Parameters(graph, { source }),
          graph.input('ids', 'i64', [2, 77]),
          config(),
        )
        const states = hidden.map((each, i) => [`hidden_states.${i}`, slice(each, 1, 0, 12)] as const)
        const outputs = { ...Object.fromEntries(states), last_hidden_state: last }
        const session = await runtime.load<string>(outputs, { source })
        const found = await session.run({ ids })
        for (const name of Object.keys(outputs))
          expect.soft(relativeError(found[name]!, wanted[name]!), name).toBeLessThan(1e-4)
        // The pooled state is the last one at the first end token.
        const [states2, pooled] = [numbersOf(found.last_hidden_state!), numbersOf(wanted.pooler_output!)]
        for (const row of [0, 1]) {
          const tokens = Array.from(numbersOf(ids)).slice(77 * row, 77 * (row + 1))
          const at = (77 * row + clipEnd(tokens, 511)) * 32
          for (let i = 0; i < 32; i++) expect(states2[at + i]).toBeCloseTo(pooled[32 * row + i]!, 4)
        }
      } finally {
        await runtime.close()
      }
    })
  },
)

it('declares what the full-size files hold, and infers its sizes from them', () => {
  const graph = new Graph()
  const { last } = clipText(new Parameters(graph), graph.input('ids', 'i64', [1, 77]), clipL)
  const manifest = readManifest('clip-l-text')
  expect(declared({ last })).toEqual(sorted(manifest))
  expect(inferClipTextConfig(ofManifest('clip-l-text'))).toEqual(clipL)
})
