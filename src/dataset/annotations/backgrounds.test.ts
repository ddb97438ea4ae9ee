import { expect, it } from 'vitest'
import type { Survey } from '../../edit/index.ts'
import { boxMask } from '../../image/index.ts'
import { backgroundIn } from './backgrounds.ts'

const [width, height] = [40, 30]
const part = (top: number, bottom: number) => ({
  score: 0.9,
  mask: boxMask(width, height, { x: 0, y: top, width, height: bottom - top }),
})

/** Sky above, and below it what looks like water. */
const survey: Survey = {
  part: (kind) => (kind === 'sky' ? part(0, 12) : kind === 'water' ? part(12, height) : undefined),
  things: async () => [],
  mask: async () => boxMask(width, height, { x: 0, y: 0, width, height }),
}

it('calls something water only where a level horizon is seen above it', () => {
  expect(backgroundIn(survey, 0.4)?.en).toBe('open water under a wide sky')
  expect(backgroundIn(survey)).toBeUndefined()
  expect(backgroundIn(survey, 0.9)).toBeUndefined()
})
