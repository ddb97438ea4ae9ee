import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type CheckReport, checkEdit } from 'pentimento/bench'
import { defaultCache, writeFileWhole } from 'pentimento/files'
import { blurPicture, type Picture, resizePicture, similarityWarp, warpPicture } from 'pentimento/image'
import { type AnalysisStore, cachedToolbox, openToolbox, toolsFolder } from 'pentimento/tools'
import { type Figures, median, type Perf, round3 } from '../measure.ts'
import { type CheckedTriplet, openTriplets } from './triplets.ts'

/** What is checked in the place of an edit: the true target, which must pass, and what must not. */
const attempts = ['target', 'source', 'other', 'shifted', 'blurred'] as const
type Attempt = (typeof attempts)[number]

/** Pixels that a target is shifted, and the deviation of its blur, for a longest side of 512. */
const [shift, blur] = [8, 3]

/**
 * The checks on triplets of the data machine: how many true targets pass, and how many sources, targets of other
 * photographs, shifted and blurred targets do, by kind; of the half that no threshold was set on, or of `--half tuning`.
 */
export async function checks(perf: Perf): Promise<Figures> {
  const half = perf.flags.half ?? 'measuring'
  const { triplets: all, close } = await openTriplets(perf, Number(perf.flags.most ?? 12))
  const bare = await openToolbox({ folder: toolsFolder(process.env) })
  const tools = cachedToolbox(bare, analysesIn(join(defaultCache(), 'checks', 'analyses')))
  const ofHalf = all.filter((each) => each.half === half)
  const triplets = ofHalf.filter(({ kind }) => (perf.flags.only ?? kind) === kind)
  const table = new Table()
  const seconds: number[] = []
  try {
    for (const [at, triplet] of triplets.entries()) {
      const source = await triplet.source()
      const other = otherThan(triplet, ofHalf, at)
      const verdicts: string[] = []
      for (const attempt of attempts) {
        if (attempt === 'other' && !other) continue
        const edited = await attemptOf(attempt, triplet, other)
        const start = performance.now()
        const report = await checkEdit({ item: triplet, source, edited, tools })
        seconds.push((performance.now() - start) / 1000)
        table.add(triplet.kind, attempt, report)
        verdicts.push(`${attempt} ${report.verdict}`)
        if ((attempt === 'target') !== (report.verdict === 'pass'))
          perf.line(lineOf(triplet, attempt, report))
      }
      perf.line(`${triplet.kind} ${triplet.key.slice(0, 8)}: ${verdicts.join(', ')}`)
    }
  } finally {
    await bare.close()
    await close()
  }
  for (const line of table.lines()) perf.line(line)
  return { half, triplets: triplets.length, ...table.figures(), secondsOfACheck: round3(median(seconds)) }
}

/** A triplet of another photograph, of the same kind where there is one. */
function otherThan(
  { kind, photo }: CheckedTriplet,
  triplets: readonly CheckedTriplet[],
  at: number,
): CheckedTriplet | undefined {
  const others = triplets.filter((each) => each.photo !== photo)
  const alike = others.filter((each) => each.kind === kind)
  const pool = alike.length > 0 ? alike : others
  return pool[at % Math.max(1, pool.length)]
}

async function attemptOf(
  attempt: Attempt,
  triplet: CheckedTriplet,
  other: CheckedTriplet | undefined,
): Promise<Picture> {
  if (attempt === 'source') return await triplet.source()
  const target = await triplet.target()
  const { width, height } = target
  if (attempt === 'other') return resizePicture(await other!.target(), { width, height })
  const scale = Math.max(width, height) / 512
  if (attempt === 'blurred') return blurPicture(target, blur * scale)
  if (attempt === 'target') return target
  const center = [width / 2, height / 2] as const
  const warp = similarityWarp({ center, to: [center[0] + shift * scale, center[1]] })
  return warpPicture(target, warp, { width, height })
}

function lineOf({ kind, key, checks: asked }: CheckedTriplet, attempt: Attempt, report: CheckReport): string {
  const told = report.results.map(({ check, verdict, seen }) => `${check} ${verdict} (${seen})`).join('; ')
  const what = asked.map((check) =>
    Object.values(check)
      .filter((value) => typeof value === 'string')
      .join(':'),
  )
  return `  ${report.verdict === 'pass' ? 'false pass' : report.verdict} of ${attempt}: ${kind} ${key.slice(0, 8)} ${what.join(' ')}: ${told}`
}

/** Counts of verdicts by kind and attempt. */
class Table {
  readonly #counts = new Map<string, Record<Attempt, { pass: number; fail: number; unknown: number }>>()

  add(kind: string, attempt: Attempt, { verdict }: CheckReport): void {
    for (const name of [kind, 'all']) {
      const row =
        this.#counts.get(name) ??
        (Object.fromEntries(attempts.map((each) => [each, { pass: 0, fail: 0, unknown: 0 }])) as never)
      this.#counts.set(name, row)
      row[attempt][verdict]++
    }
  }

  /** One line a kind: passes of how many, of each attempt; unknowns after a question mark. */
  lines(): string[] {
    const head = ['passes of', ...attempts].map((name, i) => name.padEnd(i === 0 ? 20 : 13)).join('')
    const rows = [...this.#counts].sort(([one], [other]) =>
      one === 'all' ? 1 : other === 'all' ? -1 : one < other ? -1 : 1,
    )
    return [
      head,
      ...rows.map(([kind, row]) =>
        [
          kind.padEnd(20),
          ...attempts.map((attempt) => {
            const { pass, fail, unknown } = row[attempt]
            const doubt = unknown > 0 ? ` (${unknown}?)` : ''
            return `${pass}/${pass + fail + unknown}${doubt}`.padEnd(13)
          }),
        ].join(''),
      ),
    ]
  }

  figures(): Record<string, number> {
    const figures: Record<string, number> = {}
    for (const [kind, row] of this.#counts) {
      const share = (names: readonly Attempt[]): number => {
        const rows = names.map((name) => row[name])
        const count = rows.reduce((sum, each) => sum + each.pass + each.fail + each.unknown, 0)
        return round3(rows.reduce((sum, each) => sum + each.pass, 0) / Math.max(1, count))
      }
      figures[`${kind}.truePasses`] = share(['target'])
      figures[`${kind}.falsePasses`] = share(['source', 'other', 'shifted', 'blurred'])
    }
    return figures
  }
}

function analysesIn(folder: string): AnalysisStore {
  const fileOf = (key: string): string => join(folder, key.slice(0, 2), key)
  return {
    get: (key) => readFile(fileOf(key)).catch(() => undefined),
    put: (key, bytes) => writeFileWhole(fileOf(key), bytes),
  }
}
