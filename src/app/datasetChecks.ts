import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import {
  configurationFile,
  manifestFile,
  verifyExport,
  verifyWorkspace,
  writeReport,
} from '../dataset/index.ts'
import { withWorkspace } from './datasetWorkspace.ts'
import type { Terminal } from './terminal.ts'

/** `pentimento dataset report <folder>` */
export function reportCommand(dataset: Command, terminal: Terminal): void {
  dataset
    .command('report')
    .description('write a report of kept and rejected drafts, as HTML and JSON')
    .argument('<folder>', 'the workspace')
    .option('-o, --output <folder>', 'output folder (default: report in the workspace)')
    .option('--json', 'print the report as JSON')
    .action(async (folder: string, flags: { output?: string; json?: true }) => {
      const report = await withWorkspace(folder, terminal, (workspace) =>
        writeReport(workspace, flags.output ?? join(folder, 'report')),
      )
      const { kept, planned } = report.funnel.total
      if (flags.json) terminal.out(`${JSON.stringify(report.funnel)}\n`)
      else terminal.out(`${report.html}  ${kept} of ${planned} drafts kept\n`)
    })
}

/** `pentimento dataset verify <workspace or export>` */
export function verifyCommand(dataset: Command, terminal: Terminal): void {
  dataset
    .command('verify')
    .description('verify every reference, hash, column and picture of a workspace or an export')
    .argument('<folder>', 'workspace folder, or folder of an export')
    .option('--json', 'print the result as JSON')
    .action(async (folder: string, { json }: { json?: true }) => {
      const isThere = async (name: string): Promise<boolean> =>
        (await stat(join(folder, name)).catch(() => undefined)) !== undefined
      const isExport = (await isThere(manifestFile)) && !(await isThere(configurationFile))
      const found = isExport
        ? await verifyExport(folder, terminal.signal)
        : await withWorkspace(folder, terminal, (workspace) => verifyWorkspace(workspace, terminal.signal))
      if (json) terminal.out(`${JSON.stringify(found)}\n`)
      else {
        for (const { where, what } of found.problems) terminal.out(`${where}: ${what}\n`)
        const summary = found.problems.length === 0 ? 'nothing wrong' : `${found.problems.length} problems`
        terminal.out(`${found.triplets} triplets, ${found.files} files: ${summary}\n`)
      }
      if (found.problems.length > 0) terminal.fail(2)
    })
}
