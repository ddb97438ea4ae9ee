import {
  boxMean,
  gradientOf,
  greyOf,
  guidedFilter,
  type LabPlanes,
  labOfPicture,
  mapPlane,
  type Picture,
  type Plane,
  soften,
  type ToneStatistics,
  toneStatistics,
} from '../../image/index.ts'
import { unit } from '../ramp.ts'

/** What looks need to know of a photograph, measured once, at its own size. */
export interface Scene {
  readonly picture: Picture
  readonly tones: ToneStatistics
  readonly grey: Plane
  /** How surely each pixel is sky, 0 to 1: bright, smooth, and joined to the upper border. */
  readonly sky: Plane
  readonly skyShare: number
  /** Its mean lightness: a storm's is below 0.5. */
  readonly skyLightness: number
  /** Whether that sky is blue. */
  readonly blueSky: boolean
  /** How surely each pixel is green of plants, 0 to 1. */
  readonly foliage: Plane
  readonly foliageShare: number
  /** The share of the green that has edges, as leaves and grass have; what is out of focus has none. */
  readonly foliageDetail: number
  /** Whether there is sky, or much green: where it may rain. */
  readonly outdoors: boolean
  /** Distance from the camera, 0 near to 1 far: by a depth tool, else guessed. */
  readonly distance: Plane
  /** Whether a tool measured the distance. */
  readonly hasDepth: boolean
  /** How surely each pixel is ground, 0 to 1, where somebody found it. */
  readonly ground?: Plane
}

/**
 * Measures a photograph; its cost grows with the picture, and 1.5 megapixels tell all that there is to know. `depth`,
 * nearness of 0 to 1, replaces the guess of distances; `knownSky`, coverage of 0 to 1, what is taken for the sky.
 */
export function viewScene(picture: Picture, depth?: Plane, knownSky?: Plane): Scene {
  const lab = labOfPicture(picture)
  const grey = greyOf(picture)
  const sky = knownSky ? joinedSky(knownSky, lab, grey) : skyOf(lab, grey)
  const foliage = foliageOf(lab, grey)
  const [skyShare, foliageShare] = [meanOf(sky), meanOf(foliage)]
  let [blue, light, covered] = [0, 0, 1e-6]
  sky.data.forEach((cover, i) => {
    covered += cover
    blue += cover * lab.b[i]!
    light += cover * lab.lightness[i]!
  })
  return {
    picture,
    tones: toneStatistics(picture),
    grey,
    sky,
    skyShare,
    skyLightness: light / covered,
    blueSky: skyShare > 0.05 && blue / covered < -0.03,
    foliage,
    foliageShare,
    foliageDetail: detailOf(foliage, grey),
    outdoors: skyShare > 0.06 || foliageShare > 0.4,
    hasDepth: depth !== undefined,
    distance:
      depth === undefined
        ? guessedDistance(grey, sky)
        : mapPlane(depth, (near, i) => Math.max(1 - near, sky.data[i]!)),
  }
}

/** A sky that is known, with its clouds, and with what has its colour beside it: gaps in fences and between twigs. */
function joinedSky(known: Plane, lab: LabPlanes, grey: Plane): Plane {
  if (meanOf(known) === 0) return known
  const own = skyOf(lab, grey)
  const both = mapPlane(known, (cover, i) => Math.max(cover, own.data[i]!))
  const found = Uint8Array.from(both.data, (cover) => (cover > 0.5 ? 1 : 0))
  const [grown, between] = [likeSky(found, lab), betweenSky(both, lab)]
  return mapPlane(both, (cover, i) => Math.max(cover, grown.data[i]!, between.data[i]!))
}

/** What has, in a row that is sky in good part, the colour of the sky at its left and right. */
function betweenSky({ width, height, data: sky }: Plane, { lightness, a, b }: LabPlanes): Plane {
  const out = new Float32Array(width * height)
  const next = new Int32Array(width)
  for (let y = 0; y < height; y++) {
    const row = y * width
    let covered = 0
    let right = -1
    for (let x = width - 1; x >= 0; x--) {
      if (sky[row + x]! > 0.95) {
        right = x
        covered++
      }
      next[x] = right
    }
    if (covered < 0.25 * width) continue
    let left = -1
    for (let x = 0; x < width; x++) {
      if (sky[row + x]! > 0.95) left = x
      const [before, after] = [left < 0 ? next[x]! : left, next[x]! < 0 ? left : next[x]!]
      const share = after === before ? 0 : (x - before) / (after - before)
      const i = row + x
      const [from, to] = [row + before, row + after]
      const away = Math.hypot(
        lightness[i]! - between(lightness, from, to, share),
        1.5 * (a[i]! - between(a, from, to, share)),
        1.5 * (b[i]! - between(b, from, to, share)),
      )
      out[i] = unit(1.6 - away / 0.045)
    }
  }
  return { width, height, data: out }
}

const between = (plane: Float32Array, from: number, to: number, share: number): number =>
  plane[from]! + share * (plane[to]! - plane[from]!)

/** From this gradient on an edge is seen. */
const edge = 0.03

