import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import {
  BenchError,
  type BenchFacts,
  type BenchWorkspace,
  chooseItems,
  type EditJudge,
  estimateRun,
  findBench,
  type Language,
  languages,
  openSuite,
  prepareBench,
  type RunEstimate,
  runBench,
  type Suite,
  type System,
  suitesFolder,
  toolChecker,
  withEntry,
  withSources,
} from '../../bench/index.ts'
import { defaultCache } from '../../files/index.ts'
import { usd } from '../../judges/index.ts'
import { readConfiguration } from '../configuration.ts'
import { UsageError } from '../failure.ts'
import { usdOf, wholeOf } from '../options.ts'
import type { Terminal } from '../terminal.ts'
import {
  closeSystems,
  judgeNames,
  logOf,
  type OpenedJudge,
  type OpenedSystem,
  openJudges,
  openSystems,
  openTools,
  systemNames,
} from './opening.ts'
import { BenchProgress } from './progress.ts'
import { printResults, type ResultFlags } from './results.ts'

interface Flags extends ResultFlags {
  readonly suite?: string
  readonly editor?: readonly string[]
  readonly judge?: readonly string[]
  readonly pairs?: true
  /** Undefined: where the suite has them. */
  readonly checks?: boolean
  readonly limit?: number
  readonly kinds?: string
  readonly lang?: Language | 'both'
  readonly seed?: number
  readonly repeats?: number
  readonly budget?: number
  readonly allowUnknownPrice?: true
  readonly turns?: 'own' | 'given'
  readonly output?: string
  readonly config?: string
  readonly retryFailed?: true
  readonly yes?: true
}

/** Flags of a run that `bench judge` has too. */
export function addRunFlags(command: Command): Command {
  return command
    .option('--budget <usd>', 'maximum total cost of the bench, in USD', usdOf)
    .option('--allow-unknown-price', 'with --budget, also use servers without a known price')
    .option('--config <file>', 'configuration with editors and judges (default: pentimento.json)')
    .option('--retry-failed', 'retry failed edits and questions')
    .option('--allow-missing', 'give overall scores although edits or scores are missing')
    .option('--with-published', 'also print published scores')
    .option('--yes', 'do not ask before money is spent or tools are installed')
    .option('--json', 'print the results as JSON')
}

const several = (text: string, before: readonly string[] = []): readonly string[] => [...before, text]

/** `pentimento bench run` */
export function runCommand(bench: Command, terminal: Terminal): void {
  const command = bench
    .command('run')
    .description('edit the items of a suite, check and judge the edits; run it again to continue')
    .option('--suite <name|folder>', "embedded, a suite pulled by 'bench pull', or a suite's folder")
    .option(
      '--editor <name>',
      'darkroom, nano, a model, a name of the configuration, copy, or folder:<path>; repeatable',
      several,
    )
    .option(
      '--judge <name>',
      'gpt-4.1, qwen2.5-vl-72b:<address>, local, or a name of the configuration; repeatable',
      several,
    )
    .option('--repeats <n>', 'how often each question is asked (default: 1)', wholeOf(1, 100))
    .option('--pairs', 'let judges also compare the systems in pairs')
    .option('--checks', 'check every edit; --no-checks: none (default: those with checks)')
    .addOption(new Option('--no-checks').hideHelp())
    .option('--limit <n>', 'at most this many items, evenly over kinds and languages', wholeOf(1, 10 ** 9))
    .option('--kinds <names>', 'only these kinds, separated by commas')
    .addOption(new Option('--lang <language>', 'only this language').choices([...languages, 'both']))
    .option('--seed <n>', 'seed of edits and of --limit (default: 0)', wholeOf(0, 2 ** 31 - 1))
    .addOption(
      new Option('--turns <source>', 'what later turns start from (default: given)').choices([
        'given',
        'own',
      ]),
    )
    .option('-o, --output <folder>', "the bench's folder (default: bench-<suite>)")
    .addHelpText(
      'after',
      '\nWithout --suite, --editor and --judge it continues with those of the folder.\nEnvironment: DATABASE_URL, the Postgres server that several machines share.',
    )
  // Commander gives a negatable option the default true.
  addRunFlags(command).setOptionValue('checks', undefined)
  command.action((flags: Flags) => run(flags, terminal))
}

