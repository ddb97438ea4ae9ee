import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { declared, ofManifest, sorted } from '../../../test/declared.ts'
import { openGolden, readGolden, readManifest, relativeError } from '../../../test/golden.ts'
import { hasGpu } from '../../../test/gpu.ts'
import { madeBy, segmentOutputs } from '../../../test/segmentOutputs.ts'
import {
  elementCount,
  type Feeds,
  Graph,
  numbersOf,
  Parameters,
  rmsNorm,
  type Tensor,
  type TensorValue,
  tensorValue,
} from '../../graph/index.ts'
import { openRuntime, type Plan, type Runtime } from '../../onnx/index.ts'
import type { Checkpoint } from '../../weights/index.ts'
import { inferOmnigenConfig, type OmnigenConfig, omnigenV1, parseOmnigenSettings } from './config.ts'
import {
  type OmnigenConditionInputs,
  type OmnigenTargetInputs,
  omnigen,
  omnigenCondition,
  omnigenStep,
  patchEmbedding,
  timeEmbedding,
} from './model.ts'
import { fromPatches, omnigenPlaces, omnigenRotary, omnigenTime, toPatches } from './positions.ts'

const meta = JSON.parse(
  readFileSync(new URL('../../../test/golden/omnigen/meta.json', import.meta.url), 'utf8'),
)
const settings = parseOmnigenSettings(meta.config.llm)
let source: Checkpoint
let given: Record<string, TensorValue>
let wanted: Record<string, TensorValue>
let config: OmnigenConfig
beforeAll(async () => {
  source = await openGolden('omnigen/weights.safetensors')
  given = await readGolden('omnigen/model_inputs.safetensors')
  wanted = await readGolden('omnigen/model_outputs_f64.safetensors')
  config = inferOmnigenConfig(source, settings)
})
afterAll(() => source.close())

function inputsOf(
  graph: Graph,
  { width, heads, channels, patch }: Omit<OmnigenConfig, 'rotary'>,
): { readonly condition: OmnigenConditionInputs; readonly target: OmnigenTargetInputs } {
  const half = width / heads / 2
  const inside = channels * patch ** 2
  return {
    condition: {
      ids: graph.input('ids', 'i64', [1, 'read']),
      pictures: graph.input('pictures', 'f32', ['given', inside]),
      pictureRows: graph.input('pictureRows', 'i64', ['given']),
      places: graph.input('places', 'i64', ['read']),
      reach: graph.input('reach', 'i64', [1, 'read']),
      cosines: graph.input('readCosines', 'f32', ['read', half]),
      sines: graph.input('readSines', 'f32', ['read', half]),
    },
    target: {
      patches: graph.input('patches', 'f32', [1, 'drawn', inside]),
      patchRows: graph.input('patchRows', 'i64', ['drawn']),
      time: graph.input('time', 'f32', [1, 256]),
      cosines: graph.input('cosines', 'f32', ['drawn + 1', half]),
      sines: graph.input('sines', 'f32', ['drawn + 1', half]),
    },
  }
}

/** A golden case with a picture in its text. */
function feedsOf(name: string): Feeds {
  const ids = given[`${name}.ids`]!
  const [start, end] = numbersOf(given[`${name}.sizes`]!) as unknown as [number, number]
  const positions = [...numbersOf(given[`${name}.pos`]!)]
  const length = ids.shape[1]!
  const [x, z] = [given[`${name}.x`]!, given[`${name}.z`]!]
  const gridOf = ({ shape }: TensorValue) => ({ rows: shape[2]! / 2, columns: shape[3]! / 2 })
  const places = Array.from({ length }, (_, i) => (i >= start && i < end ? length + i - start : i))
  const reach = Array.from({ length }, (_, i) => (i >= start && i < end ? end - 1 : i))
  const tables = (part: readonly number[]) => omnigenRotary(part, positions.length, config.rotary)
  const [read, drawn] = [tables(positions.slice(0, length)), tables(positions.slice(length))]
  const patches = toPatches(x, 2)
  const rows = (of: TensorValue) => {
    const found = omnigenPlaces(gridOf(of), config)
    return tensorValue('i64', [found.length], found)
  }
  return {
    ids,
    pictures: toPatches(z, 2),
    pictureRows: rows(z),
    places: tensorValue('i64', [length], places),
    reach: tensorValue('i64', [1, length], reach),
    readCosines: read.cosines,
    readSines: read.sines,
    patches: { ...patches, shape: [1, ...patches.shape] },
    patchRows: rows(x),
    time: omnigenTime(Number(numbersOf(given[`${name}.t`]!)[0])),
    ...drawn,
  }
}

