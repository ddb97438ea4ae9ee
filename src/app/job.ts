import type { EditOptions, Editor, EditPlan } from '../edit/index.ts'
import { type MetadataPolicy, type OutputFormat, outputFormat } from '../image/index.ts'
import type { Box } from '../tools/index.ts'
import { type OutputFiles, stream } from './outputs.ts'

/** One edit from picture to files. */
export interface EditJob extends OutputFiles {
  /** A file, or `-` for standard input. */
  readonly picture: string
  readonly instruction: string
  /** A file, or `-` for standard output. */
  readonly output: string
  /** Takes `name-2.png` and so on where the output's name is taken. Default: false. */
  readonly numbered?: boolean | undefined
  readonly options: Omit<EditOptions, 'init' | 'plan' | 'more' | 'region'>
  /** Whether nobody asked for the seed in `options`: editors without seeds leave it out then. */
  readonly isUsualSeed?: boolean | undefined
  /** The box in pixels to which the edit keeps. */
  readonly box?: Box | undefined
  /** A file of the mask to which the edit keeps. */
  readonly mask?: string | undefined
  readonly init?: { readonly picture: string; readonly strength: number } | undefined
  /** Files of further pictures, in the order that the instruction counts them. */
  readonly more?: readonly string[] | undefined
  /** The plan of the darkroom in place of the instruction. */
  readonly plan?: EditPlan | undefined
  /** A file that shows how the edit will look while it is made. */
  readonly preview?: string | undefined
  /** A PNG file that shows what changed. */
  readonly changeMap?: string | undefined
  /** A JSON file that shows where the time went; the model is opened with `profile` for it. */
  readonly profile?: string | undefined
}

/** How outputs are written. */
export interface WriteChoice {
  /** Whether existing files may be replaced. */
  readonly overwrite: boolean
  /** The format on standard output. Default: png. */
  readonly format?: OutputFormat | undefined
  /** Of JPEG, WebP and AVIF, 1 to 100. */
  readonly quality?: number | undefined
  /** What is taken over of the picture's metadata. Default: safe. */
  readonly metadata?: MetadataPolicy | undefined
  /** Of models that try several times: a folder for the result of each try. */
  readonly keepRounds?: string | undefined
  /** Whether the recipe goes into the picture. Default: true. */
  readonly recipe?: boolean | undefined
}

/** The options of a job for an editor: without a seed that nobody asked for, where the editor has none. */
export function optionsFor(
  { options, isUsualSeed }: EditJob,
  editor: Pick<Editor, 'options'>,
): EditJob['options'] {
  if (!isUsualSeed || editor.options.includes('seed')) return options
  const { seed: _, ...rest } = options
  return rest
}

/** The format of an output. */
export function formatOf(output: string, { format = 'png' }: WriteChoice): OutputFormat {
  return output === stream ? format : outputFormat(output)
}
