import sharp from 'sharp'

/**
 * A small copy of a picture file as WebP, upright, in sRGB, whose longer side has at most so many pixels. Large JPEG
 * files are read at a fraction of their size. The file must have been read before: nothing is said of what is wrong.
 */
export async function encodeThumbnail(bytes: Uint8Array, side: number): Promise<Uint8Array> {
  const image = sharp(bytes, { failOn: 'none', limitInputPixels: 200_000_000 }).autoOrient()
  const small = image
    .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
  return new Uint8Array(await small.webp({ quality: 80, effort: 2 }).toBuffer())
}
