import {
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  type McpServer,
  ProtocolError,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { z } from 'zod'
import { type Edit, type Owner, ServiceError } from '../../service/index.ts'
import { hasEnded, messageOf } from './follow.ts'
import type { ImageChoice } from './inputs.ts'
import type { McpParts } from './parts.ts'
import { editResult, failure } from './results.ts'

/** The extension by which a call is answered with a handle that its client asks again. */
const tasksExtension = 'io.modelcontextprotocol/tasks'

/** A task of the extension; `result` once it is completed. */
export interface Task {
  readonly taskId: string
  readonly status: 'working' | 'completed' | 'cancelled'
  readonly statusMessage?: string
  readonly createdAt: string
  readonly lastUpdatedAt: string
  /** Null: kept as long as the server keeps its edits. */
  readonly ttlMs: null
  readonly pollIntervalMs: number
  readonly result?: CallToolResult
}

const [invalidParams, missingCapability] = [-32602, -32021]

/** The id must contain all that it identifies, because another process may answer the client. */
export const taskIdOf = ({ id }: Edit, image: ImageChoice): string => `${id}.${image}`

function editOf(taskId: string): { readonly id: string; readonly image: ImageChoice } {
  const [, id = '', image] = /^([\w-]{1,100})\.(auto|full|none)$/.exec(taskId) ?? []
  if (image === undefined) throw notFound()
  return { id, image: image as ImageChoice }
}

const notFound = (): ProtocolError =>
  new ProtocolError(invalidParams, 'Failed to retrieve task: Task not found')

/** An edit as a task, without its result. */
export function taskOf(edit: Edit, taskId: string): Task {
  const { state, createdAt, startedAt, endedAt, progress } = edit
  const seconds = progress?.secondsLeft ?? 1
  return {
    taskId,
    status: state === 'cancelled' ? 'cancelled' : hasEnded(edit) ? 'completed' : 'working',
    ...(!hasEnded(edit) && { statusMessage: messageOf(edit) }),
    createdAt,
    lastUpdatedAt: endedAt ?? startedAt ?? createdAt,
    ttlMs: null,
    pollIntervalMs: Math.round(1000 * Math.min(5, Math.max(0.5, seconds / 4))),
  }
}

const declared = z.object({
  [CLIENT_CAPABILITIES_META_KEY]: z.object({ extensions: z.object({ [tasksExtension]: z.looseObject({}) }) }),
})

/** Whether the client of a request says that it knows tasks. */
export const knowsTasks = ({ mcpReq }: ServerContext): boolean => declared.safeParse(mcpReq.envelope).success

const taskParams = z.looseObject({ taskId: z.string().max(200) })

/** Answers `tasks/get`, `tasks/update` and `tasks/cancel`, and says so in the server's capabilities. */
export function serveTasks({ server }: McpServer, parts: McpParts, owner: Owner): void {
  server.registerCapabilities({ extensions: { [tasksExtension]: {} } })
  const answer = (
    method: string,
    run: (taskId: string) => Promise<Readonly<Record<string, unknown>>>,
  ): void =>
    server.setRequestHandler(method, { params: taskParams }, async ({ taskId }, context) => {
      if (!knowsTasks(context))
        throw new ProtocolError(missingCapability, 'Missing required client capability', {
          requiredCapabilities: { extensions: { [tasksExtension]: {} } },
        })
      return run(taskId).catch((error: unknown) => {
        throw error instanceof ServiceError && error.code === 'missing' ? notFound() : error
      })
    })
  answer('tasks/get', async (taskId) => {
    const { id, image } = editOf(taskId)
    const edit = await parts.edits.get(owner, id)
    const task = taskOf(edit, taskId)
    if (task.status !== 'completed') return { ...task }
    const result = await (parts.finishing.get(taskId) ?? editResult(parts, owner, edit, { image })).catch(
      (error: unknown) => failure(error, parts.log),
    )
    return { ...task, result: { resultType: 'complete', ...result } }
  })
  // No edit asks anything back, so that there is nothing to answer.
  answer('tasks/update', async (taskId) => {
    await parts.edits.get(owner, editOf(taskId).id)
    return {}
  })
  answer('tasks/cancel', async (taskId) => {
    await parts.edits.cancel(owner, editOf(taskId).id)
    return {}
  })
}
