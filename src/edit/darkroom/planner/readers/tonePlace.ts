import type { Property, Step, Target } from '../../plan.ts'
import { type Clause, clamp, picture } from '../clause.ts'
import type { Mention } from '../mentions/mention.ts'

/** The target of a look or a change of tone: a named part, or the picture. */
export function place(clause: Clause): { target: Target; used: readonly Mention[] } {
  const mention = clause.mentions.find(
    ({ target, unknown }) => !unknown && target.type !== 'picture' && !(target.type === 'text'),
  )
  if (mention) return { target: mention.target, used: clause.mentions }
  // In Chinese a command without an object refers to the previous topic; in English that takes a pronoun.
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

/** `看起来发黄`: the direction of a colour cast, and its correction. */
export function castOf(text: string): readonly [Property, number] | undefined {
  if (/[发偏泛][黄橙]/.test(text)) return ['warmth', -0.3]
  if (/[发偏泛][蓝青]/.test(text)) return ['warmth', 0.3]
  if (/[发偏泛]绿/.test(text)) return ['tint', 0.3]
  if (/[发偏泛][红紫粉]/.test(text)) return ['tint', -0.3]
  if (/[发偏泛]灰/.test(text)) return ['contrast', 0.3]
  return undefined
}
