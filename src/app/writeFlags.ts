import { type Command, Option } from 'commander'
import type { MetadataPolicy, OutputFormat } from '../image/index.ts'
import type { WriteChoice } from './job.ts'
import { wholeOf } from './options.ts'

type Ending = 'png' | 'jpg' | 'webp' | 'avif' | 'tiff'

/** Formats by the endings of their files. */
const formats: Readonly<Record<Ending, OutputFormat>> = {
  png: 'png',
  jpg: 'jpeg',
  webp: 'webp',
  avif: 'avif',
  tiff: 'tiff',
}

/** Flags that say how pictures are written. */
export interface WriteFlags {
  readonly overwrite?: true
  readonly format?: Ending
  readonly quality?: number
  readonly metadata?: MetadataPolicy
  readonly recipe: boolean
}

export function addWriteFlags(command: Command): Command {
  return command
    .option('--overwrite', 'replace files that are there; nothing is replaced otherwise')
    .addOption(
      new Option(
        '--format <format>',
        'of outputs that are not named, or go to standard output (default: png)',
      ).choices(Object.keys(formats)),
    )
    .option('--quality <n>', 'of JPEG, WebP and AVIF, 1 to 100 (default: 95, of AVIF 80)', wholeOf(1, 100))
    .addOption(
      new Option(
        '--metadata <policy>',
        "what is taken over of the picture's metadata: safe is date, camera, artist and copyright (default: safe)",
      ).choices(['keep', 'safe', 'none']),
    )
    .option('--no-recipe', 'leave the recipe out of the picture; replay cannot make it again then')
}

export function writeChoice({ overwrite, format, quality, metadata, recipe }: WriteFlags): WriteChoice {
  return {
    overwrite: overwrite === true,
    format: format === undefined ? undefined : formats[format],
    quality,
    metadata,
    recipe,
  }
}
