import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { declared, ofManifest, sorted } from '../../../test/declared.ts'
import { openGolden, readGolden, readManifest, relativeError } from '../../../test/golden.ts'
import { hasGpu } from '../../../test/gpu.ts'
import { madeBy, segmentOutputs } from '../../../test/segmentOutputs.ts'
import {
  add,
  exp,
  Graph,
  mul,
  type ParameterSource,
  Parameters,
  squeeze,
  type TensorValue,
  unsqueeze,
} from '../../graph/index.ts'
import { openRuntime } from '../../onnx/index.ts'
import { type Checkpoint, lastTaps } from '../../weights/index.ts'
import { inferQwenVaeConfig, qwenVae } from './config.ts'
import { decodeQwen, encodeQwen, normaliseLatent } from './model.ts'

let checkpoint: Checkpoint
let source: ParameterSource
let given: Record<string, TensorValue>
let wanted: Record<string, TensorValue>
beforeAll(async () => {
  checkpoint = await openGolden('qwen-image-edit/vae_weights.safetensors')
  source = lastTaps(checkpoint)
  given = await readGolden('qwen-image-edit/vae_inputs.safetensors')
  wanted = await readGolden('qwen-image-edit/vae_outputs_f64.safetensors')
})
afterAll(() => checkpoint.close())

describe.each(['cpu', ...(hasGpu() ? (['webgpu'] as const) : [])] as const)(
  "Qwen-Image's autoencoder on %s",
  (provider) => {
    it('equals the official one of videos on one frame', async () => {
      const runtime = await openRuntime({ provider })
      try {
        const config = inferQwenVaeConfig(source)
        const graph = new Graph()
        const frame = (name: string) => squeeze(graph.input(name, 'f32', given[name]!.shape), 2)
        const w = new Parameters(graph, { source })
        const { mean, logVariance } = encodeQwen(w, frame('pixels'), config)
        const picture = decodeQwen(w, frame('z'), config)
        const values = segmentOutputs([mean, logVariance, picture])
        const plain = {
          'encoder.conv_in': madeBy(values, 'encoder.in'),
          'encoder.down.1': madeBy(values, 'encoder.down.0'),
          'encoder.mid': madeBy(values, 'encoder.mid'),
          'encoder.out': madeBy(values, 'encoder.out'),
          mean,
          logvar: logVariance,
          sample: add(mean, mul(exp(mul(logVariance, 0.5)), frame('noise'))),
          normalised_mode: normaliseLatent(mean, config),
          'decoder.conv_in': madeBy(values, 'decoder.in'),
          'decoder.mid': madeBy(values, 'decoder.mid'),
          'decoder.up.0': madeBy(values, 'decoder.up.0'),
          decoded: picture,
        }
        // The golden data has an axis for the frame.
        const outputs = Object.fromEntries(
          Object.entries(plain).map(([name, value]) => [name, unsqueeze(value, 2)]),
        )
        const session = await runtime.load(outputs, { source })
        const found = await session.run(given)
        for (const name of Object.keys(outputs))
          expect.soft(relativeError(found[name]!, wanted[name]!), name).toBeLessThan(1e-4)
      } finally {
        await runtime.close()
      }
    })
  },
)

it('declares what the full-size file holds but the layers between frames, and infers its sizes from it', () => {
  const name = 'qwen-image-vae'
  const full = lastTaps({
    ...ofManifest(name),
    locate: () => undefined,
    read: () => Promise.reject(new Error('not read')),
  })
  const graph = new Graph()
  const w = new Parameters(graph)
  const outputs = {
    ...encodeQwen(w, graph.input('picture', 'f32', [1, 3, 64, 64]), qwenVae),
    picture: decodeQwen(w, graph.input('latent', 'f32', [1, 16, 2, 2]), qwenVae),
  }
  const betweenFrames = /\.time_conv\./
  const shapes = [...readManifest(name).keys()]
    .filter((path) => !betweenFrames.test(path))
    .map((path) => [path, full.describe(path)!.shape] as const)
  expect(declared(outputs)).toEqual(sorted(new Map(shapes)))
  expect(inferQwenVaeConfig(full)).toEqual(qwenVae)
})
