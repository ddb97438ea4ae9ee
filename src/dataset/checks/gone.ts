import { maskBox } from '../../image/index.ts'
import { overlap } from './boxes.ts'
import type { Check } from './check.ts'
import { matteOverlap } from './matteOverlap.ts'
import { means } from './names.ts'

const place = 0.3

/**
 * Whether what was removed or replaced is seen in its place no more: the best score of a detection there `before`, of
 * the same label `after`, and `left`, their quotient. Where the detector saw nothing before, both are how far the matte
 * is the region. `by` says who looked; `none`: nobody saw anything before, which proves nothing.
 */
export const gone: Check = {
  name: 'gone',
  version: 2,
  needs: ['detector'],
  uses: ['matting'],
  kinds: ['subject-remove', 'subject-replace'],
  async measure({ draft: { source, target, region, facts }, tools }) {
    const area = region && maskBox(region, 1)
    if (region === undefined || area === undefined) return { by: 'none', before: 0 }
    const detector = tools.get('detector')
    // If one dog replaces another, the detector cannot tell them apart.
    const isNew = (label: string) => facts.kind === 'subject-replace' && means(label, facts.to)
    const there = (await detector.detect(source)).filter(
      ({ box, label }) => overlap(box, area) > place && !isNew(label),
    )
    const [best] = there.sort((a, b) => b.score - a.score)
    if (best !== undefined) {
      const labels = new Set(there.map(({ label }) => label))
      const still = (await detector.detect(target)).filter(
        ({ box, label }) => labels.has(label) && overlap(box, area) > place,
      )
      const after = still.reduce((most, { score }) => Math.max(most, score), 0)
      return { by: 'detector', label: best.label, before: best.score, after, left: after / best.score }
    }
    if (facts.kind === 'subject-replace' || !tools.has('matting')) return { by: 'none', before: 0 }
    const before = await matteOverlap(source, region, area, tools)
    const after = await matteOverlap(target, region, area, tools)
    return { by: 'matte', before, after, left: before > 0 ? after / before : 1 }
  },
}
