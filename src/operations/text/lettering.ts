import {
  type Font,
  levelOfLinear,
  linearOfLevel,
  type Mask,
  type Picture,
  type Plane,
  renderText,
  soften,
} from '../../image/index.ts'

/** A colour of letters, in levels. */
export type LetterColour = readonly [red: number, green: number, blue: number]

/** Lettering on a flat sheet: where its ink lies, as coverage of the sheet's size. */
interface Sheet {
  readonly width: number
  readonly height: number
}

/** An area of a sheet, in its pixels. */
export interface Frame {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** The text as large as fits a frame, in its middle; coverage of the sheet's size. */
export async function letterInto(
  text: string,
  sheet: Sheet,
  frame: Frame,
  {
    font,
    spacing = 0,
    align = 'centre',
  }: { readonly font: Font; readonly spacing?: number; readonly align?: 'left' | 'centre' },
): Promise<Mask> {
  const trial = 64
  const measured = await renderText(text, { font, size: trial, spacing: spacing * trial })
  // A short word is not blown up over the height of the line of a long one.
  const scale = Math.min(frame.width / measured.width, frame.height / Math.max(measured.height, 0.72 * trial))
  const size = Math.max(6, Math.floor(trial * scale))
  const ink = await renderText(text, { font, size, spacing: spacing * size })
  const x = align === 'left' ? frame.x : frame.x + (frame.width - ink.width) / 2
  return place(ink, sheet, Math.round(x), Math.round(frame.y + (frame.height - ink.height) / 2))
}

/** Ink put on an empty sheet; what lies outside of it is lost. */
function place(ink: Mask, { width, height }: Sheet, x: number, y: number): Mask {
  const data = new Uint8Array(width * height)
  for (let v = Math.max(0, -y); v < Math.min(ink.height, height - y); v++)
    for (let u = Math.max(0, -x); u < Math.min(ink.width, width - x); u++)
      data[(v + y) * width + u + x] = ink.data[v * ink.width + u]!
  return { width, height, data }
}

/** Coverage as a lens sees it: softened by a Gaussian. */
export function blurredMask(mask: Mask, sigma: number): Mask {
  if (sigma <= 0) return mask
  const soft = soften({ ...mask, data: Float32Array.from(mask.data) }, sigma)
  return { ...mask, data: Uint8Array.from(soft.data, (value) => Math.round(value)) }
}

/**
 * The picture with ink of a colour by coverage, mixed in linear light. `shading` (1 where left out) multiplies the ink's
 * light at each pixel, so that it takes part in the light, shade and grain of what it stands on. Exact where nothing covers.
 */
export function paintInk(
  picture: Picture,
  coverage: Mask,
  colour: LetterColour,
  { shading, opacity = 1 }: { readonly shading?: Plane; readonly opacity?: number } = {},
): Picture {
  const data = picture.data.slice()
  const light = colour.map((level) => linearOfLevel[Math.round(level)]!)
  for (let i = 0; i < coverage.data.length; i++) {
    if (coverage.data[i] === 0) continue
    const share = (opacity * coverage.data[i]!) / 255
    const shade = shading?.data[i] ?? 1
    for (let c = 0; c < 3; c++) {
      const below = linearOfLevel[data[3 * i + c]!]!
      data[3 * i + c] = levelOfLinear(below + share * (light[c]! * shade - below))
    }
  }
  return { ...picture, data }
}
