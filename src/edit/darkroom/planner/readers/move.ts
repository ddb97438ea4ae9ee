import type { Place, Target } from '../../plan.ts'
import { beyond, type Clause, type ClauseReader, clamp, type Outcome, steps } from '../clause.ts'
import { isSmall, sense } from '../senses.ts'
import { factorOf } from './measures.ts'

/** `lift the balloon a bit higher` */
const lifted = /\b(?:higher|lower|nudge|push|bring forward|forward)\b|高一点|低一点|高点|低点/

/** `put the dog in the bottom left corner`: an existing object, and a place in the picture. */
const puts =
  /^(?:(?:please|pls|can you|could you|now) )*(?:put|place|position|set|stick) (?:the|my|his|her|that|this) (.+?) (?:in|at|on|into|to|near) the (?:(?:very|exact|dead|absolute) )?(?:(upper|top|lower|bottom) )?(?:(left|right)(?: hand)?|(center|middle|centre)|(top|bottom))(?: (?:corner|side|edge|half|part))?(?: of (?:the |this )?(?:picture|photo|image|frame|shot|pic))?$/
/** `the logo should sit in the bottom right corner` */
const standsAt =
  /^(?:(?:can|could|i want|i d like|i would like|make|let|have) )*(?:the|my|his|her|that|this) (.+?) (?:should |could |must |needs to |has to |to )?(?:be|sit|stand|go|appear|stay) (?:in|at|on|to) the (?:very )?(?:(upper|top|lower|bottom) )?(?:(left|right)(?: hand)?|(center|middle|centre)|(top|bottom))(?: (?:corner|side|edge|half))?(?: of (?:the |this )?(?:picture|photo|image|frame))?(?: instead| please| pls)?$/
/** `bird to the top left corner` */
const goesTo =
  /^(?:the |my |his |her |that |this )?(.+?) (?:to|into) the (?:very )?(upper|top|lower|bottom) (left|right)(?: hand)?(?: corner)?(?: please| pls)?()()$/
const putsChinese =
  /^(?:请|帮我)?(?:把|将)?(.+?)(?:放|摆|挪|移)(?:到|在|去)?(?:画面|图片|照片)?的?(左上|右上|左下|右下|左|右|正?中|上|下)(?:角|边|侧|方|面|间|央)?$/

const chinesePlaces: Readonly<Record<string, Place>> = {
  左上: 'top left',
  右上: 'top right',
  左下: 'bottom left',
  右下: 'bottom right',
  左: 'left',
  右: 'right',
  中: 'center',
  正中: 'center',
  上: 'top',
  下: 'bottom',
}

function putAt(clause: Clause): Outcome | undefined {
  const [, phrase, row, side, middle, bare] =
    (clause.cn
      ? undefined
      : (puts.exec(clause.text) ??
        standsAt.exec(clause.text) ??
        (clause.tokens.some((token) => sense(token, 'verb')) ? null : goesTo.exec(clause.text)))) ??
    ([] as readonly (string | undefined)[])
  const chinese = clause.cn ? putsChinese.exec(clause.text) : undefined
  const named = clause.mentions.find(
    ({ target, fresh, unknown }) =>
      !fresh &&
      !unknown &&
      (['thing', 'person', 'subject'].includes(target.type) ||
        ['logo', 'watermark'].includes(target.noun ?? '')) &&
      target.noun !== undefined,
  )
  if (!named) return undefined
  const upright = row === undefined ? undefined : /upper|top/.test(row) ? 'top' : 'bottom'
  const to =
    chinesePlaces[chinese?.[2] ?? ''] ??
    (phrase === undefined
      ? undefined
      : ((middle ? 'center' : undefined) ?? (bare || undefined) ?? [upright, side].filter(Boolean).join(' ')))
  if (!to) return undefined
  const { place: _, ...target } = named.target
  return steps(
    {
      kind: 'move',
      target: { ...target, phrase: chinese?.[1] ?? `the ${phrase}` },
      right: 0,
      down: 0,
      scale: 1,
      to: to as Place,
    },
    [named],
    0.85,
  )
}

