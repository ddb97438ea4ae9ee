import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { annotationOf } from '../../../test/dataset/annotated.ts'
import { paintedBall } from '../../../test/pictures/painted.ts'
import {
  differenceMap,
  labOfPicture,
  type Mask,
  maskArea,
  type Picture,
  pictureHash,
  readPicture,
} from '../../image/index.ts'
import { backdropWords, colours, materialWords } from '../../instructions/index.ts'
import { backdrops, dyes, materials, nameOfColour, scaleAt } from '../../operations/index.ts'
import { Random } from '../../random/index.ts'
import { Rejection, type Toolbox } from '../../tools/index.ts'
import type { Annotation } from '../annotations/annotation.ts'
import type { ThingFacts } from '../annotations/sidecar.ts'
import { backgroundSwap } from './background_change.ts'
import { colorAlterStaged } from './color_alter.ts'
import { materialAlterStaged } from './material_alter.ts'
import { uncoloured } from './naming.ts'
import type { Cutout, Donors, Draft, Recipe, Source } from './recipe.ts'
import { subjectAdd } from './subject-add.ts'
import { subjectRemove } from './subject-remove.ts'
import { subjectReplace } from './subject-replace.ts'
import { livesOn, thingOf } from './things.ts'

async function photo(name: string): Promise<Source> {
  const file = fileURLToPath(new URL(`../../../test/pictures/photos/${name}.jpg`, import.meta.url))
  const { width, height, data } = await readPicture(file)
  const picture = { width, height, data }
  return { id: pictureHash(picture), picture, name }
}

/** What is known of things that are no matter of any pack. */
const sizes: Readonly<Record<string, Pick<ThingFacts, 'size' | 'habitat'>>> = {
  'red post box': { size: 1.6, habitat: 'street' },
  'blue car': { size: 4.4, habitat: 'vehicle' },
  'fire engine': { size: 9, habitat: 'vehicle' },
}

function ball(en: string, cn: string, colour: readonly [number, number, number]): Cutout {
  const size = sizes[en]
  const facts: ThingFacts | undefined = size && { ...size, on: ['sand', 'grass'] }
  return { id: en, name: { en, cn }, ...paintedBall(160, colour), ...(facts && { facts }) }
}

/** Painted things. */
const things = [
  ball('red post box', '红色邮筒', [220, 40, 30]),
  ball('blue car', '蓝色轿车', [40, 70, 220]),
  ball('fire engine', '消防车', [230, 60, 20]),
  ball('cow', '奶牛', [235, 225, 215]),
  ball('bull', '公牛', [70, 40, 30]),
  ball('pig', '猪', [230, 160, 150]),
]

const donors: Donors = {
  cutout: async (random) => random.pick(things),
  picture: async () => undefined,
}

const grey: Picture = { width: 96, height: 64, data: new Uint8Array(96 * 64 * 3).fill(90) }

const noTools: Toolbox = {
  has: () => false,
  get: (job) => {
    throw new Error(`${job} is not to be asked`)
  },
  close: async () => {},
}

function drafted(recipe: Recipe, source: Source, seed: number): Promise<Draft> {
  return recipe.draft(source, {
    tools: noTools,
    donors,
    random: new Random(seed, source.id, recipe.name),
    annotation: annotationOf(source.name),
  })
}

/** How many pixels differ outside of the region, which is meant to be none. */
function leaks(source: Picture, target: Picture, region: Mask): number {
  return differenceMap(source, target).data.reduce(
    (count, value, i) => count + (value > 0 && region.data[i] === 0 ? 1 : 0),
    0,
  )
}

describe.each([subjectAdd, subjectRemove, subjectReplace, colorAlterStaged, materialAlterStaged])(
  '$name',
  (recipe) => {
    it('changes what its region tells, and nothing else, the same for the same seed', async () => {
      const source = await photo('jared-evans-119758')
      // Not every seed finds two things of one sort that are large enough there.
      let seed = 3
      let draft = await drafted(recipe, source, seed).catch(() => undefined)
      while (draft === undefined && seed < 12)
        draft = await drafted(recipe, source, ++seed).catch(() => undefined)
      if (draft === undefined) throw new Error('expected a draft')
      const again = await drafted(recipe, source, seed)
      expect(pictureHash(again.target)).toBe(pictureHash(draft.target))
      expect(pictureHash(again.source)).toBe(pictureHash(draft.source))
      expect(again.facts).toEqual(draft.facts)
      expect(draft.facts.kind).toBe(recipe.kind)
      expect(draft.donors?.length).toBeGreaterThan(0)
      expect(leaks(draft.source, draft.target, draft.region!)).toBe(0)
      const share = maskArea(draft.region!) / (source.picture.width * source.picture.height)
      expect(share).toBeGreaterThan(0.004)
      expect(share).toBeLessThan(0.6)
      const changed = differenceMap(draft.source, draft.target).data.filter((value) => value > 20).length
      expect(changed / maskArea(draft.region!)).toBeGreaterThan(0.2)
      expect(JSON.parse(JSON.stringify(draft.parameters))).toEqual(draft.parameters)
    })

    it('refuses a picture where nothing can stand', async () => {
      const refused = await drafted(recipe, { id: 'grey', picture: grey, name: 'grey' }, 1).catch(
        (error: unknown) => error,
      )
      expect(refused).toBeInstanceOf(Rejection)
      expect((refused as Rejection).reason).toBe('no-surface')
    })
  },
)

