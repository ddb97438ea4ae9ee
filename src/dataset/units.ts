import { digestOf, unitOf } from '../jobs/index.ts'
import type { Job, Toolbox } from '../tools/index.ts'
import { annotationJobs, annotationVersion } from './annotations/annotate.ts'
import type { Configuration } from './configuration.ts'
import { type DonorRing, donorsOfUnit, kindsWithDonors } from './donors.ts'
import type { Recipe } from './recipes/recipe.ts'
import type { SourceEntry } from './sources/catalog.ts'
import type { Kind } from './taxonomy.ts'

/** Raised whenever the pipeline itself may give another pair of the same draft. */
const pipelineVersion = 2

/** A recipe that cannot run because of tools that are not there. */
export interface LeftOut {
  readonly recipe: string
  readonly kind: Kind
  readonly missing: readonly Job[]
}

/** What drafts are planned from. */
export interface PlanContext {
  readonly configuration: Configuration
  readonly recipes: readonly Recipe[]
  readonly tools: Toolbox
}

/** The drafts of a recipe on a source. */
export interface PlannedDrafts {
  readonly recipe: Recipe
  /** Keys of the drafts by their variants: SHA-256 of everything that decides a draft, and of nothing else. */
  readonly keys: readonly string[]
  /** Ids of what they may take from. */
  readonly cutouts: readonly string[]
  readonly photos: readonly string[]
}

/** Jobs that a recipe may use, where they are there. */
export function jobsOf({ needs, uses = [] }: Recipe, tools: Toolbox): readonly Job[] {
  return [...new Set([...needs, ...uses.filter((job) => tools.has(job))])].sort()
}

/** Jobs that a recipe needs and no tool does, or none that is large enough: adapters' names have a colon. */
export function missingJobs({ needs, large = [] }: Recipe, tools: Toolbox): readonly Job[] {
  return needs.filter(
    (job) => !tools.has(job) || (large.includes(job) && !tools.get(job).facts.implementation.includes(':')),
  )
}

/** Implementation and version of the tools of these jobs that are there. */
function toolVersions(jobs: readonly Job[], tools: Toolbox): readonly (readonly string[])[] {
  return jobs
    .filter((job) => tools.has(job))
    .map((job) => {
      const { implementation, version } = tools.get(job).facts
      return [job, implementation, version]
    })
}

/** The key of a source's annotation. */
export function annotationKey({ id, sidecar }: SourceEntry, tools: Toolbox): string {
  return digestOf([
    'annotation',
    annotationVersion,
    id,
    sidecar ?? null,
    toolVersions([...annotationJobs].sort(), tools),
  ])
}

/** Plans the drafts of one source after the other; each source is planned by itself. */
export class DraftPlanner {
  readonly leftOut: readonly LeftOut[]
  readonly #context: PlanContext
  readonly #able: readonly Recipe[]
  readonly #rings: { readonly [S in SourceEntry['split']]: { cutouts: DonorRing; photos: DonorRing } }
  readonly #fixed: ReadonlyMap<string, object>

  constructor(
    context: PlanContext,
    rings: { readonly [S in SourceEntry['split']]: { cutouts: DonorRing; photos: DonorRing } },
  ) {
    const { recipes, tools, configuration } = context
    const missing = (recipe: Recipe) => missingJobs(recipe, tools)
    this.#context = context
    this.#rings = rings
    this.#able = recipes.filter((recipe) => missing(recipe).length === 0)
    this.leftOut = recipes
      .filter((recipe) => missing(recipe).length > 0)
      .map((recipe) => ({ recipe: recipe.name, kind: recipe.kind, missing: missing(recipe) }))
    this.#fixed = new Map(
      this.#able.map((recipe) => [
        recipe.name,
        {
          pipeline: pipelineVersion,
          recipe: [recipe.name, recipe.version],
          seed: configuration.seed,
          tools: toolVersions(jobsOf(recipe, tools), tools),
        },
      ]),
    )
  }

  /** All drafts of a source, by recipe. */
  plan(source: SourceEntry): readonly PlannedDrafts[] {
    const { configuration, tools } = this.#context
    const annotation = annotationKey(source, tools)
    return this.#able.flatMap((recipe): PlannedDrafts[] => {
      if (source.type !== recipe.from) return []
      const count = draftsOf(recipe, source, this.#able, configuration)
      if (count === 0) return []
      const words = [configuration.seed, source.id, recipe.name] as const
      const rings = kindsWithDonors.has(recipe.kind) ? this.#rings[source.split] : undefined
      const cutouts = rings?.cutouts.choose(donorsOfUnit.cutouts, source.group, [...words, 'cutouts']) ?? []
      const photos = rings?.photos.choose(donorsOfUnit.photos, source.group, [...words, 'photos']) ?? []
      const fixed = { ...this.#fixed.get(recipe.name), source: source.id, annotation, cutouts, photos }
      const keys = Array.from({ length: count }, (_, variant) => digestOf({ ...fixed, variant }))
      return [{ recipe, keys, cutouts, photos }]
    })
  }
}

/** How many drafts one source gets of a recipe: of a fraction, its share of the sources gets one. */
function draftsOf(
  recipe: Recipe,
  source: SourceEntry,
  able: readonly Recipe[],
  { kinds, recipes, seed }: Configuration,
): number {
  const ofKind = kinds[recipe.kind]
  const siblings = able.filter(({ kind, from }) => kind === recipe.kind && from === recipe.from)
  const all = siblings.reduce((sum, { variants }) => sum + variants, 0)
  const wanted =
    recipes[recipe.name] ?? (ofKind === undefined ? recipe.variants : (ofKind * recipe.variants) / all)
  const whole = Math.floor(wanted)
  return whole + (unitOf(seed, 'drafts', recipe.name, source.id) < wanted - whole ? 1 : 0)
}
