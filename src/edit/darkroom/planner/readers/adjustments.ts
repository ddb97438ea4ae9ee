import type { Property } from '../../plan.ts'
import { beyond, type Clause, type ClauseReader, clamp, picture, steps } from '../clause.ts'
import { sense } from '../senses.ts'
import { wantsGone } from './erase.ts'
import { adjust, castOf, place } from './tonePlace.ts'

const faultyCast =
  /[偏发泛][黄橙绿蓝青红紫粉](?:了|得|严重|厉害|，|,)|[偏发泛][黄橙绿蓝青红紫粉].{0,6}(?:校|修|纠|正常|处理)|(?:有点|太|有些|看起来|看着|整体|色调|照片|画面|白平衡|肤色|灯光)[偏发泛][黄橙绿蓝青红紫粉](?!一点|一些|点|些|调)/

/** Corrections of faults: `too dark` by more light. */
export const adjustments: ClauseReader = (clause) => {
  const list = clause.property()
  const placed = place(clause)
  // `the contrast between the sky and the ground` is the picture's.
  const between = /\bbetween\b|之间/.test(clause.text) && list.some(({ property }) => property === 'contrast')
  const { target, used } = between ? { target: picture(clause), used: clause.mentions } : placed
  // `偏绿了，校正一下` tells of a fault, `偏暖一点` asks.
  const cast = faultyCast.test(clause.normalised.text) ? castOf(clause.text) : undefined
  if (cast) return steps(adjust(cast[0], cast[1] * (clause.amount / 0.3), target), used)
  const gone = wantsGone(clause)
  const [denoise, dehaze, sharpen] = [clause.has('denoise'), clause.has('dehaze'), clause.has('sharpen')]
  const much = clause.degree === undefined && !clause.measure('percent')
  if (dehaze) return steps(adjust('haze', -(much ? 0.5 : clause.amount), target), used)
  if (denoise && !clause.has('add', 'increase') && !(clause.free('look').length > 0)) {
    if (
      list.some(({ property }) => property === 'grain') &&
      clause.has('make') &&
      !gone &&
      !clause.has('retone', 'lacks', 'decrease')
    )
      return steps(adjust('grain', clause.amount, target), used)
    return steps(adjust('noise', -(much ? 0.5 : clause.amount), target), used)
  }
  if (
    clause.has('colorize', 'restore') &&
    !list.some(({ property, sign }) => property === 'fade' && sign < 0)
  )
    return beyond
  if (list.length === 0) {
    if (
      /\blift\b/.test(clause.text) &&
      clause.topic &&
      ['face', 'person', 'thing'].includes(clause.topic.type)
    )
      return steps(adjust('brightness', clause.amount, clause.topic))
    if (sharpen && !gone) return steps(adjust('sharpness', clause.amount, target), used)
    if (clause.has('fix', 'remove') && /blurry|out of focus|模糊/.test(clause.text))
      return steps(adjust('sharpness', 0.6, target), used)
    return undefined
  }
  // The sea becomes bluer by more saturation, a picture by cooler light.
  if (
    ['water', 'sky', 'thing', 'plants'].includes(target.type) &&
    list.length === 1 &&
    ((list[0]!.property === 'warmth' && /blue|蓝/.test(clause.tokens[list[0]!.at]!.text)) ||
      (list[0]!.property === 'tint' &&
        target.type === 'plants' &&
        /green|绿/.test(clause.tokens[list[0]!.at]!.text))) &&
    !clause.has('retone', 'decrease')
  )
    return steps(adjust('saturation', clause.amount, target), used)
  const found = new Map<Property, number>()
  const wantsMore = clause.has('increase', 'add') || /\bmore\b/.test(clause.text)
  const wantsLess = clause.has('decrease', 'shrink')
  const too = clause.has('retone')
  const lacks = clause.has('lacks')
  for (const { at, property, sign } of list) {
    let way: number
    if (
      sign === 0 &&
      property === 'shadows' &&
      too &&
      /deep|dark|strong|heavy|crush|black|block|黑|深|重/.test(clause.text)
    )
      way = 1
    else if (sign === 0) {
      way = wantsLess || gone || (too && !lacks) || /\bhalf (?:as|the|of the)\b/.test(clause.text) ? -1 : 1
      if (wantsLess && wantsMore) way = directionNear(clause, at)
      // `too flat`, `too dull`: a lack of the property.
      if (/flat|dull|平|发灰|灰蒙/.test(clause.tokens[at]!.text))
        way = wantsLess || too || clause.has('fix', 'remove') || !wantsMore ? 1 : 1
    } else way = complaint(clause, at, sign, { too, lacks, wantsLess, gone })
    if (!found.has(property)) found.set(property, way)
    else if (sign !== 0 && list.some((each) => each.property === property && each.sign === 0))
      found.set(property, way)
  }
  // `sharper details`, `brighter colours`, `bring out the shadows`: the specific reading takes precedence.
  if (found.has('shadows') || found.has('highlights'))
    for (const each of ['brightness', 'sharpness', 'clarity'] as const) found.delete(each)
  if (found.has('contrast') && /soft/.test(clause.text) && found.get('sharpness') === -1) {
    found.delete('sharpness')
    found.set('contrast', -1)
  }
  if (
    found.size > 1 &&
    found.has('brightness') &&
    list.find(({ property }) => property === 'brightness')?.sign === 0 &&
    /\blight(?:ing)?\b|光线/.test(clause.text)
  )
    found.delete('brightness')
  if (found.get('fade') === -1) found.delete('shadows')
  if (found.has('shadows') && /harsh|hard/.test(clause.text)) {
    found.delete('contrast')
    found.set('shadows', 1)
  }
  // `阴影淡一些`: paler shadows, not paler colours.
  if (found.has('shadows') && /淡/.test(clause.text)) found.delete('saturation')
  if (found.has('vignette'))
    for (const each of ['brightness', 'shadows', 'saturation'] as const) found.delete(each)
  if (
    found.size > 1 &&
    found.has('saturation') &&
    list.find(({ property }) => property === 'saturation')?.sign === 0 &&
    !/saturation|vibrance|饱和/.test(clause.text)
  )
    found.delete('saturation')
  if (found.has('grain') && found.has('noise')) found.delete('noise')
  if (
    found.has('sharpness') &&
    found.has('clarity') &&
    list.some(({ property, sign }) => property === 'clarity' && sign === 0)
  )
    found.delete('sharpness')
  if (found.has('fade') && found.size > 1 && /back|restore|恢复|还原/.test(clause.text))
    for (const each of [...found.keys()]) if (each !== 'fade') found.delete(each)
  if (
    found.size > 1 &&
    found.has('contrast') &&
    !/contrast|对比|反差/.test(clause.text) &&
    found.has('saturation')
  )
    found.delete('contrast')
  if (
    target.type === 'background' &&
    [...found].every(([property, way]) => (property === 'sharpness' || property === 'clarity') && way < 0)
  )
    return steps({ kind: 'background', to: { type: 'blur', strength: clause.strength } }, used)
  for (const property of found.keys()) if (signedAt(clause, property, list) === -1) found.set(property, -1)
  const amounts = amountsOf(clause, [...found.keys()], list)
  return steps(
    [...found].map(([property, way]) =>
      adjust(property, way * (amounts.get(property) ?? clause.amount), target),
    ),
    used,
  )
}

