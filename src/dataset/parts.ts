import { availableParallelism } from 'node:os'
import { type Noun, nounOf } from '../instructions/index.ts'
import type { Spending } from '../judges/index.ts'
import { cachedToolbox, openAdapters, openToolbox, type Toolbox, toolsFolder } from '../tools/index.ts'
import { openAnswers } from './answers.ts'
import { captionStage } from './captions/captionStage.ts'
import { openCaptionStage } from './captions/open.ts'
import { checks, measureStage } from './checks/index.ts'
import { DatasetError } from './error.ts'
import { type JudgementStage, judgingStage } from './judgements/judgementStage.ts'
import { openJudgements } from './judgements/open.ts'
import { loadModules } from './modules.ts'
import type { PairStage } from './pairs/stage.ts'
import { allRecipes } from './recipes/index.ts'
import type { Recipe } from './recipes/recipe.ts'
import type { Environment, Workspace } from './workspace.ts'

/** The components of the dataset pipeline. */
export interface Parts {
  readonly recipes: readonly Recipe[]
  /** What is done with pairs: measures, captions, judgements. */
  readonly pairStages: readonly PairStage[]
  /** The judges of the configuration, each by itself: what they would take can be asked of them. */
  readonly judges?: readonly JudgementStage[]
  readonly tools: Toolbox
  /** The name of what a detector's label means, in both languages. */
  nounOfLabel(label: string): Noun | undefined
  /** The name of a cut-out's file, by its path below the place it was found in. */
  nounOfFile(name: string): Noun | undefined
}

/**
 * The recipes of this package and of the configuration's modules, with the tools that are installed and those that the configuration names. What tools say
 * of a picture is kept in the workspace, and in its bucket. No judge is asked beyond `budget`.
 * @throws DatasetError `configuration`
 */
export async function openParts(
  { folder, configuration }: Pick<Workspace, 'folder' | 'configuration'>,
  env: Environment,
  { budget }: { readonly budget?: Spending | undefined } = {},
): Promise<Parts> {
  const modules = await loadModules(folder, configuration.modules)
  const recipes = [...allRecipes, ...modules.recipes]
  checkNames(recipes, configuration.recipes)
  const { analyses, calls } = openAnswers(folder, configuration.store, env)
  const packs = toolsFolder(env)
  const adapters = await openAdapters(configuration.tools, { env, folder, tools: packs })
  // A process of tools answers one call at a time, and much of a call runs on one core.
  const processes = Math.min(configuration.limits.concurrency, availableParallelism())
  const opened = await openToolbox({ folder: packs, adapters: adapters.tools, processes })
  const tools: Toolbox = {
    ...cachedToolbox(opened, analyses),
    async close() {
      await opened.close()
      await adapters.close()
    },
  }
  const judges = openJudgements(configuration, { environment: env, toolbox: opened, calls, budget })
  return {
    recipes,
    pairStages: [
      measureStage(tools, [...checks, ...modules.checks]),
      await openCaptionStage(configuration, { folder, tools }),
      ...(modules.captioners.length > 0 ? [captionStage(modules.captioners)] : []),
      ...(judges.length > 0 ? [judgingStage(judges)] : []),
      ...modules.judges,
    ],
    judges,
    tools,
    nounOfLabel: nounOf,
    nounOfFile: nameInFile,
  }
}

/** @throws DatasetError for a recipe that is not there, or two of one name */
function checkNames(recipes: readonly Recipe[], chosen: Readonly<Record<string, number>>): void {
  const known = new Set<string>()
  for (const { name } of recipes) {
    if (known.has(name))
      throw new DatasetError('configuration', `modules: two recipes are called ${name}; rename one`)
    known.add(name)
  }
  for (const name of Object.keys(chosen))
    if (!known.has(name))
      throw new DatasetError(
        'configuration',
        `recipes.${name}: no such recipe; expected one of ${[...known].join(', ')}`,
      )
}

/** Files carry their names: `red apple=红苹果.png`. */
function nameInFile(name: string): Noun | undefined {
  const [, en, cn] = /([^/=]+)=([^/=]+)\.\w+$/u.exec(name) ?? []
  return en && cn ? { en: en.trim(), cn: cn.trim() } : undefined
}
