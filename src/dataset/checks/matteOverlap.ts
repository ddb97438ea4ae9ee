import { type Area, cropMask, cropPicture, type Mask, type Picture } from '../../image/index.ts'
import type { Toolbox } from '../../tools/index.ts'

/** How far the matte of the surroundings of a region is the region: intersection over union, 0 to 1. */
export async function matteOverlap(
  picture: Picture,
  region: Mask,
  area: Area,
  tools: Toolbox,
): Promise<number> {
  const around = surroundings(area, picture)
  const matte = await tools.get('matting').matte(cropPicture(picture, around))
  const wanted = cropMask(region, around)
  let [both, either] = [0, 0]
  for (let i = 0; i < matte.data.length; i++) {
    const [a, b] = [matte.data[i]! >= 128, wanted.data[i]! >= 128]
    if (a && b) both++
    if (a || b) either++
  }
  return either === 0 ? 0 : both / either
}

/** The rectangle with half its size more on every side, within the picture. */
function surroundings({ x, y, width, height }: Area, picture: Picture): Area {
  const [dx, dy] = [Math.round(width / 2), Math.round(height / 2)]
  const [left, top] = [Math.max(0, x - dx), Math.max(0, y - dy)]
  return {
    x: left,
    y: top,
    width: Math.min(picture.width, x + width + dx) - left,
    height: Math.min(picture.height, y + height + dy) - top,
  }
}
