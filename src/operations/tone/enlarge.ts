import { type Picture, type Plane, resizePicture } from '../../image/index.ts'

/** Up to so many pixels what lies over a picture is made pixel by pixel, as datasets have it. */
const exactPixels = 1_500_000
/** Of about so many pixels is the copy through which a larger picture is seen. */
const workPixels = 520_000
/** Up to so many pixels a picture is seen as it is. */
const seenPixels = 650_000

/** Whether a picture is worked on through a smaller one. */
export const isLarge = ({ width, height }: { readonly width: number; readonly height: number }): boolean =>
  width * height > exactPixels

/** The picture as scenes are measured on it: itself, or a copy of about half a megapixel. */
export const workPictureOf = (picture: Picture): Picture =>
  picture.width * picture.height > seenPixels ? workPicture(picture) : picture

/** Where the pixels of a longer row lie in a shorter one: the pixel before, and the share of the one after it. */
export function spotsAlong(
  from: number,
  to: number,
): { readonly at: Int32Array; readonly share: Float32Array } {
  const at = new Int32Array(to)
  const share = new Float32Array(to)
  for (let i = 0; i < to; i++) {
    const place = Math.min(from - 1, Math.max(0, ((i + 0.5) * from) / to - 0.5))
    at[i] = Math.min(Math.max(0, from - 2), Math.floor(place))
    share[i] = place - at[i]!
  }
  return { at, share }
}

/**
 * A plane at another size, between pixels in proportion, row by row: `take` gets the numbers of a row, which are
 * written over by the next, and the index of its first pixel.
 */
export function enlargedRows(
  plane: Plane,
  { width, height }: { readonly width: number; readonly height: number },
  take: (row: Float32Array, start: number) => void,
): void {
  if (plane.width === width && plane.height === height) {
    for (let y = 0; y < height; y++) take(plane.data.subarray(y * width, (y + 1) * width), y * width)
    return
  }
  const [across, down] = [spotsAlong(plane.width, width), spotsAlong(plane.height, height)]
  const out = new Float32Array(width)
  const row = new Float32Array(plane.width)
  const [step, below] = [plane.width > 1 ? 1 : 0, plane.height > 1 ? plane.width : 0]
  for (let y = 0; y < height; y++) {
    const start = down.at[y]! * plane.width
    const share = down.share[y]!
    for (let x = 0; x < row.length; x++) {
      const above = plane.data[start + x]!
      row[x] = above + share * (plane.data[start + x + below]! - above)
    }
    for (let x = 0; x < width; x++) {
      const u = across.at[x]!
      const left = row[u]!
      out[x] = left + across.share[x]! * (row[u + step]! - left)
    }
    take(out, y * width)
  }
}

/** A plane at another size, between pixels in proportion; one that has the size is given back as it is. */
export function enlarged(
  plane: Plane,
  { width, height }: { readonly width: number; readonly height: number },
): Plane {
  if (plane.width === width && plane.height === height) return plane
  const data = new Float32Array(width * height)
  enlargedRows(plane, { width, height }, (row, start) => data.set(row, start))
  return { width, height, data }
}

/** The picture at about `workPixels`, for measurements. */
function workPicture(picture: Picture): Picture {
  const scale = Math.sqrt(workPixels / (picture.width * picture.height))
  return resizePicture(picture, {
    width: Math.max(1, Math.round(picture.width * scale)),
    height: Math.max(1, Math.round(picture.height * scale)),
    filter: 'bilinear',
  })
}
