import type { Facts } from '../../instructions/index.ts'
import type { Claim } from './claims.ts'
import { lengthOf } from './detail.ts'
import { type Slot, slotsOf } from './factWords.ts'
import {
  contentWords,
  isVague,
  type Mentions,
  mentionsOf,
  oppositeSide,
  overlap,
  thingKeys,
} from './mentions.ts'

/** A problem of a text. */
export interface TextProblem {
  readonly type: 'language' | 'form' | 'missing' | 'contradicts' | 'unsupported' | 'vague' | 'copied'
  /** A description from which its writer can correct it. */
  readonly what: string
}

type Language = 'en' | 'cn'

/** The longest instruction and description, in words or characters. */
const most = { en: 60, cn: 110 } as const

/** Whether a text is one clean sentence or a few in its language. */
export function formProblem(text: string, language: Language): TextProblem | undefined {
  const form = (what: string): TextProblem => ({ type: 'form', what })
  if (text.trim() === '') return form('it is empty')
  // Quoted text may be in any language.
  const free = text.replaceAll(
    /"[^"]*"|“[^”]*”|「[^」]*」|『[^』]*』|《[^》]*》|(?<![\p{L}\p{N}])'[^']*'(?![\p{L}\p{N}])/gu,
    '',
  )
  const han = free.match(/\p{Script=Han}/gu)?.length ?? 0
  const latin = free.match(/[A-Za-z]+/g)?.length ?? 0
  if (language === 'en' && han > 0) return { type: 'language', what: 'it is not in English' }
  if (language === 'cn' && (han === 0 || latin > han))
    return { type: 'language', what: 'it is not in Chinese' }
  if (lengthOf(text, language) > most[language]) return form('it is too long')
  if (/[\n{}]|^\s*[-*#\d]+[.)\s]|```/.test(text)) return form('it is more than a plain sentence')
  if (
    /^(?:sure|certainly|of course|here(?:'s| is)|instruction|okay[,:]|as an ai|i (?:can't|cannot|am unable))\b|^(?:好的|当然|以下|指令|抱歉|作为)[，,：:]?/iu.test(
      text.trim(),
    )
  )
    return form('it speaks to the reader instead of asking for the edit')
  return undefined
}

/** What an instruction may mention. */
export interface Known {
  readonly facts: Facts
  /** Claims that are kept as true. */
  readonly claims: readonly Claim[]
}

/** The first problem of an instruction, by the facts and by the claims that are kept as true. */
export function instructionProblem(text: string, language: Language, known: Known): TextProblem | undefined {
  const form = formProblem(text, language)
  if (form) return form
  const { facts } = known
  const slots = slotsOf(facts)
  const opposite = oppositeAction(text, language, facts)
  if (opposite) return opposite
  for (const slot of slots)
    if (slot.required && !says(text, language, slot))
      return (
        vagueFor(text, language) ?? {
          type: 'missing',
          what: `it has to name ${slot.name}: ${slot[language][0]}`,
        }
      )
  return contradiction(text, language, known, slots) ?? unsupported(text, language, known, slots)
}

/** The same for a description of one of the pictures. */
export function descriptionProblem(text: string, language: Language, known: Known): TextProblem | undefined {
  return (
    formProblem(text, language) ??
    vagueFor(text, language) ??
    unsupported(text, language, known, slotsOf(known.facts))
  )
}

function vagueFor(text: string, language: Language): TextProblem | undefined {
  const named = mentionsOf(text, language).things.length > 0
  const words = language === 'en' ? text.toLowerCase().match(/[a-z'-]+/g) : [...text]
  const isIt =
    language === 'en'
      ? /\b(?:something|thing|things|stuff|objects?|items?|elements?|areas?|it|parts?)\b/i.test(text)
      : /某|东西|物体|物品|元素|它/u.test(text)
  return (words ?? []).length > 0 && isIt && !named
    ? { type: 'vague', what: 'it does not say what it is about' }
    : undefined
}

function says(text: string, language: Language, slot: Slot): boolean {
  const low = text.toLowerCase()
  const forms = slot[language]
  if (slot.by === 'letters') return forms.some((form) => text.includes(form))
  if (forms.some((form) => form !== '' && includes(low, form.toLowerCase(), language))) return true
  if (slot.by === 'phrase') return forms.some((form) => mostOf(text, form, language))
  const [name = ''] = slot.en
  // Other words for the same thing, or the same family of colours.
  const keys = new Set(thingKeys(name))
  const { things, colours } = mentionsOf(language === 'en' ? `the ${text}` : text, language)
  if (things.some((thing) => thing.keys.some((key) => keys.has(key)))) return true
  const own = mentionsOf(name, 'en').colours
  return own.length > 0 && thingKeys(name).length === 0 && own.some((colour) => colours.includes(colour))
}

function includes(text: string, form: string, language: Language): boolean {
  if (language === 'cn') return text.includes(form)
  const at = text.indexOf(form)
  if (at < 0) return false
  return !/\w/.test(text[at - 1] ?? ' ') && !/\w/.test(text[at + form.length] ?? ' ')
}

/** Two thirds of the content words, or in Chinese of the pairs of characters. */
function mostOf(text: string, form: string, language: Language): boolean {
  if (language === 'en') {
    const wanted = contentWords(form)
    const own = contentWords(text)
    return wanted.size > 0 && [...wanted].filter((word) => own.has(word)).length / wanted.size >= 0.6
  }
  const pairs = (of: string): Set<string> => {
    const han = [...of.replaceAll(/[^\p{Script=Han}]|[的了把让一张]/gu, '')]
    return new Set(han.slice(1).map((sign, i) => `${han[i]}${sign}`))
  }
  const wanted = pairs(form)
  return (
    wanted.size > 0 &&
    overlap(wanted, pairs(text)) > 0 &&
    [...wanted].filter((pair) => text.replaceAll(/[的了把让一张]/gu, '').includes(pair)).length /
      wanted.size >=
      0.6
  )
}

const actions: Readonly<Record<'add' | 'remove', Readonly<Record<Language, RegExp>>>> = {
  add: {
    en: /\b(?:add|insert|put|include|introduce)(?:s|ed|ing)?\b|\bplac(?:e|ing) (?:a|an|the|some)\b/i,
    cn: /加上|添加|增加|加一|添一|放一|放上|加个|加入/u,
  },
  remove: {
    en: /\b(?:remov|delet|eras|eliminat|wip)(?:e|es|ed|ing)\b|\b(?:get rid of|take (?:away|out)|without|gone|no|out)\b/i,
    cn: /去掉|删|移除|去除|消失|擦|抹|没有|不要|P掉|弄走|清除|拿掉/iu,
  },
}

function oppositeAction(
  text: string,
  language: Language,
  { kind, ...facts }: Facts,
): TextProblem | undefined {
  const action = kind === 'text_change' ? (facts as { action: string }).action : kind.replace('subject-', '')
  const other = action === 'add' ? 'remove' : action === 'remove' ? 'add' : undefined
  if (other === undefined) return undefined
  const own = other === 'add' ? 'remove' : 'add'
  return actions[other][language].test(text) && !actions[own][language].test(text)
    ? { type: 'contradicts', what: `the edit does not ${other} anything, it ${own}s` }
    : undefined
}

function contradiction(
  text: string,
  language: Language,
  { facts, claims }: Known,
  slots: readonly Slot[],
): TextProblem | undefined {
  const free = withoutFacts(text, language, facts, slots)
  const { colours, sides } = mentionsOf(text, language)
  const told = factMentions(facts, language)
  const opposite = told.sides.length > 0 ? oppositeSide(told.sides, sides) : undefined
  if (opposite) return { type: 'contradicts', what: `it says ${opposite}; that is not where it is` }
  const seen = new Set(
    claims.flatMap(({ thing, says: said }) => mentionsOf(`${said} ${thing}`, 'en').colours),
  )
  const strange = mentionsOf(free, language).colours.find(
    (each) => !told.colours.includes(each) && !seen.has(each),
  )
  return strange !== undefined && colours.length > 0
    ? { type: 'contradicts', what: `nothing of what it is about is ${strange}` }
    : undefined
}

/** What an instruction of a kind may always mention: a portrait has a face. */
const spokenOf: { readonly [K in Facts['kind']]?: readonly string[] } = {
  ps_human: ['face', 'person'],
  style_change: ['camera'],
  motion_change: ['camera'],
}

function unsupported(
  text: string,
  language: Language,
  { facts, claims }: Known,
  slots: readonly Slot[],
): TextProblem | undefined {
  const known = new Set([
    ...(spokenOf[facts.kind] ?? []),
    ...factMentions(facts, 'en').things.flatMap(({ keys }) => keys),
    ...factMentions(facts, 'cn').things.flatMap(({ keys }) => keys),
    ...claims.flatMap(({ thing, says: said }) => [
      ...thingKeys(thing),
      ...mentionsOf(`the ${said}`, 'en').things.flatMap(({ keys }) => keys),
    ]),
  ])
  const named = mentionsOf(withoutFacts(text, language, facts, slots), language).things
  const strange = named.find(
    ({ word, keys }) => !isVague(word, language) && !keys.some((key) => known.has(key)),
  )
  return strange && { type: 'unsupported', what: `nobody knows of '${strange.word}' in the pictures` }
}

function factMentions(facts: Facts, language: Language): Mentions {
  const phrases = Object.values(facts).flatMap((value): string[] =>
    typeof value === 'object' ? [(value as { en: string; cn: string })[language]] : [],
  )
  return mentionsOf(
    phrases.map((each) => (language === 'en' ? `the ${each}` : each)).join(language === 'en' ? ', ' : '，'),
    language,
  )
}

/** The text without the words of the facts themselves, which may be anything. */
function withoutFacts(text: string, language: Language, facts: Facts, slots: readonly Slot[]): string {
  const phrases = [
    ...slots.flatMap((slot) => slot[language]),
    ...Object.values(facts).flatMap((value) =>
      typeof value === 'object' ? [(value as { en: string; cn: string })[language]] : [],
    ),
  ]
  let free = text.toLowerCase()
  for (const each of [...new Set(phrases)]
    .filter((one) => one.length > 1)
    .sort((a, b) => b.length - a.length))
    free = free.replaceAll(each.toLowerCase(), language === 'en' ? ' , ' : '，')
  return free
}
