import type { Target } from '../../plan.ts'
import { beyond, type Clause, type ClauseReader, steps } from '../clause.ts'
import type { Mention } from '../mentions/mention.ts'

const face = (clause: Clause): Target => ({ type: 'face', phrase: clause.cn ? '脸' : 'the face' })

/** The owner of the face: a named person, or any. */
function whose(clause: Clause): { target: Target; used: readonly Mention[] } {
  const person = clause.ofType('person')
  if (person && !['arm', 'leg', 'body', 'neck', 'nails'].includes(person.target.noun ?? ''))
    return { target: person.target, used: clause.mentions }
  return { target: { ...face(clause), ...placed(clause) }, used: clause.mentions }
}

/** Red-eye, in the words that people use for it. */
const redEyes =
  /\bred ?eyes?\b|\bred eye|红眼|(?:demon|devil|vampire|zombie|glowing|possessed)(?: red)? (?:eyes?|pupils?)|(?:eyes?|pupils?) (?:are |is |look |looks |came out |turned |went |all |so |really )*(?:red|glow\w*|demonic)\b|(?:眼睛|瞳孔|眼珠|眼).{0,3}(?:红(?!色)|发光)/

const redEye: ClauseReader = (clause) => {
  const eyes = /\beyes?\b|pupils?|眼|瞳/.test(clause.text)
  const flash = /\bflash\b|闪光/.test(clause.text)
  const mends =
    /\b(?:fix|remove|correct|get rid|normal|reduce)\b|instead of red|black again|black again|去|修|除|消|正常/.test(
      clause.text,
    )
  const flashed = eyes && (flash || (/\bred\b|红/.test(clause.text) && mends && !clause.ofType('thing')))
  if (!redEyes.test(clause.text) && !flashed) return undefined
  if (
    /红色?的?(?:太阳镜|眼镜|眼影)|eye ?shadow|眼影|眼袋|黑眼圈|dark circles|red (?:sun)?glasses/.test(
      clause.text,
    )
  )
    return undefined
  if (/红眼睛/.test(clause.text) && !/去|修|消|除/.test(clause.text)) return undefined
  if (/\b(?:give|make|turn|add|want)\b.*\bred eyes\b/.test(clause.text) && !clause.has('remove', 'fix'))
    return undefined
  return steps(
    { kind: 'red-eye', target: { type: 'eyes', phrase: clause.cn ? '眼睛' : 'the eyes', ...placed(clause) } },
    clause.mentions,
  )
}

/** The person, by the place of the person or the eyes. */
function placed(clause: Clause): Partial<Target> {
  const { place, order } = clause.mentions.find(({ target }) => target.place ?? target.order)?.target ?? {}
  return { ...(place && { place }), ...(order && { order }) }
}

const isOneOf = (target: Target | undefined, nouns: readonly string[]): boolean =>
  target !== undefined && (nouns.includes(target.noun ?? '') || nouns.includes(target.type))

const part = (clause: Clause, ...nouns: readonly string[]): Mention | undefined =>
  (clause.mentions.length === 0 && isOneOf(clause.topic ?? clause.antecedent, nouns)
    ? { from: 0, to: 0, target: (clause.topic ?? clause.antecedent)!, fresh: false, unknown: false }
    : undefined) ??
  clause.mention(({ target }) => nouns.includes(target.noun ?? '') || nouns.includes(target.type))

