import { availableParallelism, cpus, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { writeFileWhole } from 'pentimento/files'

/** Figures by name, as the last line of every command prints them. */
export type Figures = Readonly<Record<string, number | string>>

/** What a perf command gets: where to say what it measures, and the flags that only it has. */
export interface Perf {
  readonly flags: Readonly<Record<string, string | undefined>>
  /** Prints one line of a report. */
  line(text: string): void
}

/** The middle of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Milliseconds that something takes. */
export async function time(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await run()
  return performance.now() - start
}

/**
 * Milliseconds of several things, run in turns so that whatever else the machine does meets all of them; each
 * is run once before. Ratios are medians over the rounds, where neighbours are compared.
 */
export async function inTurns<Name extends string>(
  runs: Readonly<Record<Name, () => Promise<unknown>>>,
  rounds: number,
): Promise<{ median: Record<Name, number>; ratio(of: Name, to: Name): number }> {
  const names = Object.keys(runs) as Name[]
  for (const name of names) await runs[name]()
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>
  for (let round = 0; round < rounds; round++)
    for (const name of round % 2 === 0 ? names : [...names].reverse())
      times[name].push(await time(runs[name]))
  const middle = Object.fromEntries(names.map((name) => [name, median(times[name])])) as Record<Name, number>
  const ratio = (of: Name, to: Name) => median(times[of].map((t, round) => t / times[to][round]!))
  return { median: middle, ratio }
}

/** What the figures were measured on. */
export function machine(): Figures {
  const [cpu] = cpus()
  return {
    cpu: cpu?.model.trim() ?? 'unknown',
    threads: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
  }
}

/** Rounds to three digits that mean something. */
export function round3(x: number): number {
  return Number(x.toPrecision(3))
}

/** Keeps the figures of a command in perf/results, with the machine that they come from. */
export async function save(name: string, figures: Figures): Promise<void> {
  const file = fileURLToPath(new URL(`results/${name}.json`, import.meta.url))
  const record = { date: new Date().toISOString().slice(0, 10), machine: machine(), figures }
  await writeFileWhole(file, `${JSON.stringify(record, null, 2)}\n`)
}
