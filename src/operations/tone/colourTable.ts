import type { Picture } from '../../image/index.ts'

/** Levels between neighbouring colours of the chart; 255 is a multiple of it. */
const step = 5
const nodes = 255 / step + 1

/** A picture of colours that lie evenly in red, green and blue: what a change makes of it tells the change. */
export function colourChart(): Picture {
  const data = new Uint8Array(3 * nodes ** 3)
  for (let i = 0; i < nodes ** 3; i++) {
    data[3 * i] = step * (i % nodes)
    data[3 * i + 1] = step * (Math.floor(i / nodes) % nodes)
    data[3 * i + 2] = step * Math.floor(i / nodes ** 2)
  }
  return { width: nodes * nodes, height: nodes, data }
}

/** The picture with each colour as the changed chart has it, in proportion between the chart's colours. */
export function throughTable({ width, height, data }: Picture, changed: Picture): Picture {
  const table = changed.data
  const out = new Uint8Array(data.length)
  const [green, blue] = [3 * nodes, 3 * nodes * nodes]
  // The last step is entered from below, so that its far side exists.
  const place = Uint16Array.from({ length: 256 }, (_, level) => Math.min(nodes - 2, Math.floor(level / step)))
  const share = Float32Array.from({ length: 256 }, (_, level) => (level - step * place[level]!) / step)
  let [last, at0, at1, at2] = [-1, 0, 0, 0]
  for (let i = 0; i < data.length; i += 3) {
    const r = data[i]!
    const g = data[i + 1]!
    const b = data[i + 2]!
    const colour = (r << 16) | (g << 8) | b
    if (colour !== last) {
      last = colour
      const k = 3 * place[r]! + green * place[g]! + blue * place[b]!
      const u = share[r]!
      const v = share[g]!
      const w = share[b]!
      const w000 = (1 - u) * (1 - v) * (1 - w)
      const w100 = u * (1 - v) * (1 - w)
      const w010 = (1 - u) * v * (1 - w)
      const w110 = u * v * (1 - w)
      const w001 = (1 - u) * (1 - v) * w
      const w101 = u * (1 - v) * w
      const w011 = (1 - u) * v * w
      const w111 = u * v * w
      const [far, both, top] = [k + green, k + blue, k + green + blue]
      at0 =
        w000 * table[k]! +
        w100 * table[k + 3]! +
        w010 * table[far]! +
        w110 * table[far + 3]! +
        w001 * table[both]! +
        w101 * table[both + 3]! +
        w011 * table[top]! +
        w111 * table[top + 3]! +
        0.5
      at1 =
        w000 * table[k + 1]! +
        w100 * table[k + 4]! +
        w010 * table[far + 1]! +
        w110 * table[far + 4]! +
        w001 * table[both + 1]! +
        w101 * table[both + 4]! +
        w011 * table[top + 1]! +
        w111 * table[top + 4]! +
        0.5
      at2 =
        w000 * table[k + 2]! +
        w100 * table[k + 5]! +
        w010 * table[far + 2]! +
        w110 * table[far + 5]! +
        w001 * table[both + 2]! +
        w101 * table[both + 5]! +
        w011 * table[top + 2]! +
        w111 * table[top + 5]! +
        0.5
    }
    out[i] = at0
    out[i + 1] = at1
    out[i + 2] = at2
  }
  return { width, height, data: out }
}
