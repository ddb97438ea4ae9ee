import type { Place, PlanColour, StepByKind, Target } from '../../plan.ts'
import { type Clause, type ClauseReader, steps, unclear } from '../clause.ts'
import { isSmall, sense } from '../mentions.ts'

export const textTarget = (clause: Clause, text: string): Target => ({
  type: 'text',
  phrase: text === '' ? (clause.cn ? '文字' : 'the text') : `"${text}"`,
  ...(text !== '' && { text }),
})

/** Place, colour and size of lettering that is to come. */
export function manner(clause: Clause): Omit<StepByKind['add-text'], 'text'> {
  const place = clause.tokens.flatMap((token) => sense(token, 'place') ?? []).map((each) => each.place)
  const best: Place | undefined = combined(place)
  const colour: PlanColour | undefined = clause.tokens.flatMap((token) => sense(token, 'colour') ?? [])[0]
    ?.colour
  const size = /\b(?:small|tiny|little|smaller)\b|小字|小号|小小|小一点/.test(clause.text)
    ? 'small'
    : /\b(?:big|large|huge|bold|giant|bigger|larger)\b|大字|大号|粗|大大|大一点/.test(clause.text)
      ? 'large'
      : undefined
  return { ...(best && { place: best }), ...(colour && { colour }), ...(size && { size }) }
}

function combined(places: readonly Place[]): Place | undefined {
  const corner = places.find((each) => each.includes(' '))
  if (corner) return corner
  const upright = places.find((each) => each === 'top' || each === 'bottom')
  const side = places.find((each) => each === 'left' || each === 'right')
  if (upright && side) return `${upright} ${side}` as Place
  return upright ?? side ?? places.find((each) => each === 'center')
}

const removing = (clause: Clause): boolean =>
  clause.has('remove') || clause.hasSmall('not') || /留空|blank|without/.test(clause.text)

