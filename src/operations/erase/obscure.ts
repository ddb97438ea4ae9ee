import {
  type Area,
  blurPicture,
  cropPicture,
  type Mask,
  maskComponents,
  type Picture,
  resizeMask,
} from '../../image/index.ts'
import type { Edited } from '../edited.ts'

/** How something is made unreadable. */
export type Obscuring = 'blur' | 'pixelate' | 'black'

/** Parts are told apart at this size of the longer side. */
const analysisSide = 512

/** Blocks across a part's shorter side at strength 1: too few to tell a face or to read a letter. */
const blocks = 7

/**
 * Makes what a mask covers (≥ 128) unreadable for good: every part by its own size. `strength` 0.2 to 2 makes blocks and
 * blur larger. A blur is laid over blocks, so that no sharpening brings the part back.
 */
export function obscureRegion(picture: Picture, mask: Mask, how: Obscuring, strength: number): Edited {
  const region: Mask = { ...mask, data: mask.data.map((value) => (value >= 128 ? 255 : 0)) }
  const data = picture.data.slice()
  const into = { ...picture, data }
  for (const box of parts(region)) {
    if (how === 'black') continue
    const size = Math.max(
      2,
      Math.round((Math.min(box.width, box.height) / blocks) * Math.min(2, Math.max(0.2, strength))),
    )
    const coarse = inBlocks(cropPicture(picture, box), size)
    copyWhere(into, how === 'blur' ? blurPicture(coarse, 0.8 * size) : coarse, box, region)
  }
  if (how === 'black')
    for (let i = 0; i < region.data.length; i++) if (region.data[i] === 255) data.fill(0, 3 * i, 3 * i + 3)
  return { picture: into, region }
}

/** The boxes of the parts of a mask; those that touch one another are one. */
function parts(mask: Mask): Area[] {
  const scale = Math.min(1, analysisSide / Math.max(mask.width, mask.height))
  const size = { width: Math.ceil(scale * mask.width), height: Math.ceil(scale * mask.height) }
  const small = resizeMask(mask, { ...size, filter: 'bilinear' })
  const touched = { ...small, data: small.data.map((value) => (value > 0 ? 255 : 0)) }
  const [sx, sy] = [mask.width / size.width, mask.height / size.height]
  return maskComponents(touched).map(({ box }) => {
    const x = Math.max(0, Math.floor((box.x - 1) * sx))
    const y = Math.max(0, Math.floor((box.y - 1) * sy))
    const right = Math.min(mask.width, Math.ceil((box.x + box.width + 1) * sx))
    const bottom = Math.min(mask.height, Math.ceil((box.y + box.height + 1) * sy))
    return { x, y, width: right - x, height: bottom - y }
  })
}

/** Means over blocks of `size` pixels. */
function inBlocks({ width, height, data }: Picture, size: number): Picture {
  const out = new Uint8Array(data.length)
  for (let top = 0; top < height; top += size)
    for (let left = 0; left < width; left += size) {
      const [right, bottom] = [Math.min(width, left + size), Math.min(height, top + size)]
      const sums = [0, 0, 0]
      for (let y = top; y < bottom; y++)
        for (let i = 3 * (y * width + left); i < 3 * (y * width + right); i += 3)
          for (let c = 0; c < 3; c++) sums[c] = sums[c]! + data[i + c]!
      const count = (right - left) * (bottom - top)
      const level = sums.map((sum) => Math.round(sum / count))
      for (let y = top; y < bottom; y++)
        for (let x = left; x < right; x++) out.set(level, 3 * (y * width + x))
    }
  return { width, height, data: out }
}

function copyWhere(into: Picture, part: Picture, box: Area, region: Mask): void {
  for (let y = 0; y < box.height; y++)
    for (let x = 0; x < box.width; x++) {
      const at = (box.y + y) * into.width + box.x + x
      if (region.data[at] !== 255) continue
      const from = 3 * (y * box.width + x)
      into.data.set(part.data.subarray(from, from + 3), 3 * at)
    }
}
