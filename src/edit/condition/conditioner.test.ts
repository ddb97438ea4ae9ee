import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { relativeError } from '../../../test/golden.ts'
import { writeTinyCheckpoint } from '../../../test/tinyCheckpoint.ts'
import { dataOf, Graph, numbersOf, Parameters, type TensorValue, tensorValue } from '../../graph/index.ts'
import { type Picture, readPicture, resizePicture } from '../../image/index.ts'
import { type Encode, openTokenizer } from '../../language/index.ts'
import {
  patchify,
  textModel,
  textPositions,
  textRotary,
  visionFeeds,
  visionTower,
} from '../../models/index.ts'
import type { Plan } from '../../onnx/index.ts'
import { openRuntime, type Runtime } from '../../onnx/index.ts'
import { type Checkpoint, openCheckpoint } from '../../weights/index.ts'
import { Conditioner, readMllmConfig } from './conditioner.ts'
import { type InstructionLength, type PromptHints, promptFormat } from './prompt.ts'

let folder: string
let runtime: Runtime
let source: Checkpoint
let encode: Encode
let picture: Picture
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'conditioner-'))
  await writeTinyCheckpoint(folder)
  const mllm = join(folder, 'Qwen2.5-VL-7B-Instruct')
  runtime = await openRuntime({ provider: 'cpu', threads: 1 })
  source = await openCheckpoint(mllm)
  encode = (await openTokenizer(mllm)).encode
  picture = await readPicture(fileURLToPath(new URL('../../../test/pictures/plain.png', import.meta.url)))
})
afterAll(async () => {
  await runtime.close()
  await source.close()
  rmSync(folder, { recursive: true })
})

async function conditioner(plan: Plan = 'whole', prompt?: PromptHints): Promise<Conditioner> {
  const config = await readMllmConfig(join(folder, 'Qwen2.5-VL-7B-Instruct'))
  const format = promptFormat(prompt, 'paired')
  return new Conditioner({ runtime, source, config, encode, plan, format })
}

/** The hidden states of the whole prompt in one graph, nothing of it kept apart. */
async function hiddenOf(instruction: string, prompt?: PromptHints): Promise<TensorValue> {
  const format = promptFormat(prompt, 'paired')
  const config = await readMllmConfig(join(folder, 'Qwen2.5-VL-7B-Instruct'))
  const sizes = format.pictureSizes(picture, config.vision)
  const resized = sizes.reduce<Picture>((from, size) => resizePicture(from, size), picture)
  const { pixels, grid } = patchify(resized, config.vision)
  const imageTokens = pixels.shape[0]! / 4
  const { ids } = format.prompt(encode, instruction, { ...config, imageTokens })
  const at = ids.indexOf(config.imageToken)
  const positions = textPositions(ids, [grid], config, () => true)
  const feeds = {
    pixels,
    ...visionFeeds(grid, config.vision),
    before: tensorValue('i64', [1, at], ids.slice(0, at)),
    after: tensorValue('i64', [1, ids.length - at - imageTokens], ids.slice(at + imageTokens)),
    visible: tensorValue('bool', [1, 1, 1, ids.length], ids.map(Number)),
    ...textRotary(positions, config),
  }
  const graph = new Graph()
  const w = new Parameters(graph, { source })
  const input = (name: keyof typeof feeds) => graph.input(name, feeds[name].dtype, feeds[name].shape)
  const image = visionTower(
    w,
    {
      pixels: input('pixels'),
      windowOrder: input('windowOrder'),
      rasterOrder: input('rasterOrder'),
      patchCosines: input('patchCosines'),
      patchSines: input('patchSines'),
    },
    config,
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
    config,
  )
  const session = await runtime.load({ hidden }, { source })
  const result = await session.run(feeds)
  await session.release()
  return result.hidden
}

