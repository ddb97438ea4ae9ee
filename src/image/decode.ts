import sharp, { type Metadata } from 'sharp'
import { type CodedColour, codedColour, inSrgb, unreadTransfer } from './codedColour.ts'
import { ImageError } from './error.ts'
import { parseExif } from './exif.ts'
import { fileKind, type InputFormat } from './fileKind.ts'
import { decodeHeic } from './heic.ts'
import { metadataOf, type PictureMetadata } from './metadata.ts'
import type { Mask, Picture } from './picture.ts'
import { profileChunk, storedPng } from './pngFile.ts'
import { reasonOf } from './reason.ts'

/** Larger pictures are refused. Cameras of medium format have 102 to 150 million pixels. */
const mostPixels = 200_000_000

/** The most that a file may hold; it is refused before its pixels are read. */
export interface DecodeLimits {
  /** Default, and at most: 200 million. */
  readonly pixels?: number | undefined
  /** Pictures in the file. Default: no limit. */
  readonly frames?: number | undefined
}

/** A picture file, decoded: upright, 8-bit sRGB, colours not multiplied by the alpha. */
export interface DecodedFile {
  readonly picture: Picture
  /** Undefined where every pixel is covered. */
  readonly alpha: Mask | undefined
  readonly format: InputFormat
  readonly frames: number
  readonly metadata: PictureMetadata
}

/**
 * The one way by which picture files come in. Turned upright by the EXIF orientation, converted to sRGB by the colour
 * profile, the first of several frames.
 * @param name of the file, for messages
 * @throws ImageError that says in one line what is wrong
 */
export async function decodeFile(
  name: string,
  bytes: Uint8Array,
  limits: DecodeLimits = {},
): Promise<DecodedFile> {
  const most = Math.min(mostPixels, limits.pixels ?? mostPixels)
  if (bytes.length === 0) throw new ImageError('empty', `${name}: the file is empty, expected a picture`)
  const kind = fileKind(bytes)
  if (!('format' in kind)) throw new ImageError('format', `${name}: ${kind.other}; ${kind.advice}`)
  const { format } = kind
  if (format === 'heic') return decodeHeicFile(name, bytes, most)
  if (format === 'tiff') refuseRawFile(name, bytes)
  const header = await headerOf(name, format, bytes)
  checkSize(name, header.width, header.height, most)
  checkSamples(name, header)
  const frames = format === 'png' ? framesOfPng(bytes) : (header.pages ?? 1)
  if (frames > (limits.frames ?? frames))
    throw new ImageError(
      'size',
      `${name}: ${frames} pictures in one file, expected at most ${limits.frames}; save one of them`,
    )
  const coded = colourWithoutProfile(name, format, bytes, header)
  const pixels = converted(await decodePixels(name, header, bytes), coded)
  return { ...pixels, format, frames, metadata: metadataOf(header, bytes) }
}

async function headerOf(name: string, format: InputFormat, bytes: Uint8Array): Promise<Metadata> {
  return sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch((error: unknown) => {
      throw damagedFile(name, format, error)
    })
}

function damagedFile(name: string, format: string, error: unknown): ImageError {
  return new ImageError(
    'damaged',
    `${name}: the ${format} data is damaged or truncated (${reasonOf(error)}); get a new copy`,
    { cause: error },
  )
}

function checkSize(name: string, width: number, height: number, most: number): void {
  if (width * height > most)
    throw new ImageError(
      'size',
      `${name}: ${width}×${height} pixels, expected at most ${most / 1e6} million; make it smaller first`,
    )
}

/** Of numbers that are no 8 or 16 bits it is not known which is white. */
function checkSamples(name: string, { depth, space }: Metadata): void {
  if (depth === 'uchar' || depth === 'ushort' || space === 'lab' || space === 'labs') return
  throw new ImageError(
    'format',
    `${name}: samples of type ${depth}, expected 8 or 16 bits per channel; export it as a 16-bit PNG`,
  )
}

/** The colours of a file that names them by code points alone, which the image library ignores. @throws ImageError */
function colourWithoutProfile(
  name: string,
  format: InputFormat,
  bytes: Uint8Array,
  header: Metadata | undefined,
): CodedColour | undefined {
  const coded = header?.icc === undefined ? codedColour(format, bytes) : undefined
  const other = coded && unreadTransfer(coded)
  if (other !== undefined)
    throw new ImageError(
      'format',
      `${name}: ${other}, expected sRGB or Display P3; export it as a JPEG or PNG in sRGB`,
    )
  return coded
}

function converted(pixels: Pixels, coded: CodedColour | undefined): Pixels {
  return coded ? { ...pixels, picture: inSrgb(pixels.picture, coded) } : pixels
}

