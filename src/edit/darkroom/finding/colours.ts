import { type Lab, type LabPlanes, labOfRgb, type Mask } from '../../../image/index.ts'
import type { PlanColour } from '../plan.ts'

/** How much a colour (lightness, a, b of OKLab) is what a name says: 0 to 1. */
export type ColourTest = (lightness: number, a: number, b: number) => number

const clamp = (x: number): number => (x < 0 ? 0 : x > 1 ? 1 : x)
/** 0 below `from`, 1 above `to`. */
const rises = (x: number, from: number, to: number): number => clamp((x - from) / (to - from))
const degreesOf = (a: number, b: number): number => ((Math.atan2(b, a) * 180) / Math.PI + 360) % 360

/** The colour of `#rrggbb`. */
function labOfHex(hex: string): Lab {
  const number = Number.parseInt(hex.slice(1), 16)
  return labOfRgb([number >> 16, (number >> 8) & 255, number & 255])
}

/**
 * What counts as a colour that a person names. Hue decides where there is any; white, grey and black go by lightness, and
 * names such as dark blue, navy and pink by both.
 */
export function colourTest({ name, hex }: PlanColour): ColourTest {
  const [lightness, a, b] = labOfHex(hex)
  const chroma = Math.hypot(a, b)
  if (chroma < 0.035) return neutralTest(lightness)
  const hue = degreesOf(a, b)
  // Brown is dark orange, pink is light red: there the lightness is a part of the name.
  const isShade =
    /dark|deep|light|pale|navy|sky|brown|pink|maroon|olive|teal|beige|cream|pastel|lavender/i.test(name)
  const strict = isShade ? 1 : 0
  const least = Math.min(0.055, 0.5 * chroma)
  return (l, x, y) => {
    const c = Math.hypot(x, y)
    if (c < 0.5 * least) return 0
    const away = Math.abs(((degreesOf(x, y) - hue + 540) % 360) - 180)
    const hueShare = 1 - rises(away, 20, 36)
    if (hueShare === 0) return 0
    const chromaShare = rises(c, 0.5 * least, 1.2 * least)
    const off = Math.abs(l - lightness)
    const shade = strict === 1 ? 1 - rises(off, 0.17, 0.3) : 1 - rises(off, 0.42, 0.6)
    // Dull dark orange and yellow are brown.
    const isWarm = hue > 45 && hue < 110 && !isShade
    const brown = isWarm ? rises(c, 0.06, 0.1) * rises(l, 0.42, 0.54) : 1
    return hueShare * chromaShare * shade * brown
  }
}

function neutralTest(lightness: number): ColourTest {
  const grey = (x: number, y: number, most: number): number => 1 - rises(Math.hypot(x, y), most, 1.8 * most)
  if (lightness > 0.85) return (l, x, y) => rises(l, 0.76, 0.86) * grey(x, y, 0.035)
  if (lightness < 0.3) return (l, x, y) => (1 - rises(l, 0.3, 0.4)) * grey(x, y, 0.04)
  return (l, x, y) => rises(l, 0.3, 0.4) * (1 - rises(l, 0.82, 0.9)) * grey(x, y, 0.03)
}

/** How much each pixel has a colour, as coverage. */
export function colourMask({ width, height, lightness, a, b }: LabPlanes, test: ColourTest): Mask {
  const data = new Uint8Array(width * height)
  for (let i = 0; i < data.length; i++) data[i] = Math.round(255 * test(lightness[i]!, a[i]!, b[i]!))
  return { width, height, data }
}
