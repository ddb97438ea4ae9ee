import type { Rgb } from './colour.ts'
import type { Mask, Picture } from './picture.ts'

/** White: what a page shows through a transparent picture. */
export const whiteGround: Rgb = [255, 255, 255]

/**
 * The picture with its transparent parts set on a ground: c·a + g·(1 − a) in sRGB levels, as browsers do. What is
 * hidden under an alpha of 0 does not show. The same picture where all is covered.
 */
export function onGround(picture: Picture, alpha: Mask | undefined, ground: Rgb = whiteGround): Picture {
  if (alpha === undefined) return picture
  const { width, height, data } = picture
  const out = new Uint8Array(data.length)
  for (let i = 0; i < alpha.data.length; i++) {
    const a = alpha.data[i]!
    for (let c = 0; c < 3; c++) {
      const at = 3 * i + c
      out[at] = Math.round((data[at]! * a + ground[c]! * (255 - a)) / 255)
    }
  }
  return { width, height, data: out }
}

/**
 * The reverse of {@link onGround}, as four bytes a pixel: colours that give the picture back when they are set on the
 * ground with this alpha, as near as levels of 0 to 255 allow. Without it a light ground would stay as a rim around
 * everything that is set on a dark one.
 */
export function offGround(picture: Picture, alpha: Mask, ground: Rgb = whiteGround): Uint8Array {
  const out = new Uint8ClampedArray(4 * alpha.data.length)
  for (let i = 0; i < alpha.data.length; i++) {
    const a = alpha.data[i]!
    for (let c = 0; c < 3; c++) {
      const level = picture.data[3 * i + c]!
      // The array rounds and clamps.
      out[4 * i + c] = a === 0 ? ground[c]! : ground[c]! + ((level - ground[c]!) * 255) / a
    }
    out[4 * i + 3] = a
  }
  return new Uint8Array(out.buffer)
}
