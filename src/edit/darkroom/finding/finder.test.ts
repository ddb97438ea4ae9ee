import { describe, expect, it } from 'vitest'
import { type Mask, maskBox, type Picture } from '../../../image/index.ts'
import { openToolbox, type Toolbox } from '../../../tools/index.ts'
import type { PlanColour, Target } from '../plan.ts'
import { openFinder } from './finder.ts'

/** Draws with a function of the place. */
function drawn(
  width: number,
  height: number,
  paint: (x: number, y: number) => readonly [number, number, number],
): Picture {
  const data = new Uint8Array(3 * width * height)
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set(paint(x, y), 3 * (y * width + x))
  return { width, height, data }
}

/** The share that two masks have in common of both. */
function overlap(one: Mask, inside: (x: number, y: number) => boolean): number {
  let [both, either] = [0, 0]
  for (let i = 0; i < one.data.length; i++) {
    const [a, b] = [one.data[i]! / 255, inside(i % one.width, Math.floor(i / one.width)) ? 1 : 0]
    both += Math.min(a, b)
    either += Math.max(a, b)
  }
  return both / either
}

/** Noise of −1 to 1, the same each time. */
const noise = (x: number, y: number): number => {
  const wave = Math.sin(x * 12.9898 + y * 78.233) * 43758.5453
  return 2 * (wave - Math.floor(wave)) - 1
}

const red: PlanColour = { name: 'red', hex: '#d02020' }
const blue: PlanColour = { name: 'blue', hex: '#2060d0' }
const thing = (noun: string, more: Partial<Target> = {}): Target => ({
  type: 'thing',
  phrase: `the ${noun}`,
  noun,
  ...more,
})

/** No pack is there. */
const noTools = (): Promise<Toolbox> => openToolbox({ folder: '/nowhere', only: [] })

/** A red disc at the left, a blue one in the middle, a smaller red one at the right, on grey. */
const discs = [
  { x: 50, y: 80, r: 24, rgb: [200, 40, 36] },
  { x: 120, y: 70, r: 20, rgb: [40, 90, 200] },
  { x: 200, y: 90, r: 18, rgb: [196, 36, 40] },
] as const
const isIn = ({ x, y, r }: (typeof discs)[number], u: number, v: number): boolean =>
  Math.hypot(u - x, v - y) < r
const table = drawn(240, 160, (x, y) => {
  const disc = discs.find((each) => isIn(each, x, y))
  const light = 6 * noise(x, y)
  return (disc ? disc.rgb : ([150, 148, 146] as const)).map((c) => c + light) as unknown as [
    number,
    number,
    number,
  ]
})

