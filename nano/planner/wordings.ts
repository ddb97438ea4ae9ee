import {
  backdropWords,
  bareSentences,
  cocoNouns,
  colours,
  commonNouns,
  dressChinese,
  dressEnglish,
  type Facts,
  lookWords,
  materials,
  materialWords,
  type Noun,
  type Phrasing,
  phrasings,
  pluralOf,
  retouchWords,
  styleWords,
  usualVariation,
  type Words,
} from 'pentimento/instructions'
import type { Random } from 'pentimento/random'
import { chinese, chineseSlots } from './chinese.ts'
import { type Asked, english, englishSlots } from './english.ts'

type Language = 'en' | 'cn'

/** An instruction with its class. */
export interface Wording {
  readonly text: string
  readonly name: string
}

/** The classes: kinds of steps, some with what is chosen within them, wishes beyond, and what is no wish. */
export const classes: readonly string[] = Object.keys(english)

const nouns: readonly Noun[] = [...Object.values(cocoNouns), ...Object.values(commonNouns)]
const said = (words: Words, language: Language): readonly string[] => [
  words[language],
  ...(words.also?.[language] ?? []),
]
const vocabulary = (table: Readonly<Record<string, Words>>) => ({
  en: Object.values(table).flatMap((each) => said(each, 'en')),
  cn: Object.values(table).flatMap((each) => said(each, 'cn')),
})
// Warm, cool, vivid and muted are matters of degree: those words belong to `adjust`.
const degrees = new Set([
  'warm',
  'cool',
  'vivid',
  'muted',
  'underexposed',
  'overexposed',
  'colour-cast',
  'haze',
])
const looks = Object.entries(lookWords).flatMap(([name, { forward }]) =>
  forward && !degrees.has(name) ? [forward] : [],
)
const vocabularies = {
  M: vocabulary(materialWords),
  STYLE: vocabulary(styleWords),
  RETOUCH: vocabulary(retouchWords),
  BACKDROP: vocabulary(backdropWords),
  C: {
    en: [
      ...Object.values(colours).map(({ en }) => en),
      ...'burgundy,teal,navy blue,olive,mint green,lavender,peach,coral,beige,cream,charcoal,crimson,magenta,indigo,emerald green,rose gold,khaki,maroon,sky blue,lilac,mustard,ivory,#3fa9c2,rgb(20,40,200),neon pink,dark green,light grey,black,white'.split(
        ',',
      ),
    ],
    cn: [
      ...Object.values(colours).map(({ cn }) => cn),
      ...'酒红色,藏青,墨绿色,薄荷绿,薰衣草紫,米色,珊瑚色,雾霾蓝,克莱因蓝,鹅黄,枣红,天蓝色,奶白色,焦糖色,卡其色,浅灰,深蓝,黑的,红的,白的,橘色,玫红,香槟色,栗棕色,银灰,#3fa9c2,莫兰迪绿,裸粉'.split(
        ',',
      ),
    ],
  },
  LOOK: {
    en: looks.flatMap((each) => [each.result.en, ...(each.called?.en ?? [])]),
    cn: looks.flatMap((each) => [each.result.cn, ...(each.called?.cn ?? [])]),
  },
  LOOKN: {
    en: looks.flatMap((each) => each.called?.en ?? []),
    cn: looks.flatMap((each) => each.called?.cn ?? []),
  },
  LOOKASK: {
    en: looks.flatMap((each) => [each.change.en, ...(each.asked?.en ?? [])]),
    cn: looks.flatMap((each) => [each.change.cn, ...(each.asked?.cn ?? [])]),
  },
}

const quoted = {
  en: 'OPEN,CLOSED,Happy Birthday,SALE,Welcome,2024,Anna,Coffee,Hello World,50% off,No Parking,12 May,$9.99,To my love,Summer 2023,Exit,Thank you'.split(
    ',',
  ),
  cn: '营业中,生日快乐,新年快乐,打折,欢迎光临,2024,福,特价,小李面馆,春天来了,谢谢,我爱你,99元,三周年,出口,上新,周末愉快'.split(
    ',',
  ),
}

function quote(language: Language, random: Random): string {
  const text = random.pick(random.chance(0.85) ? quoted[language] : quoted.en)
  if (random.chance(0.3)) return text
  const [open, close] = random.pick(
    language === 'cn'
      ? [
          ['“', '”'],
          ['"', '"'],
          ['「', '」'],
        ]
      : [
          ['"', '"'],
          ["'", "'"],
          ['“', '”'],
        ],
  ) as [string, string]
  return open + text + close
}

