import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { annotationOf } from '../../../test/dataset/annotated.ts'
import { paintedBall } from '../../../test/pictures/painted.ts'
import {
  compositePictures,
  differenceMap,
  type Mask,
  maskArea,
  type Picture,
  pictureHash,
  readPicture,
  resizePicture,
  thresholdMask,
} from '../../image/index.ts'
import { cutSubject } from '../../operations/index.ts'
import { Random } from '../../random/index.ts'
import { isInstalled, openToolbox, packs, type Toolbox, toolsFolder } from '../../tools/index.ts'
import { backgroundChange } from './background_change.ts'
import { colorAlter } from './color_alter.ts'
import { materialAlter } from './material_alter.ts'
import type { Donors, Draft, Recipe, Source } from './recipe.ts'

const folder = toolsFolder(process.env)
const real = await openToolbox({ folder, only: ['matting', 'inpainter'] })
afterAll(() => real.close())

/** The real tools, each asked once for the same pictures: they take seconds. */
const answers = new Map<string, Promise<Picture | Mask>>()
const tools: Toolbox = {
  has: (job) => real.has(job),
  get: (job) => {
    const tool = real.get(job)
    const asked =
      (method: string) =>
      (...pictures: readonly (Picture | Mask)[]) => {
        const key = [
          method,
          ...pictures.map(({ data }) => createHash('sha256').update(data).digest('hex')),
        ].join()
        const call = (tool as unknown as Record<string, (...args: unknown[]) => Promise<Picture | Mask>>)[
          method
        ]!
        const answer = answers.get(key) ?? call(...pictures)
        answers.set(key, answer)
        return answer
      }
    return { ...tool, matte: asked('matte'), inpaint: asked('inpaint') }
  },
  close: () => real.close(),
}

/** Skips, with the reason in the title, where the tools are not installed; fails where they are required. */
const required = process.env.PENTIMENTO_REQUIRE_TOOLS === '1'
const missing = !(isInstalled(folder, packs.isnet) && tools.has('inpainter')) && !required
const title = missing
  ? "recipes with tools (not installed: 'pentimento tools install isnet opencv')"
  : 'recipes with tools'

async function photo(name: string): Promise<Source> {
  const file = fileURLToPath(new URL(`../../../test/pictures/photos/${name}.jpg`, import.meta.url))
  const full = await readPicture(file)
  const scale = 256 / Math.max(full.width, full.height)
  const [width, height] = [Math.round(full.width * scale), Math.round(full.height * scale)]
  const picture = resizePicture(
    { width: full.width, height: full.height, data: full.data },
    { width, height },
  )
  return { id: pictureHash(picture), picture, name }
}

const ball = { id: 'ball', name: { en: 'cow', cn: '奶牛' }, ...paintedBall(220, [230, 220, 210]) }
const donors: Donors = {
  cutout: async () => ball,
  picture: async () => ({
    ...(await photo('sean-afnan-244576')),
    annotation: annotationOf('sean-afnan-244576'),
  }),
}

const drafted = (recipe: Recipe, source: Source, seed: number): Promise<Draft> =>
  recipe.draft(source, { tools, donors, random: new Random(seed), annotation: annotationOf(source.name) })

function leaks(source: Picture, target: Picture, region: Mask): number {
  return differenceMap(source, target).data.reduce(
    (count, value, i) => count + (value > 0 && region.data[i] === 0 ? 1 : 0),
    0,
  )
}

/** Each recipe, a shipped photograph that it takes, and what it calls the subject. */
const cases = [
  { recipe: backgroundChange, name: 'kait-herzog-8242', subject: 'wooden sign' },
  { recipe: materialAlter, name: 'kait-herzog-8242', subject: 'wooden sign' },
]

describe.skipIf(missing)(title, () => {
  it.each(cases)('$recipe.name on $name', async ({ recipe, name, subject }) => {
    const source = await photo(name)
    const draft = await drafted(recipe, source, 1)
    expect(draft.source).toBe(source.picture)
    expect(draft.facts.kind).toBe(recipe.kind)
    expect(JSON.stringify(draft.facts)).toContain(subject)
    expect(leaks(draft.source, draft.target, draft.region!)).toBe(0)
    const changed = differenceMap(draft.source, draft.target).data.filter((value) => value > 12).length
    expect(changed / maskArea(thresholdMask(draft.region!, 1))).toBeGreaterThan(0.3)
    expect(pictureHash((await drafted(recipe, source, 1)).target)).toBe(pictureHash(draft.target))
  })
})

it.skipIf(missing)('of a sign of two tones the paint is dyed, and the lettering stays', async () => {
  const sign = await photo('kait-herzog-8242')
  const { facts, source, target, region } = await drafted(colorAlter, sign, 1)
  expect(facts).toMatchObject({ object: { en: 'wooden sign' }, from: { en: 'red' } })
  expect(leaks(source, target, region!)).toBe(0)
  const white = (picture: Picture) => (i: number) =>
    Math.min(...picture.data.subarray(3 * i, 3 * i + 3)) > 200
  const letters = Array.from(region!.data.keys()).filter(white(source))
  expect(letters.length).toBeGreaterThan(100)
  expect(letters.filter(white(target)).length).toBeGreaterThan(0.9 * letters.length)
})

describe('cutSubject', () => {
  it('finds the own colour of a soft edge, and leaves what is fully covered as it is', () => {
    const size = 64
    const { alpha } = paintedBall(size, [0, 0, 0])
    const flat = (r: number, g: number, b: number): Picture => ({
      width: size,
      height: size,
      data: Uint8Array.from({ length: 3 * size * size }, (_, i) => [r, g, b][i % 3]!),
    })
    const [red, green] = [flat(200, 40, 30), flat(20, 220, 60)]
    const seen = compositePictures(green, red, alpha)
    const { picture } = cutSubject(seen, alpha)
    for (const [i, coverage] of alpha.data.entries()) {
      if (coverage < 40) continue
      expect(Math.abs(picture.data[3 * i + 1]! - 40)).toBeLessThan(8)
      if (coverage === 255) expect(picture.data[3 * i]).toBe(seen.data[3 * i])
    }
  })
})
