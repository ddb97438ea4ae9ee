import {
  type AffineField,
  applyField,
  evenField,
  fitAffine,
  identityMap,
  type LevelPlanes,
  resizeField,
  shrinkPlane,
  shrinkPlanes,
} from './affine.ts'
import { blurPlane, boxBlurPlane } from './blur.ts'
import {
  dilateMask,
  erodeMask,
  fillHoles,
  intersectMasks,
  maskArea,
  maskComponents,
  uniteMasks,
} from './mask.ts'
import type { Mask } from './picture.ts'

/*
 * Finds what an edit changed by comparing two pictures at the edit's size: the model's result when it changes nothing
 * (its autoencoder's round trip), and the edit. Each pixel was kept, toned (its colour is a smooth
 * function of what it was) or redrawn. All distances are in levels of 255.
 */

/** A mean distance of colour that hardly anybody sees: a change below it, all over the picture, is the model's drift. */
const unseenDrift = 5
/** The least distance that counts as a change at all, were there no noise. */
const leastChange = 3

/** What was found, one number a pixel. */
export interface Change {
  readonly width: number
  readonly height: number
  /** 0 kept … 1 changed, whichever way. */
  readonly moved: Float32Array
  /** 255 where the picture was redrawn. */
  readonly redrawn: Mask
  /** From the colours before to those after, outside of what was redrawn. */
  readonly tone: AffineField
  /** An affine map of all colours, too small to be meant, that the model made on the way. */
  readonly drift: readonly number[]
  /** Standard deviation of what the model adds to what it keeps. */
  readonly noise: number
}

/** @param before and after at the same size */
export function findChange(before: LevelPlanes, result: LevelPlanes): Change {
  const { width, height } = before
  const noise = noiseOf(before, result)
  const overall = overallMap(before, result)
  const meant = distanceMoved(overall, before) >= unseenDrift
  const drift = meant ? identityMap : overall
  const after = withoutDrift(drift, before, result)
  const scene: Scene = { before, after, noise, scale: Math.max(1, Math.min(width, height) / 320) }
  const start = evenField(width, height, meant ? overall : identityMap)

  const moved = movedShare(scene, meant ? start : undefined)
  const evidence = redrawnParts(scene, restructured(scene), moved)
  if (moved.every((share) => share === 0) && isEmpty(evidence))
    return { width, height, moved, redrawn: evidence, tone: start, drift, noise }
  const first = judged(scene, start, moved, evidence)
  if (isEmpty(first.suspects))
    return { width, height, moved, redrawn: first.suspects, tone: first.tone, drift, noise }
  // Fitted again without redrawn areas, whose outline is now closed.
  const { tone, left, suspects } = judged(scene, start, moved, closed(scene, first.suspects, moved))
  return { width, height, moved, redrawn: narrowed(suspects, left, scene), tone, drift, noise }
}

const isEmpty = ({ data }: Mask): boolean => data.every((value) => value === 0)

/** The tone outside of the suspects, and the suspects with what that tone leaves unexplained. */
function judged(scene: Scene, start: AffineField, moved: Float32Array, suspects: Mask) {
  const tone = fitTone(scene, start, weightsOf(moved, suspects))
  const left = unexplained(tone, scene, moved)
  return { tone, left, suspects: uniteMasks(suspects, missed(left, scene)) }
}

/** The two pictures and what it takes to judge them. */
interface Scene {
  readonly before: LevelPlanes
  readonly after: LevelPlanes
  readonly noise: number
  /** Windows grow with the picture. */
  readonly scale: number
}

/** How alike two planes are in windows: variances, and the share of variance that no affine map explains. */
interface Likeness {
  readonly most: Float32Array
  readonly unlike: Float32Array
}

