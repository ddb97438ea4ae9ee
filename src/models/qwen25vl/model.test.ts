import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openGolden, readGolden, readManifest, relativeError } from '../../../test/golden.ts'
import { hasGpu } from '../../../test/gpu.ts'
import { madeBy, segmentOutputs } from '../../../test/segmentOutputs.ts'
import {
  Graph,
  numbersOf,
  Parameters,
  program,
  type Tensor,
  type TensorValue,
  tensorValue,
} from '../../graph/index.ts'
import { openRuntime, type Runtime } from '../../onnx/index.ts'
import type { Checkpoint } from '../../weights/index.ts'
import { classicQwenName, parseQwen25VLConfig, type Qwen25VLConfig, qwen25vl7B } from './config.ts'
import { type Grid, smartResize, textPositions, textRotary, visionAngles, windowsOf } from './positions.ts'
import { patchify, pictureSizes } from './preprocess.ts'
import { textLogits, textModel } from './text.ts'
import { embedPatches, mergePatches, visionFeeds, visionTower } from './vision.ts'

const readJson = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../test/golden/qwen25vl/${name}.json`, import.meta.url), 'utf8'))
const indices = readJson('indices')
const json = readJson('meta').config
const config = parseQwen25VLConfig(json)

let source: Checkpoint
let given: Record<string, TensorValue>
let pictures: Record<string, TensorValue>
let single: Record<string, TensorValue>
let double: Record<string, TensorValue>
beforeAll(async () => {
  source = await openGolden('qwen25vl/weights.safetensors')
  given = await readGolden('qwen25vl/inputs.safetensors')
  pictures = await readGolden('qwen25vl/preprocess.safetensors')
  single = await readGolden('qwen25vl/outputs_f32.safetensors')
  double = await readGolden('qwen25vl/outputs_f64.safetensors')
})
afterAll(() => source.close())

const gridOf = (thw: ArrayLike<number>): Grid => ({ rows: thw[1]!, columns: thw[2]! })

/** The model of one case with every intermediate that the golden data holds. */
function build(name: 'a' | 'b', of: Qwen25VLConfig = config) {
  const ids = [...numbersOf(given[`${name}.input_ids`]!)]
  const mask = [...numbersOf(given[`${name}.attention_mask`]!)]
  const grid = gridOf(numbersOf(given[`${name}.image_grid_thw`]!))
  const start = ids.indexOf(of.imageToken)
  const end = ids.lastIndexOf(of.imageToken) + 1
  const positions = textPositions(ids, [grid], of, (i) => mask[i] !== 0)
  const feeds = {
    pixels: pictures[`${name}.pixel_values`]!,
    ...visionFeeds(grid, of.vision),
    before: tensorValue('i64', [1, start], ids.slice(0, start)),
    after: tensorValue('i64', [1, ids.length - end], ids.slice(end)),
    visible: tensorValue('bool', [1, 1, 1, ids.length], mask),
    ...textRotary(positions, of),
  }
  const graph = new Graph()
  const w = new Parameters(graph, { source })
  const input = (key: keyof typeof feeds) => graph.input(key, feeds[key].dtype, feeds[key].shape)
  const image = visionTower(
    w,
    {
      pixels: input('pixels'),
      windowOrder: input('windowOrder'),
      rasterOrder: input('rasterOrder'),
      patchCosines: input('patchCosines'),
      patchSines: input('patchSines'),
    },
    of,
    grid,
  )
  const hidden = textModel(
    w,
    {
      before: input('before'),
      image,
      after: input('after'),
      visible: input('visible'),
      cosines: input('cosines'),
      sines: input('sines'),
    },
    of,
  )
  const values = segmentOutputs([hidden])
  const patches = (i: number) => madeBy(values, `visual.block.${i}`)
  const states = (segment: string) => madeBy(values, segment, [1, ids.length, of.width])
  const blocks = Array.from({ length: of.vision.blocks }, (_, i) => i)
  const layers = Array.from({ length: of.layers - 1 }, (_, i) => i)
  const seen: Record<string, Tensor> = {
    ...Object.fromEntries(blocks.map((i) => [`visual.block.${i}.window_order`, patches(i)])),
    'hidden_states.0': states('text.embed'),
    ...Object.fromEntries(layers.map((i) => [`hidden_states.${i + 1}`, states(`text.layer.${i}`)])),
    'visual.patch_embed': embedPatches(w.pp('visual'), input('pixels'), of.vision),
    'visual.merger.window_order': mergePatches(w.pp('visual.merger'), patches(of.vision.blocks - 1), of),
    image_embeds: image,
    [`hidden_states.${of.layers}`]: hidden,
    logits_last: textLogits(w, hidden, of),
  }
  return { outputs: seen, feeds, positions }
}

describe.each(['cpu', ...(hasGpu() ? (['webgpu'] as const) : [])] as const)('the model on %s', (provider) => {
  let runtime: Runtime
  beforeAll(async () => {
    runtime = await openRuntime({ provider, ...(provider === 'cpu' && { threads: 1 }) })
  })
  afterAll(() => runtime.close())

  it.each(['a', 'b'] as const)('gives what transformers gives, case %s', async (name) => {
    const { outputs, feeds } = build(name)
    const session = await runtime.load(outputs, { source })
    const found = await session.run(feeds)
    let compared = 0
    for (const key of Object.keys(outputs)) {
      const [wanted, rounded] = [double[`${name}.${key}`], single[`${name}.${key}`]]
      if (!wanted || !rounded) continue
      compared++
      // The eager reference lets masked tokens attend; of these states only the other rows are the pipeline's.
      const rows = (value: TensorValue) =>
        key.startsWith('hidden_states') ? visibleRows(name, value) : value
      expect.soft(relativeError(rows(found[key]!), rows(wanted)), `${key} f64`).toBeLessThan(1e-4)
      expect.soft(relativeError(rows(found[key]!), rows(rounded)), `${key} f32`).toBeLessThan(1e-4)
    }
    expect(compared).toBe(name === 'a' ? 12 : 6)
  })

  it.each(['a', 'b'] as const)(
    'gives masked tokens what FlashAttention gives them, case %s',
    async (name) => {
      const { outputs, feeds } = build(name)
      const key = `hidden_states.${config.layers}`
      const session = await runtime.load({ hidden: outputs[key]! }, { source })
      const { hidden } = await session.run(feeds)
      expect(relativeError(hidden, double[`${name}.${key}.flash`]!)).toBeLessThan(1e-4)
      expect(relativeError(hidden, single[`${name}.${key}.flash`]!)).toBeLessThan(1e-4)
    },
  )
})

/** Of hidden states [1, L, width] the rows of the tokens that are not masked. */
function visibleRows(name: 'a' | 'b', hidden: TensorValue): TensorValue {
  const mask = numbersOf(given[`${name}.attention_mask`]!)
  const width = hidden.shape[2]!
  const numbers = [...numbersOf(hidden)].filter((_, i) => mask[Math.floor(i / width)] !== 0)
  return tensorValue('f64', [1, numbers.length / width, width], numbers)
}

describe('positions', () => {
  it('are those of transformers, masked tokens and several pictures too', () => {
    for (const row of indices.rope_index.rows ?? indices.rope_index) {
      const ids: number[] = row.input_ids[0]
      const mask: number[] | undefined = row.attention_mask?.[0]
      const grids = (row.image_grid_thw ?? []).map(gridOf)
      const found = textPositions(ids, grids, config, (i) => mask?.[i] !== 0)
      expect(found).toEqual(row.position_ids.map(([axis]: [number[]]) => axis))
    }
  })

  it('turn the frequencies of each section by their own axis', () => {
    const { positions, feeds } = build('a')
    expect(positions).toEqual(triples(given['a.position_ids']!))
    const [cos, sin] = [double['a.rope.cos']!, double['a.rope.sin']!]
    const axis = [0, 0, 1, 1, 1, 2, 2, 2]
    const pick = (table: TensorValue) => {
      const numbers = numbersOf(table)
      const tokens = table.shape[2]!
      const rows = Array.from({ length: tokens }, (_, t) =>
        axis.map((a, i) => numbers[(a * tokens + t) * 16 + i]!),
      )
      return tensorValue('f32', [tokens, 8], rows.flat())
    }
    expect(relativeError(feeds.cosines, pick(cos))).toBeLessThan(1e-6)
    expect(relativeError(feeds.sines, pick(sin))).toBeLessThan(1e-6)
    const angles = visionAngles({ rows: 8, columns: 12 }, config.vision)
    const wanted = double['a.visual.rotary_freqs']!
    expect(relativeError({ dtype: 'f64', shape: [96, 8], data: angles }, wanted)).toBeLessThan(1e-7)
  })

  it('cut pictures into the windows of transformers', () => {
    for (const row of indices.windows.rows) {
      // Several pictures follow one another.
      const order: number[] = []
      const lengths: number[] = []
      for (const grid of row.grid_thw) {
        const windows = windowsOf(gridOf(grid), config.vision)
        const before = order.length
        order.push(...windows.order.map((group) => group + before))
        lengths.push(...windows.lengths)
      }
      expect(order).toEqual(row.window_index)
      const ends = lengths.map((_, i) => lengths.slice(0, i + 1).reduce((a, b) => a + b, 0))
      expect([0, ...ends]).toEqual(row.cu_window_seqlens)
    }
  })
})

function triples(ids: TensorValue): number[][] {
  const numbers = [...numbersOf(ids)]
  const length = ids.shape[2]!
  return [0, 1, 2].map((axis) => numbers.slice(axis * length, (axis + 1) * length))
}

describe('preprocessing', () => {
  it('takes the sizes of the original', () => {
    for (const { height, width, min_pixels, max_pixels, result_hw } of indices.smart_resize.rows) {
      const resize = () =>
        smartResize({ height, width }, { factor: 28, minPixels: min_pixels, maxPixels: max_pixels })
      if (result_hw === null) expect(resize).toThrow(/expected sides of at least 28 and at most 200:1/)
      else expect(Object.values(resize())).toEqual(result_hw)
    }
    for (const { height, width, first_hw, second_hw } of indices.two_stage_resize.rows)
      expect(pictureSizes({ height, width }).map(Object.values)).toEqual([first_hw, second_hw])
  })

  it('gives the very numbers of the original', () => {
    for (const [name, picture] of [
      ['a', 'a.image_u8_hwc'],
      ['b', 'b.resized_u8_hwc'],
    ] as const) {
      const { shape, data } = pictures[picture]!
      const { pixels, grid } = patchify(
        { height: shape[0]!, width: shape[1]!, data: data as Uint8Array },
        config.vision,
      )
      expect(grid).toEqual(gridOf(numbersOf(pictures[`${name}.grid_thw`]!)))
      expect(pixels).toEqual(pictures[`${name}.pixel_values`])
    }
  })
})

describe('configurations', () => {
  it('declare the full-size parameters exactly', () => {
    const graph = new Graph()
    const w = new Parameters(graph)
    const grid = { rows: 4, columns: 4 }
    const inputs = {
      pixels: graph.input('pixels', 'f32', [16, 1176]),
      windowOrder: graph.input('windowOrder', 'i64', [4]),
      rasterOrder: graph.input('rasterOrder', 'i64', [4]),
      patchCosines: graph.input('patchCosines', 'f32', [16, 40]),
      patchSines: graph.input('patchSines', 'f32', [16, 40]),
      before: graph.input('before', 'i64', [1, 'before']),
      after: graph.input('after', 'i64', [1, 'after']),
      visible: graph.input('visible', 'bool', [1, 1, 1, 'before + after + 4']),
      cosines: graph.input('cosines', 'f32', ['before + after + 4', 64]),
      sines: graph.input('sines', 'f32', ['before + after + 4', 64]),
    }
    const image = visionTower(w, inputs, qwen25vl7B, grid)
    const hidden = textModel(w, { ...inputs, image }, qwen25vl7B)
    const { parameters } = program({ logits: textLogits(w, hidden, qwen25vl7B) })
    const declared = Object.fromEntries([...parameters].map(([path, { shape }]) => [path, shape]))
    expect(declared).toEqual(Object.fromEntries(readManifest('qwen2.5-vl-7b')))
  })

  it('are read from both layouts of config.json', () => {
    const { vision_config, image_token_id, vision_end_token_id, ...text } = json
    const nested = { text_config: text, vision_config, image_token_id, vision_end_token_id }
    expect(parseQwen25VLConfig(nested)).toEqual(config)
    expect(config).toMatchObject({ width: 64, sections: [2, 3, 3], imageToken: 1003 })
    const { vocab_size: _, ...less } = json
    expect(() => parseQwen25VLConfig(less, 'folder/config.json')).toThrow(
      /^folder\/config\.json: vocab_size: expected a number above 0/,
    )
    expect(() => parseQwen25VLConfig({})).toThrow(/^config\.json: vision_config: expected an object/)
    expect(
      ['model.visual.blocks.0.a', 'model.language_model.norm.b', 'model.norm.b', 'visual.c'].map(
        classicQwenName,
      ),
    ).toEqual(['visual.blocks.0.a', 'model.norm.b', 'model.norm.b', 'visual.c'])
  })
})
