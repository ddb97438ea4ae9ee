import { labOfLinear, linearOfLab, linearOfLevel } from './colour.ts'
import type { Picture } from './picture.ts'
import { type Plane, toLevel } from './plane.ts'

/** Linear light as an sRGB value of 0 to 1, not clamped above. */
export function encodeSrgb(linear: number): number {
  return linear <= 0.0031308 ? 12.92 * Math.max(0, linear) : 1.055 * linear ** (1 / 2.4) - 0.055
}

/** The level of a linear light, exactly: that of `toLevel(encodeSrgb(light))`, from a table without a power. */
function levelOfLight(light: number): number {
  // Not a number stays what `toLevel` makes of it: 0.
  if (!(light > 0)) return 0
  if (light >= 1) return 255
  let level = lowestLevel[Math.floor(light * lightSteps)]!
  while (light >= leastLight[level + 1]!) level++
  return level
}

/** Steps of light in the table of lowest levels: in a step begin two levels at the most, of the darkest. */
const lightSteps = 8192

/** The least light of each level, found by bisection to the last bit; nothing has the level 256. */
const leastLight = Float64Array.from({ length: 257 }, (_, level) => {
  if (level === 0) return 0
  if (level === 256) return Number.POSITIVE_INFINITY
  let [below, above] = [0, 1]
  for (;;) {
    const middle = (below + above) / 2
    if (middle === below || middle === above) return above
    if (toLevel(encodeSrgb(middle)) >= level) above = middle
    else below = middle
  }
})

const lowestLevel = Uint8Array.from({ length: lightSteps + 1 }, (_, step) =>
  toLevel(encodeSrgb(step / lightSteps)),
)

/** Three numbers that a function may write to: red, green and blue; lightness, a and b; lightness, chroma and hue. */
export type Triple = Float64Array

/** Every pixel changed in linear light of 0 to 1; `change` writes to the three numbers that it is given. */
export function mapLinear(picture: Picture, change: (rgb: Triple, at: number) => void): Picture {
  const { width, height, data } = picture
  const out = new Uint8Array(data.length)
  const rgb = new Float64Array(3)
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) rgb[c] = linearOfLevel[data[3 * i + c]!]!
    change(rgb, i)
    for (let c = 0; c < 3; c++) out[3 * i + c] = levelOfLight(rgb[c]!)
  }
  return { width, height, data: out }
}

/** Every pixel changed in OKLab. Colours that sRGB cannot show lose chroma until it can; hue and lightness stay. */
export function mapOklab(picture: Picture, change: (lab: Triple, at: number) => void): Picture {
  return mapLinear(picture, (rgb, at) => {
    const [lightness, a, b] = labOfLinear(rgb[0]!, rgb[1]!, rgb[2]!)
    rgb[0] = lightness
    rgb[1] = a
    rgb[2] = b
    change(rgb, at)
    shownLight(rgb)
  })
}

/** Every pixel changed in OKLCh: lightness, chroma, and hue in radians from −π to π. */
export function mapOklch(picture: Picture, change: (lch: Triple, at: number) => void): Picture {
  return mapOklab(picture, (lab, at) => {
    const [a, b] = [lab[1]!, lab[2]!]
    lab[1] = Math.hypot(a, b)
    lab[2] = Math.atan2(b, a)
    change(lab, at)
    const [chroma, hue] = [lab[1]!, lab[2]!]
    lab[1] = chroma * Math.cos(hue)
    lab[2] = chroma * Math.sin(hue)
  })
}

/** OKLab becomes linear sRGB in place, with as much chroma as sRGB can show, found by bisection. */
function shownLight(lab: Triple): void {
  const lightness = Math.min(1, Math.max(0, lab[0]!))
  const a = lab[1]!
  const b = lab[2]!
  if (putLight(lab, lightness, a, b)) return
  let fits = 0
  let fails = 1
  for (let step = 0; step < 10; step++) {
    const share = (fits + fails) / 2
    if (putLight(lab, lightness, a * share, b * share)) fits = share
    else fails = share
  }
  putLight(lab, lightness, a * fits, b * fits)
}

/** Writes the linear light of a colour of OKLab; whether sRGB can show it. */
function putLight(out: Triple, lightness: number, a: number, b: number): boolean {
  const [red, green, blue] = linearOfLab(lightness, a, b)
  out[0] = red
  out[1] = green
  out[2] = blue
  return Math.min(red, green, blue) >= -1e-4 && Math.max(red, green, blue) <= 1 + 1e-4
}

/** Grey as the eye weighs it: luminance in linear light, as sRGB values of 0 to 1. The weights mix the channels. */
export function greyOf(
  { width, height, data }: Picture,
  [red, green, blue]: readonly [number, number, number] = [0.2126, 0.7152, 0.0722],
): Plane {
  const out = new Float32Array(width * height)
  for (let i = 0; i < out.length; i++) {
    const light =
      red * linearOfLevel[data[3 * i]!]! +
      green * linearOfLevel[data[3 * i + 1]!]! +
      blue * linearOfLevel[data[3 * i + 2]!]!
    out[i] = Math.min(1, encodeSrgb(light))
  }
  return { width, height, data: out }
}

/** The grey picture of a plane of sRGB values from 0 to 1. */
export function greyPicture({ width, height, data }: Plane): Picture {
  const out = new Uint8Array(3 * data.length)
  for (let i = 0; i < data.length; i++) out.fill(toLevel(data[i]!), 3 * i, 3 * i + 3)
  return { width, height, data: out }
}