it('things are not put on a road or on sand that was only measured', async () => {
  const source = await photo('jared-evans-119758')
  const { surfaces, ...rest } = annotationOf(source.name)
  const measured = { ...rest, surfaces: surfaces.filter(({ kind }) => kind !== 'sky') }
  const draft = (annotation: Annotation): Promise<Draft> =>
    subjectAdd.draft(source, { tools: noTools, donors, random: new Random(1), annotation })
  await expect(draft(measured)).resolves.toBeDefined()
  const { surfacesTold: _, ...untold } = measured
  await expect(draft(untold)).rejects.toThrow('no-surface')
})

describe('removal and addition', () => {
  it('have the photograph itself on one side', async () => {
    const source = await photo('kait-herzog-8242')
    expect((await drafted(subjectAdd, source, 1)).source).toBe(source.picture)
    expect((await drafted(subjectRemove, source, 1)).target).toBe(source.picture)
  })
})

describe('a swapped background', () => {
  it('leaves the thing where it was, at its size, in another place that has a name', async () => {
    const [source, other] = [await photo('kait-herzog-8242'), await photo('jared-evans-119758')]
    const swapping = { ...donors, picture: async () => ({ ...other, annotation: annotationOf(other.name) }) }
    const draft = await backgroundSwap.draft(source, {
      tools: noTools,
      donors: swapping,
      random: new Random('swap'),
      annotation: annotationOf(source.name),
    })
    expect(draft.facts).toMatchObject({ kind: 'background_change', background: { en: 'a sandy desert' } })
    expect(draft.donors).toContain(other.id)
    expect(leaks(draft.source, draft.target, draft.region!)).toBe(0)
    // The thing is a fair part of the picture.
    const kept = draft.region!.data.filter((value) => value === 0).length
    expect(kept / draft.region!.data.length).toBeGreaterThan(0.03)
  })

  it('is refused where the other place has no room like it', async () => {
    const lake = await photo('sean-afnan-244576')
    const swapping = {
      ...donors,
      picture: async () => ({ ...lake, picture: grey, annotation: annotationOf('') }),
    }
    await expect(
      backgroundSwap.draft(lake, {
        tools: noTools,
        donors: swapping,
        random: new Random('swap'),
        annotation: annotationOf(lake.name),
      }),
    ).rejects.toThrow('no-background')
  })
})

describe('scenes', () => {
  it('give the scale of the ground: a camera at 1.6 m sees 1.6 m between horizon and feet', () => {
    const picture = { width: 100, height: 200, data: new Uint8Array(60_000) }
    const ground = { kind: 'grass', area: [0, 0.6, 1, 1], horizon: 0.5, eye: 1.6 } as const
    expect(scaleAt(ground, 0.9, picture) * 1.6).toBeCloseTo(0.4 * 200)
    expect(scaleAt({ kind: 'flat', area: [0, 0, 1, 1], across: 0.5 }, 0.3, picture)).toBe(200)
  })
})

