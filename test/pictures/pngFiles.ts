import { crc32, deflateSync } from 'node:zlib'

/** A grey ICC profile whose levels are light to the power of 1/gamma. Source: ICC.1:2001-04, section 6.3.1. */
export function greyProfile(gamma: number): Buffer {
  const number = (value: number) => {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(value)
    return bytes
  }
  const text = (value: string, length: number) => Buffer.from(value.padEnd(length, '\0'), 'latin1')
  const white = [0xf6d6, 0x10000, 0xd32d].map(number)
  const tags = [
    ['desc', Buffer.concat([text('desc', 8), number(3), text('gg', 84)])],
    ['wtpt', Buffer.concat([text('XYZ ', 8), ...white])],
    ['kTRC', Buffer.concat([text('curv', 8), number(1), number(Math.round(gamma * 256) << 16)])],
    ['cprt', text('text\0\0\0\0CC0', 12)],
  ] as const
  let at = 128 + 4 + 12 * tags.length
  const table = tags.map(([name, data]) => {
    const row = Buffer.concat([text(name, 4), number(at), number(data.length)])
    at += data.length
    return row
  })
  const header = Buffer.alloc(128)
  header.writeUInt32BE(at, 0)
  header.writeUInt32BE(0x02400000, 8)
  header.write('mntrGRAYXYZ ', 12, 'latin1')
  header.write('acsp', 36, 'latin1')
  for (const [i, value] of white.entries()) value.copy(header, 68 + 4 * i)
  return Buffer.concat([header, number(tags.length), ...table, ...tags.map(([, data]) => data)])
}

/** A PNG file with another chunk behind its header. */
export function withChunk(png: Uint8Array, type: string, data: Uint8Array): Buffer {
  const chunk = Buffer.alloc(12 + data.length)
  chunk.writeUInt32BE(data.length, 0)
  chunk.write(type, 4, 'latin1')
  chunk.set(data, 8)
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length)
  return Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)])
}

/** A PNG file with an ICC profile, its samples as they are. */
export function withProfile(png: Uint8Array, profile: Uint8Array): Buffer {
  return withChunk(png, 'iCCP', Buffer.concat([Buffer.from('p\0\0', 'latin1'), deflateSync(profile)]))
}

interface Pixels {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

/**
 * The pixels as a file stores them whose EXIF orientation (1 to 8) turns them upright again.
 * Source: Exif 2.32, section 4.6.4.
 */
export function storedTurned({ width, height, data }: Pixels, orientation: number): Pixels {
  const [right, bottom] = [width - 1, height - 1]
  const placeOf = (x: number, y: number): readonly [number, number] =>
    (
      [
        [x, y],
        [right - x, y],
        [right - x, bottom - y],
        [x, bottom - y],
        [y, x],
        [y, right - x],
        [bottom - y, right - x],
        [bottom - y, x],
      ] as const
    )[orientation - 1]!
  const size = orientation > 4 ? { width: height, height: width } : { width, height }
  const stored = new Uint8Array(data.length)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [column, row] = placeOf(x, y)
      const from = 3 * (width * y + x)
      stored.set(data.subarray(from, from + 3), 3 * (size.width * row + column))
    }
  return { ...size, data: stored }
}

/** A PNG file with an EXIF orientation. */
export function withOrientation(png: Uint8Array, orientation: number): Buffer {
  const entry = [0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]
  return withChunk(png, 'eXIf', Uint8Array.of(0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, ...entry, 0, 0, 0, 0))
}