function likeness(
  one: Float32Array,
  other: Float32Array,
  { width, height }: LevelPlanes,
  radius: number,
): Likeness {
  const around = (plane: Float32Array) => boxBlurPlane(plane, width, height, radius)
  const [a, b] = [around(one), around(other)]
  const product = (x: Float32Array, y: Float32Array) => around(x.map((value, i) => value * y[i]!))
  const [aa, bb, ab] = [product(one, one), product(other, other), product(one, other)]
  const most = new Float32Array(a.length)
  const unlike = new Float32Array(a.length)
  for (let i = 0; i < a.length; i++) {
    const [va, vb] = [Math.max(0, aa[i]! - a[i]! ** 2), Math.max(0, bb[i]! - b[i]! ** 2)]
    most[i] = Math.max(va, vb)
    unlike[i] = 1 - (ab[i]! - a[i]! * b[i]!) ** 2 / Math.max(1e-3, va * vb)
  }
  return { most, unlike }
}

/** Lightness as the eye weighs it, in levels. Source: Rec. 601. */
function lumaOf({ channels: [red, green, blue] }: LevelPlanes): Float32Array {
  return red.map((r, i) => 0.299 * r + 0.587 * green[i]! + 0.114 * blue[i]!)
}

/** Measured in the calmest quarter of the picture: redrawn and textured parts say nothing of noise. */
function noiseOf(before: LevelPlanes, after: LevelPlanes): number {
  const { most, unlike } = likeness(lumaOf(before), lumaOf(after), before, 3)
  // Every seventh pixel is enough.
  const deviations = Float32Array.from({ length: Math.ceil(most.length / 7) }, (_, i) =>
    Math.sqrt(most[7 * i]! * Math.max(0, unlike[7 * i]!)),
  ).sort()
  return Math.min(6, Math.max(0.5, deviations[deviations.length >> 2]!))
}

/** The one affine map that fits most of the picture, whatever the rest does. */
function overallMap(before: LevelPlanes, after: LevelPlanes): readonly number[] {
  const factor = Math.max(1, Math.floor(Math.min(before.width, before.height) / 64))
  const [small, target] = [shrinkPlanes(before, factor), shrinkPlanes(after, factor)]
  const misfits = (map: readonly number[]): Float32Array => {
    const found = applyField(evenField(small.width, small.height, map), small)
    return found[0]!.map((_, i) =>
      Math.hypot(...found.map((plane, c) => plane[i]! - target.channels[c]![i]!)),
    )
  }
  // Distances beyond a few levels count ever less: Geman and McClure's estimator.
  const cost = (distances: Float32Array) => distances.reduce((sum, e) => sum + e ** 2 / (64 + e ** 2), 0)
  let best: { map: readonly number[]; cost: number } = { map: identityMap, cost: Number.POSITIVE_INFINITY }
  for (const weightsAtFirst of [undefined, misfits(identityMap).map(trustOf)]) {
    let weights: Float32Array | undefined = weightsAtFirst
    for (let i = 0; i < 12; i++) {
      const fit = {
        radius: Number.POSITIVE_INFINITY,
        ridge: 4,
        weights,
        start: evenField(small.width, small.height, identityMap),
      }
      const map = [...fitAffine(small, target.channels, fit).data.subarray(0, 12)]
      const distances = misfits(map)
      weights = distances.map(trustOf)
      if (cost(distances) < best.cost) best = { map, cost: cost(distances) }
    }
  }
  return best.map
}

const trustOf = (distance: number): number => (64 / (64 + distance ** 2)) ** 2

/** The root of the mean square by which a map moves the picture's colours. */
function distanceMoved(map: readonly number[], planes: LevelPlanes): number {
  const found = applyField(evenField(planes.width, planes.height, map), planes)
  let sum = 0
  for (const [c, plane] of found.entries())
    for (let i = 0; i < plane.length; i++) sum += (plane[i]! - planes.channels[c]![i]!) ** 2
  return Math.sqrt(sum / planes.channels[0].length / 3)
}

