import { existsSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import type { Command } from 'commander'
import { defaultCache, parseRecipe, type Recipe, type UsedPicture } from '../edit/index.ts'
import {
  encodePicture,
  outputFormat,
  type Picture,
  pictureHash,
  readPicture,
  readRecipe,
} from '../image/index.ts'
import { encodeOptions, FileEditor, type ModelChoice, type ReadJob, readJob } from './editing.ts'
import { UsageError } from './failure.ts'
import { resolveModel } from './models.ts'
import { duration, type Terminal } from './terminal.ts'

interface Flags {
  readonly output?: string
  readonly model?: string
  readonly picture?: string
  readonly init?: string
  readonly lora?: readonly string[]
  readonly force?: true
  readonly json?: true
}

/** `pentimento replay out.png` */
export function replayCommand(program: Command, terminal: Terminal): void {
  program
    .command('replay')
    .description('make an edited picture again from the recipe inside it')
    .argument('<picture>', 'a picture that pentimento made')
    .option('-o, --output <file>', '<picture>-replay.png unless given')
    .option('--model <folder|name>', 'the checkpoint, where it has moved')
    .option('--picture <file>', 'the input picture, where it has moved')
    .option('--init <file>', 'the picture to start from, where it has moved')
    .option(
      '--lora <file>',
      'a LoRA, where it has moved; several in the order of the recipe',
      (file: string, before: readonly string[] = []) => [...before, file],
    )
    .option('--force', 'go on where the input or the model has changed')
    .option('--json', 'print the result as JSON')
    .action(async (file: string, flags: Flags) => {
      const recipe = await recipeOf(file)
      const output = flags.output ?? file.replace(/(\.\w+)$/, '-replay$1')
      const read = await readJob({
        picture: flags.picture ?? (await pictureOf(recipe.picture, file)),
        instruction: recipe.instruction,
        output,
        // Recipes from before there was a choice.
        options: { detail: false, ...recipe.options },
        init: recipe.init && {
          picture: flags.init ?? (await pictureOf(recipe.init, file)),
          strength: recipe.init.strength,
        },
        ...recipe.saved,
      })
      if (!flags.force) refuseChanged(file, changedPictures(recipe, read))
      const editor = await FileEditor.open(
        { ...choiceOf(file, recipe, flags, terminal.env), cache: defaultCache(terminal.env) },
        terminal,
      )
      try {
        if (!flags.force) refuseChanged(file, await editor.changedSince(recipe.model))
        // The new picture carries the old recipe, so that the same pixels give the same bytes.
        const { seconds, recipe: made, picture } = await editor.run(read, recipe)
        const same = made.result === recipe.result
        const unchanged = same ? await showsResult(file, read, picture) : undefined
        if (flags.json)
          terminal.out(`${JSON.stringify({ output, same, unchanged, seconds, recipe: made })}\n`)
        else
          terminal.out(
            `${output}  ${same ? 'the same picture' : 'NOT the same picture'}, ${duration(seconds)}\n`,
          )
        if (unchanged === false)
          terminal.error(
            `${file}: its pixels are no longer those of its recipe; another program has changed or saved it since\n`,
          )
        if (!same && !flags.force) terminal.fail(1)
      } finally {
        await editor.close()
      }
    })
}

/** Places of a file of a recipe that are there: from the picture that was made with it, then from the working folder. */
function placesOf(path: string, picture: string): readonly string[] {
  const places = [path, basename(path)].flatMap((name) => [resolve(dirname(picture), name), name])
  return [...new Set(places)].filter((place) => existsSync(place))
}

/** The picture of a recipe: where several files have its name, the one with its pixels. */
async function pictureOf({ path, sha256 }: UsedPicture, made: string): Promise<string> {
  const places = placesOf(path, made)
  if (places.length > 1)
    for (const place of places) {
      const found = await readPicture(place).catch(() => undefined)
      if (found && pictureHash(found) === sha256) return place
    }
  return places[0] ?? basename(path)
}

/** Whether a file shows what its recipe makes: the result has to be written and read as it was, for formats that lose some of it. */
async function showsResult(file: string, { job, picture }: ReadJob, result: Picture): Promise<boolean> {
  const { data } = await readPicture(file)
  const written = await encodePicture(result, outputFormat(file), encodeOptions(job, picture, result))
  return Buffer.compare(data, (await readPicture(written)).data) === 0
}

/** The recipe inside a picture file. @throws UsageError when there is none */
export async function recipeOf(file: string): Promise<Recipe> {
  const text = await readRecipe(file)
  if (text === undefined)
    throw new UsageError(
      `${file}: no recipe inside; expected a picture that pentimento made, and no other program has saved since`,
    )
  return parseRecipe(file, text)
}

function choiceOf(file: string, { model }: Recipe, flags: Flags, env: NodeJS.ProcessEnv): ModelChoice {
  const { folder, variant, precision, plan, provider, quotes } = model
  const moved = flags.lora ?? []
  if (moved.length > model.loras.length)
    throw new UsageError(
      `--lora: expected at most ${model.loras.length} as the recipe has, got ${moved.length}`,
    )
  const loras = model.loras.map((lora, i) => ({
    ...lora,
    file: moved[i] ?? placesOf(lora.file, file)[0] ?? lora.file,
  }))
  return {
    folder: resolveModel(flags.model ?? placesOf(folder, file)[0] ?? folder, env),
    variant,
    precision,
    plan,
    provider,
    quotes,
    loras,
  }
}

function changedPictures(recipe: Recipe, { picture, init }: ReadJob): readonly string[] {
  return [
    ...(pictureHash(picture) === recipe.picture.sha256 ? [] : [`picture ${basename(recipe.picture.path)}`]),
    ...(!init || pictureHash(init.picture) === recipe.init?.sha256 ? [] : ['init picture']),
  ]
}

function refuseChanged(file: string, changed: readonly string[]): void {
  if (changed.length > 0)
    throw new UsageError(
      `${file}: not what it was made from: ${changed.join(', ')}; give the right files with --picture, --init, --model and --lora, or --force`,
    )
}
