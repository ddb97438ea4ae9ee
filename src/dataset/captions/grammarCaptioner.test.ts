import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bareSentences,
  cocoNouns,
  colours,
  commonNouns,
  type Facts,
  type FactsByKind,
  type FactsOf,
  gerundOf,
  joinPieces,
  materials,
  type Phrasing,
  phrasings,
  placeOf,
  pluralOf,
  presentOf,
  type Wording,
} from '../../instructions/index.ts'
import { Random } from '../../random/index.ts'
import { kinds } from '../taxonomy.ts'
import type { Instruction } from './captioner.ts'
import { grammarCaptioner } from './grammarCaptioner.ts'

const dog = { en: 'dog', cn: '狗' }
const apple = { en: 'apple', cn: '苹果' }
const jeans = { en: 'jeans', cn: '牛仔裤' }
const woman = { en: 'woman', cn: '女士', measure: '位' }
const left = { en: 'on the left', cn: '左边' }
const winter = { en: 'a snowy winter day', cn: '下雪的冬天' }

/** Every kind with every combination of what its facts may hold. */
const variants: readonly Facts[] = [
  { kind: 'background_change', background: { en: 'an empty beach', cn: '空旷的海滩' } },
  { kind: 'background_change', subject: dog, background: { en: 'a snowy mountain', cn: '雪山' } },
  { kind: 'color_alter', object: jeans, to: { en: 'white', cn: '白色' } },
  { kind: 'color_alter', object: apple, from: { en: 'red', cn: '红色' }, to: { en: 'orange', cn: '橙色' } },
  { kind: 'color_alter', object: apple, place: left, to: { en: 'dark blue', cn: '深蓝色' } },
  {
    kind: 'color_alter',
    object: apple,
    place: left,
    from: { en: 'red', cn: '红色' },
    to: { en: 'orange', cn: '橙色' },
  },
  { kind: 'material_alter', object: apple, material: { en: 'marble', cn: '大理石' } },
  { kind: 'material_alter', object: jeans, place: left, material: { en: 'oak wood', cn: '橡木' } },
  { kind: 'motion_change', subject: dog, motion: { en: 'move to the left', cn: '向左移动' } },
  {
    kind: 'motion_change',
    subject: { en: 'people', cn: '人' },
    place: left,
    motion: { en: 'sit down', cn: '坐下来' },
  },
  { kind: 'ps_human', retouch: { en: 'smooth the skin', cn: '让皮肤更光滑' }, strength: 'slight' },
  {
    kind: 'ps_human',
    retouch: { en: 'make the eyes a little bigger', cn: '让眼睛稍微大一点' },
    strength: 'slight',
  },
  { kind: 'ps_human', retouch: { en: 'whiten the teeth', cn: '美白牙齿' }, strength: 'clear' },
  {
    kind: 'ps_human',
    person: woman,
    retouch: { en: 'smooth the skin', cn: '让皮肤更光滑' },
    strength: 'slight',
  },
  { kind: 'ps_human', person: woman, retouch: { en: 'whiten the teeth', cn: '美白牙齿' }, strength: 'clear' },
  { kind: 'style_change', direction: 'to-style', style: { en: 'oil painting', cn: '油画' } },
  { kind: 'style_change', direction: 'to-style', style: { en: 'Ghibli style', cn: '吉卜力风格' } },
  { kind: 'style_change', direction: 'to-style', style: { en: 'pixel art', cn: '像素画' } },
  {
    kind: 'style_change',
    direction: 'to-style',
    style: { en: 'a cartoon with bold outlines', cn: '粗线条的卡通画' },
  },
  {
    kind: 'style_change',
    direction: 'to-photo',
    style: { en: 'a mosaic of small tiles', cn: '马赛克镶嵌画' },
  },
  { kind: 'style_change', direction: 'to-photo', style: { en: 'a pencil sketch', cn: '铅笔素描' } },
  { kind: 'style_change', direction: 'to-photo', style: { en: 'Ghibli style', cn: '吉卜力风格' } },
  { kind: 'subject-add', subject: apple },
  { kind: 'subject-add', subject: jeans, place: left },
  { kind: 'subject-remove', subject: dog },
  { kind: 'subject-remove', subject: dog, place: left },
  { kind: 'subject-remove', subject: dog, all: true },
  { kind: 'subject-remove', subject: jeans, place: left, all: true },
  { kind: 'subject-replace', from: dog, to: apple },
  { kind: 'subject-replace', from: jeans, to: dog, place: left },
  { kind: 'text_change', action: 'replace', from: 'OPEN 24h', to: '营业中' },
  { kind: 'text_change', action: 'remove', from: 'the end' },
  { kind: 'text_change', action: 'add', to: 'hello {you} (2)' },
  { kind: 'text_change', action: 'add', to: '生日快乐', place: left },
  ...(['weather', 'season', 'light'] as const).map((action) => ({
    kind: 'tone_transfer' as const,
    action,
    change: { en: 'make it a snowy winter day', cn: '变成下雪的冬天' },
    result: winter,
  })),
  {
    kind: 'tone_transfer',
    action: 'light',
    change: { en: 'turn day into night', cn: '把白天变成夜晚' },
    result: { en: 'the scene at night', cn: '夜晚的景色' },
  },
  {
    kind: 'tone_transfer',
    action: 'grade',
    change: { en: 'make the colors warmer', cn: '把色调调得更暖' },
    result: { en: 'a photo in warm tones', cn: '一张暖色调的照片' },
  },
  {
    kind: 'tone_transfer',
    action: 'monochrome',
    change: { en: 'turn it into black and white', cn: '变成黑白照片' },
    result: { en: 'a black and white photo', cn: '一张黑白照片' },
  },
  {
    kind: 'tone_transfer',
    action: 'grade',
    change: { en: 'give it a warm look', cn: '调成暖色调' },
    result: { en: 'a warm look', cn: '暖色调' },
  },
  {
    kind: 'tone_transfer',
    action: 'restore',
    change: { en: 'remove the haze', cn: '去掉雾气' },
    result: { en: 'a clear photo without haze', cn: '没有雾的清晰照片' },
  },
  {
    kind: 'tone_transfer',
    action: 'monochrome',
    change: { en: 'make it black and white', cn: '变成黑白' },
    result: { en: 'black and white', cn: '黑白' },
  },
]

