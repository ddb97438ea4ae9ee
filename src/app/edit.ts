import { type Command, InvalidArgumentError } from 'commander'
import { checkEdit, parseBox, parsePlan } from '../edit/index.ts'
import type { Box } from '../tools/index.ts'
import { addEditFlags, type EditFlags, editChoice, seedsOf } from './editFlags.ts'
import { FileEditor } from './editing.ts'
import { UsageError } from './failure.ts'
import type { EditJob } from './job.ts'
import { runJobs } from './jobs.ts'
import { addModelFlags, type ModelFlags, modelChoice } from './modelFlags.ts'
import { numberOf, repeated, wholeOf } from './options.ts'
import { checkOutputs, exists, numberedName, stream } from './outputs.ts'
import { notesOf, PictureReader, readJob, readText } from './readJob.ts'
import { usageText } from './remote.ts'
import { type Placed, placeOutputs, readRequest } from './request.ts'
import { duration, stageText, type Terminal } from './terminal.ts'
import { addWriteFlags, type WriteFlags, writeChoice } from './writeFlags.ts'

interface Flags extends ModelFlags, EditFlags, WriteFlags {
  readonly output?: string
  readonly instructionFile?: string
  readonly variants: number
  readonly init?: string
  readonly initStrength?: number
  readonly preview?: string
  readonly changeMap?: string
  readonly profile?: string
  readonly json?: true
  readonly with?: readonly string[]
  readonly box?: Box
  readonly mask?: string
  readonly plan?: string
  readonly planOnly?: true
}

/** `pentimento edit photo.jpg "make it winter"` */
export function editCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('edit')
    .description('edit pictures by instruction, in English or Chinese')
    .usage('[options] <pictures...> <instruction>')
    .argument('<pictures...>', 'pictures or folders (-: standard input), followed by the instruction')
    .option(
      '-o, --output <path>',
      'output file or folder (-: standard output) (default: <picture>-edited.png)',
    )
    .option('--instruction-file <file>', 'read the instruction from a text file (-: standard input)')
    .option('--variants <n>', 'number of edits of each picture, with consecutive seeds', wholeOf(1, 1000), 1)
    .option('--init <picture>', 'start from this picture instead of noise')
    .option('--init-strength <x>', 'how far to depart from it, 0 to 1 (default: 0.6)', numberOf)
    .option('--preview <file>', 'write a preview every four steps')
    .option('--change-map <file.png>', 'write a map of the changes: 0 kept, to 127 toned, to 255 redrawn')
    .option('--profile <file.json>', 'write a trace for chrome://tracing, and print time and memory by stage')
    .option('--box <x,y,w,h>', 'change only this box, in pixels from the top left', boxOf)
    .option('--mask <picture>', 'change only where this picture is white, or not transparent')
    .option(
      '--with <picture>',
      'a further picture, such as a new background, for models that take several; repeatable',
      repeated,
    )
    .option('--plan-only', "print the darkroom's plan as JSON, and edit nothing")
    .option('--plan <file.json>', 'carry out such a plan (-: standard input); no instruction is needed')
    .option('--json', 'print the result as JSON')
  addEditFlags(addModelFlags(addWriteFlags(command))).action(async (words: string[], flags: Flags) => {
    const { name, jobs } = await readJobs(words, flags, terminal)
    const [first] = jobs
    if (flags.planOnly) return planOnly(first!, flags, terminal)
    if (jobs.length === 1) return editOne(first!, flags, terminal)
    await runJobs(
      {
        name,
        jobs: jobs.map((job) => ({ label: job.picture, job })),
        model: await modelChoice(flags, terminal),
        write: writeChoice(flags),
        json: flags.json === true,
      },
      terminal,
    )
  })
}

