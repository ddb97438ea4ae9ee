import type { Picture } from '../../image/index.ts'
import type { ModelFile } from '../../onnx/index.ts'
import type { Box, Face, Jobs, Point } from '../tool.ts'
import { type FaceBox, findFaceBoxes } from './blazeface.ts'
import { overlap } from './boxes.ts'
import { floatsOf } from './pixels.ts'
import { pixelsIn, pointIn, squareAround, type TiltedSquare } from './tilted.ts'

const meshSide = 192
const irisSide = 64
/** How much larger than face and eye the squares are that the networks were trained on. */
const [aroundFace, aroundEye] = [1.5, 2.3]
/** The mesh network's own opinion whether there is a face. */
const leastScore = 0.5
const mostFaces = 32

/** Corners of the eyes among the points of the mesh: of the person's right eye, outer and inner; of the left, likewise. */
const [rightEye, leftEye] = [
  [33, 133],
  [263, 362],
] as const

/** The nodes that {@link meshFaces} reads. */
export const facemeshOutputs: readonly string[] = ['Identity_2', 'Identity_1']
export const irisOutputs: readonly string[] = ['Identity']
export const faceresOutputs: readonly string[] = ['age_pred/Softmax', 'gender_pred/Sigmoid']
/** The network of ages sees the face with some hair, as large as that. */
const [looksSide, aroundLooks] = [224, 1.4]
/** Blue, green and red, less the means of what it was trained on. */
const meanBgr = [103.939, 116.779, 123.68] as const
/** The iris network first gives 71 points around the eye, then five of the iris. */
const [pointsOfEye, pointsOfIris] = [71, 5]

/** MediaPipe's networks. */
export interface FaceParts {
  readonly detector: ModelFile
  readonly mesh: ModelFile
  readonly iris: ModelFile
  /** FaceRes of Human: how old a face looks, and whether like a man's. */
  readonly looks: ModelFile
}

/**
 * Faces with the 478 points of MediaPipe: 468 of the mesh, then five of each iris (its centre,
 * then four on its edge), the person's right eye first. The mesh is laid twice, the second time from where the first found the face.
 * Source: Kartynnik et al., "Real-time Facial Surface Geometry".
 */
export function meshFaces({ detector, mesh, iris, looks }: FaceParts): Jobs['faces'] {
  return {
    async find(picture: Picture): Promise<readonly Face[]> {
      const faces: Face[] = []
      for (const found of await findFaceBoxes(detector, picture)) {
        const rough = await layMesh(mesh, picture, squareOf(found))
        if (rough.score < leastScore) continue
        const { points, score } = await layMesh(mesh, picture, squareOfMesh(rough.points))
        const box = boxAround(points)
        if (score < leastScore || faces.some((other) => overlap(box, other.box) > 0.5)) continue
        const irises = [
          ...(await layIris(iris, picture, points, rightEye, false)),
          ...(await layIris(iris, picture, points, leftEye, true)),
        ]
        faces.push({ score, box, mesh: [...points, ...irises], ...(await looksOf(looks, picture, points)) })
        if (faces.length === mostFaces) break
      }
      return faces
    },
  }
}

function squareOf({ box, eyes }: FaceBox): TiltedSquare {
  const angle = Math.atan2(eyes[1][1] - eyes[0][1], eyes[1][0] - eyes[0][0])
  return {
    centre: [box.x + box.width / 2, box.y + box.height / 2],
    size: aroundFace * Math.max(box.width, box.height),
    angle,
  }
}

function squareOfMesh(points: readonly Point[]): TiltedSquare {
  return squareAround(points, [points[rightEye[0]]!, points[leftEye[0]]!], aroundFace)
}

async function layMesh(
  model: ModelFile,
  picture: Picture,
  square: TiltedSquare,
): Promise<{ points: Point[]; score: number }> {
  const data = pixelsIn(picture, square, meshSide)
  const { output0, output1 } = await model.run({
    input: { dtype: 'f32', shape: [1, meshSide, meshSide, 3], data },
  })
  const numbers = floatsOf(output0)
  const points = Array.from({ length: numbers.length / 3 }, (_, i) =>
    pointIn(square, numbers[3 * i]! / meshSide, numbers[3 * i + 1]! / meshSide),
  )
  return { points, score: floatsOf(output1)[0]! }
}

/** The five points of an iris. The network knows right eyes: left ones are mirrored. */
async function layIris(
  model: ModelFile,
  picture: Picture,
  mesh: readonly Point[],
  [outer, inner]: readonly [number, number],
  mirrored: boolean,
): Promise<Point[]> {
  const corners = [mesh[outer]!, mesh[inner]!] as const
  const along = mirrored ? ([corners[1], corners[0]] as const) : corners
  const square = squareAround(corners, along, aroundEye)
  const data = pixelsIn(picture, square, irisSide, mirrored)
  const { output0 } = await model.run({ input: { dtype: 'f32', shape: [1, irisSide, irisSide, 3], data } })
  const numbers = floatsOf(output0)
  return Array.from({ length: pointsOfIris }, (_, i) => {
    const at = 3 * (pointsOfEye + i)
    const u = numbers[at]! / irisSide
    return pointIn(square, mirrored ? 1 - u : u, numbers[at + 1]! / irisSide)
  })
}

/** How old somebody looks: the mean of the years by their probability; and the probability of a man. */
async function looksOf(
  model: ModelFile,
  picture: Picture,
  points: readonly Point[],
): Promise<{ age: number; male: number }> {
  const square = squareAround(points, [points[rightEye[0]]!, points[leftEye[0]]!], aroundLooks)
  const upright = pixelsIn(picture, square, looksSide)
  const data = Float32Array.from(
    upright,
    (_, i) => 255 * upright[i - (i % 3) + 2 - (i % 3)]! - meanBgr[i % 3]!,
  )
  const { output0, output1 } = await model.run({
    input: { dtype: 'f32', shape: [1, looksSide, looksSide, 3], data },
  })
  const age = floatsOf(output0).reduce((sum, share, years) => sum + share * years, 0)
  return { age, male: floatsOf(output1)[0]! }
}

function boxAround(points: readonly Point[]): Box {
  const xs = points.map(([x]) => x)
  const ys = points.map(([, y]) => y)
  const [x, y] = [Math.min(...xs), Math.min(...ys)]
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y }
}