const named = variants.map((facts) => [JSON.stringify(facts), facts] as const)

function wordings<K extends keyof FactsByKind>(facts: FactsOf<K>): { en: Wording; cn: Wording } {
  const phrasing = phrasings[facts.kind as K] as Phrasing<K>
  return { en: phrasing.en(facts), cn: phrasing.cn(facts, new Random('quotes')) }
}

const captions = (facts: Facts, seed: number | string, count: number): Promise<readonly Instruction[]> =>
  grammarCaptioner().caption({
    facts,
    random: new Random('test', seed),
    count,
  })

describe('the variants', () => {
  it('are of every kind', () => {
    expect([...new Set(variants.map(({ kind }) => kind))].sort()).toEqual([...kinds].sort())
  })
})

describe.each(named)('%s', (_, facts) => {
  const { en, cn } = wordings(facts)

  it('is said in at least 30 ways in each language, before manners', () => {
    for (const wording of [en, cn]) {
      const skeletons = new Set(bareSentences(wording).map(({ skeleton }) => skeleton))
      expect(skeletons.size).toBeGreaterThanOrEqual(30)
    }
  })

  it('names in every sentence what the facts say, whole', () => {
    for (const { pieces } of bareSentences(en)) expect(joinPieces(pieces)).toSatisfy(saysAll(facts, 'en'))
    for (const { pieces } of bareSentences(cn)) expect(joinPieces(pieces)).toSatisfy(saysAll(facts, 'cn'))
  })

  it('names nothing else: between the slots stands no thing, colour, material or place', () => {
    for (const [language, wording] of [
      ['en', en],
      ['cn', cn],
    ] as const)
      for (const { pieces } of bareSentences(wording))
        for (const { text, slot } of pieces)
          if (slot === undefined)
            expect(namesIn(text, language).filter((name) => !allowed(facts, name))).toEqual([])
  })

  it('is well-formed in every sentence', () => {
    for (const { pieces } of bareSentences(en)) {
      const text = joinPieces(pieces)
      const free = text.replace(/"[^"]*"/g, '""')
      expect(free).not.toMatch(/[{}[\]|]| {2}| [,.?!]|^\s|\s$/)
      expect(free).not.toMatch(/\ba [aeio]/i)
      expect(free).not.toMatch(/\ban [^aeiou]/i)
      expect(free).not.toMatch(/\b(\w+) \1\b/)
    }
    for (const { pieces } of bareSentences(cn)) {
      const free = joinPieces(pieces).replace(/“[^”]*”|「[^」]*」|"[^"]*"/g, '')
      expect(free).not.toMatch(/[{}[\]|()]| {2}|[,.?!;]|^[\s，。]|\s$/)
      expect(free).not.toMatch(/的的|把把|了了|在在|，，|让让|一一/)
      expect(free).not.toMatch(/[A-Za-z]{2,}/)
    }
  })

  it('never has the same wording twice in a request, and is the same for the same seed', async () => {
    const drawn = await captions(facts, 1, 20)
    expect(new Set(drawn.map(({ en: text }) => text.toLowerCase().replace(/[.?]$/, ''))).size).toBe(20)
    expect(new Set(drawn.map(({ cn: text }) => text.replace(/[。？?]$/, ''))).size).toBe(20)
    expect(await captions(facts, 1, 20)).toEqual(drawn)
    expect(await captions(facts, 2, 20)).not.toEqual(drawn)
  })
})