describe('things by their colour, without a detector', () => {
  it.each([
    ['the only one', thing('ball', { colour: blue }), 1],
    ['by place', thing('ball', { colour: red, place: 'right' }), 2],
    ['by order', thing('ball', { colour: red, order: { index: 1, from: 'left' } }), 0],
    ['by size', thing('ball', { colour: red, size: 'smallest' }), 2],
  ])('finds %s', async (_, target, index) => {
    const found = await openFinder(table, await noTools()).find(target)
    expect(overlap(found.mask, (x, y) => isIn(discs[index]!, x, y))).toBeGreaterThan(0.93)
    expect(found.score).toBeGreaterThan(0.4)
    expect(found.score).toBeLessThan(0.8)
  })

  it('lists those that fit, and takes all where all are meant', async () => {
    const finder = openFinder(table, await noTools())
    await expect(finder.find(thing('ball', { colour: red }))).rejects.toMatchObject({
      code: 'ambiguous',
      message: expect.stringContaining('2 balls: at the left, at the right') as string,
    })
    const found = await finder.find(thing('ball', { colour: red, all: true }))
    expect(overlap(found.mask, (x, y) => isIn(discs[0], x, y) || isIn(discs[2], x, y))).toBeGreaterThan(0.93)
  })

  it('finds no colour that is not there', async () => {
    const green = { name: 'green', hex: '#30a040' }
    await expect(
      openFinder(table, await noTools()).find(thing('ball', { colour: green })),
    ).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  it('names the tool that a thing without a colour needs', async () => {
    const tools = await openToolbox({ folder: '/nowhere' })
    await expect(openFinder(table, tools).find(thing('ball'))).rejects.toThrow(
      /pentimento tools install human/,
    )
  })
})

it('does not take all that stands out for a thing that nobody knows by name', async () => {
  const { width, height } = table
  const all: Mask = { width, height, data: new Uint8Array(width * height).fill(255) }
  for (let y = 0; y < height; y++) all.data.fill(0, y * width, y * width + (y % 3 === 0 ? width - 1 : 60))
  for (const [at, y] of [0, height - 1].entries()) all.data.fill(255, y * width, y * width + width - at)
  const tools = {
    has: (job: string) => job === 'matting',
    get: () => ({ matte: () => Promise.resolve(all) }),
  }
  await expect(openFinder(table, tools as unknown as Toolbox).find(thing('propeller'))).rejects.toMatchObject(
    { code: 'not-found' },
  )
})

/** Evening: violet above, orange at the horizon, over rough dark land with a peak. */
const ridge = (x: number): number => 90 - 26 * Math.max(0, 1 - Math.abs(x - 150) / 60)
const evening = drawn(300, 160, (x, y) => {
  if (y >= ridge(x)) {
    const rough = 26 * noise(x, y)
    return [70 + rough, 60 + rough, 48 + rough]
  }
  const down = y / 90
  const light = 1.5 * noise(x, y)
  return [90 + 160 * down + light, 80 + 90 * down + light, 130 - 20 * down + light]
})

describe('the scene', () => {
  it('has a sky of any colour, to the ridge, and ground below it', async () => {
    const finder = openFinder(evening, await noTools())
    const sky = await finder.find({ type: 'sky', phrase: 'the sky' })
    expect(overlap(sky.mask, (x, y) => y < ridge(x))).toBeGreaterThan(0.97)
    const ground = await finder.find({ type: 'ground', phrase: 'the ground' })
    expect(overlap(ground.mask, (x, y) => y >= ridge(x))).toBeGreaterThan(0.8)
  })

  it('has no sky where all is rough', async () => {
    const rough = drawn(200, 120, (x, y) => [120 + 80 * noise(x, y), 110 + 80 * noise(y, x), 90])
    await expect(
      openFinder(rough, await noTools()).find({ type: 'sky', phrase: 'the sky' }),
    ).rejects.toMatchObject({ code: 'not-found' })
  })

  it('has no sky where a pale wall goes down to the floor', async () => {
    const wall = drawn(240, 160, (x, y) => {
      const isRough = x > 170 || y > 148
      const light = isRough ? 120 + 90 * noise(x >> 3, y >> 3) : 205 + 0.2 * y + noise(x, y)
      return [light, light, light + 2]
    })
    await expect(
      openFinder(wall, await noTools()).find({ type: 'sky', phrase: 'the sky' }),
    ).rejects.toMatchObject({ code: 'not-found' })
  })

  it('has masks of the full size where the picture is larger than what is analysed', async () => {
    const large = drawn(1400, 747, (x, y) => {
      const at = 3 * (Math.floor((y * 160) / 747) * 300 + Math.floor((x * 300) / 1400))
      return [evening.data[at]!, evening.data[at + 1]!, evening.data[at + 2]!]
    })
    const finder = openFinder(large, await noTools())
    const { mask, box } = await finder.find({ type: 'sky', phrase: 'the sky' })
    expect([mask.width, mask.height]).toEqual([1400, 747])
    expect(box).toEqual(maskBox(mask, 64))
    expect(overlap(mask, (x, y) => (y * 160) / 747 < ridge((x * 300) / 1400))).toBeGreaterThan(0.97)
    const coarse = (await finder.find({ type: 'sky', phrase: 'the sky' }, { coarse: true })).mask
    expect([coarse.width, coarse.height]).toEqual([1280, 683])
    expect(overlap(coarse, (x, y) => (y * 160) / 683 < ridge((x * 300) / 1280))).toBeGreaterThan(0.97)
  })
})

describe('a region', () => {
  const target: Target = { type: 'region', phrase: 'this' }

  it('is the mask that was given', async () => {
    const mask: Mask = { width: 240, height: 160, data: new Uint8Array(240 * 160).fill(90, 0, 2400) }
    const found = await openFinder(table, await noTools(), { region: mask }).find(target)
    expect(found.mask).toBe(mask)
    expect(found.box).toEqual({ x: 0, y: 0, width: 240, height: 10 })
  })

  it('is the box where no tool can say what is in it', async () => {
    const region = { x: 20, y: 30, width: 60, height: 50 }
    const found = await openFinder(table, await noTools(), { region }).find(target)
    expect(found.box).toEqual(region)
    expect(overlap(found.mask, (x, y) => x >= 20 && x < 80 && y >= 30 && y < 80)).toBe(1)
  })

  it('is asked for where none was given', async () => {
    await expect(openFinder(table, await noTools()).find(target)).rejects.toThrow(/give --box or --mask/)
  })
})

/** Tools of which only the matting is there, and says this. */
function onlyMatte(size: Picture, inside: (x: number, y: number) => boolean): Toolbox {
  const { width, height } = size
  const data = new Uint8Array(width * height).map((_, i) =>
    inside(i % width, Math.floor(i / width)) ? 255 : 0,
  )
  return {
    has: (job: string) => job === 'matting',
    get: () => ({ matte: () => Promise.resolve({ width, height, data }) }),
  } as unknown as Toolbox
}

describe('what stands out', () => {
  const stones = [
    [60, 70, 16],
    [130, 100, 26],
    [200, 60, 14],
    [215, 125, 18],
  ] as const
  const lies = (at: number, x: number, y: number): boolean =>
    Math.hypot(x - stones[at]![0], y - stones[at]![1]) < stones[at]![2]
  const lake = drawn(260, 160, (x, y) => {
    const light = 5 * noise(x, y)
    if (y < 24) return [70 + light, 62 + light, 54 + light]
    return stones.some((_, at) => lies(at, x, y))
      ? [78 + 2 * light, 70 + 2 * light, 62 + 2 * light]
      : [120 + light, 150 + light, 190 + light]
  })
  const tools = onlyMatte(lake, (x, y) => lies(1, x, y))

  it('is all that is like it on the same ground where all are meant, and no shore', async () => {
    const finder = openFinder(lake, tools)
    const one = await finder.find(thing('rock'))
    expect(overlap(one.mask, (x, y) => lies(1, x, y))).toBeGreaterThan(0.9)
    const all = await finder.find(thing('rock', { all: true }))
    expect(overlap(all.mask, (x, y) => stones.some((_, at) => lies(at, x, y)))).toBeGreaterThan(0.9)
  })

  it('is no door where it is as small as a knob', async () => {
    const wood = drawn(240, 160, (x, y) =>
      Math.hypot(x - 90, y - 80) < 12 ? [210, 200, 160] : [150 + 10 * noise(x, y), 40, 25],
    )
    const knob = onlyMatte(wood, (x, y) => Math.hypot(x - 90, y - 80) < 12)
    await expect(openFinder(wood, knob).find(thing('door'))).rejects.toMatchObject({ code: 'not-found' })
    expect((await openFinder(wood, knob).find(thing('knob'))).score).toBe(0.5)
  })

  it('goes before what of its colour runs from side to side', async () => {
    const cyan: PlanColour = { name: 'cyan', hex: '#24a8a8' }
    const isBell = (x: number, y: number): boolean => Math.hypot(x - 120, y - 100) < 22
    const sea = drawn(240, 160, (x, y) =>
      y < 30 || (isBell(x, y) && y < 102)
        ? [30, 190 + 4 * noise(x, y), 200]
        : isBell(x, y)
          ? [200, 170, 220]
          : [10, 30 + 4 * noise(x, y), 110],
    )
    const found = await openFinder(sea, onlyMatte(sea, isBell)).find(thing('jellyfish', { colour: cyan }))
    expect(overlap(found.mask, isBell)).toBeGreaterThan(0.9)
  })
})

it('takes clouds to the sky that are lighter than it and have no edge', async () => {
  const cloudy = drawn(300, 160, (x, y) => {
    const rough = 26 * noise(x, y)
    if (y >= 110) return [40 + rough, 46 + rough, 40 + rough]
    const cloud = Math.max(0, 1 - Math.hypot((x - 190) / 90, (y - 66) / 40)) ** 0.7
    const light = noise(x, y) + 52 * cloud
    return [18 + 0.4 * light, 60 + 0.9 * light, 72 + light]
  })
  const { mask } = await openFinder(cloudy, await noTools()).find({ type: 'sky', phrase: 'the sky' })
  expect(overlap(mask, (_, y) => y < 110)).toBeGreaterThan(0.95)
})

it('takes the whole picture', async () => {
  const { mask, box } = await openFinder(table, await noTools()).find({ type: 'picture', phrase: 'it' })
  expect(box).toEqual({ x: 0, y: 0, width: 240, height: 160 })
  expect(mask.data.every((value) => value === 255)).toBe(true)
})
