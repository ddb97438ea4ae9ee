import { labOfPicture, type Mask, maskComponents, type Picture } from '../../image/index.ts'
import type { Surface, SurfaceKind } from './surface.ts'

/** Pixels a metre at a height of the picture. */
export function scaleAt(surface: Surface, y: number, { width, height }: Picture): number {
  if (surface.across !== undefined) return width / surface.across
  if (surface.horizon === undefined || surface.eye === undefined) return 0
  return (Math.max(0, y - surface.horizon) * height) / surface.eye
}

/**
 * The sky, and ground below a level horizon, where a picture plainly shows them: sky is smooth, blue in large part,
 * hangs together with the upper edge and spans most of the width; ground is what lies below it and is not much structured. Both are
 * taken with a margin, and a picture that leaves doubt has neither.
 */
export function measuredSurfaces(picture: Picture): Surface[] {
  const { width, height } = picture
  const sky = skyOf(picture)
  const depths = Array.from({ length: width }, (_, x) => {
    let y = 0
    while (y < height && sky.data[y * width + x]! >= 128) y++
    return y / height
  })
  const sorted = [...depths].sort((one, other) => one - other)
  const [low, middle, high] = [0.1, 0.5, 0.9].map((share) => sorted[Math.floor(share * width)]!) as [
    number,
    number,
    number,
  ]
  const surfaces: Surface[] = []
  if (low > 0.22) surfaces.push({ kind: 'sky', area: [0.12, 0.06, 0.88, low * 0.65] })
  const isLevel = high - low < 0.14 && middle > 0.25 && middle < 0.72
  const kind = isLevel ? groundKind(picture, high) : undefined
  if (kind !== undefined)
    surfaces.push({
      kind,
      area: [0.1, Math.min(0.9, high + 0.55 * (1 - high)), 0.9, 0.95],
      horizon: middle,
      eye: 1.7,
    })
  return surfaces
}

/** The least share of a sky that is blue. */
const leastBlue = 0.35

/** What is smooth, light or blue, and hangs together with the upper edge; a part without blue may be a wall. */
export function skyOf(picture: Picture): Mask {
  const { width, height } = picture
  const { lightness, a, b } = labOfPicture(picture)
  const smooth: Mask = { width, height, data: new Uint8Array(width * height) }
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const i = y * width + x
      const [left, above] = [x === 0 ? i : i - 1, y === 0 ? i : i - width]
      const step = Math.abs(lightness[i]! - lightness[left]!) + Math.abs(lightness[i]! - lightness[above]!)
      const isBlueOrLight =
        b[i]! < -0.02 ? lightness[i]! > 0.35 : lightness[i]! > 0.78 && Math.abs(a[i]!) < 0.06
      if (step < 0.035 && isBlueOrLight) smooth.data[i] = 255
    }
  const part = maskComponents(smooth).find(({ box }) => box.y === 0)
  const sky: Mask = { width, height, data: new Uint8Array(width * height) }
  if (part === undefined || part.box.width < 0.9 * width || part.area < 0.15 * width * height) return sky
  if (part.pixels.filter((pixel) => b[pixel]! < -0.02).length < leastBlue * part.area) return sky
  for (const pixel of part.pixels) sky.data[pixel] = 255
  return sky
}

/** What the ground is by its colour, if it is of one kind; undefined where it may be water, or is mixed. */
function groundKind(picture: Picture, horizon: number): SurfaceKind | undefined {
  const { width, height } = picture
  const { lightness, a, b } = labOfPicture(picture)
  const counts = { grass: 0, sand: 0, other: 0 }
  for (let i = Math.floor((horizon + 0.4 * (1 - horizon)) * height) * width; i < width * height; i++) {
    const chroma = Math.hypot(a[i]!, b[i]!)
    if (b[i]! > 0.04 && a[i]! < -0.01 && chroma > 0.05 && lightness[i]! > 0.25) counts.grass++
    else if (b[i]! > 0.025 && a[i]! >= -0.01 && a[i]! < 0.07 && lightness[i]! > 0.4) counts.sand++
    else counts.other++
  }
  const total = counts.grass + counts.sand + counts.other
  if (counts.grass > 0.75 * total) return 'grass'
  return counts.sand > 0.75 * total ? 'sand' : undefined
}
