import { Random } from '../../random/index.ts'

/** A number in [0, 1) each time; fast, the same for the same seed words on any machine. */
export type Draw = () => number

/** Small fast counter (sfc32) over the words of `Random`: a bootstrap draws some hundred million numbers. */
export function draws(...words: readonly (string | number)[]): Draw {
  const random = new Random(...words)
  const word = (): number => Math.floor(random.unit() * 2 ** 32) | 0
  let [a, b, c, counter] = [word(), word(), word(), 1]
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + sum) | 0
    return (sum >>> 0) / 4294967296
  }
  for (let i = 0; i < 12; i++) next()
  return next
}
