import { join } from 'node:path'
import { type Command, Option } from 'commander'
import { exportDataset, type Format, formats, type Language } from '../dataset/index.ts'
import { openBucket } from './datasetBucket.ts'
import { selectDescription, selectionFlag } from './datasetChecks.ts'
import { readWorkspace } from './datasetWorkspace.ts'
import { bytesText, ProgressLine, type Terminal } from './terminal.ts'

interface ExportFlags {
  readonly format: Format
  readonly language: Language
  readonly output?: string
  readonly to?: string
  readonly select?: string
  readonly all?: true
  readonly json?: true
}

/** `pentimento dataset export <folder>` */
export function exportCommand(dataset: Command, terminal: Terminal): void {
  dataset
    .command('export')
    .description('export the triplets, or preference pairs, to files for other programs')
    .argument('<folder>', 'workspace folder')
    .addOption(new Option('--format <format>', 'format of the export').choices(formats).default('parquet'))
    .addOption(
      new Option('--language <language>', 'language of the captions in step1x-edit exports')
        .choices(['en', 'cn', 'both'])
        .default('en'),
    )
    .option('-o, --output <folder>', 'output folder (default: exports/<format> in the workspace)')
    .option('--to <s3://bucket/prefix>', 'write to a bucket instead of a folder, the manifest last')
    .option('--select <file>', selectDescription)
    .option('--all', 'also write pairs that are not kept, with stage and reason (parquet, webdataset)')
    .option('--json', 'print the result as JSON')
    .action(async (folder: string, flags: ExportFlags) => {
      const output = flags.output ?? join(folder, 'exports', flags.format)
      const selection = await selectionFlag(flags.select)
      const line = new ProgressLine(terminal)
      const manifest = await readWorkspace(folder, terminal, (workspace) =>
        exportDataset(workspace, {
          format: flags.format,
          language: flags.language,
          output: flags.to ?? output,
          selection,
          ...(flags.to === undefined
            ? {}
            : { bucket: openBucket('--to', flags.to, workspace.configuration.store, terminal.env) }),
          ...(flags.all ? { all: true } : {}),
          signal: terminal.signal,
          onProgress: (done, total) =>
            line.show(`writing ${done}/${total}`, `writing ${Math.floor((10 * done) / total)}`),
        }),
      ).finally(() => line.end())
      const { triplets, splits, files, lost } = manifest
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
      const place = flags.to ?? output
      if (lost)
        terminal.error(
          `${lost.count} pairs left out, their files are lost (${lost.first[0]}); ` +
            `'pentimento dataset verify ${folder}' lists them\n`,
        )
      if (flags.json) terminal.out(`${JSON.stringify({ output: place, triplets, splits, bytes, lost })}\n`)
      else {
        const what =
          { preference: 'preference pairs', 'multi-turn': 'chains' }[flags.format as string] ?? 'triplets'
        terminal.out(`${place}  ${triplets} ${what}, ${bytesText(bytes)} in ${files.length} files\n`)
      }
    })
}
