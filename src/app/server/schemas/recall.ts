import { z } from '@hono/zod-openapi'
import type { Recall } from '../../../service/index.ts'
import { recalledTask } from './edits.ts'
import { storedPictureSchema } from './pictures.ts'

/** `GET /v1/pictures/{id}/recall` */
export const recallSchema: z.ZodType<Recall> = z
  .object({
    editor: z.string().describe('The editor that made it.'),
    task: recalledTask,
    pictures: z.array(storedPictureSchema).describe('The pictures that the task refers to.'),
    missing: z.array(
      z.object({
        part: z.enum(['model', 'picture', 'more', 'init', 'mask', 'lora']),
        name: z.string().describe('As in the recipe.'),
      }),
    ),
  })
  .openapi('Recall')
