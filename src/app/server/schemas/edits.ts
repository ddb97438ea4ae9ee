import { z } from '@hono/zod-openapi'
import {
  type EditOption,
  type EditProgress,
  type EditUsage,
  editOptions,
  planSchema,
  type RecordedOptions,
} from '../../../edit/index.ts'
import type { Edit, EditState, EditTask, Recall } from '../../../service/index.ts'
import { pictureId, storedPictureSchema } from './pictures.ts'

/** The options of an edit, as the table of `pentimento/edit` has them. */
const optionsSchema = z
  .strictObject(
    Object.fromEntries(
      Object.entries(editOptions).map(([name, option]) => [
        name,
        schemaOf(name, option as EditOption<unknown>),
      ]),
    ),
  )
  .openapi('EditOptions') as unknown as z.ZodType<RecordedOptions>

function schemaOf(
  name: string,
  { kind, doc, expected, choices = [], accepts }: EditOption<unknown>,
): z.ZodType {
  const kinds: Readonly<Record<typeof kind, z.ZodType>> = {
    whole: name === 'seed' ? z.union([z.int(), z.string().regex(/^\d{1,20}$/)]) : z.int(),
    number: z.number(),
    text: z.string().max(10_000),
    choice: z.enum(choices),
    switch: z.boolean(),
    interval: z.array(z.number()).length(2),
  }
  const asOption = (value: unknown): unknown =>
    typeof value === 'string' && kind === 'whole' ? BigInt(value) : value
  return kinds[kind]
    .refine((value) => accepts(asOption(value)), `expected ${expected}`)
    .optional()
    .describe(doc)
}

export const box: z.ZodType<NonNullable<EditTask['box']>> = z
  .strictObject({ x: z.int().min(0), y: z.int().min(0), width: z.int().min(1), height: z.int().min(1) })
  .openapi('Box')

const task = {
  model: z.string().min(1).max(200).describe('A name of GET /v1/editors.'),
  instruction: z.string().max(32_000),
  others: z.array(pictureId).max(15).optional().describe('Further pictures, for editors that take several.'),
  mask: pictureId
    .optional()
    .describe(
      'A picture of the size of the first one: white, or not transparent, where it may change. Not with a box.',
    ),
  box: box.optional().describe('Where it may change, in pixels from the top left.'),
  options: optionsSchema.optional(),
  init: z.strictObject({ picture: pictureId, strength: z.number().min(0).max(1) }).optional(),
  plan: planSchema.optional().describe('For the darkroom: the plan to carry out instead of the instruction.'),
  loras: z
    .array(z.strictObject({ name: z.string().min(1).max(200), strength: z.number().min(-10).max(10) }))
    .max(8)
    .optional(),
  output: z
    .strictObject({
      format: z.enum(['png', 'jpeg', 'webp']).optional(),
      quality: z.int().min(1).max(100).optional().describe('Of JPEG and WebP.'),
      recipe: z.boolean().optional().describe('Whether the recipe is kept in the file. Default: true.'),
    })
    .optional()
    .describe('Default: PNG with its recipe.'),
  previews: z.int().min(0).max(1000).optional().describe('Steps between previews; 0 for none. Default: 4.'),
}

/** What an edit is to do. */
const editTaskSchema: z.ZodType<EditTask> = z
  .strictObject({ ...task, picture: pictureId })
  .openapi('EditTask')

/** What an edit of a known picture is to do. */
export const editTaskOfNode: z.ZodType<Omit<EditTask, 'picture'>> = z.strictObject(task).openapi('NodeTask')

/** The task of an edit, without what is missing here. */
export const recalledTask: z.ZodType<Recall['task']> = z
  .strictObject({ ...task, model: task.model.optional(), picture: pictureId.optional() })
  .openapi('RecalledTask')

/** `POST /v1/edits` */
export const editsRequest: z.ZodType<{ tasks: readonly EditTask[] }> = z
  .strictObject({ tasks: z.array(editTaskSchema).min(1).max(100) })
  .openapi('EditsRequest')

const states = ['waiting', 'active', 'done', 'failed', 'cancelled'] as const satisfies readonly EditState[]

const progressSchema = z
  .object({
    stage: z.enum(['think', 'read', 'encode', 'denoise', 'decode', 'detail', 'edit']),
    doing: z.string().optional(),
    round: z.int().optional().describe('Number of this try, for models that try several times.'),
    fraction: z.number().describe('Share of the stage that is done.'),
    done: z.number(),
    steps: z.number(),
    stepSeconds: z.number().optional(),
    secondsLeft: z.number().optional(),
  })
  .optional() as z.ZodType<EditProgress | undefined>

const usageSchema = z
  .object({
    model: z.string().optional(),
    requestId: z.string().optional(),
    inputTokens: z.number().optional(),
    outputTokens: z.number().optional(),
    images: z.number().optional(),
    size: z.object({ width: z.int(), height: z.int() }).optional(),
    cost: z.number().optional().describe('In USD.'),
  })
  .optional() as z.ZodType<EditUsage | undefined>

/** An edit as its owner sees it. */
export const editSchema: z.ZodType<Edit> = z
  .object({
    id: z.string(),
    task: editTaskSchema,
    state: z.enum(states),
    position: z.int().optional().describe('For a waiting edit: the number of edits of its model before it.'),
    progress: progressSchema,
    preview: z.string().optional().describe('Id of the newest preview, while it is active.'),
    result: storedPictureSchema.optional(),
    changeMap: z.string().optional().describe('Id of the change map: 0 kept, to 127 toned, to 255 redrawn.'),
    plan: planSchema.optional(),
    did: z.array(z.string()).optional(),
    usage: usageSchema,
    notes: z.array(z.string()).optional(),
    error: z.object({ code: z.string(), message: z.string() }).optional(),
    createdAt: z.string(),
    startedAt: z.string().optional(),
    endedAt: z.string().optional(),
  })
  .openapi('Edit')

export const editParams: z.ZodObject<{ id: z.ZodString }> = z.object({ id: z.string().min(1).max(100) })

export const editsQuery: z.ZodObject<{
  state: z.ZodOptional<z.ZodType<EditState>>
  before: z.ZodOptional<z.ZodString>
  most: z.ZodOptional<z.ZodCoercedNumber<unknown>>
}> = z.strictObject({
  state: z.enum(states).optional(),
  before: z.string().max(100).optional().describe('The id of the last edit of the previous page.'),
  most: z.coerce.number().int().min(1).max(200).optional(),
})
