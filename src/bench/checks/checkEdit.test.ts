import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { paintedBall } from '../../../test/pictures/painted.ts'
import { noTools } from '../../../test/recipes.ts'
import {
  blurPicture,
  cartoon,
  compositePictures,
  cropPicture,
  encodePicture,
  type Mask,
  type Picture,
  pasteMask,
  pastePicture,
  pencilSketch,
  pixelArt,
  readPicture,
  resizePicture,
  similarityWarp,
  warpPicture,
} from '../../image/index.ts'
import { Random } from '../../random/index.ts'
import type { Detection, Face, TextLine, Toolbox } from '../../tools/index.ts'
import type { Check, CheckReport } from './check.ts'
import { checkEdit } from './checkEdit.ts'

const size = { width: 320, height: 208 }
let photo: Picture
let other: Picture
beforeAll(async () => {
  const read = async (name: string) =>
    resizePicture(
      await readPicture(fileURLToPath(new URL(`../../../test/pictures/photos/${name}.jpg`, import.meta.url))),
      size,
    )
  photo = await read('sean-afnan-244576')
  other = await read('nasa-45068')
})

/** A ball of 96 pixels on the picture, with its corner there. */
function withBall(picture: Picture, colour: readonly [number, number, number], x = 100, y = 70): Picture {
  const { picture: ball, alpha } = paintedBall(96, colour)
  const none: Mask = { ...size, data: new Uint8Array(size.width * size.height) }
  return compositePictures(picture, pastePicture(picture, ball, x, y), pasteMask(none, alpha, x, y))
}
const ballRegion = { boxes: [[100, 70, 96, 96]] } as const
const around = { boxes: [[94, 64, 108, 108]] } as const
const [red, blue] = [
  [220, 40, 40],
  [50, 80, 220],
] as const

const shifted = (picture: Picture): Picture =>
  warpPicture(picture, similarityWarp({ center: [160, 104], to: [168, 104] }), picture)
const map = (picture: Picture, change: (level: number, i: number) => number): Picture => ({
  ...picture,
  data: picture.data.map((level, i) => Math.max(0, Math.min(255, change(level, i)))),
})

const check = (checks: readonly Check[], source: Picture, edited: Picture, tools: Toolbox = noTools) =>
  checkEdit({ item: { checks }, source, edited, tools })

/** Passes on the target, not on the source; with `most` neither on another picture nor on the target shifted or blurred. */
async function tells(
  checks: readonly Check[],
  source: Picture,
  target: Picture,
  { tools, most = false }: { readonly tools?: Toolbox; readonly most?: boolean } = {},
) {
  const verdicts: Record<string, CheckReport['verdict']> = {}
  for (const [name, edited] of Object.entries({
    target,
    source,
    ...(most && { other, shifted: shifted(target), blurred: blurPicture(target, 2.5) }),
  }))
    verdicts[name] = (await check(checks, source, edited, tools)).verdict
  const { target: own, ...rest } = verdicts
  expect(own).toBe('pass')
  for (const [name, verdict] of Object.entries(rest)) expect([name, verdict]).not.toEqual([name, 'pass'])
}

const random = new Random('checks')
const next = (): number => random.unit()

const kept: Check = { check: 'kept', outside: around }