/** A retouch by the named part and its change. */
function byPart(clause: Clause): string | undefined {
  const property = clause.property()
  const brighter =
    property.some((each) => each.property === 'brightness' && each.sign > 0) || clause.has('whiten')
  const darker = property.some((each) => each.property === 'brightness' && each.sign < 0)
  const bigger = clause.has('enlarge') || clause.hasSmall('largest')
  if (clause.has('whiten') && clause.mentions.length === 0 && !clause.topic) return 'brighten-skin'
  const mends =
    clause.free('colour').length === 0 &&
    property.length === 0 &&
    /touch up|retouch|修一下|修修|修图|\bfix (?:my|his|her|the|their) skin|修.{0,4}皮肤|皮肤.{0,2}修/.test(
      clause.text,
    ) &&
    !clause.has('remove', 'blur', 'slim', 'smooth', 'enlarge', 'shrink')
  if (part(clause, 'skin', 'face') && mends) return /fix/.test(clause.text) ? 'remove-blemishes' : 'beautify'
  const ofFace = clause.mention(
    ({ target: { noun }, owner }) =>
      /spot|blotch|bump|mark$/.test(noun ?? '') &&
      ['skin', 'face', 'cheeks', 'chin', 'nose', 'neck'].includes(owner ?? ''),
  )
  if (ofFace && clause.has('remove', 'fix', 'hide', 'decrease')) return 'remove-blemishes'
  if (clause.has('whiten') && clause.mentions.every(({ target }) => target.type === 'person'))
    return 'brighten-skin'
  const skin = part(clause, 'skin', 'face', 'cheeks', 'chin', 'nose')
  if (skin && /ros(?:y|ier)|红润|气色|healthier|pinker/.test(clause.text)) return 'rosy-skin'
  if (skin && /\btan\b|tanned|bronz|小麦/.test(clause.text)) return 'tan'
  if (
    skin &&
    /redness|less red|too red|not so red|\b(?:is|are|looks?) (?:so |very |really )?red\b|太红|泛红|发红|没那么红/.test(
      clause.text,
    )
  )
    return 'pale-skin'
  if (skin && /\bshin(?:y|e)|oily|greasy|油/.test(clause.text)) return 'less-shine'
  if (
    part(clause, 'teeth') &&
    (brighter || clause.has('enhance', 'fix', 'whiten') || /white|白|黄|yellow|stain/.test(clause.text))
  )
    return 'whiter-teeth'
  if (part(clause, 'eyes') && bigger) return 'larger-eyes'
  if (part(clause, 'eyes') && (brighter || clause.has('enhance') || /sparkl|pop|shine|神/.test(clause.text)))
    return 'brighter-eyes'
  if (
    part(clause, 'eyebrows') &&
    (darker ||
      clause.has('increase', 'enlarge', 'fuller') ||
      /thick|full|bold|defin|浓|粗|深|淡|稀|少/.test(clause.text))
  )
    return 'darker-brows'
  if (part(clause, 'face', 'cheeks', 'chin', 'person') && clause.has('slim')) return 'slimmer-face'
  if (part(clause, 'face', 'chin') && (clause.has('shrink') || clause.hasSmall('smallest')))
    return 'slimmer-face'
  if (part(clause, 'face', 'cheeks') && clause.has('fuller')) return 'fuller-face'
  if (part(clause, 'cheeks') && (/pink|ros|red|红|粉/.test(clause.text) || clause.free('colour').length > 0))
    return 'blush'
  if (part(clause, 'lips') && !clause.has('enlarge', 'slim', 'shrink', 'fuller')) return lipstick(clause)
  if (
    part(clause, 'skin', 'face') &&
    (clause.has('smooth', 'enhance', 'whiten') ||
      /clear|clean|perfect|flawless|better|好|嫩|滑|even|glow/.test(clause.text))
  )
    return clause.has('whiten') || brighter
      ? 'brighten-skin'
      : clause.has('enhance')
        ? 'beautify'
        : 'smooth-skin'
  return undefined
}

function lipstick(clause: Clause): string | undefined {
  const { text } = clause
  if (/berry|plum|dark|purple|wine|burgundy|浆果|深|紫|酒红|姨妈|暗/.test(text)) return 'lips-berry'
  if (/coral|orange|peach|珊瑚|橘|橙/.test(text)) return 'lips-coral'
  if (/pink|ros|粉|玫/.test(text)) return 'lips-pink'
  return /red|红/.test(text) ? 'lips-red' : undefined
}

