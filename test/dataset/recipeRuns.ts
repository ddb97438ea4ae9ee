import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import {
  type Captioner,
  type Cutout,
  type Donors,
  grammarCaptioner,
  openParts,
  parseConfiguration,
  type Recipe,
  type Source,
} from 'pentimento/dataset'
import { type Mask, type Picture, pictureHash, readPicture } from 'pentimento/image'
import { Random } from 'pentimento/random'
import { type Job, Rejection, type Toolbox } from 'pentimento/tools'
import { framesOf } from '../passing.ts'
import { paintedBall } from '../pictures/painted.ts'
import { annotationOf } from './annotated.ts'

/** Where the drafts, the pictures they start from and the tools' answers are kept. */
export const runsFolder: URL = new URL('../golden/recipes/', import.meta.url)

/** Which photograph for tests a source was made of. */
const files: ReadonlyMap<string, string> = new Map([
  ['desert', 'jared-evans-119758'],
  ['lake', 'sean-afnan-244576'],
  ['jellyfish', 'ng-32703'],
  ['sign', 'kait-herzog-8242'],
])

/** One draft that was asked for: a recipe, a source and the number of the variant. */
export interface RunCase {
  readonly recipe: string
  readonly source: string
  readonly variant: number
}

/** What came of it; pictures are told by their hashes. */
export interface RunResult extends RunCase {
  readonly version: number
  readonly rejected?: { readonly reason: string; readonly values: unknown }
  readonly made?: {
    readonly source: string
    readonly target: string
    readonly region?: string
    readonly facts: unknown
    readonly parameters: unknown
    readonly donors?: readonly string[]
    readonly instructions: readonly { readonly en: string; readonly cn: string }[]
  }
}

/** What is kept: results, and what this platform's functions of mathematics give. */
export interface RunsFile {
  readonly mathematics: string
  readonly runs: readonly RunResult[]
}

/** Recipes of larger tools run against servers on loopback: largeRecipes.test.ts. */
const ofLargerTools = /\/(segmented|generated|depth|from-drawing|to-drawing|valid|named)$/

/** All recipes of embedded tools, and who puts their facts into words. */
export async function dataParts(): Promise<{ recipes: readonly Recipe[]; captioner: Captioner }> {
  const recipes = (await allRecipes()).filter(({ name }) => !ofLargerTools.test(name))
  return { recipes, captioner: grammarCaptioner() }
}

/** The recipes of the package. */
export async function allRecipes(): Promise<readonly Recipe[]> {
  const configuration = parseConfiguration('golden', '{"sources": [{"path": "."}]}')
  const folder = tmpdir()
  const parts = await openParts({ folder, configuration }, { PENTIMENTO_TOOLS: `${folder}/none` })
  await parts.tools.close()
  return parts.recipes
}

/**
 * What Math's functions give: their last bits are not the same on every processor and in every version of Node, and
 * where they differ pixels may.
 */
export function mathematics(): string {
  const functions = ['exp', 'log', 'sin', 'cos', 'tanh', 'atan2', 'hypot', 'cbrt', 'pow'] as const
  const values = functions.flatMap((name) =>
    Array.from({ length: 500 }, (_, i) => {
      const x = 0.003 + 0.0137 * i
      return name === 'atan2' || name === 'hypot' || name === 'pow' ? Math[name](x, 2.4) : Math[name](x)
    }),
  )
  return createHash('sha256').update(Float64Array.from(values)).digest('hex')
}

/** The pictures that drafts start from, by name: small photographs, and frames of a video that are made of two. */
export async function runSources(): Promise<ReadonlyMap<string, Source>> {
  const sources = new Map<string, Source>()
  const files = readdirSync(runsFolder).filter((file) => file.endsWith('.png'))
  for (const file of files.sort()) {
    const { width, height, data } = await readPicture(fileURLToPath(new URL(file, runsFolder)))
    const picture = { width, height, data }
    const name = file.replace('.png', '')
    sources.set(name, { id: pictureHash(picture), name, picture })
  }
  const frames = framesOf(sources.get('scene')!.picture, sources.get('person')!.picture)
  const [, second] = frames as [Picture, Picture]
  sources.set('video', { id: pictureHash(second), name: 'video', picture: second, frames })
  return sources
}

