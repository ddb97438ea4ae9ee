import { defaults, quantile, type SampleOptions } from './estimate.ts'
import { Draws } from './generator.ts'

/** One comparison of two competitors on an item. */
export interface PairOutcome {
  /** What the bootstrap draws. */
  readonly item: string
  readonly first: string
  readonly second: string
  readonly outcome: 'first' | 'second' | 'tie'
  /** Default: 1. */
  readonly weight?: number
}

export interface Strength {
  readonly name: string
  /** θ, whose mean over all competitors is 0. */
  readonly strength: number
  /** 1000 + θ·400/ln 10, with bounds of the bootstrap by item. */
  readonly elo: { readonly value: number; readonly low: number; readonly high: number }
  /** Sums of weights. */
  readonly wins: number
  readonly losses: number
  readonly ties: number
}

export interface Ranking {
  /** Strongest first. */
  readonly competitors: readonly Strength[]
  /** Davidson's ν: of two equal competitors, ν/(2 + ν) of the comparisons are ties. */
  readonly tie: number
  readonly items: number
  /** Competitors that comparisons connect; between several groups the prior alone decides. */
  readonly groups: readonly (readonly string[])[]
}

export interface RankingOptions extends SampleOptions {
  /**
   * Weight of the prior: so many wins, and as many losses, of every competitor against one of mean strength, and as many
   * ties and decisions of two equals. It keeps strengths finite where someone wins or loses always. Above 0. Default: 0.5.
   */
  readonly prior?: number
}

/**
 * Strengths by Bradley and Terry (1952) with ties by Davidson (1970):
 * P(i) : P(j) : P(tie) = e^θi : e^θj : ν·e^((θi+θj)/2), fitted by Newton's method; the log-likelihood is concave.
 * Intervals by bootstrap over items. Default of samples: 1,000.
 */
export function bradleyTerry(outcomes: readonly PairOutcome[], options: RankingOptions = {}): Ranking {
  const names = [...new Set(outcomes.flatMap(({ first, second }) => [first, second]))].sort()
  const items = [...new Set(outcomes.map(({ item }) => item))]
  const prior = options.prior ?? 0.5
  const size = names.length
  const perItem = tablesByItem(outcomes, names, items)
  const table = new Float64Array(2 * size * size)
  for (const own of perItem) for (const { at, weight } of own) table[at]! += weight
  const fitted = fitStrengths(table, size, prior, new Float64Array(size + 1))
  const elos = drawnElos(perItem, size, prior, fitted, options)
  const side = (1 - (options.confidence ?? defaults.confidence)) / 2
  const middle = centre(fitted, size)
  const competitors = names.map((name, i) => {
    const drawn = elos[i]!.sort()
    const sum = (kind: number, of: (j: number) => number): number =>
      names.reduce((total, _, j) => total + table[kind * size * size + of(j)]!, 0)
    return {
      name,
      strength: fitted[i]! - middle,
      elo: {
        value: eloOf(fitted[i]! - middle),
        low: quantile(drawn, side),
        high: quantile(drawn, 1 - side),
      },
      wins: sum(0, (j) => i * size + j),
      losses: sum(0, (j) => j * size + i),
      ties: sum(1, (j) => i * size + j) + sum(1, (j) => j * size + i),
    }
  })
  return {
    competitors: competitors.sort((a, b) => b.strength - a.strength),
    tie: Math.exp(fitted[size]!),
    items: items.length,
    groups: components(outcomes, names),
  }
}

const eloOf = (strength: number): number => 1000 + (strength * 400) / Math.LN10

function centre(parameters: Float64Array, size: number): number {
  let sum = 0
  for (let i = 0; i < size; i++) sum += parameters[i]!
  return sum / size
}

/** Places in the table: wins of i over j at i·size + j; ties of i < j at size² + i·size + j. */
function tablesByItem(
  outcomes: readonly PairOutcome[],
  names: readonly string[],
  items: readonly string[],
): { readonly at: number; readonly weight: number }[][] {
  const place = new Map(names.map((name, i) => [name, i]))
  const row = new Map(items.map((item, i) => [item, i]))
  const size = names.length
  const tables: { at: number; weight: number }[][] = items.map(() => [])
  for (const { item, first, second, outcome, weight = 1 } of outcomes) {
    const [a, b] = [place.get(first)!, place.get(second)!]
    if (a === b) continue
    const at =
      outcome === 'tie'
        ? size * size + Math.min(a, b) * size + Math.max(a, b)
        : outcome === 'first'
          ? a * size + b
          : b * size + a
    tables[row.get(item)!]!.push({ at, weight })
  }
  return tables
}

function drawnElos(
  perItem: readonly (readonly { readonly at: number; readonly weight: number }[])[],
  size: number,
  prior: number,
  start: Float64Array,
  { samples = 1000, seed = defaults.seed }: SampleOptions,
): Float64Array[] {
  const draws = new Draws('bradley-terry', seed)
  const elos = Array.from({ length: size }, () => new Float64Array(samples))
  const table = new Float64Array(2 * size * size)
  for (let s = 0; s < samples; s++) {
    table.fill(0)
    for (let k = 0; k < perItem.length; k++)
      for (const { at, weight } of perItem[draws.below(perItem.length)]!) table[at]! += weight
    const fitted = fitStrengths(table, size, prior, start)
    const middle = centre(fitted, size)
    for (let i = 0; i < size; i++) elos[i]![s] = eloOf(fitted[i]! - middle)
  }
  return elos
}

