import { type Lab, labOfPicture, type Mask, type Picture } from '../../image/index.ts'
import { smoothstep } from '../ramp.ts'
import { dominantHue } from './colours.ts'

/** The colour that makes up a thing: what is recoloured, while wheels, windows and eyes of another colour stay. */
export interface Paint {
  /** Its mean. */
  readonly lab: Lab
  /** How much of the thing it is, 0 to 1. */
  readonly share: number
  /** How surely a colour on the thing belongs to it, 0 to 1. */
  membership(lab: Lab): number
}

/** From this chroma in OKLab on a colour counts as one. */
const leastChroma = 0.045

/**
 * The share of a thing that makes a hue its colour: in any case, or beside black, white and chrome, whose lightness
 * deviates so much from its mean.
 */
const [leastShare, leastBesideMetal, metal] = [0.33, 0.12, 0.18]

/** A hue beside others that make up more of it is one of several: then all of the thing is meant. */
const mostOthers = 0.8

/** How grey, black and white of a thing must be told apart to be two: variance between them as a share of all. */
const leastSeparation = 0.8

/**
 * What of a thing has the colour `from`, or, where that is left out, has its main colour, if it has one. The thing is
 * given small.
 */
export function paintOf(picture: Picture, mask: Mask, from?: Lab): Paint {
  const lab = labOfPicture(picture)
  const pixels: number[] = []
  for (let i = 0; i < mask.data.length; i++) if (mask.data[i]! >= 200) pixels.push(i)
  if (pixels.length === 0) for (let i = 0; i < mask.data.length; i++) if (mask.data[i]! > 0) pixels.push(i)
  const colours: Lab[] = pixels.map((i) => [lab.lightness[i]!, lab.a[i]!, lab.b[i]!])
  const membership = membershipOf(picture, mask, lab, colours, from)
  let [weight, l, a, b] = [0, 0, 0, 0]
  for (const colour of colours) {
    const share = membership(colour)
    weight += share
    l += share * colour[0]
    a += share * colour[1]
    b += share * colour[2]
  }
  if (weight < 0.02 * colours.length) return wholeOf(colours)
  return {
    lab: [l / weight, a / weight, b / weight],
    share: weight / Math.max(1, colours.length),
    membership,
  }
}

type Planes = ReturnType<typeof labOfPicture>

function membershipOf(
  picture: Picture,
  mask: Mask,
  lab: Planes,
  colours: readonly Lab[],
  from: Lab | undefined,
): (lab: Lab) => number {
  const chromaFrom = from === undefined ? undefined : Math.hypot(from[1], from[2])
  if (from !== undefined && chromaFrom! >= leastChroma) {
    const near = hueMembership(Math.atan2(from[2], from[1]), 38)
    const share = mean(colours, near)
    if (share > 0.08) return centred(colours, near)
    return () => 1
  }
  const dominant = from === undefined ? dominantHue(picture, mask, lab) : undefined
  if (dominant !== undefined) {
    const hue = hueMembership(Math.atan2(dominant.lab[2], dominant.lab[1]), 30)
    const near = chromaOf(dominant.lab) < palest ? withGrey(hue) : hue
    const share = mean(colours, near)
    const others = mean(colours, (colour) => (1 - near(colour)) * smoothstep(0.06, 0.1, chromaOf(colour)))
    const isOne = others < mostOthers * share
    if (isOne && share >= leastShare) return near
    const vivid = mean(colours, (colour) => near(colour) * smoothstep(0.07, 0.11, chromaOf(colour)))
    if (isOne && vivid >= leastBesideMetal && spreadOf(colours) > metal) return near
  }
  const neutral = colours.filter((colour) => chromaOf(colour) < 0.07)
  if (neutral.length < 0.45 * colours.length) return () => 1
  const tone = lightnessMembership(
    neutral.map(([l]) => l),
    from?.[0],
  )
  return (colour) => (1 - smoothstep(0.075, 0.12, chromaOf(colour))) * tone(colour[0])
}

/** Below this chroma a main colour, such as that of fur, goes over into grey and white. */
const palest = 0.095

const withGrey =
  (hue: (lab: Lab) => number) =>
  (lab: Lab): number =>
    Math.max(hue(lab), 1 - smoothstep(0.03, 0.05, chromaOf(lab)))

