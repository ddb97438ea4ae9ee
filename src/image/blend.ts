import { checkSizes } from './composite.ts'
import type { Mask, Picture } from './picture.ts'

/** The most sweeps, and the largest step of a level at which the solver rests. */
const [mostSweeps, restsAt] = [600, 0.05]

/**
 * One picture put seamlessly into another: inside of the mask (≥ 128) it has the gradients of `above`, on its edge
 * the levels of `below`, and outside it is `below` exactly. The pixels on the picture's border stay too. Source:
 * Pérez, Gangnet and Blake, "Poisson image editing"; solved by successive over-relaxation.
 * @throws ImageError when sizes differ
 */
export function blendPictures(below: Picture, above: Picture, mask: Mask): Picture {
  checkSizes('blend', below, above, mask)
  const { width, height } = below
  const pixels: number[] = []
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) if (mask.data[y * width + x]! >= 128) pixels.push(y * width + x)
  const data = below.data.slice()
  for (let c = 0; c < 3; c++) {
    const offset = solveOffsets(below, above, c, Int32Array.from(pixels))
    for (const pixel of pixels)
      data[3 * pixel + c] = Math.min(
        255,
        Math.max(0, Math.round(above.data[3 * pixel + c]! + offset[pixel]!)),
      )
  }
  return { width, height, data }
}

/**
 * What is to be added to `above`: it has no Laplacian inside, and on the edge it is the difference of the two
 * pictures. That is the membrane form of the same equation, which starts near its solution.
 */
function solveOffsets(below: Picture, above: Picture, channel: number, pixels: Int32Array): Float32Array {
  const { width } = below
  const offset = Float32Array.from(
    { length: width * below.height },
    (_, i) => below.data[3 * i + channel]! - above.data[3 * i + channel]!,
  )
  if (pixels.length === 0) return offset
  const mean = edgeMean(offset, width, pixels)
  for (const pixel of pixels) offset[pixel] = mean
  // The best over-relaxation for a square region of that many pixels.
  const omega = 2 / (1 + Math.sin(Math.PI / (Math.sqrt(pixels.length) + 2)))
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    let largest = 0
    for (const i of pixels) {
      const around = (offset[i - 1]! + offset[i + 1]! + offset[i - width]! + offset[i + width]!) / 4
      const step = omega * (around - offset[i]!)
      offset[i]! += step
      if (step > largest || -step > largest) largest = Math.abs(step)
    }
    if (largest < restsAt) break
  }
  return offset
}

/** The mean of the values just outside of the region. */
function edgeMean(offset: Float32Array, width: number, pixels: Int32Array): number {
  const isInside = new Uint8Array(offset.length)
  for (const pixel of pixels) isInside[pixel] = 1
  let [sum, count] = [0, 0]
  for (const pixel of pixels)
    for (const next of [pixel - 1, pixel + 1, pixel - width, pixel + width])
      if (isInside[next] === 0) {
        sum += offset[next]!
        count++
      }
  return sum / count
}
