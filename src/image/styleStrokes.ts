import { soften } from './filter.ts'
import { type NextRandom, normalNoise } from './filterNoise.ts'
import type { Picture } from './picture.ts'
import { fromChannels, mapPlane, type Plane, planeOf, toChannels } from './plane.ts'

type Channels = readonly [Plane, Plane, Plane]

/** How strokes are laid. Lengths in pixels, colours from 0 to 1. */
export interface StrokeManner {
  /** Radii of the brushes, the coarse ones first: each paints where the ones before are not yet near enough. */
  readonly radii: readonly number[]
  /** Most steps of a stroke, each as long as its radius. */
  readonly steps: number
  /** Difference of colour (0 to 1) from which on a smaller brush paints over. */
  readonly tolerance: number
  /** Random deviation of a stroke's colour. */
  readonly jitter: number
  /** The direction of all strokes in radians; left out where they follow the forms. */
  readonly angle?: number
  /** What a stroke does with a pixel below it. */
  readonly lay: (below: number, colour: number, cover: number, channel: number) => number
  /** How much of the pixel the stroke covers: `across` runs from −1 to 1 over its width, `at` is the pixel. */
  readonly cover: (across: number, at: number, bristle: number) => number
}

/** What a painter left: the picture, and how thick the paint lies. */
export interface Painted {
  readonly channels: Channels
  readonly height: Plane
}

/**
 * Paints a picture with curved strokes of several brushes, from coarse to fine, along the forms.
 * Source: Hertzmann, "Painterly rendering with curved brush strokes of multiple sizes".
 */
function paintStrokes(picture: Picture, ground: Channels, manner: StrokeManner, next: NextRandom): Painted {
  const { width, height } = picture
  const own = toChannels(picture)
  const canvas = ground.map((plane) => mapPlane(plane, (value) => value)) as unknown as Channels
  const thick = planeOf(width, height)
  const touched = new Int32Array(width * height).fill(-1)
  let strokes = 0
  for (const [layer, radius] of manner.radii.entries()) {
    const reference = own.map((plane) => soften(plane, 0.5 * radius)) as unknown as Channels
    // Strokes of one direction follow no forms.
    const slopes = manner.angle === undefined ? slopesOf(reference, radius) : undefined
    for (const at of starts(canvas, reference, {
      radius,
      tolerance: layer === 0 ? -1 : manner.tolerance,
      next,
    })) {
      const path = pathFrom(at, { reference, canvas, slopes, radius, manner, next })
      const colour = [0, 1, 2].map((c) => reference[c]!.data[at]!)
      const shift = manner.jitter * (next() - 0.5) * 2
      layStroke(path, {
        radius,
        colour: colour.map((value) => value + shift),
        canvas,
        thick,
        touched,
        stroke: strokes++,
        manner,
        seed: Math.floor(next() * seeds),
      })
    }
  }
  return { channels: canvas, height: thick }
}

/** Slopes of the lightness, smoothed as a tensor so that neighbouring strokes agree: the direction along the forms. */
function slopesOf(reference: Channels, radius: number): { readonly along: Float32Array } {
  const [{ width, height }] = reference
  const grey = mapPlane(
    reference[0],
    (red, i) => 0.3 * red + 0.59 * reference[1].data[i]! + 0.11 * reference[2].data[i]!,
  ).data
  const [xx, xy, yy] = [planeOf(width, height), planeOf(width, height), planeOf(width, height)]
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x
      const [dx, dy] = [grey[i + 1]! - grey[i - 1]!, grey[i + width]! - grey[i - width]!]
      xx.data[i] = dx * dx
      xy.data[i] = dx * dy
      yy.data[i] = dy * dy
    }
  const sigma = Math.max(2, 1.5 * radius)
  const [sxx, sxy, syy] = [soften(xx, sigma).data, soften(xy, sigma).data, soften(yy, sigma).data]
  const along = sxx.map((value, i) => 0.5 * Math.atan2(2 * sxy[i]!, value - syy[i]!) + Math.PI / 2)
  return { along }
}

/** Where strokes begin: of each cell of a grid that is not near enough yet the pixel that is worst, in an order by chance. */
function starts(
  canvas: Channels,
  reference: Channels,
  {
    radius,
    tolerance,
    next,
  }: { readonly radius: number; readonly tolerance: number; readonly next: NextRandom },
): number[] {
  const [{ width, height }] = canvas
  const step = Math.max(1, Math.round(radius))
  const found: number[] = []
  for (let top = 0; top < height; top += step)
    for (let left = 0; left < width; left += step) {
      let [worst, most, sum, count] = [0, -1, 0, 0]
      for (let y = top; y < Math.min(height, top + step); y++)
        for (let x = left; x < Math.min(width, left + step); x++) {
          const off = distanceAt(canvas, reference, y * width + x)
          sum += off
          count++
          if (off > most) [worst, most] = [y * width + x, off]
        }
      if (sum / count > tolerance) found.push(worst)
    }
  for (let k = found.length - 1; k > 0; k--) {
    const other = Math.floor(next() * (k + 1))
    ;[found[k], found[other]] = [found[other]!, found[k]!]
  }
  return found
}

