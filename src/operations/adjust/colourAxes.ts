import { mapOklab, type Picture, whiteBalance } from '../../image/index.ts'
import { colourChart, throughTable } from '../tone/colourTable.ts'

/** How sure a colour of OKLab is skin: hues about 35 to 75 degrees, neither grey nor loud, neither black nor white. */
function skinLikeness(lightness: number, a: number, b: number): number {
  const chroma = Math.hypot(a, b)
  const degrees = (Math.atan2(b, a) * 180) / Math.PI
  const soft = (x: number): number => Math.min(1, Math.max(0, x))
  return (
    soft((degrees - 22) / 14) *
    soft((88 - degrees) / 14) *
    soft((chroma - 0.025) / 0.03) *
    soft((0.2 - chroma) / 0.05) *
    soft((lightness - 0.25) / 0.15) *
    soft((0.95 - lightness) / 0.05)
  )
}

/**
 * More or less colour by `amount`, −1 (grey) to 1 (about double). Pale colours gain more than strong ones, skin about
 * half, and no colour goes out of what sRGB shows.
 */
export function saturated(picture: Picture, amount: number): Picture {
  return byColour(picture, (chart) =>
    mapOklab(chart, (lab) => {
      const chroma = Math.hypot(lab[1]!, lab[2]!)
      let factor = 1 + amount
      if (amount > 0) {
        const pale = Math.max(0, 1 - chroma / 0.28)
        const skin = 1 - 0.55 * skinLikeness(lab[0]!, lab[1]!, lab[2]!)
        factor = 1 + amount * (0.45 + 0.85 * pale) * skin
      }
      lab[1]! *= factor
      lab[2]! *= factor
    }),
  )
}

/**
 * Warmer (above 0) or cooler light by `amount`, −1 to 1, along the colours of black bodies. Luminance stays, and
 * highlights that are white stay nearly so.
 */
export function warmed(picture: Picture, amount: number): Picture {
  const kelvin = amount >= 0 ? 6500 - 2900 * amount : 6500 + 9500 * amount * amount - 4000 * amount
  return byColour(picture, (chart) => keepingWhite(chart, whiteBalance(chart, { kelvin })))
}

/** Toward magenta (above 0) or green by `amount`, −1 to 1; luminance stays. */
export function tinted(picture: Picture, amount: number): Picture {
  return byColour(picture, (chart) =>
    keepingWhite(chart, whiteBalance(chart, { kelvin: 6500, tint: amount })),
  )
}

/** The change, less of it for the last tones before white. */
function keepingWhite(before: Picture, after: Picture): Picture {
  const data = after.data.slice()
  for (let i = 0; i < data.length; i += 3) {
    const least = Math.min(before.data[i]!, before.data[i + 1]!, before.data[i + 2]!)
    const share = 1 - 0.75 * Math.min(1, Math.max(0, (least - 225) / 30))
    for (let k = i; k < i + 3; k++)
      data[k] = Math.round(before.data[k]! + share * (after.data[k]! - before.data[k]!))
  }
  return { ...after, data }
}

/** A change that depends on nothing but a pixel's colour, by a table. */
function byColour(picture: Picture, change: (chart: Picture) => Picture): Picture {
  return throughTable(picture, change(colourChart()))
}
