import {
  boxMean,
  fillHoles,
  type LabPlanes,
  labOfPicture,
  type Mask,
  maskComponents,
  maskShare,
  type Plane,
  resizeMask,
  resizePicture,
  thresholdMask,
} from '../../../image/index.ts'
import type { SceneryKind } from '../../../instructions/index.ts'
import { type Part, skyOf } from './sky.ts'
import type { View } from './view.ts'

/** The longer side at which scenes are looked at. */
const side = 480
const clamp = (x: number): number => (x < 0 ? 0 : x > 1 ? 1 : x)
const rises = (x: number, from: number, to: number): number => clamp((x - from) / (to - from))

/** What is measured of a scene, small. */
interface Scene {
  readonly lab: LabPlanes
  /** Mean steps across and down around each pixel, in lightness. */
  readonly across: Plane
  readonly down: Plane
  readonly sky: Uint8Array
  /** The row under which the ground lies: below the sky, or a third down. */
  readonly horizon: number
  readonly hasSky: boolean
}

/** A part of the scene by position, colour and texture. Undefined where there is none. */
export function sceneryOf(view: View, kind: SceneryKind): Part | undefined {
  if (kind === 'sky') return skyOf(view)
  return view.measured(kind, () => {
    const scene = view.measured('scene', () => lookAt(view))
    const found = finders[kind](scene)
    if (!found) return undefined
    const { width, height } = view.seen
    return { mask: resizeMask(found.mask, { width, height, filter: 'bilinear' }), score: found.score }
  })
}

function lookAt(view: View): Scene {
  const { seen } = view
  const factor = Math.min(1, side / Math.max(seen.width, seen.height))
  const size = {
    width: Math.max(8, Math.round(seen.width * factor)),
    height: Math.max(8, Math.round(seen.height * factor)),
    filter: 'bilinear' as const,
  }
  const lab = labOfPicture(resizePicture(seen, size))
  const sky = skyOf(view)
  const small = sky ? resizeMask(sky.mask, size).data : new Uint8Array(size.width * size.height)
  return { lab, ...stepsOf(lab), sky: small, horizon: horizonOf(small, size), hasSky: sky !== undefined }
}

function stepsOf({ width, height, lightness }: LabPlanes): Pick<Scene, 'across' | 'down'> {
  const [across, down] = [new Float32Array(width * height), new Float32Array(width * height)]
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const i = y * width + x
      across[i] = x + 1 < width ? Math.abs(lightness[i + 1]! - lightness[i]!) : 0
      down[i] = y + 1 < height ? Math.abs(lightness[i + width]! - lightness[i]!) : 0
    }
  const mean = (data: Float32Array): Plane => boxMean({ width, height, data }, 3)
  return { across: mean(across), down: mean(down) }
}

/** The median row at which the sky ends, of the columns that have some; a third down without a sky. */
function horizonOf(sky: Uint8Array, { width, height }: { width: number; height: number }): number {
  const ends: number[] = []
  for (let x = 0; x < width; x++) {
    let end = 0
    for (let y = 0; y < height; y++) if (sky[y * width + x]! >= 128) end = y + 1
    if (end > 0) ends.push(end)
  }
  if (ends.length < 0.2 * width) return Math.round(0.33 * height)
  return ends.sort((one, other) => one - other)[ends.length >> 1]!
}

type Judge = (i: number, y: number) => number

/** The pixels that `judge` (0 to 1) is for by `weakest` or more, evened over a small square, without crumbs. */
function partOf(
  scene: Scene,
  judge: Judge,
  leastShare: number,
  crumbs = 0.03,
  weakest = 0.5,
): Part | undefined {
  const { width, height } = scene.lab
  const raw = new Float32Array(width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const i = y * width + x
      raw[i] = scene.sky[i]! >= 128 ? 0 : judge(i, y / height)
    }
  const even = boxMean({ width, height, data: raw }, 1)
  const mask: Mask = {
    width,
    height,
    data: Uint8Array.from(even.data, (value) => (value >= weakest ? 255 : 0)),
  }
  // What is only weakly like it counts where it hangs together with enough that is so clearly.
  const parts = maskComponents(mask).filter(
    ({ area, pixels }) => pixels.reduce((sum, i) => sum + (even.data[i]! >= 0.5 ? 1 : 0), 0) >= 0.25 * area,
  )
  if (parts.length === 0) return undefined
  const kept = new Uint8Array(mask.data.length)
  const least = Math.max(0.0008 * kept.length, crumbs * parts[0]!.area)
  for (const { area, pixels } of parts) if (area >= least) for (const pixel of pixels) kept[pixel] = 255
  const hard = fillHoles({ width, height, data: kept }, 0.002 * kept.length)
  if (maskShare(hard) < leastShare) return undefined
  let [sum, count] = [0, 1e-6]
  for (let i = 0; i < kept.length; i++)
    if (hard.data[i]! >= 128) {
      sum += raw[i]!
      count++
    }
  return { mask: hard, score: clamp(0.25 + 0.6 * (sum / count)) }
}