const distanceAt = (one: Channels, other: Channels, i: number): number =>
  Math.abs(one[0].data[i]! - other[0].data[i]!) +
  Math.abs(one[1].data[i]! - other[1].data[i]!) +
  Math.abs(one[2].data[i]! - other[2].data[i]!)

/** The middle line of a stroke: along the forms, until another colour would suit better. */
function pathFrom(
  start: number,
  {
    reference,
    canvas,
    slopes,
    radius,
    manner,
    next,
  }: {
    readonly reference: Channels
    readonly canvas: Channels
    readonly slopes: { readonly along: Float32Array } | undefined
    readonly radius: number
    readonly manner: StrokeManner
    readonly next: NextRandom
  },
): [x: number, y: number][] {
  const [{ width, height }] = reference
  let [x, y] = [start % width, Math.floor(start / width)]
  const path: [number, number][] = [[x, y]]
  const fixed = manner.angle === undefined ? undefined : manner.angle + 0.25 * (next() - 0.5)
  let [lastX, lastY] = [0, 0]
  for (let step = 1; step <= manner.steps; step++) {
    const at = Math.round(y) * width + Math.round(x)
    const angle = fixed ?? slopes!.along[at]!
    let [ux, uy] = [Math.cos(angle), Math.sin(angle)]
    if (ux * lastX + uy * lastY < 0 || (step === 1 && next() < 0.5)) [ux, uy] = [-ux, -uy]
    x += radius * ux
    y += radius * uy
    if (x < 0 || y < 0 || x > width - 1 || y > height - 1) break
    const there = Math.round(y) * width + Math.round(x)
    let fromStroke = 0
    for (const plane of reference) fromStroke += Math.abs(plane.data[there]! - plane.data[start]!)
    if (step > 2 && fromStroke > Math.max(0.06, distanceAt(reference, canvas, there))) break
    if (fromStroke > 0.3) break
    path.push([x, y])
    ;[lastX, lastY] = [ux, uy]
  }
  return path
}

/** Lays one stroke along its path: each pixel once, with the pattern of its bristles. */
function layStroke(
  path: readonly (readonly [number, number])[],
  {
    radius,
    colour,
    canvas,
    thick,
    touched,
    stroke,
    manner,
    seed,
  }: {
    readonly radius: number
    readonly colour: readonly number[]
    readonly canvas: Channels
    readonly thick: Plane
    readonly touched: Int32Array
    readonly stroke: number
    readonly manner: StrokeManner
    readonly seed: number
  },
): void {
  const { width, height } = thick
  for (let k = 0; k < path.length; k++) {
    const [ax, ay] = path[k]!
    const [bx, by] = path[Math.min(path.length - 1, k + 1)]!
    const length = Math.hypot(bx - ax, by - ay)
    const [ux, uy] = length > 0 ? [(bx - ax) / length, (by - ay) / length] : [1, 0]
    const left = Math.max(0, Math.floor(Math.min(ax, bx) - radius))
    const right = Math.min(width - 1, Math.ceil(Math.max(ax, bx) + radius))
    const top = Math.max(0, Math.floor(Math.min(ay, by) - radius))
    const bottom = Math.min(height - 1, Math.ceil(Math.max(ay, by) + radius))
    for (let y = top; y <= bottom; y++)
      for (let x = left; x <= right; x++) {
        const i = y * width + x
        if (touched[i] === stroke) continue
        const along = Math.min(length, Math.max(0, (x - ax) * ux + (y - ay) * uy))
        const offX = x - ax - along * ux
        const offY = y - ay - along * uy
        if (offX * offX + offY * offY > radius * radius) continue
        touched[i] = stroke
        const across = ((x - ax) * -uy + (y - ay) * ux) / radius
        const bristle = bristles[most + seed + Math.round(3 * across * Math.min(6, radius))]!
        const cover = manner.cover(across, i, bristle)
        if (cover <= 0) continue
        for (let c = 0; c < 3; c++) {
          const plane = canvas[c]!.data
          plane[i] = manner.lay(plane[i]!, colour[c]!, cover, c)
        }
        thick.data[i] = thick.data[i]! * (1 - cover) + cover * (0.6 + 0.4 * bristle - 0.5 * across * across)
      }
  }
}

/** Seeds of strokes, and the most bristles on either side of a stroke's middle. */
const [seeds, most] = [4096, 18]

/** A number of 0 to 1 that is always the same for the same bristle, from `most` below the first seed on. */
const bristles = Float64Array.from({ length: seeds + 2 * most + 1 }, (_, i) => {
  const x = Math.sin(12.9898 * (i - most + 1)) * 43758.5453
  return x - Math.floor(x)
})

