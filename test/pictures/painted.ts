import type { Mask, Picture } from 'pentimento/image'

/** A shaded ball on nothing, as a cut-out. */
export function paintedBall(
  size: number,
  [red, green, blue]: readonly [number, number, number],
): { picture: Picture; alpha: Mask } {
  const picture = { width: size, height: size, data: new Uint8Array(3 * size * size) }
  const alpha = { width: size, height: size, data: new Uint8Array(size * size) }
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const i = y * size + x
      const [u, v] = [(2 * (x + 0.5)) / size - 1, (2 * (y + 0.5)) / size - 1]
      const away = Math.hypot(u, v)
      alpha.data[i] = Math.round(255 * Math.min(1, Math.max(0, ((1 - away) * size) / 2)))
      const light = Math.max(0.25, 0.9 * Math.sqrt(Math.max(0, 1 - away * away)) - 0.3 * (u + v))
      for (const [c, level] of [red, green, blue].entries())
        picture.data[3 * i + c] = Math.min(255, level * light)
    }
  return { picture, alpha }
}
