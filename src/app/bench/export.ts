import { type Command, Option } from 'commander'
import {
  collectResults,
  type Exported,
  exportOfficial,
  openBench,
  openSuite,
  suitesFolder,
} from '../../bench/index.ts'
import { defaultCache } from '../../files/index.ts'
import { wholeOf } from '../options.ts'
import { ProgressLine, type Terminal } from '../terminal.ts'

interface ExportFlags {
  readonly output: string
  readonly system?: readonly string[]
  readonly judge?: readonly string[]
  readonly repeat: number
  readonly chinese: 'cn' | 'zh'
  readonly json?: true
}

const several = (text: string, before: readonly string[] = []): readonly string[] => [...before, text]

/** `pentimento bench export <bench> --output <folder>` */
export function exportCommand(bench: Command, terminal: Terminal): void {
  bench
    .command('export')
    .description(
      "write a bench's pictures and scores in the format of the official scripts of GEdit-Bench and EvalScope",
    )
    .argument('<folder>', "the bench's folder")
    .requiredOption('-o, --output <folder>', 'new folder')
    .option('--system <name>', 'only this system; repeatable', several)
    .option('--judge <name>', 'only scores of this judge; repeatable', several)
    .option('--repeat <n>', 'which repeat of the scores, from 0', wholeOf(0, 1000), 0)
    .addOption(
      new Option('--chinese <word>', 'name of Chinese in score files: the official statistics expect zh')
        .choices(['cn', 'zh'])
        .default('cn'),
    )
    .option('--json', 'print the result as JSON')
    .action(async (folder: string, flags: ExportFlags) => {
      const systems = await exportBench(folder, flags, terminal)
      const done = { output: flags.output, systems }
      terminal.out(flags.json ? `${JSON.stringify(done)}\n` : exportText(systems, flags))
    })
}

async function exportBench(
  folder: string,
  { output, system: systems, judge, repeat, chinese }: ExportFlags,
  terminal: Terminal,
): Promise<readonly Exported[]> {
  const { env, signal } = terminal
  const workspace = await openBench(folder, { env, log: (text) => terminal.error(`${text}\n`) })
  const line = new ProgressLine(terminal)
  try {
    const suite = await openSuite(workspace.facts.suite.from, {
      cache: defaultCache(env),
      suites: suitesFolder(env),
    })
    return await exportOfficial(workspace, suite, await collectResults(workspace), {
      output,
      systems,
      judges: judge,
      repeat,
      chinese,
      signal,
      onPicture: (done, of) => line.show(`${done}/${of} pictures`, String(Math.floor((10 * done) / of))),
    })
  } finally {
    line.end()
    await workspace.close()
  }
}

function exportText(systems: readonly Exported[], { output }: ExportFlags): string {
  const lines = systems.map(({ system, pictures, refusals, scores }) => {
    const told = Object.entries(scores).map(([backbone, rows]) => `, ${rows} scores in ${backbone}`)
    return `${system}: ${pictures} pictures${refusals > 0 ? `, ${refusals} refusals` : ''}${told.join('')}`
  })
  return `${[...lines, output].join('\n')}\n`
}
