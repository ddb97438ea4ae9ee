import type { Verdict } from './answers.ts'

/** The assessment of one result. */
export interface Judgement extends Verdict {
  /** Success and restraint, 0 to 10 each. */
  readonly edit: readonly number[]
  /** Naturalness and freedom from artefacts, 0 to 10 each. */
  readonly look: readonly number[]
  /** The model's own words, where they could be understood. */
  readonly said?: string | undefined
}

/** One try: its input, instruction and result. */
export interface Round<Picture> {
  /** The picture that was edited: 0 is the user's, N the result of try N. */
  readonly edited: number
  readonly prompt: string
  readonly result: Picture
  readonly judgement: Judgement
  /** The score by which results are compared: min(edit) · min(look), or the number of the try. */
  readonly worth: number
}

/** Functions that make and judge tries. */
export interface Reflection<Picture> {
  readonly picture: Picture
  readonly prompt: string
  /** The most tries. */
  readonly tries: number
  /** Takes the result with the best scores; else the last one. Default: true. */
  readonly isScored?: boolean | undefined
  /** @param number of the try, from 1 */
  edit(picture: Picture, prompt: string, number: number): Promise<Picture>
  /** Judges a result by the user's picture and the first prompt, whatever the try was. */
  judge(source: Picture, result: Picture, prompt: string): Promise<Judgement>
  /** After each try. */
  onRound?(round: Round<Picture>, number: number): void | Promise<void>
}

/**
 * Edits until the language model is content or the tries are used up. What it would mend, it mends in the result; what
 * failed begins again from the user's picture. @returns all rounds, and the number of the best one from 1: of equal ones
 * the later. Source: the loop of Step1X-Edit v1.2's pipeline, see texts.ts.
 */
export async function reflect<Picture>(
  reflection: Reflection<Picture>,
): Promise<{ readonly rounds: readonly Round<Picture>[]; readonly best: number }> {
  const { picture, prompt: first, tries, isScored = true } = reflection
  const rounds: Round<Picture>[] = []
  let next = { edited: 0, from: picture, prompt: first }
  for (let number = 1; number <= tries; number++) {
    const { edited, from, prompt } = next
    const result = await reflection.edit(from, prompt, number)
    const judgement = await reflection.judge(picture, result, first)
    const round = { edited, prompt, result, judgement, worth: isScored ? worthOf(judgement) : number }
    rounds.push(round)
    await reflection.onRound?.(round, number)
    if (judgement.isSuccess) break
    next =
      judgement.refined === undefined
        ? { edited: 0, from: picture, prompt: first }
        : { edited: number, from: result, prompt: judgement.refined }
  }
  const best = rounds.reduce((at, { worth }, i) => (worth >= rounds[at]!.worth ? i : at), 0)
  return { rounds, best: best + 1 }
}

const worthOf = ({ edit, look }: Judgement): number => Math.min(...edit) * Math.min(...look)
