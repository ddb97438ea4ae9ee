import { createHash } from 'node:crypto'
import {
  type Captioner,
  DatasetError,
  grammarCaptioner,
  type Instruction,
  type Kind,
  kinds,
  lexicon,
} from 'pentimento/dataset'
import type { Facts, Noun, Phrase } from 'pentimento/instructions'
import type { Random } from 'pentimento/random'
import {
  backgroundPhrases,
  nothingPhrases,
  retouchPhrases,
  stylePhrases,
  templates,
  tonePhrases,
  type Wordings,
} from './phrases.ts'

/** Facts of an edit, or that nothing is edited. */
export type Edit = Facts | { readonly kind: 'nothing' }

/** Two wordings of one edit. */
export interface WordedEdit extends Instruction {
  readonly edit: Edit
}

/** Which wordings are drawn: a tenth is kept out of `training`, to measure with. */
export type Part = 'training' | 'held-out' | 'all'

/** One wording in ten, by its letters alone: the same at every run. */
export function partOf(skeleton: string): 'training' | 'held-out' {
  return createHash('sha256').update(skeleton).digest()[0]! % 10 === 9 ? 'held-out' : 'training'
}

/** How often each kind is drawn next to the others. */
const shares: Readonly<Record<Edit['kind'], number>> = {
  background_change: 0.8,
  color_alter: 1.4,
  material_alter: 0.7,
  motion_change: 0.3,
  ps_human: 0.6,
  style_change: 3,
  'subject-add': 0.7,
  'subject-remove': 1,
  'subject-replace': 0.7,
  text_change: 0.6,
  tone_transfer: 6,
  nothing: 0.6,
}

const words = lexicon()

/** Draws edits of all kinds and puts them into words: by the grammar, or as people type in haste. */
export class EditWordings {
  readonly #captioner: Captioner
  readonly #part: Part
  readonly #hasty: number

  /** @param hasty share of edits whose words are the short ones */
  constructor(part: Part, hasty: number = 0.4) {
    this.#part = part
    this.#hasty = hasty
    const variation = part === 'held-out' ? { typos: 0, polite: 0, tails: 0 } : { typos: 0.08 }
    this.#captioner = grammarCaptioner(variation, { wordings: (skeleton) => this.#isDrawn(skeleton) })
  }

  async draw(random: Random): Promise<WordedEdit> {
    for (;;) {
      const edit = drawEdit(random)
      const worded = await this.word(edit, random)
      // An edit of few wordings may have none in this part.
      if (worded) return { edit, ...worded }
    }
  }

  /** Words for an edit; nothing where this part has none that say all of it. */
  async word(edit: Edit, random: Random): Promise<Instruction | undefined> {
    const hasty = edit.kind === 'nothing' || random.chance(this.#hasty)
    return hasty ? this.#hastily(edit, random) : this.#byGrammar(edit, random)
  }

  #isDrawn(skeleton: string): boolean {
    return this.#part === 'all' || partOf(skeleton) === this.#part
  }

  async #byGrammar(facts: Facts, random: Random): Promise<Instruction | undefined> {
    try {
      const [drawn] = await this.#captioner.caption({ facts, random, count: 1 })
      return drawn
    } catch (error) {
      if (error instanceof DatasetError) return undefined
      throw error
    }
  }

  #hastily(edit: Edit, random: Random): Instruction | undefined {
    const { en, cn } = hastyWordings(edit)
    if (('all' in edit && edit.all) || ('strength' in edit && edit.strength === 'slight')) return undefined
    const placed = 'place' in edit && edit.place !== undefined
    const pick = (list: readonly string[]) => {
      const fitting = list.filter((text) => this.#isDrawn(text) && (!placed || text.includes('{where}')))
      return fitting.length === 0 ? undefined : random.pick(fitting)
    }
    const [english, chinese] = [pick(en), pick(cn)]
    if (english === undefined || chinese === undefined) return undefined
    const filled = { en: fill(english, edit, 'en'), cn: fill(chinese, edit, 'cn') }
    return this.#part === 'held-out'
      ? filled
      : { en: typedEnglish(filled.en, random), cn: typedChinese(filled.cn, random) }
  }
}

