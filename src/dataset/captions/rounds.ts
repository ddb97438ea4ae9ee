import { z } from 'zod'
import type { Facts } from '../../instructions/index.ts'
import { Random } from '../../random/index.ts'
import type { VisionTurn } from '../../tools/index.ts'
import type { Asker, Failure } from './ask.ts'
import { type Belief, believed, type RoundClaims, specific, weigh } from './beliefs.ts'
import { type Claim, claimSchema, sameClaim, sentenceOf } from './claims.ts'
import { certainlyFalse, decoyOf } from './decoy.ts'

/** The record of one round of annotation. */
export interface Round extends RoundClaims {
  /** Statements as they were shown, in their order; the decoy, which is false, among them. */
  readonly shown: readonly string[]
  readonly decoy?: string
  /** The beliefs after it. */
  readonly beliefs: readonly Belief[]
  /** Why it has no result. */
  readonly failure?: Failure
}

const answer = z.strictObject({
  claims: z.array(claimSchema),
  earlier: z
    .array(z.strictObject({ number: z.number(), verdict: z.enum(['right', 'wrong', 'unsure']) }))
    .describe('a verdict on each numbered statement; empty where there are none'),
})

const system =
  'You annotate pairs of pictures for a data set: the first picture is the source, the second what an edit made of it. ' +
  'You only say what you see. You name things precisely: never "something", "an object" or "the background" alone.'

const tasks = [
  'List what is in the first picture, what is in the second, and what changed between them, as claims.',
  'Describe both pictures and their difference in single claims: things, their attributes, their places, how they stand to each other, and each change.',
  'What does each picture show, and what was edited? Give it as separate claims, each of one thing.',
  'Compare the two pictures closely. Write down every thing you are sure of in either, with colour, material and place, and everything that is not the same.',
]

const again = [
  'Look at both pictures again. Somebody mixed these statements, and some of them are false:',
  'Not all of these statements are true of the pictures. Check each against what you see:',
  'Here are statements by several people; at least one is wrong. Judge each by the pictures alone:',
]

/** What of both pictures the model gets to see, and in which order. */
export interface Seen {
  readonly parts: VisionTurn['parts']
}

/**
 * Has both pictures and their difference annotated in rounds, each given what was believed after the one before, in other
 * words and another order, with one statement among it that is certainly false: who confirms that only repeats. Ends
 * when two rounds leave the same beliefs, or after `most`.
 */
export async function annotateInRounds(
  asker: Asker,
  { parts }: Seen,
  facts: Facts,
  { most, words }: { readonly most: number; readonly words: readonly (string | number)[] },
): Promise<Round[]> {
  const rounds: Round[] = []
  const isFalse = (claim: Claim): boolean => certainlyFalse(claim, facts)
  for (let number = 0; number < most; number++) {
    const random = new Random(...words, 'round', number)
    const before = rounds.findLast(({ failure }) => failure === undefined)
    const earlier = before ? random.shuffled(before.beliefs.map(({ claim }) => claim)).slice(0, 24) : []
    const decoy = earlier.length > 0 ? decoyOf(facts, random) : undefined
    const shown = random.shuffled(decoy ? [...earlier, decoy] : earlier)
    const sentences = shown.map((claim) => sentenceOf(claim, random.below(3)))
    const told = random.shuffled(earlier).map((claim) => sentenceOf(claim, random.below(3)))
    const task = random.pick(tasks)
    const question = before
      ? {
          before: [
            { role: 'user' as const, parts: [...parts, task] },
            { role: 'assistant' as const, parts: [told.join(' ')] },
          ],
          parts: [
            `${random.pick(again)}\n${sentences.map((each, i) => `${i + 1}. ${each}`).join('\n')}\n` +
              `Then annotate the pictures anew, from the pictures and not from these statements. ${random.pick(tasks)}`,
          ],
        }
      : { parts: [...parts, task] }
    const asked = await asker.json(`round ${number}`, { system, ...question }, answer)
    if ('failure' in asked) {
      const beliefs = before?.beliefs ?? []
      rounds.push({
        claims: [],
        verdicts: [],
        echo: false,
        shown: sentences,
        beliefs,
        failure: asked.failure,
      })
      if (asked.failure === 'refused') break
      continue
    }
    const verdicts = asked.value.earlier.flatMap(({ number: at, verdict }) => {
      const claim = shown[at - 1]
      return claim ? [{ claim, verdict }] : []
    })
    const echo =
      decoy !== undefined && verdicts.some(({ claim, verdict }) => claim === decoy && verdict === 'right')
    const round: RoundClaims = {
      claims: asked.value.claims.map(trimmed),
      verdicts: verdicts.filter(({ claim }) => claim !== decoy),
      echo,
    }
    const beliefs = weigh([...rounds.filter(({ failure }) => !failure), round], isFalse)
    rounds.push({
      ...round,
      shown: sentences,
      ...(decoy && { decoy: sentences[shown.indexOf(decoy)] as string }),
      beliefs,
    })
    if (before && !echo && specific(round) >= 0.5 && agree(before.beliefs, beliefs)) break
  }
  return rounds
}

const trimmed = ({ picture, type, thing, says }: Claim): Claim => ({
  picture,
  type: picture === 'difference' ? 'change' : type,
  thing: thing.trim().slice(0, 200),
  says: says.trim().slice(0, 400),
})

/** Whether the same is believed after both. */
function agree(first: readonly Belief[], second: readonly Belief[]): boolean {
  const [a, b] = [believed(first), believed(second)]
  return a.length === b.length && a.length > 0 && a.every((claim) => b.some((each) => sameClaim(each, claim)))
}
