import type { Noun, Phrase, Place } from './facts.ts'

/** Words that begin with a vowel's letter and a consonant's sound, and the other way round. */
const soundsLikeConsonant = /^(?:uni(?!n|m)|us[eua]|ut[ei]|eu|ewe|one|once|ufo|uk)/i
const soundsLikeVowel = /^(?:hour|hono|honest|heir|8|1[18](?:th)?\b|[AEFHILMNORSX](?:[A-Z]+\b|-))/

/** `a` or `an`, by the sound of what follows. */
export function article(next: string): 'a' | 'an' {
  if (soundsLikeVowel.test(next)) return 'an'
  return /^[aeiou]/i.test(next) && !soundsLikeConsonant.test(next) ? 'an' : 'a'
}

/** The phrase without an article in front. */
export const withoutArticle = (phrase: string): string => phrase.replace(/^(?:an?|the|some)\s+/i, '')

const irregularPlurals: Readonly<Record<string, string>> = {
  person: 'people',
  man: 'men',
  woman: 'women',
  child: 'children',
  mouse: 'mice',
  goose: 'geese',
  foot: 'feet',
  tooth: 'teeth',
  knife: 'knives',
  leaf: 'leaves',
  shelf: 'shelves',
  wolf: 'wolves',
  loaf: 'loaves',
  scarf: 'scarves',
  sheep: 'sheep',
  fish: 'fish',
  deer: 'deer',
  potato: 'potatoes',
  tomato: 'tomatoes',
  bus: 'buses',
}

const pairs = new Set(
  'scissors skis jeans pants trousers shorts glasses sunglasses headphones binoculars tongs tights goggles'.split(
    ' ',
  ),
)
const many = new Set('people clothes stairs flowers leaves clouds animals men women children'.split(' '))
const masses = new Set(
  'grass water sand snow furniture hair broccoli food smoke rain fog ice bread rice fruit fire text graffiti luggage'.split(
    ' ',
  ),
)

/** The word that decides number and plural: `glass` in `glass of water`, `bear` in `teddy bear`. */
function headOf(name: string): { before: string; head: string; after: string } {
  const [, phrase = name, after = ''] = /^(.*?)((?:\s(?:of|with|in|on|for)\s.*)?)$/.exec(name) ?? []
  const at = phrase.lastIndexOf(' ') + 1
  return { before: phrase.slice(0, at), head: phrase.slice(at), after }
}

/** Whether a noun is of one thing, of several, or of stuff. */
function numberOf(noun: Noun): 'one' | 'plural' | 'mass' {
  if (noun.number !== undefined) return noun.number
  const head = headOf(noun.en).head.toLowerCase()
  if (pairs.has(head) || many.has(head)) return 'plural'
  return masses.has(head) ? 'mass' : 'one'
}

/** `dogs`, `teddy bears`, `glasses of water`; stuff and scissors stay as they are. */
export function pluralOf(noun: Noun): string {
  if (noun.plural !== undefined) return noun.plural
  if (numberOf(noun) !== 'one') return noun.en
  const { before, head, after } = headOf(noun.en)
  return before + pluralOfWord(head) + after
}

function pluralOfWord(word: string): string {
  const known = irregularPlurals[word.toLowerCase()]
  if (known !== undefined) return known
  if (/(?:s|x|z|ch|sh)$/.test(word)) return `${word}es`
  return /[^aeiou]y$/.test(word) ? `${word.slice(0, -1)}ies` : `${word}s`
}

/** `the dog on the left`, `the red car`. */
export function definite(noun: Noun, { place, quality }: { place?: Place; quality?: Phrase } = {}): string {
  return ['the', quality?.en, noun.en, place?.en].filter((word) => word !== undefined).join(' ')
}

/** `a dog`, `an old car`, `a pair of scissors`, `some grass`. */
export function indefinite(noun: Noun, quality?: Phrase): string {
  const phrase = quality === undefined ? noun.en : `${quality.en} ${noun.en}`
  switch (numberOf(noun)) {
    case 'one':
      return `${article(phrase)} ${phrase}`
    case 'mass':
      return `some ${phrase}`
    case 'plural':
      return pairs.has(headOf(noun.en).head) ? `a pair of ${phrase}` : `some ${phrase}`
  }
}