const adjectives =
  'big small tall old ugly little wooden round shiny broken second last largest blurry empty white metal'.split(
    ' ',
  )
const owners = ['the', 'the', 'the', 'the', 'this', 'that', 'my', 'his', 'her', 'our']
const places = {
  en: [
    'on the left',
    'on the right',
    'in the back',
    'in the middle',
    'in the foreground',
    'in the corner',
    'at the top',
    'behind me',
    'on the table',
  ],
  cn: ['左边', '右边', '后面', '中间', '前面', '角落里', '上面', '我身后', '桌上'],
}

const people = {
  en: [
    ['man', 'woman', 'guy', 'girl', 'boy', 'lady', 'kid', 'person', 'couple', 'old man'],
    [
      'in the red shirt',
      'with the hat',
      'in the blue coat',
      'wearing sunglasses',
      'with the backpack',
      'on the left',
      'in the suit',
      'on the bike',
      'behind us',
      'holding the phone',
      'in white',
      'on the bench',
    ],
  ],
  cn: [
    ['男人', '女人', '男的', '女的', '小孩', '大妈', '老人', '女生', '男生', '人'],
    [
      '穿红衣服的',
      '戴帽子的',
      '穿西装的',
      '背包的',
      '左边的',
      '后面那个',
      '戴墨镜的',
      '骑车的',
      '穿白裙子的',
      '打伞的',
      '拿手机的',
      '坐着的',
    ],
  ],
} as const
/** What light and colours are changed of, besides objects. */
const scenes = {
  en: [
    'the background',
    'the sky',
    'the water',
    'the foreground',
    'the face',
    'my face',
    'the subject',
    'the ground',
    'her skin',
    'the grass',
    'the whole scene',
  ],
  cn: ['背景', '天空', '水面', '前景', '脸', '我的脸', '主体', '地面', '人物', '草地', '整个画面'],
}
const keeps = {
  en: [
    'but keep <N> as it is',
    "but don't touch <S>",
    'but leave <S> alone',
    'without changing <S>',
    'keep <S> the same',
    "don't change anything else",
    'the rest stays the same',
    'except <S>',
    'only <S>, nothing else',
    'leave <S> as it is',
  ],
  cn: [
    '但是<S>不要动',
    '别动<S>',
    '<S>保持不变',
    '<S>别变',
    '其他不变',
    '别的都别动',
    '保留<S>',
    '除了<S>',
    '<S>除外',
    '不要改<S>',
  ],
}

function thing(language: Language, random: Random, plural = false): string {
  if (random.chance(0.12)) {
    const [who, which] = people[language]
    return language === 'cn'
      ? random.pick(which) + random.pick(who)
      : `the ${random.pick(who)} ${random.pick(which)}`
  }
  const noun = random.pick(nouns)
  if (language === 'cn') {
    const place = random.chance(0.2)
      ? `${random.pick(places.cn)}${random.pick(['的', '那个', '那', '的'])}`
      : ''
    const colour = random.chance(0.12) ? `${random.pick(vocabularies.C.cn)}的` : ''
    return random.pick(['', '', '', '这个', '那个', '我的', '他的']) + place + colour + noun.cn
  }
  const adjective = random.chance(0.15) ? `${random.pick(adjectives)} ` : ''
  const colour = random.chance(0.12) ? `${random.pick(vocabularies.C.en)} ` : ''
  const place = random.chance(0.2) ? ` ${random.pick(places.en)}` : ''
  const name = plural && noun.number === undefined ? pluralOf(noun) : noun.en
  return `${random.pick(plural ? ['the', 'all the', 'both', 'these', 'those', 'all'] : owners)} ${adjective}${colour}${name}${place}`
}

function slot(name: string, language: Language, random: Random): string {
  const held = (language === 'en' ? englishSlots : chineseSlots)[name]
  if (held) return random.pick(held)
  if (name in vocabularies) return random.pick(vocabularies[name as keyof typeof vocabularies][language])
  const noun = random.pick(nouns)
  switch (name) {
    case 'N':
      return thing(language, random)
    case 'NS':
      return thing(language, random, true)
    case 'S':
      return random.pick(scenes[language])
    case 'NN':
      return noun[language]
    case 'PL':
      return language === 'cn' ? noun.cn : noun.number ? noun.en : pluralOf(noun)
    case 'Q':
      return quote(language, random)
    case 'NUM':
      return String(random.pick([5, 10, 15, 20, 25, 30, 40, 50, 60, 70, 80]))
    case 'PCT':
      return `${random.pick([5, 10, 15, 20, 25, 30, 40, 50, 60, 70])}${random.pick(['%', '%', language === 'en' ? ' percent' : '％'])}`
  }
  throw new Error(`internal: no slot is called ${name}`)
}

