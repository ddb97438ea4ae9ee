import type { Behind, PlanColour, Step } from '../../plan.ts'
import { beyond, type Clause, type ClauseReader, steps } from '../clause.ts'
import type { Mention } from '../mentions/mention.ts'
import { isSmall, sense } from '../senses.ts'
import { colourOf } from '../words/colours.ts'

/** The kept foreground, if it is named. */
function inFront(clause: Clause): Mention | undefined {
  return clause.mention(
    ({ target, fresh }) =>
      !fresh &&
      (target.type === 'person' ||
        target.type === 'thing' ||
        target.type === 'subject' ||
        target.type === 'face'),
  )
}

const _isBackground = (clause: Clause): boolean =>
  clause.ofType('background') !== undefined || /\bbehind\b|身后|后面|背后|backdrop/.test(clause.text)

function step(to: Behind, front: Mention | undefined): Step {
  return { kind: 'background', to, ...(front && front.target.type !== 'subject' && { target: front.target }) }
}

/** A cut-out: transparent, or on what is named. */
const cutOut: ClauseReader = (clause) => {
  const removes =
    clause.has('remove', 'crop') &&
    clause.ofType('background') !== undefined &&
    !clause.mention(({ target, owner }) => target.type !== 'background' && owner === 'background')
  const onlyKeeps = clause.has('keep') && clause.hasSmall('only') && clause.mentions.length > 0
  const keepsRest =
    clause.hasSmall('rest') && (clause.has('remove') || clause.hasSmall('not')) && !clause.has('keep')
  if (keepsRest && clause.mentions.length === 0)
    return steps(step({ type: 'transparent' }, undefined), [], 0.8)
  if (!clause.has('isolate') && !removes && !onlyKeeps) return undefined
  const background = clause.ofType('background')
  const others = clause.mentions.filter((each) => each !== background && each.owner !== 'background')
  const front = others.find(({ target }) => target.type !== 'background' && target.type !== 'text')
  // `只要猫的部分` is a crop.
  if (/部分|一半|半边|half|third/.test(clause.text) && !/背景|background|抠/.test(clause.text)) {
    const whole = others.find(({ owner, target }) => owner !== undefined || target.type !== 'picture')
    return whole?.owner
      ? steps(
          { kind: 'crop', around: { type: 'thing', phrase: whole.target.phrase, noun: whole.owner } },
          clause.mentions,
          0.8,
        )
      : undefined
  }
  // `cut out the dog and put it on blue`. `remove the white background`: the old colour.
  const to =
    removes && background?.target.colour && !clause.has('isolate', 'make', 'replace')
      ? undefined
      : behindOf(clause)
  if (clause.has('isolate') && /sticker|贴纸/.test(clause.text) && clause.has('remove')) return undefined
  if (clause.has('remove') && !background && !/background|背景|bg\b/.test(clause.text) && !clause.has('keep'))
    return undefined
  return steps(step(to ?? { type: 'transparent' }, front), clause.mentions)
}

