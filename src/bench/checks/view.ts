import {
  type Area,
  blurPicture,
  boxMask,
  cropPicture,
  erodeMask,
  intersectMasks,
  invertMask,
  type Mask,
  maskBox,
  maskShare,
  type Picture,
  type Plane,
  polygonMask,
  type Registration,
  registerPictures,
  resizePicture,
  slopeOf,
  thresholdMask,
  uniteMasks,
} from '../../image/index.ts'
import { facesIn } from '../../operations/index.ts'
import type { Box, Detection, Face, Job, TextLine, Tool, Toolbox } from '../../tools/index.ts'
import type { Check, Region } from './check.ts'
import { type Comparison, comparePictures } from './comparison.ts'
import { readEverywhere } from './lines.ts'

/** The longest side at which pixels are compared; tools see the pictures as they are. */
const longest = 640

/** How far pictures are blurred before it is asked how drawings lie over photographs, at a longest side of 512. */
const drawnBlur = 5

/** One of the two pictures. */
export type Which = 'source' | 'edited'

/** Source and edited picture for the checks: values that several checks need are computed once, on demand. */
export class EditView {
  /** Both at the source's size. */
  readonly source: Picture
  readonly edited: Picture
  /** Both so small that pixels can be compared in time, and the factor to there. */
  readonly small: { readonly source: Picture; readonly edited: Picture; readonly scale: number }
  readonly sizeKept: boolean
  /** All checks of the item. */
  readonly checks: readonly Check[]
  readonly #tools: Toolbox
  readonly #kept = new Map<string, unknown>()

  /** An edited picture of another size is stretched to the source's, as the official judge does it. */
  constructor(source: Picture, edited: Picture, checks: readonly Check[], tools: Toolbox) {
    const { width, height } = source
    this.sizeKept = edited.width === width && edited.height === height
    this.source = source
    this.edited = this.sizeKept ? edited : resizePicture(edited, { width, height })
    const scale = Math.min(1, longest / Math.max(width, height))
    const size = {
      width: Math.max(1, Math.round(width * scale)),
      height: Math.max(1, Math.round(height * scale)),
    }
    const shrink = (picture: Picture): Picture =>
      scale === 1 ? picture : resizePicture(picture, { ...size, filter: 'bilinear' })
    this.small = { source: shrink(source), edited: shrink(this.edited), scale }
    this.checks = checks
    this.#tools = tools
  }

  has(job: Job): boolean {
    return this.#tools.has(job)
  }

  /** How the small pictures differ. */
  get comparison(): Comparison {
    return this.#once('comparison', () => comparePictures(this.small.source, this.small.edited))
  }

