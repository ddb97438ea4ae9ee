import { beyond, type ClauseReader, steps, unclear } from '../clause.ts'

export const straightening: ClauseReader = (clause) => {
  const upright =
    /upright|stand straight|竖直|立直/.test(clause.text) &&
    /tower|building|house|wall|pole|塔|楼|墙|建筑/.test(clause.text)
  if (!clause.has('straighten') && !upright) return undefined
  if (clause.ofType('hair', 'teeth')) return beyond
  if (clause.ofType('person', 'face')) return unclear
  if (clause.measure('degrees') && clause.has('rotate')) return undefined
  return steps(
    { kind: 'straighten' },
    clause.mentions.filter(({ unknown }) => !unknown),
  )
}

export const flipping: ClauseReader = (clause) => {
  if (clause.has('extend') || /right (?:side|way) up|正过来/.test(clause.text)) return undefined
  const flips =
    (clause.has('flip') && !clause.measure('degrees') && !/\b180\b/.test(clause.text)) ||
    /字是反的|字反了|text is (?:backwards|reversed|mirrored)|镜像反了/.test(clause.text) ||
    (/(?:翻转|翻)/.test(clause.text) && clause.hasSmall('horizontal', 'vertical'))
  if (!flips) return undefined
  const vertical = /vertical|upside|top to bottom|up and down|上下|垂直|竖直|纵|倒/.test(clause.text)
  if (
    clause.mentions.some(
      ({ target }) =>
        !['picture', 'subject', 'text', 'region'].includes(target.type) &&
        !/mirror|reflection/.test(target.noun ?? ''),
    )
  )
    return beyond
  return steps({ kind: 'flip', axis: vertical ? 'vertical' : 'horizontal' }, clause.mentions)
}

export const rotating: ClauseReader = (clause) => {
  const degrees = clause.measure('degrees')?.value
  const turns =
    clause.has('rotate') ||
    /^(?:45|90|180|270)(?: to the)? (?:left|right)$|\bquarter turn\b|\b(?:turn|put|stand) (?:it|this|the (?:photo|picture|image|pic)) on its head\b|\bhalf turn\b|半圈|\bturn (?:it |this |the (?:photo|picture|image) )?(?:to the )?(?:left|right)\b|\b180\b|\bturn (?:it |this )?\d+|\d+ ?(?:counter ?)?clockwise|[顺逆]时针 ?\d+|(?:clockwise|counterclockwise)(?: a| by a| one)? quarter|quarter (?:turn )?(?:counter)?clockwise|时针四分之一/.test(
      clause.text,
    ) ||
    (degrees !== undefined && clause.has('make', 'move', 'straighten', 'pose'))
  if (!turns && !(degrees !== undefined && clause.mentions.length === 0 && !clause.has('invent')))
    return undefined
  if (
    clause.mentions.some(
      ({ target, unknown }) =>
        !unknown &&
        target.noun !== 'couple' &&
        ['thing', 'person', 'face', 'hair', 'eyes', 'subject'].includes(target.type) &&
        !/picture frame/.test(target.noun ?? ''),
    )
  )
    return beyond
  const counter =
    clause.hasSmall('counter') &&
    !/^(?:clockwise|顺时针)$/.test(clause.tokens[clause.smallAt('clockwise')]?.text ?? '')
  const minus =
    /\bminus \d|负\d/.test(clause.text) ||
    clause.tokens.some(
      ({ measure, start }) =>
        measure !== undefined && /[-−–]\s?$/.test(clause.normalised.shown.slice(0, start)),
    )
  const sign = minus
    ? -1
    : counter && !/(?<!counter |anti |counter|anti)clockwise|顺时针/.test(clause.text)
      ? -1
      : 1
  const leftward = /\bleft\b|向左|往左|左转|左旋|逆时针|counter|anti ?clock|ccw/.test(clause.text)
  const vague = /\b(?:a )?couple(?: of)? degrees?\b/.test(clause.text)
    ? 2
    : /\b(?:a )?few degrees?\b|几度/.test(clause.text)
      ? 3
      : /\b(?:a|one) degree\b/.test(clause.text)
        ? 1
        : undefined
  if (degrees === undefined && vague !== undefined)
    return steps({ kind: 'rotate', degrees: leftward ? -vague : vague })
  if (degrees !== undefined)
    return steps({
      kind: 'rotate',
      degrees: (leftward && !/(?<!counter )(?<!anti )\bclockwise/.test(clause.text) ? -1 : sign) * degrees,
    })
  const number = clause.measure('number')?.value
  if (number !== undefined && number > 0 && number <= 360)
    return steps({ kind: 'rotate', degrees: (leftward ? -1 : 1) * number })
  if (
    clause.hasSmall('half') ||
    /upside down|180|倒过来|颠倒|倒转|on its head|around|正过来|right way up|right side up|翻过来|掉头|倒着|倒了/.test(
      clause.text,
    )
  )
    return steps({ kind: 'rotate', degrees: 180 })
  if (
    /quarter|四分之一/.test(clause.text) ||
    /转90/.test(clause.text) ||
    clause.measure('fraction')?.value === 0.25
  )
    return steps({ kind: 'rotate', degrees: leftward ? -90 : 90 })
  if (clause.degree !== undefined && clause.degree < 1)
    return steps({ kind: 'rotate', degrees: leftward ? -3 : 3 }, [], 0.75)
  return steps({ kind: 'rotate', degrees: leftward ? -90 : 90 }, [], 0.8)
}
