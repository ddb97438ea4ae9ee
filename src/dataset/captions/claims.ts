import { z } from 'zod'
import { contentWords, isVague, mentionsOf, oppositeSide, overlap, sameThing } from './mentions.ts'

/** A claim about a pair. */
export interface Claim {
  /** The picture that it is about; a change is about both. */
  readonly picture: 'source' | 'target' | 'difference'
  readonly type: 'object' | 'attribute' | 'place' | 'relation' | 'change'
  /** An English noun. */
  readonly thing: string
  /** The statement about it in English; empty for the claim that the object exists. */
  readonly says: string
}

/** The schema of a model's answer. */
export const claimSchema: z.ZodType<Claim> = z.strictObject({
  picture: z
    .enum(['source', 'target', 'difference'])
    .describe('source: the first picture, target: the second, difference: what changed between them'),
  type: z
    .enum(['object', 'attribute', 'place', 'relation', 'change'])
    .describe('of a difference: change; otherwise object, attribute, place or relation'),
  thing: z.string().describe('the thing, an English noun in the singular'),
  says: z
    .string()
    .describe(
      'what is said of it, in English: its colour, material or number (attribute), where it is (place), how it stands to another thing (relation), what became of it (change); empty for an object',
    ),
})

/** Subjects of a change that are no things. */
const whole = /^(?:the )?(?:whole |entire )?(?:picture|photo|image|scene|background)$/i

/** Whether it is too vague to say anything. */
export function isVagueClaim({ type, thing, says }: Claim): boolean {
  return isVague(thing) && !(type === 'change' && whole.test(thing.trim()) && !isVague(says))
}

/** Whether two claims say the same. */
export function sameClaim(a: Claim, b: Claim): boolean {
  if (a.picture !== b.picture || a.type !== b.type || !sameThing(a.thing, b.thing)) return false
  if (a.type === 'object') return true
  const [first, second] = [mentionsOf(`the ${a.says}`, 'en'), mentionsOf(`the ${b.says}`, 'en')]
  if (first.colours.length > 0 && second.colours.length > 0)
    return first.colours.some((each) => second.colours.includes(each))
  if (a.type === 'place' && first.sides.length > 0 && second.sides.length > 0)
    return first.sides.some((each) => second.sides.includes(each)) && !oppositeSide(first.sides, second.sides)
  const keys = new Set(first.things.flatMap((thing) => thing.keys))
  if (keys.size > 0 && second.things.length > 0)
    return second.things.some((thing) => thing.keys.some((key) => keys.has(key)))
  return overlap(contentWords(a.says), contentWords(b.says)) >= 0.5
}

/** Whether two claims exclude each other: different colours, opposite sides. */
export function contradicts(a: Claim, b: Claim): boolean {
  if (a.picture !== b.picture || a.type !== b.type || !sameThing(a.thing, b.thing)) return false
  const [first, second] = [mentionsOf(a.says, 'en'), mentionsOf(b.says, 'en')]
  if (a.type === 'place') return oppositeSide(first.sides, second.sides) !== undefined
  if (a.type !== 'attribute' && a.type !== 'change') return false
  const colourOnly = (says: string): boolean => contentWords(says).size <= 2
  return (
    first.colours.length > 0 &&
    second.colours.length > 0 &&
    colourOnly(a.says) &&
    colourOnly(b.says) &&
    !first.colours.some((each) => second.colours.includes(each))
  )
}

const which = { source: 'the first picture', target: 'the second picture', difference: '' } as const

/** The claim as a sentence, in one of several wordings, so that nobody can confirm it by its letters. */
export function sentenceOf({ picture, type, thing, says }: Claim, wording = 0): string {
  const where = which[picture]
  const forms: Readonly<Record<Claim['type'], readonly string[]>> = {
    object: [
      `In ${where} there is: ${thing}.`,
      `${thing} can be seen in ${where}.`,
      `${where} shows ${thing}.`,
    ],
    attribute: [`In ${where}, ${thing}: ${says}.`, `${thing} in ${where} is ${says}.`],
    place: [`In ${where}, ${thing} is ${says}.`, `${thing} stands ${says} of ${where}.`],
    relation: [`In ${where}, ${thing} ${says}.`, `${thing} ${says}, in ${where}.`],
    change: [`Change: ${thing} ${says}.`, `From the first to the second picture, ${thing} ${says}.`],
  }
  const list = forms[type]
  const text = list[wording % list.length] as string
  return text.charAt(0).toUpperCase() + text.slice(1)
}