/** All short wordings of an edit, with slots unfilled. */
export function hastyWordings(edit: Edit): Wordings {
  const join = (...lists: readonly (Wordings | undefined)[]): Wordings => ({
    en: lists.flatMap((each) => each?.en ?? []),
    cn: lists.flatMap((each) => each?.cn ?? []),
  })
  switch (edit.kind) {
    case 'nothing':
      return nothingPhrases
    case 'tone_transfer':
      return join(tonePhrases[edit.change.en])
    case 'style_change':
      return edit.direction === 'to-photo'
        ? join(templates['style_change/to-photo'])
        : join(stylePhrases[edit.style.en], templates.style_change)
    case 'background_change':
      return join(backgroundPhrases[edit.background.en], templates.background_change)
    case 'ps_human':
      return join(retouchPhrases[edit.retouch.en], templates.ps_human)
    case 'text_change':
      return join(templates[`text_change/${edit.action}`])
    default:
      return join(templates[edit.kind])
  }
}

/** A short instruction for an edit in each language, such as `b&w please`; nothing for an edit without any. */
export function hastyInstruction(edit: Edit, random: Random): Instruction | undefined {
  const { en, cn } = hastyWordings(edit)
  if (en.length === 0 || cn.length === 0) return undefined
  return {
    en: typedEnglish(fill(random.pick(en), edit, 'en'), random),
    cn: typedChinese(fill(random.pick(cn), edit, 'cn'), random),
  }
}

const withoutArticle = (phrase: string) => phrase.replace(/^(?:an?|the) /i, '')

function fill(template: string, edit: Edit, language: 'en' | 'cn'): string {
  return template.replace(/\{(\w+)\}/g, (_, slot: string) => {
    const facts = edit as unknown as Readonly<Record<string, Phrase | string | undefined>>
    const value = facts[slot === 'where' ? 'place' : slot]
    if (slot === 'where') {
      if (value === undefined || typeof value === 'string') return ''
      return language === 'en' ? ` ${value.en}` : `${value.cn}的`
    }
    if (typeof value === 'string') return language === 'en' ? `"${value}"` : `“${value}”`
    if (value === undefined) throw new Error(`internal: no ${slot} in '${template}' of ${edit.kind}`)
    return slot === 'style' && language === 'en' ? withoutArticle(value.en) : value[language]
  })
}

const pleas = ['please ', 'pls ', 'can you ', 'could you please ', 'i want ', 'just ', 'hey, ', 'now ', 'ok ']
const ends = ['', '', '', '.', '!', '!!', ' please', ' pls', ' plz', ' thanks', ' now', ' :)']
const chinesePleas = ['请', '帮我', '麻烦', '请帮我', '我要', '我想', '给我', '可以', '直接', '就']
const chineseEnds = ['', '', '', '。', '！', '吧', '谢谢', '，谢谢', '一下', '哈', '可以吗', '？']

function typedEnglish(text: string, random: Random): string {
  let typed = random.chance(0.2) ? random.pick(pleas) + text : text
  if (random.chance(0.35)) typed += random.pick(ends)
  if (random.chance(0.1)) typed = slipped(typed, random)
  const kind = random.unit()
  if (kind < 0.35) return typed[0]!.toUpperCase() + typed.slice(1)
  return kind < 0.4 ? typed.toUpperCase() : typed
}

function typedChinese(text: string, random: Random): string {
  let typed = random.chance(0.2) ? random.pick(chinesePleas) + text : text
  if (random.chance(0.35)) typed += random.pick(chineseEnds)
  return typed
}

/** One letter too few, twice, or in its neighbour's place, outside of quotes. */
function slipped(text: string, random: Random): string {
  const at = random.below(Math.max(1, text.length - 1))
  if (text.includes('"') || !/[a-z]/.test(text[at]!) || text.length < 6) return text
  const [before, letter, after] = [text.slice(0, at), text[at]!, text.slice(at + 1)]
  return random.pick([
    before + after,
    before + letter + letter + after,
    before + after[0]! + letter + after.slice(1),
  ])
}

function drawEdit(random: Random): Edit {
  const kind = drawKind(random)
  const place = random.chance(0.3) ? { place: random.pick(words.places) } : {}
  const noun = (): Noun => random.pick(words.nouns)
  switch (kind) {
    case 'nothing':
      return { kind }
    case 'background_change':
      return {
        kind,
        background: random.pick(words.backgrounds),
        ...(random.chance(0.6) && { subject: noun() }),
      }
    case 'color_alter':
      return {
        kind,
        object: noun(),
        to: random.pick(words.colours),
        ...(random.chance(0.4) && { from: random.pick(words.colours) }),
        ...place,
      }
    case 'material_alter':
      return { kind, object: noun(), material: random.pick(words.materials), ...place }
    case 'motion_change':
      return { kind, subject: noun(), motion: random.pick(words.motions), ...place }
    case 'ps_human':
      return {
        kind,
        retouch: random.pick(words.retouches),
        strength: random.pick(['slight', 'clear']),
        ...(random.chance(0.25) && { person: random.pick(sitters) }),
      }
    case 'style_change': {
      const { style, back } = random.pick(words.styles)
      return { kind, style, direction: back && random.chance(0.25) ? 'to-photo' : 'to-style' }
    }
    case 'subject-add':
      return { kind, subject: noun(), ...place }
    case 'subject-remove':
      return { kind, subject: noun(), ...place, ...(random.chance(0.12) && { all: true }) }
    case 'subject-replace':
      return { kind, from: noun(), to: noun(), ...place }
    case 'text_change': {
      const [from, to] = [random.pick(words.texts), random.pick(words.texts)]
      const action = random.pick(['replace', 'remove', 'add'] as const)
      if (action === 'replace') return { kind, action, from, to }
      return action === 'remove'
        ? { kind, action, from }
        : { kind, action, to, ...(random.chance(0.5) && { place: random.pick(words.textPlaces) }) }
    }
    case 'tone_transfer':
      return { kind, ...random.pick(words.tones) }
  }
}

