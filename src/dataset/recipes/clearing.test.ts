import { describe, expect, it } from 'vitest'
import { paintedBall } from '../../../test/pictures/painted.ts'
import {
  boxMask,
  compositePictures,
  cropMask,
  differenceMap,
  evenMask,
  intersectMasks,
  type Mask,
  maskBox,
  type Picture,
  pasteMask,
  pastePicture,
  peakSignalToNoise,
} from '../../image/index.ts'
import { Random } from '../../random/index.ts'
import { type Toolbox, ToolError } from '../../tools/index.ts'
import type { AnnotatedThing, Annotation } from '../annotations/annotation.ts'
import { unrestAround } from './clearing.ts'
import { displacement } from './motion/displace.ts'
import { realThings } from './real.ts'
import type { Cutout, Donors, RecipeContext } from './recipe.ts'
import { subjectTwin, subjectUncover } from './subject-add.ts'
import { subjectErase, subjectUntwin } from './subject-remove.ts'
import { subjectExchange } from './subject-replace.ts'

const size = { width: 192, height: 144 }

/** Even ground with a little grain, or with blocks like houses. */
function ground(busy = false): Picture {
  const random = new Random('ground')
  const data = new Uint8Array(3 * size.width * size.height)
  for (let y = 0; y < size.height; y++)
    for (let x = 0; x < size.width; x++) {
      const grain = random.below(13) - 6
      const block = busy ? ((Math.floor(x / 17) * 7 + Math.floor(y / 13) * 11) % 5) * 40 : 80
      for (let c = 0; c < 3; c++) data[3 * (y * size.width + x) + c] = block + [30, 50, 10][c]! + grain
    }
  return { ...size, data }
}

const [left, top, side] = [120, 60, 40]

/** The ground with a red ball, and its coverage. */
function withBall(bare: Picture): { picture: Picture; alpha: Mask } {
  const { picture, alpha } = paintedBall(side, [210, 40, 30])
  const full = pasteMask(evenMask(size.width, size.height, 0), alpha, left, top)
  return { picture: compositePictures(bare, pastePicture(bare, picture, left, top), full), alpha: full }
}

const thing = (
  box: Partial<AnnotatedThing['box']> = {},
  more: Partial<AnnotatedThing> = {},
): AnnotatedThing => ({
  name: { en: 'ball', cn: '球' },
  label: 'sports ball',
  box: { x: left, y: top, width: side, height: side, ...box },
  score: 0.8,
  from: 'detector',
  nature: 'object',
  height: 0.22,
  ...more,
})

const facts = { implementation: 'test', version: '1', concurrency: 1, timeLimitSeconds: 10 }

/** Tools that see the ball as it is, wherever they look. */
function tools(alpha: Mask): Toolbox {
  const jobs: Record<string, object> = {
    segmenter: {
      segment: async (_: Picture, { x, y, width, height }: AnnotatedThing['box']) =>
        intersectMasks(
          alpha,
          boxMask(size.width, size.height, { x: x - 4, y: y - 4, width: width + 8, height: height + 8 }),
        ),
    },
    matting: {
      matte: async ({ width, height }: Picture) =>
        width === size.width
          ? alpha
          : cropMask(alpha, {
              x: Math.max(0, left - side * 0.4),
              y: Math.max(0, top - side * 0.4),
              width,
              height,
            }),
    },
  }
  return {
    has: (job) => job in jobs,
    get: (job) => {
      if (!(job in jobs)) throw new ToolError('tool-missing', job)
      return { facts, ...jobs[job] } as never
    },
    close: async () => {},
  }
}

const beachBall: Cutout = {
  id: 'beach ball',
  name: { en: 'beach ball', cn: '沙滩球' },
  facts: { habitat: 'ball', size: 0.25 },
  ...paintedBall(120, [30, 60, 220]),
}
const donors: Donors = { cutout: async () => beachBall, picture: async () => undefined }

function context(alpha: Mask, things: readonly AnnotatedThing[] = [thing()]): RecipeContext {
  const annotation: Annotation = { things, surfaces: [] }
  return { tools: tools(alpha), donors, random: new Random(1), annotation }
}

const source = (picture: Picture) => ({ id: 'ball', name: 'ball', picture })

