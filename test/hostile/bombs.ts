import { crc32, deflateSync } from 'node:zlib'

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value >>> 0)
  return bytes
}
const l16 = (value: number): Buffer => Buffer.from([value & 255, (value >> 8) & 255])
const l24 = (value: number): Buffer => Buffer.from([value & 255, (value >> 8) & 255, (value >> 16) & 255])
const l32 = (value: number): Buffer => Buffer.concat([l16(value & 0xffff), l16(value >>> 16)])

function pngChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  return Buffer.concat([u32(data.length), body, u32(crc32(body))])
}

const pngSign = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')

/** A PNG of one colour, 1 bit a pixel; `rows` of them are there. */
export function pngOf(
  width: number,
  height: number,
  { rows = height, extra = [] }: { readonly rows?: number; readonly extra?: readonly Buffer[] } = {},
): Buffer {
  const header = Buffer.concat([u32(width), u32(height), Buffer.from([1, 0, 0, 0, 0])])
  return Buffer.concat([
    pngSign,
    pngChunk('IHDR', header),
    ...extra,
    pngChunk('IDAT', deflateSync(Buffer.alloc(rows * (1 + Math.ceil(width / 8))))),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
}

/** A compressed comment of a hundred megabytes, in a hundred kB. */
export const largeText = (): Buffer =>
  pngChunk('zTXt', Buffer.concat([Buffer.from('Comment\0\0', 'latin1'), deflateSync(Buffer.alloc(1e8))]))

/** The same as a colour profile. */
export const largeProfile = (): Buffer =>
  pngChunk('iCCP', Buffer.concat([Buffer.from('icc\0\0', 'latin1'), deflateSync(Buffer.alloc(1e8))]))

/** One pixel is there, whatever its size says. */
const gifFrame = (width: number, height: number): Buffer =>
  Buffer.concat([
    Buffer.from('21f90400000000002c00000000', 'hex'),
    l16(width),
    l16(height),
    Buffer.from('000202440100', 'hex'),
  ])

/** A GIF animation of 1×1 pixel; or one that says it is larger. */
export function gifOf(frames: number, width = 1, height = 1): Buffer {
  const head = Buffer.concat([
    Buffer.from('GIF89a', 'latin1'),
    l16(width),
    l16(height),
    Buffer.from('800000000000ffffff', 'hex'),
    Buffer.from('21ff0b4e45545343415045322e300301000000', 'hex'),
  ])
  return Buffer.concat([
    head,
    ...Array.from({ length: frames }, () => gifFrame(width, height)),
    Buffer.from([0x3b]),
  ])
}

const riff = (type: string, data: Buffer): Buffer =>
  Buffer.concat([Buffer.from(type, 'latin1'), l32(data.length), data, Buffer.alloc(data.length % 2)])

/** The first chunk of pixels of a simple WebP file. */
const pixelsOf = (webp: Uint8Array): Buffer => Buffer.from(webp).subarray(12)

/** A WebP animation of one picture again and again; or one whose canvas is said to be larger. */
export function webpOf(picture: Uint8Array, frames: number, side: number, canvas: number = side): Buffer {
  const frame = riff(
    'ANMF',
    Buffer.concat([
      l24(0),
      l24(0),
      l24(side - 1),
      l24(side - 1),
      l24(40),
      Buffer.from([0]),
      pixelsOf(picture),
    ]),
  )
  const body = Buffer.concat([
    Buffer.from('WEBP', 'latin1'),
    riff('VP8X', Buffer.concat([Buffer.from([0x02, 0, 0, 0]), l24(canvas - 1), l24(canvas - 1)])),
    riff('ANIM', Buffer.concat([l32(0), l16(0)])),
    ...Array.from({ length: frames }, () => frame),
  ])
  return Buffer.concat([Buffer.from('RIFF', 'latin1'), l32(body.length), body])
}

interface TiffTags {
  readonly width: number
  readonly height: number
  readonly rowsPerStrip: number
  /** How many offsets and lengths of strips the file says it has; all lie at the same place. */
  readonly strips: number
  readonly stripBytes: number
  /** 1 none, 5 LZW, 8 Deflate, 32773 PackBits. */
  readonly compression?: number
}

/** A grey TIFF file whose directory says what it likes. */
export function tiffOf({
  width,
  height,
  rowsPerStrip,
  strips,
  stripBytes,
  compression = 1,
}: TiffTags): Buffer {
  const entries: [number, number, number, number][] = [
    [256, 4, 1, width],
    [257, 4, 1, height],
    [258, 3, 1, 8],
    [259, 3, 1, compression],
    [262, 3, 1, 1],
    [273, 4, strips, 8],
    [277, 3, 1, 1],
    [278, 4, 1, rowsPerStrip],
    [279, 4, strips, strips === 1 ? stripBytes : 8],
  ]
  const data = Buffer.alloc(4096)
  const directory = Buffer.concat([
    l16(entries.length),
    ...entries.map(([tag, type, count, value]) =>
      Buffer.concat([l16(tag), l16(type), l32(count), l32(value)]),
    ),
    l32(0),
  ])
  return Buffer.concat([Buffer.from('II*\0', 'latin1'), l32(8 + data.length), data, directory])
}

/** A TIFF file with a chain of directories that leads back to its beginning, or of that many. */
export function tiffChain(directories: number, isLoop: boolean): Buffer {
  const entry = (tag: number, value: number) => Buffer.concat([l16(tag), l16(4), l32(1), l32(value)])
  const size = 2 + 5 * 12 + 4
  const parts = Array.from({ length: directories }, (_, i) => {
    const next = i + 1 < directories ? 8 + (i + 1) * size : isLoop ? 8 : 0
    return Buffer.concat([
      l16(5),
      entry(256, 1),
      entry(257, 1),
      entry(273, 4),
      entry(278, 1),
      entry(279, 1),
      l32(next),
    ])
  })
  return Buffer.concat([Buffer.from('II*\0', 'latin1'), l32(8), ...parts])
}

/** A JPEG file's header that says a size; `rest` follows it. */
export function jpegOf(width: number, height: number, rest: Uint8Array = new Uint8Array()): Buffer {
  const size = Buffer.from([height >> 8, height & 255, width >> 8, width & 255])
  return Buffer.concat([
    Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'),
    Buffer.from('ffc0000b08', 'hex'),
    size,
    Buffer.from('01011100', 'hex'),
    Buffer.from('ffda0008010100003f00', 'hex'),
    rest,
    Buffer.from('ffd9', 'hex'),
  ])
}

/** A file of some kind before or after a picture, as polyglots are. */
export function polyglots(png: Uint8Array, jpeg: Uint8Array): Readonly<Record<string, Uint8Array>> {
  const html = Buffer.from('<!doctype html><script>alert(1)</script>')
  const pdf = Buffer.from('%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n')
  const comment = Buffer.concat([Buffer.from('Comment\0', 'latin1'), html])
  const withComment = Buffer.concat([png.subarray(0, 33), pngChunk('tEXt', comment), png.subarray(33)])
  const app = Buffer.concat([Buffer.from([0xff, 0xfe, (pdf.length + 2) >> 8, (pdf.length + 2) & 255]), pdf])
  return {
    'html in a comment of a png': withComment,
    'html after a png': Buffer.concat([png, html]),
    'pdf in a comment of a jpeg': Buffer.concat([jpeg.subarray(0, 2), app, jpeg.subarray(2)]),
    'pdf before a jpeg': Buffer.concat([pdf, jpeg]),
    'zip after a jpeg': Buffer.concat([jpeg, Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)]),
    'html before a png': Buffer.concat([html, png]),
  }
}
