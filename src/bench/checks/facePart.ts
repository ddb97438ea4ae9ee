import {
  cropPicture,
  dilateMask,
  intersectMasks,
  type Mask,
  maskShare,
  type Picture,
  resizePicture,
  subtractMask,
  uniteMasks,
} from '../../image/index.ts'
import { type FacePart, faceWidth, partMask } from '../../operations/index.ts'
import type { Face } from '../../tools/index.ts'
import type { CheckColour } from './check.ts'
import { colourShare } from './colour.ts'
import {
  type Comparison,
  comparePictures,
  correlationWithin,
  localContrast,
  meanWithin,
} from './comparison.ts'
import { meshDistance, nearest } from './faces.ts'
import {
  atLeast,
  atMost,
  type CheckOf,
  type CheckRule,
  type Finding,
  first,
  missing,
  percent,
  told,
  unknown,
} from './finding.ts'
import { around } from './view.ts'

type Part = CheckOf<'face-part'>['part']

/** Parts of the mesh that belong to each part; skin and hair are what is left of the face, and what is around it. */
const outlines: { readonly [P in Exclude<Part, 'skin' | 'hair'>]: readonly FacePart[] } = {
  lips: ['lips'],
  teeth: ['mouth'],
  eyes: ['leftEye', 'rightEye', 'leftLid', 'rightLid', 'leftUnderEye', 'rightUnderEye'],
  brows: ['leftBrow', 'rightBrow'],
  expression: ['lips', 'leftEye', 'rightEye', 'leftBrow', 'rightBrow'],
}

/** The least mean ΔE in the part, and by how much it must exceed that of the rest of the face. */
const [leastChange, leastRatio] = [0.8, 1.5]
/** Skin with this share of its fine contrast or less was smoothed. */
const smoothed = 0.85
/** The least that an expression moves the points of the mesh, by the face's width. */
const leastMove = 0.012

/** Of what changed in eyes or lips the least share that has the colour, more than had it; how alike light and dark stay. */
const [leastPainted, leastLines] = [0.3, 0.5]
/** How far around a part is looked for its colour, by the face's width, and the most of it that may have it. */
const [spill, mostSpilt] = [0.05, 0.2]

/** The part of the largest face changed, and more than the rest of it. */
export const facePart: CheckRule<'face-part'> = async ({ part, colour }, view) => {
  if (!view.has('faces')) return missing('faces')
  const [face] = await view.faces('source')
  if (!face) return unknown('no face is found in the source')
  const area = around(face.box, 0.35, view.source)
  const scale = Math.min(1, 512 / Math.max(area.width, area.height))
  const [before, after] = [view.source, view.edited].map((picture) => closeUp(picture, area, scale)) as [
    Picture,
    Picture,
  ]
  const near: Face = {
    ...face,
    box: {
      x: (face.box.x - area.x) * scale,
      y: (face.box.y - area.y) * scale,
      width: face.box.width * scale,
      height: face.box.height * scale,
    },
    mesh: face.mesh.map(([x, y]) => [(x - area.x) * scale, (y - area.y) * scale] as const),
  }
  const { own, rest } = masksOf(before, near, part)
  if (maskShare(own) === 0) return unknown(`no ${part} is found in the source`)
  const comparison = comparePictures(before, after)
  const { deltaE } = comparison
  const [change, other] = [meanWithin(own, deltaE), meanWithin(rest, deltaE)]
  const isThere = atLeast(
    change,
    leastChange,
    `the ${part} changed by ΔE ${told(change)}, the rest of the face by ${told(other)}`,
  )
  if (part === 'expression') {
    const found = nearest(face, await view.faces('edited'))
    if (!found) return { verdict: 'fail', seen: 'the face is not found any more' }
    const move = meshDistance(face, found)
    return first([
      isThere,
      atLeast(move, leastMove, `points of the face moved by ${told(100 * move)} % of its width`),
    ])
  }
  if (part === 'skin') {
    const ratio = contrastRatio(comparison, own)
    if (ratio <= smoothed)
      return atMost(ratio, smoothed, `the skin has ${percent(ratio)} of its fine contrast`)
  }
  const painted = colour === undefined ? [] : paintFindings(comparison, part, colour, before, near)
  return first([
    isThere,
    atLeast(change / Math.max(0.2, other), leastRatio, isThere.seen),
    ...painted,
    painted[0] ?? isThere,
  ])
}

/**
 * Eyes and lips have the colour now, their lines are those of the source, and what is around them has not got it: a patch
 * over an eye is no iris.
 */
function paintFindings(
  { source, edited, changed }: Comparison,
  part: Part,
  colour: CheckColour,
  picture: Picture,
  face: Face,
): Finding[] {
  const own = partMask(picture, face, part === 'eyes' ? ['leftEye', 'rightEye'] : ['lips'], 0)
  const reach = Math.max(1, spill * faceWidth(face))
  const near = dilateMask(own, reach)
  const ring = subtractMask(near, dilateMask(own, 1))
  const painted = intersectMasks(own, changed)
  const [is, was] = [colourShare(edited, painted, colour), colourShare(source, own, colour)]
  const spilt = colourShare(edited, ring, colour) - colourShare(source, ring, colour)
  const alike = correlationWithin(near, source.lightness, edited.lightness)
  return [
    atLeast(
      is - was,
      leastPainted,
      `${percent(is)} of what changed in the ${part} is ${colour}, ${percent(was)} of them was`,
    ),
    atLeast(alike, leastLines, `light and dark there are ${percent(Math.max(0, alike))} the source's`),
    atMost(spilt, mostSpilt, `${percent(Math.max(0, spilt))} of what is around them became ${colour}`),
  ]
}

/** Fine contrast within a mask by the source's: softening of lines and pores hardly changes the mean colour. */
function contrastRatio({ source, edited }: Comparison, where: Mask): number {
  const [before, after] = [source, edited].map((planes) =>
    meanWithin(where, { data: localContrast(planes, 2) }),
  ) as [number, number]
  return after / Math.max(1e-4, before)
}

function closeUp(picture: Picture, area: Parameters<typeof cropPicture>[1], scale: number): Picture {
  const crop = cropPicture(picture, area)
  if (scale === 1) return crop
  const [width, height] = [Math.round(area.width * scale), Math.round(area.height * scale)]
  return resizePicture(crop, { width, height, filter: 'bilinear' })
}

/** The part, and the rest of the face without its surroundings. */
function masksOf(picture: Picture, face: Face, part: Part): { readonly own: Mask; readonly rest: Mask } {
  const whole = partMask(picture, face, ['face'], 0)
  const features = partMask(picture, face, ['leftEye', 'rightEye', 'leftBrow', 'rightBrow', 'lips'], 0)
  const reach = Math.max(1, 0.02 * faceWidth(face))
  if (part === 'skin') return { own: subtractMask(whole, dilateMask(features, reach)), rest: features }
  if (part === 'hair') {
    const near = dilateMask(whole, 0.25 * faceWidth(face))
    const below = face.box.y + 0.45 * face.box.height
    const above = {
      ...near,
      data: near.data.map((value, i) => (Math.floor(i / near.width) < below ? value : 0)),
    }
    return { own: subtractMask(above, dilateMask(whole, reach)), rest: whole }
  }
  const own = partMask(picture, face, outlines[part], 0)
  return { own, rest: subtractMask(whole, dilateMask(uniteMasks(own, own), 2 * reach)) }
}
