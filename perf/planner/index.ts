import { embeddedPlanner, type Planner, type Reading } from 'pentimento/edit'
import { type Figures, median, type Perf, round3 } from '../measure.ts'
import { type Entry, readEntries } from './entry.ts'
import { judge, type Verdict } from './judge.ts'
import { keywords } from './keywords.ts'

/** An instruction, how it was read, and how right that is. */
interface Judged {
  readonly entry: Entry
  readonly reading: Reading
  readonly verdict: Verdict
  readonly ms: number
}

/**
 * How well instructions in the manner of real requests are read, on the parts that were looked at and on the part that was
 * held out, beside a table of keywords on the same sentences.
 *
 * Of the instructions that can be done: the share with steps of the right kinds, as many as wished, in any order (kind);
 * with the right target each (target); with the right parameters and what is to stay, too (whole); the share refused. Of
 * those that nothing here can do: the share refused, as beyond or as unclear. Targets are compared as a user would: nouns
 * by synonyms and by their last word (`nouns.ts`); people are people, not he for she; place, order from a side (the
 * leftmost is the first from the left), size, and whether all are meant; colours by distance in OKLab (0.13 to one of
 * several answers for a name, 0.02 for numbers). Amounts that were said in numbers have to be met within 0.1, words such as
 * "a bit" by their half of the range. Where two readings are right, an entry lists both.
 */
export async function planner(perf: Perf): Promise<Figures> {
  const figures: Record<string, number> = {}
  const embedded = embeddedPlanner()
  for (const part of ['seen', 'further', 'heldout'] as const) {
    const entries = await readEntries(part)
    const plain = sharesOf(await readAll(keywords, entries))
    const judged = await readAll(embedded, entries)
    const shares = sharesOf(judged)
    const doable = entries.filter((entry) => entry.doable).length
    perf.line(`${part}: ${entries.length} instructions, ${doable} that can be done`)
    for (const name of Object.keys(plain) as (keyof Shares)[]) {
      perf.line(`  ${labels[name]}: ${percent(shares[name])} (keywords ${percent(plain[name])})`)
      figures[`${part}_${name}`] = round3(shares[name])
      figures[`${part}_keywords_${name}`] = round3(plain[name])
    }
    const ratio = round3(shares.kind / plain.kind)
    perf.line(`  right kinds: ${ratio}x the keywords`)
    figures[`${part}_kind_ofKeywords`] = ratio
    figures[`${part}_ms`] = round3(median(judged.map(({ ms }) => ms)))
    perf.line(`  ${figures[`${part}_ms`]} ms a sentence, at the median`)
    printGroups(perf, judged)
    if (part !== 'heldout' && perf.flags.failures) printFailures(perf, judged)
  }
  return figures
}

async function readAll(by: Planner, entries: readonly Entry[]): Promise<readonly Judged[]> {
  const judged: Judged[] = []
  for (const entry of entries) {
    const start = performance.now()
    const reading = await by.read(entry.text, entry.given ?? {})
    judged.push({ entry, reading, verdict: judge(entry, reading), ms: performance.now() - start })
  }
  return judged
}

const labels = {
  kind: 'right kinds',
  target: 'right kinds and targets',
  whole: 'whole plan right',
  possibleRefused: 'refused although possible',
  impossibleRefused: 'refused because impossible',
} as const

type Shares = Readonly<Record<keyof typeof labels, number>>

function sharesOf(judged: readonly Judged[]): Shares {
  const doable = judged.filter(({ entry }) => entry.doable)
  const others = judged.filter(({ entry }) => !entry.doable)
  const share = (of: readonly Judged[], holds: (verdict: Verdict) => boolean) =>
    of.length === 0 ? 0 : of.filter(({ verdict }) => holds(verdict)).length / of.length
  return {
    kind: share(doable, ({ kind }) => kind),
    target: share(doable, ({ target }) => target),
    whole: share(doable, ({ whole }) => whole),
    possibleRefused: share(doable, ({ isRefused }) => isRefused),
    impossibleRefused: share(others, ({ isRefused }) => isRefused),
  }
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

/** By language, then by category; of what cannot be done only how much was refused. */
function printGroups(perf: Perf, judged: readonly Judged[]): void {
  for (const by of ['language', 'category'] as const)
    for (const name of new Set(judged.map(({ entry }) => entry[by]))) {
      const group = judged.filter(({ entry }) => entry[by] === name)
      const { kind, target, whole, possibleRefused, impossibleRefused } = sharesOf(group)
      const doable = group.filter(({ entry }) => entry.doable).length
      const parts = []
      if (doable > 0)
        parts.push(
          `kind ${percent(kind)}, target ${percent(target)}, whole ${percent(whole)}, refused ${percent(possibleRefused)} of ${doable}`,
        )
      if (doable < group.length)
        parts.push(`impossible refused ${percent(impossibleRefused)} of ${group.length - doable}`)
      perf.line(`  ${name}: ${parts.join('; ')}`)
    }
}

/** What went wrong in the part that may be looked at: the sentence, how far it was right, and how it was read. */
function printFailures(perf: Perf, judged: readonly Judged[]): void {
  for (const { entry, reading, verdict } of judged) {
    if (entry.doable ? verdict.whole : verdict.isRefused) continue
    const wrong = !entry.doable
      ? 'not refused'
      : verdict.isRefused
        ? 'refused'
        : !verdict.kind
          ? 'kind'
          : verdict.target
            ? 'parameters'
            : 'target'
    perf.line(`- [${entry.category} ${wrong}] ${entry.text}`)
    perf.line(`    read as ${JSON.stringify(reading.type === 'plan' ? reading.plan : reading)}`)
    if (entry.plans) perf.line(`    wanted  ${JSON.stringify(entry.plans)}`)
  }
}
