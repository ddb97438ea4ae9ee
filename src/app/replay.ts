import { basename, dirname, resolve } from 'node:path'
import type { Command } from 'commander'
import {
  encodeEdit,
  type LoraChoice,
  maskHash,
  morePictures,
  parseRecipe,
  type Recipe,
  type RemoteRecipe,
  readMask,
  recordedOptions,
  type UsedPicture,
} from '../edit/index.ts'
import { defaultCache } from '../files/index.ts'
import { outputFormat, type Picture, pictureHash, readPicture, readRecipe } from '../image/index.ts'
import type { Box } from '../tools/index.ts'
import { readConfiguration } from './configuration.ts'
import { FileEditor } from './editing.ts'
import { UsageError } from './failure.ts'
import type { WriteChoice } from './job.ts'
import { type EditorChoice, jsonOf } from './modelFlags.ts'
import { resolveModel } from './models.ts'
import { repeated } from './options.ts'
import { checkOutputs, exists, numberedName, stream, withSuffix } from './outputs.ts'
import { PictureReader, type ReadJob, readJob, readText } from './readJob.ts'
import { usageText } from './remote.ts'
import { duration, type Terminal } from './terminal.ts'

interface Flags {
  readonly overwrite?: true
  readonly output?: string
  readonly model?: string
  readonly picture?: string
  readonly init?: string
  readonly with?: readonly string[]
  readonly mask?: string
  readonly adapters?: string
  readonly lora?: readonly string[]
  readonly force?: true
  readonly askAgain?: true
  readonly config?: string
  readonly json?: true
}

/** `pentimento replay out.png` */
export function replayCommand(program: Command, terminal: Terminal): void {
  program
    .command('replay')
    .description('make an edited picture again from its recipe')
    .argument('<picture>', 'a picture made by pentimento')
    .option('-o, --output <file>', 'output file (default: <picture>-replay.png)')
    .option('--overwrite', 'replace an existing file')
    .option('--model <folder|name>', 'the checkpoint, if it has moved')
    .option('--picture <file>', 'the input picture, if it has moved')
    .option('--init <file>', 'the init picture, if it has moved')
    .option('--mask <file>', 'the mask, if it has moved')
    .option(
      '--with <file>',
      'a further picture, if it has moved; repeatable, in the order of the recipe',
      repeated,
    )
    .option('--adapters <file.json>', 'the models and servers that the darkroom used as tools')
    .option('--lora <file>', 'a LoRA, if it has moved; repeatable, in the order of the recipe', repeated)
    .option('--ask-again', 'ask a remote editor again, which returns another picture and costs money')
    .option('--config <file.json>', 'the configuration with the remote editor')
    .option('--force', 'continue although the input or the model has changed')
    .option('--json', 'print the result as JSON')
    .action((file: string, flags: Flags) => replay(file, flags, terminal))
}

