import {
  cropMask,
  cropPicture,
  type Mask,
  type Picture,
  resizeMask,
  resizePicture,
} from '../../image/index.ts'
import type { EditedPicture } from '../editor.ts'
import type { SizePolicy } from './configuration.ts'
import type { Size } from './provider.ts'

/** A picture made ready for a service, and the way back. */
export interface Framed {
  readonly picture: Picture
  readonly mask: Mask | undefined
  readonly ask: Size | undefined
  /** What came, at the source's size, or at its own without padding. */
  back(result: EditedPicture, keepSize: boolean): EditedPicture
}

/** Shapes that differ by less count as one: services round sides to multiples of 16 or 32. */
const sameShape = 0.02

/**
 * Makes a picture ready by a policy: the size to ask for is the one nearest in shape, with `pad` the picture is mirrored
 * outward to that shape, and then made smaller to `longest`.
 */
export function framed(
  source: Picture,
  mask: Mask | undefined,
  { longest = 4096, fit = 'stretch' }: SizePolicy,
  ask: Size | undefined,
): Framed {
  const canvas = fit === 'pad' && ask ? canvasOf(source, ask) : plain(source)
  const scale = Math.min(1, longest / Math.max(canvas.width, canvas.height))
  const sent = {
    width: Math.max(1, Math.round(canvas.width * scale)),
    height: Math.max(1, Math.round(canvas.height * scale)),
  }
  const sized = (picture: Picture): Picture => (scale === 1 ? picture : resizePicture(picture, sent))
  return {
    picture: sized(mirrored(source, canvas)),
    mask: mask && (scale === 1 ? maskOn(mask, canvas) : resizeMask(maskOn(mask, canvas), sent)),
    ask,
    back: (result, keepSize) => back(result, source, canvas, fit, keepSize),
  }
}

/** A picture as it is sent beside the edited one: no longer than the policy has it. */
export function fitting(picture: Picture, { longest = 4096 }: SizePolicy): Picture {
  return framed(picture, undefined, { longest }, undefined).picture
}

/** The size of those that is nearest in shape, of equals the first. */
export function nearestSize({ width, height }: Size, sizes: readonly Size[]): Size | undefined {
  const distance = (size: Size): number => Math.abs(Math.log((size.width * height) / (size.height * width)))
  let best: Size | undefined
  for (const size of sizes) if (!best || distance(size) < distance(best) - 1e-9) best = size
  return best
}

/** Reads `1024x1536`. */
export function parseSize(text: string): Size {
  const [width = 0, height = 0] = text.split('x').map(Number)
  return { width, height }
}

/** The frame around a picture, and where it lies in it. */
interface Canvas extends Size {
  readonly x: number
  readonly y: number
}

const plain = ({ width, height }: Size): Canvas => ({ width, height, x: 0, y: 0 })

/** The smallest frame of a shape around a picture, which lies in its middle. */
function canvasOf({ width, height }: Size, shape: Size): Canvas {
  const wide = Math.round((height * shape.width) / shape.height)
  if (wide >= width) return { width: wide, height, x: Math.floor((wide - width) / 2), y: 0 }
  const high = Math.round((width * shape.height) / shape.width)
  return { width, height: high, x: 0, y: Math.floor((high - height) / 2) }
}

/** The picture with its surroundings mirrored at its edges. */
function mirrored(source: Picture, { width, height, x, y }: Canvas): Picture {
  if (source.width === width && source.height === height) return source
  const data = new Uint8Array(3 * width * height)
  const columns = Array.from({ length: width }, (_, i) => reflected(i - x, source.width))
  for (let j = 0; j < height; j++) {
    const row = reflected(j - y, source.height) * source.width
    for (let i = 0; i < width; i++) {
      const from = 3 * (row + columns[i]!)
      const to = 3 * (j * width + i)
      data[to] = source.data[from]!
      data[to + 1] = source.data[from + 1]!
      data[to + 2] = source.data[from + 2]!
    }
  }
  return { width, height, data }
}

/** An index on a line of this length, mirrored at both ends as often as it takes. */
function reflected(index: number, length: number): number {
  const period = 2 * length
  const at = ((index % period) + period) % period
  return at < length ? at : period - 1 - at
}

/** The mask on the frame; the surroundings are not to be changed. */
function maskOn(mask: Mask, { width, height, x, y }: Canvas): Mask {
  if (mask.width === width && mask.height === height) return mask
  const data = new Uint8Array(width * height)
  for (let j = 0; j < mask.height; j++)
    data.set(mask.data.subarray(j * mask.width, (j + 1) * mask.width), (j + y) * width + x)
  return { width, height, data }
}

function back(
  result: EditedPicture,
  source: Size,
  canvas: Canvas,
  fit: SizePolicy['fit'],
  keepSize: boolean,
): EditedPicture {
  const shaped = fit === 'stretch' ? result : cutToShape(result, canvas)
  if (keepSize) return cut(shaped, contentOf(shaped, source, canvas))
  const whole = resized(shaped, canvas)
  return cut(whole, { x: canvas.x, y: canvas.y, width: source.width, height: source.height })
}

/** Where the picture lies in a result of its frame. */
function contentOf(result: Size, source: Size, canvas: Canvas): Canvas {
  const across = result.width / canvas.width
  const down = result.height / canvas.height
  const [x, y] = [Math.round(canvas.x * across), Math.round(canvas.y * down)]
  return {
    x,
    y,
    width: Math.max(1, Math.min(result.width - x, Math.round(source.width * across))),
    height: Math.max(1, Math.min(result.height - y, Math.round(source.height * down))),
  }
}

/** The middle of a result that has another shape than its frame. */
function cutToShape(result: EditedPicture, frame: Size): EditedPicture {
  const ratio = (result.width * frame.height) / (result.height * frame.width)
  if (Math.abs(Math.log(ratio)) <= sameShape) return result
  const width = ratio > 1 ? Math.max(1, Math.round(result.width / ratio)) : result.width
  const height = ratio < 1 ? Math.max(1, Math.round(result.height * ratio)) : result.height
  return cut(result, {
    x: Math.floor((result.width - width) / 2),
    y: Math.floor((result.height - height) / 2),
    width,
    height,
  })
}

function resized(picture: EditedPicture, size: Size): EditedPicture {
  if (picture.width === size.width && picture.height === size.height) return picture
  const { alpha } = picture
  const { width, height } = size
  return {
    ...resizePicture(picture, { width, height }),
    ...(alpha && { alpha: resizeMask(alpha, { width, height }) }),
  }
}

function cut(picture: EditedPicture, area: Canvas): EditedPicture {
  if (picture.width === area.width && picture.height === area.height) return picture
  const { alpha } = picture
  return { ...cropPicture(picture, area), ...(alpha && { alpha: cropMask(alpha, area) }) }
}
