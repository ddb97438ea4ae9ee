import { readFileSync } from 'node:fs'
import { beforeAll, expect, it } from 'vitest'
import { readGolden } from '../../../../test/golden.ts'
import { dataOf, numbersOf, type TensorValue } from '../../../graph/index.ts'
import { toPlanes } from '../../../image/index.ts'
import type { Encode } from '../../../language/index.ts'
import { omnigenFrame, omnigenPicture, omnigenSize } from './picture.ts'
import { omnigenText, picturesAlone, withPictures } from './prompt.ts'

const meta = JSON.parse(
  readFileSync(new URL('../../../../test/golden/omnigen/meta.json', import.meta.url), 'utf8'),
)
let golden: Record<string, TensorValue>
beforeAll(async () => {
  golden = await readGolden('omnigen/processor.safetensors')
})

/** The tokens of the golden data: 1 for the start, then each byte plus 3. */
const encode: Encode = Object.assign(
  (text: string) => [1, ...[...new TextEncoder().encode(text)].map((byte) => byte + 3)],
  { addedTokens: [] },
)

it('sees pictures in the sizes of the original', () => {
  expect(meta.picture_sizes).toHaveLength(9)
  for (const { in: given, max, out } of meta.picture_sizes) {
    const [width, height] = given
    expect(omnigenSize({ width, height }, max)).toEqual({ width: out[0], height: out[1] })
  }
  expect(() => omnigenSize({ width: 1, height: 20_000 }, 1024)).toThrow(
    /picture of 1×20000: the aspect ratio is too extreme for size 1024/,
  )
})

it('sees the pixels of the original', () => {
  const rgb = golden.rgb!
  const picture = { width: rgb.shape[1]!, height: rgb.shape[0]!, data: dataOf(rgb, 'u8') }
  const wanted = golden.pixel_values!
  expect(toPlanes(omnigenPicture(picture, 48))).toBeAllclose(wanted, { atol: 1e-6, rtol: 0 })
})

it('halves a large picture before it is shrunk, and knows which part is seen', () => {
  const width = 200
  const height = 120
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => (i * 7) % 256)
  const seen = omnigenPicture({ width, height, data }, 48)
  expect(seen).toMatchObject(omnigenSize({ width, height }, 48))
  // 200×120 → 100×60 → 48×29 → 48×16, six rows off above.
  expect(omnigenFrame({ width, height }, 48)).toEqual({ x: 0, y: 25, width: 200, height: 66 })
  expect(omnigenFrame({ width: 192, height: 64 }, 48)).toBeUndefined()
})

it('makes the tokens of the original for each branch', () => {
  const texts = {
    cond: withPictures('make it snow', 1),
    uncond: 'low quality',
    img: picturesAlone(1),
  }
  expect(texts.cond).toBe(meta.prompt)
  for (const [branch, text] of Object.entries(texts)) {
    const { ids, pictures } = omnigenText(encode, text, branch === 'uncond' ? [] : [6])
    expect(ids, branch).toEqual([...numbersOf(golden[`separate.${branch}.input_ids`]!)].map(Number))
    expect(pictures).toHaveLength(branch === 'uncond' ? 0 : 1)
  }
})

it('leaves signs of pictures where an instruction has them, twice too, and refuses others', () => {
  const own = 'put <img><|image_2|></img> on <img><|image_1|></img> and <img><|image_2|></img>'
  expect(withPictures(own, 2)).toBe(own)
  expect(
    omnigenText(encode, own, [4, 9]).pictures.map(({ picture, start, end }) => [picture, end - start]),
  ).toEqual([
    [1, 9],
    [0, 4],
    [1, 9],
  ])
  expect(picturesAlone(2)).toBe('<img><|image_1|></img> <img><|image_2|></img>')
  expect(() => withPictures('as <|image_2|>', 1)).toThrow(
    'instruction: expected <|image_1|> for the 1 pictures that are given, got <|image_2|>',
  )
})