  /** How steep lightness is at each pixel of the small pictures, softened as the comparison is. */
  edges(which: Which): Plane {
    return this.#once(`edges ${which}`, () => {
      const { width, height, lightness } = this.comparison[which]
      return slopeOf({ width, height, data: lightness })
    })
  }

  /**
   * How the edited picture lies over the source, in pixels of the source, by what lies outside of the change if that is
   * enough.
   */
  get registration(): Registration | undefined {
    return this.#once('registration', () => {
      const { scale } = this.small
      // Strokes, blocks and dots are not exactly where the depicted edges are.
      const isDrawn = this.checks.some(({ check }) => check === 'style')
      const [source, edited] = [this.small.source, this.small.edited].map((picture) =>
        isDrawn ? blurPicture(picture, (drawnBlur * Math.max(picture.width, picture.height)) / 512) : picture,
      ) as [Picture, Picture]
      const outside = invertMask(this.comparison.changed)
      const found =
        (maskShare(outside) > 0.3 ? registerPictures(source, edited, outside) : undefined) ??
        registerPictures(source, edited)
      if (!found) return undefined
      return { ...found, shift: [found.shift[0] / scale, found.shift[1] / scale] as const }
    })
  }

  /** A region as a mask of the small pictures; undefined where a tool is missing or finds nothing. */
  maskOf(region: Region): Promise<Mask | undefined> {
    return this.#once(`mask ${JSON.stringify(region)}`, async () => {
      const { source, scale } = this.small
      const { width, height } = source
      if ('boxes' in region)
        return region.boxes
          .map(([x, y, w, h]) =>
            boxMask(width, height, {
              x: x * scale,
              y: y * scale,
              width: Math.max(1, w * scale),
              height: Math.max(1, h * scale),
            }),
          )
          .reduce<Mask>(uniteMasks, emptyMask(width, height))
      if ('polygon' in region)
        return polygonMask(
          width,
          height,
          region.polygon.map(([x, y]) => [x * scale, y * scale] as const),
        )
      const matte = await this.matte('source')
      if (!matte) return undefined
      const subject = thresholdMask(matte)
      const mask = region.of === 'subject' ? subject : invertMask(subject)
      return maskShare(mask) < 0.002 ? undefined : mask
    })
  }

  /** The rectangle around a region, in pixels of the source. */
  async boxOf(region: Region): Promise<Area | undefined> {
    const mask = await this.maskOf(region)
    const box = mask && maskBox(mask)
    return box && this.toSource(box)
  }

  /** A rectangle of the small pictures in pixels of the source, within it. */
  toSource(box: Area): Area {
    const { scale } = this.small
    const [x, y] = [Math.max(0, Math.floor(box.x / scale)), Math.max(0, Math.floor(box.y / scale))]
    return {
      x,
      y,
      width: Math.max(1, Math.min(this.source.width, Math.ceil((box.x + box.width) / scale)) - x),
      height: Math.max(1, Math.min(this.source.height, Math.ceil((box.y + box.height) / scale)) - y),
    }
  }

  /**
   * What in a region is the thing, not what is behind it, by the segmenter on one of the pictures; the whole region where
   * the segmenter is missing or finds next to nothing or nearly all.
   */
  thingIn(region: Region, which: Which = 'source'): Promise<Mask | undefined> {
    return this.#once(`thing ${which} ${JSON.stringify(region)}`, async () => {
      const mask = await this.maskOf(region)
      const box = mask && maskBox(mask)
      if (!mask || !box || !('boxes' in region) || !this.has('segmenter')) return mask
      const cut = await this.tool('segmenter').segment(this.small[which], box)
      const thing = intersectMasks(mask, thresholdMask(cut))
      const share = maskShare(thing) / maskShare(mask)
      return share < 0.12 || share > 0.97 ? mask : thing
    })
  }

  /** Coverage of the salient subject, of the small pictures' size. */
  matte(which: Which): Promise<Mask | undefined> {
    return this.#once(`matte ${which}`, async () =>
      this.has('matting') ? await this.tool('matting').matte(this.small[which]) : undefined,
    )
  }

  /** Things in a picture, and those that are seen when an area of it is looked at from near; in pixels of the source. */
  detections(which: Which, near?: Area): Promise<readonly Detection[]> {
    return this.#once(`detections ${which} ${JSON.stringify(near)}`, async () => {
      const detector = this.tool('detector')
      const picture = this[which]
      if (!near) return await detector.detect(picture)
      const part = around(near, 0.4, picture)
      const scale = Math.max(1, 320 / Math.max(part.width, part.height))
      const crop = cropPicture(picture, part)
      const close =
        scale === 1
          ? crop
          : resizePicture(crop, {
              width: Math.round(part.width * scale),
              height: Math.round(part.height * scale),
            })
      const found = await detector.detect(close)
      return found.map((each) => ({ ...each, box: moved(each.box, 1 / scale, part) }))
    })
  }

  /** Lines of text in a picture, in pixels of the source; with an area those in it, read from near too. */
  lines(which: Which, near?: Area): Promise<readonly TextLine[]> {
    return this.#once(`lines ${which} ${JSON.stringify(near)}`, () =>
      readEverywhere(this.tool('ocr'), this[which], near),
    )
  }

  /** Faces, the largest first, in pixels of the source. */
  faces(which: Which): Promise<readonly Face[]> {
    return this.#once(`faces ${which}`, () => facesIn(this[which], this.tool('faces')))
  }

  tool<J extends Job>(job: J): Tool<J> {
    return this.#tools.get(job)
  }

  #once<T>(name: string, make: () => T): T {
    if (!this.#kept.has(name)) this.#kept.set(name, make())
    return this.#kept.get(name) as T
  }
}

const emptyMask = (width: number, height: number): Mask => ({
  width,
  height,
  data: new Uint8Array(width * height),
})

const moved = (box: Box, scale: number, { x, y }: Area): Box => ({
  x: box.x * scale + x,
  y: box.y * scale + y,
  width: box.width * scale,
  height: box.height * scale,
})

/** The rectangle with a share of its longer side more on every side, within the picture. */
export function around({ x, y, width, height }: Area, share: number, picture: Picture): Area {
  const margin = Math.round(share * Math.max(width, height))
  const [left, top] = [Math.max(0, Math.floor(x - margin)), Math.max(0, Math.floor(y - margin))]
  return {
    x: left,
    y: top,
    width: Math.min(picture.width, Math.ceil(x + width + margin)) - left,
    height: Math.min(picture.height, Math.ceil(y + height + margin)) - top,
  }
}

/** What is well inside of a mask: its border, where both sides mix, left out; the mask itself where it is too thin. */
export function inner(mask: Mask): Mask {
  const border = Math.max(1, Math.round(Math.max(mask.width, mask.height) / 250))
  const eroded = erodeMask(mask, border)
  return maskShare(eroded) > 0.3 * maskShare(mask) ? eroded : mask
}
