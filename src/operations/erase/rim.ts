import { dilateMask, type Mask, maskBox, type Picture, thresholdMask } from '../../image/index.ts'
import { enlargeMask, factorTo, reduceMask, reducePicture } from './reduce.ts'
import { fillSmoothly } from './smooth.ts'

/** Rims are looked at at this size of the longer side or less. */
const analysisSide = 1024

/** Shares of the longer side: how far a hole goes beyond the thing in any case, and at most. */
const margins = { least: 0.006, most: 0.014 }

/**
 * The hole that a thing leaves: its mask with a margin, wider where the rim beyond it still has the thing's colours (a
 * halo, motion, what a mask has missed by a little). 255 and 0, of the picture's size.
 */
export function withRim(picture: Picture, thing: Mask): Mask {
  const factor = factorTo(analysisSide, picture)
  const small = reducePicture(picture, factor)
  const body = thresholdMask(reduceMask(thing, factor), 40)
  if (maskBox(body) === undefined) return thresholdMask(thing, 1)
  const side = Math.max(small.width, small.height)
  const near = dilateMask(body, Math.max(2, margins.least * side))
  const far = dilateMask(body, Math.max(6, margins.most * side))
  const remains = remainders(small, body, near, far)
  const grown = { ...near, data: near.data.map((value, i) => Math.max(value, remains[i]!)) }
  const whole = enlargeMask(dilateMask(grown, 1), factor, picture)
  return { ...whole, data: whole.data.map((value, i) => (value >= 64 || thing.data[i]! >= 40 ? 255 : 0)) }
}

/** 255 where a pixel between the near and the far rim is more of the thing's colour than of the ground's beyond. */
function remainders(picture: Picture, body: Mask, near: Mask, far: Mask): Uint8Array {
  const { width, height, data } = picture
  const inside = colours(picture, (i) => body.data[i]! >= 128)
  const outside = colours(picture, (i) => far.data[i]! < 128)
  const taken = new Uint8Array(width * height)
  for (let i = 0; i < taken.length; i++) {
    if (far.data[i]! < 128 || near.data[i]! >= 128) continue
    let [along, length] = [0, 0]
    for (let c = 0; c < 3; c++) {
      const way = inside[4 * i + c]! - outside[4 * i + c]!
      along += way * (data[3 * i + c]! - outside[4 * i + c]!)
      length += way * way
    }
    if (length > 30 ** 2 && along / length > 0.4) taken[i] = 255
  }
  // Only what hangs together with the rim, not what looks alike by chance.
  return connected(taken, near, width, height)
}

/** The colours of some pixels carried on over all others: four bytes a pixel. */
function colours({ width, height, data }: Picture, isKnown: (i: number) => boolean): Uint8Array {
  const pixels = new Uint8Array(4 * width * height)
  const hole = new Uint8Array(width * height)
  for (let i = 0; i < hole.length; i++) {
    hole[i] = isKnown(i) ? 0 : 1
    for (let c = 0; c < 3; c++) pixels[4 * i + c] = data[3 * i + c]!
  }
  fillSmoothly({ width, height, pixels, hole })
  return pixels
}

function connected(taken: Uint8Array, near: Mask, width: number, height: number): Uint8Array {
  const out = new Uint8Array(taken.length)
  const queue: number[] = []
  for (let i = 0; i < taken.length; i++) if (near.data[i]! >= 128) queue.push(i)
  for (let n = 0; n < queue.length; n++) {
    const i = queue[n]!
    const x = i % width
    const beside = [x > 0 ? i - 1 : i, x < width - 1 ? i + 1 : i, i - width, i + width]
    for (const j of beside)
      if (j >= 0 && j < width * height && taken[j] === 255 && out[j] === 0) {
        out[j] = 255
        queue.push(j)
      }
  }
  return out
}
