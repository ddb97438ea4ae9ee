import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import {
  configurationFile,
  kinds,
  manifestFile,
  parseSelection,
  pickPairs,
  type SelectionChoice,
  verifyExport,
  verifyWorkspace,
  writeReport,
} from '../dataset/index.ts'
import { openBucket } from './datasetBucket.ts'
import { statusOf, statusText } from './datasetStatus.ts'
import { readWorkspace } from './datasetWorkspace.ts'
import { UsageError } from './failure.ts'
import type { Terminal } from './terminal.ts'

/** The selection that a command is given. @throws DatasetError, UsageError in one line */
export async function selectionFlag(file: string | undefined): Promise<SelectionChoice> {
  if (file === undefined) return {}
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      `${file}: cannot be read (${error.code ?? error.message}); expected a selection as JSON`,
    )
  })
  return parseSelection(file, text)
}

/** What `--select` says. */
export const selectDescription = 'JSON file of a selection to try on top of the configured one'

/** `pentimento dataset status <folder>` */
export function statusCommand(dataset: Command, terminal: Terminal): void {
  dataset
    .command('status')
    .description('show the progress by kind, and what was skipped and why')
    .argument('<folder>', 'workspace folder')
    .option('--select <file>', selectDescription)
    .option('--json', 'print the result as JSON')
    .action(async (folder: string, { select, json }: { select?: string; json?: true }) => {
      const choice = await selectionFlag(select)
      const status = await readWorkspace(folder, terminal, (workspace) => statusOf(workspace, choice))
      terminal.out(json ? `${JSON.stringify(status)}\n` : statusText(status))
    })
}

/** `pentimento dataset select <folder>` */
export function selectCommand(dataset: Command, terminal: Terminal): void {
  dataset
    .command('select')
    .description('show what another selection would keep, next to the configured one; changes nothing')
    .argument('<folder>', 'workspace folder')
    .requiredOption('--select <file>', selectDescription)
    .option('--ids', 'print the ids of the pairs that it would keep, one per line')
    .option('--json', 'print the result as JSON')
    .action(async (folder: string, flags: { select: string; ids?: true; json?: true }) => {
      const choice = await selectionFlag(flags.select)
      await readWorkspace(folder, terminal, async (workspace) => {
        if (flags.ids) {
          for await (const { dossier, selected } of pickPairs(workspace, choice))
            if (selected.state === 'kept') terminal.out(`${dossier.pair.id}\n`)
          return
        }
        const [before, after] = [await statusOf(workspace), await statusOf(workspace, choice)]
        if (flags.json) terminal.out(`${JSON.stringify({ configured: before, selected: after })}\n`)
        else {
          const rows = kinds.flatMap((kind) => {
            const [one, other] = [before.kinds[kind]?.kept, after.kinds[kind]?.kept]
            return one === undefined && other === undefined
              ? []
              : [
                  `  ${kind.padEnd(18)} ${String(one ?? 0).padStart(7)} -> ${String(other ?? 0).padStart(7)}\n`,
                ]
          })
          terminal.out(
            `${before.triplets} kept as configured, ${after.triplets} by ${flags.select}\n${rows.join('')}`,
          )
        }
      })
    })
}

/** `pentimento dataset report <folder>` */
export function reportCommand(dataset: Command, terminal: Terminal): void {
  dataset
    .command('report')
    .description('write a report of kept and rejected pairs, as HTML and JSON')
    .argument('<folder>', 'the workspace')
    .option('-o, --output <folder>', 'output folder (default: report in the workspace)')
    .option('--select <file>', selectDescription)
    .option('--all', 'show every pair instead of 48 kept and 48 rejected ones of each kind')
    .option('--json', 'print the report as JSON')
    .action(async (folder: string, flags: { output?: string; select?: string; all?: true; json?: true }) => {
      const selection = await selectionFlag(flags.select)
      const report = await readWorkspace(folder, terminal, (workspace) =>
        writeReport(workspace, flags.output ?? join(folder, 'report'), { selection, all: flags.all }),
      )
      const { kept, generated, planned } = report.funnel.total
      if (flags.json) terminal.out(`${JSON.stringify(report.funnel)}\n`)
      else terminal.out(`${report.html}  ${kept} of ${generated} pairs kept, of ${planned} drafts\n`)
    })
}

/** `pentimento dataset verify <workspace or export>` */
export function verifyCommand(dataset: Command, terminal: Terminal): void {
  dataset
    .command('verify')
    .description('verify every reference, hash, column and picture of a workspace or an export')
    .argument('<folder>', 'workspace folder, or folder or s3://bucket/prefix of an export')
    .option('--json', 'print the result as JSON')
    .action(async (folder: string, { json }: { json?: true }) => {
      if (folder.startsWith('s3://')) {
        const bucket = openBucket('verify', folder, {}, terminal.env)
        return tell(terminal, await verifyExport(bucket, terminal.signal), json)
      }
      const isThere = async (name: string): Promise<boolean> =>
        (await stat(join(folder, name)).catch(() => undefined)) !== undefined
      const isExport = (await isThere(manifestFile)) && !(await isThere(configurationFile))
      const found = isExport
        ? await verifyExport(folder, terminal.signal)
        : await readWorkspace(folder, terminal, (workspace) => verifyWorkspace(workspace, terminal.signal))
      tell(terminal, found, json)
    })
}

function tell(
  terminal: Terminal,
  found: Awaited<ReturnType<typeof verifyExport>>,
  json: true | undefined,
): void {
  if (json) terminal.out(`${JSON.stringify(found)}\n`)
  else {
    for (const { where, what } of found.problems) terminal.out(`${where}: ${what}\n`)
    const summary = found.problems.length === 0 ? 'nothing wrong' : `${found.problems.length} problems`
    terminal.out(`${found.triplets} triplets, ${found.files} files: ${summary}\n`)
  }
  if (found.problems.length > 0) terminal.fail(2)
}
