import { type ReaderWeights, readerBuckets, readerFeatures } from 'pentimento/edit'
import { Random } from 'pentimento/random'
import { classes, drawWording } from './wordings.ts'

/** How the reader of instructions is trained. */
export interface ReaderTraining {
  readonly seed: string
  readonly samples: number
  readonly epochs: number
  readonly width: number
}

export const usualTraining: ReaderTraining = { seed: 'reader 1', samples: 400_000, epochs: 4, width: 32 }

/**
 * Trains the reader: a row of numbers a bucket, summed, one layer, softmax; cross-entropy with smoothed labels, AdaGrad.
 * Some features are left out of each sentence at random, so that no single one decides. The same seed gives the same bytes.
 */
export function trainReader({ seed, samples, epochs, width }: ReaderTraining): ReaderWeights {
  const random = new Random(seed)
  const rows = Float32Array.from({ length: readerBuckets * width }, () => random.between(-0.3, 0.3))
  const lines = Float32Array.from({ length: classes.length * width }, () => random.between(-0.3, 0.3))
  const biases = new Float32Array(classes.length)
  const [rowSums, lineSums] = [
    new Float32Array(rows.length).fill(0.01),
    new Float32Array(lines.length).fill(0.01),
  ]
  const drawn = Array.from({ length: samples }, () => {
    const { text, name } = drawWording(random)
    return { features: readerFeatures(text), right: classes.indexOf(name) }
  })
  const hidden = new Float64Array(width)
  const back = new Float64Array(width)
  const scores = new Float64Array(classes.length)
  const smooth = 0.05 / classes.length
  // The mean of the weights on the way through the second half: less a matter of the last sentences than where it ends.
  const mean = { count: 0, rows: new Float64Array(rows.length), lines: new Float64Array(lines.length) }
  const between = Math.max(1, Math.round(samples / 30))
  for (let epoch = 0; epoch < epochs; epoch++) {
    const rate = 0.15 * (1 - epoch / epochs)
    for (const [seen, { features: all, right }] of random.shuffled(drawn).entries()) {
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
        const slope = scores[at]! / whole - (at === right ? 0.95 : 0) - smooth
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
  return rounded(averaged(mean.rows), averaged(mean.lines), biases, width)
}

function rounded(
  rows: Float32Array,
  lines: Float32Array,
  biases: Float32Array,
  width: number,
): ReaderWeights {
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