it.each(['whole', 'streamed'] as const)('cuts the hidden states after 217 tokens, %s', async (plan) => {
  const hidden = await hiddenOf('make it red')
  const { features, mask, repeats } = await (await conditioner(plan)).condition(picture, 'make it red')
  const kept = hidden.shape[1]! - 217
  expect(features.shape).toEqual([1, kept + 1, 64])
  const wanted = dataOf(hidden, 'f32').slice(217 * 64)
  const found = dataOf(features, 'f32').slice(0, kept * 64)
  const value = (data: Float32Array): TensorValue => ({ dtype: 'f32', shape: [kept, 64], data })
  expect(relativeError(value(found), value(wanted))).toBeLessThan(1e-5)
  // One row of zeros stands for all padding up to 640.
  expect([...dataOf(features, 'f32').slice(kept * 64)]).toEqual(Array(64).fill(0))
  expect([...numbersOf(mask)]).toEqual([...Array(kept).fill(1), 0])
  expect([...numbersOf(repeats)]).toEqual([640 - kept])
})

it("cuts as a checkpoint's own prompt tells, and pads up to its own length", async () => {
  const prompt = {
    template: '<|im_start|><|vision_start|>{picture}<|vision_end|>{instruction}<|im_end|>',
    skip: 2,
    most: 24,
    minPixels: 28 ** 2,
    maxPixels: 6 * 28 ** 2,
  }
  const own = await conditioner('whole', prompt)
  const hidden = await hiddenOf('red!', prompt)
  const { features, mask, repeats } = await own.condition(picture, 'red!')
  const kept = hidden.shape[1]! - 2
  expect(kept).toBeLessThan(24)
  expect(features.shape).toEqual([1, kept + 1, 64])
  const value = (data: TensorValue['data'], from: number): TensorValue => ({
    dtype: 'f32',
    shape: [kept, 64],
    data: (data as Float32Array).slice(from * 64, (from + kept) * 64),
  })
  expect(relativeError(value(features.data, 0), value(hidden.data, 2))).toBeLessThan(1e-5)
  expect([...numbersOf(mask)]).toEqual([...Array(kept).fill(1), 0])
  expect([...numbersOf(repeats)]).toEqual([24 - kept])
  expect((await own.condition(picture, 'make the sky a little darker')).features.shape).toEqual([1, 24, 64])
})

it('keeps the first 640 tokens of a long instruction, and then pads nothing', async () => {
  const long = 'make the sky a little darker '.repeat(30)
  const { features, mask, repeats } = await (await conditioner()).condition(picture, long)
  expect(features.shape).toEqual([1, 640, 64])
  expect(numbersOf(mask).every((value) => value === 1)).toBe(true)
  expect([...numbersOf(repeats)]).toEqual([1])
})

it('tells how much of the instruction is read, and nothing of what stands beside it', async () => {
  const each = await conditioner()
  const told: InstructionLength[] = []
  const long = 'make the sky a little darker '.repeat(30)
  const onInstruction = (length: InstructionLength) => void told.push(length)
  await each.conditions(picture, [long, 'blurry'], { onInstruction })
  await each.conditions(picture, ['red', ''], { onInstruction })
  const [first, second] = told
  expect(told).toHaveLength(2)
  expect(first!.tokens).toBe(long.length)
  expect(first!.read).toBeLessThan(640)
  expect(first!.read).toBeGreaterThan(0)
  expect(second).toEqual({ read: 3, tokens: 3 })
})

it('reads a picture and the empty instruction once, and another picture anew', async () => {
  const each = await conditioner()
  const empty = await each.condition(picture, '')
  expect(await each.condition(picture, '')).toBe(empty)
  const other = { ...picture, data: picture.data.map((level) => 255 - level) }
  const changed = await each.condition(other, '')
  expect(changed).not.toBe(empty)
  expect(changed.features.data).not.toEqual(empty.features.data)
  expect((await each.condition(picture, '')).features).toEqual(empty.features)
})

it('reads pictures of different shapes at once as one after another', async () => {
  const pictures = [
    { width: 480, height: 320 },
    { width: 320, height: 480 },
    { width: 480, height: 320 },
  ].map((size) => resizePicture(picture, size))
  const [together, apart] = [await conditioner(), await conditioner()]
  const found = await Promise.all(pictures.map((each) => together.condition(each, 'make it winter')))
  for (const [i, each] of pictures.entries()) {
    const alone = await apart.condition(each, 'make it winter')
    expect(found[i]!.features.data).toEqual(alone.features.data)
  }
  await together.release()
  await apart.release()
})
