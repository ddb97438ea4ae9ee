import { expect, it } from 'vitest'
import type { Picture } from '../../image/index.ts'
import { openToolbox } from '../../tools/index.ts'
import type { Check } from './check.ts'
import { checkEdit } from './checkEdit.ts'

const size = 96

/** A grey picture with a box of another colour on it. */
function picture(box?: readonly [x: number, y: number, width: number, height: number]): Picture {
  const data = new Uint8Array(size * size * 3)
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const isIn = box && x >= box[0] && y >= box[1] && x < box[0] + box[2] && y < box[1] + box[3]
      data.set(isIn ? [200, 40, 40] : [100 + (x % 7), 110, 120], (y * size + x) * 3)
    }
  return { width: size, height: size, data }
}

it('tells a small spill onto a neighbour only where it is asked to look there', async () => {
  const tools = await openToolbox({ folder: '/nowhere', only: [] })
  const outside = { boxes: [[20, 20, 20, 20] as const] }
  const verdicts = async (edited: Picture): Promise<unknown[]> => {
    const checks: Check[] = [
      { check: 'kept', outside },
      { check: 'kept', outside, within: { boxes: [[44, 20, 20, 20]] } },
    ]
    const { results } = await checkEdit({ item: { checks }, source: picture(), edited, tools })
    return results.filter(({ check }) => check === 'kept').map(({ verdict }) => verdict)
  }
  expect(await verdicts(picture([20, 20, 20, 20]))).toEqual(['pass', 'pass'])
  expect(await verdicts(picture([20, 20, 40, 20]))).toEqual(['pass', 'fail'])
  await tools.close()
})
