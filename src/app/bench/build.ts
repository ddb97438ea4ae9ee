import { dirname } from 'node:path'
import type { Command } from 'commander'
import { buildSuite, searchSchema } from '../../bench/index.ts'
import { readTextFile } from '../../files/index.ts'
import { openAdapters, openToolbox, toolsFolder } from '../../tools/index.ts'
import { UsageError } from '../failure.ts'
import { wholeOf } from '../options.ts'
import { ProgressLine, type Terminal } from '../terminal.ts'

interface Flags {
  readonly output: string
  readonly name: string
  readonly licence: string
  readonly title?: string
  readonly suiteVersion?: string
  readonly replacements?: string
  readonly replacementsLicence?: string
  readonly search?: string
  readonly adapters?: string
  readonly perIntent: number
  readonly review?: string
  readonly acceptAll?: true
  readonly json?: true
}

/** `pentimento bench build <requests> -o <folder>` */
export function buildCommand(bench: Command, terminal: Terminal): void {
  bench
    .command('build')
    .description(
      'turn collected user requests into a suite: remove metadata, find and replace personal content',
    )
    .argument('<requests>', 'a table or JSON lines (picture, instruction, language, kind), or a folder')
    .requiredOption('-o, --output <folder>', 'folder of the build: decisions, crops, and the suite')
    .requiredOption('--name <name>', 'name of the suite')
    .requiredOption('--licence <licence>', 'licence of the suite')
    .option('--title <title>', 'title of the suite')
    .option('--suite-version <version>', 'version of the suite (default: 1)')
    .option('--replacements <folder>', 'pictures that may be published, which replace private ones')
    .option('--replacements-licence <licence>', 'their licence')
    .option('--search <file.json>', 'a search service for public pictures: { "url", "key", "sendPicture" }')
    .option(
      '--adapters <file.json>',
      'models and servers to use as tools; "vision" rewrites and groups instructions',
    )
    .option('--per-intent <n>', 'requests of the same intent that are kept', wholeOf(1, 1e6), 3)
    .option('--review <file.csv>', 'the table of decisions, filled in')
    .option('--accept-all', 'take every proposal without a person')
    .option('--json', 'print the result as JSON')
    .action((requests: string, flags: Flags) => build(terminal, requests, flags))
}

async function build(terminal: Terminal, from: string, flags: Flags): Promise<void> {
  const { env, signal } = terminal
  if ((flags.replacements === undefined) !== (flags.replacementsLicence === undefined))
    throw new UsageError('--replacements and --replacements-licence belong together; give both')
  const search = flags.search === undefined ? undefined : await readSearch(flags.search)
  const folder = toolsFolder(env)
  const adapters =
    flags.adapters === undefined
      ? undefined
      : await openAdapters(await readJson(flags.adapters), {
          env,
          folder: dirname(flags.adapters),
          tools: folder,
        })
  const tools = await openToolbox({
    folder,
    only: ['faces', 'ocr', 'detector', 'vision', 'fonts'],
    ...(adapters && { adapters: adapters.tools }),
  })
  const line = new ProgressLine(terminal)
  try {
    const result = await buildSuite({
      from,
      folder: flags.output,
      tools,
      name: flags.name,
      licence: flags.licence,
      ...(flags.title !== undefined && { title: flags.title }),
      ...(flags.suiteVersion !== undefined && { version: flags.suiteVersion }),
      ...(flags.replacements !== undefined && {
        replacements: { folder: flags.replacements, licence: flags.replacementsLicence! },
      }),
      ...(search && { search }),
      env,
      perIntent: flags.perIntent,
      ...(flags.review !== undefined && { review: flags.review }),
      acceptAll: flags.acceptAll === true,
      onProgress: ({ doing, done, total }) =>
        line.show(`${doing}: ${done} of ${total}`, `${doing} ${Math.floor((10 * done) / total)}`),
      signal,
    })
    line.end()
    if (flags.json) {
      terminal.out(`${JSON.stringify(result)}\n`)
      return
    }
    if (result.missingTools.length > 0)
      terminal.error(
        `the tools ${result.missingTools.join(', ')} are missing, so the search was incomplete; 'pentimento tools install --all' installs them\n`,
      )
    terminal.out(
      `${result.requests} requests on ${result.pictures} pictures; ${result.decisions} decisions${flags.review === undefined ? '' : `, ${result.reviewed} new of the review`}\n`,
    )
    for (const [reason, count] of Object.entries(result.leftOut))
      terminal.out(`  left out ${count}: ${reason}\n`)
    if (result.waiting > 0)
      terminal.out(
        `  ${result.waiting} requests wait for ${result.undecided} decisions: look at ${result.page}, fill in ${result.table}, and give it by --review\n`,
      )
    terminal.out(
      result.suite === undefined
        ? 'No item remains, so no suite was written.\n'
        : `${result.suite}  ${result.items} items\n`,
    )
  } finally {
    line.end()
    await Promise.all([tools.close(), adapters?.close()])
  }
}

async function readSearch(file: string) {
  const parsed = searchSchema.safeParse(await readJson(file))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new UsageError(
    `${file}: ${[...(issue?.path ?? []), ''].join('.').replace(/\.$/, ': ')}${issue?.message}`,
  )
}

async function readJson(file: string): Promise<unknown> {
  const text = await readTextFile(file)
  try {
    return JSON.parse(text)
  } catch {
    // What JSON.parse says would quote the file, which may hold a key by mistake.
    throw new UsageError(`${file}: expected JSON, got something else`)
  }
}