function detailOf(cover: Plane, grey: Plane): number {
  const gradient = gradientOf(grey)
  let [edges, all] = [0, 1e-6]
  cover.data.forEach((share, i) => {
    if (gradient.data[i]! > edge) edges += share
    all += share
  })
  return edges / all
}

/** The mean of a plane. */
function meanOf({ data }: Plane): number {
  return data.reduce((sum, value) => sum + value, 0) / data.length
}

function skyOf({ width, height, lightness, a, b }: LabPlanes, grey: Plane): Plane {
  const rough = soften(gradientOf(soften(grey, 1)), 1.5)
  const like = (i: number): boolean => {
    const [light, chroma] = [lightness[i]!, Math.hypot(a[i]!, b[i]!)]
    const smooth = rough.data[i]! < 0.028
    const blue = light > 0.45 && b[i]! < -0.015 && b[i]! < -Math.abs(a[i]!) * 0.8
    // Clouds are neutral or bluish; what is warm is a wall.
    const cloud = light > 0.8 && chroma < 0.05 && b[i]! < 0.012
    return smooth && (blue || cloud)
  }
  const found = joinedToTop(width, height, like)
  // A studio's white wall goes down to the lower border; a sky does not.
  let [below, sides] = [0, 0]
  for (let x = 0; x < width; x++) below += found[(height - 1) * width + x]!
  for (let y = height >> 1; y < height; y++) sides += found[y * width]! + found[y * width + width - 1]!
  if (below > 0.25 * width || sides > 0.9 * height)
    return { width, height, data: new Float32Array(width * height) }
  // Under a sky there is something with edges; a smooth gradient is none.
  const land = rough.data.reduce((sum, value, i) => sum + value * (1 - found[i]!), 0)
  if (land < 0.012 * width * height) return { width, height, data: new Float32Array(width * height) }
  return likeSky(found, { width, height, lightness, a, b })
}

/** The sky grown into the pixels near it that have its colour: between twigs, around birds, up to the roofs. */
function likeSky(found: Uint8Array, { width, height, lightness, a, b }: LabPlanes): Plane {
  const radius = Math.max(4, width >> 5)
  const near = (plane?: Float32Array): Float32Array => {
    const data = new Float32Array(width * height)
    for (let i = 0; i < data.length; i++) data[i] = plane ? found[i]! * plane[i]! : found[i]!
    return boxMean({ width, height, data }, radius).data
  }
  const [share, light, red, yellow] = [near(), near(lightness), near(a), near(b)]
  return mapPlane({ width, height, data: share }, (covered, i) => {
    if (covered < 0.01) return found[i]!
    const away = Math.hypot(
      lightness[i]! - light[i]! / covered,
      1.5 * (a[i]! - red[i]! / covered),
      1.5 * (b[i]! - yellow[i]! / covered),
    )
    return Math.max(found[i]! * unit(1.6 - away / 0.12), unit(1.5 - away / 0.07))
  })
}

/** 1 for pixels that `like` holds for, joined to the upper border through others such. */
function joinedToTop(width: number, height: number, like: (i: number) => boolean): Uint8Array {
  const found = new Uint8Array(width * height)
  const open: number[] = []
  const visit = (i: number): void => {
    if (found[i] === 1 || !like(i)) return
    found[i] = 1
    open.push(i)
  }
  for (let x = 0; x < width; x++) for (let y = 0; y < 3; y++) visit(y * width + x)
  for (let i = open.pop(); i !== undefined; i = open.pop()) {
    if (i % width > 0) visit(i - 1)
    if (i % width < width - 1) visit(i + 1)
    if (i >= width) visit(i - width)
    if (i < width * (height - 1)) visit(i + width)
  }
  return found
}

function foliageOf({ width, height, lightness, a, b }: LabPlanes, grey: Plane): Plane {
  const data = new Float32Array(width * height)
  for (let i = 0; i < data.length; i++) {
    const degrees = (Math.atan2(b[i]!, a[i]!) / Math.PI) * 180
    const hue = unit((degrees - 98) / 10) * unit((150 - degrees) / 10)
    data[i] = hue * unit((Math.hypot(a[i]!, b[i]!) - 0.025) / 0.03) * unit((lightness[i]! - 0.12) / 0.1)
  }
  return mapPlane(guidedFilter({ width, height, data }, { guide: grey, radius: 2, epsilon: 0.001 }), unit)
}

/** Higher in the picture is further, along the borders of things; the sky is furthest. */
function guessedDistance(grey: Plane, sky: Plane): Plane {
  // Without a sky it may be a close-up, where nothing is far.
  if (meanOf(sky) < 0.03) return mapPlane(grey, () => 0.3)
  const { width, height } = grey
  const raw = mapPlane(grey, (_, i) =>
    Math.max(0.82 * (1 - Math.floor(i / width) / height) ** 1.1, sky.data[i]!),
  )
  const soft = guidedFilter(raw, { guide: grey, radius: Math.max(8, width >> 4), epsilon: 0.01 })
  return mapPlane(soft, (value, i) => unit(Math.max(value, 0.95 * sky.data[i]!)))
}
