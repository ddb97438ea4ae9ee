import type { Target } from '../../plan.ts'
import { type ClauseReader, steps } from '../clause.ts'
import { joins } from './listed.ts'

/** Objects that `cover` hides rather than removes. */
const secret =
  /credit card|details|information|^time|date|signature|logo|brand|password|amount|price|address|name|number|plate|screen|monitor|laptop|document|passport|bank card|id card|avatar|account|qr code|barcode|license plate|face|text|person|people|paper|tv|computer|cell phone|house|child|eyes|mouth|nose|watermark|sign|head|body|tattoo/

export const obscured: ClauseReader = (clause) => {
  const veiled =
    /pixels? (?:over|on)\b/.test(clause.text) ||
    (/\bmosaic\b/.test(clause.text) &&
      !/\b(?:into|like|as|style)\b|mosaic (?:of|tile|art)/.test(clause.text) &&
      clause.mentions.some(({ target }) => target.type !== 'picture'))
  const pixelates = clause.has('pixelate') || veiled
  const bar =
    /黑条|black bars?\b/.test(clause.text) &&
    clause.mentions.some(({ target }) => ['eyes', 'face', 'text', 'person'].includes(target.type))
  const hides = clause.has('hide') || bar
  const blurs = clause.has('blur')
  if (!pixelates && !hides && !blurs) return undefined
  if (clause.has('remove') && !/blur out/.test(clause.text) && !pixelates) return undefined
  const things = clause.mentions.filter(
    ({ target }) => target.type !== 'background' && target.type !== 'picture',
  )
  const target =
    things[0]?.target ?? clause.antecedent ?? (clause.hasSmall('picture', 'rest') ? undefined : clause.topic)
  if (blurs && target?.type === 'background')
    return steps({ kind: 'background', to: { type: 'blur', strength: clause.strength } })
  const all = clause.hasSmall('all') && things[0]
  if (!target && pixelates && clause.hasSmall('it', 'picture'))
    return steps(
      {
        kind: 'obscure',
        target: { type: 'picture', phrase: clause.cn ? '照片' : 'the picture' },
        how: 'pixelate',
        strength: clause.strength,
      },
      [],
      0.7,
    )
  if (!target) {
    if (
      blurs &&
      (clause.hasSmall('picture', 'it') || clause.tokens.length <= 4) &&
      !clause.has('fix') &&
      !clause.hasSmall('not')
    )
      return steps(
        {
          kind: 'obscure',
          target: { type: 'picture', phrase: clause.cn ? '照片' : 'the picture' },
          how: 'blur',
          strength: clause.strength,
        },
        [],
        0.75,
      )
    if (pixelates && clause.mentions.length === 0) return undefined
    return undefined
  }
  if (
    hides &&
    !pixelates &&
    !blurs &&
    !secret.test(`${target.noun} ${target.type}`) &&
    !/black|censor|privacy|anonym|redact|illegible|readable|黑|隐私/.test(clause.text)
  )
    return /遮|挡|盖|cover|hide|hidden|conceal/.test(clause.text)
      ? things[0]?.fresh
        ? undefined
        : steps({ kind: 'erase', target }, things, 0.75)
      : undefined
  const black = /\b(?:black|redact|bar|strip)\b|涂黑|黑条|黑块|黑色块|抹黑/.test(clause.text)
  const called = (each: Target): Target =>
    /电话$/.test(each.phrase) ? { type: 'text', phrase: each.phrase, noun: 'phone number' } : each
  const how = pixelates ? 'pixelate' : black && !blurs ? 'black' : 'blur'
  return steps(
    things.length > 0
      ? things
          .filter((each, at) => at === 0 || joins(clause, things[at - 1]!, each))
          .map((each) => ({
            kind: 'obscure' as const,
            target: called(all && each === things[0] ? { ...each.target, all: true } : each.target),
            how,
            strength: clause.strength,
          }))
      : { kind: 'obscure', target, how, strength: clause.strength },
    things,
  )
}
