import { join } from 'node:path'
import { type Command, Option } from 'commander'
import {
  type Configuration,
  type ExportBucket,
  exportDataset,
  type Format,
  formats,
  type Language,
} from '../dataset/index.ts'
import { openBucketObjects } from '../jobs/index.ts'
import { patientSend } from '../network/index.ts'
import { selectDescription, selectionFlag } from './datasetChecks.ts'
import { readWorkspace } from './datasetWorkspace.ts'
import { UsageError } from './failure.ts'
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
            : { bucket: openBucket(flags.to, workspace.configuration.store, terminal.env) }),
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
        const what = flags.format === 'preference' ? 'preference pairs' : 'triplets'
        terminal.out(`${place}  ${triplets} ${what}, ${bytesText(bytes)} in ${files.length} files\n`)
      }
    })
}

/** The bucket of `s3://bucket/prefix`: its server from the environment, or that of the configured store. */
function openBucket(
  address: string,
  { bucket: configured }: Configuration['store'],
  env: Terminal['env'],
): ExportBucket {
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/.exec(address) ?? []
  if (bucket === undefined) throw new UsageError(`--to: expected s3://<bucket>/<prefix>, got '${address}'`)
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env
  if (!accessKeyId || !secretAccessKey)
    throw new UsageError('--to: expected the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; set both')
  const own = configured?.bucket === bucket ? configured : undefined
  const region = own?.region ?? env.AWS_REGION ?? 'us-east-1'
  const endpoint =
    own?.endpoint ??
    env.AWS_ENDPOINT_URL_S3 ??
    env.AWS_ENDPOINT_URL ??
    configured?.endpoint ??
    `https://s3.${region}.amazonaws.com`
  const folder = prefix === '' ? '' : `${prefix.replace(/\/+$/, '')}/`
  return openBucketObjects({
    ...{ bucket, endpoint, region, accessKeyId, secretAccessKey },
    prefix: folder,
    fetch: patientSend(env),
  })
}
