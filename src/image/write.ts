import { extname } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import {
  checkWritable as checkFile,
  type WriteOptions as FileOptions,
  writeFileWhole,
} from '../files/index.ts'
import { offGround } from './alpha.ts'
import type { Rgb } from './colour.ts'
import { ImageError } from './error.ts'
import { type ExifEntry, encodeExif } from './exif.ts'
import { iptcBlock, mostJpegXmpBytes, withJpegSegments } from './jpegFile.ts'
import { exifAsXmp, keptMetadata, type MetadataPolicy, type PictureMetadata } from './metadata.ts'
import { checkPicture, type Mask, type Picture } from './picture.ts'
import { storedPng } from './pngFile.ts'
import { xmpPacket } from './xmp.ts'

/** Formats that are written. */
export type OutputFormat = 'png' | 'jpeg' | 'webp' | 'avif' | 'tiff'

const formats: Readonly<Record<string, OutputFormat>> = {
  '.png': 'png',
  '.jpg': 'jpeg',
  '.jpeg': 'jpeg',
  '.webp': 'webp',
  '.avif': 'avif',
  '.tif': 'tiff',
  '.tiff': 'tiff',
}

/** The format that a file's name asks for. @throws ImageError for another ending */
export function outputFormat(file: string): OutputFormat {
  const format = formats[extname(file).toLowerCase()]
  if (format === undefined)
    throw new ImageError(
      'format',
      `${file}: expected a name that ends in ${Object.keys(formats).join(', ')}, got '${extname(file)}'`,
    )
  return format
}

/** How a picture file is made. */
export interface EncodeOptions {
  /** JSON text kept inside the file; {@link readRecipe} reads it. */
  readonly recipe?: string | undefined
  /** Of JPEG, WebP and AVIF, 1 to 100; PNG and TIFF lose nothing. Default: 95, of AVIF 80. */
  readonly quality?: number | undefined
  /** Of JPEG: how much of the colour is kept. Default: `4:4:4`, all of it. */
  readonly chroma?: '4:4:4' | '4:2:0' | undefined
  /** How much of each pixel is covered, of the picture's size. JPEG has no place for it. */
  readonly alpha?: Mask | undefined
  /** The colour on which the picture's transparent parts are set. Default: white. */
  readonly ground?: Rgb | undefined
  /** Metadata of the file that the picture was made from. */
  readonly metadata?: PictureMetadata | undefined
  /** What of it is kept. Default: `safe`. */
  readonly policy?: MetadataPolicy | undefined
}

export interface WriteOptions extends EncodeOptions, FileOptions {}

/** Whether a format has a place for an alpha channel. */
export function hasAlphaChannel(format: OutputFormat): boolean {
  return format !== 'jpeg'
}

/** The longest side of each format; of the others the image library takes more than a picture may have. */
const longestSide: Readonly<Partial<Record<OutputFormat, number>>> = {
  jpeg: 65_500,
  webp: 16_383,
  avif: 16_384,
}

/** Whether a format can hold a picture of that size, so that a long edit is not made for nothing. @throws ImageError `size` */
export function checkFormatSize(
  format: OutputFormat,
  { width, height }: { readonly width: number; readonly height: number },
): void {
  const longest = longestSide[format] ?? Number.POSITIVE_INFINITY
  if (Math.max(width, height) > longest)
    throw new ImageError(
      'size',
      `${width}×${height} pixels, ${format} allows at most ${longest} per side; use PNG`,
    )
}

/**
 * The bytes of a picture file in sRGB, with a profile that says so; the same for the same picture and options.
 * @throws ImageError where size and data, or picture and alpha, do not agree, or the format cannot hold them
 */
export async function encodePicture(
  picture: Picture,
  format: OutputFormat,
  options: EncodeOptions = {},
): Promise<Uint8Array> {
  checkPicture('encode', picture)
  checkFormatSize(format, picture)
  const { quality } = options
  if (quality !== undefined && !(Number.isInteger(quality) && quality >= 1 && quality <= 100))
    throw new ImageError('option', `quality: expected a whole number from 1 to 100, got ${quality}`)
  const kept = keptMetadata(options.metadata, options.policy ?? 'safe')
  const { xmp, iptc } = packetsOf(format, kept, options.recipe)
  const image = imageOf(picture, format, kept, options).withIccProfile('srgb')
  // Sets EXIF too, so it must come after what the carrier brought.
  if (kept.density !== undefined) image.withDensity(kept.density)
  if (xmp !== undefined && format !== 'jpeg') image.withXmp(xmp)
  const bytes = await inFormat(image, format, options, kept.density).toBuffer()
  return format === 'jpeg' ? withJpegSegments(bytes, { xmp, iptc }) : new Uint8Array(bytes)
}

