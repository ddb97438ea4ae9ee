import type { Command } from 'commander'
import { defaultCache, parseRecipe, type Recipe } from '../edit/index.ts'
import { readRecipe } from '../image/index.ts'
import { FileEditor, type ModelChoice, readJob } from './editing.ts'
import { UsageError } from './failure.ts'
import { resolveModel } from './models.ts'
import { duration, type Terminal } from './terminal.ts'

interface Flags {
  readonly output?: string
  readonly model?: string
  readonly picture?: string
  readonly init?: string
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
    .option('--force', 'go on where the input or the model has changed')
    .option('--json', 'print the result as JSON')
    .action(async (file: string, flags: Flags) => {
      const recipe = await recipeOf(file)
      const output = flags.output ?? file.replace(/(\.\w+)$/, '-replay$1')
      const read = await readJob({
        picture: flags.picture ?? recipe.picture.path,
        instruction: recipe.instruction,
        output,
        // Recipes from before there was a choice.
        options: { detail: false, ...recipe.options },
        init: recipe.init && { picture: flags.init ?? recipe.init.path, strength: recipe.init.strength },
      })
      const editor = await FileEditor.open(
        { ...choiceOf(recipe, flags, terminal.env), cache: defaultCache(terminal.env) },
        terminal,
      )
      try {
        if (!flags.force) checkUnchanged(file, recipe, editor.recipeOf(read))
        // The new picture carries the old recipe, so that the same pixels give the same bytes.
        const { seconds, recipe: made } = await editor.run(read, recipe)
        const same = made.result === recipe.result
        if (flags.json) terminal.out(`${JSON.stringify({ output, same, seconds, recipe: made })}\n`)
        else
          terminal.out(
            `${output}  ${same ? 'the same picture' : 'NOT the same picture'}, ${duration(seconds)}\n`,
          )
        if (!same && !flags.force) terminal.fail(1)
      } finally {
        await editor.close()
      }
    })
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

function choiceOf({ model }: Recipe, flags: Flags, env: NodeJS.ProcessEnv): ModelChoice {
  const { folder, variant, precision, plan, provider, quotes, loras } = model
  return {
    folder: resolveModel(flags.model ?? folder, env),
    variant,
    precision,
    plan,
    provider,
    quotes,
    loras,
  }
}

function checkUnchanged(file: string, recipe: Recipe, found: Omit<Recipe, 'result'>): void {
  const changed: string[] = []
  if (found.picture.sha256 !== recipe.picture.sha256) changed.push(`picture ${found.picture.path}`)
  if (found.init?.sha256 !== recipe.init?.sha256) changed.push('init picture')
  for (const [name, identity] of Object.entries(recipe.model.files))
    if (found.model.files[name] !== identity) changed.push(name)
  for (const [i, { file: lora, identity }] of recipe.model.loras.entries())
    if (found.model.loras[i]?.identity !== identity) changed.push(lora)
  if (changed.length > 0)
    throw new UsageError(
      `${file}: not what it was made from: ${changed.join(', ')}; give the right files with --picture and --model, or --force`,
    )
}
