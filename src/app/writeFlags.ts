import { type Command, Option } from 'commander'
import type { MetadataPolicy, OutputFormat } from '../image/index.ts'
import type { WriteChoice } from './job.ts'
import { wholeOf } from './options.ts'

type Extension = 'png' | 'jpg' | 'webp' | 'avif' | 'tiff'

/** Formats by file extension. */
const formats: Readonly<Record<Extension, OutputFormat>> = {
  png: 'png',
  jpg: 'jpeg',
  webp: 'webp',
  avif: 'avif',
  tiff: 'tiff',
}

/** Flags for writing pictures. */
export interface WriteFlags {
  readonly overwrite?: true
  readonly format?: Extension
  readonly quality?: number
  readonly metadata?: MetadataPolicy
  readonly recipe: boolean
  readonly keepRounds?: string
}

export function addWriteFlags(command: Command): Command {
  return command
    .option('--overwrite', 'replace existing files')
    .addOption(
      new Option(
        '--format <format>',
        'format of outputs without a name, and of standard output (default: png)',
      ).choices(Object.keys(formats)),
    )
    .option(
      '--quality <n>',
      'quality of JPEG, WebP and AVIF, 1 to 100 (default: 95, for AVIF 80)',
      wholeOf(1, 100),
    )
    .addOption(
      new Option(
        '--metadata <policy>',
        "which of the picture's metadata to copy; safe: date, camera, artist and copyright (default: safe)",
      ).choices(['keep', 'safe', 'none']),
    )
    .option('--keep-rounds <folder>', 'keep the result of every try of Step1X-Edit v1.2 in this folder')
    .option('--no-recipe', 'write no recipe into the picture; replay needs one')
}

export function writeChoice({
  overwrite,
  format,
  quality,
  metadata,
  recipe,
  keepRounds,
}: WriteFlags): WriteChoice {
  return {
    overwrite: overwrite === true,
    format: format === undefined ? undefined : formats[format],
    quality,
    metadata,
    recipe,
    keepRounds,
  }
}
