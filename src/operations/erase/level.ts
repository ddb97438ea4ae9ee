import type { Area, Mask, Picture } from '../../image/index.ts'

/** A picture with a hole at one scale. */
export interface Level {
  readonly width: number
  readonly height: number
  /** Red, green, blue and the strength of texture, 0 to 255; within the hole whatever was filled in last. */
  readonly pixels: Uint8Array
  /** 1 within the hole. */
  readonly hole: Uint8Array
}

/** The finest level: a part of a picture, where all that the mask covers (> 0) is hole. */
export function finestLevel(picture: Picture, mask: Mask, area: Area): Level {
  const { width, height } = area
  const pixels = new Uint8Array(4 * width * height)
  const hole = new Uint8Array(width * height)
  for (let y = 0, i = 0; y < height; y++) {
    let from = (area.y + y) * picture.width + area.x
    for (let x = 0; x < width; x++, i++, from++) {
      pixels[4 * i] = picture.data[3 * from]!
      pixels[4 * i + 1] = picture.data[3 * from + 1]!
      pixels[4 * i + 2] = picture.data[3 * from + 2]!
      hole[i] = mask.data[from]! > 0 ? 1 : 0
    }
  }
  addTexture({ width, height, pixels, hole })
  return { width, height, pixels, hole }
}

/** Writes the step of brightness to the right and down of each known pixel, twofold, as its fourth byte. */
function addTexture({ width, height, pixels, hole }: Level): void {
  const luma = (i: number): number => pixels[4 * i]! + 2 * pixels[4 * i + 1]! + pixels[4 * i + 2]!
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      if (hole[i] === 1) continue
      const right = x + 1 < width && hole[i + 1] === 0 ? i + 1 : x > 0 && hole[i - 1] === 0 ? i - 1 : i
      const below =
        y + 1 < height && hole[i + width] === 0 ? i + width : y > 0 && hole[i - width] === 0 ? i - width : i
      const here = luma(i)
      pixels[4 * i + 3] = Math.min(255, (Math.abs(luma(right) - here) + Math.abs(luma(below) - here)) >> 1)
    }
}

/**
 * The level at half its size, rounded up: means of the known among four pixels each. A pixel is hole where any of the four
 * is, so that nothing of the hole gets into what is known.
 */
export function halved({ width: w, height: h, pixels: from, hole: fromHole }: Level): Level {
  const [width, height] = [(w + 1) >> 1, (h + 1) >> 1]
  const pixels = new Uint8Array(4 * width * height)
  const hole = new Uint8Array(width * height)
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      const right = 2 * x + 1 < w ? 1 : 0
      const down = 2 * y + 1 < h ? w : 0
      const a = 2 * y * w + 2 * x
      const [b, c, d] = [a + right, a + down, a + right + down]
      const [ka, kb, kc, kd] = [1 - fromHole[a]!, 1 - fromHole[b]!, 1 - fromHole[c]!, 1 - fromHole[d]!]
      const known = ka + kb + kc + kd
      hole[i] = known < 4 ? 1 : 0
      if (known === 0) continue
      for (let k = 0; k < 4; k++) {
        const sum =
          ka * from[4 * a + k]! + kb * from[4 * b + k]! + kc * from[4 * c + k]! + kd * from[4 * d + k]!
        pixels[4 * i + k] = Math.round(sum / known)
      }
    }
  return { width, height, pixels, hole }
}

/** The pixels of the hole by their indices, in rows. */
export function holePixels({ hole }: Level): Int32Array {
  let count = 0
  for (let i = 0; i < hole.length; i++) count += hole[i]!
  const found = new Int32Array(count)
  for (let i = 0, at = 0; i < hole.length; i++) if (hole[i] === 1) found[at++] = i
  return found
}

/**
 * How far each pixel of the hole is from what is known, in steps to the sides (1) and corners (1.41), in pixels; 0 outside.
 * Source: Borgefors, "Distance transformations in digital images", 1986.
 */
export function depths({ width, height, hole }: Level): Float32Array {
  const depth = new Float32Array(width * height)
  const far = 1e6
  const pass = (x: number, y: number, i: number, step: number): void => {
    if (hole[i] === 0) return
    const down = step * width
    const isFirst = step > 0 ? y === 0 : y === height - 1
    const isLeft = step > 0 ? x === 0 : x === width - 1
    const isRight = step > 0 ? x === width - 1 : x === 0
    let least = step > 0 ? far : depth[i]!
    if (!isLeft) least = Math.min(least, depth[i - step]! + 1)
    if (!isFirst) {
      least = Math.min(least, depth[i - down]! + 1)
      if (!isLeft) least = Math.min(least, depth[i - down - step]! + Math.SQRT2)
      if (!isRight) least = Math.min(least, depth[i - down + step]! + Math.SQRT2)
    }
    depth[i] = least
  }
  for (let y = 0, i = 0; y < height; y++) for (let x = 0; x < width; x++, i++) pass(x, y, i, 1)
  for (let y = height - 1, i = width * height - 1; y >= 0; y--)
    for (let x = width - 1; x >= 0; x--, i--) pass(x, y, i, -1)
  return depth
}
