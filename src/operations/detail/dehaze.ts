import { boxMean, type Picture, type Plane, resizePicture } from '../../image/index.ts'

/** Pixels of the copy in which haze is looked for. */
const mostPixels = 500_000
/** Light that comes through at least, so that noise in thick haze is not made large. */
const leastLight = 0.28
/** How many times stronger colours become at most. */
const mostColour = 1.7
/** Levels from the haze's own colour within which something is sky, not haze over something. */
const skyLevels = 90

/** What is seen of the haze in a picture. */
export interface Haze {
  /** The haze's own colour, levels of 0 to 255. */
  readonly air: readonly [number, number, number]
  /**
   * How thick it is, 0 (none) to 1, as `slope · brightness + offset` with brightness of 0 to 1: planes of a small copy's
   * size.
   */
  readonly slope: Plane
  readonly offset: Plane
  /** How surely there is nothing but sky, by its smoothness, 0 to 1. */
  readonly smooth: Plane
}

/** Looks for haze: where no channel is dark anywhere near, there is some. */
function hazeOf(picture: Picture): Haze {
  const scale = Math.min(1, Math.sqrt(mostPixels / (picture.width * picture.height)))
  const small = resizePicture(picture, {
    width: Math.max(1, Math.round(picture.width * scale)),
    height: Math.max(1, Math.round(picture.height * scale)),
    filter: 'bilinear',
  })
  const { width, height, data } = small
  const radius = Math.max(2, Math.round(0.012 * Math.max(width, height)))
  const air = airOf(small, leastAround(darkestOf(small, [255, 255, 255]), radius))
  const thickness = restored(leastAround(darkestOf(small, air), radius), radius)
  const guide = new Float32Array(width * height)
  for (let i = 0; i < guide.length; i++)
    guide[i] = (0.299 * data[3 * i]! + 0.587 * data[3 * i + 1]! + 0.114 * data[3 * i + 2]!) / 255
  const light = { width, height, data: guide }
  return { air, ...fitted(thickness, light, 4 * radius), smooth: smoothnessOf(light, radius) }
}

/** Deviations of brightness, 0 to 1, up to which something is smooth as sky, and from which on it is not. */
const [smoothDeviation, roughDeviation] = [0.006, 0.02]

/** How smooth it is around each pixel, 0 to 1. */
function smoothnessOf(light: Plane, radius: number): Plane {
  const mean = boxMean(light, radius).data
  const squares = boxMean({ ...light, data: light.data.map((value) => value * value) }, radius).data
  const smooth = squares.map((value, i) => {
    const deviation = Math.sqrt(Math.max(0, value - mean[i]! ** 2))
    return Math.min(1, Math.max(0, (roughDeviation - deviation) / (roughDeviation - smoothDeviation)))
  })
  return boxMean({ ...light, data: smooth }, 2 * radius)
}

/** The darkest channel of each pixel, relative to a colour. */
function darkestOf({ width, height, data }: Picture, [r, g, b]: Haze['air']): Plane {
  const out = new Float32Array(width * height)
  for (let i = 0; i < out.length; i++)
    out[i] = Math.min(1, data[3 * i]! / r, data[3 * i + 1]! / g, data[3 * i + 2]! / b)
  return { width, height, data: out }
}

/** The least number in the square of this radius around each pixel. */
function leastAround({ width, height, data }: Plane, radius: number): Plane {
  const across = new Float32Array(data.length)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let least = data[y * width + x]!
      const last = Math.min(width - 1, x + radius)
      for (let u = Math.max(0, x - radius); u <= last; u++)
        if (data[y * width + u]! < least) least = data[y * width + u]!
      across[y * width + x] = least
    }
  const out = across.slice()
  for (let y = 0; y < height; y++)
    for (let v = Math.max(0, y - radius); v <= Math.min(height - 1, y + radius); v++)
      for (let x = 0; x < width; x++)
        if (across[v * width + x]! < out[y * width + x]!) out[y * width + x] = across[v * width + x]!
  return { width, height, data: out }
}

/** What {@link leastAround} made of a plane, with dark things in it as small as they were: without halos around them. */
function restored(plane: Plane, radius: number): Plane {
  const negative = leastAround({ ...plane, data: plane.data.map((value) => -value) }, radius)
  return { ...plane, data: negative.data.map((value) => -value) }
}

/** The colour of the thickest haze, half way to grey, so that the light keeps its warmth. */
function airOf({ data }: Picture, dark: Plane): Haze['air'] {
  const counts = new Uint32Array(256)
  for (const value of dark.data) counts[Math.round(255 * value)]!++
  let [limit, above] = [255, 0]
  while (limit > 0 && above + counts[limit]! < 0.002 * dark.data.length) above += counts[limit--]!
  const sums = [0, 0, 0]
  let count = 0
  for (let i = 0; i < dark.data.length; i++) {
    if (Math.round(255 * dark.data[i]!) < limit) continue
    for (let c = 0; c < 3; c++) sums[c]! += data[3 * i + c]!
    count++
  }
  const means = sums.map((sum) => sum / Math.max(1, count))
  const grey = (means[0]! + means[1]! + means[2]!) / 3
  const [r, g, b] = means.map((mean) => Math.min(250, Math.max(90, (mean + grey) / 2)))
  return [r!, g!, b!]
}