const isMany = (noun: Noun): boolean => numberOf(noun) === 'plural'
export const isOrAre = (noun: Noun): string => (isMany(noun) ? 'are' : 'is')
export const hasOrHave = (noun: Noun): string => (isMany(noun) ? 'have' : 'has')
export const itOrThem = (noun: Noun): string => (isMany(noun) ? 'them' : 'it')

/** The first verb of a phrase in another form: `moving to the left`. */
const inflected = (phrase: string, inflect: (verb: string) => string): string =>
  phrase.replace(/^[A-Za-z]+/, inflect)

/** `move to the left` → `moving to the left`. */
export function gerundOf(phrase: string): string {
  return inflected(phrase, (verb) => {
    if (/ie$/.test(verb)) return `${verb.slice(0, -2)}ying`
    if (/[^eoy]e$/.test(verb) && verb.length > 2) return `${verb.slice(0, -1)}ing`
    if (/^[^aeiou]*[aeiou][bdgklmnprt]$/.test(verb)) return `${verb}${verb.at(-1)}ing`
    return `${verb}ing`
  })
}

/** `move to the left` → `moves to the left`; with a subject of several things as it is. */
export function presentOf(phrase: string, subject: Noun): string {
  if (isMany(subject)) return phrase.replace(/^be\b/, 'are')
  return inflected(phrase, (verb) => {
    if (verb === 'be') return 'is'
    if (verb === 'have') return 'has'
    if (/(?:s|x|z|ch|sh|o)$/.test(verb)) return `${verb}es`
    return /[^aeiou]y$/.test(verb) ? `${verb.slice(0, -1)}ies` : `${verb}s`
  })
}

/** Measure words by how a name ends, the longer endings first. */
const measures: readonly (readonly [measure: string, endings: string])[] = [
  ['副', '眼镜|墨镜|太阳镜|手套'],
  ['台', '搅拌机|发电机|望远镜|电视|电视机|电脑|冰箱|洗衣机|微波炉|烤箱|相机|烤面包机|打印机'],
  ['部', '手机|电话|电梯'],
  ['架', '飞机|客机|直升机|钢琴|秋千|风车'],
  ['辆', '车|卡车|坦克'],
  ['艘', '船|帆船|军舰|潜艇|轮船|小艇'],
  ['匹', '马|斑马|骆驼|狼'],
  ['头', '牛|大象|猪|驴|狮子|河马|海象|角马|大蒜'],
  ['条', '鱼|蛇|裤子|牛仔裤|裙子|领带|围巾|毛巾|河|路|小路|街|龙|鲨鱼|金鱼|长椅|毯子'],
  [
    '只',
    '狗|猫|鸟|鸦|鹤|鹭|鹊|鹰|鸥|鸵|鸮|鹫|鹅|雀|鸫|鹂|鸭|兔|獭|獾|幼崽|鼠|猩|豹|鹦|蛾|蜢|蜂|蝶|蜥蜴|变色龙|水母|山魈|海狮|海豹|豚|羚羊|鸡|鸭|鸭子|鹅|羊|绵羊|山羊|兔子|老鼠|猴子|熊|老虎|青蛙|蝴蝶|企鹅|狐狸|鹿|长颈鹿|海豚|乌龟|猫头鹰|松鼠|蜜蜂|虫|瓢虫|螃蟹|蜗牛|猩猩|恐龙|袋鼠|熊猫|考拉|鹦鹉|海鸥|鸽子|小鸡|蜘蛛|鲸鱼|蜻蜓',
  ],
  [
    '把',
    '椅子|椅|茶壶|壶|锯|锤|扳手|钳|钳子|刷|雨伞|伞|刀|叉子|叉|勺子|勺|剪刀|牙刷|吉他|小提琴|钥匙|扫帚|锤子|梳子|扇子|铲子',
  ],
  ['张', '桌子|餐桌|床|沙发|照片|纸|邮票|地毯|海报'],
  ['本', '书|杂志|笔记本'],
  ['件', '衣服|衬衫|外套|毛衣|T恤|夹克|大衣|背心|连衣裙'],
  ['顶', '帽子|头盔|帐篷|皇冠|草帽'],
  ['双', '鞋|鞋子|靴子|筷子|袜子|滑雪板'],
  ['盏', '灯|台灯|路灯'],
  ['棵', '树|白菜|圣诞树|棕榈树|西兰花|松树'],
  ['朵', '花|菊|菌|百合|玫瑰|云|蘑菇|向日葵|郁金香'],
  ['盆', '盆栽|植物|盆栽芦荟'],
  ['座', '山|雪山|桥|塔|城堡|灯塔|教堂|雕像|建筑|钟楼|大楼|喷泉'],
  ['栋', '房子|房|楼|别墅|木屋'],
  ['扇', '门|窗|窗户'],
  ['幅', '画|油画|壁画'],
  ['面', '旗|旗帜|墙|镜子|鼓'],
  ['块', '蛋糕|石头|披萨|饼干|手表|滑板|路牌|招牌|木牌|牌|冲浪板|巧克力'],
  ['根', '玉米|香蕉|胡萝卜|柱子|蜡烛|棍子|羽毛|球棒|棒球棒'],
  ['个', '气球|热狗|足球|篮球|皮球'],
  ['颗', '星星|球|钻石|草莓|樱桃'],
  ['支', '笔|铅笔|网球拍|牙膏|球拍|手电筒|小号|长笛'],
  ['位', '女士|先生|老师|医生|老人'],
  ['名', '球员|士兵|潜水员|宇航员|警察|骑手'],
  ['枚', '硬币|戒指|火箭|贝壳'],
  ['片', '枫叶|树叶|叶子|叶|橙子片|青柠片'],
  ['串', '葡萄'],
  ['套', '架子鼓|餐具'],
  ['株', '蒲公英'],
  ['杯', '咖啡|茶|啤酒|果汁'],
  ['瓶', '葡萄酒|香槟|可乐'],
  ['', '人群|羊群|鸟群|鱼群'],
]

