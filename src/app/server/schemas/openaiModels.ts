import { z } from '@hono/zod-openapi'

/** A model as OpenAI lists it, with our extensions. */
export interface ListedModel {
  readonly id: string
  readonly object: 'model'
  readonly created: number
  readonly owned_by: string
  readonly is_default: boolean
  readonly kind: 'darkroom' | 'model' | 'remote'
  readonly options: readonly string[]
  readonly pictures: number
  readonly licence?: string | undefined
}

export const listedModelSchema: z.ZodType<ListedModel> = z
  .object({
    id: z.string(),
    object: z.literal('model'),
    created: z.int().describe('Always 0: it is not known.'),
    owned_by: z.string(),
    is_default: z.boolean().describe('Whether it is the default of requests without a model.'),
    kind: z.enum(['darkroom', 'model', 'remote']),
    options: z.array(z.string()).describe('Options of an edit that it takes.'),
    pictures: z.int().describe('Maximum number of pictures that it takes.'),
    licence: z.string().optional(),
  })
  .openapi('Model')

export const modelListSchema: z.ZodType<{ object: 'list'; data: readonly ListedModel[] }> = z.object({
  object: z.literal('list'),
  data: z.array(listedModelSchema),
})

export const modelParams: z.ZodObject<{ model: z.ZodString }> = z.object({
  model: z.string().min(1).max(200),
})
