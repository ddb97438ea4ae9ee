import { randomBytes } from 'node:crypto'
import { mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'
import sharp from 'sharp'
import { ImageError } from './error.ts'
import type { Mask, Picture } from './picture.ts'
import { readBytes, reasonOf } from './read.ts'

/** Formats that are written. */
export type OutputFormat = 'png' | 'jpeg' | 'webp'

const formats: Readonly<Record<string, OutputFormat>> = {
  '.png': 'png',
  '.jpg': 'jpeg',
  '.jpeg': 'jpeg',
  '.webp': 'webp',
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

/** How a picture is written. */
export interface WriteOptions {
  /** A JSON text kept inside the file; {@link readRecipe} gives it back. */
  readonly recipe?: string
  /** Of JPEG and WebP, 1 to 100; PNG loses nothing. */
  readonly quality?: number
}

/** The bytes of a picture file; the same for the same picture and options. */
export async function encodePicture(
  { width, height, data }: Picture,
  format: OutputFormat,
  { recipe, quality = 95 }: WriteOptions = {},
): Promise<Uint8Array> {
  const image = sharp(data, { raw: { width, height, channels: 3 } })
  const tagged = recipe === undefined ? image : image.withXmp(envelope(recipe))
  return await tagged.toFormat(format, format === 'png' ? { compressionLevel: 6 } : { quality }).toBuffer()
}

/**
 * Writes a picture file in the format of its name, making folders on the way. The file appears whole or, on an
 * error, not at all. @throws ImageError
 */
export async function writePicture(
  picture: Picture,
  file: string,
  options: WriteOptions = {},
): Promise<void> {
  const bytes = await encodePicture(picture, outputFormat(file), options)
  await writeWhole(file, bytes)
}

/** Writes a mask as a grey PNG, whole or not at all. @throws ImageError for a name that does not end in .png */
export async function writeMask({ width, height, data }: Mask, file: string): Promise<void> {
  checkMaskName(file)
  const image = sharp(data, { raw: { width, height, channels: 1 } }).toColourspace('b-w')
  await writeWhole(file, await image.png({ compressionLevel: 6 }).toBuffer())
}

/** Whether a mask could be written there. @throws ImageError */
export async function checkMaskWritable(file: string): Promise<void> {
  checkMaskName(file)
  await checkWritable(file)
}

function checkMaskName(file: string): void {
  if (extname(file).toLowerCase() !== '.png')
    throw new ImageError('format', `${file}: expected a name that ends in .png, got '${extname(file)}'`)
}

/** Whether a picture could be written there, so that a long edit is not made for nothing. @throws ImageError */
export async function checkWritable(file: string): Promise<void> {
  outputFormat(file)
  const beside = besideOf(file)
  try {
    await makePlace(file)
    await writeFile(beside, '', { flag: 'wx' })
  } catch (error) {
    throw writeError(file, error)
  } finally {
    await rm(beside, { force: true }).catch(() => undefined)
  }
}

const besideOf = (file: string): string => join(dirname(file), `.${randomBytes(6).toString('hex')}.part`)

async function makePlace(file: string): Promise<void> {
  if ((await stat(file).catch(() => undefined))?.isDirectory()) throw new Error('it is a folder')
  await mkdir(dirname(file), { recursive: true })
}

function writeError(file: string, error: unknown): ImageError {
  return new ImageError('write', `${file}: cannot be written (${reasonOf(error)}); nothing was left behind`, {
    cause: error,
  })
}

/** Writes a file beside its place and renames it there. @throws ImageError */
async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  const beside = besideOf(file)
  try {
    await makePlace(file)
    const handle = await open(beside, 'wx')
    try {
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(beside, file)
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined)
    throw writeError(file, error)
  }
}

const opening = '<pentimento:recipe>'
const closing = '</pentimento:recipe>'

/** The recipe as an XMP packet: one property in a namespace of our own. */
function envelope(recipe: string): string {
  const text = recipe.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`)
  return (
    '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">' +
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
    `<rdf:Description rdf:about="" xmlns:pentimento="urn:pentimento:1.0:">${opening}${text}${closing}` +
    '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
  )
}

/** The recipe inside a picture file, if it has one. @throws ImageError when the file is no picture */
export async function readRecipe(file: string | Uint8Array): Promise<string | undefined> {
  const name = typeof file === 'string' ? file : 'picture'
  const bytes = typeof file === 'string' ? await readBytes(file) : file
  const { xmp } = await sharp(bytes)
    .metadata()
    .catch((error: unknown) => {
      throw new ImageError('format', `${name}: not a picture that can be read (${reasonOf(error)})`)
    })
  const packet = xmp?.toString('utf8') ?? ''
  const [from, to] = [packet.indexOf(opening), packet.lastIndexOf(closing)]
  if (from < 0 || to < from) return undefined
  return packet
    .slice(from + opening.length, to)
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
}
