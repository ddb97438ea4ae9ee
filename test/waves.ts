import type { Picture } from 'pentimento/image'

/** A picture of soft waves of colour, different for each seed. */
export function waves(width: number, height: number, seed: number): Picture {
  const data = new Uint8Array(3 * width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++)
        data[3 * (y * width + x) + c] = Math.round(
          127.5 + 60 * Math.sin(x / (5 + c) + seed) + 50 * Math.cos(y / (7 - c) + 2 * seed + c),
        )
  return { width, height, data }
}
