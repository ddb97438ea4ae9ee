import { digestOf, unitOf } from '../jobs/index.ts'
import type { Job, Toolbox } from '../tools/index.ts'
import type { Captioner } from './captions/captioner.ts'
import { checks, checksOf } from './checks/index.ts'
import type { Configuration } from './configuration.ts'
import { donorPool, kindsWithDonors } from './donors.ts'
import type { Recipe } from './recipes/recipe.ts'
import { type Catalog, type SourceEntry, splits } from './sources/catalog.ts'
import type { Kind } from './taxonomy.ts'

/** Raised whenever the pipeline itself may give another triplet of the same draft. */
const pipelineVersion = 1

/** One draft to be made. */
export interface PlannedUnit {
  /** SHA-256 of everything that decides the outcome. */
  readonly key: string
  readonly source: string
  readonly kind: Kind
  readonly recipe: string
  readonly variant: number
}

/** A recipe that cannot run because of tools that are not there. */
export interface LeftOut {
  readonly recipe: string
  readonly kind: Kind
  readonly missing: readonly Job[]
}

/** What units are planned from. */
export interface PlanContext {
  readonly configuration: Configuration
  readonly recipes: readonly Recipe[]
  readonly tools: Toolbox
  readonly captioner: Captioner
}

/** Jobs that a recipe's drafts and their checks may use, where they are there. */
export function jobsOf(recipe: Recipe, tools: Toolbox): readonly Job[] {
  const checked = checksOf(recipe.kind, tools).flatMap(({ needs, uses = [] }) => [
    ...needs,
    ...uses.filter((job) => tools.has(job)),
  ])
  const used = (recipe.uses ?? []).filter((job) => tools.has(job))
  return [...new Set([...recipe.needs, ...used, ...checked])].sort()
}

/** Every draft of a dataset, by key. */
export function planUnits(
  catalog: Catalog,
  context: PlanContext,
): { readonly units: readonly PlannedUnit[]; readonly leftOut: readonly LeftOut[] } {
  const { recipes, tools } = context
  const missing = (recipe: Recipe) => recipe.needs.filter((job) => !tools.has(job))
  const able = recipes.filter((recipe) => missing(recipe).length === 0)
  const pools = new Map(splits.map((split) => [split, donorPool(catalog, split).digest]))
  const units: PlannedUnit[] = []
  for (const recipe of able) {
    const fixed = decisive(recipe, context)
    for (const source of catalog.sources) {
      if (source.type !== recipe.from) continue
      const pool = kindsWithDonors.has(recipe.kind) ? pools.get(source.split) : undefined
      const count = draftsOf(recipe, source, able, context.configuration)
      for (let variant = 0; variant < count; variant++)
        units.push({
          key: digestOf({ ...fixed, source: source.id, pool, variant }),
          source: source.id,
          kind: recipe.kind,
          recipe: recipe.name,
          variant,
        })
    }
  }
  const leftOut = recipes
    .filter((recipe) => missing(recipe).length > 0)
    .map((recipe) => ({ recipe: recipe.name, kind: recipe.kind, missing: missing(recipe) }))
  return { units: units.sort((a, b) => (a.key < b.key ? -1 : 1)), leftOut }
}

/** What decides the drafts of a recipe, beside their source and variant. */
function decisive(recipe: Recipe, { configuration, tools, captioner }: PlanContext): object {
  const versions = jobsOf(recipe, tools).map((job) => {
    const { implementation, version } = tools.get(job).facts
    return [job, implementation, version]
  })
  return {
    pipeline: pipelineVersion,
    checks: checks.map(({ name, version }) => [name, version]),
    recipe: [recipe.name, recipe.version],
    seed: configuration.seed,
    instructions: configuration.instructions,
    captioner: [captioner.name, captioner.version],
    tools: versions,
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
