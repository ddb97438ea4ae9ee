import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { declared, ofManifest, sorted } from '../../../test/declared.ts'
import { openGolden, readGolden, readManifest, relativeError } from '../../../test/golden.ts'
import { hasGpu } from '../../../test/gpu.ts'
import { madeBy, segmentOutputs } from '../../../test/segmentOutputs.ts'
import {
  add,
  concat,
  exp,
  Graph,
  mul,
  type ParameterSource,
  Parameters,
  type TensorValue,
} from '../../graph/index.ts'
import { openRuntime } from '../../onnx/index.ts'
import { assembled, type Checkpoint, diffusersAutoencoder, renamed } from '../../weights/index.ts'
import { inferAutoencoderConfig, stableDiffusionAutoencoder } from './config.ts'
import { decode, encode, scaleLatent } from './model.ts'

const official = (source: ParameterSource): ParameterSource =>
  assembled(source, diffusersAutoencoder(source)!)

let checkpoint: Checkpoint
let source: ParameterSource
let given: Record<string, TensorValue>
let wanted: Record<string, TensorValue>
beforeAll(async () => {
  checkpoint = await openGolden('instruct-pix2pix/vae_weights.safetensors')
  source = official(checkpoint)
  given = await readGolden('instruct-pix2pix/vae_inputs.safetensors')
  wanted = await readGolden('instruct-pix2pix/vae_outputs_f64.safetensors')
})
afterAll(() => checkpoint.close())

describe.each(['cpu', ...(hasGpu() ? (['webgpu'] as const) : [])] as const)(
  "Stable Diffusion's autoencoder on %s",
  (provider) => {
    it('gives what that of diffusers gives', async () => {
      const runtime = await openRuntime({ provider, ...(provider === 'cpu' && { threads: 1 }) })
      try {
        const graph = new Graph()
        const w = new Parameters(graph, { source })
        const config = inferAutoencoderConfig(source, { groups: 4 })
        const { mean, logVariance } = encode(w, graph.input('pixels', 'f32', [1, 3, 48, 64]), config)
        const values = segmentOutputs([mean, logVariance])
        const noise = graph.input('noise', 'f32', [1, 4, 6, 8])
        const outputs = {
          'encoder.conv_in': madeBy(values, 'encoder.in'),
          'encoder.down.0': madeBy(values, 'encoder.down.0'),
          'encoder.mid': madeBy(values, 'encoder.mid'),
          'encoder.out': madeBy(values, 'encoder.out'),
          moments: concat([mean, logVariance], 1),
          mean,
          logvar: logVariance,
          sample: add(mean, mul(exp(mul(logVariance, 0.5)), noise)),
          mode_scaled: scaleLatent(mean, config),
          decoded_mode: decode(w, scaleLatent(mean, config), config),
        }
        expect(Object.keys(outputs).sort()).toEqual(Object.keys(wanted).sort())
        const session = await runtime.load<string>(outputs, { source })
        const found = await session.run(given)
        for (const name of Object.keys(outputs))
          expect.soft(relativeError(found[name]!, wanted[name]!), name).toBeLessThan(1e-4)
      } finally {
        await runtime.close()
      }
    })
  },
)

describe('the sizes of an autoencoder with quant convolutions', () => {
  const older: Readonly<Record<string, string>> = {
    to_q: 'query',
    to_k: 'key',
    to_v: 'value',
    'to_out.0': 'proj_attn',
  }
  const withOldNames = (each: ParameterSource): ParameterSource =>
    renamed(each, (path) => path.replace(/to_q|to_k|to_v|to_out\.0/, (name) => older[name]!))

  it('are inferred from its tensors, under the new and the old names of diffusers', () => {
    const tiny = {
      ...stableDiffusionAutoencoder,
      channels: 8,
      channelMultipliers: [1, 1, 1, 2],
      residualBlocks: 1,
      groups: 4,
    }
    expect(inferAutoencoderConfig(source, { groups: 4 })).toEqual(tiny)
    expect(inferAutoencoderConfig(source, { groups: 4, scale: 0.13025 })).toEqual({ ...tiny, scale: 0.13025 })
    const old = official(withOldNames(checkpoint))
    expect([...old.paths()].sort()).toEqual([...source.paths()].sort())
    expect(old.describe('encoder.mid.attn_1.proj_out.weight')?.shape).toEqual([16, 16, 1, 1])
  })

  it('declare the parameters of the full-size file exactly', () => {
    const full = official(ofManifest('sd15-vae-diffusers') as unknown as ParameterSource)
    expect(inferAutoencoderConfig(full)).toEqual(stableDiffusionAutoencoder)
    const graph = new Graph()
    const w = new Parameters(graph)
    const picture = graph.input('picture', 'f32', [1, 3, 16, 16])
    const { mean, logVariance } = encode(w, picture, stableDiffusionAutoencoder)
    const found = declared({ mean, logVariance, y: decode(w, mean, stableDiffusionAutoencoder) })
    const shapes = [...readManifest('sd15-vae-diffusers').keys()].length
    expect(found.size).toBe(shapes)
    expect(found).toEqual(
      sorted(new Map([...full.paths()].map((path) => [path, full.describe(path)!.shape]))),
    )
  })
})