/** Words in quotes. */
export const quotedText: ClauseReader = (clause) => {
  const [first, second] = clause.literals
  if (!first) return undefined
  const things = clause.mentions.filter(({ target }) => target.type !== 'text' && target.type !== 'picture')
  const sign = things.find(({ target }) => target.text !== undefined)
  if (second) return replaced(clause, first, second)
  // What is wrong with it, nobody can tell.
  if (/spelling|misspel|\btypo\b|拼写|错别字/.test(clause.text)) return unclear
  const text = first.text
  const mine = clause.mentions.filter(({ target }) => target.type === 'text')
  const colour = clause.free('colour')[0]?.sense.colour
  if (clause.has('blur', 'pixelate', 'hide')) {
    const how = clause.has('pixelate') ? 'pixelate' : /black|黑/.test(clause.text) ? 'black' : 'blur'
    return steps(
      { kind: 'obscure', target: sign?.target ?? textTarget(clause, text), how, strength: clause.strength },
      [...mine, sign],
    )
  }
  if (sign && clause.has('remove')) return steps({ kind: 'erase', target: sign.target }, [sign, ...mine])
  if (/blank|留空|去字/.test(clause.text) || (clause.hasSmall('not') && /\bsay\b|写着/.test(clause.text)))
    return steps({ kind: 'erase', target: textTarget(clause, text) }, clause.mentions)
  if ((removing(clause) && !clause.has('write')) || (clause.has('remove') && !clause.has('add')))
    return steps({ kind: 'erase', target: textTarget(clause, text) }, clause.mentions)
  const adds = clause.has('add', 'write') || clause.verbAt('make') < 0
  const to = clause.tokens
    .slice(0, first.at)
    .some(
      (token) =>
        isSmall(token, 'to', 'with') || /^(?:改成|换成|改为|换为|变成|替换成|替换为|改|换)$/.test(token.text),
    )
  // `change the text to "X"`: what it says now is for the eye to find.
  if (
    (mine.length > 0 || things.length > 0) &&
    to &&
    clause.has('make', 'replace', 'fix') &&
    !clause.has('add')
  )
    return steps(
      {
        kind: 'replace-text',
        target: { ...(mine[0]?.target ?? things[0]?.target ?? textTarget(clause, '')), type: 'text' },
        from: '',
        to: text,
      },
      clause.mentions,
      0.85,
    )
  if (
    (mine.length > 0 || things.length > 0) &&
    /\b(?:say|says|read|reads)\b/.test(clause.text) &&
    clause.has('make') &&
    !clause.has('add') &&
    things.some(({ target }) => target.noun === 'sign' || target.noun === 'license plate')
  )
    return steps(
      { kind: 'replace-text', target: { ...things[0]!.target, type: 'text' }, from: '', to: text },
      clause.mentions,
      0.85,
    )
  // `make the headline "We Won"`
  const titled = mine.find(({ to, fresh }) => to === first.at && !fresh)
  if (
    titled &&
    clause.has('make') &&
    !clause.has('add', 'write') &&
    /\b(?:make|change|set)\b/.test(clause.text)
  )
    return steps(
      { kind: 'replace-text', target: { ...titled.target, type: 'text' }, from: '', to: text },
      clause.mentions,
      0.8,
    )
  // `the plate should read "ABC"`
  const carrier = things.find(({ to }) => to <= first.at) ?? mine[0]
  if (
    !clause.has('add') &&
    carrier &&
    !/\bthat (?:says?|reads?)\b/.test(clause.text) &&
    /\b(?:say|says|read|reads|list)\b|应该写|要写/.test(clause.text)
  )
    return steps(
      { kind: 'replace-text', target: { ...carrier.target, type: 'text' }, from: '', to: text },
      clause.mentions,
      0.85,
    )
  if (
    colour &&
    mine.length > 0 &&
    clause.has('make', 'recolour') &&
    !clause.has('add', 'write') &&
    !/\bput\b/.test(clause.text)
  )
    return steps({ kind: 'recolour', target: textTarget(clause, text), colour }, clause.mentions)
  if (
    colour &&
    clause.has('recolour', 'make') &&
    !clause.has('add', 'write') &&
    !/\b(?:put|in|on it)\b|上/.test(clause.text) &&
    mine.length === 0 &&
    things.length === 0
  )
    return steps({ kind: 'recolour', target: textTarget(clause, text), colour }, clause.mentions)
  if (!adds && /title|label/.test(clause.text) === false && clause.has('retone')) return undefined
  return steps(
    { kind: 'add-text', text, ...manner(clause) },
    clause.mentions,
    adds || clause.hasSmall('picture') ? undefined : 0.85,
  )
}

/** The place that stands between two tokens. */
const placeBeside = (clause: Clause, from: number, to: number): Place | undefined =>
  clause.tokens.slice(from, to).flatMap((token) => sense(token, 'place') ?? [])[0]?.place

function replaced(clause: Clause, first: { at: number; text: string }, second: { at: number; text: string }) {
  const between = clause.tokens.slice(first.at + 1, second.at)
  const before = clause.tokens.slice(0, first.at)
  // The new text stands first in `"B" instead of "A"`, `用“B”替换“A”`, `put "B" where it says "A"`, `写“B”，而不是“A”`.
  const reversed =
    between.some(
      (token) =>
        isSmall(token, 'instead') ||
        /^(?:where|代替|替换|换掉|取代|替代|over|不要|not)$/.test(token.text) ||
        token.text === 'not',
    ) &&
    !before.some((token) => /^(?:不要|把|not)$/.test(token.text) || sense(token, 'verb')?.verb === 'replace')
  const place =
    between.some((token) => /where|地方/.test(token.text)) ||
    before.some((token) => /where|写着/.test(token.text))
  const use =
    before.some((token) => isSmall(token, 'with') && /^(?:用|use|with)$/.test(token.text)) ||
    before.some((token) => token.text === 'use')
  const flip = (reversed && !(place && before.some((token) => token.text === 'where'))) || use
  const [from, to] = flip ? [second.text, first.text] : [first.text, second.text]
  const places = [placeBeside(clause, 0, first.at), placeBeside(clause, first.at, second.at)]
  const isApart = places.every((each) => each !== undefined) && places[0] !== places[1]
  if ((clause.has('add') || isApart) && !clause.has('replace', 'make', 'remove') && !reversed)
    return steps(
      [first, second].map((each, at) => ({
        kind: 'add-text' as const,
        text: each.text,
        ...manner(clause),
        ...(isApart && { place: places[at] }),
      })),
      clause.mentions,
      0.75,
    )
  return steps({ kind: 'replace-text', target: textTarget(clause, from), from, to }, clause.mentions)
}

