import {
  type DarkroomEditor,
  type DarkroomRecipe,
  darkroomAlgorithm,
  openDarkroom,
  type Recipe,
  recordOptions,
  type UnfinishedRecipe,
} from '../edit/index.ts'
import { pictureHash } from '../image/index.ts'
import { installPack, type Pack, toolsFolder } from '../tools/index.ts'
import type { RecipeKeeper } from './editing.ts'
import { UsageError } from './failure.ts'
import type { WriteChoice } from './job.ts'
import type { DarkroomChoice } from './modelFlags.ts'
import type { ReadJob } from './readJob.ts'
import { recordedPath } from './recordedPath.ts'
import { recordedRegion } from './recordedRegion.ts'
import { bytesText, ProgressLine, type Terminal } from './terminal.ts'
import { packageVersion } from './version.ts'

/** Opens the darkroom for a command; tools that are missing it offers to install. */
export function openDarkroomFor(choice: DarkroomChoice, terminal: Terminal): Promise<DarkroomEditor> {
  return openDarkroom({
    env: terminal.env,
    adapters: choice.adapters,
    folder: choice.adaptersFolder,
    planner: choice.planner,
    onMissing: (packs) => offerInstall(packs, choice.yes, terminal),
  })
}

/** Installs packs with --yes, or when the user says so. @throws UsageError that names them, their size and the command */
export async function offerInstall(
  packs: readonly Pack[],
  yes: boolean,
  terminal: Terminal,
): Promise<boolean> {
  const names = packs.map(({ name, downloadBytes }) => `${name} (${bytesText(downloadBytes)})`).join(' and ')
  const command = `pentimento tools install ${packs.map(({ name }) => name).join(' ')}`
  const answer = yes ? 'y' : await terminal.ask?.(`this edit needs the tools ${names}; install now? [y/N] `)
  if (!/^\s*y(es)?\s*$/i.test(answer ?? ''))
    throw new UsageError(
      `this edit needs the tools ${names}; install them with '${command}', or give --yes to install what an edit needs`,
    )
  const line = new ProgressLine(terminal)
  try {
    for (const pack of packs) {
      line.show(`installing ${pack.name}, ${bytesText(pack.downloadBytes)}`)
      await installPack(pack, { folder: toolsFolder(terminal.env), signal: terminal.signal })
    }
  } finally {
    line.end()
  }
  return true
}

/** What recipes say of the darkroom's edits. */
export class DarkroomRecipes implements RecipeKeeper {
  readonly #editor: DarkroomEditor
  readonly #terminal: Terminal

  constructor(editor: DarkroomEditor, terminal: Terminal) {
    this.#editor = editor
    this.#terminal = terminal
  }

  async recipeOf(
    { job, picture, second, region }: ReadJob,
    { quality, metadata }: WriteChoice,
  ): Promise<UnfinishedRecipe> {
    const { planner } = this.#editor
    const { signal } = this.#terminal
    const plan = job.plan ?? (await this.#editor.plan(picture, job.instruction, { second, region, signal }))
    const recipe: Omit<DarkroomRecipe, 'result'> = {
      pentimento: packageVersion(),
      algorithm: darkroomAlgorithm,
      picture: { path: recordedPath(job.picture, job.output), sha256: pictureHash(picture) },
      instruction: job.instruction,
      options: recordOptions({ seed: job.options.seed }),
      ...(job.second !== undefined &&
        second && { second: { path: recordedPath(job.second, job.output), sha256: pictureHash(second) } }),
      ...recordedRegion(job, region),
      darkroom: {
        plan,
        planner: job.plan ? 'given' : `${planner.name} ${planner.version}`,
        tools: {},
      },
      ...((quality ?? metadata) !== undefined && { saved: { quality, metadata } }),
    }
    return recipe
  }

  async changedSince(recipe: Recipe): Promise<readonly string[]> {
    if (!('darkroom' in recipe))
      throw new UsageError('model: the recipe is one of a model, not of the darkroom')
    const changed = await this.#editor.changedTools(recipe.darkroom.tools)
    return recipe.algorithm === darkroomAlgorithm ? changed : ['the darkroom of another version', ...changed]
  }

  profile(): never {
    throw new UsageError('--profile: the darkroom has no parts of a model to profile; leave it out')
  }
}
