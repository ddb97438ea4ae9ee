import type { Mask, Picture } from '../../image/index.ts'
import type { Box, Jobs } from '../tool.ts'
import { type OpenCv, withMats } from './opencv.ts'
import { crop, wholeBox } from './pixels.ts'

/** GrabCut's labels. */
const [background, foreground, maybeBackground, maybeForeground] = [0, 1, 2, 3] as const

/** How much of its size the box is widened by on each side, so that colours of the background are seen. */
const margin = 0.2
const iterations = 4
const seed = 1

/**
 * The thing in a box: the salient subject of the box's surroundings is what GrabCut starts from; its colours then
 * decide what belongs to it. The edges are the matting's where both agree, else smoothed.
 */
export function grabCutSegmenter(cv: OpenCv, matting: Jobs['matting']): Jobs['segmenter'] {
  return {
    async segment(picture: Picture, box: Box): Promise<Mask> {
      const thing = wholeBox(box, picture)
      const around = wholeBox(
        {
          x: thing.x - margin * thing.width,
          y: thing.y - margin * thing.height,
          width: (1 + 2 * margin) * thing.width,
          height: (1 + 2 * margin) * thing.height,
        },
        picture,
      )
      const part = crop(picture, around)
      const inside = { ...thing, x: thing.x - around.x, y: thing.y - around.y }
      const matte = await matting.matte(part)
      const cut = cutOut(cv, part, startingLabels(part, inside, matte))
      return pasted(blended(cut, matte, inside), around, picture)
    },
  }
}

/** Labels that GrabCut starts from. Without a clear subject in the box all of the box may be the thing. */
function startingLabels({ width, height }: Picture, box: Box, matte: Mask): Uint8Array {
  const labels = new Uint8Array(width * height).fill(background)
  const within = (x: number, y: number): boolean =>
    x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height
  const area = box.width * box.height
  let covered = 0
  for (let i = 0; i < labels.length; i++)
    if (within(i % width, Math.floor(i / width)) && matte.data[i]! >= 128) covered++
  const clear = covered > 0.08 * area && covered < 0.98 * area
  for (let i = 0; i < labels.length; i++) {
    if (!within(i % width, Math.floor(i / width))) continue
    const level = matte.data[i]!
    if (!clear) labels[i] = maybeForeground
    else if (level > 240) labels[i] = foreground
    else if (level < 6) labels[i] = maybeBackground
    else labels[i] = level >= 128 ? maybeForeground : maybeBackground
  }
  return labels
}

/** GrabCut from labels: 255 where the thing is, smoothed by a small Gaussian. */
function cutOut(cv: OpenCv, { width, height, data }: Picture, labels: Uint8Array): Mask {
  const kinds = new Set(labels)
  const mayBeBoth = [foreground, maybeForeground].some((x) => kinds.has(x)) && kinds.has(background)
  // Its colour models need samples of both; a box that fills the picture is all thing.
  if (!mayBeBoth || width < 4 || height < 4)
    return { width, height, data: labels.map((x) => (x === foreground || x === maybeForeground ? 255 : 0)) }
  return withMats(cv, (scope) => {
    const mask = scope.bytes(height, width, labels)
    const models = [scope.mat(), scope.mat()] as const
    // k-means starts from random centres.
    cv.setRNGSeed(seed)
    cv.grabCut(
      scope.bytes(height, width, data),
      mask,
      new cv.Rect(0, 0, 1, 1),
      models[0],
      models[1],
      iterations,
      cv.GC_INIT_WITH_MASK,
    )
    const hard = mask.data.map((x) => (x === foreground || x === maybeForeground ? 255 : 0))
    const soft = scope.mat()
    const size = new cv.Size(0, 0)
    cv.GaussianBlur(scope.bytes(height, width, hard), soft, size, 1.2, 1.2, cv.BORDER_REPLICATE)
    return { width, height, data: Uint8Array.from(soft.data) }
  })
}

/** The matting's finer edges, as far as GrabCut is of the same opinion within a few levels of blur. */
function blended(cut: Mask, matte: Mask, box: Box): Mask {
  const { width, height } = cut
  const data = new Uint8Array(cut.data.length)
  for (let y = box.y; y < box.y + box.height; y++)
    for (let x = box.x; x < box.x + box.width; x++) {
      const i = y * width + x
      const [hard, fine] = [cut.data[i]!, matte.data[i]!]
      data[i] = Math.abs(hard - fine) < 160 && hard > 20 ? Math.round((hard + 2 * fine) / 3) : hard
    }
  return { width, height, data }
}

/** A part's mask in its place in the picture. */
function pasted(mask: Mask, { x, y }: Box, { width, height }: Picture): Mask {
  const data = new Uint8Array(width * height)
  for (let row = 0; row < mask.height; row++)
    data.set(mask.data.subarray(row * mask.width, (row + 1) * mask.width), (y + row) * width + x)
  return { width, height, data }
}
