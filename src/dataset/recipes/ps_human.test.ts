import { afterAll, describe, expect, it } from 'vitest'
import { draftOf, expectSound, sourceOf, toolsFor } from '../../../test/recipes.ts'
import { resizePicture } from '../../image/index.ts'
import { distinctFaces, partMask, type Sitter, sitterOf } from '../../operations/index.ts'
import { Random } from '../../random/index.ts'
import { type Face, Rejection, type Toolbox } from '../../tools/index.ts'
import { eyeRetouches, mouthRetouches } from './human/features.ts'
import { framedAnew } from './human/framing.ts'
import type { Retouch } from './human/retouch.ts'
import { shapeRetouches } from './human/shape.ts'
import { skinRetouches } from './human/skin.ts'
import { psHuman } from './ps_human.ts'

const { tools, missing } = await toolsFor(['faces'])
afterAll(() => tools.close())

const portrait = await sourceOf('faces/astronaut.jpg', 320)
const retouches: readonly Retouch[] = [
  ...skinRetouches,
  ...eyeRetouches,
  ...mouthRetouches,
  ...shapeRetouches,
]

it('portraits are framed anew around the face, each in its own way', () => {
  const point = (x: number, y: number) => [x, y] as const
  const mesh = Array.from({ length: 468 }, (_, i) => point(i === 454 ? 180 : 100, 90))
  const face: Face = { box: { x: 95, y: 60, width: 60, height: 70 }, score: 1, mesh }
  const [width, height] = [320, 304]
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => Math.floor(i / 3) % 251)
  const sizes = new Set<string>()
  for (let seed = 0; seed < 40; seed++) {
    const framed = framedAnew({ width, height, data }, face, new Random(seed))
    sizes.add(`${framed.width}×${framed.height}`)
    expect([framed.width % 16, framed.height % 16]).toEqual([0, 0])
    expect(Math.min(framed.width, framed.height)).toBeGreaterThanOrEqual(160)
    // The face is in it whole.
    const corners = [60 * width + 95, 129 * width + 154].map((i) => i % 251)
    expect(corners.every((level) => framed.data.includes(level))).toBe(true)
  }
  expect(sizes.size).toBeGreaterThan(10)
})

it('a face that was found twice is one', () => {
  const at = (x: number, width: number): Face => ({
    score: 1,
    mesh: [],
    box: { x, y: 10, width, height: width },
  })
  const [face, within, other] = [at(10, 80), at(30, 50), at(120, 60)]
  expect(distinctFaces([face, within, other])).toEqual([face, other])
})

// Without the pack there is no mesh to retouch by.
describe.skipIf(missing)('retouches', async () => {
  const { picture } = portrait
  const found: readonly Face[] = missing ? [] : await tools.get('faces').find(picture)
  const sitter = (): Sitter => {
    const [face] = found as [Face]
    return sitterOf(picture, face)
  }

  it('know skin from eyes, lips and what is around the face', () => {
    const {
      face,
      maps: { skin },
    } = sitter()
    const share = (part: 'leftEye' | 'rightEye' | 'lips') => {
      const mask = partMask(picture, face, [part], 0)
      const inside = [...mask.data.keys()].filter((i) => mask.data[i] === 255)
      return inside.reduce((sum, i) => sum + skin.data[i]!, 0) / inside.length
    }
    expect(Math.max(share('leftEye'), share('rightEye'), share('lips'))).toBeLessThan(0.15)
    const [x, y] = face.mesh[50]!
    expect(skin.data[Math.round(y) * picture.width + Math.round(x)]).toBeGreaterThan(0.7)
    expect(skin.data[0]).toBe(0)
  })

  it.each(retouches)('$name changes the face, and little of where its points are', async (retouch) => {
    const before = sitter()
    const { picture: after } = retouch.apply(before, new Random('retouch'))
    expect(after.data).not.toEqual(picture.data)
    const [face] = await tools.get('faces').find(after)
    const moved =
      before.face.mesh
        .slice(0, 468)
        .reduce((sum, [x, y], i) => sum + Math.hypot(face!.mesh[i]![0] - x, face!.mesh[i]![1] - y), 0) /
      468 /
      before.size
    expect(moved).toBeLessThan(retouch.moves)
  })

  it('make a face slimmer by its mesh', async () => {
    const before = sitter()
    const { picture: after } = shapeRetouches[0]!.apply(before, new Random('slim'))
    const [face] = await tools.get('faces').find(after)
    const jaw = ({ mesh }: Face) => Math.hypot(mesh[172]![0] - mesh[397]![0], mesh[172]![1] - mesh[397]![1])
    expect(jaw(face!)).toBeLessThan(0.99 * jaw(before.face))
  })
})

describe.skipIf(missing)('recipes of ps_human', () => {
  // Of a smaller face no form is bent.
  const large = sourceOf('faces/astronaut.jpg', 512).then(({ picture, ...source }) => {
    const size = { width: 2 * picture.width, height: 2 * picture.height }
    return { ...source, picture: resizePicture(picture, size) }
  })

  it('leave children alone, and put no make-up on a beard, by what the tool says of a face', async () => {
    const found = await tools.get('faces').find(portrait.picture)
    const looking = (looks: Partial<Face>): Toolbox => ({
      ...tools,
      get: () =>
        ({
          ...tools.get('faces'),
          find: async () => found.map((face) => ({ ...face, ...looks })),
        }) as never,
    })
    const lips = psHuman.find(({ name }) => name === 'ps_human/mouth')!
    await expect(draftOf(lips, portrait, { tools: looking({ age: 9 }) })).rejects.toThrow('on-a-child')
    const names = new Set<string>()
    for (let seed = 0; seed < 12; seed++)
      await draftOf(lips, portrait, { tools: looking({ age: 40, male: 0.98 }), seed }).then(
        ({ parameters }) => names.add(String(parameters.retouch)),
        () => undefined,
      )
    expect([...names].filter((name) => name.startsWith('lips') || name === 'blush')).toEqual([])
  })

  it.each(psHuman)('$name: sound drafts, the same again for the same seed', async (recipe) => {
    // A retouch that is hardly seen is refused, so that not every seed gives a draft.
    const sitter = recipe.name === 'ps_human/shape' ? await large : portrait
    for (let seed = 0; ; seed++) {
      const draft = await draftOf(recipe, sitter, { tools, seed }).catch((error: unknown) => {
        if (!(error instanceof Rejection) || seed > 5) throw error
      })
      if (draft === undefined) continue
      expectSound(draft)
      expect(draft.facts.kind).toBe('ps_human')
      expect(await draftOf(recipe, sitter, { tools, seed })).toEqual(draft)
      break
    }
  })

  it('leave photographs without faces', async () => {
    await expect(
      draftOf(psHuman[0]!, await sourceOf('photos/galen-crout-175291.jpg'), { tools }),
    ).rejects.toThrow('no-face')
  })
})
