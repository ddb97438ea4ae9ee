import { expect, it } from 'vitest'
import { encodePicture } from '../../image/index.ts'
import { type FoundTriplet, sha256Of, tripletProblems } from './problem.ts'

const png = (level: number): Promise<Uint8Array> =>
  encodePicture({ width: 8, height: 8, data: new Uint8Array(192).fill(level) }, 'png')

it('holds source, target and mask to their hashes', async () => {
  const [source, target, mask] = [await png(10), await png(20), await png(255)]
  const triplet: FoundTriplet = {
    where: 'train 1',
    key: 'a'.repeat(64),
    kind: 'color_alter',
    split: 'train',
    instructions: [{ en: 'Paint the door red.', cn: '把门漆成红色。' }],
    source,
    target,
    mask,
    width: 8,
    height: 8,
    sha256: { source: sha256Of(source), target: sha256Of(target), mask: sha256Of(mask) },
    origins: [],
  }
  const found = async (change: Partial<FoundTriplet>): Promise<readonly string[]> =>
    (await tripletProblems({ ...triplet, ...change })).map(({ what }) => what)
  const { mask: _, ...without } = triplet
  expect(await found({})).toEqual([])
  expect(await found({ mask: target })).toEqual(['mask: is not the mask that was made (its SHA-256 differs)'])
  expect((await tripletProblems(without)).map(({ what }) => what)).toEqual(['mask: is missing'])
  expect(await found({ target: mask })).toEqual([
    'target: is not the picture that was made (its SHA-256 differs)',
  ])
})
