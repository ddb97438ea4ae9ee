import type { FilePicture } from '../image/index.ts'
import type { Convention } from './convention.ts'

/** A question to a model that sees pictures, and how its answer is read. */
export interface JudgeQuestion<Answer extends object = object> {
  /** What is asked, in a word: `sc`, `pair`, `triplet`. */
  readonly type: string
  readonly prompt: string
  /** In the order in which the model gets them. */
  readonly pictures: readonly FilePicture[]
  /** The JSON schema of the answer, for servers that hold a model to one. */
  readonly schema: object
  /** Reads what the model said; it never makes up what is not there. */
  read(text: string): Reading<Answer>
}

/** What was read from an answer. */
export type Reading<Answer extends object> = Partial<Answer> & {
  readonly reasoning?: string
  readonly problem?: Extract<JudgeProblem, 'unparsable' | 'out-of-range' | 'wrong-count'>
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

/** One call of a judge, stored whole, with what was read from the answer. */
export interface JudgeCall {
  readonly question: string
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

/** What determines a judge's answers in addition to the question. */
export interface JudgeFacts {
  /** Of a server; of a tool its version. */
  readonly address: string
  readonly model: string
  readonly convention: Convention
  /** How often an answer that cannot be read is asked for again. */
  readonly tries: number
}

/** What a question will take, roughly. */
export interface CallEstimate {
  readonly inputTokens: number
  readonly outputTokens: number
  /** USD; undefined where the judge's price is not known. */
  readonly cost: number | undefined
}

/** A model that is asked about pictures. */
export interface Judge {
  readonly name: string
  readonly facts: JudgeFacts
  /** The digest of its facts. */
  readonly identity: string
  /** Questions at a time. */
  readonly concurrency: number
  /** USD for a million tokens; undefined where it is not known. */
  readonly price: TokenPrice | undefined
  /** What a question will take by the rule for the model's tokens and the price, without asking. */
  estimate(question: QuestionSize): CallEstimate
  /**
   * Asks, with bounded retries of what could not be read.
   * @throws JudgeError `judge` where the server cannot be reached or will not serve this question: then nothing is known,
   * and it may be tried again; `judge-unusable` where every other question would fail the same way: key, account, model;
   * `cancelled`
   */
  ask<Answer extends object>(
    question: JudgeQuestion<Answer>,
    request: JudgeRequest,
  ): Promise<JudgeCall & Partial<Answer>>
}

/** Options of a question. */
export interface JudgeRequest {
  readonly repeat: number
  readonly signal: AbortSignal
  /**
   * Called with what sends a request, once its pictures are encoded: a caller that prepares more questions than the judge
   * takes at a time holds them back here. Default: it is sent at once.
   */
  readonly whenReady?: Turn | undefined
}

/** Runs something, maybe later. */
export type Turn = <T>(run: () => Promise<T>) => Promise<T>

/** USD for a million tokens. */
export interface TokenPrice {
  readonly input: number
  readonly output: number
}

/** How large a question is: its words, the sizes of its pictures in pixels, and about how many tokens the answer has. */
export interface QuestionSize {
  readonly prompt: string
  readonly pictures: readonly { readonly width: number; readonly height: number }[]
  readonly answerTokens: number
}
