import type { Facts } from '../../instructions/index.ts'
import { digestOf } from '../../jobs/index.ts'
import { Random } from '../../random/index.ts'
import type { Caption } from '../pairs/pair.ts'
import type { Captioner } from './captioner.ts'
import type { PairCaptioner } from './captionStage.ts'
import { detailOf } from './detail.ts'
import { inverseFacts } from './inverse.ts'
import { captionRow } from './row.ts'

/** Options of a captioner that only knows the facts. */
export interface GrammarCaptionsOptions {
  /** Number of different wordings of an instruction. */
  readonly wordings: number
  /** Whether instructions for the way back are written too, if its facts are known. */
  readonly inverse: boolean
  /** Share of the wordings with a typing error, for the key. Default: 0. */
  readonly typos?: number
}

/** A captioner of facts alone as one of pairs. */
export function grammarCaptions(
  captioner: Captioner,
  { wordings, inverse, typos = 0 }: GrammarCaptionsOptions,
): PairCaptioner {
  const { name, version } = captioner
  return {
    name,
    edition: { version },
    limits: {},
    keyOf: ({ pair }) => digestOf([version, wordings, inverse, typos, pair.facts]),
    async caption({ pair }, { seed }) {
      const rows: Caption[] = []
      const add = async (purpose: 'instruction' | 'inverse', facts: Facts): Promise<void> => {
        const random = new Random(seed, pair.id, 'captions', purpose)
        const drawn = await captioner.caption({ facts, random, count: wordings })
        for (const [wording, instruction] of drawn.entries())
          for (const language of ['en', 'cn'] as const) {
            const text = instruction[language]
            const detail = detailOf(text, facts, language)
            rows.push(
              captionRow(pair.id, {
                captioner: { name, version },
                purpose,
                round: 0,
                wording,
                language,
                text,
                detail,
                agreement: 1,
                ...(instruction.slips?.includes(language) && { trace: { typo: true } }),
              }),
            )
          }
      }
      await add('instruction', pair.facts)
      const back = inverse ? inverseFacts(pair.facts) : undefined
      if (back) await add('inverse', back)
      return rows
    },
  }
}
