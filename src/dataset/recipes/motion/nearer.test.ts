import { expect, it } from 'vitest'
import { paintedBall } from '../../../../test/pictures/painted.ts'
import { mattingOf } from '../../../../test/recipes.ts'
import {
  compositePictures,
  differenceMap,
  evenMask,
  type Mask,
  type Picture,
  pasteMask,
  pastePicture,
} from '../../../image/index.ts'
import type { Noun } from '../../../instructions/index.ts'
import { Random } from '../../../random/index.ts'
import type { Toolbox } from '../../../tools/index.ts'
import { nearer } from './nearer.ts'

const size = { width: 160, height: 120 }
const side = 44

/** A red ball on even ground, and its coverage. */
function scene(left: number): { picture: Picture; alpha: Mask } {
  const bare: Picture = {
    ...size,
    data: Uint8Array.from({ length: 3 * size.width * size.height }, (_, i) => [110, 140, 90][i % 3]!),
  }
  const { picture, alpha } = paintedBall(side, [210, 40, 30])
  const full = pasteMask(evenMask(size.width, size.height, 0), alpha, left, 40)
  return { picture: compositePictures(bare, pastePicture(bare, picture, left, 40), full), alpha: full }
}

function drafted(
  left: number,
  seed: number,
  named: { readonly subject?: Noun } = { subject: { en: 'ball', cn: '球' } },
) {
  const { picture, alpha } = scene(left)
  const tools: Toolbox = {
    has: (job) => job === 'matting',
    get: () => ({ matte: mattingOf(alpha) }) as never,
    close: async () => {},
  }
  const donors = { cutout: async () => undefined, picture: async () => undefined }
  const annotation = { things: [], surfaces: [], ...named }
  const source = { id: 'ball', name: 'ball', picture }
  return nearer
    .draft(source, { tools, donors, annotation, random: new Random(seed) })
    .then((draft) => ({ picture, draft }))
}

const red = ({ data }: Picture): number =>
  Array.from({ length: data.length / 3 }, (_, i) => i).filter((i) => data[3 * i]! > data[3 * i + 1]! + 40)
    .length

it('the subject comes nearer and grows, or goes away and the photograph is the target', async () => {
  const said = new Set<string>()
  for (let seed = 0; seed < 6; seed++) {
    const { picture, draft } = await drafted(50, seed)
    const { source, target, region, facts } = draft
    if (facts.kind !== 'motion_change') throw new Error('expected motion_change')
    said.add(facts.motion.en)
    const comes = facts.motion.en === 'move closer to the camera'
    expect(comes ? source : target).toBe(picture)
    const growth = red(target) / red(source)
    expect(comes ? growth : 1 / growth).toBeGreaterThan(1.4)
    const leaks = differenceMap(source, target).data.some((value, i) => value > 0 && region!.data[i] === 0)
    expect(leaks).toBe(false)
  }
  expect(said).toEqual(new Set(['move closer to the camera', 'move further away from the camera']))
})

it('what a side of the picture cuts off stays where it is', async () => {
  await expect(drafted(-12, 1)).rejects.toThrow('cut-off')
})

it('what nobody has a name for does not move', async () => {
  await expect(drafted(50, 1, {})).rejects.toThrow('no-name')
})