/** What has a hue, in radians, within so many degrees. Dark colours need less chroma to show it. */
function hueMembership(hue: number, degrees: number): (lab: Lab) => number {
  return ([l, a, b]) => {
    const chroma = Math.hypot(a, b)
    const away = Math.abs(Math.atan2(Math.sin(Math.atan2(b, a) - hue), Math.cos(Math.atan2(b, a) - hue)))
    const near = 1 - smoothstep(degrees, degrees + 16, (away * 180) / Math.PI)
    return near * smoothstep(0.018, 0.05, chroma / Math.min(1, Math.max(0.3, l / 0.5)))
  }
}

/** The hue that was meant is seldom just that of its name: the mean hue of what is near to it counts. */
function centred(colours: readonly Lab[], near: (lab: Lab) => number): (lab: Lab) => number {
  let [a, b] = [0, 0]
  for (const colour of colours) {
    const share = near(colour)
    a += share * colour[1]
    b += share * colour[2]
  }
  return hueMembership(Math.atan2(b, a), 32)
}

/** Of grey colours: all, or of two clearly apart the more frequent one, or that nearer to `wanted`. */
function lightnessMembership(
  lightness: readonly number[],
  wanted: number | undefined,
): (l: number) => number {
  const { threshold, separation, low, high, below } = otsu(lightness)
  const isTwo = separation >= leastSeparation && high - low > 0.3 && below > 0.1 && below < 0.9
  if (!isTwo) return () => 1
  const isLight = wanted === undefined ? below < 0.5 : Math.abs(wanted - high) < Math.abs(wanted - low)
  // The soft step lies nearer to the other kind: shadow on a white thing is grey.
  const edge = isLight ? threshold - 0.06 : threshold + 0.06
  const step = (l: number): number => smoothstep(edge - 0.07, edge + 0.07, l)
  return isLight ? step : (l) => 1 - step(l)
}

interface Otsu {
  readonly threshold: number
  readonly separation: number
  readonly low: number
  readonly high: number
  /** The share below the threshold. */
  readonly below: number
}

/** The value that parts numbers of 0 to 1 best in two. Source: Otsu, "A threshold selection method". */
function otsu(values: readonly number[]): Otsu {
  const bins = new Float64Array(128)
  for (const value of values) bins[Math.min(127, Math.max(0, Math.floor(value * 128)))]!++
  let [sum, squares] = [0, 0]
  for (let i = 0; i < 128; i++) {
    sum += bins[i]! * i
    squares += bins[i]! * i * i
  }
  const count = Math.max(1, values.length)
  const variance = Math.max(1e-9, squares / count - (sum / count) ** 2)
  let best = { between: -1, at: 0, low: 0, high: 0, below: 0 }
  let [before, beforeSum] = [0, 0]
  for (let i = 0; i < 127; i++) {
    before += bins[i]!
    beforeSum += bins[i]! * i
    if (before === 0 || before === count) continue
    const [low, high] = [beforeSum / before, (sum - beforeSum) / (count - before)]
    const share = before / count
    const between = share * (1 - share) * (high - low) ** 2
    if (between > best.between) best = { between, at: i, low, high, below: share }
  }
  return {
    threshold: (best.at + 1) / 128,
    separation: best.between / variance,
    low: best.low / 128,
    high: best.high / 128,
    below: best.below,
  }
}

/** All of a thing, whatever its colours. */
export function wholePaint(picture: Picture, mask: Mask): Paint {
  const { lightness, a, b } = labOfPicture(picture)
  const colours: Lab[] = []
  for (let i = 0; i < mask.data.length; i++)
    if (mask.data[i]! >= 128) colours.push([lightness[i]!, a[i]!, b[i]!])
  return wholeOf(colours)
}

function wholeOf(colours: readonly Lab[]): Paint {
  const sum = [0, 1, 2].map((c) => colours.reduce((total, each) => total + each[c]!, 0))
  const count = Math.max(1, colours.length)
  return { lab: [sum[0]! / count, sum[1]! / count, sum[2]! / count], share: 1, membership: () => 1 }
}

const chromaOf = ([, a, b]: Lab): number => Math.hypot(a, b)

/** How much the lightness of what is grey deviates from its mean. */
function spreadOf(colours: readonly Lab[]): number {
  const grey = colours.filter((colour) => chromaOf(colour) < 0.07)
  const middle = mean(grey, ([l]) => l)
  return Math.sqrt(mean(grey, ([l]) => (l - middle) ** 2))
}

const mean = (colours: readonly Lab[], of: (lab: Lab) => number): number =>
  colours.reduce((sum, colour) => sum + of(colour), 0) / Math.max(1, colours.length)
