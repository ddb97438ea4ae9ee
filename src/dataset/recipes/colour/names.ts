import type { ColourName } from '../../../operations/index.ts'

/** Pairs of colours that people confuse. */
const neighbours: readonly (readonly [ColourName, ColourName])[] = [
  ['brown', 'orange'],
  ['beige', 'yellow'],
  ['red', 'pink'],
  ['red', 'orange'],
  ['orange', 'yellow'],
  ['blue', 'cyan'],
  ['green', 'cyan'],
  ['purple', 'pink'],
  ['blue', 'purple'],
]

/** Whether people may give two colours the same name. */
export const areNear = (one: ColourName, other: ColourName): boolean =>
  neighbours.some((pair) => pair.includes(one) && pair.includes(other) && one !== other)
