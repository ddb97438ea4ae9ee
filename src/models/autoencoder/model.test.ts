import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openGolden, readGolden, readManifest, relativeError } from '../../../test/golden.ts'
import { hasGpu } from '../../../test/gpu.ts'
import { madeBy, segmentOutputs } from '../../../test/segmentOutputs.ts'
import {
  add,
  concat,
  exp,
  Graph,
  mul,
  Parameters,
  program,
  slice,
  type Tensor,
  type TensorValue,
} from '../../graph/index.ts'
import { openRuntime, type Runtime } from '../../onnx/index.ts'
import type { Checkpoint } from '../../weights/index.ts'
import { fluxAutoencoder, inferAutoencoderConfig } from './config.ts'
import { decode, encode, pixelAttention, residualBlock, scaleLatent } from './model.ts'

let source: Checkpoint
let given: Record<string, TensorValue>
let single: Record<string, TensorValue>
let double: Record<string, TensorValue>
beforeAll(async () => {
  source = await openGolden('vae/weights.safetensors')
  given = await readGolden('vae/inputs.safetensors')
  single = await readGolden('vae/outputs_f32.safetensors')
  double = await readGolden('vae/outputs_f64.safetensors')
})
afterAll(() => source.close())

function outputsOf(graph: Graph): Record<string, Tensor> {
  const w = new Parameters(graph, { source })
  const config = inferAutoencoderConfig(source)
  const picture = graph.input('image', 'f32', [2, 3, 48, 64])
  const latent = graph.input('latent_to_decode', 'f32', [2, 16, 6, 8])
  const noise = graph.input('sample_noise', 'f32', [2, 16, 6, 8])
  const { mean, logVariance } = encode(w, picture, config)
  const decoded = decode(w, latent, config)
  const values = segmentOutputs([mean, logVariance, decoded])
  const after = (segment: string) => madeBy(values, segment)
  const first = (x: Tensor) => slice(x, 0, 0, 1)
  const { groups } = config
  const blocks = (path: string, x: Tensor, out: number, count: number) => {
    let y = x
    for (let i = 0; i < count; i++) y = residualBlock(w.pp(path).pp('block').pp(i), y, { out, groups })
    return y
  }
  const encoderMid = residualBlock(w.pp('encoder.mid.block_1'), after('encoder.down.3'), {
    out: 64,
    groups,
  })
  const decoderMid = residualBlock(w.pp('decoder.mid.block_1'), after('decoder.in'), { out: 64, groups })
  return {
    encoder_out: concat([mean, logVariance], 1),
    mean,
    logvar: logVariance,
    latent_mean: scaleLatent(mean, config),
    latent_sampled: scaleLatent(add(mean, mul(exp(mul(logVariance, 0.5)), noise)), config),
    decoded,
    roundtrip: decode(w, scaleLatent(mean, config), config),
    'inter.enc.down.2': first(blocks('encoder.down.2', after('encoder.down.1'), 32, 2)),
    'inter.enc.mid.block_1': first(encoderMid),
    'inter.enc.mid.attn_1': first(pixelAttention(w.pp('encoder.mid.attn_1'), encoderMid, groups)),
    'inter.dec.mid.block_1': first(decoderMid),
    'inter.dec.mid.attn_1': first(pixelAttention(w.pp('decoder.mid.attn_1'), decoderMid, groups)),
    'inter.dec.up.3': first(blocks('decoder.up.3', after('decoder.mid'), 64, 3)),
    'inter.enc.down.2.downsample': first(after('encoder.down.2')),
    'inter.enc.down.3': first(after('encoder.down.3')),
    'inter.enc.mid.block_2': first(after('encoder.mid')),
    'inter.dec.conv_in': first(after('decoder.in')),
    'inter.dec.mid.block_2': first(after('decoder.mid')),
    'inter.dec.up.3.upsample': first(after('decoder.up.3')),
  }
}

describe.each(['cpu', ...(hasGpu() ? (['webgpu'] as const) : [])] as const)(
  'the autoencoder on %s',
  (provider) => {
    let runtime: Runtime
    beforeAll(async () => {
      runtime = await openRuntime({ provider, ...(provider === 'cpu' && { threads: 1 }) })
    })
    afterAll(() => runtime.close())

    it('gives what the original gives', async () => {
      const outputs = outputsOf(new Graph())
      const session = await runtime.load(outputs, { source })
      const { image_u8: _levels, ...feeds } = given
      const found = await session.run(feeds)
      for (const name of Object.keys(outputs)) {
        expect.soft(relativeError(found[name]!, double[name]!), `${name} f64`).toBeLessThan(1e-4)
        expect.soft(relativeError(found[name]!, single[name]!), `${name} f32`).toBeLessThan(1e-4)
      }
    })
  },
)

describe('configurations', () => {
  it('declare the full-size parameters exactly', () => {
    const graph = new Graph()
    const w = new Parameters(graph)
    const { mean } = encode(w, graph.input('picture', 'f32', [1, 3, 16, 16]), fluxAutoencoder)
    const { logVariance } = encode(w, graph.input('picture', 'f32', [1, 3, 16, 16]), fluxAutoencoder)
    const { parameters } = program({ y: decode(w, mean, fluxAutoencoder), logVariance })
    const declared = Object.fromEntries([...parameters].map(([path, { shape }]) => [path, shape]))
    expect(declared).toEqual(Object.fromEntries(readManifest('vae')))
  })

  it('are inferred from shapes', () => {
    expect(inferAutoencoderConfig(source)).toEqual({
      ...fluxAutoencoder,
      channels: 32,
      channelMultipliers: [1, 1, 1, 2],
    })
    expect(() => inferAutoencoderConfig(source, { channelMultipliers: [1, 2, 2, 2] })).toThrow(
      /vae\.channelMultipliers: expected \[1,1,1,2\] as in the tensors, got \[1,2,2,2\]/,
    )
    const other = { name: 'other', paths: () => [], describe: () => undefined }
    expect(() => inferAutoencoderConfig(other)).toThrow(/^other: no tensor encoder\.conv_in\.weight/)
  })
})