async function run(flags: Flags, terminal: Terminal): Promise<void> {
  const configuration = await readConfiguration(flags.config, terminal)
  const { folder, known, store, suite, from } = await place(flags, terminal)
  const goesOn = flags.editor === undefined && flags.judge === undefined && known !== undefined
  const names = flags.editor ?? (goesOn ? systemNames(known) : [])
  if (names.length === 0 && known === undefined)
    throw new UsageError('--editor: expected at least one system, such as --editor darkroom --editor copy')
  const tools = await openTools(terminal)
  let systems: readonly OpenedSystem[] = []
  try {
    systems = await openSystems(names, configuration, { yes: flags.yes === true, terminal })
    const judges = openJudges(flags.judge ?? (goesOn ? judgeNames(known) : []), configuration, {
      known: known?.judges ?? [],
      repeats: flags.repeats,
      pairs: flags.pairs,
      toolbox: tools,
      terminal,
    })
    const checker = flags.checks === false ? undefined : toolChecker(tools, { all: flags.checks === true })
    const choice = choiceOf(flags, known)
    const items = await withSources(suite, await chooseItems(suite.facts, suite.items(), choice))
    tellRenewed(known, systems, judges, terminal)
    const facts: Omit<BenchFacts, 'items' | 'name'> = {
      suite: { ...suite.facts, identity: suite.identity, from },
      choice,
      turns: flags.turns ?? known?.turns ?? 'given',
      systems: systems.reduce((all, each) => withEntry(all, each.facts), known?.systems ?? []),
      judges: judges.reduce((all, each) => withEntry(all, each.facts), known?.judges ?? []),
      ...(checker
        ? { checks: { tools: checker.identity, all: checker.all } }
        : known?.checks && { checks: known.checks }),
      store,
    }
    const workspace = await prepareBench(folder, facts, items, {
      env: terminal.env,
      log: logOf(terminal),
      inThread: true,
    })
    try {
      for (const { system } of systems)
        await tellSurvey(
          system,
          items.map(({ item }) => item),
          terminal,
        )
      await runAndPrint(
        workspace,
        {
          suite,
          systems: systems.map(({ system }) => system),
          judges: judges.map(({ judge }) => judge),
          checker,
        },
        flags,
        terminal,
      )
    } finally {
      await workspace.close()
    }
  } finally {
    await closeSystems(systems)
    await tools.close()
  }
}

/** The folder of the bench, what is known of it, and its suite. */
async function place(
  { suite: named, output }: Flags,
  { env }: Terminal,
): Promise<{
  readonly folder: string
  readonly known: BenchFacts | undefined
  readonly store: BenchFacts['store']
  readonly suite: Suite
  readonly from: string
}> {
  const inOutput = output === undefined ? undefined : await findBench(output)
  const before = inOutput && 'facts' in inOutput ? inOutput.facts : undefined
  const name = named ?? before?.suite.from
  if (name === undefined)
    throw new UsageError('--suite: expected embedded, the name of a pulled suite, or its folder')
  const suite = await openSuite(name, { suites: suitesFolder(env), cache: defaultCache(env) })
  const folder = output ?? `bench-${suite.facts.name}`
  const found = inOutput ?? (await findBench(folder))
  const known = 'facts' in found ? found.facts : undefined
  if (known !== undefined && known.suite.identity !== suite.identity)
    throw new BenchError(
      'workspace',
      known.suite.name === suite.facts.name
        ? `${folder}: the suite ${suite.facts.name} has changed since this bench began; give another folder with --output`
        : `${folder}: expected a bench of the suite ${suite.facts.name}, got one of ${known.suite.name}; give another folder with --output`,
    )
  const isName = !/[/\\]/.test(name) && resolve(suite.fileOf('.')) !== resolve(name)
  return {
    folder,
    known,
    store: 'facts' in found ? found.facts.store : found.store,
    suite,
    from: isName ? name : resolve(name),
  }
}

