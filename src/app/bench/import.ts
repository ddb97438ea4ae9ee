import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import {
  type BenchWorkspace,
  chooseItems,
  findBench,
  type ImportedScores,
  importedPrefix,
  importScores,
  type Language,
  languages,
  openBench,
  openSuite,
  openSystem,
  prepareBench,
  readScores,
  runBench,
  type ScoreFiles,
  type Suite,
  type Survey,
  type System,
  saveFacts,
  suitesFolder,
  withEntry,
  withSources,
} from '../../bench/index.ts'
import { defaultCache } from '../../files/index.ts'
import { UsageError } from '../failure.ts'
import { ProgressLine, type Terminal } from '../terminal.ts'

interface ImportFlags {
  readonly output: string
  readonly suite?: string
  readonly name?: string
  readonly lang?: Language
  readonly kinds?: string
  readonly judge?: string
  readonly scores: boolean
  readonly json?: true
}

/** What an import has brought. */
interface Import {
  readonly bench: string
  readonly system: string
  readonly pictures: Survey
  readonly scores: readonly (ImportedScores & Pick<ScoreFiles, 'folder' | 'doubled' | 'notes'>)[]
}

/** `pentimento bench import <path> --output <bench>` */
export function importCommand(bench: Command, terminal: Terminal): void {
  bench
    .command('import')
    .description('import pictures that were made elsewhere, and their scores, into a bench')
    .argument('<path>', "a folder of pictures, a model's official results, or .jsonl with { id, image_path }")
    .requiredOption('-o, --output <folder>', "the bench's folder, made if it is missing")
    .option('--suite <name|folder>', 'suite of the pictures; an existing bench already has one')
    .option('--name <name>', 'name of the system in the bench (default: that of the folder)')
    .addOption(
      new Option('--lang <language>', 'only items of this language, for a new bench').choices(languages),
    )
    .option('--kinds <names>', 'only items of these kinds, separated by commas, for a new bench')
    .option('--judge <name>', `name for the judge of the scores (default: ${importedPrefix}<its folder>)`)
    .option('--no-scores', 'leave score files out')
    .option('--json', 'print the result as JSON')
    .action(async (path: string, flags: ImportFlags) => {
      const done = await importResults(path, flags, terminal)
      terminal.out(flags.json ? `${JSON.stringify(done)}\n` : importText(done))
    })
}

async function importResults(path: string, flags: ImportFlags, terminal: Terminal): Promise<Import> {
  const { env, signal } = terminal
  const cache = defaultCache(env)
  // Read before anything is written, so that wrong files leave the bench as it was.
  const files = flags.scores ? await readScores(path) : []
  if (flags.judge !== undefined && files.length > 1)
    throw new UsageError(
      `--judge: ${path} holds the scores of ${files.length} judges (${files.map(({ backbone }) => backbone).join(', ')}); import the folder of one`,
    )
  const source = `folder:${resolve(path)}`
  const system = await openSystem(flags.name === undefined ? source : `${flags.name}=${source}`, {
    env,
    cache,
  })
  const line = new ProgressLine(terminal)
  try {
    const { suite, workspace: opened } = await benchOf(flags, { system, source, terminal })
    let workspace = opened
    try {
      const items = await chooseItems(suite.facts, suite.items(), workspace.facts.choice)
      const pictures = (await system.survey?.(items)) ?? { there: 0, refused: 0, missing: [], strangers: [] }
      let count = 0
      await runBench(workspace, {
        suite,
        systems: [system],
        judges: [],
        signal,
        onEnd: () =>
          line.show(
            `${system.name} ${++count}/${items.length}`,
            String(Math.floor((10 * count) / items.length)),
          ),
      })
      const scores: Import['scores'][number][] = []
      for (const each of files) {
        const judge = flags.judge ?? `${importedPrefix}${each.backbone}`
        const stored = await importScores(workspace, { system: system.name, judge, files: each })
        workspace = stored.workspace
        const { folder, doubled, notes } = each
        scores.push({ ...stored.imported, folder, doubled, notes })
      }
      return { bench: flags.output, system: system.name, pictures, scores }
    } finally {
      await workspace.close()
    }
  } finally {
    line.end()
    await system.close()
  }
}