const covers = (below: number, colour: number, cover: number): number => below + (colour - below) * cover

/** An even ground of one colour. */
function groundOf({ width, height }: Picture, colour: readonly [number, number, number]): Channels {
  return colour.map((value) => planeOf(width, height, value)) as unknown as Channels
}

/** Channels lit from the top left over the thickness of the paint. */
function lit({ channels, height: thick }: Painted, depth: number): Channels {
  const { width, height, data } = soften(thick, 0.6)
  return channels.map((plane) =>
    mapPlane(plane, (value, i) => {
      const [x, y] = [i % width, Math.floor(i / width)]
      const right = data[i + (x + 1 < width ? 1 : 0)]!
      const below = data[i + (y + 1 < height ? width : 0)]!
      return value + depth * (2 * data[i]! - right - below) * (0.35 + 0.65 * value)
    }),
  ) as unknown as Channels
}

const richer = (channels: Channels, by: number): Channels =>
  channels.map((plane) =>
    mapPlane(plane, (value, i) => {
      const grey = 0.3 * channels[0].data[i]! + 0.59 * channels[1].data[i]! + 0.11 * channels[2].data[i]!
      return grey + (value - grey) * by
    }),
  ) as unknown as Channels

/** An oil painting: strokes of three brushes along the forms, with the relief of thick paint. `stroke` in pixels. */
export function oilPainting(
  picture: Picture,
  { stroke, next }: { readonly stroke: number; readonly next: NextRandom },
): Picture {
  const radii = [1.6 * stroke, 0.85 * stroke, Math.max(1.6, 0.45 * stroke)]
  const painted = paintStrokes(
    picture,
    groundOf(picture, [0.45, 0.36, 0.28]),
    {
      radii,
      steps: 7,
      tolerance: 0.2,
      jitter: 0.06,
      lay: covers,
      cover: (across, _at, bristle) => 0.97 * Math.min(1, 4 * (1 - Math.abs(across))) * (0.8 + 0.2 * bristle),
    },
    next,
  )
  return fromChannels(richer(lit(painted, 0.42), 1.25))
}

/** Soft pastel: strokes of chalk on toned paper, whose tooth stays seen between them. */
export function pastel(picture: Picture, { next }: { readonly next: NextRandom }): Picture {
  const { width, height } = picture
  const unit = Math.max(width, height) / 512
  const tooth = soften(normalNoise(width, height, next), 0.55).data
  // Chalk is bright: shadows are opened, and nothing is black.
  const open = fromChannels(
    toChannels(picture).map((plane) =>
      mapPlane(plane, (value) => 0.16 + 0.84 * value ** 0.8),
    ) as unknown as Channels,
  )
  const painted = paintStrokes(
    open,
    groundOf(picture, [0.86, 0.8, 0.7]),
    {
      radii: [7 * unit, 4 * unit, 2.4 * unit],
      steps: 6,
      tolerance: 0.18,
      jitter: 0.05,
      angle: -0.85,
      lay: covers,
      cover: (across, at, bristle) =>
        Math.min(1, Math.max(0, 0.82 + 0.42 * tooth[at]! + 0.3 * (bristle - 0.5))) *
        Math.min(1, 3 * (1 - Math.abs(across))) *
        0.85,
    },
    next,
  )
  return fromChannels(richer(painted.channels, 1.2))
}

/** Coloured pencils: thin strokes of pigment, one over the other, on white paper with its tooth. */
export function colouredPencil(picture: Picture, { next }: { readonly next: NextRandom }): Picture {
  const { width, height } = picture
  const unit = Math.max(width, height) / 512
  const tooth = soften(normalNoise(width, height, next), 0.5).data
  const bright = richer(
    toChannels(picture).map((plane) =>
      mapPlane(plane, (value) => 0.1 + 0.9 * value ** 0.75),
    ) as unknown as Channels,
    1.5,
  )
  const strokes = (angle: number, radius: number, strength: number, ground: Channels): Channels =>
    paintStrokes(
      fromChannels(bright),
      ground,
      {
        radii: [radius * unit],
        steps: 7,
        tolerance: 0,
        jitter: 0.05,
        angle,
        // Pigment takes light away; what lies below shines through.
        lay: (below, colour, cover) => {
          const wanted = below * (1 - cover * (1 - Math.max(0, Math.min(1, colour))))
          return Math.max(wanted, Math.min(below, colour - 0.06))
        },
        cover: (across, at, bristle) =>
          strength *
          Math.min(1, Math.max(0, 0.72 + 0.5 * tooth[at]! + 0.4 * (bristle - 0.5))) *
          (1 - 0.6 * Math.abs(across)),
      },
      next,
    ).channels
  const first = strokes(-0.9, 2.2, 0.6, groundOf(picture, [0.985, 0.98, 0.965]))
  const second = strokes(-0.6, 1.6, 0.5, first)
  return fromChannels(second)
}