function drawKind(random: Random): Kind | 'nothing' {
  const all = [...kinds, 'nothing' as const]
  let at = random.between(
    0,
    all.reduce((sum, kind) => sum + shares[kind], 0),
  )
  for (const kind of all) {
    at -= shares[kind]
    if (at < 0) return kind
  }
  return 'tone_transfer'
}

const sitters: readonly Noun[] = [
  { en: 'person on the left', cn: '左边的人' },
  { en: 'person in the middle', cn: '中间的人' },
  { en: 'person on the right', cn: '右边的人' },
  ...words.nouns.filter(({ en }) => ['man', 'woman', 'boy', 'girl', 'child'].includes(en)),
]

/** What is asked of a sentence's features, in the words of the recipes: one answer a slot, alike in both languages. */
export const slots = [
  'kind',
  'action',
  'subject',
  'to subject',
  'place',
  'colour',
  'material',
  'background',
  'style',
  'tone',
  'retouch',
  'motion',
] as const

export type Slot = (typeof slots)[number]

/** The answers to each slot; the first stands for none. */
export const answers: Readonly<Record<Slot, readonly string[]>> = (() => {
  const of = (phrases: readonly Phrase[]) => ['', ...new Set(phrases.map(({ en }) => en))]
  return {
    kind: [...kinds, 'nothing'],
    action: ['', 'to-photo', 'replace', 'remove', 'add', 'all', 'slight'],
    subject: of(words.nouns),
    'to subject': of(words.nouns),
    place: of([...words.places, ...words.textPlaces]),
    colour: of(words.colours),
    material: of(words.materials),
    background: of(words.backgrounds),
    style: of(words.styles.map(({ style }) => style)),
    tone: of(words.tones.map(({ change }) => change)),
    retouch: of(words.retouches),
    motion: of(words.motions),
  }
})()

/** The answers for an edit, as numbers. */
export function answersOf(edit: Edit): Readonly<Record<Slot, number>> {
  const answered = answersIn(edit)
  return Object.fromEntries(
    slots.map((slot) => {
      const index = answers[slot].indexOf(answered[slot] ?? '')
      if (index < 0) throw new Error(`internal: ${slot} '${answered[slot]}' is no answer`)
      return [slot, index]
    }),
  ) as Record<Slot, number>
}

function answersIn(edit: Edit): Partial<Record<Slot, string | undefined>> {
  const { kind } = edit
  switch (kind) {
    case 'nothing':
      return { kind }
    case 'background_change':
      return { kind, background: edit.background.en }
    case 'color_alter':
      return { kind, subject: edit.object.en, colour: edit.to.en, place: edit.place?.en }
    case 'material_alter':
      return { kind, subject: edit.object.en, material: edit.material.en, place: edit.place?.en }
    case 'motion_change':
      return { kind, subject: edit.subject.en, motion: edit.motion.en, place: edit.place?.en }
    case 'ps_human':
      return { kind, retouch: edit.retouch.en, action: edit.strength === 'slight' ? 'slight' : '' }
    case 'style_change':
      // What the drawing is, the picture tells.
      return edit.direction === 'to-photo' ? { kind, action: 'to-photo' } : { kind, style: edit.style.en }
    case 'subject-add':
      return { kind, subject: edit.subject.en, place: edit.place?.en }
    case 'subject-remove':
      return { kind, subject: edit.subject.en, place: edit.place?.en, action: edit.all ? 'all' : '' }
    case 'subject-replace':
      return { kind, subject: edit.from.en, 'to subject': edit.to.en, place: edit.place?.en }
    case 'text_change':
      return { kind, action: edit.action, place: edit.action === 'add' ? edit.place?.en : undefined }
    case 'tone_transfer':
      return { kind, tone: edit.change.en }
  }
}
