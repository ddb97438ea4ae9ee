import { maskShare, uniteMasks } from '../../image/index.ts'
import { liesIn, overlap } from './boxes.ts'
import { correlationWithin, meanWithin, shareWithin } from './comparison.ts'
import { atLeast, atMost, type CheckRule, type Finding, first, percent, told, unknown } from './finding.ts'

/** The least share of where it was, and of where it is, that changed; and the most that its edges are the source's. */
const [leastFrom, leastTo, mostAlike] = [0.12, 0.1, 0.9]

/** The least share of its edges that must be left where the picture changed. */
const leastBusy = 0.6

/** The subject is at another place or in another pose, and is still visible. */
export const moved: CheckRule<'moved'> = async ({ from, to }, view) => {
  const mask = await view.maskOf(from)
  if (!mask || maskShare(mask) === 0) return unknown('the region is empty')
  const thing = (await view.thingIn(from)) ?? mask
  const { changed } = view.comparison
  const left = shareWithin(thing, changed)
  const alike = correlationWithin(thing, view.edges('source').data, view.edges('edited').data)
  const findings: [Finding, ...Finding[]] = [
    atLeast(left, leastFrom, `${percent(left)} of where it was changed`),
    atMost(alike, mostAlike, `the edges there are ${percent(Math.max(0, alike))} the source's`),
  ]
  // A smeared subject has not moved: its edges must still exist, here or at its new place.
  const place = uniteMasks(mask, changed)
  const busy =
    meanWithin(place, view.edges('edited')) / Math.max(1e-4, meanWithin(place, view.edges('source')))
  findings.push(atLeast(busy, leastBusy, `what changed has ${told(busy)} times the edges`))
  const target = to && (await view.maskOf(to))
  if (target && maskShare(target) > 0) {
    const arrived = shareWithin(target, changed)
    findings.push(atLeast(arrived, leastTo, `${percent(arrived)} of where it is to be changed`))
  }
  if (view.has('detector')) {
    const area = (await view.boxOf(from))!
    const before = [...(await view.detections('source')), ...(await view.detections('source', area))]
      .filter(({ score, box }) => score >= 0.4 && overlap(box, area) > 0.3)
      .sort((one, other) => other.score - one.score)
    const [known] = before
    if (known) {
      const place = to && (await view.boxOf(to))
      const after = [
        ...(await view.detections('edited')),
        ...(await view.detections('edited', place ?? area)),
      ].filter(({ label, box }) => label === known.label && (!place || liesIn(box, place)))
      const score = Math.max(0, ...after.map((each) => each.score))
      findings.push(atLeast(score, 0.25, `the ${known.label} is seen at ${told(score)}`))
    }
  }
  return first(findings)
}
