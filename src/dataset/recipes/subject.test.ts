import { describe, expect, it } from 'vitest'
import { paintedBall } from '../../../test/pictures/painted.ts'
import { mattingOf } from '../../../test/recipes.ts'
import { boxMask, compositePictures, intersectMasks, type Mask, type Picture } from '../../image/index.ts'
import { Random } from '../../random/index.ts'
import { type Detection, type Face, type Toolbox, ToolError } from '../../tools/index.ts'
import type { AnnotatedThing } from '../annotations/annotation.ts'
import { backgroundChange } from './background_change.ts'
import { topOf } from './clothes.ts'
import { materialAlter } from './material_alter.ts'
import type { Donors, RecipeContext } from './recipe.ts'
import { subjectOf } from './subject.ts'
import { surfacedThing } from './surfaced.ts'

const [width, height, side] = [160, 128, 80]
const [left, top] = [40, 24]

/** An orange ball before a grey wall, and its coverage. */
const { picture, alpha } = ((): { picture: Picture; alpha: Mask } => {
  const ball = paintedBall(side, [220, 130, 40])
  const wall = { width, height, data: new Uint8Array(3 * width * height).fill(120) }
  const over = { width, height, data: new Uint8Array(3 * width * height) }
  const mask = { width, height, data: new Uint8Array(width * height) }
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const [from, to] = [y * side + x, (y + top) * width + x + left]
      mask.data[to] = ball.alpha.data[from]!
      over.data.set(ball.picture.data.subarray(3 * from, 3 * from + 3), 3 * to)
    }
  return { picture: compositePictures(wall, over, mask), alpha: mask }
})()

const box = { x: left, y: top, width: side, height: side }

interface Seen {
  readonly matte?: Mask
  readonly detections?: readonly Detection[]
  readonly faces?: readonly Face[]
}

function toolsSeeing({ matte = alpha, detections = [], faces = [] }: Seen): Toolbox {
  const jobs: Record<string, object> = {
    matting: { matte: mattingOf(matte) },
    detector: { detect: async () => detections },
    faces: { find: async () => faces },
  }
  const facts = { implementation: 'test', version: '1', concurrency: 1, timeLimitSeconds: 10 }
  return {
    has: (job) => job in jobs,
    get: (job) => {
      if (!(job in jobs)) throw new ToolError('tool-missing', job)
      return { facts, ...jobs[job] } as never
    },
    close: async () => {},
  }
}

const donors: Donors = { cutout: async () => undefined, picture: async () => undefined }

function context(seen: Seen, things: readonly AnnotatedThing[] = []): RecipeContext {
  return {
    tools: toolsSeeing(seen),
    donors,
    random: new Random(1),
    annotation: { things, surfaces: [], light: 'day' },
  }
}

const source = { id: 'ball', name: 'ball', picture }
const demands = { least: 0.04, most: 0.75, doubt: 0.06 }
const person: AnnotatedThing = {
  name: { en: 'person', cn: '人' },
  label: 'person',
  box,
  score: 0.6,
  from: 'detector',
  nature: 'person',
}

describe('the main subject', () => {
  it('has the name of what was detected there, but not that of one of several', async () => {
    const whole = { label: 'dog', score: 0.7, box }
    const part = { label: 'dog', score: 0.5, box: { ...box, width: side / 2 } }
    const nameWith = async (...detections: Detection[]): Promise<string | undefined> =>
      (await subjectOf(picture, toolsSeeing({ detections }), demands)).name?.en
    expect(await nameWith(whole)).toBe('dog')
    expect(await nameWith(whole, part)).toBeUndefined()
    expect(await nameWith({ ...whole, label: 'dining table' })).toBeUndefined()
  })

  it('is none where its outline is not seen', async () => {
    const upper = intersectMasks(alpha, boxMask(width, height, { x: 0, y: 0, width, height: top + 36 }))
    await expect(subjectOf(picture, toolsSeeing({ matte: upper }), demands)).rejects.toThrow('unseen-outline')
  })

  it('has no haze far from what is surely covered', async () => {
    const hazy = { ...alpha, data: alpha.data.map((value, i) => (i % width < 20 ? 60 : value)) }
    const { matte } = await subjectOf(picture, toolsSeeing({ matte: hazy }), demands)
    expect(matte.data[60 * width + 8]).toBe(0)
    expect(matte.data[60 * width + left + side / 2]).toBe(255)
  })
})

it('a subject is none where a little less of the picture gives another', async () => {
  const half = intersectMasks(alpha, boxMask(width, height, { x: 0, y: 0, width: left + side / 2, height }))
  const [of, ofHalf] = [mattingOf(alpha), mattingOf(half)]
  const seen = toolsSeeing({})
  const matting = { matte: (each: Picture) => (each.width === width ? of(each) : ofHalf(each)) }
  const tools: Toolbox = { ...seen, get: (job) => (job === 'matting' ? matting : seen.get(job)) as never }
  await expect(subjectOf(picture, tools, demands)).rejects.toThrow('unsteady-matte')
})

describe('a main subject without a name', () => {
  it('stays before its background where other things are known in it', async () => {
    const known = [{ ...person, box: { ...box, width: side / 2 } }]
    await expect(backgroundChange.draft(source, context({}, known))).rejects.toThrow('no-name')
  })

  it('stays before another background, and is not named', async () => {
    const draft = await backgroundChange.draft(source, context({}))
    expect(draft.facts).toEqual({ kind: 'background_change', background: expect.anything() })
    expect(draft.target.data.subarray(0, 3)).not.toEqual(picture.data.subarray(0, 3))
  })

  it('is called the main subject where it gets another material or colour', async () => {
    const remade = await materialAlter.draft(source, context({}))
    expect(remade.facts).toMatchObject({ object: { en: 'main subject' } })
    expect(remade.facts).not.toHaveProperty('place')
    const { name } = await surfacedThing(picture, context({}), demands)
    expect(name.en).toBe('main subject')
  })

  it('stays as it is where a person or a face is seen', async () => {
    await expect(materialAlter.draft(source, context({}, [{ ...person, score: 0.36 }]))).rejects.toThrow(
      'person',
    )
    const face: Face = { box: { x: 70, y: 40, width: 20, height: 20 }, score: 0.7, mesh: [] }
    await expect(materialAlter.draft(source, context({ faces: [face] }))).rejects.toThrow('person')
  })
})

it('somebody of whom only the upper body is seen does not stand before another background', async () => {
  const wide = { label: 'person', score: 0.7, box }
  await expect(backgroundChange.draft(source, context({ detections: [wide] }))).rejects.toThrow('cut-off')
})

it('clothes are those of one person, whose face is seen', async () => {
  const of = (...things: AnnotatedThing[]) => topOf(picture, context({}, things))
  await expect(of()).rejects.toThrow('no-person')
  await expect(of(person, { ...person, box: { ...box, width: 40 } })).rejects.toThrow('several-people')
  await expect(of(person)).rejects.toThrow('no-face')
})
