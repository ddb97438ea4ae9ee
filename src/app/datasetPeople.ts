import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import {
  addOutsideSource,
  findPairs,
  type GoldItem,
  handOut,
  ingestPair,
  isUncertain,
  type Kind,
  kinds,
  openPairStore,
  openParts,
  pairsToRetouch,
  Review,
  type ReviewFilter,
  SoleProcess,
  type SourceEntry,
  type Split,
  selectionOf,
  takeBack,
  type Workspace,
} from '../dataset/index.ts'
import { parseTable, readTextFile } from '../files/index.ts'
import { withWorkspace } from './datasetWorkspace.ts'
import { UsageError } from './failure.ts'
import { type Pages, readPages } from './server/pages.ts'
import { type Guest, Links, readSecret } from './server/people/links.ts'
import { reviewApp } from './server/people/reviewApp.ts'
import { type ServeFlags, serveOptions, servePeople } from './server/people/serve.ts'
import type { Terminal } from './terminal.ts'

interface FilterFlags {
  readonly kinds?: Kind[]
  readonly splits?: Split[]
  readonly scoreFrom?: number
  readonly scoreTo?: number
  readonly disagreement?: number
  readonly uncertain?: number | true
}

interface ReviewFlags extends FilterFlags, ServeFlags {
  readonly reviewers: number
  readonly double: number
  readonly gold?: string
  readonly goldEvery: number
  readonly lease: number
}

const numberIn =
  (least: number, most: number, whole = false) =>
  (text: string): number => {
    const value = Number(text)
    if (text.trim() === '' || !(value >= least && value <= most) || (whole && !Number.isInteger(value)))
      throw new InvalidArgumentError(`expected a ${whole ? 'whole ' : ''}number from ${least} to ${most}`)
    return value
  }

/** Options that choose pairs. */
function filterOptions(command: Command): Command {
  return command
    .addOption(new Option('--kinds <names...>', 'only pairs of these kinds').choices(kinds))
    .addOption(
      new Option('--splits <names...>', 'only pairs of these splits').choices([
        'train',
        'validation',
        'test',
      ]),
    )
    .option('--score-from <n>', "only pairs whose lowest judge's score is this or more", numberIn(0, 10))
    .option('--score-to <n>', "only pairs whose lowest judge's score is this or less", numberIn(0, 10))
    .option(
      '--disagreement <n>',
      'only pairs whose judges are at least this many points apart',
      numberIn(0, 10),
    )
    .option(
      '--uncertain [points]',
      'only pairs without a clear verdict of the judges: missing, contradictory, or within so many points of the minimum score (default: 1)',
      numberIn(0, 10),
    )
}

function filterOf(
  { kinds, splits, scoreFrom, scoreTo, disagreement, uncertain }: FilterFlags,
  { selection: choice }: Workspace['configuration'],
): ReviewFilter | undefined {
  const isScored = scoreFrom !== undefined || scoreTo !== undefined
  if (!kinds && !splits && !isScored && disagreement === undefined && uncertain === undefined)
    return undefined
  const selection = selectionOf(choice)
  const points = uncertain === true ? 1 : uncertain
  return {
    kinds,
    splits,
    disagreement,
    ...(isScored && { score: { least: scoreFrom, most: scoreTo } }),
    ...(points !== undefined && {
      where: (dossier) => isUncertain(dossier, selection[dossier.pair.kind].judges, points),
    }),
  }
}

/** `pentimento dataset review` */
export function reviewCommand(dataset: Command, terminal: Terminal): void {
  const command = dataset
    .command('review')
    .description('let people accept, reject and edit triplets in their browsers; Ctrl-C stops')
    .argument('<folder>', 'workspace folder')
    .option('--reviewers <n>', 'number of reviewers, each with a link', numberIn(1, 1000, true), 1)
    .option('--double <share>', 'share of pairs that two people decide, 0 to 1', numberIn(0, 1), 0)
    .option('--gold <file>', 'CSV of pairs with known answers: columns pair, verdict (accept or reject)')
    .option('--gold-every <n>', 'every n-th pair is one of these', numberIn(2, 10_000, true), 20)
    .option(
      '--lease <minutes>',
      'minutes after which an undecided pair goes to another reviewer',
      numberIn(1, 10_000),
      15,
    )
  filterOptions(serveOptions(command, 4820)).action(async (folder: string, flags: ReviewFlags) => {
    // Before the database is opened: it takes seconds.
    const pages = await readPages()
    await withWorkspace(folder, terminal, (workspace) => serveReview(workspace, pages, flags, terminal))
  })
}

async function serveReview(
  { folder, jobs, files, configuration }: Workspace,
  pages: Pages,
  flags: ReviewFlags,
  terminal: Terminal,
): Promise<void> {
  const sole = await SoleProcess.take(jobs, 'reviewing')
  try {
    await serveAlone({ folder, jobs, files, configuration }, pages, flags, terminal, sole.lost)
  } finally {
    await sole.leave()
  }
}