describe('an edit of a part, without tools', () => {
  it('colour: the thing, not what is behind it', async () => {
    await tells(
      [{ check: 'colour', region: ballRegion, colour: 'blue' }, kept],
      withBall(photo, red),
      withBall(photo, blue),
      { most: true },
    )
    const wrong = await check(
      [{ check: 'colour', region: ballRegion, colour: 'green' }],
      withBall(photo, red),
      withBall(photo, blue),
    )
    expect(wrong.results[0]).toMatchObject({ verdict: 'fail' })
  })

  it('gone and filled are each other the wrong way round', async () => {
    const [without, filled] = [photo, withBall(photo, red)]
    await tells([{ check: 'gone', region: ballRegion }, kept], filled, without)
    await tells([{ check: 'filled', region: ballRegion }, kept], without, filled)
  })

  it('gone: a flat patch or a recoloured thing is not a removal', async () => {
    const source = withBall(photo, red)
    const patch = pastePicture(
      photo,
      {
        width: 96,
        height: 96,
        data: new Uint8Array(3 * 96 * 96).fill(20).map((level, i) => (i % 3 === 1 ? level : 230)),
      },
      100,
      70,
    )
    for (const edited of [patch, withBall(photo, blue)])
      expect((await check([{ check: 'gone', region: ballRegion }], source, edited)).verdict).toBe('fail')
  })

  it('gone: a thing that still shines through is not a removal', async () => {
    const source = withBall(photo, red)
    const through = (share: number): Picture =>
      map(photo, (level, i) => level + share * (source.data[i]! - level))
    const verdicts = [0, 0.3, 0.5].map(
      async (share) => (await check([{ check: 'gone', region: ballRegion }], source, through(share))).verdict,
    )
    expect(await Promise.all(verdicts)).toEqual(['pass', 'fail', 'fail'])
  })

  it('moved: from here to there', async () => {
    const to = { boxes: [[200, 100, 96, 96]] } as const
    const outside = { boxes: [...around.boxes, [194, 94, 108, 108]] } as const
    await tells(
      [
        { check: 'moved', from: ballRegion, to },
        { check: 'kept', outside },
      ],
      withBall(photo, red),
      withBall(photo, red, 200, 100),
    )
    const source = withBall(photo, red)
    const smeared = pastePicture(
      source,
      cropPicture(blurPicture(source, 9), { x: 95, y: 65, width: 106, height: 106 }),
      95,
      65,
    )
    for (const [edited, verdict] of [
      [withBall(photo, red, 150, 80), 'pass'],
      [smeared, 'fail'],
    ] as const)
      expect((await check([{ check: 'moved', from: ballRegion }], source, edited)).verdict).toBe(verdict)
  })

  it('surface: another texture in the same outline; another colour alone is none', async () => {
    const source = withBall(photo, red)
    const tiles = withBall(photo, [200, 190, 170])
    const brick = map(tiles, (level, i) => {
      const [x, y] = [Math.floor(i / 3) % size.width, Math.floor(i / 3 / size.width)]
      const isMortar = y % 8 < 2 || (x + (Math.floor(y / 8) % 2) * 8) % 16 < 2
      const isBall = tiles.data[i] !== photo.data[i]
      return isBall && isMortar ? level * 0.35 : level
    })
    await tells([{ check: 'surface', region: ballRegion }, kept], source, brick)
    expect((await check([{ check: 'surface', region: ballRegion }], source, source)).verdict).toBe('fail')
  })

  it('background: another place behind the same subject', async () => {
    const source = withBall(photo, red)
    const target = withBall(other, red)
    const polygon = Array.from(
      { length: 24 },
      (_, i) => [148 + 47 * Math.cos((i * Math.PI) / 12), 118 + 47 * Math.sin((i * Math.PI) / 12)] as const,
    )
    await tells([{ check: 'background', subject: { polygon } }], source, target, { most: true })
  })
})

describe('an edit of the whole picture', () => {
  it.each([
    ['brighter', (v: number) => v + 25],
    ['darker', (v: number) => 0.75 * v],
    ['warmer', (v: number, i: number) => v * [1.12, 1, 0.8][i % 3]!],
    ['cooler', (v: number, i: number) => v * [0.85, 1, 1.15][i % 3]!],
    ['more-contrast', (v: number) => 128 + 1.3 * (v - 128)],
    ['less-contrast', (v: number) => 128 + 0.6 * (v - 128)],
  ] as const)('tone: %s', async (change, curve) => {
    await tells([{ check: 'tone', change }], photo, map(photo, curve), { most: change === 'brighter' })
  })

  it('tone: a change that is hardly seen is none', async () => {
    const weak = map(photo, (level, i) => level + (i % 3 === 0 ? 4.5 : i % 3 === 2 ? -4.5 : 0))
    const { results } = await check([{ check: 'tone', change: 'warmer' }], photo, weak)
    expect(results[0]).toMatchObject({ verdict: 'fail', seen: expect.stringContaining('hardly seen') })
  })

  it('tone: monochrome, sepia, greyer and more colourful', async () => {
    const mixed = (share: number, tint: readonly number[] = [1, 1, 1]): Picture =>
      map(photo, (level, i) => {
        const at = i - (i % 3)
        const grey = (photo.data[at]! + photo.data[at + 1]! + photo.data[at + 2]!) / 3
        return tint[i % 3]! * (grey + share * (level - grey))
      })
    await tells([{ check: 'tone', change: 'monochrome' }], photo, mixed(0))
    await tells([{ check: 'tone', change: 'sepia' }], photo, mixed(0, [1.1, 0.95, 0.72]))
    await tells([{ check: 'tone', change: 'greyer' }], photo, mixed(0.5))
    await tells([{ check: 'tone', change: 'more-colourful' }], photo, mixed(1.6))
  })

  it.each([
    ['monochrome-drawing', () => pencilSketch(photo, { next }), false],
    ['flat', () => cartoon(photo, { tones: 6 }), false],
    ['blocks', () => pixelArt(photo, { across: 64, colours: 24, next }), false],
    ['any', () => cartoon(photo, { tones: 6 }), true],
  ] as const)('style: %s, of the same scene', async (change, draw, most) => {
    await tells([{ check: 'style', change }], photo, draw(), { most })
  })
})

const toolsOf = (tools: Partial<Record<string, object>>): Toolbox => ({
  ...noTools,
  has: (job) => job in tools,
  get: (job) => tools[job] as never,
})

