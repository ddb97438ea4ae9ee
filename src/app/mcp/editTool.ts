import type { CallToolResult } from '@modelcontextprotocol/server'
import type { RecordedOptions } from '../../edit/index.ts'
import { checkWritable, writeFileWhole } from '../../files/index.ts'
import { outputFormat } from '../../image/index.ts'
import { type Edit, type EditTask, type OutputChoice, type Owner, ServiceError } from '../../service/index.ts'
import { follow, hasEnded, type Report } from './follow.ts'
import type { EditInput } from './inputs.ts'
import type { McpParts } from './parts.ts'
import { takePicture } from './pictures.ts'
import { editResult } from './results.ts'
import { type Task, taskIdOf, taskOf } from './tasks.ts'

/** Whose call it is, and what its client can do. */
export interface Call {
  readonly owner: Owner
  readonly signal: AbortSignal
  readonly report: Report | undefined
  /** Whether its client knows tasks. */
  readonly knowsTasks: boolean
}

/** Results that are kept for those who ask for their task; of older ones the edit itself tells. */
const mostFinishing = 100

/**
 * Queues an edit and waits for it; a client that knows tasks gets a task where it takes long.
 * @throws ServiceError and what else keeps the edit from being queued
 */
export async function editTool(
  parts: McpParts,
  input: EditInput,
  { owner, signal, report, knowsTasks }: Call,
): Promise<{ readonly result: CallToolResult } | { readonly task: Task }> {
  const output = await placeOf(parts, input)
  const task = await taskFor(parts, owner, input, output)
  const [queued] = await parts.edits.submit(owner, [task])
  const { id } = queued!
  const image = input.image ?? 'auto'
  const finish = async (edit: Edit): Promise<CallToolResult> => {
    if (output !== undefined && edit.state === 'done' && edit.result !== undefined)
      await writeFileWhole(output, await parts.pictures.read(owner, edit.result.id), {
        overwrite: input.overwrite === true,
      })
    return editResult(parts, owner, edit, { image, output })
  }
  const patienceMs = knowsTasks ? parts.taskAfterMs : undefined
  const edit = await follow(parts, owner, id, { signal, report, patienceMs })
  if (hasEnded(edit)) return { result: await finish(edit) }
  const taskId = taskIdOf(edit, image)
  if (output !== undefined) {
    // The caller may never ask again, and the file is written all the same.
    const never = new AbortController().signal
    const finished = follow(parts, owner, id, { signal: never }).then(finish)
    finished.catch(() => undefined)
    parts.finishing.set(taskId, finished)
    const [oldest] = parts.finishing.keys()
    if (oldest !== undefined && parts.finishing.size > mostFinishing) parts.finishing.delete(oldest)
  }
  return { task: taskOf(edit, taskId) }
}

/** Where the result goes, checked before the edit. @throws ServiceError, ImageError, FileError */
async function placeOf(
  { folders }: McpParts,
  { output, overwrite, format }: EditInput,
): Promise<string | undefined> {
  if (output === undefined || folders === undefined) return undefined
  const place = await folders.place(output)
  const asked = outputFormat(place)
  if (format !== undefined && asked !== format)
    throw new ServiceError(
      'input',
      `output: ${output} means ${asked}, but format is ${format}; leave one out`,
    )
  await checkWritable(place, { overwrite: overwrite === true })
  return place
}

async function taskFor(
  parts: McpParts,
  owner: Owner,
  input: EditInput,
  output: string | undefined,
): Promise<EditTask> {
  if (input.box !== undefined && input.mask !== undefined)
    throw new ServiceError('input', 'box, mask: expected one of them, got both')
  const model = input.model ?? (await defaultModel(parts))
  const take = async (given: string): Promise<string> => (await takePicture(parts, owner, given)).id
  const picture = await take(input.picture)
  const others: string[] = []
  for (const each of input.others ?? []) others.push(await take(each))
  const mask = input.mask === undefined ? undefined : await take(input.mask)
  const { seed, steps, guidance, size, negative, loras, box } = input
  const given = Object.entries({ seed, steps, guidance, size, negative }).filter(
    ([, value]) => value !== undefined,
  )
  return {
    model,
    instruction: input.instruction,
    picture,
    ...(others.length > 0 && { others }),
    ...(mask !== undefined && { mask }),
    ...(box !== undefined && { box }),
    ...(given.length > 0 && { options: Object.fromEntries(given) as RecordedOptions }),
    ...(loras !== undefined && loras.length > 0 && { loras }),
    output: outputChoice(input, output),
    previews: 0,
  }
}

function outputChoice({ format, quality }: EditInput, output: string | undefined): OutputChoice {
  const chosen = format ?? (output === undefined ? 'png' : outputFormat(output))
  if (chosen !== 'png' && chosen !== 'jpeg' && chosen !== 'webp')
    throw new ServiceError('input', `output: expected a name that ends in .png, .jpg or .webp, got ${output}`)
  return { format: chosen, ...(quality !== undefined && { quality }) }
}

async function defaultModel({ models }: McpParts): Promise<string> {
  const found = (await models.models()).find(({ isDefault }) => isDefault)
  if (found) return found.name
  throw new ServiceError('input', 'model: expected a name of list_models; this server has no default')
}