/** `brightness by 20% and contrast by 10%`: each property takes the nearest number after it. */
/** `highlights -30`: numbers with their signs. */
function signedAt(
  clause: Clause,
  property: Property,
  list: readonly { readonly at: number; readonly property: Property }[],
): number | undefined {
  const at = list.find((each) => each.property === property)?.at
  if (at === undefined) return undefined
  const near = clause.tokens
    .slice(at + 1, at + 4)
    .find(({ measure }) => measure?.unit === 'number' || measure?.unit === 'percent')
  const sign =
    near && /^[-−–]/.test(clause.normalised.shown.slice(near.start, near.end).trim())
      ? -1
      : near && /[-−–]$/.test(clause.normalised.shown.slice(0, near.start).trim())
        ? -1
        : 1
  return near ? sign : undefined
}

function amountsOf(
  clause: Clause,
  properties: readonly Property[],
  list: readonly { readonly at: number; readonly property: Property }[],
): Map<Property, number> {
  const found = new Map<Property, number>()
  const measured = clause.tokens.flatMap(({ measure }, at) =>
    measure?.unit === 'percent' || measure?.unit === 'number' ? [{ at, value: measure.value }] : [],
  )
  if (measured.length < 2 || properties.length < 2) {
    const [only] = measured
    // Up to 3 it is stops of exposure, as in `exposure -0.3`.
    if (only && clause.measure('percent') === undefined && only.value > 0 && only.value <= 100)
      for (const each of properties)
        found.set(each, only.value <= 3 ? Math.max(0.05, only.value / 3) : only.value / 100)
    return found
  }
  for (const property of properties) {
    const at = list.find((each) => each.property === property)?.at ?? 0
    const near = measured.find((each) => each.at > at) ?? measured.at(-1)
    if (near) found.set(property, clamp(near.value / 100, 0, 1))
  }
  return found
}

