import { type Lab, labOfRgb, levelOfLinear, linearOfLab, type Picture, type Rgb } from '../../image/index.ts'
import { cloudNoise, valueNoise } from '../material/noise.ts'
import { smoothstep } from '../ramp.ts'

/** Backgrounds that can be painted. */
export type BackdropName =
  | 'white studio'
  | 'grey studio'
  | 'pink studio'
  | 'blue studio'
  | 'beige studio'
  | 'green studio'
  | 'yellow studio'
  | 'cloudy sky'
  | 'sunset'
  | 'starry night'
  | 'city lights'
  | 'garden'

/** A background that is made, not photographed. */
export interface Backdrop {
  readonly name: BackdropName
  /** Whether it has a floor that throws and takes shadows. */
  readonly floor: boolean
  /** Paints it at a size in pixels. `next` gives numbers in [0, 1), which place its lights, clouds and stars. */
  paint(size: Size, next: () => number): Picture
}

interface Size {
  readonly width: number
  readonly height: number
}

/** Studio walls, skies and lights. Their order is that in which datasets draw them. */
export const backdrops: readonly Backdrop[] = [
  studio('white studio', [244, 244, 242]),
  studio('grey studio', [190, 192, 195]),
  studio('pink studio', [240, 196, 200]),
  studio('blue studio', [176, 205, 226]),
  studio('beige studio', [222, 203, 176]),
  studio('green studio', [178, 216, 196]),
  studio('yellow studio', [244, 205, 70]),
  { name: 'cloudy sky', floor: false, paint: cloudySky },
  { name: 'sunset', floor: false, paint: sunsetSky },
  { name: 'starry night', floor: false, paint: starrySky },
  { name: 'city lights', floor: false, paint: cityLights },
  { name: 'garden', floor: false, paint: blurredGarden },
]

/** A paper roll in a studio: lit wall, floor below it, and the soft bend between. */
function studio(name: BackdropName, colour: Rgb): Backdrop {
  return {
    name,
    floor: true,
    paint({ width, height }, next) {
      const [l, a, b] = labOfRgb(colour)
      const [x0, y0] = [between(next, 0.3, 0.7), between(next, 0.2, 0.45)]
      const bend = between(next, 0.66, 0.8)
      const grain = valueNoise(below(next, 2 ** 31))
      return painted(width, height, (x, y) => {
        const away = Math.hypot((x - x0) * 0.9, y - y0)
        const floor = smoothstep(bend - 0.12, bend + 0.12, y)
        const light = l * (1 - 0.13 * away ** 1.5) * (1 - 0.045 * floor) + 0.02 * floor * (y - bend)
        return [light + 0.004 * (grain(x * width, y * height) - 0.5), a, b]
      })
    },
  }
}

function cloudySky({ width, height }: Size, next: () => number): Picture {
  const clouds = cloudNoise(below(next, 2 ** 31), 6)
  const shape = cloudNoise(below(next, 2 ** 31), 3)
  const cover = between(next, 0.46, 0.56)
  const [high, low] = [labOfRgb([58, 118, 196]), labOfRgb([170, 208, 236])]
  const aspect = width / height
  return painted(width, height, (x, y) => {
    const depth = 1 + 1.6 * y
    const [u, v] = [x * aspect * 2.2 * depth, y * 4.4 * depth]
    const body = 0.6 * clouds(u, v) + 0.4 * shape(u * 0.5, v * 0.5)
    const density = smoothstep(cover, cover + 0.16, body)
    // Lit from above: darker where the cloud is thicker above than below.
    const shade = smoothstep(-0.06, 0.08, clouds(u, v - 0.18) - clouds(u, v + 0.05))
    const cloud: Lab = [0.985 - 0.1 * shade * density, -0.002, -0.008 * shade]
    return mixLab(mixLab(high, low, y ** 0.8), cloud, density * 0.97)
  })
}

function sunsetSky({ width, height }: Size, next: () => number): Picture {
  const clouds = cloudNoise(below(next, 2 ** 31), 6)
  const [sunX, sunY] = [between(next, 0.2, 0.8), between(next, 0.72, 0.85)]
  const stops = (
    [
      [44, 58, 112],
      [126, 88, 140],
      [232, 122, 98],
      [252, 190, 110],
    ] as const
  ).map(labOfRgb)
  const aspect = width / height
  return painted(width, height, (x, y) => {
    const base = alongStops(stops, Math.min(1, y / 0.9))
    const away = Math.hypot((x - sunX) * aspect, (y - sunY) * 1.5)
    const glow = Math.exp(-away * 4.5)
    const band = smoothstep(0.5, 0.75, clouds(x * aspect * 1.6, y * 7))
    const lit = mixLab([0.42, 0.05, -0.02], [0.82, 0.09, 0.1], Math.min(1, 0.25 + 1.3 * glow + 0.5 * y))
    const sky = mixLab(base, [0.95, 0.02, 0.09], 0.85 * glow)
    return mixLab(sky, lit, band * (0.55 - 0.3 * glow))
  })
}

