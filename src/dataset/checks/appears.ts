import { type Area, cropMask, cropPicture, type Mask, maskBox, type Picture } from '../../image/index.ts'
import type { Toolbox } from '../../tools/index.ts'
import { overlap } from './boxes.ts'
import type { Check, Finding } from './check.ts'

const least = 0.3

/** After an addition or a replacement something is seen in the region: by the detector, else by the matting. */
export const appears: Check = {
  name: 'appears',
  needs: ['detector', 'matting'],
  kinds: ['subject-add', 'subject-replace'],
  async run({ draft: { target, region }, tools }): Promise<Finding> {
    const area = region && maskBox(region, 128)
    if (region === undefined || area === undefined) return { values: {} }
    const found = (await tools.get('detector').detect(target))
      .map(({ score, label, box }) => ({ score, label, overlap: overlap(box, area) }))
      .filter((each) => each.score >= 0.25 && each.overlap >= least)
      .sort((a, b) => b.score - a.score)
    const [best] = found
    if (best) return { values: { seen: best.label, score: best.score, overlap: best.overlap } }
    const covered = await matteOverlap(target, region, area, tools)
    return covered < least ? { values: { matte: covered }, reason: 'unseen' } : { values: { matte: covered } }
  },
}

/** How far the matte of the surroundings of a region is the region: intersection over union. */
async function matteOverlap(target: Picture, region: Mask, area: Area, tools: Toolbox): Promise<number> {
  const around = surroundings(area, target)
  const matte = await tools.get('matting').matte(cropPicture(target, around))
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
