import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openGolden, readGolden, relativeError } from '../../../../test/golden.ts'
import {
  Graph,
  type ParameterSource,
  Parameters,
  type Tensor,
  type TensorValue,
  tensorValue,
} from '../../../graph/index.ts'
import {
  inferDitConfig,
  inferEditConfig,
  type KontextInputs,
  kontext,
  rotaryTables,
  timeEmbedding,
} from '../../../models/index.ts'
import { openRuntime, type Runtime } from '../../../onnx/index.ts'
import { type Checkpoint, readAll } from '../../../weights/index.ts'
import { checkTransformer } from './complete.ts'
import { withFixedGuidance } from './guidance.ts'
import { isNewWeight, type Start, startOn } from './start.ts'

let runtime: Runtime
let flux: Checkpoint
let sd3: Checkpoint
beforeAll(async () => {
  runtime = await openRuntime({ provider: 'cpu', threads: 1 })
  flux = await openGolden('flux-kontext/transformer_bfl_weights.safetensors')
  sd3 = await openGolden('sd3/transformer_weights.safetensors')
})
afterAll(async () => {
  await runtime.close()
  await flux.close()
  await sd3.close()
})

/** With tensors left out or in the place of the source's. */
function changed(
  source: ParameterSource,
  own: Readonly<Record<string, TensorValue | undefined>>,
): ParameterSource {
  return {
    ...source,
    name: source.name,
    paths: () => [...source.paths(), ...Object.keys(own)].filter((path) => !(path in own) || own[path]),
    describe: (path) => (path in own ? own[path] : source.describe(path)),
    locate: (path) => source.locate(path),
    read: async (path) => {
      const data = own[path]?.data
      return data ? new Uint8Array(data.buffer as ArrayBuffer) : source.read(path)
    },
  }
}

describe('the guidance embedding at a fixed scale', () => {
  /** What FLUX predicts; without the embedding for sources that have none. */
  async function predicted(source: ParameterSource, scale: number | undefined): Promise<TensorValue> {
    const config = inferDitConfig(source, { axesDim: [4, 6, 6] })
    const given = await readGolden('flux-kontext/transformer_inputs.safetensors')
    const graph = new Graph()
    const input = (name: string, value: TensorValue): Tensor => graph.input(name, value.dtype, value.shape)
    const positions = Array.from({ length: 31 }, (_, i): [number, number, number] => [0, i % 5, i % 7])
    const feeds = {
      image: given.img!,
      text: given.txt!,
      pooled: given.pooled!,
      time: timeEmbedding([0.3, 0.9]),
      ...(scale !== undefined && { guidance: timeEmbedding([scale, scale]) }),
      ...rotaryTables(positions, config),
    }
    const inputs = Object.fromEntries(
      Object.entries(feeds).map(([name, value]) => [name, input(name, value)]),
    )
    const velocity = kontext(new Parameters(graph, { source }), inputs as unknown as KontextInputs, config)
    const session = await runtime.load({ velocity }, { source })
    try {
      return (await session.run(feeds)).velocity
    } finally {
      await session.release()
    }
  }

  it('goes into one bias, and the function stays the same', async () => {
    for (const scale of [1, 3.5]) {
      const folded = await withFixedGuidance(flux, scale)
      expect([...folded.paths()].some((path) => path.startsWith('guidance_in.'))).toBe(false)
      expect(relativeError(await predicted(folded, undefined), await predicted(flux, scale))).toBeLessThan(
        1e-5,
      )
    }
    const other = await predicted(await withFixedGuidance(flux, 1), undefined)
    expect(relativeError(other, await predicted(flux, 3.5))).toBeGreaterThan(1e-3)
  })

  it('is left alone where there is none, as in FLUX.1 [schnell]', async () => {
    const folded = await withFixedGuidance(flux, 1)
    expect(await withFixedGuidance(folded, 1)).toBe(folded)
  })
})

describe('an editor to be trained', () => {
  const start: Start = { base: 'flux', variant: 'v1.1', seed: 5 }

  it.each([
    ['flux', 'v1.1', false],
    ['flux', 'v1.0', true],
    ['sd3', 'v1.1', false],
  ] as const)('on %s as %s has every weight and no other', async (base, variant, scaleFactor) => {
    const source = await startOn(base === 'flux' ? flux : sd3, { base, variant, seed: 5 }, 64, {
      dit: { axesDim: [4, 6, 6] },
    })
    const config = inferEditConfig(source, { dit: { axesDim: [4, 6, 6] } })
    checkTransformer(source, config, false)
    expect(config.connector).toMatchObject({ inWidth: 64, blocks: 2, scaleFactor })
    expect(config.connector.vectorWidth).toBe(base === 'flux' ? 32 : 48)
  })

  it('begins new by the seed alone, the gates of its connector at zero', async () => {
    const newOf = async (seed: number) => {
      const source = await startOn(flux, { ...start, seed }, 64)
      return readAll(source, [...source.paths()].filter(isNewWeight))
    }
    const [one, same, other] = [await newOf(5), await newOf(5), await newOf(6)]
    expect(one).toEqual(same)
    const path = 'connector.S.input_embedder.weight'
    expect(one.get(path)).not.toEqual(other.get(path))
    const gate = 'connector.S.individual_token_refiner.blocks.0.adaLN_modulation.1.weight'
    expect(one.get(gate)!.data.every((value) => value === 0)).toBe(true)
  })

  it('is none of another model, of an editor, or of a model that reads pictures', async () => {
    const zeros = (shape: readonly number[]): TensorValue =>
      tensorValue('f32', shape, new Float32Array(shape.reduce((a, b) => a * b, 1)))
    await expect(startOn(sd3, start, 64)).rejects.toThrow(
      /expected the transformer of FLUX\.1, got that of Stable Diffusion 3; train with base sd3/,
    )
    await expect(startOn(changed(flux, { 'img_in.weight': undefined }), start, 64)).rejects.toThrow(
      /expected the transformer of FLUX\.1, got no tensor img_in\.weight/,
    )
    const editor = await startOn(flux, start, 64)
    await expect(startOn(editor, start, 64)).rejects.toThrow(/is an editor with a connector already/)
    const ultraEdit = changed(sd3, { 'pos_embed.proj.weight': zeros([32, 33, 2, 2]) })
    await expect(startOn(ultraEdit, { ...start, base: 'sd3' }, 64)).rejects.toThrow(
      /reads 33 channels and gives 16, expected as many/,
    )
  })
})
