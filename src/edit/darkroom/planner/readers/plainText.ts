import { type Clause, type ClauseReader, steps } from '../clause.ts'
import { sense } from '../senses.ts'
import {
  arrow,
  likes,
  likesChinese,
  newText,
  newTextChinese,
  notBut,
  plainReplace,
  plainReplaceChinese,
  told,
  typo,
  unquotedChinese,
  unquotedEnglish,
  where,
  whereEnglish,
} from './textPatterns.ts'
import { manner, textTarget } from './textTarget.ts'

/** `the price from 99 to 199`: the text is identified by its meaning, not by quotes. */
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

/** Text to write without quotes. */
export const plainText: ClauseReader = (clause) => {
  if (/写实|写真/.test(clause.text)) return undefined
  if (clause.literals.length > 0 || clause.has('remove', 'blur', 'hide', 'pixelate', 'keep', 'question'))
    return undefined
  if (
    !clause.has('write', 'add') &&
    !/文字|水印|标题|署名|落款|大字|配文|配字|标注|文案|caption|title|\bfont\b|\bput (?:the |some )?(?:words?|text)\b|overlay|\bdate \d|watermark|\b(?:want|need|have|get) (?:the )?(?:words?|text)\b/.test(
      clause.text,
    )
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
      /^(?:on|in|at|to|here|the (?:photo|picture|image)|text|something|字|文字|一下|上去)\b/i.test(text) ||
      /^(?:(?:a (?:bit|little|tad|touch)|much|slightly|further|more) )?(?:lower|higher|bigger|smaller|larger|up|down|left|right|further)\b/i.test(
        text,
      )
    )
      continue
    if (/^(?:the|a|an) (?:text|caption|title)$/i.test(text)) continue
    return steps({ kind: 'add-text', text, ...manner(clause) }, clause.mentions, 0.85)
  }
  return undefined
}
