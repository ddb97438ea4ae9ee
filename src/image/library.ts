import sharp from 'sharp'

/** The library that decodes and encodes pictures on this machine. */
export interface ImageLibrary {
  readonly sharp: string
  readonly libvips: string
  /** Formats that should be read and written, and are not in this build; AVIF is `heif`. */
  readonly missing: readonly string[]
}

const needed = {
  reads: ['jpeg', 'png', 'webp', 'heif', 'gif', 'tiff'],
  writes: ['jpeg', 'png', 'webp', 'heif', 'tiff'],
}

/** Which picture library this machine has, and what it lacks. */
export function imageLibrary(): ImageLibrary {
  const formats = Object.values(sharp.format)
  const has = (id: string, way: 'input' | 'output') =>
    formats.some((format) => format.id === id && format[way].buffer)
  const versions: Readonly<Record<string, string | undefined>> = sharp.versions
  return {
    sharp: versions.sharp ?? 'unknown',
    libvips: versions.vips ?? 'unknown',
    missing: [
      ...needed.reads.filter((id) => !has(id, 'input')).map((id) => `reads no ${id}`),
      ...needed.writes.filter((id) => !has(id, 'output')).map((id) => `writes no ${id}`),
    ],
  }
}
