import { join } from 'node:path'
import type { Command } from 'commander'
import {
  type BenchWorkspace,
  collectResults,
  numbersOf,
  openSuite,
  pictureFile,
  reportTables,
  sourceFile,
  suitesFolder,
  tablesText,
  writeReport,
} from '../../bench/index.ts'
import { defaultCache } from '../../files/index.ts'
import { wholeOf } from '../options.ts'
import { ProgressLine, type Terminal } from '../terminal.ts'
import { withBench } from './opening.ts'

interface Flags {
  readonly output?: string
  readonly markdown?: true
  readonly withPublished?: true
  readonly allowMissing?: true
  readonly samples?: number
  readonly json?: true
}

/** `pentimento bench report <folder>` */
export function reportCommand(bench: Command, terminal: Terminal): void {
  bench
    .command('report')
    .description('write a report of a bench: HTML pages with pictures, and JSON')
    .argument('<folder>', "the bench's folder")
    .option('-o, --output <folder>', "folder of the report (default: report in the bench's folder)")
    .option('--markdown', 'print the tables as Markdown instead')
    .option('--with-published', 'show published scores next to ours')
    .option('--allow-missing', 'give overall scores although edits or scores are missing')
    .option('--samples <n>', 'bootstrap samples of intervals (default: 2000)', wholeOf(100, 1_000_000))
    .option('--json', 'print what was written as JSON')
    .action(async (folder: string, flags: Flags) => {
      const write = flags.markdown ? printTables : writePages
      await withBench(folder, terminal, (workspace) => write(workspace, flags, terminal))
    })
}

const statisticsOf = ({ allowMissing, samples }: Flags) => ({
  allowMissing: allowMissing === true,
  ...(samples === undefined ? {} : { samples }),
})

async function printTables(workspace: BenchWorkspace, flags: Flags, terminal: Terminal): Promise<void> {
  const results = await collectResults(workspace)
  const numbers = numbersOf(results, statisticsOf(flags))
  const tables = reportTables(results, numbers, { withPublished: flags.withPublished === true })
  terminal.out(tablesText(tables, 'markdown'))
}

async function writePages(workspace: BenchWorkspace, flags: Flags, terminal: Terminal): Promise<void> {
  const { env, signal } = terminal
  const { suite: facts } = workspace.facts
  const suite = await openSuite(facts.from, { suites: suitesFolder(env), cache: defaultCache(env) })
  if (suite.identity !== facts.identity)
    terminal.error(`${facts.from}: the suite has changed since the bench was run; its pictures may differ\n`)
  const results = await collectResults(workspace)
  const line = new ProgressLine(terminal)
  const report = await writeReport({
    results,
    pictures: {
      edited: (name) => pictureFile(workspace, name),
      source: (picture) => sourceFile(workspace, suite, { item: { picture } }),
    },
    folder: flags.output ?? join(workspace.folder, 'report'),
    options: {
      ...statisticsOf(flags),
      withPublished: flags.withPublished === true,
      signal,
      onProgress: (done, of) =>
        line.show(`pictures ${done}/${of}`, `pictures ${Math.floor((10 * done) / Math.max(1, of))}`),
    },
  }).finally(() => line.end())
  const { html, json, pictures, unread } = report
  for (const { picture, reason } of unread.slice(0, 10)) terminal.error(`${picture}: not shown, ${reason}\n`)
  if (unread.length > 10) terminal.error(`and ${unread.length - 10} more pictures are not shown\n`)
  if (flags.json) terminal.out(`${JSON.stringify({ html, json, pictures, unread: unread.length })}\n`)
  else terminal.out(`${html}\n${json}\n`)
}
