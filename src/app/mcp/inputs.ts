import { z } from 'zod'
import type { Box } from '../../tools/index.ts'

/** Lengths in characters. Longer names of pictures are data. */
export const maximumSizes: { readonly path: number; readonly instruction: number } = {
  path: 150,
  instruction: 32_000,
}

const box: z.ZodType<Box> = z
  .strictObject({
    x: z.int().min(0),
    y: z.int().min(0),
    width: z.int().min(1),
    height: z.int().min(1),
  })
  .describe('In whole pixels from the top left.')

const pictureText = (isLocal: boolean): string =>
  isLocal
    ? 'Path of a picture file, a data URI, or base64 (JPEG, PNG, WebP, AVIF, GIF, TIFF).'
    : 'A data URI, base64, or the id of a picture that this server has (JPEG, PNG, WebP, AVIF, GIF, TIFF).'

/** Arguments of `edit`. */
export interface EditInput {
  readonly picture: string
  readonly instruction: string
  readonly model?: string | undefined
  readonly others?: readonly string[] | undefined
  readonly mask?: string | undefined
  readonly box?: Box | undefined
  readonly seed?: number | undefined
  readonly steps?: number | undefined
  readonly guidance?: number | undefined
  readonly size?: number | undefined
  readonly negative?: string | undefined
  readonly loras?: readonly { readonly name: string; readonly strength: number }[] | undefined
  readonly format?: 'png' | 'jpeg' | 'webp' | undefined
  readonly quality?: number | undefined
  readonly image?: ImageChoice | undefined
  readonly output?: string | undefined
  readonly overwrite?: boolean | undefined
}

/** What picture a result carries: the file itself, one of at most 1024 pixels where the file is large, or none. */
export type ImageChoice = 'auto' | 'full' | 'none'

/** @param isLocal whether the client may name files of this machine */
export function editInput(isLocal: boolean): z.ZodType<EditInput> {
  const picture = z.string().min(1)
  const fields = {
    picture: picture.describe(pictureText(isLocal)),
    instruction: z
      .string()
      .min(1)
      .max(maximumSizes.instruction)
      .describe('What to change, in English or Chinese: "remove the cup on the left".'),
    model: z.string().max(200).optional().describe('A name of list_models. Default: the default one.'),
    others: z
      .array(picture)
      .max(15)
      .optional()
      .describe('Further pictures, such as a new background, for models that take several.'),
    mask: picture
      .optional()
      .describe(
        'A picture of the same size: white, or not transparent, where it may change. Not with a box.',
      ),
    box: box.optional().describe('Where the picture may change.'),
    seed: z.int().min(0).optional().describe('Seed of the noise: another seed gives another variation.'),
    steps: z.int().min(1).max(1000).optional().describe('Denoising steps, for models that take them.'),
    guidance: z.number().min(0).max(100).optional().describe('Guidance scale.'),
    size: z.int().min(16).max(4096).optional().describe('The edit has about size² pixels.'),
    negative: z.string().max(maximumSizes.instruction).optional().describe('Negative prompt.'),
    loras: z
      .array(z.strictObject({ name: z.string().max(200), strength: z.number().default(1) }))
      .max(8)
      .optional()
      .describe("Names of the server's LoRAs."),
    format: z.enum(['png', 'jpeg', 'webp']).optional().describe('Of the result. Default: png.'),
    quality: z.int().min(1).max(100).optional().describe('Of JPEG and WebP.'),
    image: z
      .enum(['auto', 'full', 'none'])
      .optional()
      .describe(
        'The picture in the answer: auto = the file, or a smaller copy of a large one; full = the file; none.',
      ),
  }
  const files = {
    output: z.string().max(4096).optional().describe('Path of a file to also write the result to.'),
    overwrite: z.boolean().optional().describe('Whether output may replace an existing file.'),
  }
  return z.strictObject(isLocal ? { ...fields, ...files } : fields)
}

/** Arguments of `describe`. */
export interface DescribeInput {
  readonly picture: string
  readonly instruction?: string | undefined
  readonly others?: readonly string[] | undefined
  readonly box?: Box | undefined
  readonly mask?: string | undefined
}

export function describeInput(isLocal: boolean): z.ZodType<DescribeInput> {
  const picture = z.string().min(1)
  return z.strictObject({
    picture: picture.describe(pictureText(isLocal)),
    instruction: z
      .string()
      .max(maximumSizes.instruction)
      .optional()
      .describe("An instruction: the darkroom's plan for it is returned, and nothing is done."),
    others: z.array(picture).max(15).optional().describe('Further pictures that the instruction refers to.'),
    box: box.optional().describe('Where the picture may change.'),
    mask: picture.optional().describe('The same, as a picture.'),
  })
}
