import { z } from 'zod'
import { embeddedPlanner, type Step } from '../../edit/index.ts'
import type { Tool } from '../../tools/index.ts'
import { jsonIn } from './rewrite.ts'

/** The intent of a request. */
export interface Intent {
  /** Equal for wishes of the same intent, such as `erase car`. */
  readonly name: string
  /** Content words, for wishes that no plan was read out of. */
  readonly words: ReadonlySet<string>
  readonly isRead: boolean
}

const planner = embeddedPlanner()

/** Reads a wish by the grammar of the darkroom; where it has no plan for it, by its words. */
export async function intentOf(instruction: string): Promise<Intent> {
  const words = contentWords(instruction)
  const reading = await planner.read(instruction, {})
  const isRead = reading.type === 'plan' && reading.plan.steps.length > 0
  const name = isRead ? reading.plan.steps.map(stepName).join(' + ') : [...words].sort().join(' ')
  return { name, words, isRead }
}

/** A step without strength and place: what is done, and to what. */
function stepName(step: Step): string {
  const target = 'target' in step ? step.target : undefined
  const thing = target ? (target.noun ?? target.type) : ''
  const how =
    'colour' in step && step.colour
      ? step.colour.name
      : 'material' in step
        ? step.material
        : 'look' in step
          ? step.look
          : 'style' in step
            ? step.style
            : 'retouch' in step
              ? step.retouch
              : 'property' in step
                ? `${step.property} ${step.amount < 0 ? 'down' : 'up'}`
                : 'to' in step && typeof step.to === 'object'
                  ? step.to.type
                  : ''
  return [step.kind, thing, how].filter((part) => part !== '').join(' ')
}

const emptyWords = new Set(
  'a an the this that these those my our his her their your its it i me we you is are was be to of in on at for with from by into onto as so and or but please can could would will shall may might just only very really some any one ones there here make makes made do does get let want like need photo picture image pic someone somebody anyone'.split(
    ' ',
  ),
)

/** Content words of a request: in English without plural endings, in Chinese pairs of characters. */
function contentWords(text: string): ReadonlySet<string> {
  const words = new Set<string>()
  for (const [word] of text.toLowerCase().matchAll(/[a-z0-9']+/g)) {
    const bare = word.replace(/'s?$/, '')
    if (bare === '' || emptyWords.has(bare)) continue
    words.add(bare.length > 3 ? bare.replace(/(?<=[^s])s$/, '') : bare)
  }
  for (const [run] of text.matchAll(/\p{Script=Han}+/gu)) {
    const signs = [...run].filter((sign) => !'请把将的了一下在里吧我你他她它们这那个张图片照'.includes(sign))
    for (let i = 0; i + 1 < signs.length; i++) words.add(signs[i]! + signs[i + 1]!)
    if (signs.length === 1) words.add(signs[0]!)
  }
  return words
}

/** The least share of common words of two requests with the same intent. */
const sameWords = 0.6

/** Groups wishes of the same intent and kind; each group is the places of its wishes, in order. */
export function groupIntents(
  wishes: readonly { readonly intent: Intent; readonly kind: string }[],
): readonly (readonly number[])[] {
  const groups: number[][] = []
  const named = new Map<string, number[]>()
  for (const [i, { intent, kind }] of wishes.entries()) {
    const key = `${kind}\n${intent.isRead}\n${intent.name}`
    const same =
      named.get(key) ??
      (intent.isRead
        ? undefined
        : groups.find((group) => {
            const first = wishes[group[0]!]!
            return (
              first.kind === kind &&
              !first.intent.isRead &&
              overlap(first.intent.words, intent.words) >= sameWords
            )
          }))
    if (same) same.push(i)
    else groups.push([i])
    named.set(key, same ?? groups.at(-1)!)
  }
  return groups
}

function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let both = 0
  for (const word of a) if (b.has(word)) both++
  return both === 0 ? 0 : both / (a.size + b.size - both)
}

/** Wishes that a model is asked about at once. */
const batch = 100
const answer = z.object({ groups: z.array(z.array(z.int().min(1))) })

/**
 * Groups wishes by asking a language model, within each kind, up to a hundred at once. What it leaves out or names twice
 * stands alone.
 */
export async function askIntents(
  vision: Tool<'vision'>,
  wishes: readonly { readonly text: string; readonly kind: string }[],
): Promise<readonly (readonly number[])[]> {
  const groups: number[][] = []
  for (const kind of new Set(wishes.map((wish) => wish.kind))) {
    const places = wishes.flatMap((wish, i) => (wish.kind === kind ? [i] : []))
    for (let start = 0; start < places.length; start += batch) {
      const part = places.slice(start, start + batch)
      const reply = await vision.ask({
        system:
          'You sort wishes about photographs. Two wishes have the same intent if the same kind of edit to the same kind of thing fulfils both, whatever the words.',
        parts: [
          part.map((place, i) => `${i + 1}. ${wishes[place]!.text}`).join('\n'),
          'Answer with JSON: { "groups": [[numbers of the wishes of one intent], …] }. Every number once.',
        ],
        maxTokens: 2000,
        temperature: 0,
        jsonSchema: {
          type: 'object',
          properties: { groups: { type: 'array', items: { type: 'array', items: { type: 'integer' } } } },
          required: ['groups'],
          additionalProperties: false,
        },
      })
      const parsed = answer.safeParse(jsonIn(reply))
      const taken = new Set<number>()
      for (const group of parsed.success ? parsed.data.groups : []) {
        const fresh = group.filter((number) => number <= part.length && !taken.has(number))
        for (const number of fresh) taken.add(number)
        if (fresh.length > 0) groups.push(fresh.map((number) => part[number - 1]!).sort((a, b) => a - b))
      }
      for (const [i, place] of part.entries()) if (!taken.has(i + 1)) groups.push([place])
    }
  }
  return groups.sort((a, b) => a[0]! - b[0]!)
}