/** ColorSpace. Without it the image library writes 'uncalibrated', which some programs take for Adobe RGB. */
const inSrgb: ExifEntry = { directory: 'photo', tag: 0xa001, type: 3, count: 1, bytes: Uint8Array.of(1, 0) }

/** The pixels, by way of a PNG file where an EXIF block comes with them. */
function imageOf(
  picture: Picture,
  format: OutputFormat,
  { exif, density }: PictureMetadata,
  { alpha, ground }: EncodeOptions,
): Sharp {
  const { width, height } = picture
  if (alpha && (alpha.width !== width || alpha.height !== height))
    throw new ImageError(
      'size',
      `encode: alpha of ${alpha.width}×${alpha.height}, expected the picture's ${width}×${height}`,
    )
  const isLayered = alpha !== undefined && hasAlphaChannel(format)
  const channels = isLayered ? 4 : 3
  const data = isLayered ? offGround(picture, alpha, ground) : picture.data
  // TIFF files of the image library hold no EXIF; with a density it writes a block in every other format.
  if ((exif.length === 0 && density === undefined) || format === 'tiff')
    return sharp(data, { raw: { width, height, channels } })
  const png = storedPng({ width, height, data }, channels, [
    { type: 'eXIf', data: encodeExif([...exif, inSrgb]) },
  ])
  return sharp(png, { limitInputPixels: false }).keepExif()
}

function packetsOf(
  format: OutputFormat,
  { exif, xmp, iptc }: PictureMetadata,
  recipe: string | undefined,
): { readonly xmp: string | undefined; readonly iptc: Uint8Array | undefined } {
  const properties = format === 'tiff' ? exifAsXmp(exif) : {}
  const whole = xmpPacket({ recipe, properties, foreign: xmp })
  const block = iptc && format === 'jpeg' ? iptcBlock(iptc) : undefined
  if (format !== 'jpeg' || whole === undefined || Buffer.byteLength(whole) <= mostJpegXmpBytes)
    return { xmp: whole, iptc: block }
  const own = xmpPacket({ recipe, properties })
  if (own !== undefined && Buffer.byteLength(own) > mostJpegXmpBytes)
    throw new ImageError(
      'recipe',
      `recipe of ${Buffer.byteLength(own)} bytes, a JPEG file holds at most ${mostJpegXmpBytes}; use PNG, or omit the recipe`,
    )
  return { xmp: own, iptc: block }
}

function inFormat(
  image: Sharp,
  format: OutputFormat,
  { quality, chroma = '4:4:4' }: EncodeOptions,
  density = 0,
): Sharp {
  switch (format) {
    case 'png':
      return image.png({ compressionLevel: 6 })
    case 'jpeg':
      return image.jpeg({ quality: quality ?? 95, chromaSubsampling: chroma })
    case 'webp':
      return image.webp({ quality: quality ?? 95 })
    case 'avif':
      return image.avif({ quality: quality ?? 80, chromaSubsampling: '4:4:4' })
    case 'tiff': {
      const resolution = density > 0 ? { xres: density / 25.4, yres: density / 25.4 } : {}
      return image.tiff({ compression: 'deflate', predictor: 'horizontal', ...resolution })
    }
  }
}

/**
 * Writes a picture file in the format of its name, whole or not at all, making folders on the way. A symbolic link is
 * followed. @throws ImageError, FileError
 */
export async function writePicture(
  picture: Picture,
  file: string,
  options: WriteOptions = {},
): Promise<void> {
  await writeFileWhole(file, await encodePicture(picture, outputFormat(file), options), options)
}

/** Writes a mask as a grey PNG, whole or not at all. @throws ImageError for a name that does not end in .png; FileError */
export async function writeMask(
  { width, height, data }: Mask,
  file: string,
  options: FileOptions = {},
): Promise<void> {
  checkMaskName(file)
  const image = sharp(data, { raw: { width, height, channels: 1 } }).toColourspace('b-w')
  await writeFileWhole(file, await image.png({ compressionLevel: 6 }).toBuffer(), options)
}

/** Whether a mask could be written there. @throws ImageError, FileError */
export async function checkMaskWritable(file: string, options: FileOptions = {}): Promise<void> {
  checkMaskName(file)
  await checkFile(file, options)
}

function checkMaskName(file: string): void {
  if (extname(file).toLowerCase() !== '.png')
    throw new ImageError('format', `${file}: expected a name that ends in .png, got '${extname(file)}'`)
}

/** Whether a picture could be written there, so that a long edit is not made for nothing. @throws ImageError, FileError */
export async function checkWritable(file: string, options: FileOptions = {}): Promise<void> {
  outputFormat(file)
  await checkFile(file, options)
}
