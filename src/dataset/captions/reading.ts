import { z } from 'zod'
import type { Facts } from '../../instructions/index.ts'
import type { Random } from '../../random/index.ts'
import type { Asker } from './ask.ts'
import { isVague, mentionsOf, oppositeSide, sameThing } from './mentions.ts'

const asked = [
  'add',
  'remove',
  'replace',
  'recolor',
  'material',
  'background',
  'style',
  'tone',
  'text',
  'motion',
  'retouch',
  'nothing',
] as const

/** The meaning of a sentence, as read without the pictures. */
export interface Reading {
  readonly number: number
  readonly asks: (typeof asked)[number]
  readonly thing: string
  readonly result: string
  readonly place: string
}

const reading: z.ZodType<Reading> = z.strictObject({
  number: z.number(),
  asks: z.enum(asked).describe('what the sentence asks an editor to do; nothing where it asks for nothing'),
  thing: z.string().describe('what it is done to, an English noun; empty where it is the whole picture'),
  result: z
    .string()
    .describe('what comes of it, in English: the new thing, colour, style, words; empty where none is said'),
  place: z.string().describe('where, in English; empty where it is not said'),
})

const schema = z.strictObject({ readings: z.array(reading) })

const system =
  'You read instructions for a photo editor in English and Chinese and say what each asks for, in English, from its words alone.'

/** Has sentences of both languages read in one mixed list; undefined for those that were not. */
export async function readBack(
  asker: Asker,
  step: string,
  sentences: readonly string[],
  random: Random,
): Promise<readonly (Reading | undefined)[]> {
  const order = random.shuffled(sentences.map((_, i) => i))
  const list = order.map((at, i) => `${i + 1}. ${sentences[at]}`).join('\n')
  const told = await asker.json(
    step,
    { system, parts: [`What does each of these ask for?\n${list}`] },
    schema,
  )
  if ('failure' in told) return sentences.map(() => undefined)
  const { readings } = told.value
  return sentences.map((_, at) => readings.find(({ number }) => order[number - 1] === at))
}

/** What readers may take an edit of a kind for. */
const meant: { readonly [K in Facts['kind']]: readonly Reading['asks'][] } = {
  background_change: ['background', 'replace'],
  color_alter: ['recolor', 'replace'],
  material_alter: ['material', 'replace'],
  motion_change: ['motion'],
  ps_human: ['retouch', 'recolor', 'remove', 'add', 'tone'],
  style_change: ['style', 'tone', 'replace'],
  'subject-add': ['add'],
  'subject-remove': ['remove'],
  'subject-replace': ['replace'],
  text_change: ['text', 'replace', 'remove', 'add'],
  tone_transfer: ['tone', 'style', 'add', 'remove', 'retouch', 'recolor', 'background'],
}

/** Whether a sentence asks for the edit, by how it was understood. */
export const asksFor = ({ asks }: Reading, { kind }: Facts): boolean => meant[kind].includes(asks)

/** 0 to 1: how far two sentences say the same, by how they were understood; below a half they do not. */
export function agreement(a: Reading, b: Reading, facts: Facts): number {
  if (asksFor(a, facts) !== asksFor(b, facts) || a.asks === 'nothing' || b.asks === 'nothing') return 0
  if (isVague(a.thing) !== isVague(b.thing) && facts.kind.startsWith('subject')) return 0.25
  if (!isVague(a.thing) && !isVague(b.thing) && !sameThing(a.thing, b.thing)) return 0.25
  const [first, second] = [mentionsOf(a.result, 'en'), mentionsOf(b.result, 'en')]
  const colours = first.colours.length > 0 && second.colours.length > 0
  if (colours && !first.colours.some((each) => second.colours.includes(each))) return 0.25
  const [here, there] = [mentionsOf(a.place, 'en').sides, mentionsOf(b.place, 'en').sides]
  if (here.length > 0 && there.length > 0 && oppositeSide(here, there)) return 0.25
  const samePlace = here.length > 0 === there.length > 0
  return (a.asks === b.asks ? 0.5 : 0.4) + 0.3 + (samePlace ? 0.2 : 0)
}