/** A colour, gradient, backdrop or picture that is named as the new background. */
function behindOf(clause: Clause): Behind | undefined {
  if (
    clause.options.second &&
    (clause.hasSmall('second picture') ||
      /\b(?:this|that|provided|given|attached|uploaded)\b|这张|那张|给的|提供/.test(clause.text)) &&
    clause.hasSmall('second picture', 'picture', 'it', 'that')
  )
    return { type: 'picture' }
  const numbered = clause.tokens.some(
    (token, at) => isSmall(token, 'picture') && clause.tokens[at + 1]?.measure?.value === 2,
  )
  if (clause.hasSmall('second picture') || numbered) return { type: 'picture' }
  if (/[红蓝黑灰绿]色?底?(?:变|换|改|转)成?为?白/.test(clause.text))
    return { type: 'colour', colour: { name: '白色', hex: '#ffffff' } }
  const colours = clause.tokens.flatMap((token, at) => {
    const colour = sense(token, 'colour')?.colour
    const mention = clause.mentionOf(at)
    const next = clause.tokens[at + 1]
    const describes =
      next !== undefined &&
      next.mark === undefined &&
      next.measure === undefined &&
      next.literal === undefined &&
      ((next.senses.length === 0 && !/^底/.test(next.text)) ||
        (sense(next, 'noun') !== undefined && !/background|wall|bg|backdrop|背景|底/.test(next.text)))
    return colour && !describes && (mention === undefined || mention.target.type === 'background')
      ? [{ at, colour }]
      : []
  })
  const backdrops = clause.tokens.flatMap((token, at) => {
    const found = sense(token, 'backdrop')
    const mention = clause.mentionOf(at)
    return found &&
      !(mention && mention.target.type === 'sky' && !mention.fresh && clause.ofType('background'))
      ? [{ at, name: found.name }]
      : []
  })
  const fades =
    colours.length === 2 &&
    clause.hasSmall('from') &&
    clause.hasSmall('to') &&
    (/fad|blend|渐|过渡/.test(clause.text) || !clause.has('make', 'replace'))
  if (clause.hasSmall('gradient') || fades) {
    const [one, two] = colours
    // `粉蓝渐变`: two colours in one word.
    const [first, last] = two ? [] : [...(one?.colour.name ?? '')].slice(0, 2).map((each) => colourOf(each))
    if (first && last && first.hex !== last.hex && one?.colour.name.length === 2)
      return { type: 'gradient', from: first, to: last }
    if (one) return { type: 'gradient', from: one.colour, to: two?.colour ?? lightened(one.colour) }
  }
  const after = (at: number): boolean => {
    const where = clause.ofType('background')?.to ?? 0
    return at >= where || !clause.hasSmall('to', 'with')
  }
  const named = backdrops.find(({ at }) => after(at)) ?? backdrops[0]
  if (named && !(colours.length > 0 && /studio|棚/.test(clause.tokens[named.at]?.text ?? '')))
    return { type: 'backdrop', name: named.name }
  if (named && colours.length > 0) {
    const name = studioOf(colours[0]!.colour)
    if (name) return { type: 'backdrop', name }
  }
  // `from green to blue`: the last one is meant.
  const last = colours.at(-1)
  if (last) return { type: 'colour', colour: last.colour }
  if (/白底|白背景|(?:底色|背景色?)(?:变|弄|调|改)?(?:成|为)?(?:得)?白/.test(clause.text))
    return { type: 'colour', colour: { name: '白色', hex: '#ffffff' } }
  if (/黑底/.test(clause.text)) return { type: 'colour', colour: { name: '黑色', hex: '#141414' } }
  if (/红底/.test(clause.text)) return { type: 'colour', colour: { name: '红色', hex: '#d02828' } }
  if (/蓝底/.test(clause.text)) return { type: 'colour', colour: { name: '蓝色', hex: '#265cc4' } }
  if (/灰底/.test(clause.text)) return { type: 'colour', colour: { name: '灰色', hex: '#808080' } }
  if (/绿底/.test(clause.text)) return { type: 'colour', colour: { name: '绿色', hex: '#00b140' } }
  return undefined
}

const studios: readonly (readonly [RegExp, string])[] = [
  [/white|白/, 'white studio'],
  [/gray|grey|灰/, 'grey studio'],
  [/pink|粉/, 'pink studio'],
  [/blue|蓝/, 'blue studio'],
  [/beige|cream|米/, 'beige studio'],
  [/mint|green|绿/, 'green studio'],
  [/yellow|黄/, 'yellow studio'],
]
const studioOf = ({ name }: PlanColour): string | undefined =>
  studios.find(([pattern]) => pattern.test(name))?.[1]

const lightened = ({ name, hex }: PlanColour): PlanColour => ({
  name: `light ${name}`,
  hex: `#${[1, 3, 5]
    .map((at) => Math.round(255 - (255 - Number.parseInt(hex.slice(at, at + 2), 16)) * 0.25))
    .map((value) => value.toString(16).padStart(2, '0'))
    .join('')}`,
})

const blurred: ClauseReader = (clause) => {
  if (!clause.has('blur')) return undefined
  const background = clause.ofType('background')
  const deep =
    /bokeh|depth of field|portrait mode|soften the background|景深|大光圈|浅景深|背景虚|人像模式|defocus/.test(
      clause.text,
    )
  const backdrop = clause.free('backdrop').some(({ at }) => clause.tokens[at]!.text !== 'bokeh')
  if (backdrop && (background || /backdrop|behind|背景/.test(clause.text))) return undefined
  const others = clause.mentions.filter(({ target }) => target.type !== 'background')
  const rest =
    (clause.hasSmall('rest') && others.length === 0) ||
    (/behind|身后|后面|surroundings/.test(clause.text) &&
      others.every(({ target }) => target.place !== 'back' && target.type !== 'face'))
  if (!background && !deep && !rest) return undefined
  if (background && clause.has('fix') && !clause.has('make')) return undefined
  const named = clause.mentions.filter((each) => each !== background && each.owner !== 'background')
  if (
    background &&
    /^(?:people|person)$/.test(
      clause.mentions.find(({ target }) => target.place === 'back')?.target.noun ?? '',
    )
  )
    return undefined
  const front = named.find(
    ({ target }) => ['thing', 'person', 'face'].includes(target.type) && target.place !== 'back',
  )
  if (clause.has('remove') || clause.hasSmall('not')) return undefined
  return steps(step({ type: 'blur', strength: clause.strength }, front), clause.mentions)
}

