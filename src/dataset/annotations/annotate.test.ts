import { describe, expect, it } from 'vitest'
import { unknownScene } from '../../../test/dataset/annotated.ts'
import { evenMask, type Picture, pictureHash } from '../../image/index.ts'
import { scaleAt } from '../../operations/index.ts'
import { type Detection, type Toolbox, ToolError } from '../../tools/index.ts'
import type { Source } from '../recipes/recipe.ts'
import { annotate } from './annotate.ts'
import type { AnnotatedThing } from './annotation.ts'
import { freeRooms } from './rooms.ts'
import { groundScale } from './scale.ts'

const size = { width: 240, height: 180 }

/** A blue sky over a green field, with the horizon at a share of the height. */
function meadow(horizon = 0.45): Source {
  const { width, height } = size
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => {
    const [row, c] = [Math.floor(i / 3 / width), i % 3]
    const ripple = row >= horizon * height ? ((Math.floor(i / 3) * 7) % 23) - 11 : 0
    return (row < horizon * height ? [110, 165, 235][c]! + row / 6 : [90, 150, 50][c]!) + ripple
  })
  const picture: Picture = { width, height, data }
  return { id: pictureHash(picture), name: 'meadow', picture }
}

/** Only some jobs are there. */
function toolbox(jobs: Record<string, object>): Toolbox {
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

const cows: Detection[] = [
  { label: 'cow', score: 0.8, box: { x: 30, y: 100, width: 40, height: 29 } },
  { label: 'cow', score: 0.7, box: { x: 150, y: 92, width: 22, height: 14.5 } },
]

/** In the whole picture; in parts of it nothing more. */
const cowsIn = async ({ width }: Picture): Promise<readonly Detection[]> => (width === size.width ? cows : [])

describe('annotate', () => {
  it('finds sky and grass of a meadow without a tool, and its horizon', async () => {
    const { surfaces, horizon, place, light, background } = await annotate(meadow(), toolbox({}))
    expect(surfaces.map(({ kind }) => kind)).toEqual(['sky', 'grass'])
    expect(horizon).toBeCloseTo(0.45, 1)
    expect([place, light]).toEqual(['outdoors', 'day'])
    expect(background?.en).toContain('meadow')
  })

  it('takes the scale of the ground from things of known height, and puts nothing where they are', async () => {
    const detector = { detect: cowsIn }
    const { surfaces, things } = await annotate(meadow(), toolbox({ detector }))
    expect(things.map(({ name, nature }) => [name.cn, nature])).toEqual([
      ['牛', 'animal'],
      ['牛', 'animal'],
    ])
    const grass = surfaces.find(({ kind }) => kind === 'grass')!
    // A cow at the foot of the first is as high as it is.
    const metre = scaleAt(grass, 129 / 180, { ...size, data: new Uint8Array() })
    expect(29 / metre).toBeGreaterThan(1.2)
    expect(29 / metre).toBeLessThan(1.75)
    for (const { kind, area } of surfaces)
      if (kind === 'grass')
        for (const { box } of cows) {
          const apart =
            area[2] * 240 <= box.x + 4 ||
            area[0] * 240 >= box.x + box.width - 4 ||
            area[1] * 180 >= box.y + box.height - 4
          expect(apart).toBe(true)
        }
  })

  it('believes a sidecar before anything else', async () => {
    const sidecar = {
      background: { en: 'a golf course', cn: '高尔夫球场' },
      subject: { en: 'golf cart', cn: '高尔夫球车', nature: 'vehicle' },
      things: [{ en: 'ox', cn: '公牛', box: [0.12, 0.55, 0.3, 0.72], nature: 'animal' }],
      surfaces: [],
    } as const
    const detector = { detect: cowsIn }
    const found = await annotate({ ...meadow(), sidecar }, toolbox({ detector }))
    expect(found).toMatchObject({
      background: sidecar.background,
      subject: { en: 'golf cart' },
      surfaces: [],
    })
    expect(found.things.map(({ name, from }) => [name.en, from])).toEqual([
      ['ox', 'sidecar'],
      ['cow', 'detector'],
    ])
  })

  it('asks a vision model one structured question, and takes its names', async () => {
    const asked: unknown[] = []
    const answer = {
      things: [
        {
          en: 'a Jersey cow',
          cn: '泽西牛',
          nature: 'animal',
          height_m: 1.25,
          box: { left: 12, top: 55, right: 30, bottom: 72 },
        },
        {
          en: 'nameless',
          cn: 'x',
          nature: 'object',
          height_m: 0,
          box: { left: 0, top: 0, right: 9, bottom: 9 },
        },
      ],
      main_subject: { en: 'Jersey cow', cn: '泽西牛', nature: 'animal' },
      background: { en: 'a green pasture', cn: '绿色的牧场' },
      place: 'outdoors',
      light: 'day',
    }
    const vision = {
      ask: async (question: unknown) => {
        asked.push(question)
        return `\`\`\`json\n${JSON.stringify(answer)}\n\`\`\``
      },
    }
    const detector = { detect: cowsIn }
    const found = await annotate(meadow(), toolbox({ detector, vision }))
    expect(asked).toHaveLength(1)
    expect(asked[0]).toHaveProperty('jsonSchema')
    expect(found.things.map(({ name }) => name.en)).toEqual(['Jersey cow', 'cow'])
    expect(found.background?.cn).toBe('绿色的牧场')
    expect(found.subject?.cn).toBe('泽西牛')
  })

  it('says what is wrong with an answer that is no such JSON', async () => {
    const vision = { ask: async () => 'a cow on a meadow' }
    await expect(annotate(meadow(), toolbox({ vision }))).rejects.toThrow('vision: expected JSON')
  })
})

describe('groundScale', () => {
  const person = (foot: number, height: number): AnnotatedThing => ({
    name: { en: 'person', cn: '人' },
    label: 'person',
    box: { x: 50, y: foot - height, width: height / 3, height },
    score: 0.9,
    from: 'detector',
  })

  it('recovers horizon and height of the camera from people at several distances', () => {
    // A camera at 1.5 m, the horizon at 0.4: who stands at y is (y − 0.4 H) · 1.7 / 1.5 tall.
    const people = [100, 120, 150].map((foot) => person(foot, ((foot - 0.4 * 180) * 1.7) / 1.5))
    const found = groundScale(people, size, { horizon: 0.35, deviation: 0.2 })!
    expect(found.horizon).toBeCloseTo(0.4, 1)
    expect(found.eye).toBeGreaterThan(1.3)
    expect(found.eye).toBeLessThan(1.75)
  })

  it('says nothing where nothing of known height is, or things contradict one another', () => {
    expect(groundScale(unknownScene.things, size, { horizon: 0.4, deviation: 0.1 })).toBeUndefined()
    const odd = [person(100, 80), person(150, 15), person(170, 160), person(120, 8)]
    expect(groundScale(odd, size, { horizon: 0.4, deviation: 0.1 })).toBeUndefined()
  })
})

describe('freeRooms', () => {
  it('are the largest free rectangles, apart from one another and from things', () => {
    const rooms = freeRooms(evenMask(144, 72, 255), [{ x: 48, y: 0, width: 24, height: 72 }], {
      least: 0.05,
      most: 3,
    })
    expect(rooms).toEqual([
      [0.5, 0, 1, 1],
      [0, 0, 48 / 144, 1],
    ])
    expect(freeRooms(evenMask(144, 72, 0), [], { least: 0.05, most: 3 })).toEqual([])
  })
})
