import { z } from '@hono/zod-openapi'
import { planSchema } from '../../../edit/index.ts'
import type { EditTask, ServicePlan } from '../../../service/index.ts'
import { box } from './edits.ts'
import { pictureId } from './pictures.ts'

/** `POST /v1/plans` */
export interface PlanRequest extends Pick<EditTask, 'picture' | 'instruction' | 'mask' | 'box'> {
  /** Further pictures. */
  readonly others?: readonly string[] | undefined
  /** The same, where there is one. */
  readonly second?: string | undefined
}

export const planRequest: z.ZodType<PlanRequest> = z
  .strictObject({
    picture: pictureId,
    instruction: z.string().max(2000),
    others: z.array(pictureId).max(15).optional().describe('Further pictures, such as a new background.'),
    second: pictureId.optional().describe('A further picture, as an alternative to `others`.'),
    box: box.optional(),
    mask: pictureId.optional(),
  })
  .openapi('PlanRequest')

export const planAnswer: z.ZodType<ServicePlan> = z
  .object({
    plan: planSchema,
    lines: z
      .object({ en: z.array(z.string()), cn: z.array(z.string()) })
      .describe('What it would do, one line per step.'),
  })
  .openapi('Plan')
