import { maskBox } from '../../image/index.ts'
import type { Noun } from '../../instructions/index.ts'
import { overlap } from './boxes.ts'
import type { Check, CheckContext } from './check.ts'
import { matteOverlap } from './matteOverlap.ts'
import { isDetectable, means } from './names.ts'

const place = 0.3

/**
 * Whether what an addition or a replacement names is seen in the region: `named` is the best score of a detection of
 * that name there, `other` of another (its `label`), `matte` how far the matte is the region where it was not named.
 * `seen`, 0 to 1, is the evidence in all: what the detector knows and calls something else is not seen.
 */
export const appears: Check = {
  name: 'appears',
  version: 2,
  needs: ['detector'],
  uses: ['matting'],
  kinds: ['subject-add', 'subject-replace'],
  async measure({ draft: { target, region, facts }, tools }) {
    const noun = newThing(facts)
    const area = region && maskBox(region, 128)
    if (region === undefined || area === undefined || noun === undefined) return { seen: 0 }
    const found = (await tools.get('detector').detect(target)).filter(
      ({ box }) => overlap(box, area) >= place,
    )
    const best = (of: typeof found) => of.reduce((most, { score }) => Math.max(most, score), 0)
    const named = best(found.filter(({ label }) => means(label, noun)))
    const others = found.filter(({ label }) => !means(label, noun)).sort((a, b) => b.score - a.score)
    const other = best(others)
    const detected = {
      named,
      other,
      ...(others[0] === undefined ? {} : { label: others[0].label }),
      detectable: isDetectable(noun) ? 1 : 0,
    }
    if (named >= 0.25 || !tools.has('matting')) return { ...detected, seen: named }
    const matte = await matteOverlap(target, region, area, tools)
    const contradicted = detected.detectable === 1 && other > named
    return { ...detected, matte, seen: contradicted ? named : Math.max(named, matte) }
  },
}

function newThing(facts: CheckContext['draft']['facts']): Noun | undefined {
  if (facts.kind === 'subject-add') return facts.subject
  return facts.kind === 'subject-replace' ? facts.to : undefined
}
