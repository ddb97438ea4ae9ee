import { cropPicture, type Picture, resizePicture } from '../../image/index.ts'
import type { Box, TextLine, Tool } from '../../tools/index.ts'
import { bareText, editDistance } from './spelling.ts'

/** Reads what is written within a box, with some space around it; small pictures are enlarged for the reader. */
export async function readWithin(
  ocr: Tool<'ocr'>,
  picture: Picture,
  box: Box,
  margin: number,
): Promise<readonly TextLine[]> {
  const left = Math.max(0, Math.floor(box.x - margin))
  const top = Math.max(0, Math.floor(box.y - margin))
  const width = Math.min(picture.width, Math.ceil(box.x + box.width + margin)) - left
  const height = Math.min(picture.height, Math.ceil(box.y + box.height + margin)) - top
  const part = cropPicture(picture, { x: left, y: top, width, height })
  const scale = Math.min(3, Math.max(1, 320 / Math.max(width, height)))
  return await ocr.read(
    scale === 1
      ? part
      : resizePicture(part, {
          width: Math.round(width * scale),
          height: Math.round(height * scale),
          filter: 'bicubic',
        }),
  )
}

/**
 * Whether the text stands among the lines: alone or joined in the order of reading. A letter in ten may be misread, which
 * readers do with any photograph.
 */
export function stands(text: string, lines: readonly TextLine[]): boolean {
  const wanted = bareText(text)
  const allowed = Math.floor(wanted.length / 10)
  const inOrder = [...lines].sort((one, other) => one.corners[0][1] - other.corners[0][1])
  const fromLeft = [...lines].sort((one, other) => one.corners[0][0] - other.corners[0][0])
  const readings = [
    ...lines.map(({ text }) => text),
    inOrder.map(({ text }) => text).join(''),
    fromLeft.map(({ text }) => text).join(''),
  ]
  return readings.some((reading) => {
    const found = bareText(reading)
    return found.includes(wanted) || editDistance(found, wanted) <= allowed
  })
}

/** Whether something of the text is left: half of its letters in a row. */
export function lingers(text: string, lines: readonly TextLine[]): boolean {
  const gone = bareText(text)
  const piece = Math.max(2, Math.ceil(gone.length / 2))
  return lines.some(({ text }) => {
    const found = bareText(text)
    for (let i = 0; i + piece <= gone.length; i++) if (found.includes(gone.slice(i, i + piece))) return true
    return false
  })
}

/** What was read, for provenance and rejections. */
export function readingOf(lines: readonly TextLine[]): string {
  return lines.map(({ text }) => text).join(' / ')
}