describe('by what tools see', () => {
  const line = (text: string): TextLine => ({
    text,
    score: 1,
    corners: [
      [110, 80],
      [190, 80],
      [190, 100],
      [110, 100],
    ],
  })
  /** Reads what stands for a picture, in whole or cut out of it. */
  const reader = (texts: ReadonlyMap<Picture, string>) => {
    let current = ''
    return toolsOf({
      ocr: {
        read: async (picture: Picture) => {
          if (picture.width === size.width) current = texts.get(picture) ?? ''
          return current === '' ? [] : [line(current)]
        },
      },
    })
  }

  it.each([
    ['OPEN', 'CLOSED', 'CLOSED'],
    ['旧货商店', '书店', '书店'],
    // One letter of many misread.
    ['OPEN', 'WELCOME', 'WELC0NE'],
  ])('reads and reads-not: %s becomes %s', async (from, to, read) => {
    const target = withBall(photo, blue)
    const checks: readonly Check[] = [
      { check: 'reads', text: to, region: ballRegion },
      { check: 'reads-not', text: from, region: ballRegion },
      kept,
    ]
    const tools = reader(
      new Map([
        [photo, from],
        [target, read],
      ]),
    )
    expect((await check(checks, photo, target, tools)).verdict).toBe('pass')
    expect((await check(checks, photo, photo, tools)).verdict).toBe('fail')
  })

  it('reads-not says unknown where the source does not read either', async () => {
    const tools = reader(new Map([[photo, 'SHOP']]))
    const { results } = await check([{ check: 'reads-not', text: 'BAKERY' }], photo, photo, tools)
    expect(results[0]).toMatchObject({ verdict: 'unknown' })
  })

  it('appears: one more than before', async () => {
    const dog: Detection = { label: 'dog', score: 0.7, box: { x: 105, y: 75, width: 86, height: 86 } }
    const target = withBall(photo, red)
    const sees = (edited: readonly Detection[]) =>
      toolsOf({ detector: { detect: async (picture: Picture) => (picture === target ? edited : []) } })
    const checks: readonly Check[] = [{ check: 'appears', label: 'dog', region: ballRegion }, kept]
    await tells(checks, photo, target, { tools: sees([dog]) })
    expect((await check(checks, photo, target, sees([]))).verdict).toBe('fail')
    expect((await check([{ check: 'appears', label: 'unicorn' }], photo, target, sees([dog]))).verdict).toBe(
      'unknown',
    )
  })

  it('same-faces: the mesh of the same proportions where it was', async () => {
    const mesh = (stretch: number): Face => ({
      score: 1,
      box: { x: 100, y: 60, width: 80, height: 100 },
      mesh: Array.from({ length: 468 }, (_, i) => {
        if (i === 234) return [100, 110] as const
        if (i === 454) return [180, 110] as const
        const [angle, radius] = [i * 2.4, 40 * Math.sqrt(i / 468)]
        return [140 + radius * Math.cos(angle), 110 + stretch * radius * Math.sin(angle)] as const
      }),
    })
    const edited = map(photo, (v) => v + 4)
    const finds = (face: Face | undefined) =>
      toolsOf({
        faces: { find: async (picture: Picture) => (picture === photo ? [mesh(1.2)] : face ? [face] : []) },
      })
    const verdict = async (face?: Face) =>
      (await check([{ check: 'same-faces' }], photo, edited, finds(face))).verdict
    expect(await verdict(mesh(1.2))).toBe('pass')
    expect(await verdict(mesh(0.8))).toBe('fail')
    expect(await verdict()).toBe('fail')
  })
})

describe('what every report says', () => {
  it('compression alone keeps everything; a shift is told in pixels', async () => {
    const target = withBall(photo, red)
    const jpeg = await readPicture(await encodePicture(target, 'jpeg', { quality: 80 }))
    const { preservation, verdict } = await check(
      [{ check: 'filled', region: ballRegion }, kept],
      photo,
      jpeg,
    )
    expect(verdict).toBe('pass')
    expect(preservation.kept).toBeGreaterThan(0.97)
    expect(preservation.psnr).toBeGreaterThan(28)
    const moved = await check([kept], photo, shifted(photo))
    expect(moved.preservation.shift![0]).toBeCloseTo(8, 0)
    expect(moved.results.find((each) => each.check === 'intact')).toMatchObject({ verdict: 'fail' })
  })

  it('another size is stretched back and told; an item without checks gets preservation only', async () => {
    const large = resizePicture(photo, { width: 480, height: 312 })
    const { results, verdict, preservation } = await checkEdit({
      item: {},
      source: photo,
      edited: large,
      tools: noTools,
    })
    expect([results, verdict]).toEqual([[], 'unknown'])
    expect(preservation).toMatchObject({ sizeKept: false })
    expect(preservation.kept).toBeGreaterThan(0.95)
  })

  it('without the tool a check is unknown, and counts for nothing', async () => {
    const { results, verdict } = await check([{ check: 'reads', text: 'OPEN' }], photo, photo)
    expect(results[0]).toMatchObject({
      check: 'reads',
      verdict: 'unknown',
      seen: 'no tool for ocr is installed',
    })
    expect(verdict).toBe('unknown')
  })

  it('stops when it is told to', async () => {
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(
      checkEdit({ item: { checks: [kept] }, source: photo, edited: photo, tools: noTools, signal }),
    ).rejects.toThrow('enough')
  })
})
