import { afterAll, describe, expect, it } from 'vitest'
import { passing } from '../../../test/passing.ts'
import { draftOf, expectSound, sourceOf, toolsFor } from '../../../test/recipes.ts'
import { resizePicture } from '../../image/index.ts'
import { emptyScene, moversIn } from './motion/fixedCamera.ts'
import { movementOf, nameMovement } from './motion/naming.ts'
import { motionChange } from './motion_change.ts'
import type { Source } from './recipe.ts'

const { tools, missing } = await toolsFor(['flow', 'detector'])
afterAll(() => tools.close())

const [recipe] = motionChange as [(typeof motionChange)[number]]

describe('a fixed camera', () => {
  it('shows the empty scene and who moves through it', async () => {
    const frames = await passing()
    const empty = emptyScene(frames)
    const { picture: scene } = await sourceOf('photos/galen-crout-175291.jpg', 256)
    const wrong = scene.data.filter((level, i) => Math.abs(level - empty.picture.data[i]!) > 6).length
    expect(wrong / scene.data.length).toBeLessThan(0.03)
    const [mover, other] = moversIn(frames[0]!, empty)
    expect(other).toBeUndefined()
    expect(Math.abs(mover!.box.x - 8)).toBeLessThan(5)
    expect(Math.abs(mover!.box.width - 66)).toBeLessThan(9)
  })

  it('is told from one that moves, and needs frames', async () => {
    const scenes = await Promise.all(
      [
        'galen-crout-175291',
        'tony-webster-97532',
        'jared-evans-119758',
        'nasa-89127',
        'ng-32703',
        'samuel-zeller-337041',
      ].map((name) => sourceOf(`photos/${name}.jpg`, 128)),
    )
    const frames = scenes.map(({ picture }) => resizePicture(picture, { width: 64, height: 48 }))
    expect(() => emptyScene(frames)).toThrow('moving-camera')
    expect(() => emptyScene(frames.slice(0, 2))).toThrow('few-frames')
  })
})

describe('movements', () => {
  const box = (x: number, y: number, height = 40) => ({ x, y, width: height / 2, height })

  it.each([
    [box(10, 10), box(60, 10), 'walk to the right'],
    [box(60, 10), box(10, 12), 'walk to the left'],
    [box(10, 10), box(5, 8, 60), 'walk closer to the camera'],
    [box(10, 10, 60), box(15, 12), 'walk further away from the camera'],
    [box(10, 10), box(50, 50), 'walk to the lower right'],
  ])('from %o to %o: %s', (from, to, words) => {
    expect(nameMovement(movementOf(from, to), { walks: true })?.en).toBe(words)
  })

  it('too small have no name', () => {
    expect(nameMovement(movementOf(box(10, 10), box(12, 11)), { walks: true })).toBeUndefined()
  })
})

// Without flow and detector nothing is measured and named.
describe.skipIf(missing)('motion_change/fixed-camera', () => {
  it('moves the person and nothing else, and says where to', async () => {
    const frames = await passing()
    const source: Source = { id: 'video', name: 'video', picture: frames[1]!, frames }
    const draft = await draftOf(recipe, source, { tools })
    expectSound(draft)
    expect(await draftOf(recipe, source, { tools })).toEqual(draft)
    const { facts, parameters } = draft
    if (facts.kind !== 'motion_change') throw new Error('expected motion_change')
    expect(facts.subject.en).toBe('person')
    expect(facts.motion.en).toBe(Number(parameters.frames) > 0 ? 'walk to the right' : 'walk to the left')
    expect(parameters.foregroundFlow).toBeGreaterThan(Number(parameters.backgroundFlow))
  })

  it('needs a video', async () => {
    await expect(draftOf(recipe, await sourceOf('photos/galen-crout-175291.jpg'), { tools })).rejects.toThrow(
      'no-video',
    )
  })
})
