import { edgeWidth, invertMask, type Mask, maskShare, thresholdMask, widened } from '../../image/index.ts'
import { correlationWithin, meanWithin, shareWithin } from './comparison.ts'
import { atLeast, atMost, type CheckRule, first, missing, percent, told, unknown } from './finding.ts'
import { type EditView, inner } from './view.ts'

/** The least share of the background that changed, or the most that its edges may be the source's. */
const [leastChanged, mostAlike] = [0.5, 0.4]
/** The most that its edges may be the source's however much it changed, and how steep lightness is on a plain one. */
const [mostGraded, plainEdges] = [0.75, 0.003]
/** The least that the subject's edges are the source's, and the most that its colours are apart once their mean is aside. */
const [leastSubject, mostColour] = [0.6, 9]
/** The most that the subject may be blurred, in pixels at a longest side of 512. */
const mostBlur = 1.4

/** Behind the subject is something else, and the subject is the same. */
export const background: CheckRule<'background'> = async ({ subject }, view) => {
  const thing = subject ? await view.thingIn(subject) : await salient(view)
  if (!thing) return subject ? unknown('the region is empty') : missing('matting')
  if (maskShare(thing) < 0.004) return unknown('no subject is seen in the source')
  const within = inner(thing)
  const margin = Math.max(3, Math.round(Math.max(thing.width, thing.height) / 60))
  const behind = invertMask(widened(thing, margin))
  if (maskShare(behind) < 0.02) return unknown('hardly any background is seen in the source')
  const [before, after] = [view.edges('source').data, view.edges('edited').data]
  const changed = shareWithin(behind, view.comparison.changed)
  const alike = correlationWithin(behind, before, after)
  const same = correlationWithin(within, before, after)
  const apart = colourApart(view, within)
  const blur = blurOf(view, within)
  // Grading or a colour cast changes every pixel but keeps the edges: the place is the same. On a plain background
  // edges prove nothing.
  const isPlain = meanWithin(behind, view.edges('source')) < plainEdges
  const isOther =
    (alike <= mostAlike && changed >= 0.3) || isPlain
      ? atLeast(changed, isPlain ? leastChanged : 0.3, `${percent(changed)} of the background changed`)
      : first([
          atLeast(changed, leastChanged, `${percent(changed)} of the background changed`),
          atMost(alike, mostGraded, `the background's edges are ${percent(alike)} the source's`),
        ])
  return first([
    isOther,
    atLeast(same, leastSubject, `the subject's edges are ${percent(Math.max(0, same))} the source's`),
    atMost(apart, mostColour, `the subject's colours are ΔE ${told(apart)} apart`),
    atMost(blur, mostBlur, `the subject is blurred by ${told(blur)} pixels`),
    isOther,
  ])
}

async function salient(view: EditView): Promise<Mask | undefined> {
  const matte = await view.matte('source')
  return matte && thresholdMask(matte)
}

/** The mean ΔE within a mask once the mean colours of both are the same: another light is no other subject. */
function colourApart(view: EditView, where: Mask): number {
  const { source, edited } = view.comparison
  const planes = ['lightness', 'a', 'b'] as const
  const shifts = planes.map(
    (plane) => meanWithin(where, { data: edited[plane] }) - meanWithin(where, { data: source[plane] }),
  )
  let [sum, count] = [0, 0]
  for (let i = 0; i < where.data.length; i++) {
    if (where.data[i]! < 128) continue
    sum += Math.hypot(...planes.map((plane, c) => edited[plane][i]! - source[plane][i]! - shifts[c]!))
    count++
  }
  return (100 * sum) / Math.max(1, count)
}

/** How much wider the edges within a mask are than in the source, as the deviation of a blur; 0 where they are not. */
export function blurOf(view: EditView, where?: Mask): number {
  const [before, after] = [edgeWidth(view.small.source, where), edgeWidth(view.small.edited, where)]
  if (before === undefined || after === undefined)
    return before === undefined ? 0 : after === undefined ? 4 : 0
  return Math.sqrt(Math.max(0, after ** 2 - before ** 2))
}