/** Cut-outs and places for the recipes that take from others: painted, under names of every sort of thing. */
function donorsOf(sources: ReadonlyMap<string, Source>): Donors {
  const ball = (size: number, colour: readonly [number, number, number], en: string, cn: string): Cutout => ({
    id: en,
    name: { en, cn },
    ...paintedBall(size, colour),
  })
  const cutouts = [
    ball(90, [220, 60, 40], 'red apple', '红苹果'),
    ball(120, [60, 90, 200], 'blue car', '蓝色轿车'),
    ball(150, [230, 200, 60], 'hot air balloon', '热气球'),
    ball(110, [235, 235, 230], 'cow', '奶牛'),
    ball(80, [70, 150, 70], 'sailing boat', '帆船'),
    ball(100, [240, 240, 240], 'soccer ball', '足球'),
    ball(100, [200, 40, 120], 'person', '人'),
  ]
  const places = [...sources.values()].filter(({ frames }) => frames === undefined)
  return {
    cutout: (random) => Promise.resolve(random.pick(cutouts)),
    picture: (random) => {
      const place = random.pick(places)
      return Promise.resolve({ ...place, annotation: annotationOf(files.get(place.name) ?? '') })
    },
  }
}

/** Runs a recipe on a source, and puts what it made into words. */
export async function runCase(
  { recipe: name, source: from, variant }: RunCase,
  {
    recipes,
    captioner,
    sources,
    tools,
  }: {
    readonly recipes: readonly Recipe[]
    readonly captioner: Captioner
    readonly sources: ReadonlyMap<string, Source>
    readonly tools: Toolbox
  },
): Promise<RunResult> {
  const recipe = recipes.find((each) => each.name === name)
  const source = sources.get(from)
  if (recipe === undefined || source === undefined) throw new Error(`${name} on ${from}: not there`)
  const base = { recipe: name, version: recipe.version, source: from, variant }
  try {
    const random = new Random('golden', source.id, name, variant)
    const draft = await recipe.draft(source, {
      tools: recipe.uses?.includes('depth') && variant % 2 === 1 ? withDepth(tools) : tools,
      donors: donorsOf(sources),
      random,
      annotation: annotationOf(files.get(from) ?? ''),
    })
    const { facts, parameters, donors } = draft
    const words = new Random('words', name, variant)
    const instructions = await captioner.caption({ facts, random: words, count: 2 })
    return {
      ...base,
      made: {
        source: pictureHash(draft.source),
        target: pictureHash(draft.target),
        ...(draft.region && { region: maskHash(draft.region) }),
        facts,
        parameters,
        ...(donors && { donors }),
        instructions: instructions.map(({ en, cn }) => ({ en, cn })),
      },
    }
  } catch (error) {
    if (!(error instanceof Rejection)) throw error
    return { ...base, rejected: { reason: error.reason, values: error.values } }
  }
}

/** With a depth that falls off toward the top, as no embedded tool tells it. */
const withDepth = (tools: Toolbox): Toolbox => ({
  ...tools,
  has: (job) => job === 'depth' || tools.has(job),
  get: (job) => (job === 'depth' ? (ramp as never) : tools.get(job)),
})

const ramp = {
  depth: ({ width, height }: Picture) =>
    Promise.resolve({
      width,
      height,
      data: Float32Array.from({ length: width * height }, (_, i) => Math.floor(i / width) / height),
    }),
}

const maskHash = ({ width, height, data }: Mask): string =>
  createHash('sha256').update(`${width}×${height}`).update(data).digest('hex')

/** Jobs whose answers are kept for a recipe. */
export const jobsOf = ({ needs, uses = [] }: Recipe): readonly Job[] => [
  ...new Set([...needs, ...uses].filter((job) => job !== 'depth')),
]

/** The kept drafts. */
export function readRuns(): RunsFile {
  return JSON.parse(readFileSync(new URL('drafts.json', runsFolder), 'utf8')) as RunsFile
}
