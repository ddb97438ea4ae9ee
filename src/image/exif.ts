/** A directory of an EXIF block: of the picture, of the exposure, of the place. */
export type ExifDirectory = 'image' | 'photo' | 'gps'

/** An entry of an EXIF block. */
export interface ExifEntry {
  readonly directory: ExifDirectory
  readonly tag: number
  /** Of TIFF: 1 byte, 2 text, 3 short, 4 long, 5 rational, 7 undefined, … */
  readonly type: number
  readonly count: number
  /** The values, least significant byte first. */
  readonly bytes: Uint8Array
}

/** Bytes of a value of each type, and of the numbers in it. Source: TIFF 6.0, section 2. */
const types: Readonly<Record<number, { readonly bytes: number; readonly word: number }>> = {
  1: { bytes: 1, word: 1 },
  2: { bytes: 1, word: 1 },
  3: { bytes: 2, word: 2 },
  4: { bytes: 4, word: 4 },
  5: { bytes: 8, word: 4 },
  6: { bytes: 1, word: 1 },
  7: { bytes: 1, word: 1 },
  8: { bytes: 2, word: 2 },
  9: { bytes: 4, word: 4 },
  10: { bytes: 8, word: 4 },
  11: { bytes: 4, word: 4 },
  12: { bytes: 8, word: 8 },
}

const pointers = { photo: 0x8769, gps: 0x8825 } as const

/** More entries, or longer ones, are no metadata of a camera. */
const mostEntries = 400
const mostBytes = 32_768

/**
 * The entries of an EXIF block, with or without the `Exif\0\0` before it, or of a TIFF file, which begins in the same
 * way. What is damaged is left out; nothing is thrown. The thumbnail's directory is not read.
 */
export function parseExif(block: Uint8Array): readonly ExifEntry[] {
  const view = viewOf(block)
  const order = view.byteLength >= 8 ? view.getUint16(0) : 0
  const isLittle = order === 0x4949
  if ((!isLittle && order !== 0x4d4d) || view.getUint16(2, isLittle) !== 42) return []
  const entries = readDirectory(view, view.getUint32(4, isLittle), 'image', isLittle)
  for (const directory of ['photo', 'gps'] as const) {
    const pointer = entries.find((entry) => entry.directory === 'image' && entry.tag === pointers[directory])
    if (pointer && pointer.bytes.length === 4)
      entries.push(...readDirectory(view, viewOf(pointer.bytes).getUint32(0, true), directory, isLittle))
  }
  return entries.filter(({ directory, tag }) => directory !== 'image' || !isPointer(tag))
}

const isPointer = (tag: number): boolean => tag === pointers.photo || tag === pointers.gps

function viewOf(block: Uint8Array): DataView {
  const head = block.length > 6 && Buffer.from(block.subarray(0, 6)).toString('latin1') === 'Exif\0\0' ? 6 : 0
  return new DataView(block.buffer, block.byteOffset + head, block.length - head)
}

function readDirectory(view: DataView, at: number, directory: ExifDirectory, isLittle: boolean): ExifEntry[] {
  if (at < 8 || at + 2 > view.byteLength) return []
  const count = Math.min(mostEntries, view.getUint16(at, isLittle))
  const entries: ExifEntry[] = []
  for (let i = 0; i < count; i++) {
    const from = at + 2 + 12 * i
    if (from + 12 > view.byteLength) break
    const entry = readEntry(view, from, directory, isLittle)
    if (entry) entries.push(entry)
  }
  return entries
}

function readEntry(
  view: DataView,
  from: number,
  directory: ExifDirectory,
  isLittle: boolean,
): ExifEntry | undefined {
  const tag = view.getUint16(from, isLittle)
  const type = view.getUint16(from + 2, isLittle)
  const count = view.getUint32(from + 4, isLittle)
  const size = types[type]
  if (size === undefined || count === 0 || count * size.bytes > mostBytes) return undefined
  const length = count * size.bytes
  const at = length <= 4 ? from + 8 : view.getUint32(from + 8, isLittle)
  if (at + length > view.byteLength) return undefined
  const bytes = new Uint8Array(view.buffer.slice(view.byteOffset + at, view.byteOffset + at + length))
  if (!isLittle) reverseWords(bytes, size.word)
  return { directory, tag, type, count, bytes }
}

function reverseWords(bytes: Uint8Array, word: number): void {
  for (let i = 0; i < bytes.length; i += word) bytes.subarray(i, i + word).reverse()
}

/** The text of an entry, without what follows its first zero; undefined where it has no text. */
export function exifText(
  entries: readonly ExifEntry[],
  directory: ExifDirectory,
  tag: number,
): string | undefined {
  const entry = entries.find((each) => each.directory === directory && each.tag === tag && each.type === 2)
  const text = entry && Buffer.from(entry.bytes).toString('utf8').split('\0')[0]!.trim()
  return text === '' ? undefined : text
}

/** An EXIF block without the `Exif\0\0` before it: the same bytes for the same entries. */
export function encodeExif(entries: readonly ExifEntry[]): Uint8Array {
  const of = (directory: ExifDirectory) =>
    entries.filter((entry) => entry.directory === directory).sort((a, b) => a.tag - b.tag)
  const below = (['photo', 'gps'] as const).filter((directory) => of(directory).length > 0)
  const image = (offsets: Partial<Record<ExifDirectory, number>>) =>
    [...of('image'), ...below.map((name) => pointerTo(pointers[name], offsets[name] ?? 0))].sort(
      (a, b) => a.tag - b.tag,
    )
  const offsets: Partial<Record<ExifDirectory, number>> = {}
  let end = 8 + directoryBytes(image({}))
  for (const name of below) {
    offsets[name] = end
    end += directoryBytes(of(name))
  }
  const out = Buffer.alloc(end)
  out.write('II*\0', 'latin1')
  out.writeUInt32LE(8, 4)
  writeDirectory(out, 8, image(offsets))
  for (const name of below) writeDirectory(out, offsets[name]!, of(name))
  return out
}

function pointerTo(tag: number, offset: number): ExifEntry {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, offset, true)
  return { directory: 'image', tag, type: 4, count: 1, bytes }
}

const outside = ({ bytes }: ExifEntry): number => (bytes.length <= 4 ? 0 : bytes.length + (bytes.length % 2))

function directoryBytes(entries: readonly ExifEntry[]): number {
  return entries.reduce((sum, entry) => sum + 12 + outside(entry), 2 + 4)
}

function writeDirectory(out: Buffer, at: number, entries: readonly ExifEntry[]): void {
  out.writeUInt16LE(entries.length, at)
  let place = at + 2 + 12 * entries.length + 4
  for (const [i, entry] of entries.entries()) {
    const head = at + 2 + 12 * i
    out.writeUInt16LE(entry.tag, head)
    out.writeUInt16LE(entry.type, head + 2)
    out.writeUInt32LE(entry.count, head + 4)
    if (entry.bytes.length > 4) out.writeUInt32LE(place, head + 8)
    out.set(entry.bytes, entry.bytes.length > 4 ? place : head + 8)
    place += outside(entry)
  }
}
