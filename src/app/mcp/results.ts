import type { CallToolResult } from '@modelcontextprotocol/server'
import { readRecipe } from '../../image/index.ts'
import type { Edit, Owner } from '../../service/index.ts'
import { describeFailure } from '../failure.ts'
import type { ImageChoice } from './inputs.ts'
import type { McpParts } from './parts.ts'

/** Larger files are shown by a smaller copy, since clients give up on long answers. */
const mostShownBytes = 700_000
const shownSide = 1024

/** The result of a tool that failed: one line, and its code for programs. */
export function failure(error: unknown, log: (line: string) => void): CallToolResult {
  const { code, line } = describeFailure(error)
  if (code === 'internal') log(error instanceof Error ? (error.stack ?? line) : line)
  // What went wrong inside is for whoever runs the server.
  return failed(code, code === 'internal' ? "internal error; the server's log has details" : line)
}

const failed = (code: string, message: string): CallToolResult => ({
  content: [{ type: 'text', text: message }],
  structuredContent: { error: { code, message } },
  isError: true,
})

/** The answer for an ended edit: the picture, a description, and structured content for programs. */
export async function editResult(
  { pictures }: Pick<McpParts, 'pictures'>,
  owner: Owner,
  edit: Edit,
  { image, output }: { readonly image: ImageChoice; readonly output?: string | undefined },
): Promise<CallToolResult> {
  const { state, result, error, task, did, notes, plan, usage } = edit
  if (state !== 'done' || result === undefined)
    return state === 'cancelled'
      ? failed('cancelled', 'edit: cancelled, nothing was written')
      : failed(error?.code ?? 'internal', error?.message ?? 'the edit failed')
  const bytes = await pictures.read(owner, result.id)
  const isSmall = bytes.length <= mostShownBytes
  const recipe = await readRecipe(bytes).catch(() => undefined)
  const lines = [
    `${task.model}: ${result.width}×${result.height} ${result.type.slice('image/'.length)}, ${result.bytes} bytes`,
    ...(did ?? []),
    ...(notes ?? []),
    ...(output === undefined ? [] : [`written to ${output}`]),
    ...(image === 'auto' && !isSmall
      ? [`shown at most ${shownSide} pixels wide; the picture's id is ${result.id}`]
      : []),
  ]
  const shown =
    image === 'none'
      ? undefined
      : image === 'full' || isSmall
        ? { bytes, mimeType: result.type }
        : { bytes: await pictures.thumbnail(owner, result.id, shownSide), mimeType: 'image/webp' }
  return {
    content: [
      ...(shown === undefined
        ? []
        : [
            {
              type: 'image' as const,
              data: Buffer.from(shown.bytes).toString('base64'),
              mimeType: shown.mimeType,
            },
          ]),
      { type: 'text', text: lines.join('\n') },
    ],
    structuredContent: plain({
      edit: edit.id,
      model: task.model,
      instruction: task.instruction,
      picture: result,
      output,
      did,
      plan,
      notes,
      usage,
      recipe: recipe === undefined ? undefined : (JSON.parse(recipe) as unknown),
    }),
  }
}

/** As JSON has it: without what is undefined. */
export const plain = (value: object): Record<string, unknown> =>
  JSON.parse(JSON.stringify(value)) as Record<string, unknown>
