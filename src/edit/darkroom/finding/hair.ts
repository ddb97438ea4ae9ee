import { boxMean, fillHoles, type Mask, maskComponents, maskOfPixels, toLevel } from '../../../image/index.ts'
import { faceWidth, partMask, sitterOf } from '../../../operations/index.ts'
import type { Face } from '../../../tools/index.ts'
import type { View } from './view.ts'

/** Points of the mesh: the middle of the hairline, and the chin. */
const [hairline, chin] = [10, 152]

/** Pixels of the analysed picture that a face is wide at the least: of smaller ones nobody can tell hair from caps. */
const leastFace = 40
/** The share of what is found that lies below the chin at the most: more is as likely a gown, a scarf or a coat. */
const mostBelow = 0.2

/**
 * The hair around a face: of the person's matte, what lies around the head, is no skin, and has the colours of the
 * strip above the forehead. Undefined where that strip has none, as on a bald head or under a hat's brim, and where much of
 * it would hang below the chin, as clothes of its colour do.
 */
export async function findHair(view: View, face: Face): Promise<Mask | undefined> {
  const { seen, lab } = view
  const { width, height } = seen
  const matte = await view.matte()
  const size = faceWidth(face)
  if (size < leastFace) return undefined
  const [top, bottom] = [face.mesh[hairline]!, face.mesh[chin]!]
  const up = unit(top[0] - bottom[0], top[1] - bottom[1])
  const skin = sitterOf(seen, face).maps
  const skinAt = (x: number, y: number): number => {
    const { wideSkin } = skin
    const [u, v] = [Math.floor((x * wideSkin.width) / width), Math.floor((y * wideSkin.height) / height)]
    return wideSkin.data[v * wideSkin.width + u]!
  }
  const inFace = partMask(seen, face, ['face'], 0)
  const samples = seedsOf(width, height, top, up, size).filter(
    (i) => matte.data[i]! > 160 && inFace.data[i] === 0 && skinAt(i % width, Math.floor(i / width)) < 0.4,
  )
  if (samples.length < 30) return undefined
  const like = likeness(lab, samples)
  const data = new Float32Array(width * height)
  const centre = [(top[0] + bottom[0]) / 2, (top[1] + bottom[1]) / 2] as const
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const i = y * width + x
      if (matte.data[i] === 0 || inFace.data[i]! > 128) continue
      const [dx, dy] = [x - centre[0], y - centre[1]]
      // Along the head's own axis: up to a face's width above the middle, down to long hair on the shoulders.
      const along = dx * up[0] + dy * up[1]
      const across = -dx * up[1] + dy * up[0]
      const reach =
        along > 0
          ? Math.hypot(across / (1.05 * size), along / (1.35 * size))
          : Math.hypot(across / (1.05 * size), along / (1.9 * size))
      if (reach > 1) continue
      const isSkin = skinAt(x, y)
      data[i] = (matte.data[i]! / 255) * like(i) * (1 - isSkin)
    }
  const even = boxMean({ width, height, data }, Math.max(1, Math.round(0.012 * size)))
  const mask: Mask = { width, height, data: Uint8Array.from(even.data, toLevel) }
  const [largest] = maskComponents(mask)
  if (!largest || largest.area < 0.03 * size * size) return undefined
  const below = largest.pixels.reduce((count, i) => {
    const along = ((i % width) - bottom[0]) * up[0] + (Math.floor(i / width) - bottom[1]) * up[1]
    return along < 0 ? count + 1 : count
  }, 0)
  if (below > mostBelow * largest.area) return undefined
  const kept = fillHoles(maskOfPixels(width, height, largest.pixels), 0.01 * size * size)
  return {
    ...mask,
    data: mask.data.map((value, i) => (kept.data[i] === 255 ? Math.max(value, 200) : Math.min(value, 60))),
  }
}

function unit(x: number, y: number): readonly [number, number] {
  const length = Math.hypot(x, y)
  return [x / length, y / length]
}

/** Pixels of a strip above the hairline. */
function seedsOf(
  width: number,
  height: number,
  [x, y]: readonly [number, number],
  [ux, uy]: readonly [number, number],
  size: number,
): number[] {
  const found = new Set<number>()
  const step = Math.max(0.01, 1 / size)
  for (let along = 0.05; along < 0.34; along += step)
    for (let across = -0.3; across <= 0.3; across += step) {
      const u = Math.round(x + size * (along * ux - across * uy))
      const v = Math.round(y + size * (along * uy + across * ux))
      if (u >= 0 && v >= 0 && u < width && v < height) found.add(v * width + u)
    }
  return [...found]
}

/** How much a pixel is like one of the samples: by the nearest of a few of their means. */
function likeness(
  {
    lightness,
    a,
    b,
  }: { readonly lightness: Float32Array; readonly a: Float32Array; readonly b: Float32Array },
  samples: readonly number[],
): (i: number) => number {
  const sorted = [...samples].sort((one, other) => lightness[one]! - lightness[other]!)
  // Shadow to shine: the means of five parts by lightness.
  const parts = 5
  const means = Array.from({ length: parts }, (_, k) => {
    const part = sorted.slice(
      Math.floor((k * sorted.length) / parts),
      Math.floor(((k + 1) * sorted.length) / parts),
    )
    const mean = (plane: Float32Array): number => part.reduce((sum, i) => sum + plane[i]!, 0) / part.length
    return [mean(lightness), mean(a), mean(b)] as const
  })
  return (i) => {
    let least = Number.POSITIVE_INFINITY
    for (const [l, x, y] of means)
      least = Math.min(least, Math.hypot(0.35 * (lightness[i]! - l), 2 * (a[i]! - x), 2 * (b[i]! - y)))
    return Math.min(1, Math.max(0, 2.2 - least / 0.055))
  }
}
