import { type Lab, labOfRgb, type Mask, type Picture, type Rgb } from '../../image/index.ts'

/** The colours that are told apart by name. */
export type ColourName =
  | 'red'
  | 'orange'
  | 'yellow'
  | 'green'
  | 'cyan'
  | 'blue'
  | 'purple'
  | 'pink'
  | 'brown'
  | 'beige'
  | 'white'
  | 'grey'
  | 'black'

/** A colour that has a name, and a typical example of it. */
export interface NamedColour {
  readonly name: ColourName
  readonly lab: Lab
}

function named(name: ColourName, rgb: Rgb): NamedColour {
  return { name, lab: labOfRgb(rgb) }
}

/** What things can be dyed, with saturations that real paint has. */
export const dyes: readonly NamedColour[] = [
  named('red', [196, 32, 36]),
  named('orange', [236, 124, 28]),
  named('yellow', [240, 200, 36]),
  named('green', [52, 150, 62]),
  named('cyan', [36, 168, 168]),
  named('blue', [38, 92, 196]),
  named('purple', [122, 58, 168]),
  named('pink', [238, 120, 170]),
]

const hues: readonly { readonly key: ColourName; readonly from: number }[] = [
  { key: 'pink', from: -15 },
  { key: 'red', from: 12 },
  { key: 'orange', from: 48 },
  { key: 'yellow', from: 82 },
  { key: 'green', from: 118 },
  { key: 'cyan', from: 172 },
  { key: 'blue', from: 215 },
  { key: 'purple', from: 288 },
  { key: 'pink', from: 328 },
]

/** What a colour is called: by lightness where it is grey, else by its hue in OKLab. */
export function nameOfColour([lightness, a, b]: Lab): ColourName {
  const chroma = Math.hypot(a, b)
  if (chroma < 0.035) return lightness > 0.85 ? 'white' : lightness < 0.3 ? 'black' : 'grey'
  const degrees = ((Math.atan2(b, a) * 180) / Math.PI + 360) % 360
  const turned = degrees >= 345 ? degrees - 360 : degrees
  const key = hues.findLast(({ from }) => turned >= from)?.key ?? 'pink'
  // Dark or dull orange and yellow are brown to the eye; light dull ones are beige.
  const isWarm = key === 'orange' || key === 'yellow' || (key === 'red' && turned > 35)
  if (isWarm && lightness > 0.78 && chroma < 0.075) return 'beige'
  if (isWarm && (lightness < 0.56 || (chroma < 0.095 && lightness < 0.74))) return 'brown'
  return key
}

/** The colour that most of a region has. */
export interface DominantColour {
  /** The middle of it. */
  readonly lab: Lab
  /** The share of the region that is near to it. */
  readonly share: number
  /** Within the region: what has this hue, 0 to 255. */
  readonly mask: Mask
}

const bins = 36

/** How far in hue a pixel may be from the middle of the dominant one, in degrees, and the soft rim beyond. */
const [nearHue, rim] = [26, 12]

/**
 * The dominant hue of what a mask covers, found by a histogram of hues weighed by chroma; undefined where less than
 * an eighth of it has colour at all.
 */
export function dominantHue(
  picture: Picture,
  mask: Mask,
  {
    a,
    b,
    lightness,
  }: { readonly a: Float32Array; readonly b: Float32Array; readonly lightness: Float32Array },
): DominantColour | undefined {
  const histogram = new Float64Array(bins)
  let [area, coloured] = [0, 0]
  const hueAt = (i: number): number => ((Math.atan2(b[i]!, a[i]!) * 180) / Math.PI + 360) % 360
  for (let i = 0; i < mask.data.length; i++) {
    if (mask.data[i]! < 128) continue
    area++
    const chroma = Math.hypot(a[i]!, b[i]!)
    if (chroma < 0.04) continue
    coloured++
    histogram[Math.floor((hueAt(i) / 360) * bins) % bins]! += chroma
  }
  if (area === 0 || coloured < area / 8) return undefined
  const smooth = histogram.map(
    (_, i) => histogram[(i + bins - 1) % bins]! / 2 + histogram[i]! + histogram[(i + 1) % bins]! / 2,
  )
  const middle = ((smooth.indexOf(Math.max(...smooth)) + 0.5) / bins) * 360
  const data = new Uint8Array(mask.data.length)
  let [near, l, ma, mb, weight] = [0, 0, 0, 0, 0]
  for (let i = 0; i < data.length; i++) {
    if (mask.data[i] === 0) continue
    const chroma = Math.hypot(a[i]!, b[i]!)
    const away = Math.abs(((hueAt(i) - middle + 540) % 360) - 180)
    const hueShare = Math.min(1, Math.max(0, (nearHue + rim - away) / rim))
    const chromaShare = Math.min(1, Math.max(0, (chroma - 0.018) / 0.022))
    data[i] = Math.round(mask.data[i]! * hueShare * chromaShare)
    if (data[i]! < 128) continue
    near++
    l += lightness[i]! * chroma
    ma += a[i]! * chroma
    mb += b[i]! * chroma
    weight += chroma
  }
  if (weight === 0) return undefined
  return {
    lab: [l / weight, ma / weight, mb / weight],
    share: near / area,
    mask: { width: picture.width, height: picture.height, data },
  }
}
