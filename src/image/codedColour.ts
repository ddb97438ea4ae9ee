import { levelOfLinear, linearOfLevel } from './colour.ts'
import type { InputFormat } from './fileKind.ts'
import type { Picture } from './picture.ts'

/** The colour space of a file as code points instead of an ICC profile (CICP). Source: ITU-T H.273. */
export interface CodedColour {
  readonly primaries: number
  readonly transfer: number
}

/** Transfer functions whose levels are not close to those of sRGB. */
const otherTransfers: Readonly<Record<number, string>> = {
  8: 'linear light',
  16: 'HDR colours (PQ)',
  18: 'HDR colours (HLG)',
}

/** What a transfer function is called if its levels cannot be read as those of sRGB; else undefined. */
export function unreadTransfer({ transfer }: CodedColour): string | undefined {
  return otherTransfers[transfer]
}

/** Linear light of other primaries as that of sRGB, by rows; all have the white of D65. */
const matrices: Readonly<Record<number, readonly number[]>> = {
  // BT.2020. Source: ITU-R BT.2407.
  9: [1.660491, -0.5876411, -0.0728499, -0.1245505, 1.1328999, -0.0083494, -0.0181508, -0.1005789, 1.1187297],
  // Display P3. Source: SMPTE EG 432-1.
  12: [1.2249401, -0.2249404, 0, -0.0420569, 1.0420571, 0, -0.0196376, -0.0786361, 1.0982735],
}

/** A picture of other primaries in sRGB; colours outside of it are clipped. The picture itself if they are the same. */
export function inSrgb(picture: Picture, { primaries }: CodedColour): Picture {
  const m = matrices[primaries]
  if (m === undefined) return picture
  const { width, height, data } = picture
  const converted = new Uint8Array(data.length)
  for (let i = 0; i < data.length; i += 3) {
    const [r, g, b] = [linearOfLevel[data[i]!]!, linearOfLevel[data[i + 1]!]!, linearOfLevel[data[i + 2]!]!]
    for (let c = 0; c < 3; c++)
      converted[i + c] = levelOfLinear(m[3 * c]! * r + m[3 * c + 1]! * g + m[3 * c + 2]! * b)
  }
  return { width, height, data: converted }
}

/** The code points of a PNG, AVIF or HEIC file; undefined if it has none, or is damaged there. */
export function codedColour(format: InputFormat, bytes: Uint8Array): CodedColour | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  try {
    if (format === 'png') return ofPng(file)
    if (format === 'avif' || format === 'heic') return ofContainer(file)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
  }
  return undefined
}

/** The `cICP` chunk, which comes before all pixels. Source: PNG specification, third edition. */
function ofPng(file: Buffer): CodedColour | undefined {
  for (let at = 8; at + 12 <= file.length; at += 12 + file.readUInt32BE(at)) {
    const type = file.toString('latin1', at + 4, at + 8)
    if (type === 'cICP') return { primaries: file.readUInt8(at + 8), transfer: file.readUInt8(at + 9) }
    if (type === 'IDAT') break
  }
  return undefined
}

/** The `nclx` colour property of the primary item. Source: ISO/IEC 23008-12 (HEIF). */
function ofContainer(file: Buffer): CodedColour | undefined {
  const meta = boxOf(file, 'meta')?.subarray(4)
  const primary = meta && boxOf(meta, 'pitm')
  const properties = meta && boxOf(meta, 'iprp')
  const [all, links] = properties ? [boxOf(properties, 'ipco'), boxOf(properties, 'ipma')] : []
  if (!primary || !all || !links) return undefined
  const item = primary[0] === 0 ? primary.readUInt16BE(4) : primary.readUInt32BE(4)
  const boxes = [...boxesOf(all)]
  for (const index of propertiesOf(links, item)) {
    const [type, box] = boxes[index - 1] ?? []
    if (type === 'colr' && box?.toString('latin1', 0, 4) === 'nclx')
      return { primaries: box.readUInt16BE(4), transfer: box.readUInt16BE(6) }
  }
  return undefined
}

/** Numbers of an item's properties, counted from 1, from the content of an `ipma` box. */
function propertiesOf(links: Buffer, item: number): number[] {
  const [hasLongIds, isWide] = [links[0]! >= 1, (links[3]! & 1) === 1]
  let at = 8
  for (let left = links.readUInt32BE(4); left > 0; left--) {
    const id = hasLongIds ? links.readUInt32BE(at) : links.readUInt16BE(at)
    at += hasLongIds ? 4 : 2
    const count = links.readUInt8(at++)
    const width = isWide ? 2 : 1
    if (id === item)
      return Array.from({ length: count }, (_, i) =>
        isWide ? links.readUInt16BE(at + 2 * i) & 0x7fff : links.readUInt8(at + i) & 0x7f,
      )
    at += width * count
  }
  return []
}

function boxOf(content: Buffer, type: string): Buffer | undefined {
  for (const [its, box] of boxesOf(content)) if (its === type) return box
  return undefined
}

/** Types and contents of the boxes of a container. */
function* boxesOf(content: Buffer): Generator<[type: string, content: Buffer]> {
  for (let at = 0; at + 8 <= content.length; ) {
    const short = content.readUInt32BE(at)
    const size = short === 1 ? Number(content.readBigUInt64BE(at + 8)) : short || content.length - at
    if (size < 8) return
    yield [
      content.toString('latin1', at + 4, at + 8),
      content.subarray(at + (short === 1 ? 16 : 8), at + size),
    ]
    at += size
  }
}
