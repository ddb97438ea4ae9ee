import {
  backdropWords,
  type Facts,
  gerundOf,
  lookWords,
  materialWords,
  type Noun,
  type Phrase,
  pluralOf,
  retouchWords,
  styleWords,
  stylizerWords,
  type Words,
} from '../../instructions/index.ts'

/** A fact that an instruction must state, and the allowed wordings. */
export interface Slot {
  readonly name: string
  readonly en: readonly string[]
  readonly cn: readonly string[]
  /** `name`: one of the words has to be there; `phrase`: most of one of them; `letters`: to the letter. */
  readonly by: 'name' | 'phrase' | 'letters'
  readonly required: boolean
}

/** What instructions of an edit have to say, by the vocabularies of `pentimento/instructions`. */
export function slotsOf(facts: Facts): readonly Slot[] {
  switch (facts.kind) {
    case 'background_change':
      return [phrase('background', facts.background), ...optional('subject', facts.subject)]
    case 'color_alter':
      return [noun('object', facts.object), word('to', facts.to), ...optionalWord('from', facts.from)]
    case 'material_alter':
      return [noun('object', facts.object), phrase('material', facts.material)]
    case 'motion_change':
      return [noun('subject', facts.subject), phrase('motion', facts.motion)]
    case 'ps_human':
      return [phrase('retouch', facts.retouch), ...optional('person', facts.person)]
    case 'style_change':
      return facts.direction === 'to-style'
        ? [phrase('style', facts.style)]
        : [
            {
              name: 'photo',
              en: ['photo', 'photograph', 'real', 'realistic'],
              cn: ['照片', '真实', '写实', '实拍', '真人', '摄影'],
              by: 'name',
              required: true,
            },
            { ...phrase('style', facts.style), required: false },
          ]
    case 'subject-add':
    case 'subject-remove':
      return [noun('subject', facts.subject)]
    case 'subject-replace':
      return [noun('from', facts.from), noun('to', facts.to)]
    case 'text_change':
      return [
        ...('from' in facts ? [letters('from', facts.from)] : []),
        ...('to' in facts ? [letters('to', facts.to)] : []),
      ]
    case 'tone_transfer':
      return [look(facts)]
  }
}

function noun(name: string, value: Noun): Slot {
  const forms = [value.en, pluralOf(value)]
  return { name, en: forms, cn: [value.cn], by: 'name', required: true }
}

const optional = (name: string, value: Noun | undefined): Slot[] =>
  value ? [{ ...noun(name, value), required: false }] : []

/** A colour: `dark blue` is said by `navy blue` too, so the family decides; see `mentions.ts`. */
const word = (name: string, { en, cn }: Phrase): Slot => ({
  name,
  en: [en],
  cn: [cn, cn.replace(/色$/u, '')],
  by: 'name',
  required: true,
})

const optionalWord = (name: string, value: Phrase | undefined): Slot[] =>
  value ? [{ ...word(name, value), required: false }] : []

const letters = (name: string, text: string): Slot => ({
  name,
  en: [text],
  cn: [text],
  by: 'letters',
  required: true,
})

const vocabularies: readonly Readonly<Record<string, Words>>[] = [
  styleWords,
  stylizerWords,
  materialWords,
  backdropWords,
  retouchWords,
]

function phrase(name: string, value: Phrase): Slot {
  const known = vocabularies
    .flatMap((vocabulary) => Object.values(vocabulary))
    .filter(({ en, cn }) => en === value.en || cn === value.cn)
  return {
    name,
    en: [value.en, gerundOf(value.en), ...known.flatMap(({ also }) => also?.en ?? [])],
    cn: [value.cn, ...known.flatMap(({ also }) => also?.cn ?? [])],
    by: 'phrase',
    required: true,
  }
}

function look({ change, result }: Extract<Facts, { readonly kind: 'tone_transfer' }>): Slot {
  const known = Object.values(lookWords)
    .flatMap(({ forward, back }) => [forward, back])
    .filter((each) => each?.change.en === change.en || each?.change.cn === change.cn)
  const also = (language: 'en' | 'cn'): string[] =>
    known.flatMap((each) => [...(each?.called?.[language] ?? []), ...(each?.asked?.[language] ?? [])])
  return {
    name: 'look',
    en: [change.en, result.en, ...also('en')],
    cn: [change.cn, result.cn, ...also('cn')],
    by: 'phrase',
    required: true,
  }
}
