import {
  blurPlane,
  colourStatistics,
  compositePictures,
  invertMask,
  type LabPlanes,
  labOfPicture,
  type Mask,
  maskBox,
  type Picture,
  pictureOfLab,
  spreadColours,
} from '../../image/index.ts'
import { clear, glassy, refracted } from './clear.ts'
import type { Material, Texel } from './materials.ts'
import { type Relief, reliefOf } from './relief.ts'
import type { Colour, Spot } from './spot.ts'

/**
 * What a mask covers, made of a material: the object's own colours go; its shading lights the material's texture,
 * which bends with the form, and the material's kind of highlights is added.
 */
export function materialise(picture: Picture, mask: Mask, material: Material, seed: number): Picture {
  if (maskBox(mask) === undefined) return picture
  return compositePictures(
    picture,
    materialColours(picture, mask, { material, seed, around: picture, evened: true }),
    mask,
  )
}

/** The colours of an object made of a material, wherever the mask covers at all; `around` gives the light. */
export function materialColours(
  picture: Picture,
  mask: Mask,
  {
    material,
    seed,
    around,
    tinted = false,
    evened = false,
    behind: known,
  }: {
    readonly material: Material
    readonly seed: number
    readonly around: Picture
    /** Whether highlights on metal keep its colour, as they do; datasets were made with white ones. */
    readonly tinted?: boolean
    /** Whether what is painted on the thing is left out of its form. */
    readonly evened?: boolean
    /** What is seen through what is clear, of the picture's size. Default: the colours around, spread over the object. */
    readonly behind?: Picture | undefined
  },
): Picture {
  const box = maskBox(mask)
  if (box === undefined) return picture
  const { x: left, y: top, width: across, height: down } = box
  const longer = Math.max(across, down)
  const lab = labOfPicture(picture)
  const found = reliefOf(lab, mask, longer, { evened })
  const relief = material.optics === 'glass' ? blown(found, lab, longer) : found
  const texture = material.texture(seed)
  // What is seen through glass has the scene's light already.
  const light = material.optics === 'glass' ? { exposure: 1, a: 0, b: 0 } : ambienceOf(around)
  const behind = isClear(material)
    ? labOfPicture(known ?? spreadColours(picture, invertMask(mask)))
    : undefined
  const out: LabPlanes = { ...lab, lightness: lab.lightness.slice(), a: lab.a.slice(), b: lab.b.slice() }
  const texelAt = (x: number, y: number, { nx, ny }: Spot): Texel =>
    texture((x - left - 0.09 * longer * nx) / longer, (y - top - 0.09 * longer * ny) / longer)
  for (let y = top; y < top + down; y++)
    for (let x = left; x < left + across; x++) {
      const i = y * lab.width + x
      if (mask.data[i] === 0) continue
      const spot = spotOf(relief, i)
      const texel = texelAt(x, y, spot)
      const own =
        material.relief === 0 ? 0 : bumpOf(texel, texelAt(x - 1, y - 1, spot), longer) * material.relief
      const bump = own + carving * spot.detail
      const colour =
        material.optics === 'rough'
          ? rough(texel, spot, bump)
          : material.optics === 'metal'
            ? metallic(texel, spot, bump)
            : material.optics === 'clear'
              ? clear(texel, spot, bump, refracted(behind!, x, y, spot, 0.3 * longer))
              : glassy(texel, spot, refracted(behind!, x, y, spot, 0.22 * longer))
      const lit = withHighlight(colour, spot, material, tinted && material.optics === 'metal' ? 0.62 : 1)
      out.lightness[i] = lit[0] * light.exposure
      out.a[i] = lit[1] * light.exposure + light.a
      out.b[i] = lit[2] * light.exposure + light.b
    }
  return pictureOfLab(out)
}

/** Whether what is behind something of a material is seen through it. */
const isClear = ({ optics }: Material): boolean => optics === 'clear' || optics === 'glass'

