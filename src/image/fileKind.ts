/** Picture formats that are read. */
export type InputFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'avif' | 'heic'

/** What a file is by its first bytes: a picture that can be read, or what else it is and what to do with it. */
export type FileKind = { readonly format: InputFormat } | { readonly other: string; readonly advice: string }

const exportIt = 'export it as PNG or JPEG'
const readable = 'JPEG, PNG, WebP, AVIF, HEIC, GIF or TIFF'

const rawFile: FileKind = { other: 'a camera raw file', advice: 'convert it to PNG or JPEG' }
const video: FileKind = { other: 'a video', advice: 'save one of its frames as PNG or JPEG' }

/** Where in a file some bytes (as Latin-1) stand, and what they mean. The first that fits counts. */
const signatures: readonly {
  readonly at?: number
  readonly bytes: readonly string[]
  readonly kind: FileKind
}[] = [
  { bytes: ['\xff\xd8\xff'], kind: { format: 'jpeg' } },
  { bytes: ['\x89PNG\r\n\x1a\n'], kind: { format: 'png' } },
  { at: 8, bytes: ['WEBP'], kind: { format: 'webp' } },
  { bytes: ['GIF87a', 'GIF89a'], kind: { format: 'gif' } },
  // Canon's CR2 is a TIFF file with a special mark; Olympus, Panasonic and Fujifilm changed the first bytes.
  { at: 8, bytes: ['CR\x02\0'], kind: rawFile },
  { bytes: ['IIRO', 'IIRS', 'IIU\0', 'FUJIFILMCCD-RAW'], kind: rawFile },
  { bytes: ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'], kind: { format: 'tiff' } },
  { at: 4, bytes: ['ftypavif', 'ftypavis'], kind: { format: 'avif' } },
  {
    at: 4,
    bytes: ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx'].map((brand) => `ftyp${brand}`),
    kind: { format: 'heic' },
  },
  { at: 4, bytes: ['ftypcrx '], kind: rawFile },
  {
    at: 4,
    bytes: ['isom', 'iso2', 'mp41', 'mp42', 'M4V ', 'qt  ', 'avc1', '3gp'].map((brand) => `ftyp${brand}`),
    kind: video,
  },
  { bytes: ['%PDF-'], kind: { other: 'a PDF document', advice: exportIt } },
  { bytes: ['%!PS'], kind: { other: 'a PostScript document', advice: exportIt } },
  { bytes: ['8BPS'], kind: { other: 'a Photoshop document', advice: exportIt } },
  { bytes: ['gimp xcf'], kind: { other: 'a GIMP document', advice: exportIt } },
  { bytes: ['\0\0\0\x0cJXL ', '\xff\x0a'], kind: { other: 'a JPEG XL picture', advice: exportIt } },
  { bytes: ['\0\0\0\x0cjP  ', '\xff\x4f\xff\x51'], kind: { other: 'a JPEG 2000 picture', advice: exportIt } },
  { bytes: ['\0\0\x01\0'], kind: { other: 'an icon (ICO)', advice: 'save it as PNG' } },
  { bytes: ['v/1\x01', '#?RADIANCE'], kind: { other: 'a high dynamic range picture', advice: exportIt } },
  { bytes: ['PK\x03\x04'], kind: { other: 'a ZIP archive', advice: 'unpack it first' } },
  { bytes: ['\x1f\x8b'], kind: { other: 'a gzip archive', advice: 'unpack it first' } },
  {
    bytes: ['version https://git-lfs.github.com/spec/'],
    kind: { other: 'a Git LFS pointer instead of the file', advice: "get the file with 'git lfs pull'" },
  },
]

/** Beginnings of documents, after blanks, a byte order mark, comments and an XML declaration. */
const documents: readonly (readonly [RegExp, FileKind])[] = [
  [/^<svg[\s>]/i, { other: 'an SVG drawing', advice: exportIt }],
  [
    /^<(!doctype html|html|head|body)[\s>]/i,
    { other: 'a web page (HTML)', advice: 'save the picture itself' },
  ],
]

/** How much of a file is looked at. */
const headBytes = 4096

/** Recognises a file by its content; its name does not count. */
export function fileKind(bytes: Uint8Array): FileKind {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, headBytes))
  const latin = head.toString('latin1')
  for (const { at = 0, bytes: known, kind } of signatures)
    if (known.some((sign) => latin.startsWith(sign, at))) return kind
  if (latin.startsWith('ftyp', 4)) return containerKind(latin)
  if (latin.startsWith('BM') && latin.startsWith('\0\0\0\0', 6))
    return { other: 'a BMP picture', advice: 'save it as PNG' }
  if (/^P[1-7]\s/.test(latin)) return { other: 'a picture in a Netpbm format', advice: 'save it as PNG' }
  if (!isText(head)) return { other: 'not a supported picture', advice: `expected ${readable}` }
  const text = withoutProlog(textOf(head))
  for (const [sign, kind] of documents) if (sign.test(text)) return kind
  return { other: 'text', advice: `expected a picture: ${readable}` }
}

/** A container of the ISO base media format whose main brand is unspecific: the compatible brands decide. */
function containerKind(latin: string): FileKind {
  const length = Math.min(latin.length, (latin.charCodeAt(2) << 8) | latin.charCodeAt(3))
  const brands = latin.slice(8, length)
  if (/avi[fs]/.test(brands)) return { format: 'avif' }
  if (/he(ic|ix|im|is|vc|vx)/.test(brands)) return { format: 'heic' }
  return { other: 'not a supported picture', advice: `expected ${readable}` }
}

function isText(head: Buffer): boolean {
  if (head[0] === 0xff && head[1] === 0xfe) return true
  if (head[0] === 0xfe && head[1] === 0xff) return true
  return head.every((byte) => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d) || byte === 0x1b)
}

function textOf(head: Buffer): string {
  return head[1] === 0xfe || head[0] === 0xfe
    ? head.toString('utf8').replaceAll('\0', '')
    : head.toString('utf8')
}

/** What follows blanks, comments, an XML declaration and a document type with no HTML in it. */
function withoutProlog(text: string): string {
  let rest = text.replace(/^[\ufeff\ufffd\s]+/, '')
  for (;;) {
    const prolog = /^(<\?.*?\?>|<!--.*?-->|<!doctype (?!html)[^[>]*(\[.*?\])?\s*>)\s*/is.exec(rest)
    if (prolog === null) return rest
    rest = rest.slice(prolog[0].length)
  }
}
