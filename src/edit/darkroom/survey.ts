import type { Mask, Picture } from '../../image/index.ts'
import { resizeMask } from '../../image/index.ts'
import type { SceneryKind } from '../../instructions/index.ts'
import type { Box, Detection, Toolbox } from '../../tools/index.ts'
import { maskInBox } from './finding/inBox.ts'
import { refineMask } from './finding/refine.ts'
import { sceneryOf } from './finding/scenery.ts'
import { View } from './finding/view.ts'

/** A part of a scene, with coverage of the picture's size and how sure it is, 0 to 1. */
export interface SurveyedPart {
  readonly mask: Mask
  readonly score: number
}

/** The findings of the finder's tools and measures on a picture, without a target. Boxes are in the picture's pixels. */
export interface Survey {
  /** Sky, ground, water and other parts by colour, position and texture; undefined where there is none. */
  part(kind: SceneryKind): SurveyedPart | undefined
  /** Things by the detector, in the whole picture and in overlapping parts of it. @throws ToolError `tool-missing` */
  things(): Promise<readonly Detection[]>
  /** Coverage of the thing in a box along its edges. `known`: what else was detected. @throws ToolError `tool-missing` */
  mask(thing: Pick<Detection, 'box' | 'label'>, known: readonly Detection[]): Promise<Mask>
}

/** How far the edge of a thing's mask may be off, as a share of the longer side. */
const loose = 0.006

/** Looks at a picture. Each tool is asked when something needs it, and once. */
export function surveyPicture(picture: Picture, tools: Toolbox): Survey {
  const view = new View(picture, tools)
  const { seen, scale } = view
  const scaled = (box: Box, factor: number): Box => ({
    x: box.x * factor,
    y: box.y * factor,
    width: box.width * factor,
    height: box.height * factor,
  })
  const { width, height } = picture
  return {
    part(kind) {
      const found = sceneryOf(view, kind)
      return found && { ...found, mask: resizeMask(found.mask, { width, height, filter: 'bilinear' }) }
    },
    async things() {
      const found = await view.closerDetections()
      return found.map((each) => ({ ...each, box: scaled(each.box, scale) }))
    },
    async mask({ label, box }, known) {
      const seenThings = known.map((each) => ({ ...each, box: scaled(each.box, 1 / scale) }))
      const mask = await maskInBox(view, { label, box: scaled(box, 1 / scale) }, seenThings)
      const reach = Math.max(2, Math.round(loose * Math.max(seen.width, seen.height)))
      return refineMask(mask, seen, picture, { reach })
    },
  }
}
