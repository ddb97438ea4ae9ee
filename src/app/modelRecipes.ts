import { basename, resolve } from 'node:path'
import {
  changedFiles,
  type EditDefaults,
  editAlgorithm,
  isSameAdapter,
  type LoraChoice,
  type ModelEditor,
  type ModelRecipe,
  modelName,
  type Recipe,
  recordOptions,
  type UnfinishedRecipe,
} from '../edit/index.ts'
import { pictureHash } from '../image/index.ts'
import type { Profile } from '../onnx/index.ts'
import type { RecipeKeeper } from './editing.ts'
import { UsageError } from './failure.ts'
import type { EditJob, WriteChoice } from './job.ts'
import type { ModelChoice } from './modelFlags.ts'
import type { ReadJob } from './readJob.ts'
import { recordedPath } from './recordedPath.ts'
import { recordedRegion } from './recordedRegion.ts'
import { packageVersion } from './version.ts'

/** What recipes say of a model's edits. */
export class ModelRecipes implements RecipeKeeper {
  readonly #editor: ModelEditor
  readonly #model: ModelRecipe['model']
  readonly #loras: readonly LoraChoice[]

  constructor(editor: ModelEditor, choice: ModelChoice) {
    this.#editor = editor
    this.#model = describeModel(editor, choice)
    this.#loras = choice.loras
  }

  /** Parts of the checkpoint that changed, and LoRAs, by their files. */
  async changedSince(recipe: Recipe): Promise<readonly string[]> {
    if (!('model' in recipe))
      throw new UsageError('model: the recipe is one of the darkroom; leave --model out')
    const { files, loras } = recipe.model
    const { checkpoint, identities } = this.#editor
    const changed = [...(await changedFiles(files, checkpoint, identities))]
    for (const [i, { file, identity }] of loras.entries()) {
      const [now, path] = [this.#model.loras[i]?.identity, this.#loras[i]?.file]
      if (!now || !path || !(await isSameAdapter(identity, path, now))) changed.push(basename(file))
    }
    return changed
  }

  /** It includes the model's defaults, because models may change. */
  async recipeOf(
    { job, picture, init, region }: ReadJob,
    { quality, metadata }: WriteChoice,
  ): Promise<UnfinishedRecipe> {
    if (job.plan !== undefined || job.second !== undefined)
      throw new UsageError(
        `${job.plan === undefined ? '--with' : '--plan'}: only the darkroom takes it (--model darkroom)`,
      )
    return {
      pentimento: packageVersion(),
      algorithm: editAlgorithm,
      picture: { path: recordedPath(job.picture, job.output), sha256: pictureHash(picture) },
      instruction: job.instruction,
      options: withDefaults(job.options, this.#editor.defaults),
      ...(job.init &&
        init && {
          init: {
            path: recordedPath(job.init.picture, job.output),
            sha256: pictureHash(init.picture),
            strength: init.strength,
          },
        }),
      ...recordedRegion(job, region),
      model: this.#model,
      ...((quality ?? metadata) !== undefined && { saved: { quality, metadata } }),
    }
  }

  profile(): Promise<Readonly<Record<string, Profile>>> {
    return this.#editor.profile()
  }
}

/** What recipes say of the model. */
function describeModel(
  { variant, precision, plan, facts, provider, identities, loras }: ModelEditor,
  choice: ModelChoice,
): ModelRecipe['model'] {
  return {
    folder: modelName(choice.folder),
    variant,
    precision,
    plan,
    parts: facts,
    provider,
    quotes: choice.quotes,
    files: identities,
    loras: loras.map((lora) => ({ ...lora, file: basename(resolve(lora.file)) })),
  }
}

/** The seed first, then what models have defaults of, then the rest: the order of every recipe. */
function withDefaults(options: EditJob['options'], defaults: EditDefaults): Recipe['options'] {
  const given = Object.fromEntries(
    Object.entries(options).filter(([name, value]) => name !== 'seed' && value !== undefined),
  )
  return recordOptions({ ...defaults, ...given, seed: options.seed })
}
