import { fileUrl } from '../shared/server.ts'

/** White, as opaque as each pixel may change. */
const loaded = new Map<string, OffscreenCanvas>()

/** A mask that was loaded before. */
export const loadedMask = (picture: string): OffscreenCanvas | undefined => loaded.get(picture)

/** Loads a mask that the server has: its alpha channel where that is not all opaque, else its brightness. @throws where it is no picture */
export async function loadMask(picture: string): Promise<void> {
  if (loaded.has(picture)) return
  const answer = await fetch(fileUrl(picture))
  const bitmap = await createImageBitmap(await answer.blob())
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
  const context = canvas.getContext('2d', { willReadFrequently: true })!
  context.drawImage(bitmap, 0, 0)
  bitmap.close()
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height)
  const { data } = pixels
  const hasAlpha = data.some((value, i) => i % 4 === 3 && value < 255)
  for (let i = 0; i < data.length; i += 4) {
    const brightness = 0.2126 * data[i]! + 0.7152 * data[i + 1]! + 0.0722 * data[i + 2]!
    data.set([255, 255, 255, hasAlpha ? data[i + 3]! : Math.round(brightness)], i)
  }
  context.putImageData(pixels, 0, 0)
  loaded.set(picture, canvas)
}

/** The mask in a colour. */
export function tinted(mask: OffscreenCanvas, colour: string): OffscreenCanvas {
  const canvas = new OffscreenCanvas(mask.width, mask.height)
  const context = canvas.getContext('2d')!
  context.drawImage(mask, 0, 0)
  context.globalCompositeOperation = 'source-in'
  context.fillStyle = colour
  context.fillRect(0, 0, mask.width, mask.height)
  return canvas
}