const changed: ClauseReader = (clause) => {
  const inBack = clause.free('place').some(({ at }) => /background|behind|背景/.test(clause.tokens[at]!.text))
  const named = clause
    .free('backdrop')
    .some(({ at }) => /studio|棚|background|backdrop|背景/.test(clause.tokens[at]!.text))
  const background =
    clause.ofType('background') ??
    (/(?:为|当|作|做)背景/.test(clause.text)
      ? clause.mentions.find(({ owner, target }) => owner === 'background' || target.type === 'background')
      : undefined)
  const _asBack = /(?:为|当|作|做)背景/.test(clause.text)
  const solid = /[白黑红蓝灰绿黄粉紫橙青金米]色?底(?!部|下|端)/.test(clause.text)
  const front = inFront(clause)
  const against =
    /\b(?:in front of|against|onto|on top of|over)\b/.test(clause.text) || /放到|放在/.test(clause.text)
  const photo =
    clause.hasSmall('second picture') &&
    !clause.hasSmall('not') &&
    (clause.has('make', 'replace', 'move') || against)
  const coming = behindOf(clause)
  // `put the cat in front of the sea`, `I want a beach behind her`: a background without the word itself.
  const implied =
    (against || /\bbehind\b|背后|身后|后面是/.test(clause.text)) &&
    (coming !== undefined || front !== undefined) &&
    !clause.has('remove', 'blur', 'hide', 'pixelate', 'move', 'recolour')
  const scene =
    (named || (inBack && clause.free('backdrop').length > 0)) &&
    !clause.has('remove', 'blur', 'hide', 'pixelate')
  const on =
    /\bon (?:a )?(?:plain |pure |solid )?(?:white|black|gray|grey|red|blue|green|pink|yellow|beige)$/.test(
      clause.text,
    ) &&
    clause.hasSmall('it', 'that', 'picture') &&
    clause.mentions.length === 0
  // `turn everything but the car grey` is a look.
  const restOf =
    clause.hasSmall('rest') &&
    clause.free('colour').some(({ at }) => !sense(clause.tokens[at], 'look')) &&
    clause.mentions.length === 0
  const wall =
    clause.topic?.type === 'background'
      ? clause.mentions.find(({ target }) => target.noun === 'wall' && target.colour)
      : undefined
  if (wall?.target.colour)
    return steps(step({ type: 'colour', colour: wall.target.colour }, undefined), [wall])
  if (!background && !solid && !photo && !implied && !scene && !on && !restOf) return undefined
  if (
    background &&
    clause.mention(
      ({ target, owner }) => owner === 'background' && target.type !== 'background' && coming === undefined,
    )
  )
    return undefined
  const alters =
    clause.has('make', 'replace', 'add', 'recolour', 'keep', 'pose', 'move') ||
    clause.hasSmall('to', 'with', 'behind', 'in') ||
    against ||
    scene ||
    clause.tokens.length <= 8
  if (!alters) return undefined
  if (clause.property().length > 0 && coming === undefined) return undefined
  if (clause.free('look').length > 0 && coming === undefined) return undefined
  if (clause.free('style').length > 0 && coming === undefined) return undefined
  if (coming) {
    const used = clause.mentions.filter(
      (each) => each === background || each === front || each.target.type === 'sky' || each.fresh,
    )
    return steps(step(coming, implied || solid || photo || front ? front : undefined), [
      ...used,
      ...clause.mentions.filter(({ target }) => target.noun === 'star' || target.type === 'plants'),
    ])
  }
  if (
    clause.has('remove', 'blur', 'sharpen', 'denoise', 'crop', 'extend', 'isolate', 'hide') ||
    clause.property().length > 0
  )
    return undefined
  if (clause.has('keep') && !clause.has('make', 'replace', 'add')) return undefined
  // A place that would have to be generated.
  if (
    background &&
    (clause.has('make', 'replace', 'add') ||
      clause.hasSmall('to', 'with') ||
      /[:：]/.test(clause.normalised.text))
  )
    return beyond
  if (implied && front) return beyond
  return undefined
}

/** `change the background`, `blur it`, `cut out the cat`. */
export const backgroundReaders: readonly ClauseReader[] = [blurred, cutOut, changed]
