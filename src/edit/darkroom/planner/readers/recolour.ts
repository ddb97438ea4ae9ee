import type { PlanColour } from '../../plan.ts'
import { beyond, type Clause, type ClauseReader, steps } from '../clause.ts'
import { isSmall, sense } from '../senses.ts'
import { joins } from './listed.ts'

export const recoloured: ClauseReader = (clause) => {
  const dark =
    /变黑|弄黑|染黑|刷黑|喷黑|漆黑/.test(clause.text) &&
    clause.mentions.find(({ target }) => ['thing', 'hair'].includes(target.type))
  if (dark && clause.cn)
    return steps({ kind: 'recolour', target: dark.target, colour: { name: '黑色', hex: '#141414' } }, [dark])
  const [first, second] = clause.mentions
  // `a red couch instead of the gray one`
  if (
    first?.target.colour &&
    second?.target.colour &&
    second.target.noun === undefined &&
    clause.hasSmall('instead')
  )
    return steps(
      {
        kind: 'recolour',
        target: { ...first.target, colour: second.target.colour },
        colour: first.target.colour,
      },
      [first, second],
    )
  const colours = clause.free('colour')
  const pale = clause.has('whiten')
    ? clause.mentions.find(({ target }) => ['thing', 'hair', 'ground', 'water'].includes(target.type))
    : undefined
  if (pale)
    return steps(
      {
        kind: 'recolour',
        target: pale.target,
        colour: { name: clause.cn ? '白色' : 'white', hex: '#ffffff' },
      },
      [pale],
    )
  if (colours.length === 0) return undefined
  // `too orange`: a fault, not a request for a colour.
  if (clause.has('retone') && !clause.has('make', 'recolour', 'replace')) return undefined
  const things = clause.mentions.filter(
    ({ target }) => target.type !== 'picture' && target.type !== 'background',
  )
  // `my son wants to see how his bike would look`: the person who asks is not what is changed.
  if (
    things.length > 1 &&
    things[0]!.target.type === 'person' &&
    /\b(?:wants?|would like|asked|prefers?|thinks|wishes)\b/.test(clause.normalised.text)
  )
    things.shift()
  const target =
    things[0]?.target ??
    clause.antecedent ??
    (clause.cn && clause.has('recolour', 'make') ? clause.topic : undefined)
  // `人脸黑`: a statement, not a request.
  if (
    target &&
    clause.cn &&
    !clause.has('make', 'recolour', 'replace') &&
    ['face', 'person', 'skin'].includes(target.type) &&
    colours.every((each) => /^黑/.test(each.sense.colour.name))
  )
    return steps({ kind: 'adjust', property: 'brightness', amount: 0.3, target }, things)
  if (clause.has('add') && things.some(({ fresh }) => fresh)) return beyond
  if (isStuff(clause) && colours.every((each) => sense(clause.tokens[each.at], 'material') !== undefined))
    return undefined
  if (
    clause.has('remove', 'blur', 'crop', 'extend', 'write', 'keep') &&
    !clause.has('make', 'recolour', 'replace')
  )
    return undefined
  // `make her blonde`
  const who = clause.cn ? undefined : /\b(?:me|him|her)\b/.exec(clause.text)?.[0]
  const hairColour = colours.at(-1)!.sense.colour
  if (target === undefined && who && /blond|brunette|redhead|ginger|auburn/.test(hairColour.name))
    return steps({
      kind: 'recolour',
      target: { type: 'hair', phrase: who, noun: 'hair' },
      colour: hairColour,
    })
  if (target === undefined) {
    if (clause.options.region && colours.length > 0)
      return steps({
        kind: 'recolour',
        target: { type: 'region', phrase: 'this' },
        colour: colours.at(-1)!.sense.colour,
      })
    return undefined
  }
  // `deepen the blue of the sky`
  if (
    clause.has('increase', 'decrease') &&
    !clause.has('make', 'recolour') &&
    /\b(?:blue|green|red|yellow|orange|pink|purple)s? (?:of|in)\b/.test(clause.text)
  )
    return steps(
      {
        kind: 'adjust',
        property: 'saturation',
        amount: clause.has('decrease') ? -clause.amount : clause.amount,
        target,
      },
      things,
    )
  // `草地再绿一些`: more of its own colour.
  const own = { plants: /绿/, sky: /蓝/, water: /蓝|绿/ }[target.type as string]
  if (
    clause.cn &&
    colours.length === 1 &&
    own?.test(colours[0]!.sense.colour.name) &&
    clause.degree !== undefined &&
    /再|更|一点|一些/.test(clause.text)
  )
    return steps({ kind: 'adjust', property: 'saturation', amount: 0.3, target }, things)
  // `change it from red to blue`, `blue instead of red`, `不要红色，要蓝色`.
  const colour = wantedColour(clause, colours)
  const from =
    colours.length > 1 ? colours.find((each) => each.sense.colour !== colour)?.sense.colour : undefined
  const hairy =
    target.type === 'person' && /blond|brunette|redhead|ginger|auburn|金发|亚麻/.test(colour.name)
      ? { ...target, type: 'hair' as const, noun: 'hair' }
      : target
  const one =
    target.colour === undefined &&
    from !== undefined &&
    colours.length === 2 &&
    (clause.hasSmall('from', 'instead', 'not') || clause.cn)
      ? { ...hairy, colour: from }
      : hairy
  const others = things.slice(1).filter(({ target: { type } }) => type !== 'text')
  // `turn the red car into a blue truck`
  if (
    others.some(({ fresh, unknown }) => fresh && !unknown) &&
    (clause.hasSmall('to', 'with', 'instead') || clause.has('replace'))
  ) {
    const second = others.find(({ fresh }) => fresh)!
    if (second.target.noun !== target.noun && !(second.target.noun === undefined)) return beyond
  }
  const listed = [
    one,
    ...others.filter((each, at) => joins(clause, things[at]!, each)).map((each) => each.target),
  ]
  return steps(
    listed.map((each) => ({ kind: 'recolour' as const, target: each, colour })),
    things,
  )
}

