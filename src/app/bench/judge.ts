import type { Command } from 'commander'
import { openSuite, saveFacts, suitesFolder, withEntry } from '../../bench/index.ts'
import { defaultCache } from '../../files/index.ts'
import { readConfiguration } from '../configuration.ts'
import { UsageError } from '../failure.ts'
import { wholeOf } from '../options.ts'
import type { Terminal } from '../terminal.ts'
import { judgeNames, openJudges, openTools, withBench } from './opening.ts'
import type { ResultFlags } from './results.ts'
import { addRunFlags, runAndPrint } from './run.ts'

interface Flags extends ResultFlags {
  readonly judge?: readonly string[]
  readonly repeats?: number
  readonly pairs?: true
  readonly budget?: number
  readonly allowUnknownPrice?: true
  readonly config?: string
  readonly retryFailed?: true
  readonly yes?: true
}

/** `pentimento bench judge <folder>` */
export function judgeCommand(bench: Command, terminal: Terminal): void {
  const command = bench
    .command('judge')
    .description('judge the edits of a bench, by another judge or once more; no edit is made again')
    .argument('<folder>', "the bench's folder")
    .option(
      '--judge <name>',
      'gpt-4.1, qwen2.5-vl-72b:<address>, local, or a name of the configuration; repeatable (default: those of the bench)',
      (text: string, before: readonly string[] = []) => [...before, text],
    )
    .option('--repeats <n>', 'how often each question is asked', wholeOf(1, 100))
    .option('--pairs', 'let judges also compare the systems in pairs')
  addRunFlags(command).action((folder: string, flags: Flags) =>
    withBench(
      folder,
      terminal,
      async (workspace) => {
        const { facts } = workspace
        const names = flags.judge ?? judgeNames(facts)
        if (names.length === 0)
          throw new UsageError(
            `--judge: ${folder} has no judge yet; expected a name, such as --judge gpt-4.1`,
          )
        const suite = await openSuite(facts.suite.from, {
          suites: suitesFolder(terminal.env),
          cache: defaultCache(terminal.env),
        })
        const toolbox = await openTools(terminal)
        try {
          const judges = openJudges(names, await readConfiguration(flags.config, terminal), {
            known: facts.judges,
            repeats: flags.repeats,
            pairs: flags.pairs,
            toolbox,
            terminal,
          })
          const renewed = await saveFacts(workspace, {
            judges: judges.reduce((all, each) => withEntry(all, each.facts), facts.judges),
          })
          await runAndPrint(
            renewed,
            { suite, systems: [], judges: judges.map(({ judge }) => judge) },
            flags,
            terminal,
          )
        } finally {
          await toolbox.close()
        }
      },
      { inThread: true },
    ),
  )
}
