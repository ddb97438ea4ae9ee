import { expect, it } from 'vitest'
import { noTools } from '../../../../test/recipes.ts'
import { differenceMap, type Picture } from '../../../image/index.ts'
import { Random } from '../../../random/index.ts'
import type { AnnotatedThing } from '../../annotations/annotation.ts'
import type { Draft } from '../recipe.ts'
import { colorAlterEverything } from './everything.ts'

const size = { width: 96, height: 64 }

/** A square of one colour on even ground of another, a little shaded. */
function square(inner: readonly number[], outer: readonly number[]): Picture {
  const data = new Uint8Array(3 * size.width * size.height)
  for (let y = 0; y < size.height; y++)
    for (let x = 0; x < size.width; x++) {
      const colour = x > 30 && x < 66 && y > 16 && y < 48 ? inner : outer
      for (let c = 0; c < 3; c++) data[3 * (y * size.width + x) + c] = colour[c]! - (y >> 2)
    }
  return { ...size, data }
}

const [red, grey, brown] = [
  [200, 40, 40],
  [130, 130, 130],
  [120, 80, 50],
] as const

function drafted(picture: Picture, things: readonly AnnotatedThing[] = [], sky = 0): Promise<Draft> {
  const donors = { cutout: async () => undefined, picture: async () => undefined }
  const annotation = { things, surfaces: [], sky }
  const source = { id: 'square', name: 'square', picture }
  return colorAlterEverything.draft(source, { tools: noTools, donors, annotation, random: new Random(2) })
}

it('all that has a colour takes another, is called by it, and nothing else changes', async () => {
  const picture = square(red, grey)
  const { facts, target, region } = await drafted(picture)
  expect(facts).toMatchObject({ kind: 'color_alter', object: { en: 'red areas', cn: '红色区域' } })
  const changed = differenceMap(picture, target)
  expect(changed.data[32 * 96 + 48]).toBeGreaterThan(60)
  expect(changed.data.every((value, i) => value === 0 || region!.data[i]! > 0)).toBe(true)
  expect(changed.data[4 * 96 + 4]).toBe(0)
})

it('is left where the blue may be that of a sky', async () => {
  const blue = square([40, 60, 210], grey)
  expect((await drafted(blue)).facts).toMatchObject({ object: { en: 'blue areas' } })
  await expect(drafted(blue, [], 0.3)).rejects.toThrow('sky')
})

it('is left where no colour is told apart, and where it is that of skin', async () => {
  await expect(drafted(square(grey, grey))).rejects.toThrow('no-colour')
  await expect(drafted(square(red, brown))).rejects.toThrow('no-colour')
  const person: AnnotatedThing = {
    name: { en: 'person', cn: '人' },
    box: { x: 0, y: 0, width: 9, height: 9 },
    score: 0.8,
    from: 'detector',
  }
  await expect(drafted(square(red, grey), [person])).rejects.toThrow('skin')
})
