import { fileURLToPath } from 'node:url'
import { type Picture, readPicture, resizePicture } from 'pentimento/image'

/**
 * One of the photographs of test/pictures/photos at a larger size, with the fine texture and hairlines that a camera
 * would have seen there: what a resize alone cannot bring back.
 */
export async function largePhoto(name: string, width: number, height: number): Promise<Picture> {
  const file = fileURLToPath(new URL(`./pictures/photos/${name}.jpg`, import.meta.url))
  const { data } = resizePicture(await readPicture(file), { width, height, filter: 'lanczos' })
  const out = new Uint8ClampedArray(data.length)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = 3 * (y * width + x)
      const weave = 9 * Math.sin(x * 1.9 + 0.7 * Math.sin(y * 0.11)) * Math.sin(y * 1.7 + Math.sin(x * 0.07))
      const grain = ((Math.imul(x * 7919 + y * 104729, 2654435761) >>> 24) - 127.5) / 16
      const hairline = (x + Math.round(0.4 * y)) % 97 === 0 ? -40 : 0
      for (let c = 0; c < 3; c++) out[at + c] = data[at + c]! + weave * (1 - 0.2 * c) + grain + hairline
    }
  return { width, height, data: new Uint8Array(out.buffer) }
}
