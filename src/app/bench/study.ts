import { join } from 'node:path'
import { type Command, Option } from 'commander'
import {
  type BenchWorkspace,
  checkNewStudy,
  collectResults,
  createStudy,
  findParticipant,
  itemName,
  openBench,
  openStudy,
  openSuite,
  pictureFile,
  readStudy,
  type ShownTask,
  type Study,
  type StudyMode,
  studyLevels,
  studyReport,
  suitesFolder,
  type Vote,
  votesTable,
  writeStudy,
} from '../../bench/index.ts'
import { checkWritable, defaultCache, writeFileWhole, writeFolderWhole } from '../../files/index.ts'
import { encodePicture, readPicture } from '../../image/index.ts'
import { UsageError } from '../failure.ts'
import { numberOf, wholeOf } from '../options.ts'
import { withAdvice } from '../outputs.ts'
import type { Terminal } from '../terminal.ts'
import { studyText } from './studyTables.ts'

interface Flags {
  readonly study: string
  readonly json?: true
}

interface CreateFlags extends Flags {
  readonly participants: number
  readonly mode: StudyMode
  readonly system?: readonly string[]
  readonly item?: readonly string[]
  readonly kinds?: string
  readonly lang?: string
  readonly itemsEach?: number
  readonly repeats?: number
  readonly seed: number
}

const several = (text: string, before: readonly string[] = []): readonly string[] => [...before, text]
const list = (text: string | undefined): readonly string[] | undefined =>
  text?.split(',').map((each) => each.trim())

/** `pentimento bench study create | next | vote | report | export` */
export function studyCommand(bench: Command, terminal: Terminal): void {
  const study = bench
    .command('study')
    .description('ask people: blinded and balanced studies on the pictures of a bench')
  const command = (name: string, description: string): Command =>
    study
      .command(name)
      .description(description)
      .argument('<folder>', "the bench's folder")
      .requiredOption('--study <name>', 'name of the study')
      .option('--json', 'print the result as JSON')

  command('create', 'design a study and print the link of each participant')
    .requiredOption('--participants <n>', 'how many people are asked', wholeOf(1, 10_000))
    .addOption(
      new Option('--mode <mode>', 'five levels a picture, or an order of the pictures')
        .choices(['rate', 'rank'])
        .default('rate'),
    )
    .option('--system <name>', 'only this system; repeatable', several)
    .option('--item <name>', 'only this item, such as en/0123; repeatable', several)
    .option('--kinds <names>', 'only these kinds, with commas between')
    .option('--lang <languages>', 'only these languages: en, cn')
    .option('--items-each <n>', 'items that each participant sees (default: all)', wholeOf(1, 1e6))
    .option('--repeats <n>', 'items that each sees twice (default: a tenth, at least 12)', wholeOf(0, 1e6))
    .option('--seed <n>', 'seed of the design', wholeOf(0, 2 ** 31 - 1), 0)
    .action((folder: string, flags: CreateFlags) => create(folder, flags, terminal))

  command('next', "show a participant's next task, wherever they stopped")
    .requiredOption('--participant <link>', "the secret of the participant's link")
    .option('-o, --output <folder>', 'new folder for the pictures: source.png, A.png, B.png, …')
    .action((folder: string, flags: Flags & { participant: string; output?: string }) =>
      next(folder, flags, terminal),
    )

  command('vote', "count a participant's answer")
    .requiredOption('--participant <link>', "the secret of the participant's link")
    .requiredOption('--task <n>', 'number of the task', wholeOf(0, 1e9))
    .requiredOption(
      '--answers <list>',
      `of A, B, …: levels from 1 (${studyLevels[0]}) to 5 (${studyLevels[4]}), or ranks from 1`,
    )
    .option('--seconds <s>', 'how long the task was looked at', numberOf)
    .action(
      (
        folder: string,
        flags: Flags & { participant: string; task: number; answers: string; seconds?: number },
      ) => vote(folder, flags, terminal),
    )

  command('report', 'what the study found: scores, agreement, ranking, who was left out').action(
    (folder: string, flags: Flags) =>
      withStudy(folder, flags, terminal, async ({ study: asked, votes }) => {
        const report = studyReport(asked, votes)
        terminal.out(flags.json ? `${JSON.stringify(report)}\n` : studyText(report))
      }),
  )

  command('export', 'write every answer as CSV')
    .requiredOption('-o, --output <file>', 'the CSV file')
    .option('--overwrite', 'replace the file if it exists')
    .action((folder: string, flags: ExportFlags) => exportVotes(folder, flags, terminal))
}

interface ExportFlags extends Flags {
  readonly output: string
  readonly overwrite?: true
}

async function exportVotes(folder: string, flags: ExportFlags, terminal: Terminal): Promise<void> {
  const { output, json } = flags
  const overwrite = flags.overwrite === true
  const advise = (error: unknown): never => {
    throw withAdvice(output, error, overwrite)
  }
  await checkWritable(output, { overwrite }).catch(advise)
  await withStudy(folder, flags, terminal, async ({ study, votes }) => {
    const table = votesTable(study, votes, studyReport(study, votes, { samples: 2 }))
    await writeFileWhole(output, table, { overwrite }).catch(advise)
    terminal.out(
      json ? `${JSON.stringify({ output, votes: votes.length })}\n` : `${output}: ${votes.length} votes\n`,
    )
  })
}

