import { cocoNouns } from '../../instructions/index.ts'
import type { Detection } from '../../tools/index.ts'
import { changedBox, liesIn, overlap } from './boxes.ts'
import { atLeast, type CheckRule, missing, told, unknown } from './finding.ts'
import type { EditView } from './view.ts'

/** The least score of a detection that counts. */
const sure = 0.3

/** The detector finds more things of the label than before. */
export const appears: CheckRule<'appears'> = async ({ label, region }, view) => {
  if (!view.has('detector')) return missing('detector')
  if (!isLabel(label)) return unknown(`'${label}' is not one of the detector's labels`)
  const area = region && (await view.boxOf(region))
  const near = changedBox(view, region && (await view.maskOf(region))) ?? area
  const seen = async (which: 'source' | 'edited'): Promise<readonly Detection[]> => {
    const all = [...(await view.detections(which)), ...(near ? await view.detections(which, near) : [])]
    return all.filter((each) => each.label === label && (!area || liesIn(each.box, area)))
  }
  const [before, after] = [await seen('source'), await seen('edited')]
  const fresh = after.filter(({ score, box }) =>
    before.every((each) => overlap(each.box, box) < 0.5 || each.score < 0.6 * score),
  )
  const best = Math.max(0, ...fresh.map(({ score }) => score))
  const old = Math.max(0, ...before.map(({ score }) => score))
  if (best > 0) return atLeast(best, sure, `a new ${label} is seen at ${told(best)}`)
  return atLeast(
    0,
    sure,
    old > 0 ? `no other ${label} is seen than in the source (${told(old)})` : `no ${label} is seen`,
  )
}

/** Whether the detector has such a label. */
export const isLabel = (label: string): boolean => Object.hasOwn(cocoNouns, label)

/** How surely the detector sees things of a label in an area, 0 where it sees none. */
export async function scoreIn(
  view: EditView,
  which: 'source' | 'edited',
  label: string,
  area: Parameters<typeof liesIn>[1],
): Promise<number> {
  const all = [...(await view.detections(which)), ...(await view.detections(which, area))]
  return Math.max(
    0,
    ...all.filter((each) => each.label === label && liesIn(each.box, area)).map(({ score }) => score),
  )
}
