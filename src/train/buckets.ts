import { TrainError } from './error.ts'

/** A size of picture in pixels. */
export interface BucketSize {
  readonly width: number
  readonly height: number
}

/** The sizes that pictures are resized to. */
export interface BucketOptions {
  /** About size² pixels each. */
  readonly size: number
  /** Sides are multiples of it: of the pixels that a token covers. */
  readonly multiple: number
  /** Most times that the long side has the short one. Default: 2. */
  readonly longest?: number | undefined
}

/**
 * The sizes of a training run, widest last: pictures of one size can share a batch. Sides step by an eighth of `size`,
 * so that there are few of them, and none has more than size² pixels.
 * @throws TrainError when no size fits
 */
export function bucketSizes({ size, multiple, longest = 2 }: BucketOptions): readonly BucketSize[] {
  const down = (side: number, to: number) => Math.floor(side / to) * to
  if (!(Number.isInteger(size) && size >= multiple))
    throw new TrainError('input', `size: expected a whole number of at least ${multiple}, got ${size}`)
  const step = Math.max(multiple, down(size / 8, multiple))
  const square = down(size, multiple)
  const sizes = new Map<string, BucketSize>()
  const add = (width: number, height: number) => {
    if (Math.max(width, height) <= longest * Math.min(width, height))
      sizes.set(`${width}×${height}`, { width, height })
  }
  for (let long = square; ; long += step) {
    const short = down((size * size) / long, multiple)
    if (short < multiple || long > longest * short) break
    add(long, Math.min(short, long))
    add(Math.min(short, long), long)
  }
  return [...sizes.values()].sort((a, b) => a.width / a.height - b.width / b.height)
}

/** The size whose shape is nearest to a picture's, by the logarithm of the ratio of its sides. */
export function nearestBucket(picture: BucketSize, sizes: readonly BucketSize[]): BucketSize {
  const ratio = Math.log(picture.width / picture.height)
  const distance = ({ width, height }: BucketSize) => Math.abs(Math.log(width / height) - ratio)
  return sizes.reduce((best, each) => (distance(each) < distance(best) ? each : best))
}
