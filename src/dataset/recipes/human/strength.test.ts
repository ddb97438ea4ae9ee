import { afterAll, describe, expect, it } from 'vitest'
import { sourceOf, toolsFor } from '../../../../test/recipes.ts'
import { meanDifference } from '../../../image/index.ts'
import { sitterOf } from '../../../operations/index.ts'
import { Random } from '../../../random/index.ts'
import type { Face } from '../../../tools/index.ts'
import { eyeRetouches, mouthRetouches } from './features.ts'
import { shapeRetouches } from './shape.ts'
import { skinRetouches } from './skin.ts'

const { tools, missing } = await toolsFor(['faces'])
afterAll(() => tools.close())

const { picture } = await sourceOf('faces/astronaut.jpg', 256)

// Without the pack there is no mesh to retouch by.
describe.skipIf(missing)('the strength of a retouch', async () => {
  const found: readonly Face[] = missing ? [] : await tools.get('faces').find(picture)

  // Of those that differ by a colour alone, one.
  const retouches = [...skinRetouches, ...eyeRetouches, ...mouthRetouches, ...shapeRetouches].filter(
    ({ name }) => !/^(eye-shadow|lips)-(?!blue|red)/.test(name),
  )
  it.each(retouches)(
    '$name: what is said to be clear changes more than what is said to be slight',
    (retouch) => {
      const sitter = sitterOf(picture, found[0]!)
      const changed = { slight: [] as number[], clear: [] as number[] }
      for (let seed = 0; seed < 5; seed++) {
        const { picture: after, strength } = retouch.apply(sitter, new Random('strength', seed))
        changed[strength].push(meanDifference(picture, after) ?? 0)
      }
      const { slight, clear } = changed
      if (slight.length > 0 && clear.length > 0)
        expect(Math.max(...slight)).toBeLessThanOrEqual(Math.min(...clear))
      expect(Math.min(...slight, ...clear)).toBeGreaterThan(0)
    },
  )
})