/** One sentence of a template: `(a|b)` is one of both, `<slot>` is filled. */
export function expand(template: string, language: Language, random: Random): string {
  let text = template.replaceAll(/\\(.)/g, '$1')
  for (;;) {
    const next = text.replace(/\(([^()]*)\)\??/, (_, inner: string) => random.pick(inner.split('|')))
    if (next === text) break
    text = next
  }
  const filled = text.replaceAll(/<([A-Z]+\d?)>/g, (_, name: string) => slot(name, language, random))
  return filled.replaceAll(/ +/g, ' ').trim()
}

const frames = {
  en: "can you X|could you X|could you please X|please X|pls X|X please|X pls|X plz|i want you to X|i want to X|i need you to X|i need to X|would you X|is it possible to X|would it be possible to X|any chance you could X|can u X|can u pls X|could u X|help me X|i would like you to X|just X|hey, X|hi! can you X|let's X|now X|kindly X|i was hoping you could X|would love it if you could X|can someone X|anyone able to X|if possible, X|all i need is to X|maybe X|try to X|is there a way to X|would you mind, X|go ahead and X|how do i X|what i need: X|my request: X|quick one: X|you know what, X|it would be great if you could X|do me a favour and X|i wonder if you can X|think you could X|X, thanks|X if you can|X for me|X, thank you so much|X or something|X and make it look natural".split(
    '|',
  ),
  cn: '帮我X|请X|麻烦X|请帮我X|能不能X|能X吗|可以X吗|可不可以X|帮忙X|麻烦帮我X|我想X|想X|我要X|求X|大佬帮忙X|求大神X|请问能X吗|给我X|可以帮我X吗|能否X|希望能X|试试X|最好X|要不X|X吧|X一下|X，谢谢|X可以吗|X行吗|X呗|X哈|先X|就X|您好，X|你好，帮我X|亲，X|我希望X|有没有办法X|怎么X|X好不好|X就行|X就好|X，要自然一点|X，别太明显'.split(
    '|',
  ),
}
const emoji = ['🙏', '😊', '!!', '!!!', '😂', '❤️', '👍', '...', ' :)', ' lol', '😭', '~', '✨']
const between = {
  en: ['. ', ', ', ' - ', ' so ', ', so ', '... ', '! ', ' '],
  cn: ['，', '。', '，所以', ' ', '！', ',', '…'],
}

function typo(text: string, random: Random): string {
  const at = 1 + random.below(Math.max(1, text.length - 2))
  const drawn = random.unit()
  if (drawn < 0.35) return text.slice(0, at) + text.slice(at + 1)
  if (drawn < 0.65) return text.slice(0, at) + (text[at + 1] ?? '') + (text[at] ?? '') + text.slice(at + 2)
  if (drawn < 0.85) return text.slice(0, at) + (text[at] ?? '') + text.slice(at)
  return text.replace(' ', '')
}

function asked(name: string, language: Language, random: Random): string {
  const { verbs, sentences } = (language === 'en' ? english : chinese)[name] as Asked
  const isVerb = random.below(verbs.length + sentences.length) < verbs.length
  const template = random.pick(isVerb ? verbs : sentences)
  const isOfScene = name.startsWith('adjust') && random.chance(0.35)
  const plain = expand(isOfScene ? template.replaceAll('<N>', '<S>') : template, language, random)
  const isKeeping = name !== 'unclear' && random.chance(0.06)
  const keep = isKeeping ? expand(random.pick(keeps[language]), language, random) : ''
  const bare = isKeeping ? plain + random.pick(language === 'cn' ? ['，'] : [', ', ' ']) + keep : plain
  return isVerb && random.chance(0.55) ? random.pick(frames[language]).replace('X', () => bare) : bare
}