const retouched: ClauseReader = (clause) => {
  if (
    clause.has('slim', 'fuller', 'enlarge', 'shrink') &&
    part(clause, 'body', 'leg', 'arm', 'neck', 'nose', 'ears')
  )
    return beyond
  if (part(clause, 'cheeks') && /life|\bcolor\b|glow/.test(clause.text) && !clause.has('remove', 'decrease'))
    return steps(
      { kind: 'retouch', retouch: 'blush', strength: clause.strength, target: face(clause) },
      clause.mentions,
    )
  const named = clause.free('retouch').map((each) => each.sense.name)
  const inside = clause.tokens.flatMap((token, at) =>
    clause.mentionOf(at) ? token.senses.flatMap((each) => (each.is === 'retouch' ? [each.name] : [])) : [],
  )
  const background = clause.ofType('background')
  if (background || clause.ofType('water', 'sky')) return undefined
  // `磨皮美白瘦脸`: whitening among retouches refers to the skin.
  const fair =
    named.length > 0 &&
    clause.has('whiten') &&
    !named.some((each) => /teeth|skin$/.test(each) && each !== 'smooth-skin') &&
    !part(clause, 'teeth', 'eyes')
  const names = [...named, ...inside, ...(fair ? ['brighten-skin'] : [])]
  const strength = clause.strength
  const { target, used } = whose(clause)
  let name = names.find((each) => each !== 'beautify') ?? names[0] ?? byPart(clause)
  if (name === undefined) return undefined
  // `tan shoes`, `the shine of the car`
  if (
    ['tan', 'less-shine', 'blush', 'freckles'].includes(name) &&
    clause.mention(({ target, unknown }) => target.type === 'thing' && !unknown) &&
    !clause.ofType('face', 'skin', 'person')
  )
    return undefined
  // Bags may also be carried.
  if (
    name === 'dark-circles' &&
    /\bbags\b/.test(clause.text) &&
    !/eye|under|face|tired|puffy/.test(clause.text)
  )
    return undefined
  if (/^lips-/.test(name)) name = lipstick(clause) ?? name
  if (/^eye-shadow-/.test(name)) name = eyeShadow(clause) ?? name
  const gone = clause.has('remove', 'decrease', 'fix', 'smooth', 'hide') || clause.hasSmall('not')
  if (name === 'freckles' && gone) name = 'remove-freckles'
  if (['blush'].includes(name) && clause.has('remove')) return beyond
  if (/^(?:lips-|eye-shadow)/.test(name) && clause.has('remove')) return beyond
  if (name === 'brighter-eyes' && clause.has('enlarge')) name = 'larger-eyes'
  // `give her blue eyes` is a colour, and `spots on the lens` are not on the skin.
  if (name === 'larger-eyes' && clause.free('colour').length > 0) return undefined
  if (
    name === 'remove-blemishes' &&
    clause.mention(({ target: { type } }) => type === 'thing') &&
    !clause.ofType('face', 'skin', 'person')
  ) {
    const spot = clause.mention(({ target: { noun } }) => /spot|mark/.test(noun ?? ''))
    if (!spot) return undefined
  }
  const list = [...new Set(names.filter((each) => !/^(?:lips-|eye-shadow)/.test(each)))]
  if (list.length > 1 && list.includes(name)) {
    const several = list.filter(
      (each) =>
        !(each === 'smooth-skin' && list.includes('remove-blemishes') && /retouch|beauty/.test(clause.text)),
    )
    return steps(
      several.map((retouch) => ({ kind: 'retouch' as const, retouch, strength, target })),
      used,
    )
  }
  return steps({ kind: 'retouch', retouch: name, strength, target }, used)
}

function eyeShadow(clause: Clause): string | undefined {
  const { text } = clause
  if (/purple|violet|紫/.test(text)) return 'eye-shadow-purple'
  if (/blue|蓝/.test(text)) return 'eye-shadow-blue'
  if (/green|绿/.test(text)) return 'eye-shadow-green'
  if (/brown|smok|棕|大地|烟熏|咖/.test(text)) return 'eye-shadow-brown'
  return undefined
}

/** Requests that would need another face or body. */
const otherFace: ClauseReader = (clause) => {
  const body = part(
    clause,
    'body',
    'arm',
    'leg',
    'nose',
    'ears',
    'neck',
    'hair',
    'beard',
    'lips',
    'mouth',
    'eyelashes',
    'person',
    'man',
    'woman',
  )
  if (!body) return undefined
  if (clause.has('slim', 'fuller') && !part(clause, 'face')) {
    if (
      part(clause, 'person', 'man', 'woman', 'girl', 'boy', 'child') &&
      !/body|waist|腿|腰|身材|belly/.test(clause.text)
    )
      return undefined
    return beyond
  }
  if (
    /\b(?:curly|longer hair|long hair|short hair|taller|bald|braid|straight hair|thicker|longer|beard|mustache)\b|卷发|长发|短发|变高|长高|光头|胡子|双眼皮/.test(
      clause.text,
    ) &&
    !clause.has('remove', 'blur', 'recolour') &&
    clause.free('colour').length === 0
  )
    return beyond
  return undefined
}

/** Faces and their parts. */
export const faceReaders: readonly ClauseReader[] = [redEye, retouched, otherFace]
