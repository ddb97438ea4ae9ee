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
  const stride = width * channels
  // Each row begins with its filter, which is none.
  const rows = new Uint8Array(height * (stride + 1))
  for (let y = 0; y < height; y++) rows.set(data.subarray(y * stride, (y + 1) * stride), y * (stride + 1) + 1)
  const all = [
    { type: 'IHDR', data: header },
    ...chunks,
    { type: 'IDAT', data: deflateSync(rows, { level: 0, chunkSize: 1 << 20 }) },
    { type: 'IEND', data: new Uint8Array() },
  ]
  return Buffer.concat([signature, ...all.flatMap(piecesOf)])
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