const unquotedEnglish = [
  /\btext\b.*? (?:saying|that says|that reads|reading) (.+)$/,
  /\b(?:add|put|write|insert|stamp|place) (?:the |a )?date (\d[\d./-]+)/,
  /^(.+?), (?:written|in big letters|as a caption|as text)\b/,
  /\b(?:add|put|write|insert|place|overlay|include)\b(?: in| on)?(?: (?:the|a|an|some|my|big|small|bold|white|black|red|nice))*(?: (?:text|words?|caption|title|label|watermark|subtitle|lettering|headline|phrase|letters))(?: that)?(?: (?:saying|says|reading|reads|of))? *[:,-]? *(.+)$/,
  /\b(?:caption|title|label)(?: it| this| the (?:photo|picture|image))?(?: as| with)? *[:,-]? *(.+)$/,
  /\b(?:want|need|have|like|get) (?:the )?(?:words?|text|title|caption|line|phrase) *[:,-]? *(.+)$/,
  /\b(?:write|type|letter)\b(?: (?:the )?(?:words?|text))? *[:,-]? *(.+)$/,
  /\bmake it (?:say|read) *[:,-]? *(.+)$/,
  /\b(?:text|caption)(?: on it)?(?: (?:saying|says|that says|that reads|reading)) *[:,-]? *(.+)$/,
]
const unquotedChinese = [
  /(?:写上|写个|写|打上|加上|加|添加|配上|印上|来一句|来个)(?:一行|几个|个|一句|一个|一段)?[大小红白黑黄金蓝绿粉紫橙]*(?:色)?的?[大小]?(?:文字|字幕|标题|水印|字样|文案|字|标语|话)(?:是|为|叫|内容)?[:：,，]?(.+)$/,
  /(?:文字|标题|水印|配文|字幕)(?:内容)?(?:是|为|写|:|：)+(.+)$/,
  /(?:写上|写个|写着|写|打上|印上|配文|题字)[:：]?(.+)$/,
]

const whereEnglish =
  /(?:,? (?:underneath|below it|beneath it|above it)|,? (?:on|at|in|to|across|along) (?:the |my )?(?:very )?(?:upper |lower |top |bottom )?(?:top|bottom|left|right|middle|center|centre|corner|side|image|photo|picture|pic|it)(?: (?:left|right|side|corner|hand corner|center|of (?:the |this )?(?:photo|picture|image|pic)))*| in (?:big|large|small|bold|white|black|red|blue|yellow|green|gold|golden)(?: [a-z]+)?(?: (?:letters|text|font|type|color|colour))?|,? (?:upper|lower|top|bottom) (?:left|right|center|centre|middle)(?: corner)?)+[.!]?$/

const plainReplace: readonly RegExp[] = [
  /\b(?:words?|text|name|date|number|price|headline|title|year|letters?|sign|label|caption|phrase|typo|wording|slogan|score)\b(?: (?:on|in|of) (?:the |this |my )?[a-z -]+?)?(?: from)? (\S[^,]*?) (?:to|with|into|by|->|→|should be|instead with) (\S[^,]*)$/i,
  /\bfrom (\S[^,]*?) to (\S[^,]*)$/i,
]
const where = /\bwhere it says (\S+?),? (?:put|write|it should say|make it say) (\S+)$/i
const notBut = /\b(?:should be|has to be|is) (\S.*?),? (?:and )?not (\S.*)$/i
const typo = /\b(?:typo|spelling|misspelled)\b.*?[:,]? ?(\S+) (?:instead of|should be|->) (\S+)$/i
const arrow = /(\S+) ?(?:->|→|=>) ?(\S+)$/
const told =
  /\b(?:says?|shows?|reads?) (\S+?),? (?:it )?(?:should be|i want|i need|make it|should say|change (?:it )?to|but should be) (\S+)$/i
