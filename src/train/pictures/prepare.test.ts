import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storedTurned, withOrientation } from '../../../test/pictures/pngFiles.ts'
import { encodePicture, type Picture } from '../../image/index.ts'
import { FeatureCache } from '../cache.ts'
import { checkTriplets } from './prepare.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'prepare-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const upright: Picture = {
  width: 96,
  height: 64,
  data: Uint8Array.from({ length: 3 * 96 * 64 }, (_, i) => (i * 7919) % 251),
}

/** How many of the pairs are of the same picture, as training sees them. */
async function equalPairs(
  pairs: readonly (readonly [source: Uint8Array, target: Uint8Array])[],
): Promise<number> {
  const triplets = pairs.map(([source, target], i) => {
    const files = { source: join(folder, `source${i}.png`), target: join(folder, `target${i}.png`) }
    writeFileSync(files.source, source)
    writeFileSync(files.target, target)
    return { ...files, instruction: 'leave it as it is' }
  })
  const parts = { keys: { encode: 'e', condition: 'c' }, pixelsPerToken: 16 }
  const features = new FeatureCache(join(folder, 'features'))
  const { equal } = await checkTriplets(triplets, parts, pairs.length, { name: 'list', size: 64, features })
  return equal.length
}

describe('source and target', () => {
  it('are seen upright whatever their orientation', async () => {
    const plain = await encodePicture(upright, 'png')
    const turned = async (orientation: number) =>
      withOrientation(await encodePicture(storedTurned(upright, orientation), 'png'), orientation)
    const pairs = await Promise.all(
      Array.from({ length: 8 }, async (_, i) =>
        i % 2 === 0 ? ([await turned(i + 1), plain] as const) : ([plain, await turned(i + 1)] as const),
      ),
    )
    expect(await equalPairs(pairs)).toBe(8)
    // A pair that is not the same is told apart.
    expect(await equalPairs([[plain, await encodePicture(storedTurned(upright, 3), 'png')]])).toBe(0)
  })
})