/** Words that mark gold as the metal. */
const isStuff = (clause: Clause): boolean =>
  /\b(?:out of|made of|made from|material|texture|finish|surface|retexture|look like|turn .* into|solid|metal)\b|材质|质感|做的|做成|金属/.test(
    clause.text,
  )

function wantedColour(
  clause: Clause,
  colours: readonly { readonly at: number; readonly sense: { readonly colour: PlanColour } }[],
): PlanColour {
  const [first, second] = colours
  if (!first) throw new Error('internal: no colour to want')
  if (second === undefined) return first.sense.colour
  const before = clause.tokens[first.at - 1]
  // The first is the old colour: `from red to blue`, `red to blue`, `不要红色，要蓝色`, `not red but blue`.
  if (isSmall(before, 'from', 'not')) return second.sense.colour
  const between = clause.tokens.slice(first.at + 1, second.at)
  if (between.some((token) => isSmall(token, 'instead', 'not'))) return first.sense.colour
  return second.sense.colour
}

/** `the red of the car` and `a red car` that becomes blue, where the colour is part of the mention. */
export const recolouredTo: ClauseReader = (clause) => {
  if (!clause.has('make', 'recolour', 'replace') && clause.tokens.length > 12) return undefined
  const things = clause.mentions.filter(
    ({ target }) => target.type !== 'picture' && target.type !== 'background',
  )
  const [first, second] = things
  if (!first) return undefined
  if (
    things.length === 1 &&
    first.target.colour &&
    ['hair', 'eyes', 'lips'].includes(first.target.type) &&
    !clause.has('remove', 'blur', 'hide', 'keep', 'enhance', 'sharpen', 'pose') &&
    (!clause.has('make', 'recolour') || /\b(?:give|get|have|want)\b|给|来|换|染/.test(clause.text)) &&
    clause.property().length === 0 &&
    clause.free('look').length === 0
  ) {
    const { colour, ...rest } = first.target
    return steps({ kind: 'recolour', target: rest, colour }, things, 0.8)
  }
  // `look like with green cabinets`, `给房子换个蓝色屋顶`
  const last = things.at(-1)!
  const with_ = !clause.cn && first.unknown && isSmall(clause.tokens[last.from - 1], 'with')
  const gets = clause.cn && /换个|换一个|来个/.test(clause.text)
  if (last.target.colour && things.length === 2 && (with_ || gets)) {
    const { colour, ...rest } = last.target
    return steps({ kind: 'recolour', target: rest, colour }, things, 0.8)
  }
  // `turn the red car into a blue one`, `the same scene with a blue car`
  if (second?.target.colour && (second.target.noun === undefined || second.target.noun === first.target.noun))
    return steps({ kind: 'recolour', target: first.target, colour: second.target.colour }, things)
  if (
    things.length === 1 &&
    first.target.colour &&
    (first.fresh ||
      (/\bi (?:want|d like|would like|need)\b|想要|我要/.test(clause.normalised.text) && !clause.cn)) &&
    !clause.has('add', 'remove', 'move', 'blur', 'hide', 'keep') &&
    (clause.hasSmall('picture', 'rest') || /prefer|want|like/.test(clause.normalised.text))
  ) {
    const { colour, ...rest } = first.target
    return steps({ kind: 'recolour', target: rest, colour }, things, 0.8)
  }
  return undefined
}