const hueOf = ({ a, b }: LabPlanes, i: number): number =>
  ((Math.atan2(b[i]!, a[i]!) * 180) / Math.PI + 360) % 360
const chromaOf = ({ a, b }: LabPlanes, i: number): number => Math.hypot(a[i]!, b[i]!)

/** How much a pixel has the green of leaves. */
function green({ lab }: Scene, i: number): number {
  const hue = hueOf(lab, i)
  const light = lab.lightness[i]!
  const least = light < 0.3 ? 0.014 : 0.025
  return (
    rises(hue, 92, 106) *
    (1 - rises(hue, 148, 162)) *
    rises(chromaOf(lab, i), least, least + 0.025) *
    rises(light, 0.08, 0.16)
  )
}

/** How much below the horizon, 0 to 1, over a tenth of the height. */
function below({ horizon, lab }: Scene, y: number): number {
  return rises(y, horizon / lab.height - 0.06, horizon / lab.height + 0.02)
}

const finders: { readonly [K in Exclude<SceneryKind, 'sky'>]: (scene: Scene) => Part | undefined } = {
  cloud: (scene) => {
    const { lab, sky } = scene
    // Lighter and less coloured than the sky around it.
    let [light, chroma, count] = [0, 0, 1e-6]
    for (let i = 0; i < sky.length; i++)
      if (sky[i]! >= 128) {
        light += lab.lightness[i]!
        chroma += chromaOf(lab, i)
        count++
      }
    ;[light, chroma] = [light / count, chroma / count]
    if (!scene.hasSky) return undefined
    const open = { ...scene, sky: new Uint8Array(sky.length) }
    return partOf(
      open,
      (i) =>
        (sky[i]! / 255) *
        clamp(
          0.6 * rises(lab.lightness[i]!, light, light + 0.1) +
            0.6 * (1 - rises(chromaOf(lab, i), 0.45 * chroma, 0.9 * chroma)),
        ),
      0.002,
      0.01,
    )
  },
  mountain: (scene) => {
    if (!scene.hasSky) return undefined
    const water = findWater(scene)
    // All that stands under a sky and is neither water nor green: a guess, for pictures of mountains.
    const part = partOf(
      scene,
      (i) => (water && water.mask.data[i]! >= 128 ? 0 : 1 - green(scene, i)),
      0.03,
      0.1,
    )
    return part && { ...part, score: 0.5 }
  },
  plants: (scene) => partOf(scene, (i) => green(scene, i), 0.004, 0.004),
  grass: (scene) => {
    const { lab } = scene
    // Dry grass is yellow.
    const dry = (i: number): number => {
      const hue = hueOf(lab, i)
      return (
        0.5 * rises(hue, 75, 85) * rises(chromaOf(lab, i), 0.04, 0.07) * rises(lab.lightness[i]!, 0.3, 0.4)
      )
    }
    return partOf(scene, (i, y) => Math.max(green(scene, i), dry(i)) * below(scene, y), 0.01, 0.05)
  },
  sand: (scene) => {
    const { lab } = scene
    return partOf(
      scene,
      (i, y) => {
        const hue = hueOf(lab, i)
        const warm = rises(hue, 30, 45) * (1 - rises(hue, 92, 102))
        const chroma = chromaOf(lab, i)
        return (
          warm *
          rises(chroma, 0.015, 0.03) *
          (1 - rises(chroma, 0.13, 0.17)) *
          rises(lab.lightness[i]!, 0.32, 0.45) *
          below(scene, y)
        )
      },
      0.02,
      0.05,
    )
  },
  snow: (scene) => {
    const { lab } = scene
    return partOf(
      scene,
      (i) => rises(lab.lightness[i]!, 0.68, 0.8) * (1 - rises(chromaOf(lab, i), 0.035, 0.06)),
      0.004,
      0.02,
    )
  },
  road: (scene) => {
    const { lab, across, down } = scene
    return partOf(
      scene,
      (i, y) => {
        const smooth = 1 - rises(across.data[i]! + down.data[i]!, 0.05, 0.09)
        const light = lab.lightness[i]!
        return (
          (1 - rises(chromaOf(lab, i), 0.03, 0.05)) *
          smooth *
          rises(light, 0.22, 0.3) *
          (1 - rises(light, 0.8, 0.88)) *
          below(scene, y)
        )
      },
      0.03,
      0.2,
    )
  },
  water: findWater,
  ground: findGround,
}

function isBlue({ lab }: Scene): boolean {
  let count = 0
  for (let i = 0; i < lab.a.length; i++) {
    const hue = hueOf(lab, i)
    if (hue > 170 && hue < 300 && chromaOf(lab, i) > 0.02) count++
  }
  return count > 0.85 * lab.a.length
}