/** The form as glass takes it: smooth, since every dent would scatter what is seen through it. */
function blown(relief: Relief, { width, height }: LabPlanes, longer: number): Relief {
  const sigma = Math.max(1, 0.012 * longer)
  const [nx, ny] = [relief.nx, relief.ny].map((plane) => blurPlane(plane, width, height, sigma))
  return { ...relief, nx: nx!, ny: ny! }
}

/** How much of the object's own detail is carved into what it is made of. */
const carving = 0.9

/** How dark the whole picture is, and the cast of its light: new stuff in it stands in the same light. */
function ambienceOf(picture: Picture): { exposure: number; a: number; b: number } {
  const [lightness, a, b] = colourStatistics(picture).mean
  return { exposure: Math.min(1, 0.62 + 0.6 * lightness), a: 0.25 * a, b: 0.25 * b }
}

function spotOf({ shading, detail, nx, ny }: Relief, i: number): Spot {
  return { shading: shading[i]!, detail: detail[i]!, nx: nx[i]!, ny: ny[i]! }
}

/** How much lighter a slope of the texture is that faces the light at the upper left. */
function bumpOf(here: Texel, before: Texel, longer: number): number {
  return Math.max(-0.16, Math.min(0.16, (here.height - before.height) * Math.min(1, longer / 150) * 0.35))
}

/** Light from the upper left and front, as on most photographs, 0.4 to 1.15. */
function formLight({ nx, ny }: Spot): number {
  const nz = Math.sqrt(Math.max(0, 1 - nx * nx - ny * ny))
  return 0.45 + 0.62 * Math.max(0, -0.42 * nx - 0.55 * ny + 0.72 * nz)
}

function rough({ colour: [l, a, b] }: Texel, spot: Spot, bump: number): Colour {
  // Light multiplies in linear light; lightness is its cube root.
  const light = Math.max(0.18, Math.min(1.5, 0.62 * spot.shading + 0.38 * formLight(spot) * 1.08))
  const lightness = (l + bump) * Math.cbrt(light ** 1.8)
  const share = Math.min(1.1, lightness / Math.max(0.05, l))
  return [Math.min(0.99, lightness), a * share, b * share]
}

/** Metal mirrors its surroundings: dark below, bright above, with a sharp horizon between, broken by the form. */
function metallic({ colour: [l, a, b] }: Texel, spot: Spot, bump: number): Colour {
  // Of the shading only a little: broad dark parts are as often paint as shadow.
  const upward = -spot.ny * 1.3 - 0.35 * spot.nx + 0.4 * (spot.shading - 1) + 3.2 * spot.detail
  const sky = 0.5 + 0.5 * Math.tanh(2.4 * (upward + 0.1))
  const band = 0.5 + 0.5 * Math.sin(upward * 9)
  const mirrored = 0.34 + 0.5 * sky + 0.16 * band * sky
  const lightness = l * (0.3 + 0.95 * mirrored) + bump
  const chroma = lightness > 0.9 ? 0.75 : 0.85 + 0.35 * (1 - mirrored)
  return [Math.min(0.985, lightness), a * chroma, b * chroma]
}

/**
 * A highlight where the form faces between the light and the eye, and where the photograph has one: white, or with some
 * of the colour kept where `white` is below 1.
 */
function withHighlight([l, a, b]: Colour, spot: Spot, { shine, gloss }: Material, white: number): Colour {
  if (shine === 0) return [l, a, b]
  const nz = Math.sqrt(Math.max(0, 1 - spot.nx ** 2 - spot.ny ** 2))
  const facing = Math.max(0, -0.26 * spot.nx - 0.36 * spot.ny + 0.9 * nz)
  const glint = facing ** (gloss * 2) * 0.55 + Math.min(0.6, Math.max(0, spot.detail - 0.05) * 4)
  const share = Math.min(0.95, shine * glint)
  return [l + (0.99 - l) * share * white ** 0.5, a * (1 - share * white), b * (1 - share * white)]
}