function directionNear(clause: Clause, at: number): number {
  for (let i = at; i >= 0; i--) {
    const verb = clause.tokens[i]!.senses.find((each) => each.is === 'verb')
    if (verb?.is === 'verb' && verb.verb === 'increase') return 1
    if (verb?.is === 'verb' && verb.verb === 'decrease') return -1
  }
  return 1
}

function complaint(
  clause: Clause,
  at: number,
  sign: -1 | 1,
  { too, lacks, wantsLess, gone }: { too: boolean; lacks: boolean; wantsLess: boolean; gone: boolean },
): number {
  const before = clause.tokens.slice(Math.max(0, at - 3), at)
  const verbBefore = (verb: string): boolean =>
    before.some((token) => token.senses.some((each) => each.is === 'verb' && each.verb === verb))
  const word = clause.tokens[at]!.text
  const comparative = /er$|^more|^less|更|一点|一些/.test(word)
  if (/flat|dull/.test(word)) return 1
  if (sign < 0 && ['highlights', 'fade'].includes(propertyAt(clause, at))) return -1
  if (verbBefore('lacks') || (lacks && !comparative)) return sign
  if (
    verbBefore('retone') ||
    (too &&
      !comparative &&
      at <= clause.tokens.findIndex((token) => sense(token, 'verb')?.verb === 'retone') + 3)
  )
    return -sign
  if (
    before.some((token) => /^(?:less|not so|没那么|不要那么|别那么|不那么)$/.test(token.text)) ||
    (wantsLess && before.length > 0 && verbBefore('decrease'))
  )
    return sign > 0 ? -1 : 1
  if (gone && ['vignette', 'grain', 'fade', 'clarity'].includes(propertyAt(clause, at))) return -1
  const states =
    /\b(?:is|are|looks?|came out|was|turned out|seems?|were)\b|\b(?:so+|super|kinda|pretty|really) (?:dark|bright|cold|warm|dim|dull)\b/.test(
      clause.normalised.text,
    ) &&
    !comparative &&
    clause.verbAt('make', 'increase', 'add') < 0
  // `the photo is dark`: a complaint.
  if (states && /^(?:dark|bright|cold|warm|dim|cool|dull|colorful|lit up|faded|washed out)$/.test(word))
    return word === 'faded' ? -1 : -sign
  return sign
}

const propertyAt = (clause: Clause, at: number): Property =>
  sense(clause.tokens[at], 'property')?.property ?? 'brightness'