/** A TIFF file whose first picture is a small preview, or that says it is a DNG, is the raw file of a camera. */
function refuseRawFile(name: string, bytes: Uint8Array): void {
  const entries = parseExif(bytes)
  const isPreview = entries.some(({ tag, bytes: value }) => tag === 0x00fe && (value[0]! & 1) === 1)
  const isDng = entries.some(({ directory, tag }) => directory === 'image' && tag === 0xc612)
  if (isPreview || isDng)
    throw new ImageError('format', `${name}: a camera raw file; convert it to PNG or JPEG`)
}

/** Of an animated PNG file, of which the image library sees only the first picture. Its `acTL` comes before all pixels. */
function framesOfPng(bytes: Uint8Array): number {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let at = 8; at + 12 <= file.length; at += 12 + file.readUInt32BE(at)) {
    const type = file.toString('latin1', at + 4, at + 8)
    if (type === 'acTL') return Math.max(1, file.readUInt32BE(at + 8))
    if (type === 'IDAT') break
  }
  return 1
}

type Pixels = Pick<DecodedFile, 'picture' | 'alpha'>

async function decodePixels(name: string, header: Metadata, bytes: Uint8Array): Promise<Pixels> {
  try {
    return await decodeStrictly(header, bytes)
  } catch (error) {
    // Cameras and transfers now and then lose the end marker, and every viewer shows such files. With the marker put
    // back, nothing else may be wrong.
    const mended = header.format === 'jpeg' ? withEndMarker(bytes) : undefined
    const pixels = mended && (await decodeStrictly(header, mended, 'warning').catch(() => undefined))
    if (pixels) return pixels
    throw damagedFile(name, header.format, error)
  }
}

function withEndMarker(bytes: Uint8Array): Uint8Array | undefined {
  const end = bytes.lastIndexOf(0xff)
  if (bytes.length - end <= 2 && bytes[end + 1] === 0xd9) return undefined
  const whole = bytes.at(-1) === 0xff ? bytes.subarray(0, -1) : bytes
  return Buffer.concat([whole, Uint8Array.of(0xff, 0xd9)])
}

async function decodeStrictly(
  header: Metadata,
  bytes: Uint8Array,
  failOn: 'truncated' | 'warning' = 'truncated',
): Promise<Pixels> {
  const image = sharp(bytes, { failOn, limitInputPixels: mostPixels }).autoOrient()
  // Left alone, the library converts 16 bits with a profile to Display P3 and not to sRGB, and leaves grey as it is.
  if (header.space === 'rgb16') image.pipelineColourspace('srgb')
  if (header.space === 'grey16') image.pipelineColourspace('b-w')
  if (!header.hasAlpha) image.removeAlpha()
  const { data, info } = await image
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  return separated(info, data)
}

/** Colours and alpha of 1 to 4 interleaved channels. */
function separated(
  { width, height, channels }: { width: number; height: number; channels: number },
  data: Uint8Array,
): Pixels {
  if (channels === 3)
    return {
      picture: { width, height, data: new Uint8Array(data.buffer, data.byteOffset, data.length) },
      alpha: undefined,
    }
  const pixels = width * height
  const rgb = new Uint8Array(3 * pixels)
  const alpha = new Uint8Array(pixels)
  const [hasColour, hasAlpha] = [channels > 2, channels % 2 === 0]
  let isCovered = true
  for (let i = 0; i < pixels; i++) {
    const from = channels * i
    rgb[3 * i] = data[from]!
    rgb[3 * i + 1] = data[hasColour ? from + 1 : from]!
    rgb[3 * i + 2] = data[hasColour ? from + 2 : from]!
    const level = hasAlpha ? data[from + channels - 1]! : 255
    alpha[i] = level
    isCovered &&= level === 255
  }
  return {
    picture: { width, height, data: rgb },
    alpha: isCovered ? undefined : { width, height, data: alpha },
  }
}

async function decodeHeicFile(name: string, bytes: Uint8Array, most: number): Promise<DecodedFile> {
  const decoded = await decodeHeic(name, bytes, (width, height) => checkSize(name, width, height, most))
  // The image library cannot decode these files, but knows what their headers say.
  const header = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch(() => undefined)
  // By way of a PNG file, so that the profile is converted as everywhere. The decoder has turned it upright already.
  const png = storedPng(decoded, decoded.channels, header?.icc ? [profileChunk(header.icc)] : [])
  const coded = colourWithoutProfile(name, 'heic', bytes, header)
  const pixels = await decodePixels(name, await headerOf(name, 'png', png), png)
  return {
    ...converted(pixels, coded),
    format: 'heic',
    frames: 1,
    metadata: header ? metadataOf(header, bytes) : { exif: [] },
  }
}