function choiceOf({ limit, kinds, lang, seed }: Flags, known: BenchFacts | undefined): BenchFacts['choice'] {
  const before = known?.choice
  const wanted = kinds?.split(',').map((kind) => kind.trim())
  return {
    seed: seed ?? before?.seed ?? 0,
    limit: limit ?? before?.limit,
    kinds: wanted ?? before?.kinds,
    languages: lang === undefined ? (before?.languages ?? languages) : lang === 'both' ? languages : [lang],
  }
}

/** Another version of a system or a judge starts anew. */
function tellRenewed(
  known: BenchFacts | undefined,
  systems: readonly OpenedSystem[],
  judges: readonly OpenedJudge[],
  terminal: Terminal,
): void {
  const told = (
    list: readonly { name: string; identity: string }[],
    now: { name: string; identity: string },
    what: string,
  ) => {
    const before = list.find(({ name }) => name === now.name)
    if (before !== undefined && before.identity !== now.identity)
      terminal.error(`${now.name}: its version has changed since this bench was run; ${what} again\n`)
  }
  for (const { facts } of systems) told(known?.systems ?? [], facts, 'its edits are made')
  for (const { facts } of judges) told(known?.judges ?? [], facts, 'it is asked')
}

async function tellSurvey(
  system: System,
  items: Parameters<NonNullable<System['survey']>>[0],
  terminal: Terminal,
): Promise<void> {
  const survey = await system.survey?.(items)
  if (survey === undefined || survey.missing.length + survey.strangers.length === 0) return
  const some = (names: readonly string[]): string =>
    names.length === 0 ? '' : ` (${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''})`
  terminal.error(
    `${system.name}: ${survey.there} pictures, ${survey.missing.length} missing${some(survey.missing)}, ` +
      `${survey.strangers.length} of no chosen item${some(survey.strangers)}\n`,
  )
}

/** Runs what is missing of a bench and prints its results. */
export async function runAndPrint(
  workspace: BenchWorkspace,
  parts: {
    readonly suite: Suite
    readonly systems: readonly System[]
    readonly judges: readonly EditJudge[]
    readonly checker?: ReturnType<typeof toolChecker> | undefined
  },
  flags: Pick<Flags, 'budget' | 'allowUnknownPrice' | 'retryFailed' | 'yes' | keyof ResultFlags>,
  terminal: Terminal,
): Promise<void> {
  await confirmCost(await estimateRun(workspace, parts), flags, terminal)
  const progress = new BenchProgress(terminal)
  const end = await runBench(workspace, {
    ...parts,
    budget: flags.budget,
    allowUnknownPrice: flags.allowUnknownPrice,
    retryFailed: flags.retryFailed,
    signal: terminal.signal,
    onQueue: progress.onQueue,
    onEnd: progress.onEnd,
  }).finally(() => progress.end())
  const { edits, unanswered = [] } = await printResults(workspace, flags, terminal, { ...end })
  if (end.spent > 0 && !flags.json) terminal.out(`\nspent: ${usd(end.spent)}\n`)
  for (const reason of end.stopped) terminal.error(`stopped: ${reason}; run the same command to continue\n`)
  const isShort = unanswered.length > 0 || edits.some(({ outcome }) => outcome === 'failed')
  if (end.stopped.length > 0 || isShort) terminal.fail(2)
}

/** Tells what a run will cost, and asks whoever sits at the terminal. @throws UsageError for a no */
async function confirmCost(
  { parts, cost }: RunEstimate,
  { yes, budget }: Pick<Flags, 'yes' | 'budget'>,
  terminal: Terminal,
): Promise<void> {
  const told = parts
    .filter(({ count }) => count > 0)
    .map(
      ({ name, what, count, cost }) =>
        `${name}: ${count} ${what}, ${cost === undefined ? 'price not known' : `about ${usd(cost)}`}`,
    )
  if (told.length === 0) return
  terminal.error(`${told.join('\n')}\n`)
  if (cost === 0 || yes || terminal.ask === undefined) return
  const limit = budget === undefined ? 'no budget' : `at most ${usd(budget)}`
  const answer = await terminal.ask(`about ${usd(cost)} in total, ${limit}; continue? [y/N] `)
  if (!/^\s*y(es)?\s*$/i.test(answer))
    throw new UsageError('cancelled, nothing was spent; --yes skips the question')
}
