import type { Command } from 'commander'
import { addEditFlags, type EditFlags, editChoice, seedsOf } from './editFlags.ts'
import { UsageError } from './failure.ts'
import { runJobs } from './jobs.ts'
import { readList } from './list/readList.ts'
import { columns, jobOf } from './list/rows.ts'
import { addModelFlags, type EditorChoice, type ModelFlags, modelChoice } from './modelFlags.ts'
import { wholeOf } from './options.ts'
import { readText } from './readJob.ts'
import type { Terminal } from './terminal.ts'
import { addWriteFlags, type WriteFlags, writeChoice } from './writeFlags.ts'

interface Flags extends ModelFlags, EditFlags, WriteFlags {
  readonly output: string
  readonly concurrency?: number
  readonly json?: true
}

/** `pentimento batch list.csv` */
export function batchCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('batch')
    .description('run the edits of a list; existing outputs with the same recipe are skipped')
    .argument('<list>', 'table (.csv, .tsv), JSON lines (.jsonl) or JSON (.json) (-: standard input)')
    .option('-o, --output <folder>', 'output folder', 'edits')
    .option(
      '--concurrency <n>',
      'edits that a remote editor makes at a time (default: its configured number, or 4)',
      wholeOf(1, 256),
    )
    .option('--json', 'print one line of JSON for each edit')
    .addHelpText(
      'after',
      `\nColumns: ${columns.all.join(', ')}. The options are the defaults of empty cells.`,
    )
  addEditFlags(addModelFlags(addWriteFlags(command))).action(async (list: string, flags: Flags) => {
    const entries = readList(list, await readText(list, terminal), columns)
    const seed = seedsOf(flags.seed, 1, terminal)[0]!
    const settings = {
      list,
      output: flags.output,
      ending: `.${flags.format ?? 'png'}`,
      options: { ...editChoice(flags), seed },
      isUsualSeed: flags.seed === undefined,
    }
    await runJobs(
      {
        name: list,
        jobs: entries.map((entry, i) => jobOf(entry, i, settings)),
        model: withConcurrency(await modelChoice(flags, terminal), flags),
        write: writeChoice(flags),
        json: flags.json === true,
      },
      terminal,
    )
  })
}

/** @throws UsageError where an editor on this machine is to make several edits at a time */
function withConcurrency(choice: EditorChoice, { concurrency }: Flags): EditorChoice {
  if (concurrency === undefined) return choice
  if (choice.type === 'remote') return { ...choice, concurrency }
  if (concurrency === 1) return choice
  throw new UsageError(
    `--concurrency: expected 1 for an editor on this machine, got ${concurrency}; leave it out`,
  )
}
