import type { Property } from '../../plan.ts'
import { beyond, type ClauseReader, steps } from '../clause.ts'
import { adjust, castOf, place } from './tonePlace.ts'

/** General requests: white balance, better, pop. */
export const general: ClauseReader = (clause) => {
  const { target, used } = place(clause)
  if (
    /white ?balance|\bcast\b|color correct|neutral|白平衡|偏色|校色|色偏|颜色校正|肤色偏|color balance|色彩校正/.test(
      clause.text,
    )
  ) {
    const cast = /\b(?:too |looks? |is )?(?:yellow|orange|warm)\b|偏黄|发黄|太黄/.test(clause.text)
      ? -0.3
      : /\b(?:blue|cold|cool)\b|偏蓝|发蓝|太蓝/.test(clause.text)
        ? 0.3
        : undefined
    if (cast !== undefined) return steps(adjust('warmth', cast, target), used)
    return steps({ kind: 'look', look: 'white-balanced', strength: clause.strength, target }, used)
  }
  const cast = castOf(clause.text)
  if (cast) return steps(adjust(cast[0], cast[1] * (clause.amount / 0.3), target), used)
  const tint = clause.free('colour')[0]?.sense.colour.name
  if (clause.has('retone', 'decrease') && tint !== undefined && target.type !== 'thing') {
    const map: readonly (readonly [RegExp, Property, number])[] = [
      [/yellow|orange|黄|橙/, 'warmth', -0.3],
      [/blue|cyan|蓝|青/, 'warmth', 0.3],
      [/green|绿/, 'tint', 0.3],
      [/pink|magenta|purple|紫|粉|品红|红|red/, 'tint', -0.3],
      [/white|白/, 'highlights', -0.3],
      [/black|黑/, 'brightness', 0.3],
      [/gray|灰/, 'contrast', 0.3],
    ]
    const hit = map.find(([pattern]) => pattern.test(tint))
    if (hit) return steps(adjust(hit[1], hit[2], target), used)
  }
  if (clause.has('colorize')) return beyond
  if (clause.has('restore')) return beyond
  if (
    clause.has('enhance') ||
    (clause.has('fix') && (clause.hasSmall('picture', 'it') || /light|exposure|光/.test(clause.text)))
  ) {
    if (clause.ofType('face', 'skin', 'person'))
      return steps(
        {
          kind: 'retouch',
          retouch: 'beautify',
          strength: clause.strength,
          target: clause.ofType('face', 'skin', 'person')!.target,
        },
        clause.mentions,
        0.8,
      )
    if (clause.mentions.some(({ target: { type } }) => type === 'thing')) return undefined
    return steps({ kind: 'look', look: 'enhanced', strength: clause.strength, target }, used, 0.85)
  }
  if (clause.has('retone') && target.type === 'picture' && /平|flat/.test(clause.text))
    return steps(adjust('contrast', 0.3, target), used)
  return undefined
}
