import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import type { PairCaptioner } from './captions/captionStage.ts'
import type { Check } from './checks/index.ts'
import { DatasetError } from './error.ts'
import type { PairStage } from './pairs/stage.ts'
import type { Recipe } from './recipes/recipe.ts'
import { kinds } from './taxonomy.ts'

/** What modules of the configuration bring beside ours; every process that has the configuration has them. */
export interface ModuleParts {
  readonly recipes: readonly Recipe[]
  readonly checks: readonly Check[]
  readonly captioners: readonly PairCaptioner[]
  /** Stages of the name `judgements`. */
  readonly judges: readonly PairStage[]
}

const named = z.looseObject({ name: z.string().min(1) })
const callable = z.custom<unknown>((value) => typeof value === 'function', 'expected a function')
const jobs = z.array(z.string())
const schema = z.looseObject({
  recipes: z
    .array(
      named.extend({
        kind: z.enum(kinds),
        version: z.number().optional(),
        needs: jobs,
        from: z.enum(['photo', 'video']),
        variants: z.int().min(1),
        draft: callable,
      }),
    )
    .default([]),
  checks: z.array(named.extend({ version: z.number(), needs: jobs, measure: callable })).default([]),
  captioners: z.array(named.extend({ keyOf: callable, caption: callable })).default([]),
  judges: z
    .array(z.looseObject({ name: z.literal('judgements'), keyOf: callable, run: callable }))
    .default([]),
})

/**
 * Loads the modules that a configuration names. A recipe without a version has the content of its file as one, so that
 * its drafts are made again when that changes.
 * @param folder of the workspace, to which the files are relative
 * @throws DatasetError `configuration` for what is no such module
 */
export async function loadModules(folder: string, files: readonly string[]): Promise<ModuleParts> {
  const all: { [K in keyof ModuleParts]: ModuleParts[K][number][] } = {
    recipes: [],
    checks: [],
    captioners: [],
    judges: [],
  }
  for (const file of files) {
    const path = resolve(folder, file)
    let content: Buffer
    let loaded: unknown
    try {
      content = await readFile(path)
      loaded = { ...((await import(pathToFileURL(path).href)) as object) }
    } catch (error) {
      throw new DatasetError(
        'configuration',
        `modules: ${file}: cannot be loaded (${(error as Error).message})`,
        {
          cause: error,
        },
      )
    }
    const parsed = schema.safeParse(loaded)
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      throw new DatasetError(
        'configuration',
        `modules: ${file}: ${issue?.path.join('.')}: ${issue?.message}; expected exports recipes, checks, captioners, judges`,
      )
    }
    // What the file exports keeps its identity, for methods that use `this`.
    const { recipes, checks, captioners, judges } = loaded as Partial<ModuleParts>
    const version = createHash('sha256').update(content).digest().readUInt32BE(0)
    for (const recipe of recipes ?? [])
      all.recipes.push((recipe.version as number | undefined) === undefined ? { ...recipe, version } : recipe)
    all.checks.push(...(checks ?? []))
    all.captioners.push(...(captioners ?? []))
    all.judges.push(...(judges ?? []))
  }
  return all
}
