import type { Picture } from '../../image/index.ts'

/** What a judge is asked: one edit by VIEScore, or which of two is better. */
export type Question =
  | {
      /** Semantic consistency: source and edited picture. */
      readonly type: 'sc'
      readonly instruction: string
      readonly source: Picture
      readonly edited: Picture
    }
  /** Perceptual quality: the edited picture alone. */
  | {
      readonly type: 'pq'
      readonly edited: Picture
      readonly sourceSize: { readonly width: number; readonly height: number }
    }
  /** Two edits of one item; asked in both orders by two questions. */
  | {
      readonly type: 'pair'
      readonly instruction: string
      readonly source: Picture
      readonly first: Picture
      readonly second: Picture
    }

/** Why a judge's answer counts as missing. */
export type JudgeProblem =
  | 'unparsable'
  | 'out-of-range'
  | 'wrong-count'
  /** A content filter refused the request: it is not repeated. */
  | 'filtered'
  /** The model itself declined. */
  | 'refused'
  | 'cut-off'

/** One call of a judge, stored whole. */
export interface JudgeCall {
  readonly question: Question['type']
  /** The judge's name in the configuration, and the convention of prompts it follows. */
  readonly judge: string
  readonly convention: string
  /** The model asked for, and what the server says it was. */
  readonly model: string
  readonly reported?: string
  readonly fingerprint?: string
  /** SHA-256 of the prompt's text and of each picture as sent, in their order. */
  readonly promptHash: string
  readonly pictureHashes: readonly string[]
  readonly seed?: number
  /** Everything else that was sent with the prompt, under the names of the API. */
  readonly parameters?: Readonly<Record<string, unknown>>
  /** 0 for the first, more with `--repeats`. */
  readonly repeat: number
  /** Every answer in the order of the tries; the last one counts. */
  readonly raw: readonly string[]
  /** VIEScore's list of scores; undefined where there is a problem. */
  readonly scores?: readonly number[]
  /** The numbers of an answer with a problem, as the official parser reads them; they count for nothing. */
  readonly read?: readonly number[]
  /** Of a pair. */
  readonly preferred?: 'first' | 'second' | 'tie'
  readonly reasoning?: string
  readonly problem?: JudgeProblem
  /** Of `filtered` and `refused`: why, in the server's words, with the names of the filters where it gives them. */
  readonly reason?: string
  readonly inputTokens?: number
  readonly outputTokens?: number
  /** In USD, by the price table. */
  readonly cost?: number
  readonly seconds: number
  /** When it was answered, ISO 8601. */
  readonly at: string
}

/** Something that judges edits. */
export interface Judge {
  readonly name: string
  /** What decides its answers beside the question: model, address, convention, prompts, parameters. */
  readonly identity: string
  readonly concurrency: number
  /** What a question will cost in USD by the price table, roughly; undefined where the judge has no price. */
  estimate?(question: Question): number
  /**
   * Asks, with bounded retries of what could not be read.
   * @throws BenchError `judge` where the server cannot be reached or will not serve this question: then nothing is known,
   * and the unit may be tried again; `judge-unusable` where every other question would fail the same way: key, account,
   * model; `cancelled`
   */
  ask(
    question: Question,
    request: { readonly repeat: number; readonly signal: AbortSignal },
  ): Promise<JudgeCall>
}
