import type { Metadata } from 'sharp'
import { type ExifEntry, exifText, parseExif } from './exif.ts'
import { isKept } from './exifTags.ts'

/** Metadata of a picture's file. */
export interface PictureMetadata {
  /** Pixels an inch. */
  readonly density?: number | undefined
  readonly exif: readonly ExifEntry[]
  /** The XMP packet. */
  readonly xmp?: string | undefined
  /** The IPTC records of a JPEG file, as its Photoshop block. */
  readonly iptc?: Uint8Array | undefined
}

/**
 * What of a picture's metadata goes into a picture that is made from it.
 * - `keep`: all that still holds: also the place, owners, serial numbers, comments, XMP and IPTC.
 * - `safe`: date, camera, lens, exposure, artist, copyright, density.
 * - `none`: nothing.
 *
 * An orientation, a thumbnail and a MakerNote are never taken along: they describe the old file.
 */
export type MetadataPolicy = 'keep' | 'safe' | 'none'

/** The metadata of an opened file. `bytes` are those of the whole file: TIFF files are EXIF blocks themselves. */
export function metadataOf(
  { format, density, exif, xmp, iptc }: Metadata,
  bytes: Uint8Array,
): PictureMetadata {
  return {
    // 72 is what the library says of a file that has none.
    ...(density !== undefined && density > 0 && density !== 72 && { density }),
    exif: format === 'tiff' ? parseExif(bytes) : exif === undefined ? [] : parseExif(exif),
    ...(xmp !== undefined && { xmp: xmp.toString('utf8') }),
    ...(iptc !== undefined && format === 'jpeg' && { iptc: new Uint8Array(iptc) }),
  }
}

/** What a policy lets through. */
export function keptMetadata(metadata: PictureMetadata | undefined, policy: MetadataPolicy): PictureMetadata {
  if (metadata === undefined || policy === 'none') return { exif: [] }
  const { density, exif, xmp, iptc } = metadata
  return {
    density,
    exif: exif.filter((entry) => isKept(entry, policy)),
    ...(policy === 'keep' && { xmp, iptc }),
  }
}

/** Date, camera, artist and copyright of EXIF as properties of XMP, for files that hold no EXIF. */
export function exifAsXmp(exif: readonly ExifEntry[]): Record<string, string> {
  const taken = exifText(exif, 'photo', 0x9003)
  const offset = exifText(exif, 'photo', 0x9011) ?? ''
  const properties = {
    'tiff:Make': exifText(exif, 'image', 0x010f),
    'tiff:Model': exifText(exif, 'image', 0x0110),
    'exif:DateTimeOriginal': taken && isoDate(taken, offset),
    'dc:creator': exifText(exif, 'image', 0x013b),
    'dc:rights': exifText(exif, 'image', 0x8298),
  }
  return Object.fromEntries(
    Object.entries(properties).filter((pair): pair is [string, string] => pair[1] !== undefined),
  )
}

/** `2026:01:31 12:00:00` as `2026-01-31T12:00:00`; undefined for what is no date. */
function isoDate(date: string, offset: string): string | undefined {
  const parts = /^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)$/.exec(date)
  const zone = /^[+-]\d\d:\d\d$/.test(offset) ? offset : ''
  return parts ? `${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}${zone}` : undefined
}