async function serveAlone(
  { folder, jobs, files, configuration }: Pick<Workspace, 'folder' | 'jobs' | 'files' | 'configuration'>,
  pages: Pages,
  flags: ReviewFlags,
  terminal: Terminal,
  lost: Promise<never>,
): Promise<void> {
  const pairs = await openPairStore(jobs)
  const filter = filterOf(flags, configuration)
  const review = await Review.open(
    { pairs, files },
    {
      ...(filter && { filter }),
      double: flags.double,
      gold: flags.gold === undefined ? [] : await readGold(flags.gold),
      goldEvery: flags.goldEvery,
      leaseSeconds: 60 * flags.lease,
    },
  )
  const links = new Links(await readSecret(join(folder, 'review.secret')), guestsOf(flags.reviewers))
  const dataset = configuration.name
  await servePeople(
    flags,
    { links, pages },
    (parts) => reviewApp({ ...parts, dataset, review, pairs, files }),
    terminal,
    lost,
  )
}

function guestsOf(reviewers: number): readonly Guest[] {
  const digits = String(reviewers).length
  const people = Array.from(
    { length: reviewers },
    (_, i): Guest => ({ name: `reviewer-${String(i + 1).padStart(digits, '0')}`, role: 'reviewer' }),
  )
  return [{ name: 'organiser', role: 'organiser' }, ...people]
}

async function readGold(file: string): Promise<readonly GoldItem[]> {
  const [header, ...rows] = parseTable(await readTextFile(file), ',').map(({ cells }) => cells)
  const [pair, verdict] = ['pair', 'verdict'].map((name) => header?.indexOf(name) ?? -1) as [number, number]
  if (pair < 0 || verdict < 0) throw new UsageError(`${file}: expected columns 'pair' and 'verdict'`)
  return rows.map((row, i) => {
    const answer = row[verdict]
    if (answer !== 'accept' && answer !== 'reject')
      throw new UsageError(`${file}: row ${i + 2}: verdict: expected accept or reject, got '${answer}'`)
    return { pair: row[pair] ?? '', verdict: answer }
  })
}

/** `pentimento dataset retouch` */
export function retouchCommand(dataset: Command, terminal: Terminal): void {
  const command = dataset
    .command('retouch')
    .description('export pictures for retouching by hand, and import them again')
    .argument('<folder>', 'workspace folder')
    .option(
      '--out <folder>',
      "write picture, mask and task of each pair rejected with 'retouch', or chosen below",
    )
    .option('--back <folder>', 'import the retouched pictures of such a folder, each as a new pair')
    .option('--json', 'print the result as JSON')
  filterOptions(command).action(async (folder: string, flags: RetouchFlags) => {
    const { out, back } = flags
    if ((out === undefined) === (back === undefined))
      throw new UsageError('retouch: expected --out or --back')
    await withWorkspace(folder, terminal, async ({ jobs, files, configuration }) => {
      const parts = { pairs: await openPairStore(jobs), files }
      if (out !== undefined) {
        const chosen = await pairsToRetouch(parts.pairs, filterOf(flags, configuration))
        const tasks = await handOut(parts, chosen, out)
        if (flags.json) terminal.out(`${JSON.stringify({ tasks })}\n`)
        else
          terminal.out(`${out}  ${tasks.length} pictures to retouch; then: retouch ${folder} --back ${out}\n`)
      } else await takeAllBack(parts, back!, flags, terminal)
    })
  })
}

interface RetouchFlags extends FilterFlags {
  readonly out?: string
  readonly back?: string
  readonly json?: true
}

async function takeAllBack(
  parts: Parameters<typeof takeBack>[0],
  folder: string,
  { json }: RetouchFlags,
  terminal: Terminal,
): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${folder}: cannot be read (${error.code}); expected a folder that --out wrote`)
  })
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  const found = await takeBack(parts, folder, names.sort())
  const refused = found.filter((each) => each.refused !== undefined)
  if (json) terminal.out(`${JSON.stringify({ found })}\n`)
  else {
    for (const each of refused) terminal.error(`${each.refused}\n`)
    terminal.out(`${found.length - refused.length} taken back, ${refused.length} refused\n`)
  }
  if (refused.length > 0) terminal.fail(2)
}

/** `pentimento dataset ingest` */
export function ingestCommand(dataset: Command, terminal: Terminal): void {
  dataset
    .command('ingest')
    .description('import portraits before and after retouching, which are aligned and measured, or refused')
    .argument('<folder>', 'workspace folder')
    .requiredOption(
      '--pairs <place>',
      'folder of …-before and …-after pictures, or CSV with columns before, after',
    )
    .addOption(new Option('--kind <kind>', 'kind of edit').choices(['ps_human']).default('ps_human'))
    .option('--licence <name>', 'licence of the pictures', 'unknown')
    .option('--json', 'print the result as JSON')
    .action(async (folder: string, flags: { pairs: string; licence: string; json?: true }) => {
      const places = await findPairs(flags.pairs)
      await withWorkspace(folder, terminal, async (workspace) => {
        const { files, jobs, configuration } = workspace
        const { tools } = await openParts(workspace, terminal.env)
        const found = []
        try {
          const { licence } = flags
          const addSource = (entry: SourceEntry): Promise<void> => addOutsideSource(jobs.sql, entry)
          const parts = { pairs: await openPairStore(jobs), files, tools, configuration, licence, addSource }
          for (const place of places) {
            terminal.signal.throwIfAborted()
            found.push(await ingestPair(place, parts))
          }
        } finally {
          await tools.close()
        }
        const refused = found.filter((each) => each.refused !== undefined)
        if (flags.json) terminal.out(`${JSON.stringify({ found })}\n`)
        else {
          for (const each of refused) terminal.error(`${each.refused}\n`)
          terminal.out(`${found.length - refused.length} pairs taken, ${refused.length} refused\n`)
        }
        if (refused.length > 0) terminal.fail(2)
      })
    })
}
