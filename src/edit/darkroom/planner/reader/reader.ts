import { readerBuckets, readerFeatures } from './features.ts'

/** The trained reader's weights: one row per bucket, one line per class. */
export interface ReaderWeights {
  readonly classes: readonly string[]
  /** Rounded to whole numbers, −127 to 127: `[buckets, width]`. */
  readonly rows: Int8Array
  /** The scale of each column. */
  readonly scales: Float32Array
  /** `[classes, width]`. */
  readonly lines: Float32Array
  readonly biases: Float32Array
}

/** A class, such as `erase`, `adjust:warmth+`, `background:blur`, `beyond` or `unclear`, and how likely it is. */
export interface ReadClass {
  readonly name: string
  readonly share: number
}

/** The probability of each class, most likely first: a bag of hashed features, one narrow layer, softmax. */
export function classesOf(instruction: string, weights: ReaderWeights): readonly ReadClass[] {
  const features = readerFeatures(instruction)
  const { classes, rows, scales, lines, biases } = weights
  const width = scales.length
  const hidden = new Float64Array(width)
  for (const bucket of features)
    for (let i = 0; i < width; i++) hidden[i]! += rows[bucket * width + i]! * scales[i]!
  const norm = 1 / Math.sqrt(Math.max(1, features.length))
  const scores = classes.map((_, at) => {
    let sum = biases[at]!
    for (let i = 0; i < width; i++) sum += hidden[i]! * norm * lines[at * width + i]!
    return sum
  })
  const most = Math.max(...scores)
  const powers = scores.map((score) => Math.exp(score - most))
  const all = powers.reduce((sum, power) => sum + power, 0)
  return classes.map((name, at) => ({ name, share: powers[at]! / all })).sort((a, b) => b.share - a.share)
}

/** Weights as text: base64 of the rows, then as 32-bit floats the scales, lines and biases. */
export function packWeights({ rows, scales, lines, biases }: ReaderWeights): string {
  const floats = new Float32Array([...scales, ...lines, ...biases])
  const bytes = new Uint8Array(rows.length + floats.byteLength)
  bytes.set(new Uint8Array(rows.buffer, rows.byteOffset, rows.length))
  const view = new DataView(bytes.buffer, rows.length)
  floats.forEach((value, at) => {
    view.setFloat32(4 * at, value, true)
  })
  return Buffer.from(bytes).toString('base64')
}

/** The inverse of `packWeights`. */
export function unpackWeights(text: string, classes: readonly string[], width: number): ReaderWeights {
  const bytes = new Uint8Array(Buffer.from(text, 'base64'))
  const length = readerBuckets * width
  const floats = width + classes.length * width + classes.length
  if (bytes.length !== length + 4 * floats)
    throw new Error(`internal: reader's weights: expected ${length + 4 * floats} bytes, got ${bytes.length}`)
  const view = new DataView(bytes.buffer, length)
  const from = (start: number, count: number): Float32Array =>
    Float32Array.from({ length: count }, (_, at) => view.getFloat32(4 * (start + at), true))
  return {
    classes,
    rows: new Int8Array(bytes.buffer, 0, length),
    scales: from(0, width),
    lines: from(width, classes.length * width),
    biases: from(width + classes.length * width, classes.length),
  }
}
