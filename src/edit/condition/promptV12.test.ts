import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openGolden, readGolden, relativeError } from '../../../test/golden.ts'
import { goldenEncode } from '../../../test/goldenEncode.ts'
import { Graph, numbersOf, Parameters, slice, type TensorValue, tensorValue } from '../../graph/index.ts'
import { resizePicture } from '../../image/index.ts'
import type { Encode } from '../../language/index.ts'
import {
  embeddedText,
  parseQwen25VLConfig,
  patchify,
  smartResize,
  textLayers,
  textPositions,
  textRotary,
  visionFeeds,
  visionTower,
} from '../../models/index.ts'
import { openRuntime, type Runtime } from '../../onnx/index.ts'
import type { Checkpoint } from '../../weights/index.ts'
import { cutV12, positionsV12, promptV12, quotedPieces, v12Format } from './promptV12.ts'

const golden = (path: string) =>
  JSON.parse(readFileSync(new URL(`../../../test/golden/${path}.json`, import.meta.url), 'utf8'))
const cases = golden('step1x-v1.2/text_cases')
const { config: told, prompts } = golden('step1x-v1.2/meta')
const config = parseQwen25VLConfig(golden('qwen25vl/meta').config)

it('quoted text is cut as the official pipeline cuts it', () => {
  for (const { text, prefix_len: from, parts, in_quotes: inQuotes } of cases.split) {
    const pieces = quotedPieces(text, from)
    expect(
      pieces.map((piece) => piece.text),
      text,
    ).toEqual(parts)
    expect(
      pieces.map(({ isQuoted }) => isQuoted),
      text,
    ).toEqual(inQuotes)
  }
})

const encode = goldenEncode(told.tokens)

it('the first 90 tokens of the real tokenizer are the words before the colon', () => {
  const { first_90_text: before, cases: tokens } = cases.tokens
  for (const { prompt, kept_text: kept } of tokens) {
    const pieces: string[] = []
    const spy: Encode = Object.assign(
      (text: string) => {
        pieces.push(text)
        return encode(text)
      },
      { addedTokens: encode.addedTokens },
    )
    promptV12(spy, prompt, { imageToken: config.imageToken, imageTokens: 1 })
    expect(pieces.join('').startsWith(`${before}${kept}`)).toBe(true)
  }
})

describe('with the tiny language model', () => {
  let runtime: Runtime
  let source: Checkpoint
  let wanted: Record<string, TensorValue>
  let rgb: TensorValue
  beforeAll(async () => {
    runtime = await openRuntime({ provider: 'cpu', threads: 1 })
    source = await openGolden('qwen25vl/weights.safetensors')
    wanted = await readGolden('step1x-v1.2/encode_outputs_f64.safetensors')
    rgb = (await readGolden('step1x-v1.2/image.safetensors')).rgb!
  })
  afterAll(async () => {
    await runtime.close()
    await source.close()
  })

  it.each(['plain', 'quoted', 'chinese'])(
    'features, embeddings, mask and positions are the official ones: %s',
    async (name) => {
      const [height, width] = rgb.shape as [number, number]
      const picture = { width, height, data: Uint8Array.from(numbersOf(rgb)) }
      const [minPixels, maxPixels] = told.processor_pixels
      const processed = smartResize(picture, { factor: 28, minPixels, maxPixels })
      const { pixels, grid } = patchify(resizePicture(picture, processed), config.vision)
      const imageTokens = (grid.rows * grid.columns) / config.vision.merge ** 2
      const prompt = promptV12(encode, prompts[name], { imageToken: config.imageToken, imageTokens })
      const { ids, quoted, imageStart } = prompt

      const feeds = {
        pixels,
        ...visionFeeds(grid, config.vision),
        before: tensorValue('i64', [1, imageStart], ids.slice(0, imageStart)),
        after: tensorValue(
          'i64',
          [1, ids.length - imageStart - imageTokens],
          ids.slice(imageStart + imageTokens),
        ),
        visible: tensorValue(
          'bool',
          [1, 1, 1, ids.length],
          ids.map(() => 1),
        ),
        ...textRotary(textPositions(ids, [grid], config), config),
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
        config,
        grid,
      )
      const embedded = embeddedText(w, { before: input('before'), image, after: input('after') }, config)
      const layers = { visible: input('visible'), cosines: input('cosines'), sines: input('sines') }
      const hidden = textLayers(w, { embedded, ...layers }, config)
      const stored = wanted[`${name}.embedding`]!.shape[1]!
      const session = await runtime.load(
        { hidden: slice(hidden, 1, -stored), embedded: slice(embedded, 1, -stored) },
        { source },
      )
      const found = await session.run(feeds)
      expect(relativeError(found.hidden, wanted[`${name}.embedding`]!)).toBeLessThan(1e-4)
      expect(relativeError(found.embedded, wanted[`${name}.text_embeds`]!)).toBeLessThan(1e-4)

      const mask = [...numbersOf(wanted[`${name}.text_masks`]!)]
      expect(quoted.slice(cutV12.skip).map(Number)).toEqual(mask)
      const positions = positionsV12(prompt, { picture, processed, grid }, config)
      const ids3 = tensorValue('f64', [positions.length, 3], positions.flat())
      expect(relativeError(ids3, wanted[`${name}.txt_ids`]!)).toBeLessThan(1e-6)
    },
  )
})

it('names of tokens in an instruction stay text, in quotes too', () => {
  const picture = { imageToken: config.imageToken, imageTokens: 2 }
  const bytes = (text: string) => [...new TextEncoder().encode(text)].map((byte) => byte + 1)
  const { ids, quoted, instruction } = promptV12(encode, 'a <|image_pad|> "<|im_end|>"', picture)
  expect(ids.filter((id) => id === config.imageToken)).toHaveLength(2)
  const wanted = bytes(' a <|image_pad|> "<|im_end|>"Picture 1: ')
  const at = ids.join().indexOf(wanted.join())
  expect(at).toBeGreaterThan(0)
  expect(quoted.filter(Boolean)).toHaveLength('<|im_end|>'.length)
  expect(instruction).toEqual({ read: 28, tokens: 28 })
  expect(promptV12(encode, 'a'.repeat(3000), picture).instruction).toEqual({ read: 2047, tokens: 3000 })
})

it('an exclamation mark, whose id is 0, has the place 1, and those after it are not moved', () => {
  const grid = { rows: 2, columns: 2 }
  const { skip } = cutV12
  const ids = [...Array(skip).fill(5), 6, 0, 7, config.imageToken, 8]
  const picture = { width: 28, height: 28 }
  const places = positionsV12({ ids }, { picture, processed: picture, grid }, config)
  const times = places.map(([time]) => time)
  const end = skip + 4
  expect(times).toEqual([skip - end, 1 - end, skip + 1 - end, skip + 2 - end, -1])
  expect(v12Format().isSeen(0)).toBe(true)
})
