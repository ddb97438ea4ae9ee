import { type LabPlanes, labOfLinear, linearOfLab } from '../../image/index.ts'
import type { Texel } from './materials.ts'
import type { Colour, Spot } from './spot.ts'

/** What is seen through the object, bent by its form: the sharper the turn, the farther off, as a share of its size. */
export function refracted(behind: LabPlanes, x: number, y: number, { nx, ny }: Spot, bend: number): Colour {
  const u = Math.min(behind.width - 1, Math.max(0, Math.round(x - nx * bend)))
  const v = Math.min(behind.height - 1, Math.max(0, Math.round(y - ny * bend)))
  const i = v * behind.width + u
  return [behind.lightness[i]!, behind.a[i]!, behind.b[i]!]
}

/** Through clear stuff: the scene behind it, tinted; dark and bright rims where it turns away; its own cloudiness. */
export function clear({ colour, height }: Texel, spot: Spot, bump: number, seen: Colour): Colour {
  const turned = Math.hypot(spot.nx, spot.ny)
  const rim = turned ** 3
  const isLit = -0.5 * spot.nx - 0.8 * spot.ny > 0
  const own = Math.min(0.92, 0.12 + 0.75 * height + 0.25 * rim)
  const through = linearOfLab(...seen)
  const tint = linearOfLab(...colour)
  const mixed = through.map(
    (light, c) => light * (1 - own) * tint[c]! + own * tint[c]! * (0.55 + 0.45 * spot.shading),
  )
  const [l, a, b] = labOfLinear(Math.max(0, mixed[0]!), Math.max(0, mixed[1]!), Math.max(0, mixed[2]!))
  return [Math.min(0.99, Math.max(0.05, l + bump + (isLit ? 0.22 : -0.2) * rim + 0.6 * spot.detail)), a, b]
}

/** Of the light that meets glass head on, and how fast more is mirrored where it turns away: Schlick, 1994. */
const [mirroredHeadOn, mirroredMost] = [0.04, 0.62]

/** How much of the object's own form is seen in the glass: as if it were pressed into it. */
const pressed = 0.9

/**
 * Through glass: the scene behind, greener the longer its way through the rim, and over it what the surface mirrors: a light
 * sky above, dark ground below, with a sharp horizon, stronger where it turns away.
 */
export function glassy({ colour }: Texel, spot: Spot, seen: Colour): Colour {
  const { nx, ny, detail, shading } = spot
  const turned = Math.min(0.999, Math.hypot(nx, ny))
  const facing = Math.sqrt(1 - turned * turned)
  const fresnel = mirroredHeadOn + (mirroredMost - mirroredHeadOn) * (1 - facing) ** 3
  // Twice the way at the rim, where the wall is seen along its length.
  const way = 0.35 + 1.9 * turned ** 4
  // Of what is painted on or grows on the thing nothing is mirrored; only its form is.
  const upward = -0.85 * ny - 0.35 * nx
  const horizon = 0.5 + 0.5 * Math.tanh(4 * (upward - 0.12))
  const mirrored = 0.03 + 0.87 * horizon
  const tint = linearOfLab(...colour)
  const through = linearOfLab(...seen)
  const form = Math.max(0.6, Math.min(1.3, 1 + pressed * detail + 0.12 * (shading - 1)))
  const light = through.map((each, c) => {
    const passed = Math.max(0, each) * tint[c]! ** way * form
    return passed * (1 - fresnel) + fresnel * mirrored
  })
  return labOfLinear(light[0]!, light[1]!, light[2]!) as Colour
}