export const moving: ClauseReader = (clause) => {
  const put = putAt(clause)
  if (put) return put
  if (clause.free('colour').length > 0 || /颜色|\bcolors?\b/.test(clause.text)) return undefined
  if (
    clause.mentions.some(({ target }) =>
      [
        'body',
        'arm',
        'leg',
        'hand',
        'neck',
        'head',
        'nose',
        'ears',
        'mouth',
        'hair',
        'lips',
        'chest',
      ].includes(target.noun ?? ''),
    )
  )
    return undefined
  const topical =
    clause.cn &&
    clause.mentions.length === 0 &&
    clause.topic &&
    ['thing', 'person', 'subject'].includes(clause.topic.type)
      ? clause.topic
      : undefined
  const named = clause.mentions.find(
    ({ target }) => !['picture', 'background', 'sky', 'water', 'ground'].includes(target.type),
  )
  const told = clause.antecedent ?? topical
  // `商品偏左了，往右移`: the stated place is where it is now.
  const { place: _, ...unplaced } = told ?? ({} as Target)
  const target = named?.target ?? (told && unplaced)
  if (!target) return undefined
  const retouched = clause.mentions.some(
    ({ target: { type, noun } }) =>
      ['eyes', 'lips', 'face', 'hair', 'teeth', 'skin'].includes(type) && noun !== 'face',
  )
  const scales =
    (clause.has('enlarge', 'shrink') ||
      (clause.hasSmall('double', 'half') && clause.mentions.length === 0 && clause.tokens.length <= 4) ||
      (clause.has('resize') &&
        (factorOf(clause) !== undefined || /scale (?:up|down)|upsize|downsize/.test(clause.text)))) &&
    !retouched
  const lifts =
    lifted.test(clause.text) &&
    clause.has('increase', 'decrease', 'make') &&
    clause.property().length === 0 &&
    named !== undefined &&
    named.target.type !== 'text'
  const centres = /^(?:(?:please|pls|can you|could you) )?(?:re)?cent(?:er|re) |居中$/.test(clause.text)
  const moves = clause.has('move') || lifts || centres
  if (!moves && !scales) return undefined
  // Making a person taller would need another body.
  if (/\btaller\b|长高|变高|增高/.test(clause.text) && target.type === 'person') return beyond
  if (clause.has('replace') || (clause.has('add') && named?.fresh)) return undefined
  const share =
    clause.measure('percent') && moves
      ? clause.measure('percent')!.value / 100
      : clause.measure('fraction')?.value
  const size = share ?? { 0.5: 0.1, 2: 0.35, 3: 0.4 }[clause.degree ?? 1] ?? 0.2
  let [right, down, scale] = [0, 0, 1]
  if (moves) {
    const rest = wordsOutside(clause, named)
    if (/\bleft\b|左/.test(rest)) right = -size
    if (/\bright\b|右/.test(rest)) right = size
    if (
      /\b(?:up|upper|upwards?|top|higher|lift|raise)\b|向上|往上|靠上|上方|上移|上面|高|左上|右上/.test(rest)
    )
      down = -size
    if (/\b(?:down|lower|downwards?|bottom)\b|向下|往下|靠下|下方|下移|下面|低|左下|右下/.test(rest))
      down = size
    const aside = /\b(?:closer|nearer) to (?:the )?(?:left|right|top|bottom|center|middle|edge|corner)/.test(
      clause.text,
    )
    if (!aside && /clos|near|近|toward the camera|forward|往前|向前/.test(rest)) scale = 1.3
    if (/(?:further|farther) (?:away|back)|\baway\b|远|\bback\b|往后|向后/.test(rest)) scale = 0.75
    if (/center|middle|中间|中央|居中|正中|centre/.test(rest))
      return steps({ kind: 'move', target, right: 0, down: 0, scale: 1, to: 'center' }, [named], 0.85)
    // `walk down, toward the camera`: nearer is lower and larger.
    if (scale !== 1) down = 0
    if (right === 0 && down === 0 && scale === 1) return undefined
    const corner = cornerOf(right, down)
    if (
      corner &&
      /corner|角|\bto the (?:top|bottom|upper|lower) (?:left|right)\b|到.*[左右][上下]/.test(rest)
    )
      return steps({ kind: 'move', target, right, down, scale: 1, to: corner }, [named])
  } else {
    const factor = factorOf(clause)
    const usual = clause.has('shrink') || /scale down|downsize/.test(clause.text) ? 0.75 : 1.3
    const degree = clause.degree
    scale =
      factor ??
      (degree === undefined
        ? usual
        : clause.has('shrink')
          ? clamp(1 - 0.25 * degree, 0.3, 0.9)
          : 1 + 0.3 * degree)
  }
  return steps(
    { kind: 'move', target, right, down, scale: clamp(scale, 0.2, 5) },
    [named],
    named ? undefined : 0.75,
  )
}

/** The corner that a direction points to. */
function cornerOf(right: number, down: number): Place | undefined {
  if (right === 0 || down === 0) return undefined
  return `${down < 0 ? 'top' : 'bottom'} ${right < 0 ? 'left' : 'right'}` as Place
}

function wordsOutside(clause: Clause, named: { from: number; to: number } | undefined): string {
  return clause.tokens
    .filter((token, at) => {
      const inside = named !== undefined && at >= named.from && at < named.to
      // `move the dog to the left`: the place after the noun is its destination.
      return (
        !inside ||
        (!clause.cn &&
          at > named.from &&
          sense(token, 'place') !== undefined &&
          isSmall(token, 'clockwise', 'counter'))
      )
    })
    .map((each) => each.text)
    .join(' ')
}
