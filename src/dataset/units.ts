import { createHash } from 'node:crypto'
import { canonicalJson, digestOf, unitOf } from '../jobs/index.ts'
import type { Job, Toolbox } from '../tools/index.ts'
import { annotationJobs, annotationVersion } from './annotations/annotate.ts'
import type { Configuration } from './configuration.ts'
import { type DonorRings, donorsOfUnit, kindsWithDonors } from './donors.ts'
import type { Recipe } from './recipes/recipe.ts'
import type { SourceEntry } from './sources/catalog.ts'
import type { Kind } from './taxonomy.ts'

/** Increased whenever a change of the pipeline may change the pair of a draft. */
const pipelineVersion = 2

/** A recipe that cannot run because tools are missing. */
export interface LeftOut {
  readonly recipe: string
  readonly kind: Kind
  readonly missing: readonly Job[]
}

/** The inputs of planning drafts. */
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
  /** Ids of the donors they may use. */
  readonly cutouts: readonly string[]
  readonly photos: readonly string[]
}

/** Optional jobs of a recipe. */
export function jobsOf({ needs, uses = [] }: Recipe, tools: Toolbox): readonly Job[] {
  return [...new Set([...needs, ...uses.filter((job) => tools.has(job))])].sort()
}

/** Required jobs of a recipe that no tool does, or no tool that is large enough: adapters' names have a colon. */
export function missingJobs({ needs, large = [] }: Recipe, tools: Toolbox): readonly Job[] {
  return needs.filter(
    (job) => !tools.has(job) || (large.includes(job) && !tools.get(job).facts.implementation.includes(':')),
  )
}

/** Implementation and version of the installed tools of these jobs. */
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
  const versions = toolVersions([...annotationJobs].sort(), tools)
  return digestOf(['annotation', annotationVersion, id, sidecar ?? null, versions])
}

/** Plans the drafts of one source after the other; each source is planned by itself. */
export class DraftPlanner {
  readonly leftOut: readonly LeftOut[]
  readonly #context: PlanContext
  readonly #able: readonly Recipe[]
  readonly #rings: DonorRings
  /** What is the same in all keys of a recipe, as canonical JSON. */
  readonly #fixed: ReadonlyMap<string, { readonly recipe: string; readonly tools: string }>
  /** Drafts a source, by recipe. */
  readonly #wanted: ReadonlyMap<string, number>

  constructor(context: PlanContext, rings: DonorRings) {
    const { recipes, tools, configuration } = context
    const missing = (recipe: Recipe) => missingJobs(recipe, tools)
    this.#context = context
    this.#rings = rings
    this.#able = recipes.filter((recipe) => missing(recipe).length === 0)
    this.leftOut = recipes
      .filter((recipe) => missing(recipe).length > 0)
      .map((recipe) => ({ recipe: recipe.name, kind: recipe.kind, missing: missing(recipe) }))
    this.#wanted = new Map(
      this.#able.map((recipe) => [recipe.name, draftsWanted(recipe, this.#able, configuration)]),
    )
    this.#fixed = new Map(
      this.#able.map((recipe) => [
        recipe.name,
        {
          recipe: canonicalJson({
            pipeline: pipelineVersion,
            recipe: [recipe.name, recipe.version],
            seed: configuration.seed,
          }).slice(1, -1),
          tools: canonicalJson(toolVersions(jobsOf(recipe, tools), tools)),
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
      const count = draftsOf(recipe.name, source.id, this.#wanted.get(recipe.name)!, configuration)
      if (count === 0) return []
      const words = [configuration.seed, source.id, recipe.name] as const
      const rings = kindsWithDonors.has(recipe.kind) ? this.#rings.of(source.split) : undefined
      const cutouts = rings?.cutouts.choose(donorsOfUnit.cutouts, source.group, [...words, 'cutouts']) ?? []
      const photos = rings?.photos.choose(donorsOfUnit.photos, source.group, [...words, 'photos']) ?? []
      const fixed = this.#fixed.get(recipe.name)!
      // Canonical JSON of all this as one object with its 'variant', whose keys stand in this order.
      const text =
        `{"annotation":"${annotation}","cutouts":${JSON.stringify(cutouts)},"photos":${JSON.stringify(photos)},` +
        `${fixed.recipe},"source":${JSON.stringify(source.id)},"tools":${fixed.tools},"variant":`
      return [{ recipe, keys: keysOfVariants(text, count), cutouts, photos }]
    })
  }
}

/** The digests of a text that the variants from 0 on complete: all share its beginning, which may name seventy donors. */
function keysOfVariants(text: string, count: number): readonly string[] {
  const begun = createHash('sha256').update(text)
  return Array.from({ length: count }, (_, variant) => begun.copy().update(`${variant}}`).digest('hex'))
}

/** How many drafts a source gets of a recipe; a fraction is the share of the sources that get one. */
function draftsWanted(
  recipe: Recipe,
  able: readonly Recipe[],
  { kinds, recipes }: Pick<Configuration, 'kinds' | 'recipes'>,
): number {
  const ofKind = kinds[recipe.kind]
  const siblings = able.filter(({ kind, from }) => kind === recipe.kind && from === recipe.from)
  const all = siblings.reduce((sum, { variants }) => sum + variants, 0)
  return recipes[recipe.name] ?? (ofKind === undefined ? recipe.variants : (ofKind * recipe.variants) / all)
}

/** How many drafts one source gets of a recipe. */
function draftsOf(recipe: string, source: string, wanted: number, { seed }: Configuration): number {
  const whole = Math.floor(wanted)
  if (whole === wanted) return whole
  return whole + (unitOf(seed, 'drafts', recipe, source) < wanted - whole ? 1 : 0)
}