const velocityOf = (value: TensorValue, name: string): TensorValue => {
  const [, , height, width] = given[`${name}.x`]!.shape as [number, number, number, number]
  return fromPatches(value.data as Float32Array, { rows: height / 2, columns: width / 2 }, config)
}

describe.each(['cpu', ...(hasGpu() ? (['webgpu'] as const) : [])] as const)('OmniGen on %s', (provider) => {
  it('equals the official model in every part', async () => {
    const runtime = await openRuntime({ provider })
    try {
      const w = new Parameters(new Graph(), { source })
      const inputs = inputsOf(w.graph, config)
      const velocity = omnigen(w, inputs, config)
      const values = segmentOutputs([velocity])
      const hidden = madeBy(values, 'layer.2')
      const { epsilon, width } = config
      const outputs = {
        velocity,
        x_embedder: patchEmbedding(w.pp('x_embedder'), inputs.target.patches, config),
        input_x_embedder: patchEmbedding(w.pp('input_x_embedder'), inputs.condition.pictures, config),
        time_token: timeEmbedding(w.pp('time_token'), inputs.target.time, config),
        t_embedder: timeEmbedding(w.pp('t_embedder'), inputs.target.time, config),
        'layer.0.0': madeBy(values, 'layer.0'),
        'layer.2.0': hidden,
        norm: rmsNorm(hidden, { epsilon, scale: w.get('llm.norm.weight', [width]) }),
      }
      const session = await runtime.load(outputs, { source })
      for (const name of ['short', 'long']) {
        const { velocity: patches, ...found } = await session.run(feedsOf(name))
        for (const [part, value] of Object.entries(found)) {
          const expected = wanted[`${name}.${part}`]!
          // Of the long case the last positions are stored.
          const size = elementCount(expected.shape)
          const data = (value.data as Float32Array).slice(-size)
          const kept: TensorValue = { dtype: 'f32', shape: expected.shape, data }
          expect.soft(relativeError(kept, expected), `${name} ${part}`).toBeLessThan(1e-4)
        }
        expect.soft(relativeError(patches!, wanted[`${name}.final_layer`]!)).toBeLessThan(1e-4)
        expect(relativeError(velocityOf(patches!, name), wanted[`${name}.output`]!)).toBeLessThan(1e-4)
      }
    } finally {
      await runtime.close()
    }
  })

  const cases = provider === 'cpu' ? (['short', 'long'] as const) : (['short'] as const)
  it.each(cases)('is the same with what it keeps of the condition: %s', async (name) => {
    const runtime = await openRuntime({ provider })
    try {
      const plan = name === 'long' ? 'streamed' : 'whole'
      const { read, step } = await loadCached(runtime, config, plan)
      const feeds = feedsOf(name)
      const cache = await read.run(
        only(feeds, ['ids', 'pictures', 'pictureRows', 'places', 'reach', 'readCosines', 'readSines']),
      )
      const { velocity } = await step.run({
        ...only(feeds, ['patches', 'patchRows', 'time', 'cosines', 'sines']),
        ...cache,
      })
      expect(relativeError(velocityOf(velocity!, name), wanted[`${name}.output`]!)).toBeLessThan(1e-4)
    } finally {
      await runtime.close()
    }
  })
})

const only = (feeds: Feeds, names: readonly string[]): Feeds =>
  Object.fromEntries(names.map((name) => [name, feeds[name]!]))