/** The measure word of a noun: its own, or by the end of its name, or 个. */
export function measureOf(noun: Noun): string {
  if (noun.measure !== undefined) return noun.measure
  if (numberOf(noun) === 'mass') return '些'
  let best = { measure: '个', length: 0 }
  for (const [measure, endings] of measures)
    for (const ending of endings.split('|'))
      if (ending.length > best.length && noun.cn.endsWith(ending)) best = { measure, length: ending.length }
  return best.measure
}

/** `一只狗`, `一辆红色的汽车`, `几个人`. */
export function counted(noun: Noun, quality?: Phrase): string {
  const several = many.has(headOf(noun.en).head) && noun.measure === undefined
  return `${several ? '几' : '一'}${measureOf(noun)}${quality === undefined ? '' : `${quality.cn}的`}${noun.cn}`
}

/** `左边的狗`, `左边红色的汽车`, or the name alone. */
export function placed(noun: Noun, { place, quality }: { place?: Place; quality?: Phrase } = {}): string {
  if (quality !== undefined) return `${place?.cn ?? ''}${quality.cn}的${noun.cn}`
  return place === undefined ? noun.cn : `${place.cn}的${noun.cn}`
}

/** `左边红色汽车的`, to go before 颜色 and 位置: one 的 is enough. */
export function owned(noun: Noun, { place, quality }: { place?: Place; quality?: Phrase } = {}): string {
  return `${place?.cn ?? ''}${quality?.cn ?? ''}${noun.cn}的`
}

/** `左边那只狗`, `那只狗`. */
export function pointed(noun: Noun, place?: Place): string {
  const several = many.has(headOf(noun.en).head) && noun.measure === undefined
  const that = `那${several ? '些' : measureOf(noun)}`
  // 左边的那个人: a place within the noun goes before.
  const [, where, rest] = /^((?:左边|右边|中间)的)(.+)$/u.exec(noun.cn) ?? []
  return where === undefined ? `${place?.cn ?? ''}${that}${noun.cn}` : `${where}${that}${rest}`
}
