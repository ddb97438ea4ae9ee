import { join } from 'node:path'
import { type EditRequest, type ModelEditorOptions, openEditor } from 'pentimento/edit'
import type { Picture } from 'pentimento/image'

/** A picture of stripes, of a shape that no edit has. */
export function stripes(width: number, height: number, length = 7): Picture {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) =>
    Math.round(127 + 120 * Math.sin(i / length + (i % 3))),
  )
  return { width, height, data }
}

/** The mean distance of two pictures, in levels. */
export const distance = (a: Picture, b: Picture): number =>
  a.data.reduce((sum, level, i) => sum + Math.abs(level - b.data[i]!), 0) / a.data.length

/** How tiny models are opened, with a cache in a folder of the test's own. */
export const tinyOpenings = (folder: string, more: ModelEditorOptions = {}): ModelEditorOptions => ({
  provider: 'cpu',
  threads: 1,
  cache: join(folder, 'cache'),
  precision: 'fp32',
  ...more,
})

/** Opens a model for one edit. */
export async function editedOnce(
  model: string,
  opening: ModelEditorOptions,
  picture: Picture,
  instruction: string,
  request: EditRequest = {},
): Promise<Picture> {
  const editor = await openEditor(model, opening)
  try {
    return await editor.edit(picture, instruction, request)
  } finally {
    await editor.close()
  }
}
