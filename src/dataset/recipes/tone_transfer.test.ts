import { describe, expect, it } from 'vitest'
import { draftOf, expectSound, meanLevel, sourceOf } from '../../../test/recipes.ts'
import { type Picture, toneStatistics } from '../../image/index.ts'
import { viewScene } from '../../operations/index.ts'
import { Random } from '../../random/index.ts'
import { Rejection } from '../../tools/index.ts'
import type { Annotation } from '../annotations/annotation.ts'
import { furnishings } from '../annotations/usual.ts'
import type { Source } from './recipe.ts'
import { borderOnEdges, unseen, unsuited } from './tone/fitting.ts'
import { ageings, exposures, gradings, hours, monochromes, seasons, weathers } from './tone/looks.ts'
import { toneTransfer } from './tone_transfer.ts'

const looks = [...gradings, ...monochromes, ...weathers, ...seasons, ...hours, ...exposures, ...ageings]

/** The picture after a look, whether it fits or not. */
function looked(name: string, picture: Picture): Picture {
  const look = looks.find((each) => each.name === name)!
  return look.apply(viewScene(picture), new Random('look', name)).picture
}

const photos = [
  'photos/galen-crout-175291.jpg',
  'photos/samuel-zeller-337041.jpg',
  'photos/jared-evans-119758.jpg',
  'photos/tony-webster-97532.jpg',
]

/** A meadow under a blue sky, of noise so that it has something to change. */
function meadow(): Source {
  const [width, height] = [96, 72]
  const random = new Random('meadow')
  const data = new Uint8Array(3 * width * height)
  for (let i = 0; i < width * height; i++) {
    const sky = Math.floor(i / width) < 30
    const grain = sky ? 0 : random.below(40) - 20
    data.set(sky ? [140, 185, 240] : [40 + grain, 85 + grain, 22 + grain / 2], 3 * i)
  }
  return { id: 'meadow', name: 'meadow', picture: { width, height, data } }
}

const outside: Annotation = { things: [], surfaces: [], place: 'outdoors' }

describe('recipes of tone_transfer', () => {
  it.each(toneTransfer)('$name: sound drafts, the same again for the same seed', async (recipe) => {
    let kept = 0
    for (const source of [...(await Promise.all(photos.map((photo) => sourceOf(photo, 128)))), meadow()]) {
      const made = await draftOf(recipe, source, { annotation: outside }).catch((error: unknown) => error)
      if (made instanceof Rejection) continue
      if (made instanceof Error) throw made
      kept++
      const draft = made as Awaited<ReturnType<typeof draftOf>>
      expectSound(draft)
      expect(draft.facts.kind).toBe('tone_transfer')
      expect([draft.source, draft.target]).toContain(source.picture)
      expect(await draftOf(recipe, source, { annotation: outside })).toEqual(draft)
    }
    expect(kept).toBeGreaterThan(0)
  })

  it('go both ways: what is removed was put there', async () => {
    const recipe = toneTransfer.find(({ name }) => name === 'tone_transfer/weather')!
    const drafts = await Promise.all(
      Array.from({ length: 12 }, (_, seed) => draftOf(recipe, meadow(), { seed, annotation: outside })),
    )
    for (const { source, target, parameters } of drafts)
      expect(parameters.direction === 'forward' ? source : target).toEqual(meadow().picture)
    expect(new Set(drafts.map(({ parameters }) => parameters.direction)).size).toBe(2)
  })
})

