import type { Property, Step, Target } from '../../plan.ts'
import { beyond, type Clause, type ClauseReader, clamp, picture, steps } from '../clause.ts'
import { isSmall, type Mention, sense } from '../mentions.ts'
import { wantsGone } from './things.ts'

/** What a look or a change of tone is done to: a part that is named, or the picture. */
function place(clause: Clause): { target: Target; used: readonly Mention[] } {
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

/** Weather, light and season are of the scene, though the sky or the ground may be named. */
export const ofScene: ReadonlySet<string> = new Set([
  'night',
  'golden-hour',
  'sunset',
  'blue-hour',
  'day',
  'autumn',
  'winter',
  'spring',
  'summer',
  'haze',
  'dense-fog',
  'rain',
  'snowfall',
  'overcast',
  'sunny',
])
const scenic = new Set(['sky', 'ground', 'plants', 'water', 'background'])

/** Looks that are said as qualities of others: `warm golden hour light`. */
const generic = new Set(['warm', 'cool', 'vivid', 'muted', 'high-key', 'teal-orange', 'enhanced'])

/** `without rain`, `没有飘雪的`. */
const isNegated = (clause: Clause, at: number): boolean =>
  clause.tokens.slice(Math.max(0, at - 2), at).some((token) => isSmall(token, 'not')) ||
  (clause.has('remove') && !clause.has('make', 'add'))

const looks: ClauseReader = (clause) => {
  // `get the tourists out of my sunset`
  const out = clause.tokens.some(
    (token) => /^(?:out|away|outta)$/.test(token.text) && sense(token, 'verb')?.verb === 'remove',
  )
  if (out && clause.mentions.some(({ target: { type } }) => type === 'thing' || type === 'person'))
    return undefined
  const found = clause.tokens.flatMap((token, at) => {
    const look = sense(token, 'look')
    const mention = clause.mentionOf(at)
    if (!look || (mention && !mention.fresh && mention.target.type !== 'picture' && !wantsGone(clause)))
      return []
    return [{ at, name: look.name, mention }]
  })
  if (found.length === 0) return undefined
  // The last is the aim: `turn day into night`, `summer to autumn`.
  const names = found.filter(
    ({ at }) =>
      !(
        sense(clause.tokens[at], 'colour') &&
        clause.mentions.some(({ target }) => target.type !== 'picture' && target.type !== 'background')
      ),
  )
  if (names.length === 0) return undefined
  const plain = names.filter(({ name: each }) => !generic.has(each))
  const listed = plain.length > 0 && !clause.hasSmall('to', 'from', 'instead') ? plain : names
  let name = listed.at(-1)!.name
  const monochrome = names.find(({ name: each }) => /black-and-white/.test(each))
  if (
    names.some(({ at, name: each }) => ['rain', 'snowfall', 'night'].includes(each) && isNegated(clause, at))
  )
    return beyond
  if (names.some(({ at, name: each }) => ['haze', 'dense-fog'].includes(each) && isNegated(clause, at)))
    return gone(clause, 'haze')
  // `day out of night`
  const outOf = found.length > 1 && /^(?:out of|from)$/.test(textBetween(clause, found[0]!.at, found[1]!.at))
  if (found.length > 1 && (clause.hasSmall('instead', 'not') || outOf)) name = found[0]!.name
  if (found.length > 1 && !clause.hasSmall('to', 'instead', 'not', 'from') && !clause.has('make'))
    name = found[0]!.name
  if (monochrome && (generic.has(name) || name === 'faded-film')) name = monochrome.name
  const neon = names.find(({ name: each }) => each === 'cyberpunk')
  if (neon && name === 'night') name = neon.name
  if (
    name === 'black-and-white' &&
    /dramatic|contrast|noir|moody|strong|反差|对比|强烈|戏剧/.test(clause.text)
  )
    name = 'dramatic-black-and-white'
  if (
    clause.has('colorize') ||
    (clause.has('recolour') &&
      clause.free('colour').length === 0 &&
      /上色|color(?:i[sz]e)?\b/.test(clause.text))
  )
    return beyond
  if (clause.has('retone') && ['haze', 'dense-fog', 'film-grain'].includes(name)) return gone(clause, name)
  if (wantsGone(clause) && !clause.has('make', 'add')) return gone(clause, name)
  if (clause.has('decrease') && ['haze', 'dense-fog'].includes(name)) return gone(clause, name)
  if (name === 'day') return beyond
  const things = clause.mentions.filter((each) => !found.some(({ mention }) => mention === each))
  const people = things.filter(
    ({ target: { type, noun } }) =>
      (type === 'thing' || type === 'person') &&
      !/leaf|leaves|tree|flower|blossom|street|city|house|town/.test(noun ?? ''),
  )
  if (people.some(({ fresh }) => fresh) && clause.has('add')) return undefined
  if (people.length > 0 && ofScene.has(name) && !clause.has('make') && !/\blook/.test(clause.text))
    return undefined
  const { target, used } = place(clause)
  const whole = ofScene.has(name) && (scenic.has(target.type) || target.type === 'thing')
  const strength = clause.strength
  return steps(
    {
      kind: 'look',
      look: name,
      strength,
      target: whole || found.some(({ mention }) => mention?.target === target) ? picture(clause) : target,
    },
    [...used, ...clause.mentions.filter(({ target: t }) => scenic.has(t.type))],
  )
}

const textBetween = (clause: Clause, from: number, to: number): string =>
  clause.tokens
    .slice(from + 1, to)
    .map(({ text }) => text)
    .join(' ')

const adjust = (property: Property, amount: number, target: Target): Step => ({
  kind: 'adjust',
  property,
  amount: clamp(Math.round(amount * 100) / 100, -1, 1),
  target,
})

/** Weather and looks that are to go. */
function gone(clause: Clause, name: string) {
  const { target } = place(clause)
  const at = scenic.has(target.type) || target.type === 'thing' ? picture(clause) : target
  const more = clause.degree === undefined && clause.measure('percent') === undefined ? 0.6 : clause.amount
  if (name === 'haze' || name === 'dense-fog') return steps(adjust('haze', -more, at), clause.mentions)
  if (name === 'film-grain') return steps(adjust('noise', -more, at), clause.mentions)
  return beyond
}

const styles: ClauseReader = (clause) => {
  const found = clause.tokens.flatMap((token, at) => {
    const style = sense(token, 'style')
    const mention = clause.mentionOf(at)
    return style && (mention === undefined || mention.fresh) ? [{ at, name: style.name, mention }] : []
  })
  const toPhoto =
    /\b(?:real|realistic|photorealistic|photographic)\b|\b(?:to|into|as) (?:a )?(?:real )?photo(?:graph)?$|\bfrom .* to photo|真实照片|真实|写实|实景|实拍|变成照片|还原成照片|(?:变|转|成|成为|为|到|要)(?:一张)?(?:真实的|写实的)?照片|相机拍|拍成照片|taken with a camera|photographed|(?:photo|photograph) (?:from|out of) this|style with that of a photo/.test(
      clause.text,
    )
  if (found.length === 0)
    return toPhoto &&
      /drawing|sketch|painting|render|画|style|photorealistic|realistic|真实照片/.test(clause.text)
      ? beyond
      : undefined
  if (toPhoto) return beyond
  if (clause.has('remove') && !clause.has('make')) return /texture|纹/.test(clause.text) ? undefined : beyond
  // `mosaic over the face` is a veil; `a drawing on the wall` is a thing.
  if (clause.has('pixelate', 'hide') && clause.mentions.length > 0) return undefined
  const { name } = found.at(-1)!
  if (name === 'pixel-art' && /pixels? (?:over|on)\b/.test(clause.text)) return undefined
  if (
    name === 'mosaic' &&
    !/\b(?:into|like|as|style)\b|mosaic (?:of|tile|art)/.test(clause.text) &&
    clause.mentions.some(({ target }) => target.type !== 'picture')
  )
    return undefined
  const things = clause.mentions.filter(
    (each) => !found.some(({ mention }) => mention === each) && each.target.type !== 'picture',
  )
  if (clause.has('add') && things.length > 0) return undefined
  // `my dog as a cartoon` is the picture of it; a face or a region alone may be drawn, too.
  const alone =
    clause.hasSmall('only') ||
    ['face', 'background', 'sky', 'region', 'water', 'ground'].includes(things[0]?.target.type ?? '')
  const target =
    (alone ? things[0]?.target : undefined) ?? (things[0] ? picture(clause) : place(clause).target)
  return steps(
    {
      kind: 'style',
      style: name,
      strength: clause.strength,
      target: found.some(({ mention }) => mention?.target === target) ? picture(clause) : target,
    },
    clause.mentions,
  )
}

const faultyCast =
  /[偏发泛][黄橙绿蓝青红紫粉](?:了|得|严重|厉害|，|,)|[偏发泛][黄橙绿蓝青红紫粉].{0,6}(?:校|修|纠|正常|处理)|(?:有点|太|有些|看起来|看着|整体|色调|照片|画面|白平衡|肤色|灯光)[偏发泛][黄橙绿蓝青红紫粉](?!一点|一些|点|些|调)/

/** What a fault is mended by: `too dark` by more light. */
const adjustments: ClauseReader = (clause) => {
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
  // The sea gets bluer by more of its own colour, a picture by a cooler light.
  if (
    ['water', 'sky', 'thing', 'plants'].includes(target.type) &&
    list.length === 1 &&
    list[0]!.property === 'warmth' &&
    /blue|蓝/.test(clause.tokens[list[0]!.at]!.text) &&
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
      // `too flat`, `too dull` lack what they are named for.
      if (/flat|dull|平|发灰|灰蒙/.test(clause.tokens[at]!.text))
        way = wantsLess || too || clause.has('fix', 'remove') || !wantsMore ? 1 : 1
    } else way = complaint(clause, at, sign, { too, lacks, wantsLess, gone })
    if (!found.has(property)) found.set(property, way)
    else if (sign !== 0 && list.some((each) => each.property === property && each.sign === 0))
      found.set(property, way)
  }
  // `sharper details`, `brighter colours`, `bring out the shadows`: the particular beats the general.
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

/** `brightness by 20% and contrast by 10%`: to each its own number, the one that follows it nearest. */
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

/** `看起来发黄`: which way a picture leans, and the way back. */
function castOf(text: string): readonly [Property, number] | undefined {
  if (/[发偏泛][黄橙]/.test(text)) return ['warmth', -0.3]
  if (/[发偏泛][蓝青]/.test(text)) return ['warmth', 0.3]
  if (/[发偏泛]绿/.test(text)) return ['tint', 0.3]
  if (/[发偏泛][红紫粉]/.test(text)) return ['tint', -0.3]
  if (/[发偏泛]灰/.test(text)) return ['contrast', 0.3]
  return undefined
}

/** White balance, better, pop: what is wanted without a name. */
const general: ClauseReader = (clause) => {
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

/** Grading, light, weather; styles; properties that go up or down. */
export const toneReaders: {
  readonly [K in 'looks' | 'styles' | 'adjustments' | 'general']: readonly ClauseReader[]
} = {
  looks: [looks],
  styles: [styles],
  adjustments: [adjustments],
  general: [general],
}
