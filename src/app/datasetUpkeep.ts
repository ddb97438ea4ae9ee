import type { Command } from 'commander'
import { collectGarbage, redoLost } from '../dataset/index.ts'
import { withWorkspace } from './datasetWorkspace.ts'
import { bytesText, type Terminal } from './terminal.ts'

/** `pentimento dataset redo | gc` */
export function upkeepCommands(dataset: Command, terminal: Terminal): void {
  dataset
    .command('redo')
    .description('find missing and damaged files, and let the next run make only those again')
    .argument('<folder>', 'workspace folder')
    .option('--json', 'print the result as JSON')
    .action(async (folder: string, { json }: { json?: true }) => {
      const found = await withWorkspace(folder, terminal, (workspace) => redoLost(workspace, terminal.signal))
      if (json) return terminal.out(`${JSON.stringify(found)}\n`)
      const { files, lost, drafts, sources, cutouts, hopeless } = found
      terminal.out(
        lost.length === 0
          ? `${files} files, none missing or damaged\n`
          : `${lost.length} of ${files} files are missing or damaged: ${drafts} drafts, ${sources} sources and ` +
              `${cutouts} cut-outs will be made again by 'pentimento dataset run ${folder}'\n`,
      )
      if (hopeless.length > 0)
        terminal.out(
          `${hopeless.length} came from people and cannot be made again: ${hopeless.slice(0, 5).join(', ')}\n`,
        )
    })
  dataset
    .command('gc')
    .description('count files that nothing refers to any more, and with --yes delete them')
    .argument('<folder>', 'workspace folder')
    .option('--yes', 'delete them')
    .option('--json', 'print the result as JSON')
    .action(async (folder: string, { yes, json }: { yes?: true; json?: true }) => {
      const garbage = await withWorkspace(folder, terminal, (workspace) =>
        collectGarbage(workspace, { remove: yes === true }),
      )
      if (json) return terminal.out(`${JSON.stringify({ ...garbage, deleted: yes === true })}\n`)
      const { files, bytes, pairs } = garbage
      const what = `${files} files (${bytesText(bytes)}) that nothing refers to, ${pairs} pairs of earlier plans`
      terminal.out(yes ? `deleted: ${what}\n` : `${what}; --yes deletes them\n`)
    })
}
