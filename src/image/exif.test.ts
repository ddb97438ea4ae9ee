import { expect, it } from 'vitest'
import { type ExifEntry, encodeExif, exifText, parseExif } from './exif.ts'

const text = (tag: number, value: string): ExifEntry => {
  const bytes = new TextEncoder().encode(`${value}\0`)
  return { directory: 'image', tag, type: 2, count: bytes.length, bytes }
}

it('gives entries back as they were, in the order of their tags', () => {
  const entries = [
    text(0x8298, 'Me'),
    text(0x010f, 'A camera of a long name'),
    { ...text(1, 'N'), directory: 'gps' as const },
  ]
  const block = encodeExif(entries)
  expect(parseExif(block)).toEqual([entries[1], entries[0], entries[2]])
  expect(encodeExif(parseExif(block))).toEqual(block)
  expect(parseExif(Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), block]))).toEqual(parseExif(block))
  expect(exifText(entries, 'image', 0x010f)).toBe('A camera of a long name')
  expect(exifText(entries, 'gps', 0x010f)).toBeUndefined()
})

it('leaves out what is damaged, and never throws', () => {
  const block = encodeExif([text(0x010f, 'A camera'), text(0x0110, 'Its model'), text(0x8298, 'Me')])
  // The second value lies outside of the block.
  const outside = Buffer.from(block)
  outside.writeUInt32LE(block.length - 2, 10 + 12 + 8)
  expect(parseExif(outside).map(({ tag }) => tag)).toEqual([0x010f, 0x8298])
  // A type that there is not, no values, more than a block can hold.
  for (const [at, value] of [
    [2, 99],
    [4, 0],
    [4, 0x7fffffff],
  ] as const) {
    const broken = Buffer.from(block)
    broken.writeUInt16LE(value & 0xffff, 10 + at)
    if (at === 4) broken.writeUInt32LE(value, 10 + at)
    expect(parseExif(broken).map(({ tag }) => tag)).toEqual([0x0110, 0x8298])
  }
  for (let length = 0; length < block.length; length++)
    expect(() => parseExif(block.subarray(0, length))).not.toThrow()
  let state = 1
  for (let i = 0; i < 2000; i++) {
    const noise = Buffer.from(block)
    for (let k = 0; k < 4; k++) {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31
      noise[8 + (state % (noise.length - 8))] = state >> 16
    }
    expect(() => encodeExif(parseExif(noise))).not.toThrow()
  }
})
