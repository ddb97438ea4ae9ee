import { crc32, deflateSync } from 'node:zlib'

/** A chunk of a PNG file. */
export interface PngChunk {
  /** Four letters. */
  readonly type: string
  readonly data: Uint8Array
}

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)

/**
 * An uncompressed PNG file: pixels on their way into the image library together with what only files can carry, such
 * as an EXIF block or a colour profile. Source: PNG specification, third edition.
 * @param pixels rows from the top, `channels` bytes a pixel
 */
export function storedPng(
  pixels: { readonly width: number; readonly height: number; readonly data: Uint8Array },
  channels: 3 | 4,
  chunks: readonly PngChunk[],
): Buffer {
  const { width, height, data } = pixels
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = 8
  header[9] = channels === 4 ? 6 : 2
  const before = [{ type: 'IHDR', data: header }, ...chunks].flatMap(piecesOf)
  const stream = storedStream(data, width * channels, height)
  const after = piecesOf({ type: 'IEND', data: new Uint8Array() })
  return Buffer.concat([signature, ...before, ...piecesOf({ type: 'IDAT', data: stream }), ...after])
}

/** Length, type and checksum of a chunk. */
const chunkFrame = 12

/**
 * A PNG file with its header and pixels alone.
 * @param length at least its length without it; a private chunk of zeros makes it 12 bytes longer than this
 */
export function onlyPixels(png: Uint8Array, length?: number): Uint8Array {
  const view = Buffer.from(png.buffer, png.byteOffset, png.length)
  const kept: Uint8Array[] = [signature]
  for (let at = signature.length; at < png.length; ) {
    const end = at + chunkFrame + view.readUInt32BE(at)
    if (['IHDR', 'IDAT'].includes(view.toString('latin1', at + 4, at + 8))) kept.push(view.subarray(at, end))
    at = end
  }
  const end = piecesOf({ type: 'IEND', data: new Uint8Array() })
  const bare = Buffer.concat([...kept, ...end])
  if (length === undefined) return bare
  // Always one, so that the largest picture of a set has it too.
  const filling = new Uint8Array(length - bare.length)
  return Buffer.concat([...kept, ...piecesOf({ type: 'ppAd', data: filling }), ...end])
}

/** Chunks that change no pixel of a file of 8-bit RGB. */
const plainChunks: ReadonlySet<string> = new Set(['IHDR', 'IDAT', 'IEND', 'pHYs', 'sRGB'])

/** Whether a file is a PNG of one picture in 8-bit sRGB and nothing else: no alpha, profile, orientation or metadata. */
export function isPlainPng(file: Uint8Array): boolean {
  const view = Buffer.from(file.buffer, file.byteOffset, file.length)
  if (file.length < 45 || !view.subarray(0, 8).equals(signature)) return false
  const [depth, colour] = [view[24], view[25]]
  if (depth !== 8 || colour !== 2) return false
  let at = signature.length
  for (; at + chunkFrame <= file.length; at += chunkFrame + view.readUInt32BE(at))
    if (!plainChunks.has(view.toString('latin1', at + 4, at + 8))) return false
  return at === file.length
}

/** The most bytes of a block that is not compressed. */
const mostInBlock = 65_535

/**
 * Rows as a zlib stream of blocks that are not compressed, each row behind its filter, which is none. Written in place,
 * since pictures are large. Source: RFC 1950 and 1951.
 */
function storedStream(data: Uint8Array, stride: number, rows: number): Uint8Array {
  const length = rows * (stride + 1)
  const blocks = Math.max(1, Math.ceil(length / mostInBlock))
  const out = Buffer.allocUnsafe(2 + 5 * blocks + length + 4)
  out.writeUInt16BE(0x7801, 0)
  const sum = new Adler32()
  let [at, left, row, column] = [2, length, 0, -1]
  while (left > 0) {
    const size = Math.min(mostInBlock, left)
    left -= size
    out[at] = left === 0 ? 1 : 0
    out.writeUInt16LE(size, at + 1)
    out.writeUInt16LE(size ^ 0xffff, at + 3)
    at += 5
    const end = at + size
    for (const start = at; at < end; ) {
      if (column < 0) {
        out[at++] = 0
        column = 0
      }
      const taken = Math.min(end - at, stride - column)
      out.set(data.subarray(row * stride + column, row * stride + column + taken), at)
      at += taken
      column += taken
      if (column === stride) [row, column] = [row + 1, -1]
      if (at === end) sum.add(out.subarray(start, end))
    }
  }
  out.writeUInt32BE(sum.value, at)
  return out
}

/** The checksum of a zlib stream. */
class Adler32 {
  #a = 1
  #b = 0

  add(bytes: Uint8Array): void {
    let [a, b] = [this.#a, this.#b]
    // 3,800 bytes of 255 keep both sums below 2³¹, so that they stay integers.
    for (let from = 0; from < bytes.length; from += 3800) {
      const to = Math.min(bytes.length, from + 3800)
      for (let i = from; i < to; i++) {
        a = (a + bytes[i]!) | 0
        b = (b + a) | 0
      }
      a %= 65_521
      b %= 65_521
    }
    this.#a = a
    this.#b = b
  }

  get value(): number {
    return this.#b * 65_536 + this.#a
  }
}

/** Length and type, data, checksum. */
function piecesOf({ type, data }: PngChunk): readonly Uint8Array[] {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(data.length, 0)
  head.write(type, 4, 'latin1')
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(crc32(data, crc32(head.subarray(4))))
  return [head, data, checksum]
}

/** The chunk of an ICC profile. */
export function profileChunk(profile: Uint8Array): PngChunk {
  return { type: 'iCCP', data: Buffer.concat([Buffer.from('profile\0\0', 'latin1'), deflateSync(profile)]) }
}
