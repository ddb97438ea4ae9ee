import {
  type CallToolResult,
  McpServer,
  type McpServerFactory,
  type ServerContext,
} from '@modelcontextprotocol/server'
import type { Owner } from '../../service/index.ts'
import { packageVersion } from '../version.ts'
import type { Description } from './describe.ts'
import { editTool } from './editTool.ts'
import type { Report } from './follow.ts'
import { type DescribeInput, describeInput, type EditInput, editInput } from './inputs.ts'
import type { McpParts } from './parts.ts'
import { takePicture } from './pictures.ts'
import { failure, plain } from './results.ts'
import { knowsTasks, serveTasks } from './tasks.ts'

const instructions = `Edits pictures by instruction, in English or Chinese. The model 'darkroom' quickly changes what is in a picture (tone, colour, crop, remove, blur, text, style) and generates nothing; generative models redraw and take longer. list_models lists the models, describe tells what a picture shows and what the darkroom would do, and edit does it.`

/** The tools for one owner. Each request or connection gets its own server; they share the parts. */
export function mcpServer(parts: McpParts, owner: Owner, era: 'legacy' | 'modern'): McpServer {
  const isLocal = parts.folders !== undefined
  const server = new McpServer(
    { name: 'pentimento', title: 'Pentimento', version: packageVersion() },
    {
      instructions,
      capabilities: { tools: { listChanged: false } },
      cacheHints: { 'tools/list': { ttlMs: 3_600_000, cacheScope: 'private' } },
    },
  )
  server.registerTool(
    'edit',
    {
      title: 'Edit a picture',
      description:
        'Edits a picture by an instruction and returns the edited picture, what was done, and the recipe that reproduces it.',
      inputSchema: editInput(isLocal),
      annotations: {
        readOnlyHint: false,
        destructiveHint: isLocal,
        idempotentHint: false,
        openWorldHint: false,
      },
    },
    (input: EditInput, context) =>
      guarded(parts, async () => {
        const made = await editTool(parts, input, {
          owner,
          signal: context.mcpReq.signal,
          report: reporter(context, parts.log),
          knowsTasks: era === 'modern' && knowsTasks(context),
        })
        if ('result' in made) return made.result
        return { resultType: 'task', content: [], ...made.task } as CallToolResult
      }),
  )
  server.registerTool(
    'describe',
    {
      title: 'Describe a picture',
      description:
        'Tells what a picture shows (things with boxes, sky, ground, water …) and, with an instruction, the plan that the darkroom would carry out. Changes nothing.',
      inputSchema: describeInput(isLocal),
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    (input: DescribeInput, context) => guarded(parts, () => describeTool(parts, owner, input, context)),
  )
  server.registerTool(
    'list_models',
    {
      title: 'List the models',
      description: 'The editors of this server, with the options that each takes.',
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    () =>
      guarded(parts, async () => {
        const models = await parts.models.models()
        const lines = models.map(
          ({ name, kind, state, isDefault, options, pictures }) =>
            `${name}${isDefault ? ' (default)' : ''}: ${kind}, ${state}, ${pictures} picture${pictures === 1 ? '' : 's'}, options ${options.join(', ')}`,
        )
        return { content: [{ type: 'text', text: lines.join('\n') }], structuredContent: plain({ models }) }
      }),
  )
  if (era === 'modern') serveTasks(server, parts, owner)
  return server
}

/** A factory for connections of one owner. */
export const serversOf =
  (parts: McpParts, owner: Owner): McpServerFactory =>
  ({ era }) =>
    mcpServer(parts, owner, era)

async function describeTool(
  parts: McpParts,
  owner: Owner,
  { picture, others = [], mask, box, instruction }: DescribeInput,
  { mcpReq }: ServerContext,
): Promise<CallToolResult> {
  const read = async (given: string): Promise<Uint8Array> => {
    const { id } = await takePicture(parts, owner, given)
    return parts.pictures.read(owner, id)
  }
  const more: Uint8Array[] = []
  for (const each of others) more.push(await read(each))
  const found = await parts.describe({
    picture: await read(picture),
    instruction,
    box,
    signal: mcpReq.signal,
    more,
    ...(mask !== undefined && { mask: await read(mask) }),
  })
  return { content: [{ type: 'text', text: inWords(found) }], structuredContent: plain(found) }
}

function inWords({ width, height, things, scenery, lines, problem, notes }: Description): string {
  return [
    `${width}×${height} pixels`,
    ...things.map(
      ({ label, score, box }) =>
        `${label}, ${Math.round(100 * score)} % sure, ${box.width}×${box.height} at ${box.x},${box.y}`,
    ),
    ...scenery.map(({ kind, share }) => `${kind}: ${Math.round(100 * share)} % of the picture`),
    ...(lines === undefined ? [] : [`plan: ${lines.en}`, `方案：${lines.cn}`]),
    ...(problem === undefined ? [] : [`no plan (${problem.code}): ${problem.message}`]),
    ...notes,
  ].join('\n')
}

/** Sends progress to a client that asked for it. */
function reporter({ mcpReq }: ServerContext, log: (line: string) => void): Report | undefined {
  const progressToken = mcpReq._meta?.progressToken
  if (progressToken === undefined) return undefined
  return (progress, message) => {
    mcpReq
      .notify({ method: 'notifications/progress', params: { progressToken, progress, total: 1, message } })
      .catch((error: unknown) => log(`mcp: progress could not be sent: ${String(error)}`))
  }
}

/** Failures of a tool are results, which models read. */
async function guarded(parts: McpParts, run: () => Promise<CallToolResult>): Promise<CallToolResult> {
  return run().catch((error: unknown) => failure(error, parts.log))
}
