import type { Picture } from '../../image/index.ts'
import { resizePicture } from '../../image/index.ts'
import type { ModelFile } from '../../onnx/index.ts'
import type { Point } from '../tool.ts'
import { type OpenCv, withMats } from './opencv.ts'
import { clamp, floatsOf } from './pixels.ts'

/** Corners clockwise from the top left. */
export type Quad = readonly [Point, Point, Point, Point]

/** The longest side that the network sees: small pictures are enlarged, at most twice, so that small print is found. */
const longest = 960
const mostEnlarged = 2
/** Sides are whole multiples of this. */
const step = 32
/** ImageNet's mean and deviation, in the order blue, green, red that the network was trained with. */
const mean = [0.485, 0.456, 0.406] as const
const deviation = [0.229, 0.224, 0.225] as const

/** A pixel is text from here on. */
const threshold = 0.3
/** A region is text when its mean probability is at least this. */
const leastMean = 0.55
/** Regions are the inner part of a line: they grow by area · ratio / perimeter. */
const growth = 1.6
const leastSide = 3

/**
 * Lines of text as rotated rectangles, by differentiable binarisation (PP-OCRv4's detector): regions of the probability
 * map, each as the smallest rectangle around it, grown back to the height of the letters.
 * Source: Liao et al., "Real-time Scene Text Detection with Differentiable Binarization".
 */
export async function findTextRegions(
  cv: OpenCv,
  model: ModelFile,
  picture: Picture,
): Promise<readonly Quad[]> {
  const factor = Math.min(mostEnlarged, longest / Math.max(picture.width, picture.height))
  const sideOf = (size: number): number => Math.max(step, Math.round((size * factor) / step) * step)
  const [width, height] = [sideOf(picture.width), sideOf(picture.height)]
  const scaled = resizePicture(picture, { width, height, filter: 'bilinear' })
  const plane = width * height
  const data = new Float32Array(3 * plane)
  for (let c = 0; c < 3; c++)
    for (let i = 0; i < plane; i++)
      data[c * plane + i] = (scaled.data[3 * i + 2 - c]! / 255 - mean[c]!) / deviation[c]!
  const feeds = { [model.inputs[0]!]: { dtype: 'f32', shape: [1, 3, height, width], data } as const }
  const map = floatsOf((await model.run(feeds))[model.outputs[0]!])
  const [back, down] = [picture.width / width, picture.height / height]
  return rectangles(cv, map, width, height).map(
    (quad) =>
      quad.map(([x, y]) => [
        clamp(x * back, 0, picture.width),
        clamp(y * down, 0, picture.height),
      ]) as unknown as Quad,
  )
}

/** Rectangles around the regions of a probability map, grown; from the top of the picture to the bottom. */
function rectangles(cv: OpenCv, map: Float32Array, width: number, height: number): Quad[] {
  return withMats(cv, (scope) => {
    const binary = Uint8Array.from(map, (x) => (x > threshold ? 255 : 0))
    const contours = scope.own(new cv.MatVector())
    cv.findContours(
      scope.bytes(height, width, binary),
      contours,
      scope.mat(),
      cv.RETR_EXTERNAL,
      cv.CHAIN_APPROX_SIMPLE,
    )
    const found: Quad[] = []
    for (let i = 0; i < contours.size(); i++) {
      const { center, size, angle } = cv.minAreaRect(scope.own(contours.get(i)))
      if (Math.min(size.width, size.height) < leastSide) continue
      if (meanInside(map, width, height, quadOf(center, size.width, size.height, angle)) < leastMean) continue
      const grow = (size.width * size.height * growth) / (2 * (size.width + size.height))
      const quad = quadOf(center, size.width + 2 * grow, size.height + 2 * grow, angle)
      found.push(quad)
    }
    return found.sort((a, b) => a[0][1] - b[0][1] || a[0][0] - b[0][0])
  })
}

/** Corners of a rotated rectangle, clockwise from the top left one; the angle in degrees, clockwise on the screen. */
function quadOf(center: { x: number; y: number }, width: number, height: number, angle: number): Quad {
  const turn = (angle * Math.PI) / 180
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)]
  const corner = (u: number, v: number): Point => {
    const [dx, dy] = [(u * width) / 2, (v * height) / 2]
    return [center.x + dx * cos - dy * sin, center.y + dx * sin + dy * cos]
  }
  const corners = [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)]
  const byX = [...corners].sort((a, b) => a[0] - b[0] || a[1] - b[1])
  const [topLeft, bottomLeft] = byX.slice(0, 2).sort((a, b) => a[1] - b[1]) as [Point, Point]
  const [topRight, bottomRight] = byX.slice(2).sort((a, b) => a[1] - b[1]) as [Point, Point]
  return [topLeft, topRight, bottomRight, bottomLeft]
}

/** The mean of a map inside a rectangle. */
function meanInside(map: Float32Array, width: number, height: number, quad: Quad): number {
  const xs = quad.map(([x]) => x)
  const ys = quad.map(([, y]) => y)
  let [sum, count] = [0, 0]
  for (
    let y = clamp(Math.floor(Math.min(...ys)), 0, height - 1);
    y <= clamp(Math.ceil(Math.max(...ys)), 0, height - 1);
    y++
  )
    for (
      let x = clamp(Math.floor(Math.min(...xs)), 0, width - 1);
      x <= clamp(Math.ceil(Math.max(...xs)), 0, width - 1);
      x++
    )
      if (inside(quad, x, y)) {
        sum += map[y * width + x]!
        count++
      }
  return count > 0 ? sum / count : 0
}

/** Whether a point lies to the right of every side, or on it. */
function inside(quad: Quad, x: number, y: number): boolean {
  return quad.every(([ax, ay], i) => {
    const [bx, by] = quad[(i + 1) % 4]!
    return (bx - ax) * (y - ay) - (by - ay) * (x - ax) >= 0
  })
}
