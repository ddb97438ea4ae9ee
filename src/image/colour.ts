import type { Picture } from './picture.ts'

/** Linear light of each sRGB level, 0 to 1. Source: IEC 61966-2-1. */
export const linearOfLevel: Float32Array = Float32Array.from({ length: 256 }, (_, level) => {
  const value = level / 255
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
})

/** Steps of the table that turns light into levels: fine enough that each level comes back as itself. */
const steps = 65_536

const levelOfStep = Uint8Array.from({ length: steps + 1 }, (_, step) => {
  const light = step / steps
  const value = light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055
  return Math.round(value * 255)
})

/** The sRGB level nearest to a linear light, which is clamped to 0 … 1. */
export function levelOfLinear(light: number): number {
  return levelOfStep[light <= 0 ? 0 : light >= 1 ? steps : Math.round(light * steps)]!
}

/** A picture in OKLab: lightness 0 to 1, green-red and blue-yellow about −0.4 to 0.4, one number a pixel each. */
export interface LabPlanes {
  readonly width: number
  readonly height: number
  readonly lightness: Float32Array
  readonly a: Float32Array
  readonly b: Float32Array
}

/** A colour in OKLab. */
export type Lab = readonly [lightness: number, a: number, b: number]

/** A colour in sRGB, 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number]

/** A colour of linear light in OKLab. Source: Björn Ottosson, "A perceptual color space for image processing". */
export function labOfLinear(r: number, g: number, b: number): Lab {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
}

/** The linear light of a colour in OKLab; outside of 0 … 1 where sRGB cannot show it. */
export function linearOfLab(lightness: number, a: number, b: number): [number, number, number] {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ]
}

/** A colour of 8-bit sRGB in OKLab. */
export function labOfRgb([r, g, b]: Rgb): Lab {
  return labOfLinear(linearOfLevel[r]!, linearOfLevel[g]!, linearOfLevel[b]!)
}

/** A colour of OKLab in 8-bit sRGB, light that sRGB cannot show clamped. */
export function rgbOfLab([lightness, a, b]: Lab): Rgb {
  const [red, green, blue] = linearOfLab(lightness, a, b)
  return [levelOfLinear(red), levelOfLinear(green), levelOfLinear(blue)]
}

/** The picture in OKLab. */
export function labOfPicture({ width, height, data }: Picture): LabPlanes {
  const size = width * height
  const [lightness, a, b] = [new Float32Array(size), new Float32Array(size), new Float32Array(size)]
  for (let i = 0; i < size; i++) {
    const lab = labOfLinear(
      linearOfLevel[data[3 * i]!]!,
      linearOfLevel[data[3 * i + 1]!]!,
      linearOfLevel[data[3 * i + 2]!]!,
    )
    lightness[i] = lab[0]
    a[i] = lab[1]
    b[i] = lab[2]
  }
  return { width, height, lightness, a, b }
}

/** Planes of OKLab as a picture; what sRGB cannot show loses saturation, not lightness or hue. */
export function pictureOfLab({ width, height, lightness, a, b }: LabPlanes): Picture {
  const data = new Uint8Array(3 * width * height)
  for (let i = 0; i < width * height; i++) {
    const [red, green, blue] = withinGamut(lightness[i]!, a[i]!, b[i]!)
    data[3 * i] = levelOfLinear(red)
    data[3 * i + 1] = levelOfLinear(green)
    data[3 * i + 2] = levelOfLinear(blue)
  }
  return { width, height, data }
}

const slack = 0.002

/** Linear light of the colour, with as much of its chroma as sRGB can show at that lightness. */
function withinGamut(lightness: number, a: number, b: number): [number, number, number] {
  const light = Math.min(1, Math.max(0, lightness))
  let full = linearOfLab(light, a, b)
  if (isShown(full)) return full
  let [least, most] = [0, 1]
  for (let i = 0; i < 8; i++) {
    const middle = (least + most) / 2
    full = linearOfLab(light, a * middle, b * middle)
    if (isShown(full)) least = middle
    else most = middle
  }
  return linearOfLab(light, a * least, b * least)
}

function isShown([r, g, b]: readonly [number, number, number]): boolean {
  return r >= -slack && g >= -slack && b >= -slack && r <= 1 + slack && g <= 1 + slack && b <= 1 + slack
}
