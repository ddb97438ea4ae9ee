import { decodeFile } from './decode.ts'
import type { Layer } from './layer.ts'
import { openBytes } from './read.ts'

/**
 * Reads a picture file together with its alpha channel; without one, all is covered. Colours are not multiplied by
 * the alpha. @throws ImageError that says in one line what is wrong with the file
 */
export async function readLayer(file: string | Uint8Array): Promise<Layer> {
  const { name, bytes } = await openBytes(file)
  const { picture, alpha } = await decodeFile(name, bytes)
  const { width, height } = picture
  return { picture, alpha: alpha ?? { width, height, data: new Uint8Array(width * height).fill(255) } }
}
