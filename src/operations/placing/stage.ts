import {
  type Area,
  castShadow,
  compositePictures,
  contactShadow,
  cropPicture,
  evenMask,
  featherMask,
  type Layer,
  type Mask,
  maskBox,
  type Picture,
  pasteMask,
  pastePicture,
  resizeMask,
  resizePicture,
  shadePicture,
  similarityWarp,
  spreadColours,
  warpMask,
  warpPicture,
} from '../../image/index.ts'
import { addGrain, type Harmony, harmonise, type Look, lookOf } from './harmonise.ts'
import { type Placement, turnedSize } from './placement.ts'

/** A picture with a thing put into it. */
export interface Staged {
  readonly picture: Picture
  /** Coverage of the thing alone. */
  readonly alpha: Mask
  /** All that may have changed: the thing, its shadow and its reflection. */
  readonly region: Mask
  readonly harmony: Harmony
}

/** How the light falls in a picture, so that two things in it throw the same shadow. */
export interface Light {
  /** How far shadows lean to the right, as a share of the height of what throws them. */
  readonly lean: number
  /** How dark they are, 0 to 1. */
  readonly strength: number
}

/**
 * Puts a cut-out where it was placed: scaled, turned, brought to the look of the place, with its shadow on the
 * ground or its reflection in the water. Outside of the region the picture is as it was, to the bit. `next` gives
 * numbers in [0, 1) for grain and blades of grass.
 */
export function stageThing(
  picture: Picture,
  cutout: Layer,
  placement: Placement,
  { light, look = lookAt(picture, placement) }: { readonly light: Light; readonly look?: Look },
  next: () => number,
): Staged {
  const small = scaledLayer(cutout, placement)
  const { picture: toned, harmony } = harmonise(small.picture, small.alpha, look)
  const layer = layerOf(picture, { picture: toned, alpha: small.alpha }, placement)
  const above = layer.picture
  const covered = placement.surface.kind === 'grass' ? amongGrass(layer.alpha, placement, next) : layer.alpha
  const alpha = withoutTraces(look.softness === 0 ? covered : featherMask(covered, look.softness / 2))
  const shadow = withoutTraces(shadowOf(alpha, placement, light))
  const reflection = withoutTraces(reflectionOf(alpha, placement))
  const shaded = shadePicture(picture, shadow, 1)
  const mirrored = compositePictures(shaded, mirrorBelow(above, placement.y), reflection)
  const composite = compositePictures(mirrored, above, alpha)
  const region = evenMask(picture.width, picture.height, 0)
  for (const mask of [alpha, shadow, reflection])
    for (const [pixel, value] of mask.data.entries()) if (value > 0) region.data[pixel] = 255
  return { picture: addGrain(composite, alpha, look.noise, next), alpha, region, harmony }
}

/** The look of a place: the cast of the light is that of the whole picture, details are those around it. */
export function lookAt(picture: Picture, placement: Placement): Look {
  const place = lookOf(cropPicture(picture, surroundings(picture, placement)))
  const whole = lookOf(picture)
  const mean = between(whole.colours.mean, place.colours.mean)
  return { ...place, chroma: whole.chroma, colours: { ...whole.colours, mean } }
}

/** So many pixels around the scaled cut-out carry its colours on, for edges that are softened later. */
const margin = 6

/** The cut-out at the size of its place, with a margin. */
function scaledLayer({ picture, alpha }: Layer, { width, height }: Placement): Layer {
  const size = { width, height }
  const frame = evenMask(width + 2 * margin, height + 2 * margin, 0)
  const blank = { ...frame, data: new Uint8Array(3 * frame.data.length) }
  const small = resizePicture(spreadColours(picture, alpha), size)
  const full = pasteMask(frame, evenMask(width, height, 255), margin, margin)
  return {
    picture: spreadColours(pastePicture(blank, small, margin, margin), full),
    alpha: pasteMask(frame, resizeMask(alpha, size), margin, margin),
  }
}

/** The scaled cut-out, mirrored and turned, at its place in a frame of the picture's size. */
function layerOf(frame: Picture, small: Layer, placement: Placement): Layer {
  const { x, y, height, mirror, turn } = placement
  const around = turnedSize({ ...small.alpha, turn })
  const warp = similarityWarp({
    turn,
    mirror,
    center: [small.alpha.width / 2, small.alpha.height / 2],
    to: [around.width / 2, around.height / 2],
  })
  const isUpright = turn === 0 && !mirror
  const turned = isUpright
    ? small
    : { picture: warpPicture(small.picture, warp, around), alpha: warpMask(small.alpha, warp, around) }
  const [left, top] = [Math.round(x - around.width / 2), Math.round(y - height / 2 - around.height / 2)]
  const blank = { width: frame.width, height: frame.height, data: new Uint8Array(frame.data.length) }
  return {
    picture: pastePicture(blank, turned.picture, left, top),
    alpha: pasteMask(evenMask(frame.width, frame.height, 0), turned.alpha, left, top),
  }
}

