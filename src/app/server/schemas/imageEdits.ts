import { z } from '@hono/zod-openapi'

/* `POST /v1/images/edits` in OpenAI's format, with our extensions. */

/** The fields of a request, without its pictures. Null counts as left out, as in OpenAI's own types. */
export interface ImageEditFields {
  readonly prompt: string
  readonly model?: string | null | undefined
  readonly n?: number | null | undefined
  readonly size?: string | null | undefined
  readonly quality?: 'standard' | 'low' | 'medium' | 'high' | 'auto' | null | undefined
  readonly output_format?: 'png' | 'jpeg' | 'webp' | null | undefined
  readonly output_compression?: number | null | undefined
  readonly background?: 'transparent' | 'opaque' | 'auto' | null | undefined
  readonly input_fidelity?: 'high' | 'low' | null | undefined
  readonly moderation?: 'low' | 'auto' | null | undefined
  readonly user?: string | null | undefined
  readonly stream?: boolean | null | undefined
  readonly partial_images?: number | null | undefined
  readonly response_format?: 'b64_json' | 'url' | null | undefined
  readonly seed?: number | string | null | undefined
  readonly steps?: number | null | undefined
  readonly guidance?: number | null | undefined
  readonly negative_prompt?: string | null | undefined
  readonly lora?: string | readonly string[] | null | undefined
}

const fields = {
  prompt: z.string().min(1).max(32_000).describe('The instruction, in English or Chinese.'),
  model: z.string().min(1).max(200).nullish().describe("A name of GET /v1/models. Default: the server's."),
  n: z.int().min(1).max(10).nullish().describe('How many results. Default: 1.'),
  size: z
    .string()
    .regex(/^(auto|\d{1,5}x\d{1,5})$/, "expected 'auto' or WIDTHxHEIGHT")
    .nullish()
    .describe(
      '`auto`, the size of the first picture, or a size of the same aspect, to which the result is resized.',
    ),
  quality: z
    .enum(['standard', 'low', 'medium', 'high', 'auto'])
    .nullish()
    .describe('For models with steps: 0.5, 1 or 1.5 times their default number of steps.'),
  output_format: z.enum(['png', 'jpeg', 'webp']).nullish().describe('Default: png.'),
  output_compression: z.int().min(0).max(100).nullish().describe('Of jpeg and webp. Default: 100.'),
  background: z.enum(['transparent', 'opaque', 'auto']).nullish(),
  input_fidelity: z
    .enum(['high', 'low'])
    .nullish()
    .describe('high: unchanged areas keep their pixels; low: the whole picture is redrawn.'),
  moderation: z.enum(['low', 'auto']).nullish(),
  user: z.string().max(512).nullish().describe("Written to the server's log."),
  stream: z.boolean().nullish(),
  partial_images: z.int().min(0).max(3).nullish(),
  response_format: z.enum(['b64_json', 'url']).nullish().describe('Default: b64_json.'),
  seed: z
    .union([z.int().min(0), z.string().regex(/^\d{1,20}$/, 'expected a whole number from 0 to 2^64 - 1')])
    .nullish()
    .describe('Extension. Seed of the first result; the next ones get the following seeds. Default: random.'),
  steps: z
    .int()
    .min(1)
    .max(1000)
    .nullish()
    .describe('Extension. Denoising steps; not together with quality.'),
  guidance: z.number().min(0).max(100).nullish().describe('Ours. Guidance scale.'),
  negative_prompt: z.string().max(10_000).nullish().describe('Extension. What the picture should not show.'),
  lora: z
    .union([z.string().max(300), z.array(z.string().max(300)).max(8)])
    .nullish()
    .describe('Extension. Names of GET /v1/loras, with a strength: `winter:0.8`.'),
}

export const imageEditFields: z.ZodType<ImageEditFields> = z.strictObject(fields)

const reference = z
  .union([
    z.string().describe('A data URI with base64, or an http(s) URL if the server allows it.'),
    z.strictObject({ image_url: z.string() }),
    z.strictObject({ file_id: z.string().describe('The id of a picture of POST /v1/pictures.') }),
  ])
  .openapi('ImageReference')

/** A picture of a request of JSON. */
export type ImageReference = string | { readonly image_url: string } | { readonly file_id: string }

export interface JsonImages {
  readonly image?: ImageReference | readonly ImageReference[] | null | undefined
  readonly images?: readonly ImageReference[] | null | undefined
  readonly mask?: ImageReference | null | undefined
}

const images = {
  image: z.union([reference, z.array(reference).max(16)]).nullish(),
  images: z.array(reference).max(16).nullish().describe('Same as `image`; one of them is required.'),
  mask: reference.nullish(),
}

export const jsonImages: z.ZodType<JsonImages> = z.object(images)

/** The whole body as JSON and as a form, for the document. */
export const imageEditJson: z.ZodType = z.strictObject({ ...fields, ...images }).openapi('ImageEditJson')

const file = z.string().openapi({ format: 'binary' })

export const imageEditForm: z.ZodType = z
  .strictObject({
    image: z.union([file, z.array(file).max(16)]).describe('The pictures; several as `image[]`.'),
    mask: file
      .optional()
      .describe('A PNG file of the size of the first picture; transparent where it may change.'),
    ...fields,
  })
  .openapi('ImageEditForm')

/** What the edit took, in tokens; zeros where no remote editor counted them. */
export interface ImageUsage {
  readonly input_tokens: number
  readonly output_tokens: number
  readonly total_tokens: number
  readonly input_tokens_details: { readonly image_tokens: number; readonly text_tokens: number }
}

const usage = z
  .object({
    input_tokens: z.int(),
    output_tokens: z.int(),
    total_tokens: z.int(),
    input_tokens_details: z.object({ image_tokens: z.int(), text_tokens: z.int() }),
  })
  .openapi('ImageUsage')

/** What holds for all results of a request. */
export interface ImageFacts {
  readonly background: 'transparent' | 'opaque'
  readonly output_format: 'png' | 'jpeg' | 'webp'
  readonly quality: 'low' | 'medium' | 'high'
  readonly size: string
}

export interface ImagesAnswer extends ImageFacts {
  readonly created: number
  readonly data: readonly { readonly b64_json?: string | undefined; readonly url?: string | undefined }[]
  readonly usage: ImageUsage
}

const facts = {
  background: z.enum(['transparent', 'opaque']),
  output_format: z.enum(['png', 'jpeg', 'webp']),
  quality: z.enum(['low', 'medium', 'high']),
  size: z.string().openapi({ example: '1024x768' }),
}

export const imagesAnswer: z.ZodType<ImagesAnswer> = z
  .object({
    created: z.int().describe('In seconds since 1970.'),
    data: z.array(z.object({ b64_json: z.string().optional(), url: z.string().optional() })),
    ...facts,
    usage,
  })
  .openapi('Images')

const event = { b64_json: z.string(), created_at: z.int(), ...facts }

/** The data of the events of a stream. */
export const imageEvents: z.ZodType = z
  .union([
    z.object({
      type: z.literal('image_edit.partial_image'),
      partial_image_index: z.int().min(0).max(2),
      ...event,
    }),
    z.object({ type: z.literal('image_edit.completed'), usage, ...event }),
  ])
  .openapi('ImageEditEvent')
