import { type Command, Option } from 'commander'
import {
  checkNewStudy,
  collectResults,
  createStudy,
  itemName,
  type Study,
  type StudyMode,
  writeStudy,
} from '../../bench/index.ts'
import { UsageError } from '../failure.ts'
import { wholeOf } from '../options.ts'
import type { Terminal } from '../terminal.ts'
import { openFolder } from './studyOpen.ts'

/** What a new study or arena is made of. */
export interface CreateFlags {
  readonly study: string
  readonly json?: true
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

/** Options that choose what is shown. */
export function choiceOptions(command: Command): Command {
  return command
    .option('--system <name>', 'only this system; repeatable', several)
    .option('--item <name>', 'only this item, such as en/0123; repeatable', several)
    .option('--kinds <names>', 'only these kinds, separated by commas')
    .option('--lang <languages>', 'only these languages: en, cn')
    .option('--seed <n>', 'seed of the design', wholeOf(0, 2 ** 31 - 1), 0)
}

/** Options of a study; of an arena they are others. */
export function designOptions(command: Command): Command {
  return choiceOptions(
    command
      .requiredOption('--participants <n>', 'how many people are asked', wholeOf(1, 10_000))
      .addOption(
        new Option('--mode <mode>', 'rate each picture on five levels, or rank the pictures')
          .choices(['rate', 'rank'])
          .default('rate'),
      )
      .option('--items-each <n>', 'items that each participant sees (default: all)', wholeOf(1, 1e6))
      .option('--repeats <n>', 'items that each sees twice (default: a tenth, at least 12)', wholeOf(0, 1e6)),
  )
}

/** Designs a study, writes it down and prints its links. */
export async function createNew(folder: string, flags: CreateFlags, terminal: Terminal): Promise<void> {
  await checkNewStudy(folder, flags.study)
  const workspace = await openFolder(folder, terminal)
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
      // The design reports names that the bench does not have.
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
  return `${file}: ${items.length} items of ${systems.join(', ')}; ${participants.length} ${mode === 'pair' ? 'voters judge' : `participants ${mode}`} ${tasks} ${mode === 'pair' ? 'pairs' : 'tasks'} each\nTheir links, which are secrets:\n${links}`
}