describe('looks', () => {
  it('have words in both languages and names of their own', () => {
    expect(new Set(looks.map(({ name }) => name)).size).toBe(looks.length)
    for (const { name, forward, back } of looks)
      for (const words of [forward, back].filter((each) => each !== undefined)) {
        expect(words.change.en, name).toMatch(/^[a-z]+ /)
        expect(words.change.cn, name).toMatch(/\p{Script=Han}/u)
        expect(words.result.cn, name).toMatch(/\p{Script=Han}/u)
      }
  })

  it('do what they are called', async () => {
    const { picture } = await sourceOf('photos/tony-webster-97532.jpg')
    const tones = (of: Picture) => toneStatistics(of)
    const before = tones(picture)
    expect(looked('black-and-white', picture).data.every((level, i, all) => level === all[i - (i % 3)])).toBe(
      true,
    )
    expect(tones(looked('warm', picture)).cast[1]).toBeGreaterThan(before.cast[1] + 0.01)
    expect(tones(looked('cool', picture)).cast[1]).toBeLessThan(before.cast[1] - 0.01)
    expect(tones(looked('vivid', picture)).chroma).toBeGreaterThan(before.chroma)
    expect(tones(looked('muted', picture)).chroma).toBeLessThan(0.6 * before.chroma)
    expect(tones(looked('sepia', picture)).cast[1]).toBeGreaterThan(0.03)
    const day = meadow().picture
    expect(meanLevel(looked('night', day))).toBeLessThan(0.5 * meanLevel(day))
    expect(meanLevel(looked('high-key', day))).toBeGreaterThan(meanLevel(day))
    expect(meanLevel(looked('underexposed', day))).toBeLessThan(0.7 * meanLevel(day))
  })

  it('turn a meadow to autumn and winter, and leave the sky', () => {
    const { picture } = meadow()
    const grass = (of: Picture) => of.data.slice(3 * 96 * 50, 3 * 96 * 60)
    const mean = (levels: Uint8Array, channel: number) =>
      levels.filter((_, i) => i % 3 === channel).reduce((sum, level) => sum + level, 0) / (levels.length / 3)
    const autumn = grass(looked('autumn', picture))
    expect(mean(autumn, 0)).toBeGreaterThan(mean(autumn, 1))
    const winter = grass(looked('winter', picture))
    expect(mean(winter, 1)).toBeGreaterThan(mean(grass(picture), 1) + 30)
    expect(Math.abs(mean(winter, 0) - mean(winter, 2))).toBeLessThan(40)
    expect(looked('autumn', picture).data.slice(0, 3 * 96 * 20)).toEqual(picture.data.slice(0, 3 * 96 * 20))
  })

  it('find sky and green of a meadow, and none in a grey wall', () => {
    const scene = viewScene(meadow().picture)
    expect(scene.skyShare).toBeCloseTo(30 / 72, 1)
    expect(scene.blueSky).toBe(true)
    expect(scene.foliageShare).toBeGreaterThan(0.4)
    const wall = viewScene({ width: 64, height: 64, data: new Uint8Array(3 * 64 * 64).fill(230) })
    expect([wall.skyShare, wall.foliageShare, wall.outdoors]).toEqual([0, 0, false])
  })

  it('are not taken where they would not show', async () => {
    const recipe = toneTransfer.find(({ name }) => name === 'tone_transfer/season')!
    const grey: Source = {
      id: 'grey',
      name: 'grey',
      picture: { width: 64, height: 64, data: new Uint8Array(3 * 64 * 64).fill(120) },
    }
    await expect(draftOf(recipe, grey)).rejects.toThrow('no-look-fits')
    // A green blur has no leaves that could turn.
    const data = Uint8Array.from({ length: 3 * 64 * 64 }, (_, i) => [90, 150, 50][i % 3]! + (i >> 10))
    const blur: Source = { id: 'blur', name: 'blur', picture: { width: 64, height: 64, data } }
    expect(viewScene(blur.picture).foliageShare).toBeGreaterThan(0.4)
    await expect(draftOf(recipe, blur)).rejects.toThrow('no-look-fits')
  })
})