/** The edit with what the drift did to the colours before taken off. */
export function withoutDrift(
  drift: readonly number[],
  before: LevelPlanes,
  result: LevelPlanes,
): LevelPlanes {
  const drifted = applyField(evenField(before.width, before.height, drift), before)
  const [red, green, blue] = result.channels.map((plane, c) =>
    plane.map((value, i) => value - (drifted[c]![i]! - before.channels[c]![i]!)),
  ) as [Float32Array, Float32Array, Float32Array]
  return { ...result, channels: [red, green, blue] }
}

/**
 * How surely each pixel's colour moved, 0 to 1. Where an overall change of tone was meant, and fits a pixel as well as
 * no change does, the pixel goes with it: the grey parts of a picture that is made black and white.
 */
function movedShare(scene: Scene, overall: AffineField | undefined): Float32Array {
  const { before, noise } = scene
  const low = leastChange + noise
  const moved = distances(before.channels, scene)
  const unexplained = overall && distances(applyField(overall, before), scene)
  const sure = moved.map((distance, i) =>
    unexplained && unexplained[i]! < low && unexplained[i]! <= distance + 1
      ? Math.max(distance, 3 * low)
      : distance,
  )
  const share = sure.map((distance) => smoothstep(distance / low - 1))
  // What never becomes sure is noise.
  return onlyWhere(share, growFrom(sure, low, 2 * low, scene))
}

/**
 * The largest distance of the channels from the edit, noise averaged out. A pixel that hardly differs itself does not
 * take the distance of its neighbours: edges of a change stay where they are.
 */
function distances(channels: readonly Float32Array[], { after, scale }: Scene): Float32Array {
  const { width, height } = after
  const apart = channels.map((plane, c) => plane.map((value, i) => after.channels[c]![i]! - value))
  const largest = (sigma: number) => {
    const [red, green, blue] = apart.map((plane) => blurPlane(plane, width, height, sigma))
    return red!.map((value, i) => Math.max(Math.abs(value), Math.abs(green![i]!), Math.abs(blue![i]!)))
  }
  const [own, around] = [largest(0.5), largest(1.2 * scale)]
  return around.map((distance, i) => Math.min(distance, 2 * own[i]!))
}

const smoothstep = (x: number): number => {
  const t = Math.min(1, Math.max(0, x))
  return t * t * (3 - 2 * t)
}

function onlyWhere(share: Float32Array, mask: Mask): Float32Array {
  return share.map((value, i) => (mask.data[i]! > 0 ? value : 0))
}

/** Hysteresis threshold: areas above `low` that contain values above `high`, without specks. */
function growFrom(plane: Float32Array, low: number, high: number, { before, scale }: Scene): Mask {
  const { width, height } = before
  const above: Mask = { width, height, data: Uint8Array.from(plane, (value) => (value > low ? 255 : 0)) }
  const data = new Uint8Array(plane.length)
  for (const { pixels } of maskComponents(above)) {
    const seeds = pixels.reduce((count, pixel) => count + (plane[pixel]! > high ? 1 : 0), 0)
    if (seeds >= 4 * scale ** 2) for (const pixel of pixels) data[pixel] = 255
  }
  return { width, height, data }
}

/** 0 … 1 and above: how surely what is there has another structure than before. */
function restructured({ before, after, noise, scale }: Scene): Float32Array {
  const [was, is] = [lumaOf(before), lumaOf(after)]
  const [near, far] = [2, 6].map((radius) => likeness(was, is, before, Math.round(radius * scale))) as [
    Likeness,
    Likeness,
  ]
  const floor = (4 + 3 * noise) ** 2
  const evidence = ({ most, unlike }: Likeness, i: number) =>
    // How unlike, where there is enough to see.
    (unlike[i]! / 0.6) * smoothstep((most[i]! * unlike[i]!) / floor - 0.5)
  return was.map((_, i) => {
    const isKept = near.most[i]! > floor && near.unlike[i]! < 0.25
    return isKept ? evidence(near, i) : Math.max(evidence(near, i), evidence(far, i))
  })
}

