import { type Area, checkPicture, ImageError, type Mask, maskBox, type Picture } from '../../image/index.ts'
import type { Edited } from '../edited.ts'
import { type Filled, fillLevel } from './fill.ts'
import { finestLevel, type Level } from './level.ts'
import { seamCorrection } from './seam.ts'
import { fillSmoothly } from './smooth.ts'

/** How something is erased. */
export interface EraseOptions {
  /** Of the random search; another fills in another way. Default: 1. */
  readonly seed?: number | undefined
}

/**
 * Fills all that a mask covers (> 0) from what is around it: patches of the picture, chosen from coarse to fine, with
 * their steps of level evened out. The rest stays bit-equal.
 * Source: Wexler, Shechtman and Irani, 2007; Barnes et al., 2009; Newson et al., "Video inpainting of complex scenes", 2014.
 * @throws ImageError `size` where sizes differ, or the mask covers everything
 */
export function eraseRegion(picture: Picture, mask: Mask, { seed = 1 }: EraseOptions = {}): Edited {
  checkPicture('erase', picture)
  if (mask.width !== picture.width || mask.height !== picture.height)
    throw new ImageError(
      'size',
      `erase: expected a mask of ${picture.width}×${picture.height}, got ${mask.width}×${mask.height}; scale it to the picture`,
    )
  const region: Mask = { ...mask, data: mask.data.map((value) => (value > 0 ? 255 : 0)) }
  const box = maskBox(region)
  if (box === undefined) return { picture, region }
  if (!region.data.includes(0))
    throw new ImageError(
      'size',
      'erase: the mask covers the complete picture; leave some of it free to fill from',
    )
  const area = windowAround(box, picture)
  const finest = finestLevel(picture, mask, area)
  const filled = fillLevel(finest, seed)
  const colours = filled === undefined ? smooth(finest) : evened(filled)
  const data = picture.data.slice()
  for (let y = 0, q = 0; y < area.height; y++) {
    let to = 3 * ((area.y + y) * picture.width + area.x)
    for (let x = 0; x < area.width; x++, q++, to += 3) {
      if (finest.hole[q] === 0) continue
      data[to] = colours[4 * q]!
      data[to + 1] = colours[4 * q + 1]!
      data[to + 2] = colours[4 * q + 2]!
    }
  }
  return { picture: { ...picture, data }, region }
}

function smooth(level: Level): Uint8Array {
  fillSmoothly(level)
  return level.pixels
}

/** What was filled in, with its steps at seams evened out. */
function evened({ level, holes, origins }: Filled): Uint8Array {
  const { pixels } = level
  const correction = seamCorrection({ ...level, holes, origins })
  for (let n = 0; n < holes.length; n++)
    for (let c = 0; c < 3; c++) {
      const at = 4 * holes[n]! + c
      pixels[at] = Math.max(0, Math.min(255, Math.round(pixels[at]! + correction[3 * n + c]!)))
    }
  return pixels
}

/** The part of the picture that the hole is filled from: as wide again as the hole on each side, and not too little. */
function windowAround(box: Area, { width, height }: Picture): Area {
  const margin = Math.max(
    48,
    Math.round(1.2 * Math.max(box.width, box.height)),
    Math.round(0.12 * Math.max(width, height)),
  )
  const [x, y] = [Math.max(0, box.x - margin), Math.max(0, box.y - margin)]
  return {
    x,
    y,
    width: Math.min(width, box.x + box.width + margin) - x,
    height: Math.min(height, box.y + box.height + margin) - y,
  }
}