function starrySky({ width, height }: Size, next: () => number): Picture {
  const dust = cloudNoise(below(next, 2 ** 31), 6)
  const tilt = between(next, -0.7, 0.7)
  const picture = painted(width, height, (x, y) => {
    const across = y - 0.45 - tilt * (x - 0.5) + 0.12 * (dust(x * 2, y * 2) - 0.5)
    const band = Math.exp(-((across / 0.16) ** 2)) * (0.35 + 0.9 * dust(x * 5, y * 5))
    return mixLab([0.15 + 0.07 * y, 0.005, -0.05 - 0.015 * y], [0.5, 0.02, -0.03], 0.6 * band)
  })
  const stars = Math.round((width * height) / 260)
  for (let i = 0; i < stars; i++) {
    const [x, y] = [below(next, width), below(next, height)]
    const brightness = next() ** 5
    dot(picture, x, y, 0.5 + 1.1 * brightness, 0.12 + 0.88 * brightness, between(next, -0.03, 0.06))
  }
  return picture
}

/** Adds the light of a star with a Gaussian profile. */
function dot(picture: Picture, cx: number, cy: number, sigma: number, light: number, warmth: number): void {
  const reach = Math.ceil(2.5 * sigma)
  for (let y = Math.max(0, cy - reach); y <= Math.min(picture.height - 1, cy + reach); y++)
    for (let x = Math.max(0, cx - reach); x <= Math.min(picture.width - 1, cx + reach); x++) {
      const share = light * Math.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * sigma ** 2))
      for (const [c, tint] of [1 + warmth, 1, 1 - warmth].entries()) {
        const at = 3 * (y * picture.width + x) + c
        picture.data[at] = Math.min(255, picture.data[at]! + 235 * share * tint)
      }
    }
}

interface Disk {
  readonly x: number
  readonly y: number
  readonly radius: number
  readonly colour: readonly [number, number, number]
}

/** Lights out of focus: disks of even light with a brighter rim, added up over a dark street. */
function cityLights(size: Size, next: () => number): Picture {
  const hues: readonly Rgb[] = [
    [255, 190, 110],
    [255, 150, 80],
    [255, 220, 170],
    [120, 170, 255],
    [255, 90, 80],
    [110, 230, 190],
  ]
  const disks = Array.from({ length: 70 }, () => {
    const colour = labOfRgb(hues[below(next, hues.length)]!)
    return {
      x: next(),
      y: 0.12 + 0.62 * next() ** 0.8,
      radius: between(next, 0.018, 0.06),
      colour: scaledLight(linearOfLab(...colour), between(next, 0.08, 0.5)),
    }
  })
  return outOfFocus(size, [0.19, 0.012, -0.035], disks, 0.35)
}

/** Leaves and light out of focus. */
function blurredGarden(size: Size, next: () => number): Picture {
  const disks = Array.from({ length: 90 }, () => ({
    x: next(),
    y: next(),
    radius: between(next, 0.03, 0.1),
    colour: scaledLight(
      linearOfLab(between(next, 0.55, 0.9), between(next, -0.12, -0.05), between(next, 0.06, 0.14)),
      between(next, 0.05, 0.2),
    ),
  }))
  return outOfFocus(size, [0.4, -0.06, 0.065], disks, 0)
}

function outOfFocus({ width, height }: Size, [l, a, b]: Lab, disks: readonly Disk[], rim: number): Picture {
  const light = new Float32Array(3 * width * height)
  for (let y = 0; y < height; y++) {
    const base = linearOfLab(l * (1.05 - 0.25 * Math.abs(y / height - 0.45)), a, b)
    for (let x = 0; x < width; x++) light.set(base, 3 * (y * width + x))
  }
  const unit = Math.max(width, height)
  for (const { x, y, radius, colour } of disks) {
    const [cx, cy, r] = [x * width, y * height, radius * unit]
    for (let v = Math.max(0, Math.floor(cy - r - 2)); v < Math.min(height, cy + r + 2); v++)
      for (let u = Math.max(0, Math.floor(cx - r - 2)); u < Math.min(width, cx + r + 2); u++) {
        const away = Math.hypot(u - cx, v - cy) / r
        const share = (1 - smoothstep(0.9, 1.06, away)) * (1 - rim + rim * away ** 4)
        if (share > 0) for (let c = 0; c < 3; c++) light[3 * (v * width + u) + c]! += colour[c]! * share
      }
  }
  return { width, height, data: Uint8Array.from(light, levelOfLinear) }
}

/** Paints by a colour for each position, given as shares of width and height. */
function painted(width: number, height: number, colourAt: (x: number, y: number) => Lab): Picture {
  const data = new Uint8Array(3 * width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const light = linearOfLab(...colourAt(x / width, y / height))
      for (let c = 0; c < 3; c++) data[3 * (y * width + x) + c] = levelOfLinear(light[c]!)
    }
  return { width, height, data }
}

function mixLab([l, a, b]: Lab, other: Lab, share: number): Lab {
  return [l + (other[0] - l) * share, a + (other[1] - a) * share, b + (other[2] - b) * share]
}

function alongStops(stops: readonly Lab[], share: number): Lab {
  const at = Math.min(stops.length - 1.0001, share * (stops.length - 1))
  const first = Math.floor(at)
  return mixLab(stops[first]!, stops[first + 1]!, at - first)
}

const scaledLight = (light: readonly number[], share: number): [number, number, number] => [
  Math.max(0, light[0]!) * share,
  Math.max(0, light[1]!) * share,
  Math.max(0, light[2]!) * share,
]

const between = (next: () => number, from: number, to: number): number => from + (to - from) * next()

const below = (next: () => number, count: number): number => Math.floor(next() * count)
