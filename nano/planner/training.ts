import { type ReaderWeights, readerBuckets, readerFeatures } from 'pentimento/edit'
import { Random } from 'pentimento/random'
import type { Entry } from '../../perf/planner/entry.ts'
import { type Lesson, lessonsOf } from './instructions.ts'
import { classes, drawWording } from './wordings.ts'

/** How the reader of instructions is trained. */
export interface ReaderTraining {
  readonly seed: string
  /** Sentences that are drawn, and how often they are gone through. */
  readonly samples: number
  readonly epochs: number
  readonly width: number
  /** Sentences that are drawn anew beside the instructions written by hand, and how often both are gone through. */
  readonly besides: number
  readonly lastEpochs: number
}

export const usualTraining: ReaderTraining = {
  seed: 'reader 1',
  samples: 400_000,
  epochs: 4,
  width: 32,
  besides: 20_000,
  lastEpochs: 3,
}

/** Weights while they are trained, as in `ReaderWeights`, but in floats. */
interface Weights {
  readonly rows: Float32Array
  readonly lines: Float32Array
  readonly biases: Float32Array
}

/**
 * Trains the reader: first on sentences that are drawn, then on the instructions written by hand with fewer drawn ones
 * beside them, at a lower rate. The same seed gives the same bytes.
 */
export function trainReader(training: ReaderTraining, written: readonly Entry[]): ReaderWeights {
  const { seed, width } = training
  const random = new Random(seed)
  const start: Weights = {
    rows: Float32Array.from({ length: readerBuckets * width }, () => random.between(-0.3, 0.3)),
    lines: Float32Array.from({ length: classes.length * width }, () => random.between(-0.3, 0.3)),
    biases: new Float32Array(classes.length),
  }
  const drawn = featured(draw(training.samples, random))
  const first = { epochs: training.epochs, rate: 0.15, sum: [0.01, 0.01] } as const
  const general = descended(start, drawn, first, width, random)
  if (written.length === 0) return rounded(general, width)
  const lessons = featured([...lessonsOf(written, random), ...draw(training.besides, random)])
  const last = { epochs: training.lastEpochs, rate: 0.1, sum: [0.3, 3] } as const
  return rounded(descended(general, lessons, last, width, random), width)
}

const draw = (count: number, random: Random): readonly Lesson[] =>
  Array.from({ length: count }, () => {
    const { text, name } = drawWording(random)
    return { text, shares: [[name, 1]] }
  })

interface Sample {
  readonly features: readonly number[]
  /** By the class's number. */
  readonly right: Float32Array
}

/** Sentences of one class share their answer. */
function featured(lessons: readonly Lesson[]): readonly Sample[] {
  const answers = new Map<string, Float32Array>()
  return lessons.map(({ text, shares }) => {
    const key = JSON.stringify(shares)
    let right = answers.get(key)
    if (!right) {
      right = new Float32Array(classes.length)
      for (const [name, share] of shares) right[classes.indexOf(name)] = share
      answers.set(key, right)
    }
    return { features: readerFeatures(text), right }
  })
}

interface Descent {
  readonly epochs: number
  /** At the start; it falls to nothing. */
  readonly rate: number
  /** What the sums of squares of AdaGrad begin with, for rows and for lines. */
  readonly sum: readonly [rows: number, lines: number]
}

/**
 * A row of numbers a bucket, summed, one layer, softmax; cross-entropy with smoothed labels, AdaGrad. Some features are left
 * out of each sentence at random, so that no single one decides. Returns the mean of the weights on the way through the
 * second half: less a matter of the last sentences than where it ends.
 */
function descended(
  start: Weights,
  samples: readonly Sample[],
  { epochs, rate: firstRate, sum: [rowSum, lineSum] }: Descent,
  width: number,
  random: Random,
): Weights {
  const rows = start.rows.slice()
  const lines = start.lines.slice()
  const biases = start.biases.slice()
  const [rowSums, lineSums] = [
    new Float32Array(rows.length).fill(rowSum),
    new Float32Array(lines.length).fill(lineSum),
  ]
  const hidden = new Float64Array(width)
  const back = new Float64Array(width)
  const scores = new Float64Array(classes.length)
  const smooth = 0.05 / classes.length
  const mean = { count: 0, rows: new Float64Array(rows.length), lines: new Float64Array(lines.length) }
  const between = Math.max(1, Math.round(samples.length / 30))
  for (let epoch = 0; epoch < epochs; epoch++) {
    const rate = firstRate * (1 - epoch / epochs)
    for (const [seen, { features: all, right }] of random.shuffled(samples).entries()) {
      if (epoch >= epochs / 2 && seen % between === between - 1) {
        mean.count++
        rows.forEach((value, at) => {
          mean.rows[at]! += value
        })
        lines.forEach((value, at) => {
          mean.lines[at]! += value
        })
      }
      const features = all.filter(() => !random.chance(0.25))
      if (features.length === 0) continue
      const norm = 1 / Math.sqrt(features.length)
      hidden.fill(0)
      for (const bucket of features)
        for (let i = 0; i < width; i++) hidden[i]! += rows[bucket * width + i]! * norm
      let most = Number.NEGATIVE_INFINITY
      for (let at = 0; at < classes.length; at++) {
        let sum = biases[at]!
        for (let i = 0; i < width; i++) sum += hidden[i]! * lines[at * width + i]!
        scores[at] = sum
        most = Math.max(most, sum)
      }
      let whole = 0
      for (let at = 0; at < classes.length; at++) whole += scores[at] = Math.exp(scores[at]! - most)
      back.fill(0)
      for (let at = 0; at < classes.length; at++) {
        const slope = scores[at]! / whole - 0.95 * right[at]! - smooth
        biases[at]! -= 0.02 * rate * slope
        for (let i = 0; i < width; i++) {
          const place = at * width + i
          back[i]! += slope * lines[place]!
          const step = slope * hidden[i]!
          lineSums[place]! += step * step
          lines[place]! -= (rate * step) / Math.sqrt(lineSums[place]!)
        }
      }
      for (const bucket of features)
        for (let i = 0; i < width; i++) {
          const place = bucket * width + i
          const step = back[i]! * norm
          rowSums[place]! += step * step
          rows[place]! -= (rate * step) / Math.sqrt(rowSums[place]!)
        }
    }
  }
  const averaged = (sums: Float64Array): Float32Array => Float32Array.from(sums, (sum) => sum / mean.count)
  return { rows: averaged(mean.rows), lines: averaged(mean.lines), biases }
}

function rounded({ rows, lines, biases }: Weights, width: number): ReaderWeights {
  const most = new Float32Array(width)
  rows.forEach((value, at) => {
    most[at % width] = Math.max(most[at % width]!, Math.abs(value))
  })
  const scales = most.map((value) => value / 127)
  return {
    classes,
    rows: Int8Array.from(rows, (value, at) => Math.round(value / scales[at % width]!)),
    scales,
    lines,
    biases,
  }
}