/** The plane as a local line of the guide, which has its edges where the guide has them: the guided filter. */
function fitted(
  plane: Plane,
  guide: Plane,
  radius: number,
): { readonly slope: Plane; readonly offset: Plane } {
  const times = (a: Plane, b: Plane): Plane => ({ ...a, data: a.data.map((value, i) => value * b.data[i]!) })
  const [meanP, meanG] = [boxMean(plane, radius).data, boxMean(guide, radius).data]
  const [meanGP, meanGG] = [
    boxMean(times(guide, plane), radius).data,
    boxMean(times(guide, guide), radius).data,
  ]
  const slope = meanGP.map(
    (value, i) => (value - meanG[i]! * meanP[i]!) / (meanGG[i]! - meanG[i]! ** 2 + 0.0015),
  )
  const offset = meanP.map((value, i) => value - slope[i]! * meanG[i]!)
  return {
    slope: boxMean({ ...plane, data: slope }, radius),
    offset: boxMean({ ...plane, data: offset }, radius),
  }
}

/**
 * The picture with less haze, `amount` 0 to 1, where 0.3 is usual. Skies keep their brightness, colours their warmth.
 * Source: He, Sun and Tang, "Single image haze removal using dark channel prior"; Jiang et al. on skies.
 */
export function dehaze(picture: Picture, amount: number): Picture {
  if (amount <= 0) return { ...picture, data: picture.data.slice() }
  const haze = hazeOf(picture)
  const share = 0.95 * (1 - (1 - Math.min(1, amount)) ** 2.5)
  const bent = cleared(picture, haze, share)
  return lit(bent, picture)
}

function cleared(
  { width, height, data }: Picture,
  { air, slope, offset, smooth }: Haze,
  share: number,
): Picture {
  const out = new Uint8ClampedArray(data.length)
  const [slopes, offsets, skies] = [new Float32Array(width), new Float32Array(width), new Float32Array(width)]
  const [red, green, blue] = air
  const grey = 0.299 * red + 0.587 * green + 0.114 * blue
  for (let y = 0; y < height; y++) {
    interpolatedLine(slopes, slope, y, height)
    interpolatedLine(offsets, offset, y, height)
    interpolatedLine(skies, smooth, y, height)
    for (let x = 0, i = 3 * y * width; x < width; x++, i += 3) {
      const [r, g, b] = [data[i]!, data[i + 1]!, data[i + 2]!]
      const light = 0.299 * r + 0.587 * g + 0.114 * b
      const thick = (slopes[x]! * light) / 255 + offsets[x]!
      let through = 1 - share * (thick < 0 ? 0 : thick > 1 ? 1 : thick)
      if (through < leastLight) through = leastLight
      const away = Math.max(Math.abs(r - red), Math.abs(g - green), Math.abs(b - blue))
      if (away < skyLevels) through += skies[x]! * (1 - through) * (1 - (away / skyLevels) ** 2) ** 2
      const clear = (light - grey) / through + grey
      const colours = Math.min(mostColour, 1 / through) - 1
      out[i] = clear + r - light + colours * (r - light - red + grey)
      out[i + 1] = clear + g - light + colours * (g - light - green + grey)
      out[i + 2] = clear + b - light + colours * (b - light - blue + grey)
    }
  }
  return { width, height, data: new Uint8Array(out.buffer) }
}

/** One row of a plane in another size, interpolated between the centres of its pixels. */
function interpolatedLine(line: Float32Array, plane: Plane, y: number, height: number): void {
  const down = Math.min(plane.height - 1, Math.max(0, ((y + 0.5) * plane.height) / height - 0.5))
  const top = Math.floor(down)
  const [above, below] = [top * plane.width, Math.min(plane.height - 1, top + 1) * plane.width]
  const ratio = plane.width / line.length
  for (let x = 0; x < line.length; x++) {
    const across = Math.min(plane.width - 1, Math.max(0, (x + 0.5) * ratio - 0.5))
    const left = Math.floor(across)
    const right = left + 1 < plane.width ? left + 1 : left
    const [high, low] = [
      plane.data[above + left]! + (across - left) * (plane.data[above + right]! - plane.data[above + left]!),
      plane.data[below + left]! + (across - left) * (plane.data[below + right]! - plane.data[below + left]!),
    ]
    line[x] = high + (down - top) * (low - high)
  }
}

/** Without haze a picture is darker: a part of that is given back, by a curve that keeps black and white. */
function lit(picture: Picture, before: Picture): Picture {
  const [now, then] = [meanOf(picture), meanOf(before)]
  if (now <= 0.02 || now >= then) return picture
  const wanted = now + 0.4 * (then - now)
  const power = Math.log(wanted) / Math.log(now)
  const curve = Uint8Array.from({ length: 256 }, (_, level) => Math.round(255 * (level / 255) ** power))
  return { ...picture, data: picture.data.map((level) => curve[level]!) }
}

/** The mean level, 0 to 1. */
function meanOf({ data }: Picture): number {
  let sum = 0
  for (let i = 0; i < data.length; i++) sum += data[i]!
  return sum / data.length / 255
}
