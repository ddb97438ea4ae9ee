import { z } from '@hono/zod-openapi'
import type { EditTask, Session, SessionNode } from '../../../service/index.ts'
import { editSchema, editTaskOfNode } from './edits.ts'
import { pictureId, storedPictureSchema } from './pictures.ts'

const id = z.string().min(1).max(100)
const name = z.string().max(1000)

export const sessionSchema: z.ZodType<Session> = z
  .object({
    id: z.string(),
    name: z.string(),
    picture: pictureId.optional().describe('Of its newest picture.'),
    nodes: z.int(),
    createdAt: z.string(),
    changedAt: z.string(),
  })
  .openapi('Session')

export const nodeSchema: z.ZodType<SessionNode> = z
  .object({
    id: z.string(),
    parent: z.string().nullable().describe('The node whose picture was edited; null for an uploaded one.'),
    name: z.string().optional(),
    picture: storedPictureSchema.optional().describe('Missing until its edit has made one.'),
    edit: editSchema.optional(),
    createdAt: z.string(),
    removed: z.boolean().optional().describe('Removed with its descendants; it can be restored.'),
  })
  .openapi('SessionNode')

export const openSessionSchema: z.ZodType<{ session: Session; nodes: readonly SessionNode[] }> = z
  .object({ session: sessionSchema, nodes: z.array(nodeSchema) })
  .openapi('OpenSession')

export const sessionParams: z.ZodObject<{ id: z.ZodString }> = z.object({ id })
export const nodeParams: z.ZodObject<{ id: z.ZodString; node: z.ZodString }> = z.object({ id, node: id })

/** `POST /v1/sessions` and `PATCH /v1/sessions/{id}` */
export const nameRequest: z.ZodType<{ name: string }> = z
  .strictObject({ name: name.describe('1 to 200 letters.') })
  .openapi('SessionName')

/** `POST /v1/sessions/{id}/pictures` */
export const pictureRequest: z.ZodType<{ picture: string }> = z
  .strictObject({ picture: pictureId })
  .openapi('SessionPicture')

/** `POST /v1/sessions/{id}/edits` */
export const nodeEditsRequest: z.ZodType<{
  parent: string
  tasks: readonly Omit<EditTask, 'picture'>[]
}> = z
  .strictObject({
    parent: id.describe('The node whose picture is edited.'),
    tasks: z.array(editTaskOfNode).min(1).max(100),
  })
  .openapi('NodeEditsRequest')

/** `PATCH /v1/sessions/{id}/nodes/{node}` */
export const nodeRequest: z.ZodType<{ name?: string | null | undefined; removed?: boolean | undefined }> = z
  .strictObject({
    name: name.nullable().optional().describe('1 to 200 characters; null removes the name.'),
    removed: z.boolean().optional(),
  })
  .openapi('NodeChange')
