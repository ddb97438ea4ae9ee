import { type Clause, type ClauseReader, steps } from '../clause.ts'
import { isSmall, sense } from '../senses.ts'
import { manner, textTarget } from './textTarget.ts'

/** Objects that carry text. */
const carriers =
  'sign|board|signboard|billboard|label|poster|banner|plate|screen|display|headline|title|caption|text|lettering|wording|slogan|menu|sticker|name ?tag|badge|jersey|shirt|t-?shirt|cap|mug|book|cover|newspaper|magazine|box|can|bottle|cup|shop|store|restaurant|cafe|scoreboard|receipt|ticket|price tag|chalkboard|whiteboard|neon|logo'
/** Parts of a sign's text: `the date`, `the phone number`. */
const written =
  'title|text|headline|caption|name|price|price tag|date|wording|slogan|phone number|number|address|year|plate|license plate|licence plate|number plate|message|quote|heading|subtitle|label|sign|score|website|url|email'
/** What is not quoted, up to a mark or its new place. */
const words = String.raw`(\S[^,;]*?)`

const saysEnglish: readonly RegExp[] = [
  new RegExp(
    String.raw`\b(?:make|have|let|get|change|edit|update|i want|i need) (?:the |this |that |my |his |her |our |their )?(?:[a-z]+ ){0,2}?(?:${carriers})s?(?: (?:on|in|of|at|above|over|behind) (?:the |my |his |her )?[a-z]+(?: [a-z]+)?)? (?:to )?(?:say|says|read|reads|saying|reading|show) ${words}$`,
    'i',
  ),
  new RegExp(
    String.raw`\b(?:${carriers}|price|date|number|name|year|score)s?(?: (?:on|in|of|at|above|over|behind) (?:the |my |his |her )?[a-z]+(?: [a-z]+)?)? (?:should|must|has to|needs to|ought to|shall|is supposed to) (?:now )?(?:say|read|be|show) ${words}$`,
    'i',
  ),
  new RegExp(String.raw`\bit (?:should|must|has to|needs to|ought to) (?:now )?(?:say|read) ${words}$`, 'i'),
  new RegExp(
    String.raw`\b(?:change|edit|update|fix|correct|modify|rewrite|redo) (?:the |my |this )?(?:[a-z]+ )?(?:${written})(?: (?:on|of|in) (?:the |my |this |his |her )?[a-z]+)?,? (?:so (?:that )?it|to|and make it|and have it|so) (?:say|says|read|reads|spell|spells) ${words}$`,
    'i',
  ),
  new RegExp(
    String.raw`\b(?:change|edit|update|replace|overwrite|swap|switch) (?:the |my |this )?(?:[a-z]+ )?(?:${written})(?: (?:on|of|in) (?:the |my |this |his |her )?[a-z]+)? (?:with|by|for) ${words}$`,
    'i',
  ),
  new RegExp(
    String.raw`\b(?:change|update|set|correct|edit) (?:the |my |this )?(?:phone number|number|address|(?:license |licence |number )?plate|message|quote|heading|subtitle|score|website|url|email) (?:on (?:the |my )?[a-z]+ )?(?:to|into|as) ${words}$`,
    'i',
  ),
  new RegExp(
    String.raw`\b(?:change|replace|edit|rewrite) what(?:'s| is| it says| it reads)(?: written| printed| says)?(?: (?:on|in) (?:the |my )?[a-z]+)? (?:to|with|into) ${words}$`,
    'i',
  ),
  new RegExp(
    String.raw`\b(?:put|write|set) (?:the |a )?(?:correct|right|new|real|actual|today's) (?:${written})(?: (?:on|in) (?:it|the [a-z]+))?: ${words}$`,
    'i',
  ),
  new RegExp(
    String.raw`\b(?:make|have|let) (?:the |my )?(?:[a-z]+ )?(?:sign|plate|letters?|text|neon)(?: sign)? spell ${words}$`,
    'i',
  ),
  /\b(?:make|have) (?:the |my )?(?:license |licence |number )?plate (?:be )?([A-Z0-9][A-Z0-9 -]{1,10})$/,
  new RegExp(
    String.raw`\brename (?:the |this |my )?(?:shop|store|cafe|restaurant|boat|ship|street|book|sign|brand|bar|pub|hotel|station|[a-z]+) (?:to|into|as) ${words}$`,
    'i',
  ),
]
const saysChinese: readonly RegExp[] = [
  /(?:店名|招牌|牌子|标牌|路牌|站名|书名|标题|横幅|海报|广告牌|屏幕|文字|名字)(?:上)?(?:的字|的文字|文字|的内容|内容|上写的)?(?:改成|换成|改为|换为|变成|应该写|要写|写成|应该是|叫)(?:写着)?[:：]?\s?([^，。,:：]{1,30}?)$/u,
]