async function replay(file: string, flags: Flags, terminal: Terminal): Promise<void> {
  const { force = false } = flags
  const recipe = await recipeOf(file)
  if ('remote' in recipe && !flags.askAgain) throw notToTheByte(file, recipe)
  if (!('remote' in recipe) && flags.askAgain)
    throw new UsageError('--ask-again: expected a picture of a remote editor; leave it out')
  const write = { overwrite: flags.overwrite === true, ...recipe.saved }
  const output = flags.output ?? (await freeName(withSuffix(file, '-replay'), write.overwrite))
  await checkOutputs({ output }, write.overwrite)
  const read = await readJob(
    {
      picture: flags.picture ?? (await pictureOf(recipe.picture, file, '--picture')),
      instruction: recipe.instruction,
      output,
      // Recipes from before there was a choice.
      options: { ...('model' in recipe && { detail: false }), ...recordedOptions(recipe.options) },
      ...(recipe.box && { box: boxOf(recipe.box) }),
      ...(recipe.mask && { mask: flags.mask ?? (await pictureOf(recipe.mask, file, '--mask')) }),
      more: await furtherOf(recipe, file, flags.with),
      ...('darkroom' in recipe
        ? { plan: recipe.darkroom.plan }
        : 'model' in recipe && {
            init: recipe.init && {
              picture: flags.init ?? (await pictureOf(recipe.init, file, '--init')),
              strength: recipe.init.strength,
            },
          }),
    },
    new PictureReader(terminal),
  )
  if (!force) refuseChanged(file, changedPictures(recipe, read))
  const choice = await choiceOf(file, recipe, flags, terminal)
  const editor = await FileEditor.open(choice, terminal)
  try {
    if (!force) refuseChanged(file, await editor.changedSince(recipe))
    if ('remote' in recipe) return await askAgain(read, editor, { ...flags, write, output }, terminal)
    // The new picture carries the old recipe, so that the same pixels give the same bytes.
    const { seconds, recipe: made, picture } = await editor.run(read, recipe, write)
    const same = made.result === recipe.result
    const unchanged = same ? await showsResult(file, read, picture, write) : undefined
    const words = same ? 'the same picture' : 'NOT the same picture'
    if (flags.json) terminal.out(`${JSON.stringify({ output, same, unchanged, seconds, recipe: made })}\n`)
    else terminal.out(`${output}  ${words}, ${duration(seconds)}\n`)
    if (unchanged === false)
      terminal.error(
        `${file}: its pixels are no longer those of its recipe; another program has changed or saved it since\n`,
      )
    if (!same && !force) terminal.fail(2)
  } finally {
    await editor.close()
  }
}

/** A remote edit is requested again, with a new recipe. */
async function askAgain(
  read: ReadJob,
  editor: FileEditor,
  { write, output, json }: Flags & { readonly write: WriteChoice; readonly output: string },
  terminal: Terminal,
): Promise<void> {
  const { picture: _, ...made } = await editor.run(read, await editor.recipeOf(read, write), write)
  if (json) terminal.out(`${JSON.stringify({ ...made, same: false })}\n`)
  else {
    const used = made.usage ? usageText(made.usage) : ''
    terminal.out(`${output}  another picture, ${duration(made.seconds)}${used === '' ? '' : `, ${used}`}\n`)
  }
}

function notToTheByte(file: string, { remote }: RemoteRecipe): UsageError {
  const place = remote.url === undefined ? 'on the machine that made it' : `at ${remote.url}`
  return new UsageError(
    `${file}: made by ${remote.type}:${remote.model} ${place}, which cannot reproduce a picture exactly; --ask-again requests another one, at its price`,
  )
}

const boxOf = ([x, y, width, height]: NonNullable<Recipe['box']>): Box => ({ x, y, width, height })

async function freeName(path: string, overwrite: boolean): Promise<string> {
  for (let number = 1; ; number++) {
    const name = numberedName(path, number)
    if (overwrite || !(await exists(name))) return name
  }
}

/** Existing paths of a recipe's file: relative to the picture made with it, then to the working folder. */
async function placesOf(path: string, picture: string): Promise<readonly string[]> {
  const places = [path, basename(path)].flatMap((name) => [resolve(dirname(picture), name), name])
  const found = await Promise.all(
    [...new Set(places)].map(async (place) => ((await exists(place)) ? place : [])),
  )
  return found.flat()
}

/** The picture of a recipe: where several files have its name, the one with its pixels. */
async function pictureOf(
  { path, sha256 }: UsedPicture,
  made: string,
  flag: '--picture' | '--init' | '--with' | '--mask',
): Promise<string> {
  if (path === stream)
    throw new UsageError(`${made}: made from standard input; give its picture with ${flag}`)
  const places = await placesOf(path, made)
  if (places.length > 1)
    for (const place of places) {
      const hash = flag === '--mask' ? readMask(place).then(maskHash) : readPicture(place).then(pictureHash)
      if ((await hash.catch(() => undefined)) === sha256) return place
    }
  if (places[0] === undefined)
    throw new UsageError(
      `${basename(path)}: no such file; give the path of the recipe's picture with ${flag}`,
    )
  return places[0]
}