/** Blades of grass before the feet: the lowest part of the thing is covered here and there, more toward its foot. */
function amongGrass(alpha: Mask, { y, height, x, width }: Placement, next: () => number): Mask {
  const data = alpha.data.slice()
  const reach = Math.max(2, Math.min(9, 0.07 * height))
  for (let u = Math.max(0, Math.floor(x - width)); u < Math.min(alpha.width, x + width); u++) {
    const blade = reach * next() ** 2
    for (let v = Math.max(0, Math.floor(y - blade - 1)); v < Math.min(alpha.height, y + 2); v++) {
      const hidden = Math.min(1, Math.max(0, v - (y - blade) + 0.5))
      data[v * alpha.width + u] = Math.round(data[v * alpha.width + u]! * (1 - 0.85 * hidden))
    }
  }
  return { ...alpha, data }
}

function shadowOf(alpha: Mask, { surface, height, width }: Placement, { lean, strength }: Light): Mask {
  if (surface.kind === 'sky' || surface.kind === 'water') return evenMask(alpha.width, alpha.height, 0)
  const reach = Math.max(2, 0.05 * Math.min(height, width))
  if (surface.kind === 'flat' || surface.kind === 'leaf') {
    const soft = featherMask(shifted(alpha, Math.round(reach * Math.sign(lean)), Math.round(reach)), reach)
    return scaled(soft, 0.5)
  }
  // A table is lit from near, so its shadows are short.
  const isNear = surface.kind === 'table' || surface.kind === 'floor'
  const cast = castShadow(alpha, {
    flatness: isNear ? 0.16 : 0.24,
    lean: isNear ? lean * 0.5 : lean,
    blur: Math.max(1.5, height * 0.05),
  })
  const contact = contactShadow(alpha, Math.max(2, 0.045 * height))
  const data = cast.data.map((value, i) => Math.min(215, value * strength + contact.data[i]! * 0.62))
  return { width: alpha.width, height: alpha.height, data }
}

/** The shadow of a subject that stands on a studio floor: soft, under it and around its foot. */
export function floorShadow(alpha: Mask): Mask {
  const box = maskBox(alpha)
  const height = box?.height ?? 1
  const cast = castShadow(alpha, { flatness: 0.1, lean: 0.05, blur: Math.max(2, height * 0.05) })
  const contact = contactShadow(alpha, Math.max(3, 0.05 * height))
  const data = cast.data.map((value, i) => Math.min(230, value * 0.45 + contact.data[i]! * 0.7))
  return withoutTraces({ ...alpha, data })
}

/** The mirror image on water: fainter and broken by ripples farther from the waterline. */
function reflectionOf(alpha: Mask, { surface, y, height }: Placement): Mask {
  const { width, data } = alpha
  const out = evenMask(width, alpha.height, 0)
  if (surface.kind !== 'water') return out
  for (let v = y; v < Math.min(alpha.height, y + height); v++) {
    const far = (v - y) / height
    const from = 2 * y - 1 - v
    if (from < 0) break
    for (let u = 0; u < width; u++) {
      const ripple = Math.round(Math.sin(v * 1.7 + Math.sin(v * 0.6) * 2) * (0.5 + 2.5 * far))
      const value = data[from * width + Math.min(width - 1, Math.max(0, u + ripple))]!
      out.data[v * width + u] = value * 0.55 * (1 - far) ** 1.2
    }
  }
  return featherMask(out, 0.8)
}

/** The picture with what is above a line mirrored below it. */
function mirrorBelow(picture: Picture, line: number): Picture {
  const data = picture.data.slice()
  const row = 3 * picture.width
  for (let v = line; v < picture.height; v++) {
    const from = 2 * line - 1 - v
    if (from >= 0) data.set(picture.data.subarray(from * row, (from + 1) * row), v * row)
  }
  return { ...picture, data }
}

/** The part of the picture around a place, twice as large as the thing. */
function surroundings(picture: Picture, { x, y, width, height }: Placement): Area {
  const left = Math.max(0, Math.floor(x - width))
  const top = Math.max(0, Math.floor(y - 1.5 * height))
  const right = Math.min(picture.width, Math.ceil(x + width))
  const bottom = Math.min(picture.height, Math.ceil(y + 0.5 * height))
  return { x: left, y: top, width: Math.max(4, right - left), height: Math.max(4, bottom - top) }
}

function shifted(mask: Mask, dx: number, dy: number): Mask {
  return pasteMask(evenMask(mask.width, mask.height, 0), mask, dx, dy)
}

function scaled(mask: Mask, share: number): Mask {
  return { ...mask, data: mask.data.map((value) => value * share) }
}

/** Blurs leave traces of a level or two far out: they are no part of anything. */
function withoutTraces(mask: Mask): Mask {
  return { ...mask, data: mask.data.map((value) => (value < 4 ? 0 : value)) }
}

function between(
  one: readonly [number, number, number],
  other: readonly [number, number, number],
): [number, number, number] {
  return [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2, (one[2] + other[2]) / 2]
}
