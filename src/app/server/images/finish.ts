import {
  encodePicture,
  hasAlphaChannel,
  type PictureFile,
  readPicture,
  resizeMask,
  resizePicture,
} from '../../../image/index.ts'
import type { Edit, Owner } from '../../../service/index.ts'
import { ApiError } from '../apiError.ts'
import type { AppParts } from '../parts.ts'
import type { ImageFacts, ImageUsage } from '../schemas/imageEdits.ts'
import type { ImageEditPlan } from './plan.ts'

/** A result as it was asked for. */
export interface FinishedImage {
  readonly bytes: Uint8Array
  /** Of the stored picture, where nothing was done to it. */
  readonly id: string | undefined
  readonly facts: ImageFacts
}

/**
 * The result of an edit in the size, on the ground and in the format that were asked for. Its file is the one that the
 * service made, with its recipe, unless it has to be encoded anew.
 * @throws ApiError for an edit that failed, and where a transparent result was asked for and there is none
 */
export async function finishImage(
  edit: Edit,
  { output }: ImageEditPlan,
  owner: Owner,
  pictures: AppParts['pictures'],
): Promise<FinishedImage> {
  if (edit.state !== 'done' || !edit.result) throw failureOf(edit)
  const { background, format, width, height } = output
  const made = await pictures.read(owner, edit.result.id)
  const file = await readPicture(made)
  const isTransparent = file.alpha?.data.some((level) => level < 255) === true
  if (background === 'transparent' && !isTransparent)
    throw new ApiError(
      400,
      'unsupported_value',
      'background: the result has no transparency; ask for it in the prompt, or leave this out',
      { param: 'background' },
    )
  const isKept = isTransparent && background !== 'opaque' && hasAlphaChannel(format)
  const isResized = file.width !== width || file.height !== height
  const isFlattened = isTransparent && !isKept && hasAlphaChannel(format)
  const isEncoded = isResized || isFlattened || file.format !== format
  const bytes = isEncoded ? await encodeAnew(file, output, isKept) : made
  return {
    bytes,
    id: isEncoded ? undefined : edit.result.id,
    facts: factsOf(output, isKept ? 'transparent' : 'opaque'),
  }
}

export const factsOf = (
  { format, quality, width, height }: ImageEditPlan['output'],
  background: ImageFacts['background'],
): ImageFacts => ({ background, output_format: format, quality, size: `${width}x${height}` })

function encodeAnew(
  { alpha, metadata, ...picture }: PictureFile,
  { format, compression, width, height }: ImageEditPlan['output'],
  isKept: boolean,
): Promise<Uint8Array> {
  const size = { width, height, filter: 'lanczos' } as const
  return encodePicture(resizePicture(picture, size), format, {
    metadata,
    ...(compression !== undefined && { quality: compression }),
    ...(isKept && alpha && { alpha: resizeMask(alpha, size) }),
  })
}

/** A preview in the format that was asked for, at its own size. */
export async function finishPreview(
  preview: Uint8Array,
  { format, compression }: ImageEditPlan['output'],
): Promise<Uint8Array> {
  const { alpha, ...file } = await readPicture(preview)
  if (file.format === format) return preview
  return encodePicture(file, format, {
    ...(compression !== undefined && { quality: compression }),
    ...(alpha && hasAlphaChannel(format) && { alpha }),
  })
}

/** Faults of the server; asking again may help. Others are the request's, and clients must not repeat them. */
const ofServer = new Set(['internal', 'worker-lost', 'server', 'memory', 'system'])

function failureOf({ id, state, error }: Edit): ApiError {
  if (state === 'cancelled') return new ApiError(400, 'cancelled', `edit ${id}: it was cancelled`)
  const { code, message } = error ?? { code: 'internal', message: `edit ${id}: it ended without a result` }
  return new ApiError(ofServer.has(code) ? 500 : 400, code, message)
}

/** What the edits took, as far as remote editors said so. */
export function usageOf(edits: readonly Edit[]): ImageUsage {
  const sum = (pick: (usage: NonNullable<Edit['usage']>) => number | undefined): number =>
    edits.reduce((total, { usage }) => total + ((usage && pick(usage)) ?? 0), 0)
  const [input, output] = [sum(({ inputTokens }) => inputTokens), sum(({ outputTokens }) => outputTokens)]
  return {
    input_tokens: input,
    output_tokens: output,
    total_tokens: input + output,
    // Remote editors do not say which of them were which.
    input_tokens_details: { image_tokens: input, text_tokens: 0 },
  }
}