async function loadCached(runtime: Runtime, sizes: OmnigenConfig, plan: Plan) {
  const w = new Parameters(new Graph(), { source })
  const made = omnigenCondition(w, inputsOf(w.graph, sizes).condition, sizes)
  const named = (kind: string, list: readonly Tensor[]) =>
    Object.fromEntries(list.map((each, i) => [`${kind}.${i}`, each]))
  const read = await runtime.load<string>(
    { ...named('keys', made.keys), ...named('values', made.values) },
    { source, plan },
  )
  const second = new Parameters(new Graph(), { source })
  const kept = (kind: string) =>
    Array.from({ length: sizes.layers }, (_, i) =>
      second.graph.input(`${kind}.${i}`, 'f32', [1, sizes.keyHeads, 'read', sizes.width / sizes.heads]),
    )
  const cache = { keys: kept('keys'), values: kept('values') }
  const velocity = omnigenStep(second, { ...inputsOf(second.graph, sizes).target, cache }, sizes)
  return { read, step: await runtime.load<string>({ velocity }, { source, plan }) }
}

it.each(['short', 'long'])('turns heads by the frequencies of the original: %s', (name) => {
  const positions = [...numbersOf(given[`${name}.pos`]!)]
  const { cosines, sines } = omnigenRotary(positions.slice(-40), positions.length, config.rotary)
  for (const [table, key] of [
    [cosines, 'cos'],
    [sines, 'sin'],
  ] as const) {
    const half = table.shape[1]!
    const expected = numbersOf(wanted[`${name}.${key}`]!)
    const numbers = numbersOf(table)
    for (const [i, number] of numbers.entries()) {
      const at = Math.floor(i / half) * 2 * half + (i % half)
      expect(Math.abs(number - expected[at]!)).toBeLessThan(1e-5)
      expect(expected[at]).toBe(expected[at + half])
    }
  }
})

it('takes the long frequencies from one token beyond the original context on', () => {
  const { original } = config.rotary
  const at = (length: number) => omnigenRotary([1], length, config.rotary).cosines
  expect(at(original)).not.toEqual(at(original + 1))
  // Of the published model, sqrt(1 + ln(131072 / 4096) / ln(4096)).
  const published = { theta: 1e4, short: [1], long: [1], original: 4096, most: 131_072 }
  expect(numbersOf(omnigenRotary([0], 1, published).cosines)[0]).toBeCloseTo(1.19023807, 7)
})

it('declares what the full-size file holds, and infers its sizes from it', () => {
  const w = new Parameters(new Graph())
  const sizes = { ...omnigenV1, rotary: { ...settings.rotary } }
  const velocity = omnigen(w, inputsOf(w.graph, sizes), sizes)
  expect(declared({ velocity })).toEqual(sorted(readManifest('omnigen-v1')))
  const factors = Array.from({ length: 48 }, () => 1)
  const rotary = { theta: 1e4, short: factors, long: factors, original: 4096, most: 131_072 }
  expect(inferOmnigenConfig(ofManifest('omnigen-v1'), { heads: 32, epsilon: 1e-5, rotary })).toEqual({
    ...omnigenV1,
    rotary,
  })
})

it('says what does not fit in config.json', () => {
  expect(() => parseOmnigenSettings({ rope_scaling: {} }, 'config.json')).toThrow(
    /config\.json: .*expected a (number|list)/,
  )
  expect(() => parseOmnigenSettings({ ...meta.config.llm, rope_scaling: { type: 'yarn' } })).toThrow(
    /rope_scaling\.type: expected su or longrope, got "yarn"/,
  )
  const rotary = { ...settings.rotary, long: [1] }
  expect(() => inferOmnigenConfig(source, { ...settings, rotary })).toThrow(
    /rope_scaling\.long_factor: expected 8 numbers, half the head width, got 1/,
  )
  expect(() => inferOmnigenConfig(source, { ...settings, heads: 7 })).toThrow(
    /num_attention_heads: expected heads that divide the width 64/,
  )
})

it('refuses a picture that is larger than the table of positions', () => {
  expect(() => omnigenPlaces({ rows: 17, columns: 4 }, { grid: 16 })).toThrow(/at most 16 on a side/)
  expect(omnigenPlaces({ rows: 1, columns: 3 }, { grid: 16 })).toEqual([7 * 16 + 6, 7 * 16 + 7, 7 * 16 + 8])
})