/** Newton's method from `start`, each step halved until the penalised log-likelihood does not fall. */
function fitStrengths(table: Float64Array, size: number, prior: number, start: Float64Array): Float64Array {
  let parameters = Float64Array.from(start)
  let now = likelihood(table, size, prior, parameters)
  for (let round = 0; round < 100; round++) {
    const step = solve(now.information, now.gradient)
    let factor = 1
    let next = parameters
    let then = now
    for (; factor > 1e-6; factor /= 2) {
      next = parameters.map((value, i) => value + factor * step[i]!)
      then = likelihood(table, size, prior, next)
      if (then.value >= now.value - 1e-12) break
    }
    const moved = Math.max(...step.map((each) => Math.abs(factor * each)))
    parameters = next
    now = then
    if (moved < 1e-9) break
  }
  return parameters
}

interface Likelihood {
  readonly value: number
  readonly gradient: Float64Array
  /** The negative Hessian, row by row. */
  readonly information: Float64Array
}

function likelihood(table: Float64Array, size: number, prior: number, parameters: Float64Array): Likelihood {
  const all = size + 1
  const gradient = new Float64Array(all)
  const information = new Float64Array(all * all)
  const eta = parameters[size]!
  let value = 0
  for (let i = 0; i < size; i++)
    for (let j = i + 1; j < size; j++) {
      const [won, lost] = [table[i * size + j]!, table[j * size + i]!]
      const tied = table[size * size + i * size + j]!
      const n = won + lost + tied
      if (n === 0) continue
      const [a, b] = [parameters[i]!, parameters[j]!]
      const t = eta + (a + b) / 2
      const most = Math.max(a, b, t)
      const logAll = most + Math.log(Math.exp(a - most) + Math.exp(b - most) + Math.exp(t - most))
      const [pa, pb, pt] = [Math.exp(a - logAll), Math.exp(b - logAll), Math.exp(t - logAll)]
      value += won * a + lost * b + tied * t - n * logAll
      // Features of the outcomes: i (1, 0, 0), j (0, 1, 0), tie (½, ½, 1), over (θi, θj, η).
      const [ei, ej, et] = [pa + pt / 2, pb + pt / 2, pt]
      gradient[i]! += won + tied / 2 - n * ei
      gradient[j]! += lost + tied / 2 - n * ej
      gradient[size]! += tied - n * et
      const add = (r: number, c: number, covariance: number): void => {
        information[r * all + c]! += n * covariance
        if (r !== c) information[c * all + r]! += n * covariance
      }
      add(i, i, pa + pt / 4 - ei * ei)
      add(j, j, pb + pt / 4 - ej * ej)
      add(i, j, pt / 4 - ei * ej)
      add(i, size, pt / 2 - ei * et)
      add(j, size, pt / 2 - ej * et)
      add(size, size, pt - et * et)
    }
  for (let i = 0; i < size; i++) {
    const p = 1 / (1 + Math.exp(-parameters[i]!))
    value += prior * (Math.log(p) + Math.log1p(-p))
    gradient[i]! += prior * (1 - 2 * p)
    information[i * all + i]! += 2 * prior * p * (1 - p)
  }
  const nu = Math.exp(eta)
  const tie = nu / (2 + nu)
  value += prior * (Math.log(tie) + Math.log1p(-tie))
  gradient[size]! += prior * (1 - 2 * tie)
  information[size * all + size]! += 2 * prior * tie * (1 - tie)
  return { value, gradient, information }
}

/** x of M·x = b for a symmetric positive definite M, by Cholesky. */
function solve(matrix: Float64Array, right: Float64Array): Float64Array {
  const n = right.length
  const lower = Float64Array.from(matrix)
  for (let c = 0; c < n; c++) {
    for (let k = 0; k < c; k++)
      for (let r = c; r < n; r++) lower[r * n + c]! -= lower[r * n + k]! * lower[c * n + k]!
    const root = Math.sqrt(Math.max(lower[c * n + c]!, 1e-300))
    for (let r = c; r < n; r++) lower[r * n + c]! /= root
  }
  const x = Float64Array.from(right)
  for (let r = 0; r < n; r++) {
    for (let k = 0; k < r; k++) x[r]! -= lower[r * n + k]! * x[k]!
    x[r]! /= lower[r * n + r]!
  }
  for (let r = n - 1; r >= 0; r--) {
    for (let k = r + 1; k < n; k++) x[r]! -= lower[k * n + r]! * x[k]!
    x[r]! /= lower[r * n + r]!
  }
  return x
}

function components(outcomes: readonly PairOutcome[], names: readonly string[]): string[][] {
  const parent = new Map(names.map((name) => [name, name]))
  const rootOf = (name: string): string => {
    let root = name
    while (parent.get(root)! !== root) root = parent.get(root)!
    return root
  }
  for (const { first, second } of outcomes) parent.set(rootOf(first), rootOf(second))
  const groups = new Map<string, string[]>()
  for (const name of names) groups.set(rootOf(name), [...(groups.get(rootOf(name)) ?? []), name])
  return [...groups.values()]
}