describe('a real thing', () => {
  it('is taken out so that the ground goes on, and nothing else changes', async () => {
    const bare = ground()
    const { picture, alpha } = withBall(bare)
    const draft = await subjectErase.draft(source(picture), context(alpha))
    expect(draft.facts).toMatchObject({
      kind: 'subject-remove',
      subject: { en: 'ball' },
      place: { en: 'on the right' },
    })
    expect(peakSignalToNoise(bare, draft.target)).toBeGreaterThan(30)
    const changed = differenceMap(picture, draft.target)
    expect(changed.data.every((value, i) => value === 0 || draft.region!.data[i]! > 0)).toBe(true)
  })

  it('is added where it was taken out: the photograph is the target', async () => {
    const { picture, alpha } = withBall(ground())
    const draft = await subjectUncover.draft(source(picture), context(alpha))
    expect(draft.target).toBe(picture)
    expect(draft.facts).toMatchObject({ kind: 'subject-add', subject: { en: 'ball' } })
  })

  it('is there a second time beside it, on the same ground; the photograph is one side', async () => {
    const { picture, alpha } = withBall(ground())
    const added = await subjectTwin.draft(source(picture), context(alpha))
    expect(added.source).toBe(picture)
    expect(added.facts).toMatchObject({ kind: 'subject-add', subject: { en: 'ball' } })
    const box = maskBox(added.region!, 128)!
    expect(box.x + box.width).toBeLessThan(left)
    const changed = differenceMap(picture, added.target)
    expect(changed.data.every((value, i) => value === 0 || added.region!.data[i]! > 0)).toBe(true)
    const gone = await subjectUntwin.draft(source(picture), context(alpha))
    expect(gone.target).toBe(picture)
    // Two of a name are told apart by their places.
    expect(gone.facts).toMatchObject({ place: { en: expect.not.stringContaining('on the right') } })
  })

  it('has no second one where the ground beside it is another', async () => {
    const { picture, alpha } = withBall(ground(true))
    await expect(subjectTwin.draft(source(picture), context(alpha))).rejects.toThrow('no-place')
  })

  it('is replaced by one of its sort, at the scale that its height tells', async () => {
    const { picture, alpha } = withBall(ground())
    const draft = await subjectExchange.draft(source(picture), context(alpha))
    expect(draft.facts).toMatchObject({ from: { en: 'ball' }, to: { en: 'beach ball' } })
    expect(draft.parameters.height).toBeCloseTo((0.25 / 0.22) * side, -1)
    expect(draft.donors).toEqual(['beach ball'])
  })

  it('stays where something else would be carried into its place', async () => {
    const { picture, alpha } = withBall(ground())
    // A dark bar that ends at the ball: filling carries it on.
    const data = picture.data.slice()
    for (let y = top + 8; y < top + 32; y++)
      for (let x = 96; x < 148; x++)
        if (alpha.data[y * size.width + x] === 0)
          data.fill(5, 3 * (y * size.width + x), 3 * (y * size.width + x) + 3)
    await expect(subjectErase.draft(source({ ...picture, data }), context(alpha))).rejects.toThrow(
      /stain|unrest/,
    )
  })

  it('is there in spite of a guess in the same place', () => {
    const guess = thing({ x: left + 10 }, { name: { en: 'cat', cn: '猫' }, label: 'cat', score: 0.36 })
    const demands = { least: 0.002, most: 0.3 }
    expect(realThings(ground(), { things: [thing(), guess] }, demands)).toHaveLength(1)
    expect(realThings(ground(), { things: [thing(), { ...guess, score: 0.6 }] }, demands)).toHaveLength(0)
  })

  it('goes with what its mask has lost, where that stands out with it', async () => {
    const bare = ground()
    const { picture, alpha } = withBall(bare)
    const upper = boxMask(size.width, size.height, { x: 0, y: 0, width: size.width, height: top + 28 })
    const lost = context(intersectMasks(alpha, upper))
    const whole = context(alpha).tools
    const tools: Toolbox = {
      ...lost.tools,
      get: (job) => (job === 'segmenter' ? lost.tools : whole).get(job),
    }
    const draft = await subjectErase.draft(source(picture), { ...lost, tools })
    expect(peakSignalToNoise(bare, draft.target)).toBeGreaterThan(30)
  })

  it('is moved along its ground, with what is behind it filled', async () => {
    const bare = ground()
    const { picture, alpha } = withBall(bare)
    const draft = await displacement.draft(source(picture), context(alpha))
    expect(draft.facts).toMatchObject({
      kind: 'motion_change',
      subject: { en: 'ball' },
      motion: { en: 'move to the left' },
    })
    const redness = (each: Picture, x: number): number => {
      const i = 3 * ((top + side / 2) * size.width + x)
      return each.data[i]! - each.data[i + 1]!
    }
    const now = left + side / 2 + Number(draft.parameters.right) * side
    expect(redness(draft.target, Math.round(now))).toBeGreaterThan(60)
    expect(redness(draft.target, left + side / 2)).toBeLessThan(0)
  })

  it('stays where something stands wherever it could go', async () => {
    const { picture, alpha } = withBall(ground())
    const wall = thing({ x: 0, y: 40, width: 112, height: 80 }, { label: 'couch', score: 0.5 })
    await expect(displacement.draft(source(picture), context(alpha, [thing(), wall]))).rejects.toThrow(
      'no-place',
    )
  })

  it('stays where what is around it is no ground that can be carried on', async () => {
    const { picture, alpha } = withBall(ground(true))
    await expect(subjectErase.draft(source(picture), context(alpha))).rejects.toThrow('unrest')
    const hole = boxMask(size.width, size.height, { x: left, y: top, width: side, height: side })
    expect(unrestAround(ground(true), hole)).toBeGreaterThan(3 * unrestAround(ground(), hole))
  })
})

describe('realThings', () => {
  const demands = { least: 0.002, most: 0.3 }
  const of = (...things: AnnotatedThing[]) => realThings(ground(), { things }, demands)

  it('are told apart by their places, else they are meant all together', () => {
    const apart = of(thing(), thing({ x: 10 }))
    expect(apart.map(({ place, all }) => place?.en ?? all)).toEqual(['on the right', 'on the left', true])
    const close = of(thing(), thing({ x: left + 24, width: 20 }, {}))
    expect(close.map(({ all }) => all)).toEqual([true])
  })

  it('go with what is worn, and are left where they are tangled with what is not', () => {
    const person = thing(
      { y: 30, height: 80 },
      { name: { en: 'person', cn: '人' }, label: 'person', nature: 'person' },
    )
    const bag = thing({ width: 14, height: 14 }, { name: { en: 'handbag', cn: '手提包' }, label: 'handbag' })
    expect(of(person, bag).map(({ name, attached }) => [name.en, attached.length])).toEqual([['person', 1]])
    const horse = thing({ width: 60, y: 60, height: 60 }, { name: { en: 'horse', cn: '马' }, label: 'horse' })
    expect(of(person, horse)).toEqual([])
  })
})
