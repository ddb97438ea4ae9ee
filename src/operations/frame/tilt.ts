import { type Picture, type Plane, resizePicture, soften } from '../../image/index.ts'
import { Rejection } from '../../tools/index.ts'

/** The longer side of the copy in which lines are looked for. */
const side = 900
/** Tilts that are looked for, in degrees. */
const [mostTilt, step] = [12, 0.1]
const angles = Math.round((2 * mostTilt) / step) + 1
/** How far a line may lie from the direction that one of its pixels seems to have, in degrees. */
const slack = 1.6
/** A line that tells is at least so long, by the side that it runs along. */
const leastLength = 0.1

/** How far a picture is tilted. */
export interface Tilt {
  /** Clockwise, in degrees: turning by its negative makes the picture straight. */
  readonly degrees: number
  /** How much more speaks for this angle than for any other, 0.5 (nothing) to 1. */
  readonly sureness: number
  /** The longest line at this angle, by the side that it runs along, 0 to 1. */
  readonly longest: number
}

/**
 * Finds how far the horizon, or what stands and lies in the picture, is from level and plumb: the angle at which the
 * longest straight edges lie.
 */
export function tiltOf(picture: Picture): Tilt {
  const scale = Math.min(1, side / Math.max(picture.width, picture.height))
  const small = resizePicture(picture, {
    width: Math.max(8, Math.round(picture.width * scale)),
    height: Math.max(8, Math.round(picture.height * scale)),
    filter: 'bilinear',
  })
  const light = soften(brightness(small), 1)
  const level = linesOf(light)
  const plumb = linesOf(transposed(light))
  const [lying, standing] = [smoothed(level.scores), smoothed(plumb.scores.reverse())]
  const scores = lying.map((value, a) => {
    // What lies and what stands at the same angle confirm each other; small tilts are likelier than large ones.
    const both = value + 0.6 * standing[a]! + 1.5 * Math.sqrt(value * standing[a]!)
    return both * Math.exp(-(((a * step - mostTilt) / 8) ** 2) / 2)
  })
  let best = 0
  for (let a = 1; a < angles; a++) if (scores[a]! > scores[best]!) best = a
  const others = scores.filter((_, a) => Math.abs(a - best) * step > 1.5)
  return {
    degrees: (best + vertex(scores, best)) * step - mostTilt,
    sureness: scores[best]! / (scores[best]! + Math.max(...others) + 1e-9),
    longest: Math.max(...around(level.longest, best), ...around(plumb.longest.reverse(), best)),
  }
}

const around = (values: Float64Array, at: number): number[] => [
  ...values.subarray(Math.max(0, at - 2), at + 3),
]

function brightness({ width, height, data }: Picture): Plane {
  const light = new Float32Array(width * height)
  for (let i = 0; i < light.length; i++)
    light[i] = 0.299 * data[3 * i]! + 0.587 * data[3 * i + 1]! + 0.114 * data[3 * i + 2]!
  return { width, height, data: light }
}

function transposed({ width, height, data }: Plane): Plane {
  const out = new Float32Array(data.length)
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) out[x * height + y] = data[y * width + x]!
  return { width: height, height: width, data: out }
}

/** By angle: how much lies in long straight edges that run nearly level, and the longest of them. */
interface Lines {
  readonly scores: Float64Array
  readonly longest: Float64Array
}

/** Each pixel on an edge votes for the lines through it that have about its direction: a Hough transform. */
function linesOf({ width, height, data }: Plane): Lines {
  const reach = Math.ceil(height / 2 + (width / 2) * Math.sin((mostTilt / 180) * Math.PI)) + 2
  const bins = 2 * reach + 2
  const votes = new Float32Array(angles * bins)
  const [cosines, sines] = [new Float64Array(angles), new Float64Array(angles)]
  for (let a = 0; a < angles; a++) {
    cosines[a] = Math.cos(((a * step - mostTilt) / 180) * Math.PI)
    sines[a] = Math.sin(((a * step - mostTilt) / 180) * Math.PI)
  }
  const steep = Math.tan(((mostTilt + slack) / 180) * Math.PI)
  for (let y = 2; y < height - 2; y++)
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x
      const down = data[i + width]! - data[i - width]!
      const size = Math.abs(down)
      if (size < 5) continue
      const [above, below] = [
        Math.abs(data[i]! - data[i - 2 * width]!),
        Math.abs(data[i + 2 * width]! - data[i]!),
      ]
      if (size < above || size <= below) continue
      const across =
        (data[i + 1]! - data[i - 1]!) / 2 +
        (data[i - width + 1]! - data[i - width - 1]! + data[i + width + 1]! - data[i + width - 1]!) / 4
      const slope = -across / down
      if (Math.abs(slope) > steep) continue
      const bend = above + below - 2 * size
      const exact = y + (bend < -1e-6 ? (0.5 * (above - below)) / bend : 0) - (height - 1) / 2
      const own = (Math.atan(slope) / Math.PI) * 180
      const first = Math.max(0, Math.ceil((own - slack + mostTilt) / step))
      const last = Math.min(angles - 1, Math.floor((own + slack + mostTilt) / step))
      const weight = Math.min(1, size / 24)
      for (let a = first; a <= last; a++) {
        const place = exact * cosines[a]! - (x - (width - 1) / 2) * sines[a]! + reach
        const bin = Math.floor(place)
        if (bin < 0 || bin + 1 >= bins) continue
        votes[a * bins + bin]! += weight * (1 - place + bin)
        votes[a * bins + bin + 1]! += weight * (place - bin)
      }
    }
  const [scores, longest] = [new Float64Array(angles), new Float64Array(angles)]
  for (let a = 0; a < angles; a++)
    for (let bin = 0; bin < bins - 1; bin++) {
      // A line between two bins counts whole.
      const length = (votes[a * bins + bin]! + votes[a * bins + bin + 1]!) / width
      if (length > longest[a]!) longest[a] = length
      if (length > leastLength) scores[a]! += (length - leastLength) ** 2
    }
  return { scores, longest }
}

function smoothed(values: Float64Array): Float64Array {
  const kernel = [0.05, 0.12, 0.2, 0.26, 0.2, 0.12, 0.05]
  return values.map((_, i) => kernel.reduce((sum, weight, k) => sum + weight * (values[i + k - 3] ?? 0), 0))
}

/** Where between its neighbours the top of a parabola through three values lies. */
function vertex(values: Float64Array, at: number): number {
  const [before, here, after] = [values[at - 1] ?? 0, values[at]!, values[at + 1] ?? 0]
  const bend = before + after - 2 * here
  return bend === 0 ? 0 : Math.max(-0.5, Math.min(0.5, (before - after) / (2 * bend)))
}

/** From which tilt on a picture is not straight, how sure it must be, and how long its longest line. */
const limits = { straight: 0.25, sureness: 0.8, longest: 0.2 }
/** Where hardly anything else speaks, a shorter line does. */
const alone = { sureness: 0.97, longest: 0.16 }

/**
 * The tilt, where it is sure.
 * @throws Rejection `nothing-straight` where no line tells; `straight-already`
 */
export function sureTilt(picture: Picture): Tilt {
  const tilt = tiltOf(picture)
  const { degrees, sureness, longest } = tilt
  const tells =
    (sureness >= limits.sureness && longest >= limits.longest) ||
    (sureness >= alone.sureness && longest >= alone.longest)
  if (!tells) throw new Rejection('nothing-straight', { sureness, longest })
  if (Math.abs(degrees) < limits.straight) throw new Rejection('straight-already', { degrees })
  return tilt
}
