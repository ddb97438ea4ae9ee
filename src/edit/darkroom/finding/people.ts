import { fillHoles, type Mask, maskBox, type Plane, toLevel } from '../../../image/index.ts'
import { faceWidth, partMask, sitterOf, teethOf } from '../../../operations/index.ts'
import type { Box, Face } from '../../../tools/index.ts'
import type { TargetType } from '../plan.ts'
import type { Candidate } from './candidates.ts'
import { findHair } from './hair.ts'
import { maskInBox } from './inBox.ts'
import type { View } from './view.ts'

/** People by the detector, else the subject that a face was found on. */
export async function findPeople(view: View, all = false): Promise<Candidate[]> {
  const hasDetector = view.tools.has('detector')
  const detections = hasDetector ? await (all ? view.closerDetections() : view.detections()) : []
  const people = detections.filter(({ label, score }) => label === 'person' && score >= 0.3)
  // Where one is meant, those in the background are not.
  const sure = all ? people : people.filter(({ score }) => score >= 0.5 * people[0]!.score)
  if (sure.length > 0)
    return sure.map(({ box, score, label }) => ({
      name: label,
      score,
      box,
      mask: async () => maskInBox(view, { box, label }, await view.detections()),
    }))
  const [face, second] = await view.faces()
  if (!face || second || !view.tools.has('matting')) return []
  const matte = await view.matte()
  const box = maskBox(matte)
  return box && isWithin(face.box, box)
    ? [{ name: 'person', score: 0.6, box, mask: () => Promise.resolve(matte) }]
    : []
}

const isWithin = (inner: Box, outer: Box): boolean =>
  inner.x + inner.width / 2 > outer.x &&
  inner.x + inner.width / 2 < outer.x + outer.width &&
  inner.y + inner.height / 2 > outer.y &&
  inner.y + inner.height / 2 < outer.y + outer.height

/** A part of a person by which a target is found. */
export type PersonPart = Extract<TargetType, 'face' | 'skin' | 'hair' | 'eyes' | 'lips' | 'teeth'>

/** Faces, or the part of each; faces that show none of it are left out. */
export async function findFaceParts(view: View, part: PersonPart): Promise<Candidate[]> {
  const faces = await view.faces()
  const found: Candidate[] = []
  for (const face of faces) {
    const mask = await masks[part](view, face)
    const box = mask && maskBox(mask, 100)
    if (!mask || !box) continue
    found.push({ name: names[part], score: face.score, box, mask: () => Promise.resolve(mask) })
  }
  return found
}

/** In the singular. */
const names: { readonly [P in PersonPart]: string } = {
  face: 'face',
  skin: 'face',
  hair: 'hair',
  eyes: 'eye',
  lips: 'mouth',
  teeth: 'mouth',
}

type PartMask = (view: View, face: Face) => Mask | undefined | Promise<Mask | undefined>

const masks: { readonly [P in PersonPart]: PartMask } = {
  face: ({ seen }, face) => partMask(seen, face, ['face'], 0.02),
  skin: ({ seen }, face) => ofPlane(sitterOf(seen, face).maps.wideSkin, seen),
  hair: findHair,
  eyes: ({ seen }, face) => partMask(seen, face, ['leftEye', 'rightEye'], 0.004),
  lips: ({ seen }, face) => {
    const [lips, mouth] = [partMask(seen, face, ['lips'], 0), partMask(seen, face, ['mouth'], 0)]
    const soft = partMask(seen, face, ['lips'], 0.006)
    return {
      ...soft,
      data: soft.data.map((value, i) => (lips.data[i] === 0 ? 0 : Math.min(value, 255 - mouth.data[i]!))),
    }
  },
  teeth: ({ seen }, face) => {
    const { maps } = sitterOf(seen, face)
    const { teeth, area } = teethOf(maps)
    // Lips that are closed show none.
    return area < 0.004 ? undefined : fillHoles(ofPlane(teeth, seen), 0.0004 * faceWidth(face) ** 2)
  },
}

/** A plane of 0 to 1 as coverage of the analysed picture's size. */
function ofPlane(
  { width, height, data }: Plane,
  seen: { readonly width: number; readonly height: number },
): Mask {
  const out = new Uint8Array(seen.width * seen.height)
  for (let y = 0; y < seen.height; y++)
    for (let x = 0; x < seen.width; x++) {
      const [u, v] = [Math.floor((x * width) / seen.width), Math.floor((y * height) / seen.height)]
      out[y * seen.width + x] = toLevel(data[v * width + u]!)
    }
  return { width: seen.width, height: seen.height, data: out }
}
