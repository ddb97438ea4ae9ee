import { afterAll, describe, expect, it } from 'vitest'
import { sourceOf, toolsFor } from '../../../../test/recipes.ts'
import {
  boxMask,
  cropPicture,
  evenMask,
  type Picture,
  pastePicture,
  pictureHash,
  resizePicture,
} from '../../../image/index.ts'
import { retouchWords } from '../../../instructions/index.ts'
import { facesIn, irisesOf, retouches } from '../../../operations/index.ts'
import type { Face, Toolbox } from '../../../tools/index.ts'
import type { Bench } from '../carry.ts'
import { carryRedEye, carryRetouch } from './face.ts'

const { tools, missing } = await toolsFor(['faces'])
afterAll(() => tools.close())

/** The tools, which find the faces of a picture once. */
const answers = new Map<string, Promise<readonly Face[]>>()
const remembering: Toolbox = {
  has: (job) => tools.has(job),
  close: () => tools.close(),
  get: (job) => {
    const tool = tools.get(job)
    if (job !== 'faces') return tool
    const { find, facts } = tools.get('faces')
    const remembered = {
      facts,
      find: (picture: Picture) => {
        const key = pictureHash(picture)
        const known = answers.get(key) ?? find(picture)
        answers.set(key, known)
        return known
      },
    }
    return remembered as unknown as typeof tool
  },
}

const { picture: portrait } = await sourceOf('faces/astronaut.jpg', 256)
const face = { type: 'face', phrase: 'the face' } as const

function bench(picture: Picture, given: Partial<Bench> = {}): Bench {
  let state = 1
  return {
    picture,
    tools: remembering,
    find: async () => {
      throw new Error('not needed')
    },
    next: () => {
      state = (state * 1_664_525 + 1_013_904_223) >>> 0
      return state / 2 ** 32
    },
    ...given,
  }
}

it('every retouch has words, and every word but blemishes is a retouch', () => {
  const worded = Object.keys(retouchWords).filter((name) => name !== 'blemishes')
  expect(Object.keys(retouches).sort()).toEqual(worded.sort())
})

// Without the pack there is no face to work on.
describe.skipIf(missing)('retouch', () => {
  it.each(Object.keys(retouches))('%s changes the face, and nothing outside of its region', async (name) => {
    const step = { kind: 'retouch', retouch: name, strength: 1, target: face } as const
    const { picture, region, did } = await carryRetouch(step, bench(portrait))
    expect(did).toContain('(one face)')
    let [changed, strayed] = [0, 0]
    for (let i = 0; i < region!.data.length; i++) {
      const differs = [0, 1, 2].some((c) => picture.data[3 * i + c] !== portrait.data[3 * i + c])
      if (differs) changed++
      if (differs !== (region!.data[i] === 255)) strayed++
    }
    expect(strayed).toBe(0)
    expect(changed).toBeGreaterThan(20)
    expect(changed).toBeLessThan(0.4 * region!.data.length)
  })

  it('is the same each time, and more with more strength', async () => {
    const at = (strength: number) =>
      carryRetouch({ kind: 'retouch', retouch: 'lips-red', strength, target: face }, bench(portrait))
    const [weak, strong, again] = [await at(0.5), await at(1), await at(1)]
    const sum = ({ picture }: { picture: Picture }) =>
      picture.data.reduce((all, level, i) => all + Math.abs(level - portrait.data[i]!), 0)
    expect(strong).toEqual(again)
    expect(sum(strong)).toBeGreaterThan(1.4 * sum(weak))
  })

  it('works on large pictures at their own size', async () => {
    const large = resizePicture(portrait, { width: 1536, height: 1536, filter: 'bicubic' })
    const step = { kind: 'retouch', retouch: 'eyes-blue', strength: 1, target: face } as const
    const { picture, region } = await carryRetouch(step, bench(large))
    const [found] = await facesIn(large, tools.get('faces'))
    const { x, y, radius } = irisesOf(found!)[0]!
    const blueness = ({ data }: Picture) => {
      const i = 3 * (Math.round(y + 0.5 * radius) * 1536 + Math.round(x))
      return data[i + 2]! - data[i]!
    }
    expect(blueness(picture)).toBeGreaterThan(blueness(large) + 20)
    expect(region!.data[0]).toBe(0)
  })

  it('takes the faces that the target means', async () => {
    const two = {
      width: 512,
      height: 256,
      data: new Uint8Array(3 * 512 * 256).fill(128),
    }
    const both = pastePicture(pastePicture(two, portrait, 0, 0), portrait, 256, 0)
    const step = { kind: 'retouch', retouch: 'lips-red', strength: 1 } as const
    const all = await carryRetouch({ ...step, target: face }, bench(both))
    expect(all.did).toBe('lips red (2 faces)')
    const mask = boxMask(512, 256, { x: 256, y: 0, width: 256, height: 256 })
    const box = { x: 256, y: 0, width: 256, height: 256 }
    const find = async () => ({ mask, box, score: 1, label: 'person at the right' })
    const right = { type: 'person', phrase: 'the one on the right', place: 'right' } as const
    const one = await carryRetouch({ ...step, target: right }, bench(both, { find }))
    expect(one.did).toBe('lips red (one face)')
    expect(cropPicture(one.picture, { x: 0, y: 0, width: 256, height: 256 })).toEqual(
      cropPicture(both, { x: 0, y: 0, width: 256, height: 256 }),
    )
  })

  it('says that there is no face, no red eye, no such retouch', async () => {
    const plain: Picture = { width: 300, height: 200, data: evenMask(900, 200, 90).data }
    const step = { kind: 'retouch', retouch: 'tan', strength: 1, target: face } as const
    await expect(carryRetouch(step, bench(plain))).rejects.toThrow(
      'tan: expected a face, found none in the picture',
    )
    await expect(carryRetouch(step, bench(plain))).rejects.toMatchObject({ code: 'not-found' })
    await expect(carryRedEye({ kind: 'red-eye', target: face }, bench(portrait))).rejects.toThrow(
      'red eyes: no eye is red; nothing was changed',
    )
    await expect(carryRetouch({ ...step, retouch: 'smile' }, bench(portrait))).rejects.toMatchObject({
      code: 'beyond',
    })
  })
})

describe.skipIf(missing)('red-eye', () => {
  it('makes painted red pupils dark, and leaves the rest', async () => {
    const large = resizePicture(portrait, { width: 1024, height: 1024, filter: 'bicubic' })
    const [found] = await facesIn(large, tools.get('faces'))
    const painted = { ...large, data: large.data.slice() }
    const pupils: number[] = []
    for (const { x, y, radius } of irisesOf(found!))
      for (let v = Math.floor(y - radius); v <= y + radius; v++)
        for (let u = Math.floor(x - radius); u <= x + radius; u++) {
          if (Math.hypot(u + 0.5 - x, v + 0.5 - y) > 0.55 * radius) continue
          painted.data.set([205, 40, 45], 3 * (v * 1024 + u))
          pupils.push(v * 1024 + u)
        }
    const { picture, region } = await carryRedEye({ kind: 'red-eye', target: face }, bench(painted))
    const redLeft = pupils.filter((i) => picture.data[3 * i]! - picture.data[3 * i + 1]! > 30)
    expect(redLeft.length / pupils.length).toBeLessThan(0.03)
    expect(region!.data.reduce((sum, value) => sum + value / 255, 0)).toBeLessThan(3.5 * pupils.length)
  })
})
