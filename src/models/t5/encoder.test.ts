import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { declared, ofManifest, sorted } from '../../../test/declared.ts'
import { openGolden, readGolden, readManifest, relativeError } from '../../../test/golden.ts'
import { hasGpu } from '../../../test/gpu.ts'
import { madeBy, segmentOutputs } from '../../../test/segmentOutputs.ts'
import { Graph, Parameters, type TensorValue } from '../../graph/index.ts'
import { openRuntime } from '../../onnx/index.ts'
import type { Checkpoint } from '../../weights/index.ts'
import { inferT5Config, t5Bucket, t5Buckets, t5Encoder, t5Xxl } from './encoder.ts'

let source: Checkpoint
let given: Record<string, TensorValue>
let wanted: Record<string, TensorValue>
beforeAll(async () => {
  source = await openGolden('flux-kontext/t5_weights.safetensors')
  given = await readGolden('flux-kontext/t5_inputs.safetensors')
  wanted = await readGolden('flux-kontext/t5_outputs_f64.safetensors')
})
afterAll(() => source.close())

describe.each(['cpu', ...(hasGpu() ? (['webgpu'] as const) : [])] as const)('T5 on %s', (provider) => {
  it.each([
    ['padded', 'input_ids', 'last_hidden_state'],
    ['long', 'input_ids_long', 'last_hidden_state_long'],
  ] as const)('equals the official encoder: %s', async (_, input, name) => {
    const runtime = await openRuntime({ provider })
    try {
      const config = inferT5Config(source)
      const ids = given[input]!
      const [batch, length] = ids.shape as [number, number]
      const graph = new Graph()
      const tokens = graph.input('tokens', 'i64', [batch, length])
      const buckets = graph.input('buckets', 'i64', [length, length])
      const last = t5Encoder(new Parameters(graph, { source }), { tokens, buckets }, config)
      const values = segmentOutputs([last])
      const layers = [0, 1].map((i) => madeBy(values, `t5.layer.${i}`, [batch, length, config.width]))
      const session = await runtime.load({ last, first: layers[0]!, second: layers[1]! }, { source })
      const found = await session.run({ tokens: ids, buckets: t5Buckets(length, config) })
      expect.soft(relativeError(found.last, wanted[name]!)).toBeLessThan(1e-4)
      if (name === 'last_hidden_state') {
        expect.soft(relativeError(found.first, wanted['hidden_states.1']!)).toBeLessThan(1e-4)
        expect.soft(relativeError(found.second, wanted['hidden_states.2']!)).toBeLessThan(1e-4)
      }
    } finally {
      await runtime.close()
    }
  })
})

it('knows the kinds of distances', () => {
  const { t5_buckets: table } = JSON.parse(
    readFileSync(new URL('../../../test/golden/flux-kontext/tables.json', import.meta.url), 'utf8'),
  ) as { t5_buckets: readonly number[] }
  expect(table.map((_, i) => t5Bucket(i - 200, 32, 128))).toEqual(table)
})

it('declares what the full-size files hold, and infers its sizes from them', () => {
  const graph = new Graph()
  const inputs = { tokens: graph.input('ids', 'i64', [1, 8]), buckets: graph.input('b', 'i64', [8, 8]) }
  const last = t5Encoder(new Parameters(graph), inputs, t5Xxl)
  const manifest = new Map(readManifest('t5-v1.1-xxl-encoder'))
  // Some files hold the embedding under this name too.
  manifest.delete('encoder.embed_tokens.weight')
  expect(declared({ last })).toEqual(sorted(manifest))
  expect(inferT5Config(ofManifest('t5-v1.1-xxl-encoder'))).toEqual(t5Xxl)
})