describe('the captioner', () => {
  it('keeps what is quoted and named to the letter, whatever the manners', async () => {
    const every = { polite: 1, typos: 1, lowerCase: 0.5, unpunctuated: 0.5, tails: 0.3 }
    const captioner = grammarCaptioner(every)
    for (const facts of variants)
      for (let seed = 0; seed < 4; seed++) {
        const random = new Random('manners', seed)
        const drawn = await captioner.caption({ facts, random, count: 10 })
        for (const { en, cn } of drawn) {
          expect(en.toLowerCase()).toSatisfy((text: string) => saysAll(unmentioned(facts), 'en')(text))
          expect(cn).toSatisfy(saysAll(unmentioned(facts), 'cn'))
          // Chinese beside what it quotes: verify tells swapped columns by it.
          expect(cn.replaceAll(/[“「"].*?[”」"]/g, '')).toMatch(/\p{Script=Han}/u)
        }
      }
  })

  it.each(named)('makes no label of what is only read as a caption: %s', async (_, facts) => {
    const plain = (text: string): string =>
      text
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
        .trim()
    const { en, cn } = wordings(facts)
    const textsOf = ({ captions: only = [], ...wording }: Wording): readonly [Set<string>, Set<string>] => {
      const bare = (of: Wording) => new Set(bareSentences(of).map(({ pieces }) => plain(joinPieces(pieces))))
      return [bare({ ...wording, orders: [], sentences: only }), bare(wording)]
    }
    for (const [language, wording] of [
      ['en', en],
      ['cn', cn],
    ] as const) {
      const [read, said] = textsOf(wording)
      for (const seed of [1, 2, 3])
        for (const label of await captions(facts, seed, 6)) {
          const text = plain(label[language])
          expect(read.has(text) && !said.has(text), label[language]).toBe(false)
        }
    }
  })

  it('holds for any text', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }).filter((text) => text.trim() === text),
        fc.nat(1000),
        async (text, seed) => {
          for (const { en, cn } of await captions(
            { kind: 'text_change', action: 'remove', from: text },
            seed,
            3,
          )) {
            expect(en).toContain(text)
            expect(cn).toContain(text)
          }
        },
      ),
    )
  })

  it('misspells a share of the instructions and no more', async () => {
    const share = async (typos: number): Promise<number> => {
      const plain = grammarCaptioner({ typos: 0, tails: 0, polite: 0 })
      const slipping = grammarCaptioner({ typos, tails: 0, polite: 0 })
      let differ = 0
      for (let seed = 0; seed < 300; seed++) {
        const request = { facts: variants[1] as Facts, count: 1 }
        const [a] = await plain.caption({ ...request, random: new Random(seed) })
        const [b] = await slipping.caption({ ...request, random: new Random(seed) })
        const letters = (text = '') => text.toLowerCase().replace(/[.?]/g, '')
        if (letters(a?.en) !== letters(b?.en)) differ++
      }
      return differ / 300
    }
    expect(await share(0)).toBe(0)
    const tenth = await share(0.1)
    expect(tenth).toBeGreaterThan(0.03)
    expect(tenth).toBeLessThan(0.17)
  })

  it('says no more than it was told: both languages leave out the same', async () => {
    for (let seed = 0; seed < 40; seed++)
      for (const { en, cn } of await captions(variants[5] as Facts, seed, 2))
        expect(/\bred\b/i.test(en)).toBe(cn.includes('红色'))
  })

  it('refuses to repeat itself', async () => {
    await expect(captions({ kind: 'subject-add', subject: dog }, 1, 5000)).rejects.toThrow(
      /^captions of subject-add: expected at most \d+ wordings/,
    )
  })

  it('reads like this', async () => {
    const lines: string[] = []
    for (const facts of variants.filter((_, i) => i % 3 === 1))
      for (const { en, cn } of await captions(facts, 'read', 2)) lines.push(`${en} | ${cn}`)
    expect(`\n${lines.join('\n')}\n`).toMatchInlineSnapshot(`
      "
      Would you put the dog in front of a snowy mountain? | 给狗换一个雪山的背景
      I don't like what is behind the dog, make it a snowy mountain. | 用雪山做狗的背景，其他不变。
      Repaint the apple on the left in dark blue, please. | 我想看看左边的苹果换成深蓝色的样子。
      same apple on the left, but dark blue | 左边苹果的颜色换成深蓝色
      New material for the jeans on the left: oak wood | 左边的牛仔裤换成橡木的
      Make the jeans on the left look as if made of oak wood | 左边的牛仔裤能换成橡木材质吗？
      I want to smooth the skin just a touch | 人像精修：让皮肤更光滑，别修过头。
      I'd like to slightly smooth the skin | 只修脸，让皮肤更光滑，不要太明显
      Portrait edit for the woman: smooth the skin a bit | 女士修图：让皮肤更光滑，别修过头。
      It would look better if you could smooth the skin just a touch. | 稍微让皮肤更光滑吧
      This as a Ghibli-style picture, please. | 内容不变，风格改成吉卜力。
      Just edit the photo to be a Ghibli-style picture | 我希望画面变成吉卜力风格
      The same scene, but photographed instead of a mosaic of small tiles | 还原这幅马赛克镶嵌画的真实场景
      Make this mosaic of small tiles look real, please. | 能帮我给这幅马赛克镶嵌画换上真实照片的风格吗？
      Could there be an apple? | 把一个苹果P到画面里，谢谢。
      Everything as it is, plus an apple. | 画面里再多一个苹果
      Everything but the dog on the left, please | 画面里只留其他的，左边的狗去掉
      Would you make the dog on the left vanish? | 左边那只狗有点多余，删掉吧
      The dog out, an apple in | 把狗P成一个苹果，谢谢。
      remove the dog and put an apple in the same spot | 把狗换成一个苹果。
      What would it look like without "the end"? | 图上不要有“the end”
      Clean away the lettering "the end" and keep everything else unchanged | 「the end」可以去掉吗？
      can this be a snowy winter day? | 天气换成下雪的冬天
      Could you give the photo the mood of a snowy winter day? | 最好能把图片变成下雪的冬天。
      Edit the picture so that it seems to be taken at night | 可以帮我将画面改为夜晚的景色吗？
      Show this at night. | 我想看夜晚的景色。
      The photo would look better with a warm look. | 最好能把这张照片调成暖色调。
      One thing only: give it a warm look | 让画面有暖色调的感觉
      "
    `)
  })
})

