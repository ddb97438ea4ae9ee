import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { declared, ofManifest, sorted } from '../../../test/declared.ts'
import { openGolden, readGolden, readManifest, relativeError } from '../../../test/golden.ts'
import { hasGpu } from '../../../test/gpu.ts'
import { madeBy, segmentOutputs } from '../../../test/segmentOutputs.ts'
import { Graph, numbersOf, Parameters, slice, type Tensor, type TensorValue } from '../../graph/index.ts'
import { openRuntime } from '../../onnx/index.ts'
import type { Checkpoint } from '../../weights/index.ts'
import { inferUnetConfig, instructPix2Pix, type UnetConfig, unetTime } from './config.ts'
import { unet } from './unet.ts'

let source: Checkpoint
let given: Record<string, TensorValue>
let wanted: Record<string, TensorValue>
beforeAll(async () => {
  source = await openGolden('instruct-pix2pix/unet_weights.safetensors')
  given = await readGolden('instruct-pix2pix/unet_inputs.safetensors')
  wanted = await readGolden('instruct-pix2pix/unet_outputs_f64.safetensors')
})
afterAll(() => source.close())

function build(w: Parameters, sample: readonly number[], tokens: number, config: UnetConfig): Tensor {
  const batch = sample[0]!
  return unet(
    w,
    {
      sample: w.graph.input('sample', 'f32', sample),
      time: w.graph.input('time', 'f32', [batch, config.channels[0]!]),
      context: w.graph.input('context', 'f32', [batch, tokens, config.contextWidth]),
    },
    config,
  )
}

describe.each(['cpu', ...(hasGpu() ? (['webgpu'] as const) : [])] as const)(
  'the UNet of InstructPix2Pix on %s',
  (provider) => {
    it.each(['a', 'b'])('equals the official one in every level: case %s', async (name) => {
      const runtime = await openRuntime({ provider })
      try {
        const config = inferUnetConfig(source, { heads: 2, groups: 4 })
        const sample = given[`${name}.sample`]!
        const output = build(new Parameters(new Graph(), { source }), sample.shape, 77, config)
        const outputs: Record<string, Tensor> = { output }
        if (name === 'a') {
          const values = segmentOutputs([output])
          const first = (segment: string, channels: number, side: number): Tensor =>
            slice(madeBy(values, segment, [3, channels, side, side]), 0, 0, 1)
          Object.assign(outputs, {
            'down.1.0': first('down.1', 16, 2),
            mid: first('mid', 24, 1),
            'up.0': first('up.0', 24, 2),
            'up.1': first('up.1', 16, 4),
            'up.2': first('up.2', 16, 8),
            'up.3': first('up.3', 8, 8),
          })
        }
        const session = await runtime.load(outputs, { source })
        const time = numbersOf(given[`${name}.timestep`]!)[0]!
        const found = await session.run({
          sample,
          time: unetTime(
            Array.from({ length: sample.shape[0]! }, () => time),
            config.channels[0]!,
          ),
          context: given[`${name}.context`]!,
        })
        for (const each of Object.keys(outputs))
          expect.soft(relativeError(found[each]!, wanted[`${name}.${each}`]!), each).toBeLessThan(1e-4)
      } finally {
        await runtime.close()
      }
    })
  },
)

it('declares what the full-size file holds, and infers its sizes from it', () => {
  const output = build(new Parameters(new Graph()), [1, 8, 64, 64], 77, instructPix2Pix)
  expect(declared({ output })).toEqual(sorted(readManifest('instruct-pix2pix-unet-diffusers')))
  expect(inferUnetConfig(ofManifest('instruct-pix2pix-unet-diffusers'))).toEqual(instructPix2Pix)
})
