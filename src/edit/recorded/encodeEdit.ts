import {
  type EncodeOptions,
  encodePicture,
  hasAlphaChannel,
  type MetadataPolicy,
  type OutputFormat,
  onGround,
  type PictureFile,
  resizeMask,
} from '../../image/index.ts'
import type { EditedPicture } from '../editor.ts'
import type { Recipe } from '../recipe.ts'

/** How the file of an edited picture is written. */
export interface EncodeEditOptions {
  readonly format: OutputFormat
  /** Of JPEG, WebP and AVIF, 1 to 100. */
  readonly quality?: number | undefined
  /** Which metadata of the picture is kept. Default: safe. */
  readonly metadata?: MetadataPolicy | undefined
  /** The recipe to store in it. */
  readonly recipe?: Recipe | undefined
}

/** The file of an edited picture: with alpha and metadata of the picture that was edited. @throws ImageError */
export function encodeEdit(
  picture: EditedPicture,
  source: PictureFile,
  { format, recipe, ...choice }: EncodeEditOptions,
): Promise<Uint8Array> {
  return encodePicture(picture, format, {
    ...encodeOptions(choice, source, picture),
    ...(recipe && { recipe: JSON.stringify(recipe) }),
  })
}

/** How an edited picture is written, except for its recipe. */
function encodeOptions(
  { quality, metadata: policy }: Pick<EncodeEditOptions, 'quality' | 'metadata'>,
  { alpha: given, metadata }: PictureFile,
  { width, height, alpha = given }: EditedPicture,
): EncodeOptions {
  const isSameSize = alpha?.width === width && alpha.height === height
  return {
    quality,
    policy,
    metadata,
    alpha: alpha && !isSameSize ? resizeMask(alpha, { width, height }) : alpha,
  }
}

/**
 * A result that the edit made transparent, on white where its file cannot be transparent; undefined where nothing is to
 * be changed.
 */
export function onWhite(
  result: EditedPicture,
  { alpha }: PictureFile,
  format: OutputFormat,
): EditedPicture | undefined {
  const isNew = result.alpha !== undefined && result.alpha !== alpha
  if (!isNew || hasAlphaChannel(format)) return undefined
  const { width, height, data } = onGround(result, result.alpha)
  return { width, height, data }
}
