import { basename, extname, resolve } from 'node:path'
import type { Command } from 'commander'
import { FileEditor, readJob } from './editing.ts'
import { UsageError } from './failure.ts'
import {
  addEditFlags,
  addModelFlags,
  type EditFlags,
  editOptions,
  type ModelFlags,
  modelChoice,
  numberOf,
} from './options.ts'
import { duration, type Terminal } from './terminal.ts'

interface Flags extends ModelFlags, EditFlags {
  readonly output?: string
  readonly init?: string
  readonly initStrength: number
  readonly preview?: string
  readonly changeMap?: string
  readonly json?: true
}

/** `pentimento edit photo.jpg "make it winter"` */
export function editCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('edit')
    .description('edit a picture by instruction, in English or Chinese')
    .argument('<picture>', 'picture file')
    .argument('<instruction>', 'what to change')
    .option('-o, --output <file>', 'where to write: .png, .jpg or .webp; <picture>-edited.png beside you')
    .option('--init <picture>', 'start from this picture instead of noise')
    .option('--init-strength <x>', 'how far from it to go, 0 to 1', numberOf, 0.6)
    .option('--preview <file>', 'write a preview there every four steps')
    .option('--change-map <file.png>', 'write there what changed: 0 kept, to 127 toned, to 255 redrawn')
    .option('--json', 'print the result as JSON')
  addEditFlags(addModelFlags(command)).action(async (picture: string, instruction: string, flags: Flags) => {
    const output = flags.output ?? `${basename(picture, extname(picture))}-edited.png`
    if (flags.init === undefined && command.getOptionValueSource('initStrength') === 'cli')
      throw new UsageError('init-strength: expected --init with a picture beside it')
    if (flags.changeMap !== undefined && resolve(flags.changeMap) === resolve(output))
      throw new UsageError('change-map: expected another file than the output')
    const read = await readJob({
      picture,
      instruction,
      output,
      options: editOptions(flags),
      init: flags.init === undefined ? undefined : { picture: flags.init, strength: flags.initStrength },
      preview: flags.preview,
      changeMap: flags.changeMap,
    })
    const editor = await FileEditor.open(modelChoice(flags, terminal), terminal)
    try {
      const { width, height, seconds, recipe } = await editor.run(read, editor.recipeOf(read))
      if (flags.json) terminal.out(`${JSON.stringify({ output, width, height, seconds, recipe })}\n`)
      else terminal.out(`${output}  ${width}×${height}, ${duration(seconds)}\n`)
    } finally {
      await editor.close()
    }
  })
}