/** The edits that a command line asks for, checked as far as no picture has to be read. */
async function readJobs(
  words: readonly string[],
  flags: Flags,
  terminal: Terminal,
): Promise<{ readonly name: string; readonly jobs: readonly EditJob[] }> {
  const { init, initStrength, preview, changeMap, profile, variants, output, with: more, box, mask } = flags
  if (init === undefined && initStrength !== undefined)
    throw new UsageError('--init-strength: expected --init with a picture')
  if (box !== undefined && mask !== undefined)
    throw new UsageError('--box, --mask: expected one of them, got both')
  const plan =
    flags.plan === undefined ? undefined : parsePlan(flags.plan, await readText(flags.plan, terminal))
  const request = await readRequest(words, flags.instructionFile, terminal, { hasPlan: plan !== undefined })
  const options = editChoice(flags)
  if (!plan) checkEdit({ width: 512, height: 512 }, request.instruction, options)
  const placed = await placeOutputs(request, output, { variants, ending: `.${flags.format ?? 'png'}` })
  if (placed.length > 1 && (preview ?? changeMap ?? profile) !== undefined)
    throw new UsageError('--preview, --change-map, --profile: expected one edit, since each is one file')
  checkStreams(output, flags.format, terminal)
  const seeds = seedsOf(flags.seed, variants, terminal)
  const jobs = placed.map((place, i) => ({
    ...place,
    picture: request.pictures[Math.floor(i / variants)]!,
    instruction: request.instruction,
    options: { ...options, seed: seeds[i % variants]! },
    isUsualSeed: flags.seed === undefined,
    init: init === undefined ? undefined : { picture: init, strength: initStrength ?? 0.6 },
    more,
    box,
    mask,
    plan,
    preview,
    changeMap,
    profile,
  }))
  return { name: request.folder ?? (request.pictures.length === 1 ? request.pictures[0]! : 'edit'), jobs }
}

/** @throws InvalidArgumentError */
function boxOf(text: string): Box {
  try {
    return parseBox(text)
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message.replace(/^box: /, ''))
  }
}

function checkStreams(output: string | undefined, format: string | undefined, terminal: Terminal): void {
  if (output !== stream) {
    if (format !== undefined && output !== undefined && /\.\w+$/.test(output))
      throw new UsageError(`--format: expected none, because the name ${output} determines the format`)
    return
  }
  if (terminal.outBytes === undefined || terminal.outIsScreen)
    throw new UsageError("output: '-' expected a file or a pipe, got a terminal; redirect it, or name a file")
}

/** One edit: what is wrong with it ends the command, and its output gets a free name. */
async function editOne(job: EditJob, flags: Flags, terminal: Terminal): Promise<void> {
  const write = writeChoice(flags)
  const output = await freeOutput(job, write.overwrite)
  const placed = { ...job, output }
  await checkOutputs(placed, write.overwrite)
  const read = await readJob(placed, new PictureReader(terminal))
  if (output !== job.output)
    terminal.error(`${job.output} exists already: writing ${output} (--overwrite replaces the first)\n`)
  for (const note of notesOf(read, write)) terminal.error(`${note}\n`)
  const chosen = await modelChoice(flags, terminal)
  const choice = chosen.type === 'model' ? { ...chosen, profile: job.profile !== undefined } : chosen
  const editor = await FileEditor.open(choice, terminal)
  try {
    const { picture: _, ...made } = await editor.run(read, await editor.recipeOf(read, write), write)
    for (const stage of made.stages ?? []) terminal.error(`${stageText(stage)}\n`)
    // Standard output holds the picture alone.
    const say = made.output === stream ? terminal.error : terminal.out
    if (flags.json) say(`${JSON.stringify(made)}\n`)
    else {
      const used = made.usage ? usageText(made.usage) : ''
      const facts = [`${made.width}×${made.height}`, duration(made.seconds), ...(used === '' ? [] : [used])]
      say(`${made.output}  ${facts.join(', ')}\n`)
    }
  } finally {
    await editor.close()
  }
}

/** Prints the plan of the first picture, and makes nothing. @throws EditError, UsageError */
async function planOnly(job: EditJob, flags: Flags, terminal: Terminal): Promise<void> {
  const choice = await modelChoice(flags, terminal)
  if (choice.type !== 'darkroom')
    throw new UsageError('--plan-only: only the darkroom has a plan (--model darkroom)')
  const read = await readJob(job, new PictureReader(terminal))
  const editor = await FileEditor.open(choice, terminal)
  try {
    const recipe = await editor.recipeOf(read, writeChoice(flags))
    if ('darkroom' in recipe) terminal.out(`${JSON.stringify(recipe.darkroom.plan, null, 2)}\n`)
  } finally {
    await editor.close()
  }
}

async function freeOutput({ output, numbered }: Placed, overwrite: boolean): Promise<string> {
  if (!numbered || overwrite) return output
  for (let number = 1; ; number++) {
    const path = numberedName(output, number)
    if (!(await exists(path))) return path
  }
}