const swapsEnglish: readonly RegExp[] = [
  /\b(?:correct|fix) the (?:spelling|typo)(?: of| in)? (\S+) (?:to|into|->|as) (\S+)$/i,
  /\b(?:turn|change|make|swap|replace|switch) (?:the |that )?(?:number|letter|digit|figure|word|year|date) (\S+) (?:to|into|in to|for|with|by) (?:an? |the )?(\S+?)(?: (?:in|on) (?:the|my|this) [a-z]+)?$/i,
  /(\S*\d\S*) (?:should|must|needs to|has to|ought to) (?:become|turn into|change to|be) (\S*\d\S*)$/i,
  /\b(?:swap|change|replace|switch|exchange) (?:the |that |an? )?([\d$€£][\w.,:%/$€£-]*) (?:to|with|for|into|by) (?:an? |the )?([\d$€£]\S*)$/i,
]
const swapsPointed: readonly RegExp[] = [
  // `change Monday to Friday on the poster`, `Jan -> Feb on the calendar`
  /\b(?:change|swap|replace|turn|switch) ([A-Z][\w'’-]*) (?:to|with|for|by|into) ([A-Z][\w'’-]*) (?:on|in) (?:the|my|this|that) [a-z]+$/,
  /^([A-Z][\w'’-]*) ?(?:->|→|=>) ?([A-Z][\w'’-]*) (?:on|in) (?:the|my|this|that) [a-z]+$/,
  // `correct: Occured -> Occurred`
  /\b(?:correct|correction|fix|typo|spelling|error|mistake)\b[^:]*: ?(\S+) ?(?:->|=>|→|to|should be) ?(\S+)$/i,
  // `change the 2019 on the banner to 2024`
  /\b(?:change|swap|replace|update|turn|switch|edit) (?:the |that )?["']?([\d$€£][\w.,:%/$€£-]*|[A-Z][\w'’-]*)["']? (?:on|in) (?:the |my |this |that |his |her )?[a-z]+(?: [a-z]+)? (?:to|with|for|into|by) (\S[^,;]*?)$/,
]
/** `it's Katherine not Catherine`: the right spelling and the wrong one. */
const spelled =
  /\b(?:it'?s|it is|spelled|spelt|should be|name is|supposed to be) ([A-Z][\w'’-]*)(?:,| and| but)? not ([A-Z][\w'’-]*)$/
/** `the tag says Sara but my name is Sarah` */
const misnamed =
  /\b(?:says?|reads?|shows?) (\S+?),? but (?:it|my name|the name|his name|her name|the right (?:name|word)|we)(?: is|'s| should be| should say| should read| are|'re) (\S+)$/i
/** `the price was $19, put $15 instead` */
const wasEnglish =
  /\b(?:price|number|date|year|time|score|it|sign|label|text) (?:was|is|says?|said|reads?|shows?) (\S*\d\S*?),? (?:but |and |so )?(?:put|make it|make that|it should be|should be|it should say|change (?:it|that) to|write|use|it's|it is|i want|i need) (\S*\d\S*)(?: (?:instead|there|now|on it))?$/i
/** `put 2 instead of 1` */
const putInstead =
  /^(?:please |pls )?(?:put|write|use|set|make it|have it say) (\S*\d\S*) (?:instead of|rather than|in place of) (\S*\d\S*)$/i
/** The new one comes first. */
const insteadEnglish =
  /\b(?:price|number|date|year|time|name|score|sign|text|word|title|label|it) (?:should|must|has to|needs to|could|can)? ?(?:be|say|read) (\S.*?) (?:instead of|rather than|not) (\S.*)$/i
const swapsChinese: readonly RegExp[] = [
  /^(?:把|将)?(第?\d+(?!像素|度|倍|寸|比)\p{Script=Han}{1,2}?)(?:改成|改为|换成|改)(第?\d+\p{Script=Han}{1,2})$/u,
  /(?:把|将)?([A-Za-z][A-Za-z0-9 '&-]*)(?:改成|换成|改为|换为|变成|替换成|替换为)([A-Za-z0-9][A-Za-z0-9 '&-]*)$/u,
]
/** `饭店写成了反店`: the current text is wrong. */
const slipChinese =
  /([\p{Script=Han}A-Za-z0-9]{1,12}?)(?:错写成|写错成|误写成|写成|打成)了?([\p{Script=Han}A-Za-z0-9]{1,12}?)了?$/u

/** `put Merry Christmas in the lower left corner`: a name or a greeting, and a place in the picture. */
const placedEnglish =
  /\b(?:put|place|add) ((?:[A-Z][\w'’!-]*|\d[\w'’!-]*)(?: (?:[A-Z][\w'’!&-]*|\d[\w'’!-]*|and|of|the|for|to|&)){0,7}) (?:in|at|on|across|along|near|over|under) (?:the )?(?:very )?(?:top|bottom|upper|lower|left|right|middle|center|centre|corner)\b/

/** `big GAME OVER in the middle` */
const capitals =
  /^(?:(?:big|large|small|bold|huge|white|black|red|yellow|gold) )*([A-Z]{2,}[A-Z!'’&-]*(?: [A-Z]{2,}[A-Z!'’&-]*)*) (?:in|at|on|across|along) the (?:very )?(?:top|bottom|upper|lower|left|right|middle|center|centre)\b/

const isPlain = (clause: Clause): boolean =>
  clause.literals.length === 0 &&
  !clause.has('remove', 'blur', 'hide', 'pixelate', 'keep', 'question', 'crop', 'rotate', 'resize')

/** Not a colour, material, look or size: these describe the lettering instead of being written. */
const isWritable = (clause: Clause, text: string): boolean => {
  // `replace the text with a logo`
  if (/^(?:an?|some|the) [a-z]/.test(text)) return false
  const bare = text.toLowerCase().replace(/^(?:an? |the )/, '')
  if (
    /^(?:bold|italic|bigger|smaller|larger|visible|readable|gone|blank|empty|darker|brighter|lighter|sharper|better|clearer|nicer|straight|upright)\b/.test(
      bare,
    )
  )
    return false
  return !clause.tokens.some(
    (token) =>
      (sense(token, 'colour') !== undefined || sense(token, 'material') !== undefined) &&
      (token.text === bare || token.text === text),
  )
}

const endings = /[\s,]*(?:please|pls|plz|thanks|thx|now|吧|的|谢谢)?[.!。！\s]*$/iu

/** The unquoted new text of a sign, a shirt or a price. */
export const sayings: ClauseReader = (clause) => {
  if (!isPlain(clause)) return undefined
  const [first, last] = [clause.tokens[0], clause.tokens.at(-1)]
  if (!first || !last) return undefined
  const shown = clause.normalised.shown.slice(first.start, last.end).replace(endings, '')
  const match = (patterns: readonly RegExp[]): RegExpExecArray | undefined =>
    patterns.map((pattern) => pattern.exec(shown)).find((each) => each !== null) ?? undefined
  const carrier = clause.mentions.find(({ target }) => target.type === 'thing' && target.noun !== undefined)
  const replace = (from: string, to: string, sure = 0.85) =>
    isWritable(clause, to)
      ? steps(
          {
            kind: 'replace-text',
            target: from === '' && carrier ? { ...carrier.target, type: 'text' } : textTarget(clause, from),
            from,
            to: to.replace(endings, ''),
          },
          clause.mentions,
          sure,
        )
      : undefined
  const was = clause.cn ? null : wasEnglish.exec(shown)
  if (was?.[1] && was[2]) return replace(was[1].replace(/,$/, ''), was[2])
  const instead = clause.cn ? null : (putInstead.exec(shown) ?? insteadEnglish.exec(shown))
  if (instead?.[1] && instead[2]) return replace(instead[2], instead[1])
  if (clause.cn) {
    const slip = slipChinese.exec(shown)
    if (slip?.[1] && slip[2] && /错|改|typo/.test(clause.normalised.text)) return replace(slip[2], slip[1])
  }
  const named = clause.cn ? null : misnamed.exec(shown)
  if (named?.[1] && named[2]) return replace(named[1], named[2])
  const right = clause.cn ? null : spelled.exec(shown)
  if (right?.[1] && right[2]) return replace(right[2], right[1])
  const swap = match(clause.cn ? swapsChinese : [...swapsEnglish, ...swapsPointed])
  if (swap?.[1] && swap[2]) return replace(swap[1].trim(), swap[2].trim())
  const says = match(clause.cn ? saysChinese : saysEnglish)
  if (says?.[1] && !/^(?:的|in |like |as )/.test(says[1])) return replace('', says[1].trim(), 0.8)
  const placed = clause.cn ? null : (placedEnglish.exec(shown) ?? capitals.exec(shown))
  const isNew = placed?.[1] !== undefined && !namesSomething(clause, placed[1])
  if (placed?.[1] && isNew)
    return steps({ kind: 'add-text', text: placed[1], ...manner(clause) }, clause.mentions, 0.75)
  return undefined
}

/** Whether words name a known object or place: `put Dad in the corner` moves him. */
function namesSomething(clause: Clause, text: string): boolean {
  const names = text.toLowerCase().split(' ')
  return clause.tokens.some(
    (token) => names.includes(token.text) && (sense(token, 'noun') !== undefined || isSmall(token, 'it')),
  )
}