/** The facts without what an instruction may leave out. */
function unmentioned(facts: Facts): Facts {
  switch (facts.kind) {
    case 'background_change': {
      const { subject: _, ...rest } = facts
      return rest
    }
    case 'color_alter': {
      const { from: _, ...rest } = facts
      return rest
    }
    case 'ps_human': {
      const { person: _, ...rest } = facts
      return rest
    }
    default:
      return facts
  }
}

/** Whether a text holds each name of the facts, in one of the forms that grammar gives it. */
function saysAll(facts: Facts, language: 'en' | 'cn'): (text: string) => boolean {
  const wanted = Object.entries(facts).flatMap(([name, value]): string[][] => {
    if (['kind', 'action', 'direction', 'strength', 'all'].includes(name)) return []
    if (typeof value === 'string') return [[value]]
    const word = value as { en: string; cn: string }
    if (facts.kind === 'tone_transfer') {
      if (name === 'result') return []
      const { change, result } = facts
      return language === 'cn'
        ? [[change.cn, result.cn, result.cn.replace(/^一张/, '')]]
        : [
            [
              change.en,
              result.en,
              result.en.replace(/^the scene /, ''),
              'b&w',
              'black and white',
              'monochrome',
            ],
          ]
    }
    if (language === 'cn') return [[word.cn, word.cn.replace(/风格$/, '')]]
    const bare = word.en.replace(/^an? /, '').replace(/ style$/, '')
    return [[bare, pluralOf(word), gerundOf(word.en), presentOf(word.en, dog)]]
  })
  return (text) =>
    wanted.every((forms) => forms.some((form) => text.toLowerCase().includes(form.toLowerCase())))
}

const words = [
  ...Object.values(cocoNouns),
  ...Object.values(commonNouns),
  ...Object.values(colours),
  ...Object.values(materials),
  ...[0, 150, 280].flatMap((x) =>
    [0, 150, 280].map(
      (y) => placeOf({ x, y, width: 10, height: 10 }, 300, 300) as { en: string; cn: string },
    ),
  ),
]

/** Names of things, colours, materials and places in a text. */
function namesIn(text: string, language: 'en' | 'cn'): string[] {
  if (language === 'cn') return words.map(({ cn }) => cn).filter((cn) => cn.length > 1 && text.includes(cn))
  const own = new Set(text.toLowerCase().match(/[a-z'-]+/g) ?? [])
  return words
    .map(({ en }) => en.toLowerCase())
    .filter((en) => (en.includes(' ') ? text.includes(en) : own.has(en)))
}

/** What a kind of edit may speak of by itself: a portrait has a face. */
function allowed({ kind }: Facts, name: string): boolean {
  return kind === 'ps_human'
    ? ['face', '脸', 'person'].includes(name)
    : kind === 'style_change' && ['camera', '相机'].includes(name)
}
