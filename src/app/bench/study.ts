import { join } from 'node:path'
import type { Command } from 'commander'
import {
  type BenchWorkspace,
  findParticipant,
  openStudy,
  type ShownTask,
  studyLevels,
} from '../../bench/index.ts'
import { writeFileWhole, writeFolderWhole } from '../../files/index.ts'
import { encodePicture } from '../../image/index.ts'
import { UsageError } from '../failure.ts'
import { numberOf, wholeOf } from '../options.ts'
import type { Terminal } from '../terminal.ts'
import { type CreateFlags, createNew, designOptions } from './studyCreate.ts'
import {
  type ExportFlags,
  exportVotes,
  openFolder,
  printReport,
  readOf,
  resultOf,
  type StudyFlags,
  suiteOf,
} from './studyOpen.ts'
import { type StudyServeFlags, serveStudy, studyServeOptions } from './studyServe.ts'

/** `pentimento bench study create | serve | next | vote | report | export` */
export function studyCommand(bench: Command, terminal: Terminal): void {
  const study = bench
    .command('study')
    .description('ask people: blind, balanced studies on the pictures of a bench')
  const command = (name: string, description: string): Command =>
    study
      .command(name)
      .description(description)
      .argument('<folder>', "the bench's folder")
      .requiredOption('--study <name>', 'name of the study')
      .option('--json', 'print the result as JSON')

  designOptions(command('create', 'design a study and print the link of each participant')).action(
    (folder: string, flags: CreateFlags) => createNew(folder, flags, terminal),
  )

  studyServeOptions(
    study
      .command('serve')
      .description("serve the participants' and the organiser's pages; Ctrl-C stops without losing anything")
      .argument('<folder>', "the bench's folder")
      .requiredOption('--study <name>', 'name of the study'),
    4830,
  ).action((folder: string, flags: StudyServeFlags & { study: string }) =>
    serveStudy('study', folder, flags.study, flags, terminal),
  )

  command('next', "show a participant's next task")
    .requiredOption('--participant <link>', "the secret of the participant's link")
    .option('-o, --output <folder>', 'new folder for the pictures: source.png, A.png, B.png, …')
    .action((folder: string, flags: StudyFlags & { participant: string; output?: string }) =>
      next(folder, flags, terminal),
    )

  command('vote', "record a participant's answer")
    .requiredOption('--participant <link>', "the secret of the participant's link")
    .requiredOption('--task <n>', 'number of the task', wholeOf(0, 1e9))
    .requiredOption(
      '--answers <list>',
      `for A, B, …: levels from 1 (${studyLevels[0]}) to 5 (${studyLevels[4]}), or ranks from 1`,
    )
    .option('--seconds <s>', 'how long the participant looked at the task', numberOf)
    .action(
      (
        folder: string,
        flags: StudyFlags & { participant: string; task: number; answers: string; seconds?: number },
      ) => vote(folder, flags, terminal),
    )

  command(
    'report',
    'print the results of the study: scores, agreement, ranking, excluded participants',
  ).action((folder: string, flags: StudyFlags) => printReport('study', folder, flags, terminal))

  command('export', 'write every answer as CSV')
    .requiredOption('-o, --output <file>', 'the CSV file')
    .option('--overwrite', 'replace the file if it exists')
    .action((folder: string, flags: ExportFlags) => exportVotes('study', folder, flags, terminal))
}

async function next(
  folder: string,
  { study: name, participant, output, json }: StudyFlags & { participant: string; output?: string },
  terminal: Terminal,
): Promise<void> {
  const study = await readOf('study', folder, name)
  findParticipant(study, participant)
  const workspace = await openFolder(folder, terminal)
  try {
    const { task, ...progress } = await openStudy(study, workspace.jobs).next(participant)
    if (task && output !== undefined) await writePictures(workspace, task, output, terminal)
    if (json) terminal.out(`${JSON.stringify({ ...progress, ...(task && { task }) })}\n`)
    else if (!task) terminal.out(`${progress.participant}: all ${progress.total} tasks are done, thank you\n`)
    else
      terminal.out(
        `${progress.participant}: task ${task.number}, ${progress.done} of ${progress.total} done\n${task.instruction}\npictures: ${letters(task).join(', ')}${output === undefined ? '' : ` in ${output}`}\n`,
      )
  } finally {
    await workspace.close()
  }
}

const letters = ({ pictures }: ShownTask): readonly string[] =>
  pictures.map((_, i) => String.fromCharCode(65 + i))

/** The pictures under names that tell nothing, without the metadata of their makers. */
async function writePictures(
  workspace: BenchWorkspace,
  task: ShownTask,
  output: string,
  terminal: Terminal,
): Promise<void> {
  const suite = await suiteOf(workspace, terminal)
  await writeFolderWhole(
    output,
    async (part) => {
      const write = async (name: string, picture: Awaited<ReturnType<typeof resultOf>>): Promise<void> =>
        writeFileWhole(join(part, `${name}.png`), await encodePicture(picture, 'png'))
      await write('source', await suite.read(task.source))
      for (const [i, letter] of letters(task).entries())
        await write(letter, await resultOf(workspace, task.pictures[i] as string))
    },
    { overwrite: false },
  )
}

async function vote(
  folder: string,
  flags: StudyFlags & { participant: string; task: number; answers: string; seconds?: number },
  terminal: Terminal,
): Promise<void> {
  const { study: name, participant, task, answers, seconds, json } = flags
  const numbers = answers.split(',').map(Number)
  if (numbers.some(Number.isNaN))
    throw new UsageError(`--answers: expected numbers separated by commas, got '${answers}'`)
  const study = await readOf('study', folder, name)
  findParticipant(study, participant)
  const workspace = await openFolder(folder, terminal)
  try {
    const counted = await openStudy(study, workspace.jobs).vote(participant, {
      task,
      answers: numbers,
      ...(seconds !== undefined && { seconds }),
    })
    terminal.out(
      json
        ? `${JSON.stringify(counted)}\n`
        : `${counted.participant}: ${counted.counted ? 'counted' : 'not counted, this task already has a vote'}, ${counted.done} of ${counted.total} done\n`,
    )
  } finally {
    await workspace.close()
  }
}
