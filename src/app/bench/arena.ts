import type { Command } from 'commander'
import { wholeOf } from '../options.ts'
import type { Terminal } from '../terminal.ts'
import { type CreateFlags, choiceOptions, createNew } from './studyCreate.ts'
import { exportVotes, printReport } from './studyOpen.ts'
import { type StudyServeFlags, serveStudy, studyServeOptions } from './studyServe.ts'

interface Flags {
  readonly arena: string
  readonly json?: true
}

interface ArenaFlags
  extends Flags,
    Omit<CreateFlags, 'study' | 'participants' | 'mode' | 'itemsEach' | 'repeats'> {
  readonly voters: number
  readonly pairs?: number
}

/** `pentimento bench arena create | serve | report | export` */
export function arenaCommand(bench: Command, terminal: Terminal): void {
  const arena = bench
    .command('arena')
    .description('let people choose between two anonymous pictures; ratings by Bradley and Terry')
  const command = (name: string, description: string): Command =>
    arena
      .command(name)
      .description(description)
      .argument('<folder>', "the bench's folder")
      .requiredOption('--arena <name>', 'name of the arena')
  const json = 'print the result as JSON'

  choiceOptions(
    command('create', 'assign pairs to voters and print the link of each voter')
      .requiredOption('--voters <n>', 'how many people are asked', wholeOf(1, 10_000))
      .option('--pairs <n>', 'pairs that each voter sees (default: 30, or all)', wholeOf(1, 1e6)),
  )
    .option('--json', json)
    .action((folder: string, { arena: study, voters, pairs, ...flags }: ArenaFlags) =>
      createNew(
        folder,
        {
          ...flags,
          study,
          mode: 'pair',
          participants: voters,
          ...(pairs !== undefined && { itemsEach: pairs }),
        },
        terminal,
      ),
    )

  studyServeOptions(command('serve', "serve the voters' and the organiser's pages; Ctrl-C stops"), 4840)
    .option('--show-ratings', 'show the ratings to voters who have judged all their pairs')
    .action((folder: string, flags: StudyServeFlags & Flags) =>
      serveStudy('arena', folder, flags.arena, flags, terminal),
    )

  command('report', 'print ratings with intervals, agreement and excluded voters')
    .option('--json', json)
    .action((folder: string, { arena: study, ...flags }: Flags) =>
      printReport('arena', folder, { ...flags, study }, terminal),
    )

  command('export', 'write every answer as CSV')
    .requiredOption('-o, --output <file>', 'the CSV file')
    .option('--overwrite', 'replace the file if it exists')
    .option('--json', json)
    .action(
      (
        folder: string,
        { arena: study, ...flags }: Flags & { readonly output: string; readonly overwrite?: true },
      ) => exportVotes('arena', folder, { ...flags, study }, terminal),
    )
}
