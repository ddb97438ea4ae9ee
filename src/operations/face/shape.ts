import { displacePicture, type Picture } from '../../image/index.ts'
import type { Point } from '../../tools/index.ts'
import { meshPoint, meshPoints } from './faceParts.ts'
import type { Sitter } from './sitter.ts'

/** A pull at a place, which fades around it. */
interface Pull {
  readonly at: Point
  readonly by: Point
  readonly reach: number
}

/** The picture with places pulled; each pixel takes what was where the pulls come from. */
function pulled(picture: Picture, pulls: readonly Pull[]): Picture {
  const { width, height } = picture
  const [dx, dy, weight] = [
    new Float32Array(width * height),
    new Float32Array(width * height),
    new Float32Array(width * height),
  ]
  for (const { at, by, reach } of pulls)
    for (let y = Math.max(0, Math.floor(at[1] - 2.5 * reach)); y < Math.min(height, at[1] + 2.5 * reach); y++)
      for (
        let x = Math.max(0, Math.floor(at[0] - 2.5 * reach));
        x < Math.min(width, at[0] + 2.5 * reach);
        x++
      ) {
        const away = Math.hypot(x - at[0], y - at[1]) / reach
        const share = Math.max(0, Math.exp(-(away ** 2)) - 0.02)
        const i = y * width + x
        dx[i]! -= share * share * by[0]
        dy[i]! -= share * share * by[1]
        weight[i]! += share
      }
  // Where pulls overlap they are averaged, or their sum would tear the picture.
  for (let i = 0; i < weight.length; i++) {
    const sum = weight[i]!
    if (sum === 0) continue
    dx[i]! /= Math.max(sum, 1e-6)
    dy[i]! /= Math.max(sum, 1e-6)
  }
  return displacePicture(picture, dx, dy)
}

/** Pulls of the jaw toward the middle of the face, or away from it, by a share of the face's width. */
function jawPulls({ face, size }: Sitter, share: number): Pull[] {
  const [middle, chin] = [meshPoint(face, meshPoints.noseTip), meshPoint(face, meshPoints.chin)]
  return [...meshPoints.leftJaw, ...meshPoints.rightJaw].map((index) => {
    const at = meshPoint(face, index)
    const [x, y] = [(middle[0] + chin[0]) / 2 - at[0], (middle[1] + chin[1]) / 2 - at[1]]
    const length = Math.max(1e-6, Math.hypot(x, y))
    return { at, by: [(x / length) * share * size, (0.35 * y * share * size) / length], reach: 0.2 * size }
  })
}

/** A slimmer face by a share of its width, about 0.07; a fuller one by a share below 0. */
export function slimFace(sitter: Sitter, share: number): Picture {
  return pulled(sitter.picture, jawPulls(sitter, share))
}

/** Eyes enlarged around their middle, by a share of their size, about 0.28. */
export function enlargeEyes({ picture, face }: Sitter, share: number): Picture {
  const { width, height } = picture
  const [dx, dy] = [new Float32Array(width * height), new Float32Array(width * height)]
  for (const [outer, inner] of [
    [33, 133],
    [263, 362],
  ] as const) {
    const [a, b] = [meshPoint(face, outer), meshPoint(face, inner)]
    const [cx, cy] = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]
    const reach = 0.95 * Math.hypot(a[0] - b[0], a[1] - b[1])
    for (let y = Math.max(0, Math.floor(cy - reach)); y < Math.min(height, cy + reach); y++)
      for (let x = Math.max(0, Math.floor(cx - reach)); x < Math.min(width, cx + reach); x++) {
        const away = Math.hypot(x - cx, y - cy) / reach
        if (away >= 1) continue
        const fade = (1 - away * away) ** 2
        const i = y * width + x
        dx[i] = -share * fade * (x - cx)
        dy[i] = -share * fade * (y - cy)
      }
  }
  return displacePicture(picture, dx, dy)
}
