/** What one segment of a JPEG file holds at most, without the two bytes of its length. */
const mostSegmentBytes = 65_533

const xmpHead = 'http://ns.adobe.com/xap/1.0/\0'

/** The longest XMP packet of one segment. */
export const mostJpegXmpBytes: number = mostSegmentBytes - xmpHead.length

/**
 * A JPEG file with an XMP packet and an IPTC block put behind its JFIF and EXIF segments. The image library leaves out
 * packets from some 50 kB on without a word, and cannot write IPTC. Source: XMP specification, part 3, section 1.1.3.
 */
export function withJpegSegments(
  jpeg: Uint8Array,
  { xmp, iptc }: { readonly xmp?: string | undefined; readonly iptc?: Uint8Array | undefined },
): Uint8Array {
  const added: Uint8Array[] = []
  if (xmp !== undefined) added.push(segment(0xe1, Buffer.from(xmpHead + xmp, 'utf8')))
  if (iptc !== undefined) added.push(segment(0xed, iptc))
  if (added.length === 0) return jpeg
  const at = endOfHead(jpeg)
  return new Uint8Array(Buffer.concat([jpeg.subarray(0, at), ...added, jpeg.subarray(at)]))
}

function segment(marker: number, content: Uint8Array): Uint8Array {
  const length = content.length + 2
  return Buffer.concat([Uint8Array.of(0xff, marker, length >> 8, length & 0xff), content])
}

/** Where the segments APP0 and APP1 at the beginning end. */
function endOfHead(jpeg: Uint8Array): number {
  let at = 2
  while (jpeg[at] === 0xff && (jpeg[at + 1] === 0xe0 || jpeg[at + 1] === 0xe1))
    at += 2 + ((jpeg[at + 2]! << 8) | jpeg[at + 3]!)
  return at
}

const photoshopHead = 'Photoshop 3.0\0'

/**
 * Of the Photoshop block of a JPEG file only the IPTC records, without thumbnails and the program's own settings;
 * undefined if there are none or the block is damaged. Source: IPTC-NAA IIM 4, Adobe Photoshop file formats.
 */
export function iptcBlock(block: Uint8Array): Uint8Array | undefined {
  const bytes = Buffer.from(block.buffer, block.byteOffset, block.length)
  if (bytes.toString('latin1', 0, photoshopHead.length) !== photoshopHead) return undefined
  let at = photoshopHead.length
  while (at + 12 <= bytes.length && bytes.toString('latin1', at, at + 4) === '8BIM') {
    const id = bytes.readUInt16BE(at + 4)
    // The name and its length, padded to an even count.
    const head = at + 6 + even(1 + bytes[at + 6]!)
    if (head + 4 > bytes.length) return undefined
    const end = head + 4 + bytes.readUInt32BE(head)
    if (end > bytes.length) return undefined
    if (id === 0x0404) {
      const records = bytes.subarray(head + 4, end)
      return records.length === 0 ? undefined : photoshopBlock(records)
    }
    at = head + 4 + even(end - head - 4)
  }
  return undefined
}

const even = (length: number): number => length + (length % 2)

function photoshopBlock(records: Uint8Array): Uint8Array | undefined {
  const head = Buffer.concat([Buffer.from(`${photoshopHead}8BIM\x04\x04\0\0`, 'latin1'), Buffer.alloc(4)])
  head.writeUInt32BE(records.length, head.length - 4)
  const padding = Buffer.alloc(records.length % 2)
  const block = Buffer.concat([head, records, padding])
  return block.length <= mostSegmentBytes ? new Uint8Array(block) : undefined
}
