import type { Place, PlanColour, StepByKind, Target } from '../../plan.ts'
import type { Clause } from '../clause.ts'
import { sense } from '../senses.ts'

export const textTarget = (clause: Clause, text: string): Target => ({
  type: 'text',
  phrase: text === '' ? (clause.cn ? '文字' : 'the text') : `"${text}"`,
  ...(text !== '' && { text }),
})

/** Place, colour and size of new lettering. */
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
