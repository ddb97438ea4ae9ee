import type { Mask, Picture } from '../../image/index.ts'

/** A picture as a PPM file, the plainest that other programs read: nothing is lost, nothing is compressed. */
export function encodePpm({ width, height, data }: Picture): Uint8Array {
  return Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), data])
}

/** A mask as a PGM file, black and white by whether it covers a pixel (≥ 128). */
export function encodePgm({ width, height, data }: Mask): Uint8Array {
  const binary = Uint8Array.from(data, (x) => (x >= 128 ? 255 : 0))
  return Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`), binary])
}

/** The pictures of a stream of PPM or PGM files of 8 bits, one after another. */
export function decodePnm(bytes: Uint8Array): Picture[] {
  const pictures: Picture[] = []
  for (let at = 0; at < bytes.length; ) {
    const head = Buffer.from(bytes.subarray(at, at + 512)).toString('latin1')
    const found = /^P([56])\s+(?:#[^\n]*\n\s*)*(\d+)\s+(\d+)\s+255\s/.exec(head)
    if (!found) throw new Error('expected a PPM or PGM picture of 8 bits')
    const [width, height] = [Number(found[2]), Number(found[3])]
    const channels = found[1] === '6' ? 3 : 1
    const from = at + found[0].length
    const raw = bytes.subarray(from, from + channels * width * height)
    if (raw.length < channels * width * height) throw new Error('the picture is truncated')
    const data = new Uint8Array(3 * width * height)
    if (channels === 3) data.set(raw)
    else for (let i = 0; i < raw.length; i++) data.fill(raw[i]!, 3 * i, 3 * i + 3)
    pictures.push({ width, height, data })
    at = from + channels * width * height
  }
  return pictures
}