const open = (folder: string, terminal: Terminal): Promise<BenchWorkspace> =>
  openBench(folder, { env: terminal.env, log: (line) => terminal.error(`${line}\n`) })

async function create(folder: string, flags: CreateFlags, terminal: Terminal): Promise<void> {
  await checkNewStudy(folder, flags.study)
  const workspace = await open(folder, terminal)
  try {
    const results = await collectResults(workspace)
    const [kinds, languages] = [list(flags.kinds), list(flags.lang)]
    checkKnown('--kinds', kinds, results.suite.kinds)
    checkKnown('--lang', languages, ['en', 'cn'])
    const items = results.items.filter(
      (item) =>
        (!kinds || kinds.includes(item.kind)) &&
        (!languages || languages.includes(item.language)) &&
        (!flags.item || flags.item.includes(itemName(item))),
    )
    const study = createStudy(results, {
      name: flags.study,
      participants: flags.participants,
      mode: flags.mode,
      systems: flags.system,
      // Names that the bench does not have are told by the design.
      items: [
        ...new Set([
          ...items.map(itemName),
          ...(flags.item ?? []).filter(isUnknown(results.items.map(itemName))),
        ]),
      ],
      itemsEach: flags.itemsEach,
      repeats: flags.repeats,
      seed: flags.seed,
    })
    const file = await writeStudy(folder, study)
    terminal.out(flags.json ? `${JSON.stringify({ file, ...summary(study) })}\n` : createdText(file, study))
  } finally {
    await workspace.close()
  }
}

const isUnknown =
  (known: readonly string[]) =>
  (name: string): boolean =>
    !known.includes(name)

function checkKnown(flag: string, names: readonly string[] | undefined, known: readonly string[]): void {
  const unknown = names?.find(isUnknown(known))
  if (unknown !== undefined) throw new UsageError(`${flag}: expected ${known.join(', ')}, got '${unknown}'`)
}

function summary({ name, id, mode, systems, items, participants }: Study): object {
  return {
    study: name,
    id,
    mode,
    systems,
    items: items.length,
    participants: participants.map(({ name: participant, token, tasks }) => ({
      participant,
      link: token,
      tasks: tasks.length,
    })),
  }
}

function createdText(file: string, { mode, systems, items, participants }: Study): string {
  const tasks = participants[0]?.tasks.length ?? 0
  const links = participants.map(({ name, token }) => `${name}  ${token}\n`).join('')
  return `${file}: ${items.length} items of ${systems.join(', ')}; ${participants.length} participants ${mode} ${tasks} tasks each\nTheir links, which are secrets:\n${links}`
}

async function next(
  folder: string,
  { study: name, participant, output, json }: Flags & { participant: string; output?: string },
  terminal: Terminal,
): Promise<void> {
  const study = await readStudy(folder, name)
  findParticipant(study, participant)
  const workspace = await open(folder, terminal)
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
  { env }: Terminal,
): Promise<void> {
  const suite = await openSuite(workspace.facts.suite.from, {
    suites: suitesFolder(env),
    cache: defaultCache(env),
  })
  await writeFolderWhole(
    output,
    async (part) => {
      const write = async (name: string, bytes: Uint8Array): Promise<void> => {
        const { width, height, data } = await readPicture(bytes)
        await writeFileWhole(join(part, `${name}.png`), await encodePicture({ width, height, data }, 'png'))
      }
      const source = await suite.read(task.source)
      await writeFileWhole(join(part, 'source.png'), await encodePicture(source, 'png'))
      for (const [i, letter] of letters(task).entries())
        await write(letter, await pictureFile(workspace, task.pictures[i] as string))
    },
    { overwrite: false },
  )
}

async function vote(
  folder: string,
  flags: Flags & { participant: string; task: number; answers: string; seconds?: number },
  terminal: Terminal,
): Promise<void> {
  const { study: name, participant, task, answers, seconds, json } = flags
  const numbers = answers.split(',').map(Number)
  if (numbers.some(Number.isNaN))
    throw new UsageError(`--answers: expected numbers with commas between, got '${answers}'`)
  const study = await readStudy(folder, name)
  findParticipant(study, participant)
  const workspace = await open(folder, terminal)
  try {
    const counted = await openStudy(study, workspace.jobs).vote(participant, {
      task,
      answers: numbers,
      ...(seconds !== undefined && { seconds }),
    })
    terminal.out(
      json
        ? `${JSON.stringify(counted)}\n`
        : `${counted.participant}: ${counted.counted ? 'counted' : 'not counted, this task has its vote'}, ${counted.done} of ${counted.total} done\n`,
    )
  } finally {
    await workspace.close()
  }
}

async function withStudy(
  folder: string,
  { study: name }: Flags,
  terminal: Terminal,
  run: (found: { readonly study: Study; readonly votes: readonly Vote[] }) => Promise<void>,
): Promise<void> {
  const study = await readStudy(folder, name)
  const workspace = await open(folder, terminal)
  try {
    const votes: Vote[] = []
    for await (const each of openStudy(study, workspace.jobs).votes()) votes.push(each)
    await run({ study, votes })
  } finally {
    await workspace.close()
  }
}
