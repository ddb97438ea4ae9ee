import type { PlanColour, Target } from '../../plan.ts'
import { beyond, type Clause, type ClauseReader, steps } from '../clause.ts'
import { isSmall, type Mention, sense } from '../mentions.ts'

/** Things that are hidden rather than done away with when someone says `cover`. */
const secret =
  /price|address|name|number|plate|screen|monitor|laptop|document|passport|bank card|id card|avatar|account|qr code|barcode|license plate|face|text|person|people|paper|tv|computer|cell phone|house|child|eyes|mouth|nose|watermark|sign|head|body|tattoo/

const obscured: ClauseReader = (clause) => {
  const veiled =
    /pixels? (?:over|on)\b/.test(clause.text) ||
    (/\bmosaic\b/.test(clause.text) &&
      !/\b(?:into|like|as|style)\b|mosaic (?:of|tile|art)/.test(clause.text) &&
      clause.mentions.some(({ target }) => target.type !== 'picture'))
  const pixelates = clause.has('pixelate') || veiled
  const hides = clause.has('hide')
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

/** Whether the clause asks for something to be gone. */
export function wantsGone(clause: Clause): boolean {
  if (clause.has('remove')) return true
  if (clause.cn && /(?:别|不要|不想)让?.*出现/.test(clause.text)) return true
  return clause.hasSmall('not') && !clause.has('keep', 'make', 'lacks', 'blur')
}

const erased: ClauseReader = (clause) => {
  if (!wantsGone(clause)) return undefined
  const things = clause.mentions.filter(({ target }) => target.type !== 'picture')
  const wanted = things.filter((each) => !ownedPlace(clause, each, things))
  if (wanted.length === 0) {
    const person = clause.tokens.find((token) => /^(?:him|her|them|他|她|他们|她们)$/.test(token.text))
    const antecedent =
      clause.antecedent ??
      clause.topic ??
      (person
        ? {
            type: 'person' as const,
            phrase: person.text,
            noun: 'person',
            ...(/them|们/.test(person.text) && { all: true }),
          }
        : undefined)
    if (antecedent && antecedent.type !== 'background' && clause.has('remove'))
      return steps({ kind: 'erase', target: antecedent })
    return undefined
  }
  if (
    (clause.has('add', 'replace') || clause.verbAt('make') > clause.verbAt('remove')) &&
    wanted.some(({ fresh }) => fresh) &&
    wanted.length > 1
  )
    return beyond
  if (clause.has('add', 'replace') && wanted.some(({ fresh }) => fresh)) return beyond
  if (wanted[0]!.target.type === 'background') return undefined
  // `不错不错` asks for nothing.
  if (
    clause.cn &&
    !clause.has('remove') &&
    wanted.every(({ unknown, target }) => unknown && target.noun?.length === 1)
  )
    return undefined
  const owner = clause.ofType('text')
  if (owner && wanted.includes(owner)) {
    const carrier = things.find((each) => each !== owner)
    const target: Target = carrier ? { ...owner.target, phrase: owner.target.phrase } : owner.target
    return steps({ kind: 'erase', target: { ...target, type: 'text' } }, things)
  }
  if (
    wanted.some(
      ({ target }) =>
        ['skin', 'lips', 'teeth', 'eyes'].includes(target.type) ||
        ['mouth', 'nose', 'head', 'arm', 'leg', 'body', 'ears', 'neck'].includes(target.noun ?? ''),
    )
  )
    return beyond
  if (wanted.some(({ target }) => ['hair', 'face'].includes(target.type))) return beyond
  // Whoever takes off clothes wants to see what is below them.
  const owned = wanted.some(
    ({ target }) =>
      ['clothes', 'shirt', 't-shirt', 'dress', 'pants', 'suit', 'jacket', 'coat', 'skirt', 'jeans'].includes(
        target.noun ?? '',
      ) && /^(?:his|her|my|their|your|他|她|我)/i.test(target.phrase),
  )
  if (owned || /take off (?:his|her|my|their)|undress|脱/.test(clause.text)) return beyond
  const joined = wanted.filter(
    (each, at) =>
      at === 0 ||
      clause.tokens
        .slice(wanted[at - 1]!.to, each.from)
        .some((token) => isSmall(token, 'and') || token.mark === '、' || token.mark === ','),
  )
  const each = clause.hasSmall('all')
  return steps(
    joined.map(({ target }) => ({
      kind: 'erase' as const,
      target: each && target.all === undefined && clause.cn ? { ...target, all: true } : target,
    })),
    things,
  )
}

/** Where something is rather than what: `the dog on the table`, `桌子上的杯子` are dealt with by what is mentioned; this is `from the sky`. */
const ownedPlace = (clause: Clause, mention: Mention, all: readonly Mention[]): boolean => {
  if (all.length < 2) return false
  const before = clause.tokens[mention.from - 1]
  const after = clause.tokens[mention.to]
  if (clause.cn) return isSmall(after, 'in') || (isSmall(before, 'from', 'in') && !isSmall(before, 'ba'))
  return (
    isSmall(before, 'from', 'in', 'of', 'behind', 'by') ||
    /^(?:from|in|on|at|near|off|beside|behind|around|over|under|across|between|above|below|against|with|along)$/.test(
      before?.text ?? '',
    )
  )
}

const recoloured: ClauseReader = (clause) => {
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
    ? clause.mentions.find(({ target }) => ['thing', 'hair'].includes(target.type))
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
  // `too orange`: a fault, and no wish for a colour.
  if (clause.has('retone') && !clause.has('make', 'recolour', 'replace')) return undefined
  const things = clause.mentions.filter(
    ({ target }) => target.type !== 'picture' && target.type !== 'background',
  )
  const target = things[0]?.target ?? clause.antecedent
  // `人脸黑`: told, not wished.
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
  // `草地再绿一些`: more of the colour that it has.
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

/** Words that say that gold is meant as the metal. */
const isStuff = (clause: Clause): boolean =>
  /\b(?:out of|made of|made from|material|texture|finish|surface|retexture|look like|turn .* into|solid|metal)\b|材质|质感|做的|做成|金属/.test(
    clause.text,
  )

const joins = (clause: Clause, one: Mention, other: Mention): boolean =>
  clause.tokens
    .slice(one.to, other.from)
    .every((token) => isSmall(token, 'and', 'the') || token.mark === '、')

function wantedColour(
  clause: Clause,
  colours: readonly { readonly at: number; readonly sense: { readonly colour: PlanColour } }[],
): PlanColour {
  const [first, second] = colours
  if (!first) throw new Error('internal: no colour to want')
  if (second === undefined) return first.sense.colour
  const before = clause.tokens[first.at - 1]
  // The first is what it was: `from red to blue`, `red to blue`, `不要红色，要蓝色`, `not red but blue`.
  if (isSmall(before, 'from', 'not')) return second.sense.colour
  const between = clause.tokens.slice(first.at + 1, second.at)
  if (between.some((token) => isSmall(token, 'instead', 'not'))) return first.sense.colour
  return second.sense.colour
}

/** `the red of the car` and `a red car` that is to be a blue one, where the colour stands within the mention. */
const recolouredTo: ClauseReader = (clause) => {
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
    !clause.has('remove', 'make', 'recolour', 'blur', 'hide', 'keep')
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

const rematerialised: ClauseReader = (clause) => {
  const found = clause.tokens.flatMap((token, at) => {
    const material = sense(token, 'material') ?? sense(token, 'stuff')
    const mention = clause.mentionOf(at)
    const alone =
      mention !== undefined && mention.to - mention.from <= 2 && clause.mentions.indexOf(mention) > 0
    return material && (mention === undefined || alone) ? [{ at, material, mention }] : []
  })
  if (found.length === 0) return undefined
  const instead = clause.smallAt('instead')
  const { material, mention } = (instead > 0 && found.find(({ at }) => at < instead)) || found.at(-1)!
  const things = clause.mentions.filter(
    (each) => each !== mention && each.target.type !== 'picture' && each.target.type !== 'background',
  )
  const target =
    things[0]?.target ??
    clause.antecedent ??
    (clause.options.region ? { type: 'region' as const, phrase: 'this' } : undefined)
  if (!target) return undefined
  if (clause.has('add', 'remove', 'blur') && !/质感|材质|texture/.test(clause.text)) return undefined
  if (material.is === 'stuff') return beyond
  return steps({ kind: 'material', target, material: material.name }, clause.mentions)
}

/** Replacing one thing by another, adding, and what would have to be made up. */
const invented: ClauseReader = (clause) => {
  if (clause.has('invent', 'old')) return beyond
  if (clause.has('duplicate') && clause.mentions.length > 0) return beyond
  if (clause.has('pose')) return beyond
  const fresh = clause.mentions.filter((each) => each.fresh || each.unknown)
  if (clause.has('add')) {
    if (
      clause.mentions.length > 0 ||
      clause.tokens.some((token) => token.senses.length === 0 && token.mark === undefined)
    )
      return beyond
    return undefined
  }
  if (
    clause.mentions.length > 0 &&
    clause.mentions.every(({ fresh, target }) => fresh && target.type !== 'text') &&
    !clause.has('keep', 'remove')
  )
    return beyond
  if (
    clause.cn &&
    /换一个|换个|来个|来一个|换身|换成|换上/.test(clause.text) &&
    clause.mentions.some(({ target }) => target.type === 'thing' || target.type === 'person')
  )
    return beyond
  if (clause.has('replace') && clause.mentions.length > 0) return beyond
  if (
    clause.mentions.length >= 2 &&
    (clause.has('make') || clause.hasSmall('instead')) &&
    (clause.hasSmall('to', 'instead', 'with') || clause.cn)
  )
    return beyond
  if (fresh.length > 0 && (clause.has('make') || clause.hasSmall('with', 'in'))) return beyond
  if (
    clause.mentions.length === 1 &&
    clause.has('make') &&
    clause.tokens.some((token) => token.senses.length === 0 && token.mark === undefined)
  )
    return beyond
  return undefined
}

/** `granite countertop please`: what it is to be made of stands before its name. */
const ofStuff: ClauseReader = (clause) => {
  if (clause.has('remove', 'add', 'blur', 'keep', 'move', 'crop', 'hide')) return undefined
  const [mention] = clause.mentions
  if (mention?.target.type !== 'thing') return undefined
  const inside = clause.tokens
    .slice(mention.from, mention.to)
    .map((token) => sense(token, 'material') ?? sense(token, 'stuff'))
    .find((each) => each !== undefined)
  const changes =
    clause.has('make', 'replace') ||
    clause.hasSmall('instead') ||
    clause.tokens.length <= 5 ||
    /\bwould (?:be|look)\b|换|想要/.test(clause.normalised.text)
  if (!inside || !changes || clause.mentions.length > 2) return undefined
  if (inside.is === 'stuff') return beyond
  const stuffAt = clause.tokens.findIndex((token) => sense(token, 'material') === inside)
  const word = clause.tokens[stuffAt]!
  const last = clause.tokens[mention.to - 1]!
  // `变成砖墙` after `左边的墙`: the first names the thing.
  const target =
    clause.mentions.length === 2
      ? mention.target
      : { ...mention.target, phrase: clause.normalised.shown.slice(word.end, last.end).trim() }
  return steps({ kind: 'material', target, material: inside.name }, clause.mentions, 0.8)
}

export const obscuring: readonly ClauseReader[] = [obscured]
export const erasing: readonly ClauseReader[] = [erased]
export const colouring: readonly ClauseReader[] = [recoloured, recolouredTo, rematerialised, ofStuff]
export const inventing: readonly ClauseReader[] = [invented]