/** What is blue or has the sky's colours, is smooth across, and lies under it. */
function findWater(whole: Scene): Part | undefined {
  // Where all is blue, as under water and from above the sea, there is no sky over it.
  const scene = isBlue(whole) ? { ...whole, sky: new Uint8Array(whole.sky.length), hasSky: false } : whole
  const { lab, across, down, sky } = scene
  const { width, height } = lab
  let [light, a, b, count] = [0, 0, 0, 1e-6]
  for (let i = 0; i < sky.length; i++)
    if (sky[i]! >= 128) {
      light += lab.lightness[i]!
      a += lab.a[i]!
      b += lab.b[i]!
      count++
    }
  ;[light, a, b] = [light / count, a / count, b / count]
  const part = partOf(
    scene,
    (i, y) => {
      const hue = hueOf(lab, i)
      const least = 0.004 + 0.012 * lab.lightness[i]!
      const blue =
        rises(hue, 150, 175) * (1 - rises(hue, 285, 300)) * rises(chromaOf(lab, i), least, 2.2 * least)
      const away = Math.hypot(0.5 * (lab.lightness[i]! - light), 2 * (lab.a[i]! - a), 2 * (lab.b[i]! - b))
      const mirrored = scene.hasSky ? 1 - rises(away, 0.08, 0.16) : 0
      // Waves lie across: steps down are larger than steps across.
      const calm = 1 - rises(across.data[i]!, 0.025, 0.06)
      const waves = rises(down.data[i]! + 0.004, 0.7 * across.data[i]!, 1.2 * across.data[i]! + 0.002)
      return (
        Math.max(blue, 0.85 * mirrored) * calm * (0.6 + 0.4 * waves) * (scene.hasSky ? below(scene, y) : 1)
      )
    },
    0.02,
    0.08,
    0.28,
  )
  if (!part) return undefined
  // What floats in it, or stands out of it a little, leaves holes that are not water; glints leave small ones that are.
  return { ...part, mask: fillHoles(thresholdMask(part.mask), 0.0015 * width * height) }
}

/** What is joined to the lower border and like it in colour and texture, under the horizon. */
function findGround(scene: Scene): Part | undefined {
  const { lab, across, down } = scene
  const { width, height } = lab
  const water = findWater(scene)
  const isWater = (i: number): boolean =>
    water !== undefined && water.score > 0.6 && water.mask.data[i]! >= 128
  const features = (i: number): [number, number, number, number] => [
    0.7 * lab.lightness[i]!,
    2 * lab.a[i]!,
    2 * lab.b[i]!,
    1.5 * Math.min(0.12, across.data[i]! + down.data[i]!),
  ]
  const seeds: [number, number, number, number][] = []
  for (let y = Math.floor(0.9 * height); y < height; y += 2)
    for (let x = 0; x < width; x += 2) {
      const i = y * width + x
      if (scene.sky[i]! < 128 && !isWater(i)) seeds.push(features(i))
    }
  if (seeds.length < 0.1 * (width / 2) * (0.05 * height)) return undefined
  const centres = clusters(seeds, 6)
  return partOf(
    scene,
    (i, y) => {
      if (isWater(i)) return 0
      const f = features(i)
      let least = Number.POSITIVE_INFINITY
      for (const c of centres) least = Math.min(least, squared(f, c))
      return (1 - rises(Math.sqrt(least), 0.09, 0.17)) * below(scene, y)
    },
    0.03,
    0.15,
  )
}

/** The squared distance of two points of four numbers. */
function squared(one: readonly number[], other: readonly number[]): number {
  const a = one[0]! - other[0]!
  const b = one[1]! - other[1]!
  const c = one[2]! - other[2]!
  const d = one[3]! - other[3]!
  return a * a + b * b + c * c + d * d
}

/** The means of k groups, from evenly spaced starts: the same each time. */
function clusters(points: readonly (readonly number[])[], k: number): number[][] {
  const sorted = [...points].sort((one, other) => one[0]! - other[0]!)
  let centres = Array.from({ length: k }, (_, i) => [...sorted[Math.floor(((i + 0.5) / k) * sorted.length)]!])
  for (let round = 0; round < 8; round++) {
    const sums = centres.map(() => [0, 0, 0, 0, 0])
    for (const point of points) {
      let [best, least] = [0, Number.POSITIVE_INFINITY]
      for (let j = 0; j < k; j++) {
        const c = centres[j]!
        const away = squared(point, c)
        if (away < least) [best, least] = [j, away]
      }
      for (let d = 0; d < 4; d++) sums[best]![d]! += point[d]!
      sums[best]![4]!++
    }
    centres = centres.map((centre, j) =>
      sums[j]![4] === 0 ? centre : sums[j]!.slice(0, 4).map((s) => s / sums[j]![4]!),
    )
  }
  return centres
}