/** A sentence with what people say around it, and with slips. */
function dressed(bare: string, language: Language, random: Random): string {
  const slots = language === 'en' ? englishSlots : chineseSlots
  const reason = random.pick(slots.REASON!)
  const join = random.pick(between[language])
  const around = random.unit()
  let text = around < 0.14 ? reason + join + bare : around < 0.26 ? bare + join + reason : bare
  if (random.chance(0.12)) text += random.pick(emoji)
  if (random.chance(0.18))
    text += random.pick(
      language === 'en' ? ['.', '!', '?', ' please', ' thx'] : ['。', '！', '？', '~', '谢谢'],
    )
  if (random.chance(0.14)) text = typo(text, random)
  if (language === 'en' && random.chance(0.25)) text = text[0]!.toUpperCase() + text.slice(1)
  return text
}

const noun = (random: Random): Noun => random.pick(nouns)
/** Facts that the grammar of `pentimento/instructions` words, by class. */
const facts: Readonly<Record<string, (random: Random) => Facts>> = {
  erase: (random) => ({
    kind: 'subject-remove',
    subject: noun(random),
    ...(random.chance(0.2) && { all: true as const }),
  }),
  recolour: (random) => ({
    kind: 'color_alter',
    object: noun(random),
    to: random.pick(Object.values(colours)),
  }),
  material: (random) => ({
    kind: 'material_alter',
    object: noun(random),
    material: random.pick(Object.values(materials)),
  }),
  'background:backdrop': (random) => ({
    kind: 'background_change',
    background: random.pick(Object.values(backdropWords)),
    ...(random.chance(0.4) && { subject: noun(random) }),
  }),
  retouch: (random) => ({
    kind: 'ps_human',
    retouch: random.pick(Object.values(retouchWords)),
    strength: random.pick(['slight', 'clear']),
  }),
  style: (random) => ({
    kind: 'style_change',
    direction: 'to-style',
    style: random.pick(Object.values(styleWords)),
  }),
  'replace-text': (random) => ({
    kind: 'text_change',
    action: 'replace',
    from: random.pick(quoted.en),
    to: random.pick(quoted.cn),
  }),
  'add-text': (random) => ({ kind: 'text_change', action: 'add', to: random.pick(quoted.en) }),
  beyond: (random) =>
    random.chance(0.3)
      ? { kind: 'style_change', direction: 'to-photo', style: random.pick(Object.values(styleWords)) }
      : random.chance(0.5)
        ? { kind: 'subject-add', subject: noun(random) }
        : { kind: 'subject-replace', from: noun(random), to: noun(random) },
}

function byGrammar(of: Facts, language: Language, random: Random): string {
  const phrasing = phrasings[of.kind] as Phrasing<typeof of.kind>
  const { pieces, order } = random.pick(bareSentences(phrasing[language](of as never, random)))
  const bare = { pieces, order, tail: random.chance(0.05) }
  return (language === 'en' ? dressEnglish : dressChinese)(bare, random, usualVariation)
}

/** How often a class is drawn next to the others. */
const share = (name: string): number =>
  name === 'beyond'
    ? 8
    : name === 'unclear'
      ? 5
      : name === 'erase'
        ? 3
        : name.startsWith('adjust')
          ? 0.6
          : name.includes(':')
            ? 1
            : 1.8

const shares = classes.map(share)
const total = shares.reduce((sum, each) => sum + each, 0)

const joins = {
  en: [' and ', ', then ', ', and ', '. also ', ' + ', ' and then ', ' while you are at it, '],
  cn: ['，再', '，然后', '，', '并且', '，顺便', '、', '，最后'],
}

/**
 * Draws an instruction of any class, in English or Chinese. Some ask for two things and have the class of either, so that
 * the reader is not sure of one where there are two.
 */
export function drawWording(random: Random): Wording {
  const name = drawClass(random)
  const language = random.chance(0.5) ? 'en' : 'cn'
  const of = facts[name]
  if (of && random.chance(0.15)) return { text: byGrammar(of(random), language, random), name }
  const first = asked(name, language, random)
  const second = drawClass(random)
  if (random.chance(0.92) || [name, second].includes('unclear') || second === 'beyond')
    return { text: dressed(first, language, random), name }
  const both = first + random.pick(joins[language]) + asked(second, language, random)
  return {
    text: dressed(both, language, random),
    name: name === 'beyond' ? name : random.pick([name, second]),
  }
}

function drawClass(random: Random): string {
  let left = random.unit() * total
  const drawn = classes.find((_, at) => {
    left -= shares[at]!
    return left < 0
  })
  return drawn ?? 'unclear'
}