/** The further pictures of a recipe, those given with `--with` in place of the first ones. @throws UsageError */
async function furtherOf(
  recipe: Recipe,
  made: string,
  moved: readonly string[] = [],
): Promise<readonly string[]> {
  const used = morePictures(recipe)
  if (moved.length > used.length)
    throw new UsageError(
      `--with: expected at most ${used.length}, as many as the recipe has, got ${moved.length}`,
    )
  const found: string[] = []
  for (const [i, picture] of used.entries())
    found.push(moved[i] ?? (await pictureOf(picture, made, '--with')))
  return found
}

/** Whether a file shows what its recipe makes: the result has to be written and read as it was, for formats that lose some of it. */
async function showsResult(
  file: string,
  { picture }: ReadJob,
  result: Picture,
  write: WriteChoice,
): Promise<boolean> {
  const { data } = await readPicture(file)
  const { quality, metadata } = write
  const written = await encodeEdit(result, picture, { format: outputFormat(file), quality, metadata })
  return Buffer.compare(data, (await readPicture(written)).data) === 0
}

/** The recipe in a picture file. @throws UsageError if there is none */
export async function recipeOf(file: string): Promise<Recipe> {
  const text = await readRecipe(file)
  if (text === undefined)
    throw new UsageError(
      `${file}: no recipe found; expected a picture made by pentimento and not saved by another program afterwards`,
    )
  return parseRecipe(file, text)
}

async function choiceOf(
  file: string,
  recipe: Recipe,
  flags: Flags,
  terminal: Terminal,
): Promise<EditorChoice> {
  const { env } = terminal
  if ('darkroom' in recipe)
    return {
      type: 'darkroom',
      planner: 'embedded',
      yes: false,
      ...(flags.adapters !== undefined && {
        adapters: jsonOf(flags.adapters, await readText(flags.adapters, terminal)),
        adaptersFolder: dirname(flags.adapters),
      }),
    }
  if ('remote' in recipe) {
    const { editors, folder } = await readConfiguration(flags.config, terminal)
    return { type: 'remote', name: flags.model ?? recipe.remote.name, editors, folder }
  }
  const { model } = recipe
  const { folder, variant, precision, plan, parts, provider, quotes } = model
  const { lora: moved = [] } = flags
  const { length } = moved
  if (length > model.loras.length)
    throw new UsageError(
      `--lora: expected at most ${model.loras.length}, as many as the recipe has, got ${length}`,
    )
  const loras: LoraChoice[] = []
  for (const [i, { file: name, strength }] of model.loras.entries()) {
    const path = moved[i] ?? (await placesOf(name, file))[0]
    if (path === undefined || !(await exists(path)))
      throw new UsageError(`${path ?? name}: no such file; give the path of the recipe's LoRA with --lora`)
    loras.push({ file: path, strength })
  }
  const found = resolveModel(flags.model ?? (await placesOf(folder, file))[0] ?? folder, env)
  if (!(await exists(found)))
    throw new UsageError(`${found}: no such model; give the recipe's model with --model`)
  return {
    type: 'model',
    folder: found,
    variant,
    precision,
    plan,
    ...(parts && { parts }),
    provider,
    quotes,
    loras,
    cache: defaultCache(env),
  }
}

function changedPictures(recipe: Recipe, { picture, init, more = [], region }: ReadJob): readonly string[] {
  const first = 'model' in recipe ? recipe.init?.sha256 : undefined
  const further = morePictures(recipe).filter(({ sha256 }, i) => pictureHash(more[i]!) !== sha256)
  return [
    ...(pictureHash(picture) === recipe.picture.sha256 ? [] : [`picture ${basename(recipe.picture.path)}`]),
    ...(!region || !('data' in region) || maskHash(region) === recipe.mask?.sha256 ? [] : ['mask']),
    ...(!init || pictureHash(init.picture) === first ? [] : ['init picture']),
    ...further.map(({ path }) => `further picture ${basename(path)}`),
  ]
}

/** @throws UsageError that names what has changed */
function refuseChanged(file: string, changed: readonly string[]): void {
  if (changed.length > 0)
    throw new UsageError(
      `${file}: inputs differ from the recipe: ${changed.join(', ')}; give the original files with --picture, --init, --with, --mask, --model and --lora, or --force`,
    )
}
