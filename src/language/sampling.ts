import { Random } from '../random/index.ts'
import { LanguageError } from './error.ts'

/** How the next token is chosen from its scores. */
export interface Sampling {
  /** 0 takes the likeliest token; 1 draws by the model's own probabilities. Default: 0. */
  readonly temperature?: number | undefined
  /** Draws from the fewest likeliest tokens that have this probability together, above 0 to 1. Default: 1. */
  readonly topP?: number | undefined
  /** Draws from this many likeliest tokens. Default: all. */
  readonly topK?: number | undefined
  /** Scores of tokens that are there already are divided by this where positive, else multiplied. Default: 1. */
  readonly repetitionPenalty?: number | undefined
  /** Of the draws. Default: 0. */
  readonly seed?: number | undefined
}

/** @throws LanguageError for a value out of its range */
export function checkSampling({ temperature, topP, topK, repetitionPenalty, seed }: Sampling): void {
  const check = (name: string, value: number | undefined, fits: (x: number) => boolean, expected: string) => {
    if (value !== undefined && !fits(value))
      throw new LanguageError('input', `${name}: expected ${expected}, got ${value}`)
  }
  check('temperature', temperature, (x) => x >= 0 && x <= 100, 'a number from 0 to 100')
  check('topP', topP, (x) => x > 0 && x <= 1, 'a number above 0, at most 1')
  check('topK', topK, (x) => Number.isInteger(x) && x >= 1, 'a whole number above 0')
  check('repetitionPenalty', repetitionPenalty, (x) => x > 0 && x <= 100, 'a number above 0, at most 100')
  check('seed', seed, Number.isSafeInteger, 'a whole number')
}

/** Chooses tokens one after another; equal seeds choose equally. */
export class Chooser {
  readonly #sampling: Sampling
  readonly #random: Random
  readonly #seen: Set<number>

  /** @param prompt tokens that the penalty of repetition counts as there */
  constructor(sampling: Sampling, prompt: Iterable<number>) {
    checkSampling(sampling)
    this.#sampling = sampling
    this.#random = new Random('tokens', sampling.seed ?? 0)
    this.#seen = new Set(prompt)
  }

  /** The next token by the scores of all; they are changed by the penalty. */
  next(scores: Float32Array): number {
    const { temperature = 0, repetitionPenalty = 1 } = this.#sampling
    if (repetitionPenalty !== 1) penalise(scores, this.#seen, repetitionPenalty)
    const token = temperature === 0 ? likeliest(scores) : this.#drawn(scores, temperature)
    this.#seen.add(token)
    return token
  }

  #drawn(scores: Float32Array, temperature: number): number {
    const shares = candidates(scores, { ...this.#sampling, temperature })
    let left = this.#random.unit() * shares.reduce((sum, { weight }) => sum + weight, 0)
    for (const { token, weight } of shares) {
      left -= weight
      if (left < 0) return token
    }
    return shares.at(-1)!.token
  }
}

/** A token that may be drawn, with its weight, the likeliest's being 1. */
export interface Candidate {
  readonly token: number
  readonly weight: number
}

/**
 * The tokens that may be drawn, the likeliest first, of equal ones the first: of the `topK` likeliest the fewest that have
 * `topP` of their probability together.
 */
export function candidates(
  scores: Float32Array,
  { temperature = 1, topP = 1, topK = scores.length }: Sampling,
): readonly Candidate[] {
  const best = scores[likeliest(scores)]!
  const weights = Float64Array.from(scores, (score) => Math.exp((score - best) / temperature))
  // Tokens below this have less than 1 − topP together, so that none of them can be among the fewest.
  const sum = weights.reduce((total, weight) => total + weight, 0)
  const least = topK < scores.length ? 0 : ((1 - topP) * sum) / scores.length
  const ordered: Candidate[] = []
  for (const [token, weight] of weights.entries())
    if (weight > 0 && weight >= least) ordered.push({ token, weight })
  ordered.sort((a, b) => scores[b.token]! - scores[a.token]! || a.token - b.token)
  const top = ordered.slice(0, topK)
  if (topP === 1) return top
  const whole = topK < scores.length ? top.reduce((total, { weight }) => total + weight, 0) : sum
  let [count, mass] = [0, 0]
  while (count < top.length && mass < topP * whole) mass += top[count++]!.weight
  return top.slice(0, count)
}

function penalise(scores: Float32Array, seen: ReadonlySet<number>, penalty: number): void {
  for (const token of seen) {
    const score = scores[token]
    if (score !== undefined) scores[token] = score > 0 ? score / penalty : score * penalty
  }
}

/** The token with the highest score, of equal ones the first. */
export function likeliest(scores: Float32Array): number {
  let best = 0
  for (let token = 1; token < scores.length; token++) if (scores[token]! > scores[best]!) best = token
  return best
}
