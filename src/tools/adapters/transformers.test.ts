import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  isInSquare,
  squarePicture,
  tinyDepth,
  tinyFlorence,
  tinySegmenter,
  writeTinyModel,
} from '../../../test/tinyTransformers.ts'
import { toolsFolder } from '../install.ts'
import { contracts } from '../jobs.contract.ts'
import { florenceDetections, florenceLines, florenceTags } from './florence2.ts'
import { hasTransformers } from './loadTransformers.ts'
import { isMetric, nearnessOf } from './nearness.ts'
import { transformersTools } from './transformers.ts'
import { bestMask } from './transformersModels.ts'

const tools = toolsFolder(process.env)
const there = hasTransformers(tools) || process.env.PENTIMENTO_REQUIRE_TOOLS === '1'

const picture = squarePicture
const { width, height } = picture
const square = { x: 12, y: 8, width: 16, height: 16 }

describe.skipIf(!there)('models through @huggingface/transformers', () => {
  let folder: string
  const local = transformersTools(tools)
  const model = (name: string) => ({ model: join(folder, name) })

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tiny-models-'))
    await writeTinyModel(tinyDepth(false), join(folder, 'inverse'))
    await writeTinyModel(tinyDepth(true), join(folder, 'metric'))
    await writeTinyModel(tinySegmenter('sam'), join(folder, 'sam'))
    await writeTinyModel(tinySegmenter('sam2'), join(folder, 'sam2'))
    await writeTinyModel(
      tinyFlorence(['car', '<loc_250>', '<loc_249>', '<loc_583>', '<loc_749>']),
      join(folder, 'florence'),
    )
  })
  afterAll(async () => {
    await local.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('tell depth as nearness, whichever way round the model does', async () => {
    for (const [name, near] of [
      ['inverse', 1],
      ['metric', 0],
    ] as const) {
      const plane = await local.depth(model(name)).depth(picture)
      expect(plane).toMatchObject({ width, height })
      plane.data.forEach((value, i) => {
        expect(value).toBeCloseTo(isInSquare(i) ? near : 1 - near, 5)
      })
    }
  })

  it.each(['sam', 'sam2'])('segment by a box: %s', async (name) => {
    const mask = await local.segmenter(model(name)).segment(picture, square)
    expect(mask).toMatchObject({ width, height })
    const wrong = [...mask.data].filter((level, i) => level >= 128 !== isInSquare(i)).length
    // The model saw the picture enlarged, so its edge may be a pixel off.
    expect(wrong).toBeLessThan(70)
  })

  it('detect, tag and read by what Florence-2 says', async () => {
    const [found] = await local.detector(model('florence')).detect(picture)
    expect(found).toEqual({ label: 'car', score: 1, box: square })
    expect(await local.tagger(model('florence')).tag(picture)).toEqual([{ tag: 'car', score: 1 }])
    expect(await local.ocr(model('florence')).read(picture)).toEqual([])
  })

  describe('keep the contract of depth', () => contracts.depth(() => local.depth(model('inverse'))))
  describe('keep the contract of a segmenter: SAM', () =>
    contracts.segmenter(() => local.segmenter(model('sam'))))
  describe('keep the contract of a segmenter: SAM-2', () =>
    contracts.segmenter(() => local.segmenter(model('sam2'))))
  describe('keep the contract of a detector', () =>
    contracts.detector(() => local.detector(model('florence'))))
  describe('keep the contract of a tagger', () => contracts.tagger(() => local.tagger(model('florence'))))
  describe('keep the contract of OCR', () => contracts.ocr(() => local.ocr(model('florence'))))

  it('that are not there are named, with what was expected', async () => {
    const depth = local.depth(model('nothing'))
    await expect(depth.depth(picture)).rejects.toThrow(
      /^depth: the model '.*nothing' \(fp32\) does not load: .*; expected a repository that can be reached, or a folder/,
    )
  })
})

describe('without the library', () => {
  it('a call says how to install it', async () => {
    const local = transformersTools('/nowhere')
    await expect(local.depth({ model: 'x/y' }).depth(picture)).rejects.toMatchObject({
      code: 'tool-missing',
      message:
        'depth: @huggingface/transformers is not installed; run \'npm install --ignore-scripts --prefix "/nowhere/transformers" @huggingface/transformers@4.3.1\'',
    })
  })
})

describe('what Florence-2 says', () => {
  // Recorded answers of its model card, for a picture of 1000×500.
  const size = { width: 1000, height: 500 }

  it('are boxes, several after one label', () => {
    const text =
      '</s><s>Car<loc_52><loc_333><loc_932><loc_774>wheel<loc_708><loc_576><loc_862><loc_768><loc_147><loc_577><loc_305><loc_771></s>'
    expect(florenceDetections(text, size)).toEqual([
      { label: 'car', score: 1, box: { x: 53, y: 167, width: 880, height: 220 } },
      { label: 'wheel', score: 1, box: { x: 709, y: 288, width: 154, height: 96 } },
      { label: 'wheel', score: 1, box: { x: 148, y: 289, width: 158, height: 97 } },
    ])
    expect(florenceTags(text)).toEqual([
      { tag: 'wheel', score: 1 },
      { tag: 'car', score: 0.5 },
    ])
  })

  it('are lines with corners', () => {
    const text =
      '</s><s>CUDA 实战<loc_100><loc_200><loc_300><loc_200><loc_300><loc_400><loc_100><loc_400></s>'
    expect(florenceLines(text, size)).toEqual([
      {
        text: 'CUDA 实战',
        score: 1,
        corners: [
          [100.5, 100.25],
          [300.5, 100.25],
          [300.5, 200.25],
          [100.5, 200.25],
        ],
      },
    ])
  })

  it.each([
    [''],
    ['</s><s></s>'],
    ['a car'],
    ['car<loc_1><loc_2>'],
    ['<loc_1><loc_2><loc_3><loc_4>'],
    ['x<loc_5><loc_5><loc_5><loc_5>'],
  ])('is nothing where it makes no sense: %j', (text) => {
    expect(florenceDetections(text, { width: 10, height: 10 })).toEqual([])
    expect(florenceLines(text, size)).toEqual([])
  })
})

describe('masks and depth', () => {
  it('takes the guess of which the model is surest, as a probability', () => {
    const logits = Float32Array.of(-9, -9, 0, 20, -20, Math.log(3))
    expect(bestMask({ data: logits }, Float32Array.of(0.1, 0.9, 0.3), 2, 1).data).toEqual(
      new Uint8Array([128, 255]),
    )
  })

  it('knows which models tell distances', () => {
    expect(isMetric({ model_type: 'depth_anything' })).toBe(false)
    expect(isMetric({ model_type: 'depth_anything', depth_estimation_type: 'metric' })).toBe(true)
    expect(isMetric({ model_type: 'glpn' })).toBe(true)
  })

  it('is 0 for a plane, and falls off as 1/distance', () => {
    const plane = (...data: number[]) => ({ width: data.length, height: 1, data: Float32Array.from(data) })
    expect(nearnessOf(plane(3, 3), true).data).toEqual(Float32Array.of(0, 0))
    expect(nearnessOf(plane(1, 2, 4), true).data).toEqual(Float32Array.of(1, 1 / 3, 0))
    expect(nearnessOf(plane(1, 2, 5), false).data).toEqual(Float32Array.of(0, 0.25, 1))
  })
})
