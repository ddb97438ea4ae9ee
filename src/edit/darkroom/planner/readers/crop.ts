import type { Sides } from '../../plan.ts'
import { type Clause, type ClauseReader, clamp, steps, unclear } from '../clause.ts'
import { fillOf, noSides, ratioOf, sidesOf, toldSide } from './measures.ts'

/** A ratio alone, or a named format: the picture is cropped to it. */
const bareRatio = (clause: Clause): boolean => {
  if (
    clause.has('extend', 'resize', 'write', 'replace', 'remove', 'add', 'rotate', 'isolate', 'blur') ||
    clause.literals.length > 0
  )
    return false
  const none = clause.mentions.every(
    ({ target }) =>
      ['face', 'person', 'subject'].includes(target.type) ||
      target.noun === undefined ||
      /format|size|story|photo|print|passport|id card|visa|banner|wallpaper|phone/.test(target.noun),
  )
  const formats =
    /\ba[345]\b|(?:passport|id photo|visa) (?:format|size)|证件照尺寸|寸照?(?:大小|尺寸|规格)|(?:phone|lock ?screen|home ?screen|desktop) (?:wallpaper|background)|手机壁纸|锁屏|电脑壁纸|\b(?:like|as|for) an? (?:website |web )?banner\b|\bbanner (?:format|size|shape)|横幅尺寸|\bstor(?:y|ies)\b|tiktok|\breels?\b|抖音|竖版|横版|竖屏|横屏/.test(
      clause.text,
    )
  const shaped =
    clause.hasSmall('square', 'portrait', 'landscape') &&
    !clause.hasSmall('filter') &&
    clause.free('style').length === 0 &&
    clause.mentions.length === 0 &&
    clause.tokens.length <= 8
  if (/fill|\bpad|补|填/.test(clause.text) && clause.measure('ratio')) return true
  return none && (clause.measure('ratio') !== undefined || formats || shaped)
}

/** `only the left half`, `remove the top quarter`: a share of the picture by its side. */
function shareOf(clause: Clause): { readonly sides: Sides; readonly keeps: boolean } | undefined {
  if (clause.mentions.some(({ unknown, target }) => !unknown && target.type !== 'picture')) return undefined
  const part =
    /\b(?:half|third|quarter|part|side|portion|strip|slice|section|chunk)\b|半边|半部|部分|半张|一半|三分之一|四分之一|一截/.test(
      clause.text,
    ) || clause.measure('percent', 'fraction') !== undefined
  if (
    !part ||
    !(clause.has('remove', 'keep', 'isolate') || clause.hasSmall('only', 'not')) ||
    clause.property().length > 0 ||
    clause.has('blur', 'hide', 'pixelate', 'move')
  )
    return undefined
  const sides = sidesOf(clause, 0.33)
  const keeps = (clause.has('keep', 'isolate') || clause.hasSmall('only')) && !clause.has('remove')
  if (sides) return { sides, keeps }
  return keeps && /中间|middle|center/.test(clause.text)
    ? { sides: { left: 0.2, top: 0.2, right: 0.2, bottom: 0.2 }, keeps: false }
    : undefined
}

