import { mkdtemp, readdir, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type EditorOptions,
  embeddedModel,
  inspectWeights,
  openModelEditor,
  openParts,
} from 'pentimento/edit'
import {
  Graph,
  numbersOf,
  type ParameterSource,
  Parameters,
  type TensorValue,
  tensorValue,
} from 'pentimento/graph'
import { readPicture, resizePicture } from 'pentimento/image'
import { step1xEdit } from 'pentimento/models'
import { openRuntime, type Runtime } from 'pentimento/onnx'
import { TorchGenerator } from 'pentimento/random'
import {
  fromFloat32,
  openAdapter,
  openCheckpoint,
  openSafetensors,
  readAll,
  toFloat32,
  withLora,
  writeAdapter,
  writeAll,
} from 'pentimento/weights'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { writeTinyCheckpoint } from './tinyCheckpoint.ts'
import { writeTinyDiffusers } from './tinyDiffusers.ts'

const golden = (path: string) => fileURLToPath(new URL(`./golden/${path}`, import.meta.url))

let folder: string
let cache: string
let runtime: Runtime
beforeAll(async () => {
  runtime = await openRuntime({ provider: 'cpu', threads: 1 })
})
afterAll(() => runtime.close())
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loras-'))
  cache = join(folder, 'cache')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const random = (seed: number, shape: readonly [number, number], size: number): TensorValue =>
  tensorValue(
    'f32',
    shape,
    new TorchGenerator(seed).randn(shape[0] * shape[1]).map((value) => size * value),
  )

/** A LoRA of rank 4 on every linear layer of the embedded model's blocks. */
async function nanoLora(size = 0.05): Promise<string> {
  const file = join(folder, 'lora.safetensors')
  const base = await openCheckpoint(join(embeddedModel(), 'step1x-edit-nano.safetensors'))
  const layers = [...base.paths()].flatMap((path, i) => {
    const [out = 0, inner, ...rest] = base.describe(path)!.shape
    if (!/^(double|single)_blocks\..*\.weight$/.test(path) || inner === undefined || rest.length > 0)
      return []
    const layer = path.slice(0, -'.weight'.length)
    return [{ layer, up: random(2 * i, [out, 4], size), down: random(2 * i + 1, [4, inner], size) }]
  })
  await base.close()
  await writeAdapter(file, layers, { format: 'kohya', rank: 4, alpha: 4 })
  return file
}

const options = (more: EditorOptions): EditorOptions => ({ provider: 'cpu', threads: 1, cache, ...more })

describe('a LoRA on a streamed model', () => {
  it('is merged once, however many steps and edits there are', async () => {
    const loras = [{ file: await nanoLora(), strength: 0.5 }]
    const probe = await openSafetensors(loras[0]!.file)
    const reads = vi.spyOn(Object.getPrototypeOf(probe) as typeof probe, 'read')
    await probe.close()
    const matrices = () => reads.mock.calls.filter(([name]) => /\.lora_(up|down)\./.test(name)).length
    const photo = resizePicture(await readPicture('examples/photos/nasa-89127.jpg'), {
      width: 96,
      height: 64,
    })
    try {
      const results = []
      for (const plan of ['streamed', 'streamed', 'whole'] as const) {
        reads.mockClear()
        const editor = await openModelEditor('nano', options({ plan, loras, memory: 1e8, precision: 'fp32' }))
        if (results.length === 0) expect(matrices()).toBeGreaterThan(0)
        else expect(matrices()).toBe(0)
        reads.mockClear()
        results.push(await editor.edit(photo, 'make it sepia', { size: 64, steps: 4, guidance: 1 }))
        expect(matrices()).toBe(0)
        await editor.close()
      }
      expect(results[1]!.data).toEqual(results[0]!.data)
      expect(await readdir(join(cache, 'merged'))).toHaveLength(1)
    } finally {
      reads.mockRestore()
    }
  })
})

describe('on a base in 4 bits', () => {
  /** What the transformer predicts for random tokens. */
  async function predicted(source: ParameterSource): Promise<Float64Array> {
    const parts = await openParts('nano', { provider: 'cpu', threads: 1, cache })
    const { config } = parts
    if ('sd3' in config) throw new Error('nano stands on the trunk of FLUX')
    await parts.close()
    const graph = new Graph()
    const half = config.dit.width / config.dit.heads / 2
    const shapes = {
      image: [1, 8, config.dit.inChannels],
      features: [1, 6, config.connector.inWidth],
      time: [1, 256],
      connectorTime: [1, 256],
      cosines: [14, half],
      sines: [14, half],
      t: [1, 1, 1],
    } as const
    const input = (name: keyof typeof shapes) => graph.input(name, 'f32', shapes[name])
    const mask = graph.input('mask', 'bool', [1, 6])
    const velocity = step1xEdit(
      new Parameters(graph, { source }),
      {
        image: input('image'),
        features: input('features'),
        mask,
        time: input('time'),
        connectorTime: input('connectorTime'),
        cosines: input('cosines'),
        sines: input('sines'),
        t: input('t'),
      },
      config,
    )
    const feeds: Record<string, TensorValue> = { mask: tensorValue('bool', [1, 6], Array(6).fill(1)) }
    for (const [i, [name, shape]] of Object.entries(shapes).entries()) {
      const count = shape.reduce((product, size) => product * size, 1)
      feeds[name] = tensorValue('f32', shape, name === 't' ? [0.5] : new TorchGenerator(i).randn(count))
    }
    // Activations in f32: those in 8 bits differ from run to run by more than a small LoRA changes.
    const session = await runtime.load({ velocity }, { source, accuracyLevel: 1 })
    try {
      return Float64Array.from(numbersOf((await session.run(feeds)).velocity))
    } finally {
      await session.release()
    }
  }

  /** The same weights, each as the f32 values that it stands for. */
  const inFull = (source: ParameterSource): ParameterSource => ({
    name: source.name,
    paths: () => source.paths(),
    describe: (path) => {
      const info = source.describe(path)
      return info && { dtype: 'f32', shape: info.shape }
    },
    locate: () => undefined,
    read: async (path) => {
      const { dtype } = source.describe(path)!
      return fromFloat32(toFloat32(await source.read(path), dtype as 'f32'), 'f32')
    },
  })

  it('its effect is within a tenth of what it is on the same weights in fp32', async () => {
    const loras = [{ file: await nanoLora(), strength: 1 }]
    const plain = await openParts('nano', options({ precision: 'int4' }))
    const changed = await openParts('nano', options({ precision: 'int4', loras }))
    const adapter = await openAdapter(loras[0]!.file)
    const applied = [{ adapter, strength: 1 }]
    const effect = async (without: ParameterSource, withIt: ParameterSource) => {
      const before = await predicted(without)
      return (await predicted(withIt)).map((value, i) => value - before[i]!)
    }
    const base = inFull(plain.transformer)
    const whole = await effect(base, withLora(base, applied))
    const kept = await effect(plain.transformer, changed.transformer)
    const requantised = await effect(plain.transformer, withLora(plain.transformer, applied))
    const size = (values: Float64Array) => Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0))
    const off = (found: Float64Array) => size(found.map((value, i) => value - whole[i]!)) / size(whole)
    expect(off(kept)).toBeLessThan(0.1)
    expect(off(requantised)).toBeGreaterThan(0.5)
    for (const each of [adapter, changed, plain]) await each.close()
  })
})