/** Numbers, days and names that change places with their like. */
const likes =
  /\b(?:change|swap|replace|update|edit|correct|turn) ((?:[$€£¥]?\d[\w.,:%/-]*)|(?:[A-Z][\w'-]*(?: [A-Z][\w'-]*)*)) (?:to|for|with|by|into) ((?:[$€£¥]?\d[\w.,:%/-]*)|(?:[A-Z][\w'-]*(?: [A-Z][\w'-]*)*))(?: (?:in|on) (?:the|my|this) [a-z ]+)?$/
const likesChinese =
  /^(?:把|将)?[^\d¥$￥]{0,8}?([\d¥$￥.:年月日号元折%点]+)(?:改成|换成|改为|换为|变成|改)([\d¥$￥.:年月日号元折%点]+)$/u
/** What it says now is for the eye to find. */
const newText =
  /\b(?:title|text|headline|caption|name|price|date|wording|slogan)\b(?: (?:on|of|in) (?:the |this |my )?[a-z]+)? (?:to|into) (\S[^,]*)$/i
const newTextChinese =
  /(?:文字|字|字母|标题|价格|电话号码|手机号码|号码|电话|手机号|网址|邮箱|微信号|地址|时间|车牌号|车牌|名字|姓名|书名|片名|队名|日期|招牌|店名|标语)(?:改成|换成|改为|换为|变成)\s?([^，。]{1,30}?)$/u

const plainReplaceChinese: readonly RegExp[] = [
  /(?:门牌号码|门牌号|房间号|房号|桌号|班级|餐厅名字|电话号码|手机号码|车牌号码|车牌号|文字|标题|价格|号码|数字|名字|日期|电话|年份|编号|时间|单词|地址|名称|车牌|比分|字)(?:从|由|上的)?[“"]?([^“”"改换变]{1,30}?)[”"]?(?:改成|换成|改为|换为|变成|替换成|替换为|改|换|→|->)[“"]?([^“”",，。]{1,30}?)[”"]?$/u,
]

/** `the price from 99 to 199`: what is written is named by what it is, not by quotes. */
export const plainReplaced: ClauseReader = (clause) => {
  if (
    clause.literals.length > 0 ||
    clause.has(
      'remove',
      'blur',
      'hide',
      'pixelate',
      'keep',
      'question',
      'crop',
      'resize',
      'move',
      'enlarge',
      'shrink',
    )
  )
    return undefined
  const whole = clause.normalised.shown.slice(clause.tokens[0]?.start ?? 0, clause.tokens.at(-1)?.end ?? 0)
  const swapped = clause.cn ? undefined : notBut.exec(whole)
  if (
    swapped?.[1] &&
    swapped[2] &&
    clause.mentions.some(({ target }) => target.type === 'text') &&
    /\d/.test(swapped[1])
  )
    return steps(
      { kind: 'replace-text', target: textTarget(clause, swapped[2]), from: swapped[2], to: swapped[1] },
      clause.mentions,
      0.8,
    )
  const pointed = clause.cn
    ? undefined
    : (where.exec(whole) ??
      (/\d/.test(whole) && clause.free('colour').length === 0 ? arrow.exec(whole) : null))
  if (pointed?.[1] && pointed[2])
    return steps(
      { kind: 'replace-text', target: textTarget(clause, pointed[1]), from: pointed[1], to: pointed[2] },
      clause.mentions,
      0.8,
    )
  const slip = clause.cn ? null : typo.exec(whole)
  if (slip?.[1] && slip[2]) {
    const [from, to] = [slip[1], slip[2]]
    return steps({ kind: 'replace-text', target: textTarget(clause, from), from, to }, clause.mentions, 0.8)
  }
  const alike = (clause.cn ? likesChinese : likes).exec(whole) ?? (clause.cn ? undefined : told.exec(whole))
  if (
    alike?.[1] &&
    alike[2] &&
    !isColour(clause, alike[2]) &&
    !clause.has('resize', 'crop', 'rotate') &&
    !/^\d+:\d+$/.test(alike[2])
  )
    return steps(
      {
        kind: 'replace-text',
        target: textTarget(clause, alike[1].replace(/[,;]$/, '')),
        from: alike[1].replace(/[,;]$/, ''),
        to: alike[2],
      },
      clause.mentions,
      0.8,
    )
  if (!clause.cn && !clause.has('replace', 'make', 'fix', 'write', 'rotate')) return undefined
  const about =
    clause.mentions.some(
      ({ target }) => target.type === 'text' || ['license plate', 'sign'].includes(target.noun ?? ''),
    ) ||
    /\b(?:word|text|name|date|number|price|headline|title|year|score|typo)\b|文字|标题|价格|号码|数字|名字|日期|电话|年份|编号/i.test(
      clause.text,
    )
  if (!about) return undefined
  const [first, last] = [clause.tokens[0], clause.tokens.at(-1)]
  if (!first || !last) return undefined
  const shown = clause.normalised.shown.slice(first.start, last.end)
  for (const pattern of clause.cn ? plainReplaceChinese : plainReplace) {
    const match = pattern.exec(shown)
    const from = match?.[1]?.trim().replace(/^(?:the |from |是)/i, '')
    const to = match?.[2]?.trim().replace(/(?: please| pls|吧|的)$/i, '')
    if (!from || !to || /^(?:color|a|an|the|颜色)\b/i.test(to) || isColour(clause, to)) continue
    return steps({ kind: 'replace-text', target: textTarget(clause, from), from, to }, clause.mentions, 0.85)
  }
  const fresh = (clause.cn ? newTextChinese : newText).exec(shown)?.[1]?.trim()
  if (
    fresh &&
    clause.has('make', 'replace') &&
    !isColour(clause, fresh) &&
    !clause.tokens.some((token) =>
      (clause.cn ? ['colour', 'style'] : ['colour', 'style', 'look', 'material', 'property', 'degree']).some(
        (is) => token.senses.some((each) => each.is === is),
      ),
    ) &&
    !/^(?:a|an|the|bold|italic|font)\b/i.test(fresh)
  )
    return steps(
      { kind: 'replace-text', target: textTarget(clause, ''), from: '', to: fresh },
      clause.mentions,
      0.75,
    )
  return undefined
}