/** Nothing may be cropped, so the picture must be extended to a format. */
const uncut =
  /\b(?:without|no|not|don'?t|never) (?:any |want to )?(?:crop|cut|los)|without losing|(?:instead of|rather than) cropping|不裁|别裁|不要裁|不能裁|不剪/

export const cropping: ClauseReader = (clause) => {
  if (clause.ofType('background') && !clause.measure('ratio')) return undefined
  if (uncut.test(clause.normalised.text)) {
    const ratio = ratioOf(clause)
    return ratio === undefined || clause.has('remove')
      ? undefined
      : steps({ kind: 'extend', ratio, fill: fillOf(clause) })
  }
  const share = clause.has('crop') ? undefined : shareOf(clause)
  if (share) {
    const { left, top, right, bottom } = share.sides
    return steps(
      {
        kind: 'crop',
        sides: share.keeps
          ? {
              left: right && 1 - right,
              top: bottom && 1 - bottom,
              right: left && 1 - left,
              bottom: top && 1 - top,
            }
          : share.sides,
      },
      clause.mentions,
    )
  }
  if (!clause.has('crop') && bareRatio(clause) && /fill|\bpad|补|填/.test(clause.text))
    return steps({ kind: 'extend', ratio: ratioOf(clause) ?? 1, fill: fillOf(clause) })
  if (!clause.has('crop') && !bareRatio(clause)) return undefined
  if (clause.options.region && clause.hasSmall('here', 'it', 'that'))
    return steps(
      { kind: 'crop', around: { type: 'region', phrase: clause.pointedWord ?? 'this' } },
      clause.mentions,
    )
  // Neither `cut out the dog` nor 裁 within 剪裁 of a dress means cropping.
  const sides = sidesOf(clause, 0.2)
  const ratio = ratioOf(clause)
  const named = clause.mentions.filter(
    ({ target }) =>
      !['picture', 'background'].includes(target.type) &&
      !/passport|id card|visa|banner|wallpaper|cell phone/.test(target.noun ?? ''),
  )
  const off = /\b(?:off|out|away|trim|remove|cut|lose|chop|shave|slice|lop)\b|掉|去|切除/.test(clause.text)
  if (/touch up|touchup|retouch/.test(clause.text) && !sides && ratio === undefined) return undefined
  if (/\bhead ?shot|mugshot|head and shoulders/.test(clause.text) && named.length === 0)
    return steps({ kind: 'crop', around: { type: 'face', phrase: 'the face' } })
  if (ratio !== undefined && !(sides && off))
    return steps({ kind: 'crop', ratio, ...(named[0] && { around: named[0].target }) }, named)
  if (/passport|square|1:1/.test(clause.text) && ratio !== undefined) return steps({ kind: 'crop', ratio })
  const outOf = /\b(?:crop|cut|trim) (?:out|off|away)\b|裁掉|裁去|剪掉|切掉|截掉/.test(clause.text)
  if (named.length > 0 && !sides && !outOf) {
    const { place, ...around } = named[0]!.target
    const centres = place === 'center' && /reframe|recompose|compos|构图/.test(clause.text)
    return steps({ kind: 'crop', around: centres ? around : named[0]!.target }, named)
  }
  if (named.length > 0 && !sides && outOf) {
    if (named[0]!.target.type === 'sky')
      return steps({ kind: 'crop', sides: { left: 0, top: 0.25, right: 0, bottom: 0 } }, named, 0.8)
    return steps({ kind: 'erase', target: named[0]!.target }, named, 0.75)
  }
  if (sides) {
    const keepOnly =
      /\b(?:crop|cut|trim)(?: \w+)* (?:to|down to)\b|只留|保留|裁到|crop to/.test(clause.text) && !off
    if (keepOnly) {
      const rest = { left: sides.right, top: sides.bottom, right: sides.left, bottom: sides.top }
      return steps({ kind: 'crop', sides: rest }, named)
    }
    return steps({ kind: 'crop', sides }, named)
  }
  const antecedent = clause.antecedent
  if (antecedent) return steps({ kind: 'crop', around: antecedent })
  if (/(?:every|each|all|both) sides?|all four|四边|每边|各边/.test(clause.text)) {
    const every = clause.measure('percent')
    const size = every ? every.value / 100 : 0.1
    return steps({ kind: 'crop', sides: { left: size, top: size, right: size, bottom: size } }, named)
  }
  if (/edges?|borders?|四周|边缘|边|edge/.test(clause.text)) {
    const measure = clause.measure('percent')
    const size = measure ? measure.value / 100 : 0.1
    return steps({ kind: 'crop', sides: { left: size, top: size, right: size, bottom: size } }, named)
  }
  if (clause.measure('percent')) {
    const size = clamp(clause.measure('percent')!.value / 200, 0, 0.45)
    return steps({ kind: 'crop', sides: { left: size, top: size, right: size, bottom: size } }, named, 0.75)
  }
  if (/^(?:i want |give me |show )?(?:just|only) (?:the |my |his |her )?(?:face|head)/.test(clause.text))
    return steps({ kind: 'crop', around: { type: 'face', phrase: 'the face' } }, named)
  const told = named.length === 0 ? toldSide(clause) : undefined
  if (told) return steps({ kind: 'crop', sides: { ...noSides, [told]: 0.2 } }, [], 0.85)
  // `天空太多，裁一点`: what is excessive lies at its usual side.
  const much = { sky: 'top', ground: 'bottom', water: 'bottom' }[clause.topic?.type as string]
  if (much) return steps({ kind: 'crop', sides: { ...noSides, [much]: 0.2 } }, [], 0.85)
  const bare = /tight|zoom|closer|close|特写|紧|主体/.test(clause.text)
  return bare || clause.tokens.length <= 6
    ? steps(
        { kind: 'crop', around: { type: 'subject', phrase: clause.cn ? '主体' : 'the subject' } },
        [],
        bare ? 0.85 : 0.7,
      )
    : unclear
}
