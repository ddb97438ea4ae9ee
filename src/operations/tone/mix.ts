import type { Mask, Picture } from '../../image/index.ts'

/**
 * A share of the change from one picture to the other, 0 to 1, only where the mask covers: elsewhere the levels are
 * those of `before`.
 */
export function mixed(before: Picture, after: Picture, share: number, mask?: Mask): Picture {
  if (share >= 1 && mask === undefined) return after
  const { width, height } = before
  const [from, to] = [before.data, after.data]
  const out = new Uint8Array(from.length)
  for (let i = 0, at = 0; i < width * height; i++, at += 3) {
    const part = mask === undefined ? share : (share * mask.data[i]!) / 255
    for (let k = at; k < at + 3; k++) {
      const own = from[k]!
      out[k] = own + part * (to[k]! - own) + 0.5
    }
  }
  return { width, height, data: out }
}
