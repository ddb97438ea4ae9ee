import {
  type Font,
  type Mask,
  mapPlane,
  type NextRandom,
  normalNoise,
  type Picture,
  type Plane,
  perspectiveWarp,
  soften,
  type Warp,
  warpMask,
} from '../../image/index.ts'
import type { Point } from '../../tools/index.ts'
import { blurredMask, type Frame, type LetterColour, letterInto, paintInk } from './lettering.ts'

/** Colours of a board: its sheet, its letters, and the line along its border. */
export interface BoardColours {
  readonly panel: LetterColour
  readonly ink: LetterColour
  readonly line: LetterColour
}

/** A board that something is written on, and how it hangs. */
export interface BoardLook {
  /** In pixels, before it is turned. */
  readonly width: number
  readonly height: number
  /** Of the height: rounding of the corners; how far in a line runs, and how wide it is (0 without). */
  readonly corner: number
  readonly line: { readonly inset: number; readonly width: number }
  readonly colours: BoardColours
  /** Its middle in the picture. */
  readonly center: Point
  /** How it is turned in space, in radians. */
  readonly yaw: number
  readonly pitch: number
  readonly roll: number
}

/** A picture with a blank board. */
export interface HungBoard {
  readonly picture: Picture
  /** The picture with the text on the board, and where it has ink. */
  write(text: string, font: Font): Promise<{ readonly picture: Picture; readonly ink: Mask }>
}

/** Hangs a board into a picture, with a soft shadow. `shading` multiplies its light, `sharpness` is the lens' blur in pixels. */
export function hangBoard(
  picture: Picture,
  look: BoardLook,
  { shading, sharpness }: { readonly shading: Plane; readonly sharpness: number },
): HungBoard {
  const { width, height, colours } = look
  const sheet = { width, height }
  const warp = seenFromTheSide(sheet, look.center, look)
  const onPhoto = (mask: Mask): Mask => blurredMask(warpMask(mask, warp, picture), sharpness)
  const whole = { x: 0, y: 0, ...sheet }
  const panel = roundedMask(sheet, whole, look.corner * height)
  const shadow = blurredMask(
    shifted(warpMask(panel, warp, picture), Math.max(1, Math.round(height / 40))),
    height / 22,
  )
  let blank = paintInk(picture, shadow, [0, 0, 0], { opacity: 0.45 })
  blank = paintInk(blank, onPhoto(panel), colours.panel, { shading })
  if (look.line.width > 0) blank = paintInk(blank, onPhoto(lineMask(look)), colours.line, { shading })
  return {
    picture: blank,
    async write(text, font) {
      const ink = onPhoto(await letterInto(text, sheet, textFrame(look), { font, spacing: 0.02 }))
      return { picture: paintInk(blank, ink, colours.ink, { shading }), ink }
    },
  }
}

/** Where text may stand: within the line. */
function textFrame({ width, height, line }: BoardLook): Frame {
  const inset = (line.inset + line.width + 0.13) * height
  return { x: 1.2 * inset, y: inset, width: width - 2.4 * inset, height: height - 2 * inset }
}

/** How a sheet lies in the picture when it is turned in space before a camera, by angles in radians. */
function seenFromTheSide(
  { width, height }: { width: number; height: number },
  [x, y]: Point,
  { yaw, pitch, roll }: { yaw: number; pitch: number; roll: number },
): Warp {
  const focal = 2.6 * width
  const corner = (u: number, v: number): Point => {
    const [a, b] = [u * Math.cos(roll) - v * Math.sin(roll), u * Math.sin(roll) + v * Math.cos(roll)]
    const [across, down] = [a * Math.cos(yaw), b * Math.cos(pitch)]
    const depth = focal + a * Math.sin(yaw) + b * Math.sin(pitch)
    return [x + (focal * across) / depth, y + (focal * down) / depth]
  }
  const [w, h] = [width / 2, height / 2]
  return perspectiveWarp(
    [
      [0, 0],
      [width, 0],
      [width, height],
      [0, height],
    ],
    [corner(-w, -h), corner(w, -h), corner(w, h), corner(-w, h)],
  )
}

/** The light on a sign anywhere in a picture, 1 on average, with the picture's own grain. */
export function lightOn(grey: Plane, next: NextRandom): Plane {
  const { width, height } = grey
  const broad = soften(grey, width / 10)
  const mean = broad.data.reduce((sum, value) => sum + value, 0) / broad.data.length
  const fine = soften(grey, 1)
  const rest = Float32Array.from(grey.data, (value, i) => Math.abs(value - fine.data[i]!)).sort()
  const grain = Math.min(0.02, 2 * rest[rest.length >> 2]!)
  const noise = soften(normalNoise(width, height, next), 0.5)
  // A dark scene has dim signs, if not as dim as itself.
  const level = Math.min(1.05, 0.45 + 0.9 * mean)
  return mapPlane(
    broad,
    (value, i) =>
      level * Math.min(1.3, Math.max(0.7, 0.5 + (0.5 * value) / mean)) * (1 + 2.4 * grain * noise.data[i]!),
  )
}

/** A rectangle with rounded corners, its border a pixel soft. */
function roundedMask(
  { width, height }: { width: number; height: number },
  frame: Frame,
  radius: number,
): Mask {
  const data = new Uint8Array(width * height)
  for (let i = 0; i < data.length; i++) {
    const x = Math.abs((i % width) + 0.5 - frame.x - frame.width / 2) - frame.width / 2 + radius
    const y = Math.abs(Math.floor(i / width) + 0.5 - frame.y - frame.height / 2) - frame.height / 2 + radius
    const away = Math.hypot(Math.max(0, x), Math.max(0, y)) + Math.min(0, Math.max(x, y)) - radius
    data[i] = Math.round(255 * Math.min(1, Math.max(0, 0.5 - away)))
  }
  return { width, height, data }
}

/** The line along the border, or the frame where it is not inset. */
function lineMask({ width, height, corner, line }: BoardLook): Mask {
  const sheet = { width, height }
  const ring = (inset: number): Mask =>
    roundedMask(
      sheet,
      { x: inset, y: inset, width: width - 2 * inset, height: height - 2 * inset },
      Math.max(0, corner * height - 0.5 * inset),
    )
  const [outer, inner] = [ring(line.inset * height), ring((line.inset + line.width) * height)]
  return { ...outer, data: outer.data.map((value, i) => Math.max(0, value - inner.data[i]!)) }
}

/** The mask moved down and to the right. */
function shifted({ width, height, data }: Mask, by: number): Mask {
  const out = new Uint8Array(data.length)
  for (let y = by; y < height; y++)
    for (let x = by; x < width; x++) out[y * width + x] = data[(y - by) * width + x - by]!
  return { width, height, data: out }
}
