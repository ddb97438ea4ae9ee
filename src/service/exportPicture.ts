import { encodePicture, fileKind, readPicture, readRecipe } from '../image/index.ts'
import type { OutputChoice } from './edits.ts'

const formats = ['png', 'jpeg', 'webp'] as const

/** A picture file in another format, or without its recipe. */
export interface ExportedPicture {
  readonly bytes: Uint8Array
  readonly format: (typeof formats)[number]
}

/**
 * Makes a file for download from a stored one: the stored bytes themselves if they match the request. Without a recipe
 * nothing in the file tells how it was made. Formats other than these three become PNG unless one is chosen.
 * @throws ImageError where the format cannot hold the picture
 */
export async function exportPicture(stored: Uint8Array, choice: OutputChoice): Promise<ExportedPicture> {
  const kind = fileKind(stored)
  const own = formats.find((format) => 'format' in kind && kind.format === format)
  const { format = own ?? 'png', quality, recipe: keepsRecipe = true } = choice
  const recipe = await readRecipe(stored)
  const isSame = format === own && quality === undefined && (keepsRecipe || recipe === undefined)
  if (isSame) return { bytes: stored, format }
  const picture = await readPicture(stored)
  const bytes = await encodePicture(picture, format, {
    metadata: picture.metadata,
    ...(picture.alpha && { alpha: picture.alpha }),
    ...(quality !== undefined && format !== 'png' && { quality }),
    ...(keepsRecipe && recipe !== undefined && { recipe }),
  })
  return { bytes, format }
}
