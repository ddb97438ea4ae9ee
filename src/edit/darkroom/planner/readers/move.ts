import { type Clause, type ClauseReader, clamp, steps } from '../clause.ts'
import { isSmall, sense } from '../mentions.ts'
import { factorOf } from './measures.ts'

/** `lift the balloon a bit higher` */
const lifted = /\b(?:higher|lower|nudge|push|bring forward|forward)\b|高一点|低一点|高点|低点/

export const moving: ClauseReader = (clause) => {
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
  const target = named?.target ?? clause.antecedent ?? topical
  if (!target) return undefined
  const retouched = clause.mentions.some(
    ({ target: { type, noun } }) =>
      ['eyes', 'lips', 'face', 'hair', 'teeth', 'skin'].includes(type) && noun !== 'face',
  )
  const scales =
    (clause.has('enlarge', 'shrink') ||
      (clause.has('resize') &&
        (factorOf(clause) !== undefined || /scale (?:up|down)|upsize|downsize/.test(clause.text)))) &&
    !retouched
  const lifts =
    lifted.test(clause.text) &&
    clause.has('increase', 'decrease', 'make') &&
    clause.property().length === 0 &&
    named !== undefined &&
    named.target.type !== 'text'
  const moves = clause.has('move') || lifts
  if (!moves && !scales) return undefined
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
    if (/\b(?:up|upper|upwards?|top|higher|lift|raise)\b|向上|往上|上方|上移|上面|高/.test(rest)) down = -size
    if (/\b(?:down|lower|downwards?|bottom)\b|向下|往下|下方|下移|下面|低/.test(rest)) down = size
    if (/clos|near|近|toward the camera|forward|往前|向前/.test(rest)) scale = 1.3
    if (/(?:further|farther) (?:away|back)|\baway\b|远|\bback\b|往后|向后/.test(rest)) scale = 0.75
    if (/center|middle|中间|中央|居中|centre/.test(rest))
      return steps({ kind: 'move', target, right: 0, down: 0, scale: 1 }, [named], 0.4)
    // `walk down, toward the camera`: nearer is lower and larger.
    if (scale !== 1) down = 0
    if (right === 0 && down === 0 && scale === 1) return undefined
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

function wordsOutside(clause: Clause, named: { from: number; to: number } | undefined): string {
  return clause.tokens
    .filter((token, at) => {
      const inside = named !== undefined && at >= named.from && at < named.to
      // `move the dog to the left`: the place after the noun is where it goes.
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
