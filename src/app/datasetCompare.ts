import { writeFile } from 'node:fs/promises'
import { type Command, Option } from 'commander'
import {
  type Comparison,
  compareDatasets,
  comparisonMarkdown,
  comparisonPage,
  comparisonText,
  readFunnel,
} from '../dataset/index.ts'
import { selectDescription, selectionFlag } from './datasetChecks.ts'
import { readWorkspace } from './datasetWorkspace.ts'
import { UsageError } from './failure.ts'
import type { Terminal } from './terminal.ts'

type View = 'text' | 'markdown' | 'html' | 'json'

const views: { readonly [V in View]: (comparison: Comparison) => string } = {
  text: comparisonText,
  markdown: comparisonMarkdown,
  html: comparisonPage,
  json: (comparison) => `${JSON.stringify(comparison)}\n`,
}

interface CompareFlags {
  readonly format: View
  readonly output?: string
  readonly select?: string
  readonly json?: true
}

/** `pentimento dataset compare <folder>` */
export function compareCommand(dataset: Command, terminal: Terminal): void {
  dataset
    .command('compare')
    .description('compare a dataset with the public ones: size, kinds, languages, filters, review, retention')
    .argument('<folder>', 'workspace folder')
    .addOption(
      new Option('--format <format>', 'html has the chart').choices(Object.keys(views)).default('text'),
    )
    .option('-o, --output <file>', 'write to a file instead of the terminal')
    .option('--select <file>', selectDescription)
    .option('--json', 'print the result as JSON')
    .action(async (folder: string, { format, output, select, json }: CompareFlags) => {
      const choice = await selectionFlag(select)
      const funnel = await readWorkspace(folder, terminal, (workspace) => readFunnel(workspace, choice))
      const told = views[json ? 'json' : format](compareDatasets(funnel))
      if (output === undefined) terminal.out(told)
      else {
        await writeFile(output, told).catch((error: NodeJS.ErrnoException) => {
          throw new UsageError(`${output}: cannot be written (${error.code ?? error.message})`)
        })
        terminal.out(`${output}\n`)
      }
    })
}