describe('what looks need', () => {
  const fits = { place: 'outdoors', light: 'day', sky: 30 / 72 } as const
  const known = (facts: Partial<Annotation>): Annotation => ({ things: [], surfaces: [], ...facts })

  it('is a place, an hour, and a sky or plants that are there', () => {
    const scene = viewScene(meadow().picture)
    for (const name of ['night', 'sunset', 'rain', 'winter'] as const) {
      expect(unsuited(name, scene, known(fits)), name).toBeUndefined()
      expect(unsuited(name, scene, known({ ...fits, place: 'indoors' })), name).toBe('indoors')
    }
    for (const name of ['night', 'golden-hour', 'sunset', 'blue-hour'] as const)
      expect(unsuited(name, scene, known({ ...fits, light: 'dusk' })), name).toBe('it is dusk already')
    const grey = { ...scene, tones: { ...scene.tones, chroma: 0.004 } }
    expect(unsuited('muted', grey, known(fits))).toBe('grey itself')
    const couch = {
      name: { en: 'couch', cn: '沙发' },
      label: [...furnishings][0]!,
      score: 0.9,
      box: { x: 0, y: 40, width: 50, height: 20 },
      from: 'detector',
    } as const
    expect(unsuited('snowfall', scene, known({ ...fits, things: [couch] }))).toBe('indoors')
    const placeless = { light: fits.light, sky: fits.sky }
    expect(unsuited('rain', scene, known(placeless))).toBe('not surely outdoors')
    expect(unsuited('warm', scene, known(placeless))).toBeUndefined()
    expect(unsuited('golden-hour', scene, known(placeless))).toBe('not surely outdoors')
    const toned = (tones: Partial<typeof scene.tones>) => ({ ...scene, tones: { ...scene.tones, ...tones } })
    expect(unsuited('underexposed', toned({ lightness: 0.6 }), known(fits))).toBeUndefined()
    expect(unsuited('underexposed', toned({ lightness: 0.35 }), known(fits))).toBe('too dark')
    const blown = { ...scene.grey, data: scene.grey.data.map((level, i) => (i % 10 === 0 ? 1 : level)) }
    expect(unsuited('underexposed', { ...toned({ lightness: 0.6 }), grey: blown }, known(fits))).toMatch(
      'blown',
    )
    expect(unsuited('overexposed', toned({ lightness: 0.85 }), known(fits))).toBe('too bright')
    expect(unsuited('colour-cast', toned({ cast: [0, 0.06] }), known(fits))).toBe('a cast of its own')
    // Its green is all grass.
    expect(unsuited('autumn', scene, known(fits))).toBe('grass rather than trees')
    const walled = {
      ...scene,
      grey: { ...scene.grey, data: scene.grey.data.map((level, i) => (i > 96 * 68 ? 0.97 : level)) },
    }
    expect(unsuited('night', walled, known(fits))).toBe('something bright that is no sky')
    expect(unsuited('rain', scene, known({ ...fits, light: 'dusk' }))).toBeUndefined()
    expect(unsuited('autumn', { ...scene, foliageShare: 0.1 }, known(fits))).toBe('little green')
    expect(unsuited('night', { ...scene, skyShare: 0.05 }, known(fits))).toBe('little sky')
    expect(unsuited('night', scene, known({ ...fits, sky: 0.1 }))).toBe('what is sky is uncertain')
    expect(
      unsuited('teal-orange', scene, known({ place: 'indoors', light: 'night', sky: 0 })),
    ).toBeUndefined()
  })

  it('is a sky whose border lies on edges', () => {
    const scene = viewScene(meadow().picture)
    expect(borderOnEdges(scene)).toBeGreaterThan(0.9)
    const { width, height } = scene.grey
    const cut = { width, height, data: scene.sky.data.map((_, i) => (Math.floor(i / width) < 15 ? 1 : 0)) }
    expect(borderOnEdges({ ...scene, sky: cut })).toBeLessThan(0.1)
    expect(unsuited('sunset', { ...scene, sky: cut }, known(fits))).toBe('the border of the sky is uncertain')
  })

  it('is to be seen', () => {
    const scene = viewScene(meadow().picture)
    expect(unseen('cyanotype', scene, looked('cyanotype', scene.picture))).toBeUndefined()
    expect(unseen('warm', scene, scene.picture)).toBe('hardly changed')
    const bluer = {
      ...scene.picture,
      data: scene.picture.data.map((level, i) => (i < 3 * 96 * 30 ? level - 40 : level)),
    }
    expect(unseen('spring', scene, bluer)).toBe('the green hardly changed')
  })
})
