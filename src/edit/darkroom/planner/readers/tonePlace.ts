import type { Property, Step, Target } from '../../plan.ts'
import { type Clause, clamp, picture } from '../clause.ts'
import type { Mention } from '../mentions/mention.ts'

/** What a look or a change of tone is done to: a part that is named, or the picture. */
export function place(clause: Clause): { target: Target; used: readonly Mention[] } {
  const mention = clause.mentions.find(
    ({ target, unknown }) => !unknown && target.type !== 'picture' && !(target.type === 'text'),
  )
  if (mention) return { target: mention.target, used: clause.mentions }
  // In Chinese an order without an object is about what was just talked of; in English that takes a pronoun.
  const spoken = clause.cn ? !clause.hasSmall('picture') : /\b(?:him|her|them|it)\b/.test(clause.text)
  if (clause.topic && clause.topic.type !== 'picture' && clause.topic.type !== 'text' && spoken)
    return { target: clause.topic, used: [] }
  const antecedent = clause.options.region ? clause.antecedent : undefined
  return {
    target:
      antecedent ??
      (clause.options.region && !clause.hasSmall('picture')
        ? { type: 'region', phrase: 'this' }
        : picture(clause)),
    used: [],
  }
}

export const adjust = (property: Property, amount: number, target: Target): Step => ({
  kind: 'adjust',
  property,
  amount: clamp(Math.round(amount * 100) / 100, -1, 1),
  target,
})

/** `看起来发黄`: which way a picture leans, and the way back. */
export function castOf(text: string): readonly [Property, number] | undefined {
  if (/[发偏泛][黄橙]/.test(text)) return ['warmth', -0.3]
  if (/[发偏泛][蓝青]/.test(text)) return ['warmth', 0.3]
  if (/[发偏泛]绿/.test(text)) return ['tint', 0.3]
  if (/[发偏泛][红紫粉]/.test(text)) return ['tint', -0.3]
  if (/[发偏泛]灰/.test(text)) return ['contrast', 0.3]
  return undefined
}