describe('things', () => {
  it('live where they live', () => {
    const cow = thingOf({ en: 'cow', cn: '奶牛' })
    expect([livesOn(cow, 'grass'), livesOn(cow, 'table'), livesOn(cow, 'sky')]).toEqual([true, false, false])
  })

  it('are as long as they look: a bus seen from the front is no ten metres wide', () => {
    const bus = { en: 'bus', cn: '公交车' }
    expect([thingOf(bus).size, thingOf(bus, 2.6).size]).toEqual([10, 10])
    expect(thingOf(bus, 0.9).size).toBeLessThan(4)
  })

  it('of which nobody knows more than a name may be anywhere on the ground, at a modest size', async () => {
    const katydid = ball('katydid', '螽斯', [90, 180, 60])
    expect(thingOf(katydid.name).group).toBe('thing')
    const source = await photo('jared-evans-119758')
    const draft = await subjectAdd.draft(source, {
      tools: noTools,
      donors: { ...donors, cutout: async () => katydid },
      random: new Random(1),
      annotation: annotationOf(source.name),
    })
    expect(draft.facts).toMatchObject({ subject: katydid.name })
    const share = Number(draft.parameters.height) / Math.min(source.picture.width, source.picture.height)
    expect(share).toBeGreaterThan(0.1)
    expect(share).toBeLessThan(0.3)
  })

  it('are what their cut-out says of them', () => {
    const heron = thingOf({ en: 'flying heron', cn: '飞翔的苍鹭' }, 1, { habitat: 'flyer', size: 1.6 })
    expect([livesOn(heron, 'sky'), livesOn(heron, 'grass'), heron.size]).toEqual([true, false, 1.6])
    const raft = thingOf({ en: 'raft', cn: '木筏' }, 1, { on: ['water'] })
    expect([livesOn(raft, 'water'), livesOn(raft, 'grass')]).toEqual([true, false])
  })

  it('lose the colour in their name when it changes', () => {
    expect(uncoloured({ en: 'red apple', cn: '红苹果' })).toEqual({ en: 'apple', cn: '苹果' })
    expect(uncoloured({ en: 'pink flower', cn: '粉色的花' })).toEqual({ en: 'flower', cn: '花' })
    expect(uncoloured({ en: 'redwood', cn: '红杉' })).toEqual({ en: 'redwood', cn: '红杉' })
  })
})

describe('colours', () => {
  it('are called what they are', () => {
    for (const { name, lab } of dyes) expect(nameOfColour(lab)).toBe(name)
    expect(nameOfColour([0.95, 0, 0])).toBe('white')
    expect(nameOfColour([0.1, 0, 0])).toBe('black')
    expect(nameOfColour([0.4, 0.04, 0.06])).toBe('brown')
  })

  it('of many are no one colour: such a thing is not dyed', async () => {
    const [red, blue] = [ball('red post box', '红色邮筒', [220, 40, 30]), ball('', '', [40, 70, 220])]
    const data = red.picture.data.map((level, i) => (i % 480 < 240 ? level : blue.picture.data[i]!))
    const motley: Donors = {
      ...donors,
      cutout: async () => ({ ...red, picture: { ...red.picture, data } }),
    }
    const source = await photo('jared-evans-119758')
    await expect(
      colorAlterStaged.draft(source, {
        tools: noTools,
        donors: motley,
        random: new Random(1),
        annotation: annotationOf(source.name),
      }),
    ).rejects.toThrow('no-place')
  })

  it('of a dyed thing are in the picture: most of it has the hue that was named', async () => {
    const draft = await drafted(colorAlterStaged, await photo('kait-herzog-8242'), 4)
    if (draft.facts.kind !== 'color_alter') throw new Error('another kind')
    const lab = labOfPicture(draft.target)
    const names = new Map<string, number>()
    for (const [i, value] of draft.region!.data.entries()) {
      if (value === 0) continue
      const { en } = colours[nameOfColour([lab.lightness[i]!, lab.a[i]!, lab.b[i]!])]!
      names.set(en, (names.get(en) ?? 0) + 1)
    }
    const [most] = [...names].sort((one, other) => other[1] - one[1])
    expect(most![0]).toBe(draft.facts.to.en)
  })
})

describe('materials and backdrops', () => {
  it('are drawn the same for the same seed, and have colours that can be shown', () => {
    for (const { texture, name } of materials)
      for (const [x, y] of [
        [0.1, 0.2],
        [0.63, 0.41],
        [-0.2, 1.3],
      ] as const) {
        const { colour, height } = texture(7)(x, y)
        expect(texture(7)(x, y), name).toEqual({ colour, height })
        expect(colour[0], name).toBeGreaterThan(0.05)
        expect(colour[0], name).toBeLessThan(1.1)
        expect(Number.isFinite(height), name).toBe(true)
      }
  })

  const numbers = (): (() => number) => {
    const random = new Random('a')
    return () => random.unit()
  }

  it('have words', () => {
    expect(Object.keys(materialWords)).toEqual(materials.map(({ name }) => name))
    expect(Object.keys(backdropWords)).toEqual(backdrops.map(({ name }) => name))
  })

  it('fill any size', () => {
    for (const { paint, name } of backdrops) {
      const size = { width: 37, height: 23 }
      const picture = paint(size, numbers())
      expect(picture.data.length, name).toBe(3 * 37 * 23)
      expect(pictureHash(paint(size, numbers())), name).toBe(pictureHash(picture))
    }
  })
})
