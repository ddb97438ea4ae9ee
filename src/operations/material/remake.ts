import {
  type Area,
  blurPicture,
  cropMask,
  cropPicture,
  type Mask,
  maskBox,
  type Picture,
  resizePicture,
  spreadColours,
} from '../../image/index.ts'
import { Rejection } from '../../tools/index.ts'
import { exchangedLevel } from '../colour/exchange.ts'
import type { Edited } from '../edited.ts'
import { eraseRegion } from '../erase/erase.ts'
import { withRim } from '../erase/rim.ts'
import { edgeColours } from '../placing/cut.ts'
import { shrinkFactor, shrinkMask, shrinkPicture } from '../shrink.ts'
import { materialColours } from './materialise.ts'
import { type MaterialName, materials } from './materials.ts'

/** Form and texture are worked out on at most so many pixels around the thing. */
const mostWorked = 1_500_000

/** What is seen through glass is filled in on so many pixels of the picture: it is bent, and not sharp. */
const mostBehind = 400_000

/** How much of the picture's finest detail shows in the new surface. */
const carved = 0.5

/**
 * A thing made of another material, at any size: form and texture are worked out small and laid over the thing's own
 * fine detail at full size. The same seed gives the same veins and grain.
 * @throws Rejection `empty` where the mask covers nothing, `unknown-material`
 */
export function remake(
  picture: Picture,
  mask: Mask,
  { material: name, seed }: { readonly material: MaterialName; readonly seed: number },
): Edited & { readonly region: Mask } {
  const material = materials.find((each) => each.name === name)
  if (material === undefined) throw new Rejection('unknown-material', { material: name })
  const box = maskBox(mask, 1)
  if (box === undefined || maskBox(mask) === undefined) throw new Rejection('empty')
  const area = widened(box, picture)
  const [part, matte] = [cropPicture(picture, area), cropMask(mask, area)]
  const factor = shrinkFactor(part, mostWorked)
  const [small, smallMatte] = [shrinkPicture(part, factor), shrinkMask(matte, factor)]
  const around = shrinkPicture(picture, shrinkFactor(picture, 300_000))
  const behind = material.optics === 'glass' ? sceneBehind(picture, mask, area, small) : undefined
  const colours = materialColours(small, smallMatte, { material, seed, around, tinted: true, behind })
  const surface = enlarged(spreadColours(colours, smallMatte, 128), part)
  const soft = factor === 1 ? part : enlarged(small, part)
  const own = edgeColours(part, matte)
  const data = picture.data.slice()
  const region = new Uint8Array(mask.data.length)
  for (let y = 0; y < area.height; y++)
    for (let x = 0; x < area.width; x++) {
      const j = y * area.width + x
      const coverage = matte.data[j]!
      if (coverage === 0) continue
      const i = (y + area.y) * picture.width + x + area.x
      region[i] = 255
      const detail = factor === 1 ? 0 : carved * (part.data[3 * j + 1]! - soft.data[3 * j + 1]!)
      for (let c = 0; c < 3; c++) {
        const level = Math.min(255, Math.max(0, Math.round(surface.data[3 * j + c]! + detail)))
        data[3 * i + c] =
          coverage === 255
            ? level
            : exchangedLevel(part.data[3 * j + c]!, own.data[3 * j + c]!, level, coverage / 255)
      }
    }
  return {
    picture: { width: picture.width, height: picture.height, data },
    region: { width: picture.width, height: picture.height, data: region },
  }
}

/** The part of the picture without the thing, filled from what is around it, at a size. */
function sceneBehind(picture: Picture, mask: Mask, area: Area, size: Picture): Picture {
  const factor = shrinkFactor(picture, mostBehind)
  const few = shrinkPicture(picture, factor)
  const hole = withRim(few, shrinkMask(mask, factor))
  const filled = hole.data.includes(0) ? eraseRegion(few, hole).picture : few
  const x = Math.min(few.width - 1, Math.floor(area.x / factor))
  const y = Math.min(few.height - 1, Math.floor(area.y / factor))
  const part = {
    x,
    y,
    width: Math.max(1, Math.min(few.width - x, Math.round(area.width / factor))),
    height: Math.max(1, Math.min(few.height - y, Math.round(area.height / factor))),
  }
  const behind = enlarged(cropPicture(filled, part), size)
  // Fine patterns would flicker where the glass draws them out.
  return blurPicture(behind, 0.007 * Math.max(size.width, size.height))
}

/** A box with some of what is around it. */
function widened({ x, y, width, height }: Area, picture: Picture): Area {
  const margin = Math.ceil(0.06 * Math.max(width, height)) + 4
  const [left, top] = [Math.max(0, x - margin), Math.max(0, y - margin)]
  return {
    x: left,
    y: top,
    width: Math.min(picture.width, x + width + margin) - left,
    height: Math.min(picture.height, y + height + margin) - top,
  }
}

const enlarged = (small: Picture, { width, height }: Picture): Picture =>
  small.width === width && small.height === height ? small : resizePicture(small, { width, height })