/** The bench with the system in it: the one that is there, or a new one. */
async function benchOf(
  { output, suite: given, lang, kinds }: ImportFlags,
  {
    system,
    source,
    terminal,
  }: { readonly system: System; readonly source: string; readonly terminal: Terminal },
): Promise<{ readonly suite: Suite; readonly workspace: BenchWorkspace }> {
  const { env } = terminal
  const options = { env, log: (text: string) => terminal.error(`${text}\n`) }
  const found = await findBench(output)
  const facts = 'facts' in found ? found.facts : undefined
  const from = given ?? facts?.suite.from
  if (from === undefined)
    throw new UsageError(`--suite: ${output} is a new bench, expected the suite that the pictures belong to`)
  const suite = await openSuite(from, { cache: defaultCache(env), suites: suitesFolder(env) })
  const added = { name: system.name, identity: system.identity, source }
  if (!facts) {
    const choice = {
      seed: 0,
      languages: lang ? [lang] : languages,
      ...(kinds && { kinds: kinds.split(',').map((kind) => kind.trim()) }),
    }
    const items = await chooseItems(suite.facts, suite.items(), choice)
    const bench = {
      suite: { ...suite.facts, identity: suite.identity, from },
      choice,
      turns: 'given' as const,
      systems: [added],
      judges: [],
      store: 'store' in found ? found.store : {},
    }
    return { suite, workspace: await prepareBench(output, bench, await withSources(suite, items), options) }
  }
  if (suite.identity !== facts.suite.identity)
    throw new UsageError(
      `${output}: expected the bench's suite ${facts.suite.name} ${facts.suite.version}, got another one (${from}); import into a new bench`,
    )
  if (lang !== undefined || kinds !== undefined)
    throw new UsageError(`${output}: the bench's items are fixed; leave out --lang and --kinds`)
  const other = facts.systems.find(({ name }) => name === system.name)
  if (other && other.source !== source)
    throw new UsageError(
      `${output}: the bench already has a system '${system.name}' (${other.source}); give this one another name with --name`,
    )
  const twin = facts.systems.find(
    ({ name, identity }) => name !== system.name && identity === system.identity,
  )
  if (twin)
    throw new UsageError(
      `${output}: these pictures are already in the bench, as ${twin.name}; use --name ${twin.name} to import their scores`,
    )
  const workspace = await openBench(output, options)
  try {
    const systems = withEntry(facts.systems, added)
    return { suite, workspace: await saveFacts(workspace, { systems }) }
  } catch (error) {
    await workspace.close()
    throw error
  }
}

const shown = 5

function listed(names: readonly string[]): string {
  const more = names.length > shown ? `, and ${names.length - shown} more` : ''
  return names.length === 0 ? '' : ` (${names.slice(0, shown).join(', ')}${more})`
}

function importText({ bench, system, pictures, scores }: Import): string {
  const { there, refused, missing, strangers } = pictures
  const of = there + refused + missing.length
  const lines = [`${system}: ${there} of ${of} pictures${refused > 0 ? `, ${refused} refused` : ''}`]
  if (missing.length > 0) lines.push(`  ${missing.length} missing${listed(missing)}`)
  if (strangers.length > 0)
    lines.push(`  ${strangers.length} that belong to no item, left out${listed(strangers)}`)
  for (const each of scores) {
    lines.push(`${each.judge}: scores of ${each.scored} of ${there} pictures`)
    const told: [readonly string[], string][] = [
      [each.unscored, 'without scores'],
      [each.unusable, 'with a score outside 0 to 10, which count as missing'],
      [each.strangers, 'rows that belong to no item, left out'],
      [each.withoutPicture, 'rows that belong to no picture, left out'],
      [each.otherInstruction, "rows whose instruction differs from the suite's, left out"],
    ]
    for (const [names, words] of told)
      if (names.length > 0) lines.push(`  ${names.length} ${words}${listed(names)}`)
    if (each.doubled > 0) lines.push(`  ${each.doubled} rows occur twice; the last one counts`)
    for (const note of each.notes) lines.push(`  ${note}`)
  }
  const next = scores.length > 0 ? `status ${bench}` : `judge ${bench} --judge gpt-4.1`
  lines.push(`now: pentimento bench ${next}`)
  return `${lines.join('\n')}\n`
}
