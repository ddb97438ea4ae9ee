import type { Annotation, Draft, Recipe, Source } from 'pentimento/dataset'
import { cropMask, type Mask, type Picture, pictureHash, readPicture, resizePicture } from 'pentimento/image'
import { Random } from 'pentimento/random'
import { type Job, openToolbox, type Toolbox, toolsFolder } from 'pentimento/tools'
import { expect } from 'vitest'
import { unknownScene } from './dataset/annotated.ts'

/** A picture of test/pictures as a source, at most so many pixels wide and high. */
export async function sourceOf(path: string, longest = 192): Promise<Source> {
  const read = await readPicture(new URL(`./pictures/${path}`, import.meta.url).pathname)
  const scale = Math.min(1, longest / Math.max(read.width, read.height))
  const picture = resizePicture(read, {
    width: Math.round(read.width * scale),
    height: Math.round(read.height * scale),
    filter: 'lanczos',
  })
  return { id: pictureHash(picture), picture, name: path }
}

/** Matting of a picture whose coverage is known, and of what is left of it without its rim. */
export const mattingOf =
  (mask: Mask) =>
  async ({ width, height }: Picture): Promise<Mask> =>
    cropMask(mask, { x: (mask.width - width) >> 1, y: (mask.height - height) >> 1, width, height })

/** A box without tools. */
export const noTools: Toolbox = {
  has: () => false,
  get: (job) => {
    throw new Error(`${job} is not there`)
  },
  close: async () => {},
}

/**
 * The tools for these jobs, or the reason why a test has to be skipped: they are not installed. With
 * PENTIMENTO_REQUIRE_TOOLS=1 that is an error.
 */
export async function toolsFor(jobs: readonly Job[]): Promise<{ tools: Toolbox; missing: boolean }> {
  const tools = await openToolbox({ folder: toolsFolder(process.env) })
  const missing = jobs.filter((job) => !tools.has(job))
  if (missing.length > 0 && process.env.PENTIMENTO_REQUIRE_TOOLS === '1')
    throw new Error(`no tool for ${missing.join(', ')}; run 'pentimento tools install'`)
  return { tools, missing: missing.length > 0 }
}

/** The draft that a recipe makes of a source, with this seed. */
export async function draftOf(
  recipe: Recipe,
  source: Source,
  {
    tools = noTools,
    seed = 0,
    annotation = unknownScene,
  }: { tools?: Toolbox; seed?: number | string; annotation?: Annotation } = {},
): Promise<Draft> {
  const donors = { cutout: async () => undefined, picture: async () => undefined }
  return await recipe.draft(source, {
    tools,
    donors,
    random: new Random('test', source.id, recipe.name, seed),
    annotation,
  })
}

/** What every draft keeps: sizes, something changed, and nothing outside of the region. */
export function expectSound({ source, target, region }: Draft): void {
  expect([target.width, target.height]).toEqual([source.width, source.height])
  expect(pictureHash(target)).not.toBe(pictureHash(source))
  if (region === undefined) return
  expect([region.width, region.height]).toEqual([source.width, source.height])
  const strayed = source.data.findIndex(
    (level, i) => level !== target.data[i] && region.data[Math.floor(i / 3)] === 0,
  )
  expect(strayed).toBe(-1)
}

/** Mean level of all channels. */
export const meanLevel = ({ data }: Picture): number =>
  data.reduce((sum, level) => sum + level, 0) / data.length
