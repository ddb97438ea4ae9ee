/** Numbers by chance, the same for the same seed (xorshift). */
export function chance(seed: number): (below: number) => number {
  let state = (seed * 2654435761) >>> 0 || 1
  return (below) => {
    state ^= state << 13
    state >>>= 0
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state % below
  }
}

type Change = (bytes: Buffer, next: (below: number) => number) => Buffer

const changes: readonly Change[] = [
  // Single bits, in the head of the file and anywhere.
  (bytes, next) => flip(bytes, next(Math.min(64, bytes.length)), next),
  (bytes, next) => flip(bytes, next(bytes.length), next),
  (bytes, next) => [1, 2, 3, 4, 5, 6, 7, 8].reduce((made) => flip(made, next(made.length), next), bytes),
  // Lengths, offsets, counts and checksums.
  (bytes, next) => number(bytes, next, 0xffffffff),
  (bytes, next) => number(bytes, next, 0x7fffffff),
  (bytes, next) => number(bytes, next, 0x80000000),
  (bytes, next) => number(bytes, next, 0),
  (bytes, next) => number(bytes, next, bytes.length),
  // Parts left out, repeated, moved, overwritten.
  (bytes, next) => {
    const [from, to] = span(bytes, next)
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)])
  },
  (bytes, next) => {
    const [from, to] = span(bytes, next)
    return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)])
  },
  (bytes, next) => {
    const [from, to] = span(bytes, next)
    return Buffer.concat([bytes.subarray(0, from), Buffer.alloc(to - from, next(256)), bytes.subarray(to)])
  },
  (bytes, next) => Buffer.concat([bytes, Buffer.from(Array.from({ length: 200 }, () => next(256)))]),
]

function flip(bytes: Buffer, at: number, next: (below: number) => number): Buffer {
  const made = Buffer.from(bytes)
  made[at]! ^= 1 << next(8)
  return made
}

function number(bytes: Buffer, next: (below: number) => number, value: number): Buffer {
  const made = Buffer.from(bytes)
  const at = next(Math.max(1, made.length - 4))
  if (next(2) === 0) made.writeUInt32BE(value >>> 0, at)
  else made.writeUInt32LE(value >>> 0, at)
  return made
}

function span(bytes: Buffer, next: (below: number) => number): [number, number] {
  const from = next(bytes.length)
  return [from, Math.min(bytes.length, from + 1 + next(64))]
}

/** A file changed by chance in one to three ways. */
export function mutant(file: Uint8Array, seed: number): Buffer {
  const next = chance(seed + 1)
  let made: Buffer = Buffer.from(file)
  for (let left = 1 + next(3); left > 0 && made.length > 4; left--)
    made = changes[next(changes.length)]!(made, next)
  return made
}

/** A file cut off after every so many bytes. */
export const cuts = (file: Uint8Array, step: number): Uint8Array[] =>
  Array.from({ length: Math.ceil(file.length / step) }, (_, i) => file.subarray(0, i * step))
