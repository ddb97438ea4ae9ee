import { gzipSync } from 'node:zlib'
import sharp from 'sharp'
import { expect, it } from 'vitest'
import { fileKind } from './fileKind.ts'
import { readPicture } from './read.ts'

const ascii = (text: string) => Buffer.from(text, 'latin1')

it.each([
  ['a PDF', ascii('%PDF-1.7\n%\xe2\xe3'), /a PDF document; export it as PNG or JPEG/],
  [
    'an SVG',
    ascii('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
    /an SVG drawing; export/,
  ],
  [
    'an SVG behind a prolog',
    ascii(
      '\xef\xbb\xbf<?xml version="1.0"?>\n<!-- by hand -->\n<!DOCTYPE svg PUBLIC "a" "b" [<!ENTITY x "y">]>\n<svg>',
    ),
    /an SVG drawing/,
  ],
  ['an SVG in UTF-16', Buffer.from('\ufeff<svg width="9">', 'utf16le'), /an SVG drawing/],
  ['a compressed SVG', gzipSync('<svg width="9" height="9"/>'), /a gzip archive; unpack it first/],
  [
    'a web page',
    ascii('\n<!DOCTYPE html>\n<html><body>404</body></html>'),
    /a web page \(HTML\); save the picture itself/,
  ],
  ['a page without a document type', ascii('<html lang="en">'), /a web page/],
  [
    'a Git LFS pointer',
    ascii('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n'),
    /a Git LFS pointer instead of the file; get the file with 'git lfs pull'/,
  ],
  ['text', Buffer.from('图片 and some words\r\n'), /text; expected a picture: JPEG, PNG/],
  [
    'a BMP',
    Buffer.concat([ascii('BM'), Buffer.from([70, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0])]),
    /a BMP picture; save it as PNG/,
  ],
  ['a Photoshop document', ascii('8BPS\0\x01'), /a Photoshop document; export/],
  ['JPEG XL', ascii('\xff\x0a\0\0'), /a JPEG XL picture; export/],
  ['a raw file of Canon', ascii('II*\0\x10\0\0\0CR\x02\0'), /a camera raw file; convert it/],
  ['a video', ascii('\0\0\0\x20ftypisom\0\0\x02\0isomiso2mp41'), /a video; save one of its frames/],
  ['noise', Buffer.from([7, 0, 1, 200, 3, 0, 0, 9]), /not a supported picture; expected JPEG/],
])('refuses %s by its content', async (_, bytes, message) => {
  const refusal = readPicture(bytes)
  await expect(refusal).rejects.toMatchObject({ name: 'ImageError', code: 'format' })
  await expect(refusal).rejects.toThrow(message)
})

it.each(['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const)('recognises %s', async (format) => {
  const image = sharp(new Uint8Array(48), { raw: { width: 4, height: 4, channels: 3 } })
  expect(fileKind(await image.toFormat(format).toBuffer())).toEqual({ format })
})

it('recognises pictures of the HEIF family by their compatible brands', () => {
  const box = (brands: string) =>
    ascii(`\0\0\0${String.fromCharCode(16 + brands.length)}ftypmif1\0\0\0\0${brands}`)
  expect(fileKind(box('mif1heic'))).toEqual({ format: 'heic' })
  expect(fileKind(box('mif1avifmiaf'))).toEqual({ format: 'avif' })
  expect(fileKind(box('mif1jpeg'))).toHaveProperty('other')
  // Brands behind the box do not count.
  expect(fileKind(Buffer.concat([box('mif1'), ascii('heic')]))).toHaveProperty('other')
})

it('refuses the raw file of a camera that is a TIFF file with a preview', async () => {
  // One entry: NewSubfileType, a reduced version of another picture; or DNGVersion.
  const directory = (tag: number, value: number) =>
    Buffer.from([
      0x49,
      0x49,
      42,
      0,
      8,
      0,
      0,
      0,
      1,
      0,
      tag & 255,
      tag >> 8,
      4,
      0,
      1,
      0,
      0,
      0,
      value,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
    ])
  const tiff = await sharp(new Uint8Array(48), { raw: { width: 4, height: 4, channels: 3 } })
    .tiff({ compression: 'none' })
    .toBuffer()
  for (const [tag, value] of [
    [0x00fe, 1],
    [0xc612, 1],
  ] as const) {
    // The directory of a picture that can be read, with one entry turned into that of a raw file.
    const at = tiff.readUInt32LE(4)
    const raw = Buffer.from(tiff)
    directory(tag, value).copy(raw, at + 2, 10, 22)
    await expect(readPicture(raw)).rejects.toThrow(/a camera raw file; convert it/)
  }
})
