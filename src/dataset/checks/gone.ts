import { maskBox } from '../../image/index.ts'
import { overlap } from './boxes.ts'
import type { Check, Finding } from './check.ts'

/** After a removal the detector does not see in its place what the source had there. */
export const gone: Check = {
  name: 'gone',
  needs: ['detector'],
  kinds: ['subject-remove'],
  async run({ draft: { source, target, region }, tools }): Promise<Finding> {
    const area = region && maskBox(region, 1)
    if (area === undefined) return { values: {} }
    const detector = tools.get('detector')
    const before = (await detector.detect(source)).filter(({ box }) => overlap(box, area) > 0.3)
    const labels = new Set(before.map(({ label }) => label))
    const after = (await detector.detect(target)).filter(
      ({ box, label }) => labels.has(label) && overlap(box, area) > 0.3,
    )
    const seen = Math.max(0, ...before.map(({ score }) => score))
    const left = Math.max(0, ...after.map(({ score }) => score))
    const values = { before: seen, after: left }
    return left >= 0.3 && left > 0.5 * seen ? { values, reason: 'still-there' } : { values }
  },
}
