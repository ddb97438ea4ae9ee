import { boxMean, type Mask, maskComponents, maskOfPixels } from '../../../image/index.ts'
import type { GarmentPart } from '../../../instructions/index.ts'
import { sitterOf } from '../../../operations/index.ts'
import type { Box, Face } from '../../../tools/index.ts'
import type { Candidate } from './candidates.ts'
import { findPeople } from './people.ts'
import type { View } from './view.ts'

/** Points of the mesh: the middle of the hairline, and the chin. */
const [hairline, chin] = [10, 152]
/** Of a person's box where no face is seen: where the head ends, and the legs begin. */
const [headShare, hipShare] = [0.16, 0.52]
/** In heights of the face below the chin: where the legs begin. */
const hipsBelow = 3.1

/** The clothes of each person: what of the person lies below the head and is no skin. */
export async function findClothes(view: View, part: GarmentPart, name: string): Promise<Candidate[]> {
  const people = await findPeople(view)
  if (people.length === 0) return []
  const faces = view.tools.has('faces') ? await view.faces() : []
  return people.flatMap((person) => {
    const face = faces.find((each) => isIn(each.box, person.box))
    const [top, bottom] = spanOf(part, person.box, face)
    const height = Math.min(bottom, person.box.y + person.box.height) - top
    if (height < 0.1 * person.box.height) return []
    const box = { ...person.box, y: top, height }
    return [
      { name, score: 0.8 * person.score, box, mask: async () => worn(view, await person.mask(), box, face) },
    ]
  })
}

function isIn(inner: Box, outer: Box): boolean {
  const [x, y] = [inner.x + inner.width / 2, inner.y + inner.height / 2]
  return x > outer.x && x < outer.x + outer.width && y > outer.y && y < outer.y + 0.5 * outer.height
}

/** From which row to which the garment may be. */
function spanOf(part: GarmentPart, { y, height }: Box, face: Face | undefined): readonly [number, number] {
  const length = face ? face.mesh[chin]![1] - face.mesh[hairline]![1] : 0
  const top = face ? face.mesh[chin]![1] - 0.02 * length : y + headShare * height
  const hips = face ? face.mesh[chin]![1] + hipsBelow * length : y + hipShare * height
  return [part === 'lower' ? hips : top, part === 'upper' ? hips : y + height]
}

function worn(view: View, person: Mask, box: Box, face: Face | undefined): Mask {
  const { width, height } = person
  const isSkin = face ? skinTest(view, face) : () => 0
  const data = new Float32Array(width * height)
  for (let y = Math.max(0, Math.round(box.y)); y < Math.min(height, box.y + box.height); y++)
    for (let x = 0; x < width; x++) {
      const i = y * width + x
      data[i] = (person.data[i]! / 255) * (1 - isSkin(i))
    }
  const even = boxMean({ width, height, data }, 2).data
  const mask: Mask = { width, height, data: Uint8Array.from(even, (value) => (value >= 0.5 ? 255 : 0)) }
  const parts = maskComponents(mask)
  return maskOfPixels(
    width,
    height,
    parts.filter(({ area }) => area >= 0.04 * parts[0]!.area).flatMap(({ pixels }) => pixels),
  )
}

/** How much a pixel has the colour of a face's skin, 0 to 1. */
function skinTest({ seen, lab }: View, face: Face): (i: number) => number {
  const { skin, lab: small } = sitterOf(seen, face).maps
  let [a, b, light, count] = [0, 0, 0, 1e-6]
  for (let i = 0; i < skin.data.length; i++) {
    const share = skin.data[i]!
    if (share < 0.6) continue
    light += small.lightness[i]!
    a += small.a[i]!
    b += small.b[i]!
    count++
  }
  ;[light, a, b] = [light / count, a / count, b / count]
  return (i) => {
    const away = Math.hypot(0.3 * (lab.lightness[i]! - light), 2 * (lab.a[i]! - a), 2 * (lab.b[i]! - b))
    return Math.min(1, Math.max(0, 2 - away / 0.03))
  }
}
