/** Kinds of edits, with GEdit-Bench's names. */
export const editKinds = [
  'background_change',
  'color_alter',
  'material_alter',
  'motion_change',
  'ps_human',
  'style_change',
  'subject-add',
  'subject-remove',
  'subject-replace',
  'text_change',
  'tone_transfer',
] as const
export type EditKind = (typeof editKinds)[number]

/** An instruction that suits a picture, in both languages. */
export interface Suggestion {
  readonly kind: EditKind
  readonly en: string
  readonly cn: string
  /** Whether only a generative model can do it: the darkroom refuses with `beyond`. */
  readonly isGenerative: boolean
}

/** Detected contents of a picture. */
export interface Sight {
  /** Parts of the scene: `sky`. */
  readonly parts: readonly string[]
  /** Names of objects that occur once, the most certain first. */
  readonly things: readonly string[]
}

/** Objects named in suggestions, in Chinese. */
const thingWords: Readonly<Record<string, string>> = {
  person: '人',
  bicycle: '自行车',
  car: '汽车',
  motorcycle: '摩托车',
  airplane: '飞机',
  bus: '公交车',
  train: '火车',
  truck: '卡车',
  boat: '船',
  bench: '长椅',
  bird: '鸟',
  cat: '猫',
  dog: '狗',
  horse: '马',
  sheep: '羊',
  cow: '牛',
  elephant: '大象',
  bear: '熊',
  zebra: '斑马',
  giraffe: '长颈鹿',
  backpack: '背包',
  umbrella: '雨伞',
  handbag: '手提包',
  tie: '领带',
  suitcase: '行李箱',
  kite: '风筝',
  surfboard: '冲浪板',
  bottle: '瓶子',
  cup: '杯子',
  bowl: '碗',
  banana: '香蕉',
  apple: '苹果',
  orange: '橙子',
  cake: '蛋糕',
  chair: '椅子',
  couch: '沙发',
  bed: '床',
  'dining table': '餐桌',
  laptop: '笔记本电脑',
  book: '书',
  clock: '钟',
  vase: '花瓶',
  'teddy bear': '泰迪熊',
}

/** Objects that are plausible in metal or stone. */
const hard = new Set(['car', 'boat', 'bench', 'bottle', 'cup', 'bowl', 'chair', 'vase', 'apple', 'clock'])
const alive = new Set('person bird cat dog horse sheep cow elephant bear zebra giraffe'.split(' '))

/** Instructions for a picture: at most one of each kind, those that refer to its contents first. */
export function suggest({ parts, things }: Sight): readonly Suggestion[] {
  const known = things.filter((name) => Object.hasOwn(thingWords, name))
  const thing = known.find((name) => name !== 'person')
  const one = thing === undefined ? undefined : { en: `the ${thing}`, cn: thingWords[thing]! }
  const living = known.find((name) => alive.has(name))
  const hasPerson = known.includes('person')
  const hasSky = parts.includes('sky')
  const found: (Suggestion | undefined)[] = [
    one && darkroom('subject-remove', `remove ${one.en}`, `移除${one.cn}`),
    hasSky ? darkroom('color_alter', 'make the sky turquoise', '把天空变成青绿色') : undefined,
    one && !hasSky && thing !== undefined && !alive.has(thing)
      ? darkroom('color_alter', `make ${one.en} red`, `把${one.cn}变成红色`)
      : undefined,
    hasPerson ? darkroom('ps_human', 'smooth the skin', '磨皮') : undefined,
    hasPerson || living !== undefined
      ? darkroom('background_change', 'blur the background', '虚化背景')
      : undefined,
    one && thing !== undefined && hard.has(thing)
      ? darkroom('material_alter', `turn ${one.en} into marble`, `把${one.cn}变成大理石`)
      : undefined,
    darkroom('tone_transfer', 'make it warmer and more vivid', '让画面更暖、更鲜艳'),
    darkroom('style_change', 'turn it into an oil painting', '变成油画'),
    darkroom('text_change', 'write "Hello" at the bottom', '在底部写上“你好”'),
    one && generative('subject-replace', `replace ${one.en} with a sculpture`, `把${one.cn}换成雕塑`),
    living === undefined
      ? undefined
      : generative('motion_change', `make the ${living} jump`, `让${thingWords[living]}跳起来`),
    generative('subject-add', 'add a hot-air balloon', '添加一个热气球'),
  ]
  return found.filter((each) => each !== undefined)
}

const darkroom = (kind: EditKind, en: string, cn: string): Suggestion => ({
  kind,
  en,
  cn,
  isGenerative: false,
})
const generative = (kind: EditKind, en: string, cn: string): Suggestion => ({
  kind,
  en,
  cn,
  isGenerative: true,
})