describe('names', () => {
  it('of the official layout fit a folder in the layout of diffusers', async () => {
    await writeTinyCheckpoint(join(folder, 'official'))
    await writeTinyDiffusers(join(folder, 'diffusers'))
    const loras = [{ file: golden('lora/lora_kohya.safetensors'), strength: 1 }]
    const found = []
    for (const name of ['official', 'diffusers']) {
      const parts = await openParts(join(folder, name), options({ variant: 'v1.1', loras }))
      const paths = [...parts.transformer.paths()].filter((path) => path !== 'connector.scale_factor').sort()
      found.push(await readAll(parts.transformer, paths))
      await parts.close()
    }
    const [official, diffusers] = found
    expect([...diffusers!.keys()]).toEqual([...official!.keys()])
    for (const [path, value] of official!) expect(diffusers!.get(path)!.data, path).toEqual(value.data)
  })
})

describe('the cache', () => {
  const open = async (more: EditorOptions) => {
    const warnings: string[] = []
    const editor = await openModelEditor(
      'nano',
      options({ ...more, onWarning: (line) => warnings.push(line) }),
    )
    await editor.close()
    return warnings
  }

  it.each([
    ['quantised', { precision: 'int8' } as const, async () => ({})],
    [
      'merged',
      { precision: 'fp32' } as const,
      async () => ({ loras: [{ file: await nanoLora(), strength: 1 }] }),
    ],
  ])('makes a damaged %s copy anew, and says so', async (kind, settings, more) => {
    const given = { ...settings, ...(await more()) }
    expect(await open(given)).toEqual([])
    const copies = join(cache, kind === 'merged' ? 'merged' : 'quantized')
    const [name] = (await readdir(copies)).sort()
    const file = join(copies, name!)
    const { size } = await stat(file)
    await truncate(file, size - 100)
    const warnings = await open(given)
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toMatch(/safetensors.*ends at byte .*; this copy in the cache is rebuilt$/)
    expect((await stat(file)).size).toBe(size)
    expect(await open(given)).toEqual([])
  })

  it('whose place is taken by a file is told in one line', async () => {
    await writeAll(cache, new Map())
    await expect(open({ precision: 'int8' })).rejects.toMatchObject({ name: 'FileError' })
  })
})

describe('a LoRA', () => {
  it('of another kind is refused by its kind, by inspect too', async () => {
    const file = join(folder, 'lokr.safetensors')
    const name = 'lycoris_double_blocks_0_img_attn_proj'
    await writeAll(
      file,
      new Map([
        [`${name}.lokr_w1`, random(1, [4, 4], 1)],
        [`${name}.lokr_w2`, random(2, [64, 64], 1)],
        [`${name}.alpha`, tensorValue('f32', [], [1])],
      ]),
    )
    const opening = openModelEditor('nano', options({ loras: [{ file, strength: 1 }] }))
    await expect(opening).rejects.toThrow(/lokr\.safetensors: expected a plain LoRA, got LoKr/)
    const { parts } = await inspectWeights(file)
    expect(parts[0]).toMatchObject({ kind: 'LoRA', problem: expect.stringMatching(/got LoKr/) })
  })

  it('with NaN is refused by the name of its tensor', async () => {
    const file = join(folder, 'nan.safetensors')
    const up = tensorValue('f32', [256, 1], [Number.NaN, ...Array<number>(255).fill(0)])
    await writeAll(
      file,
      new Map([
        ['double_blocks.0.img_attn.proj.lora_A.weight', random(1, [1, 256], 1)],
        ['double_blocks.0.img_attn.proj.lora_B.weight', up],
      ]),
    )
    const opening = openModelEditor('nano', options({ loras: [{ file, strength: 1 }] }))
    await expect(opening).rejects.toThrow(
      /nan\.safetensors: expected finite .*"double_blocks\.0\.img_attn\.proj\.lora_B\.weight"/,
    )
  })
})
