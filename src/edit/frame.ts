import { type Area, type Mask, type Picture, pasteMask, pastePicture } from '../image/index.ts'

/** Levels of change between which the result fades from the original to the edit. */
const [some, all] = [4, 24]

/**
 * A picture of which a model saw all but strips at the sides, with its edit in the middle. The strips continue as the edit
 * does: each pixel takes that which lies as far on the other side of the border, as much as the edit changed it there.
 * Beside unchanged pixels they stay as they are, to the bit.
 */
export function continueEdit(picture: Picture, edited: Picture, frame: Area): Picture {
  const out = pastePicture(picture, edited, frame.x, frame.y)
  const { width, data } = picture
  eachOutside(picture, frame, (x, y, inside) => {
    const at = 3 * (y * width + x)
    const from = 3 * (inside.y * width + inside.x)
    let change = 0
    for (let c = 0; c < 3; c++) change = Math.max(change, Math.abs(out.data[from + c]! - data[from + c]!))
    const share = Math.min(1, Math.max(0, (change - some) / (all - some)))
    for (let c = 0; c < 3; c++)
      out.data[at + c] = Math.round(data[at + c]! + share * (out.data[from + c]! - data[at + c]!))
  })
  return out
}

/** The map of an edit's changes, which continues in the strips as the edit does. */
export function continueMap(picture: Pick<Picture, 'width' | 'height'>, map: Mask, frame: Area): Mask {
  const { width, height } = picture
  const out = pasteMask({ width, height, data: new Uint8Array(width * height) }, map, frame.x, frame.y)
  eachOutside(picture, frame, (x, y, inside) => {
    out.data[y * width + x] = out.data[inside.y * width + inside.x]!
  })
  return out
}

/** Visits the pixels outside of a frame, each with the one that it mirrors. */
function eachOutside(
  { width, height }: Pick<Picture, 'width' | 'height'>,
  { x: left, y: top, ...size }: Area,
  visit: (x: number, y: number, inside: { readonly x: number; readonly y: number }) => void,
): void {
  const [right, bottom] = [left + size.width, top + size.height]
  for (let y = 0; y < height; y++) {
    const isBetween = y >= top && y < bottom
    for (let x = 0; x < width; x++) {
      if (isBetween && x === left) x = right
      if (x < width) visit(x, y, { x: mirrored(x, left, right), y: mirrored(y, top, bottom) })
    }
  }
}

/** A place mirrored at the ends of a stretch, or within it itself. */
function mirrored(at: number, from: number, to: number): number {
  if (at < from) return Math.min(to - 1, 2 * from - 1 - at)
  return at < to ? at : Math.max(from, 2 * to - 1 - at)
}
