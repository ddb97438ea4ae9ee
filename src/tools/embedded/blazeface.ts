import type { Picture } from '../../image/index.ts'
import type { ModelFile } from '../../onnx/index.ts'
import type { Box, Point } from '../tool.ts'
import { overlap } from './boxes.ts'
import { crop, floatsOf, letterbox, wholeBox } from './pixels.ts'

const side = 256
/** Cells of the two grids, and boxes a cell. */
const grids = [
  { cells: 16, boxes: 2 },
  { cells: 8, boxes: 6 },
] as const
const leastScore = 0.5
const mostOverlap = 0.3
/** Numbers a box: its own four, then six points. */
const numbers = 16
/** Pictures larger than this are also looked at in parts, for smaller faces. */
const partsFrom = 320
/** Sides of a part in parts of the picture's. */
const part = 0.6

/** The nodes that {@link findFaceBoxes} reads: scores of both grids, then boxes of both. */
export const blazefaceOutputs: readonly string[] = ['Identity', 'Identity_1', 'Identity_2', 'Identity_3']

/** A face as the detector sees it. */
export interface FaceBox {
  readonly score: number
  readonly box: Box
  /** The person's right and left eye. */
  readonly eyes: readonly [Point, Point]
}

/** Faces by MediaPipe's BlazeFace, the surest first. Source: Bazarevsky et al., "BlazeFace". */
export async function findFaceBoxes(model: ModelFile, picture: Picture): Promise<readonly FaceBox[]> {
  const found: FaceBox[] = []
  for (const place of places(picture)) {
    const faces = await findIn(model, crop(picture, place))
    for (const { score, box, eyes } of faces)
      found.push({
        score,
        box: { ...box, x: box.x + place.x, y: box.y + place.y },
        eyes: [moved(eyes[0], place), moved(eyes[1], place)],
      })
  }
  const kept: FaceBox[] = []
  for (const face of found.sort((a, b) => b.score - a.score))
    if (kept.every((other) => overlap(face.box, other.box) <= mostOverlap)) kept.push(face)
  return kept
}

const moved = ([x, y]: Point, by: Box): Point => [x + by.x, y + by.y]

/** The whole picture; and if it is large, its four corners, which overlap. */
function places(picture: Picture): Box[] {
  const { width, height } = picture
  const whole = { x: 0, y: 0, width, height }
  if (Math.max(width, height) < partsFrom) return [whole]
  const corners = [0, 1 - part].flatMap((y) =>
    [0, 1 - part].map((x) =>
      wholeBox({ x: x * width, y: y * height, width: part * width, height: part * height }, picture),
    ),
  )
  return [whole, ...corners]
}

async function findIn(model: ModelFile, picture: Picture): Promise<FaceBox[]> {
  const { square, scale } = letterbox(picture, side)
  const data = Float32Array.from(square.data, (x) => x / 127.5 - 1)
  const outputs = await model.run({ input: { dtype: 'f32', shape: [1, side, side, 3], data } })
  return grids.flatMap(({ cells, boxes }, grid) => {
    const scores = floatsOf(outputs[`output${grid}`])
    const numbersOfBoxes = floatsOf(outputs[`output${grid + 2}`])
    const faces: FaceBox[] = []
    for (let i = 0; i < scores.length; i++) {
      const score = 1 / (1 + Math.exp(-scores[i]!))
      if (score < leastScore) continue
      const cell = Math.floor(i / boxes)
      const anchor: Point = [
        ((cell % cells) + 0.5) * (side / cells),
        (Math.floor(cell / cells) + 0.5) * (side / cells),
      ]
      const [dx, dy, width, height, ...points] = numbersOfBoxes.subarray(numbers * i, numbers * (i + 1))
      const at = (x: number, y: number): Point => [(anchor[0] + x) / scale, (anchor[1] + y) / scale]
      const [x, y] = at(dx! - width! / 2, dy! - height! / 2)
      faces.push({
        score,
        box: { x, y, width: width! / scale, height: height! / scale },
        eyes: [at(points[0]!, points[1]!), at(points[2]!, points[3]!)],
      })
    }
    return faces
  })
}