const isColour = (clause: Clause, text: string): boolean =>
  clause.tokens.some((token) => sense(token, 'colour') !== undefined && token.text === text.toLowerCase())

/** Words that are to be written, though nobody put them in quotes. */
export const plainText: ClauseReader = (clause) => {
  if (/写实|写真/.test(clause.text)) return undefined
  if (clause.literals.length > 0 || clause.has('remove', 'blur', 'hide', 'pixelate', 'keep', 'question'))
    return undefined
  if (
    !clause.has('write', 'add') &&
    !/文字|水印|标题|caption|title|\b(?:want|need|have|get) (?:the )?(?:words?|text)\b/.test(clause.text)
  )
    return undefined
  const first = clause.tokens[0]
  const last = clause.tokens.at(-1)
  if (!first || !last) return undefined
  const shown = clause.normalised.shown.slice(first.start, last.end)
  for (const pattern of clause.cn ? unquotedChinese : unquotedEnglish) {
    const match = new RegExp(pattern.source, 'iu').exec(shown)
    if (!match?.[1]) continue
    let text = match[1].trim()
    for (let round = 0; round < 3; round++)
      text = text.replace(new RegExp(whereEnglish.source, 'i'), '').trim()
    text = text
      .replace(
        /[,，]?\s*(?:please|pls|thanks|谢谢|吧|这几个字|几个字|字样|的字|的文字|四个字|两个字|三个字|五个字|六个字)[.!。！]*$/iu,
        '',
      )
      .replace(/^[:：,，\s]+|[\s.。]+$/gu, '')
      .replace(/^(?:日期|时间|文字|水印|标题)(?=[\d:：])/u, '')
    if (
      text === '' ||
      text.length > 80 ||
      /^(?:me|us|him|her|a poem|an essay|code)\b/i.test(text) ||
      /^(?:码|错|反|一?(?:首|篇|段|封)(?!文字))/u.test(text) ||
      /^(?:on|in|at|to|here|the (?:photo|picture|image)|text|something|字|文字|一下|上去)\b/i.test(text)
    )
      continue
    if (/^(?:the|a|an) (?:text|caption|title)$/i.test(text)) continue
    return steps({ kind: 'add-text', text, ...manner(clause) }, clause.mentions, 0.85)
  }
  return undefined
}