/** Redrawn parts as a mask: grown, closed, and filled where what they enclose has moved too. */
function redrawnParts(scene: Scene, evidence: Float32Array, moved: Float32Array): Mask {
  const { width, height } = scene.before
  const reach = 2 * scene.scale
  const grown = growFrom(evidence, 0.5, 1, scene)
  const differs: Mask = { width, height, data: Uint8Array.from(moved, (share) => (share > 0 ? 255 : 0)) }
  // Windows also respond next to a change.
  const there = intersectMasks(grown, dilateMask(differs, reach))
  return closed(scene, there, moved)
}

/** The mask with what it encloses filled where that moved too: an outline may have gaps where new and old are alike. */
function closed({ before, scale }: Scene, mask: Mask, moved: Float32Array): Mask {
  const { width, height } = before
  const reach = 4 * scale
  const filled = erodeMask(fillHoles(dilateMask(mask, reach)), reach)
  const differs: Mask = { width, height, data: Uint8Array.from(moved, (share) => (share > 0 ? 255 : 0)) }
  return uniteMasks(mask, intersectMasks(filled, differs))
}

function weightsOf(moved: Float32Array, redrawn: Mask): Float32Array {
  return moved.map((share, i) => (redrawn.data[i]! > 0 ? 0 : share))
}

/** Windows from a sixth of the picture down to a few pixels, each fit departing from the one before. */
function fitTone(scene: Scene, start: AffineField, weights: Float32Array): AffineField {
  const { before, after, noise, scale } = scene
  const { width, height } = before
  let field = start
  for (const side of [40, 110]) {
    const factor = Math.max(1, Math.floor(Math.min(width, height) / side))
    const [guide, target] = [shrinkPlanes(before, factor), shrinkPlanes(after, factor)]
    const fit = {
      radius: 3,
      ridge: 4 + noise ** 2,
      weights: shrinkPlane(weights, width, height, factor),
      start: resizeField(field, guide.width, guide.height),
    }
    field = fitAffine(guide, target.channels, fit)
  }
  const coarse = resizeField(field, width, height)
  return fitAffine(before, withoutNoise(coarse, scene), {
    radius: Math.round(3 * scale),
    ridge: 16 + 4 * noise ** 2,
    weights,
    start: coarse,
  })
}

/** The edit, with the toned colour where the two differ by no more than noise. */
function withoutNoise(tone: AffineField, scene: Scene): readonly Float32Array[] {
  const expected = applyField(tone, scene.before)
  const far = distances(expected, scene).map((distance) => smoothstep(distance / (leastChange + scene.noise)))
  return expected.map((plane, c) =>
    plane.map((value, i) => value + far[i]! * (scene.after.channels[c]![i]! - value)),
  )
}

/** How far the edit is from what the tone that was found makes of the picture. */
function unexplained(tone: AffineField, scene: Scene, moved: Float32Array): Float32Array {
  const { channels } = scene.before
  const toned = applyField(tone, scene.before)
  const expected = channels.map((plane, c) =>
    plane.map((value, i) => value + moved[i]! * (toned[c]![i]! - value)),
  )
  return distances(expected, scene)
}

/** Changes without a structural difference that no tone explains. */
function missed(left: Float32Array, scene: Scene): Mask {
  const high = 3 * (leastChange + scene.noise)
  return growFrom(left, high / 2, high, scene)
}

/** Windows also respond next to a change: keep only what lies near an unexplained pixel. */
function narrowed(suspects: Mask, left: Float32Array, { before, noise, scale }: Scene): Mask {
  const { width, height } = before
  const low = leastChange + noise
  const far: Mask = { width, height, data: Uint8Array.from(left, (distance) => (distance > low ? 255 : 0)) }
  const near = intersectMasks(suspects, fillHoles(dilateMask(intersectMasks(suspects, far), 1.5 * scale)))
  // A small hole is a place where new content happens to have the colour of the old.
  return fillHoles(near, maskArea(near) / 4)
}
