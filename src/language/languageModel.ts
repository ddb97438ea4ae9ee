import { type TensorValue, tensorValue } from '../graph/index.ts'
import type { Picture } from '../image/index.ts'
import { type Qwen25VLConfig, type QwenTextConfig, textPositions } from '../models/index.ts'
import { freeAll, type Plan, Queue, type Runtime } from '../onnx/index.ts'
import { KeyValueCache } from './cache.ts'
import { chatPrompt, type Message } from './chat.ts'
import type { Decoding, OnRead, Sequence } from './decoding.ts'
import { LanguageError } from './error.ts'
import { Chooser, type Sampling } from './sampling.ts'
import type { PixelBounds, SeenPicture, Sight } from './sight.ts'
import { TextStream } from './textStream.ts'
import type { Tokenizer } from './tokenizer.ts'

/** How an answer is written. What is left out, the model's own generation_config.json says. */
export interface AnswerOptions extends Sampling {
  /** Default: 1024. */
  readonly maxTokens?: number | undefined
  /** Texts at which the answer ends; they are no part of it. */
  readonly stop?: readonly string[] | undefined
  /** Bounds of the pictures that the model sees. Default: those of the model's own processor. */
  readonly minPixels?: number | undefined
  readonly maxPixels?: number | undefined
  /** Puts "Picture 1: " and so on before the pictures. Default: false. */
  readonly numbered?: boolean | undefined
}

/** How a call is followed and stopped. */
export interface AnswerHooks {
  readonly signal?: AbortSignal | undefined
  /** Called while the question is read. */
  readonly onRead?: OnRead | undefined
}

/** What the model wrote. */
export interface Answer {
  readonly text: string
  /** With the one that ended it. */
  readonly tokens: readonly number[]
  /** `stop`: the model or a stop text ended it; `length`: `maxTokens`, or the model's longest text. */
  readonly ending: 'stop' | 'length'
  readonly promptTokens: number
}

/** What to go on with: a conversation, or plain text that the model continues. */
export type Question = readonly Message[] | string

/** What a model is and how it runs. */
export interface LanguageFacts {
  readonly name: string
  readonly precision: 'fp32' | 'int8' | 'int4'
  readonly plan: Plan
  readonly seesPictures: boolean
  /** The most tokens of question and answer together. */
  readonly context: number
}

/** The parts of an opened model. */
export interface LanguageParts {
  readonly facts: LanguageFacts
  readonly config: QwenTextConfig | Qwen25VLConfig
  readonly tokenizer: Tokenizer
  readonly decoding: Decoding
  readonly sight: Sight | undefined
  readonly runtime: Runtime
  readonly bounds: PixelBounds
  /** Tokens that end an answer. */
  readonly endTokens: readonly number[]
  readonly defaults: Sampling
  close(): Promise<void>
}

/** A text with what is needed to go on with it. */
interface Prompt {
  readonly sequence: Sequence
  /** What each token is: its id, or which token of which picture. */
  readonly keys: readonly (number | string)[]
  readonly options: AnswerOptions
}

/**
 * A language model that answers, one call at a time; calls that come meanwhile wait. Equal questions with equal options
 * get equal answers on one machine, whatever was asked before.
 */
export class LanguageModel {
  readonly facts: LanguageFacts
  readonly #parts: LanguageParts
  readonly #queue = new Queue()
  /** The beginning of the last question, in whole chunks: the next one may share it. */
  #read: { readonly keys: Prompt['keys']; readonly cache: KeyValueCache } | undefined
  #closing: Promise<void> | undefined

  constructor(parts: LanguageParts) {
    this.#parts = parts
    this.facts = parts.facts
  }

  /**
   * Answers piece by piece, each piece text with whole characters. Whoever stops listening stops the work.
   * @throws LanguageError
   */
  async *stream(
    question: Question,
    options: AnswerOptions = {},
    hooks: AnswerHooks = {},
  ): AsyncGenerator<string, Answer> {
    const release = await this.#turn(hooks.signal)
    try {
      const prompt = await this.#prompt(question, options, hooks)
      const writing = new Writing(prompt, this.#parts)
      for await (const piece of this.#write([writing], hooks)) if (piece.text !== '') yield piece.text
      return writing.answer()
    } finally {
      release()
    }
  }

  /** @throws LanguageError */
  async answer(question: Question, options: AnswerOptions = {}, hooks: AnswerHooks = {}): Promise<Answer> {
    const [answer] = await this.answerAll([{ question, options }], hooks)
    return answer!
  }

  /** Answers several questions together, which share each reading of the weights. @throws LanguageError */
  async answerAll(
    questions: readonly { readonly question: Question; readonly options?: AnswerOptions | undefined }[],
    hooks: AnswerHooks = {},
  ): Promise<Answer[]> {
    if (questions.length === 0) return []
    const release = await this.#turn(hooks.signal)
    try {
      const prompts: Prompt[] = []
      for (const { question, options = {} } of questions)
        prompts.push(await this.#prompt(question, options, hooks))
      const writings = prompts.map((prompt) => new Writing(prompt, this.#parts))
      for await (const _ of this.#write(writings, hooks));
      return writings.map((writing) => writing.answer())
    } finally {
      release()
    }
  }

  /** Frees what is loaded, after the call under way; the next one loads it again. */
  release(): Promise<void> {
    return this.#queue.run(() => this.#free())
  }

  /** Frees everything; calls that wait are refused. */
  close(): Promise<void> {
    this.#closing ??= (async () => {
      this.#queue.refuseWaiting(closed())
      await this.#queue.run(() => freeAll([() => this.#free(), () => this.#parts.close()]))
    })()
    return this.#closing
  }

  async #free(): Promise<void> {
    this.#read = undefined
    const { sight, decoding } = this.#parts
    await freeAll([() => decoding.release(), ...(sight ? [() => sight.release()] : [])])
  }

  /** Waits until no other call is at work. @returns what lets the next one begin */
  async #turn(signal: AbortSignal | undefined): Promise<() => void> {
    if (this.#closing) throw closed()
    return new Promise((resolve, reject) => {
      const task = () => new Promise<void>((done) => resolve(done))
      this.#queue.run(task, signal).catch((error: unknown) => reject(cancelledBy(signal, error)))
    })
  }

  async #prompt(question: Question, options: AnswerOptions, { signal }: AnswerHooks): Promise<Prompt> {
    const { tokenizer, config, facts } = this.#parts
    const { ids, pictures } =
      typeof question === 'string'
        ? { ids: tokenizer.encode(question), pictures: [] }
        : chatPrompt(tokenizer, question, options)
    if (ids.length === 0)
      throw new LanguageError('input', 'text to continue: expected at least one token, got none')
    const seen = await this.#see(pictures, options, signal)
    const { sequence, keys } =
      seen.length > 0 ? withPictures(ids, seen, config as Qwen25VLConfig) : plain(ids)
    if (sequence.ids.length >= facts.context)
      throw new LanguageError(
        'input',
        `question: expected fewer than ${facts.context} tokens, got ${sequence.ids.length}; shorten it or lower maxPixels`,
      )
    return { sequence, keys, options: { ...this.#parts.defaults, ...defined(options) } }
  }

  async #see(
    pictures: readonly Picture[],
    { minPixels, maxPixels }: AnswerOptions,
    signal: AbortSignal | undefined,
  ): Promise<SeenPicture[]> {
    const { sight, bounds, facts } = this.#parts
    if (pictures.length > 0 && !sight)
      throw new LanguageError('input', `${facts.name}: reads text only, expected no pictures; use Qwen2.5-VL`)
    const most = maxPixels ?? bounds.maxPixels
    const within = { minPixels: Math.min(minPixels ?? bounds.minPixels, most), maxPixels: most }
    const seen: SeenPicture[] = []
    for (const picture of pictures) {
      signal?.throwIfAborted()
      seen.push(await sight!.see(picture, within, { signal }))
    }
    return seen
  }

  /** Writes all answers to their ends, and gives each piece of text with the number of its answer. */
  async *#write(
    writings: readonly Writing[],
    { signal, onRead }: AnswerHooks,
  ): AsyncGenerator<{ readonly index: number; readonly text: string }> {
    const { decoding, config } = this.#parts
    try {
      const texts = writings.map(({ prompt }) => ({
        sequence: prompt.sequence,
        cache: this.#beginningFor(prompt) ?? new KeyValueCache(config),
      }))
      const first = await decoding.read(texts, { signal, onRead })
      if (texts.length === 1) this.#keep(writings[0]!.prompt, texts[0]!.cache)
      let rows = writings.map((_, index) => index)
      let cache = KeyValueCache.joined(
        config,
        texts.map((text) => text.cache),
      )
      let scores = first
      for (;;) {
        for (const [row, index] of rows.entries()) yield { index, text: writings[index]!.take(scores[row]!) }
        const left = [...rows.entries()].filter(([, index]) => !writings[index]!.isDone)
        if (left.length === 0) return
        if (left.length < rows.length) cache = cache.keepRows(left.map(([row]) => row))
        rows = left.map(([, index]) => index)
        const going = rows.map((index) => writings[index]!)
        signal?.throwIfAborted()
        scores = await decoding.step(
          cache,
          going.map((writing) => writing.lastToken),
          going.map((writing) => writing.nextPosition),
          signal,
        )
      }
    } catch (error) {
      throw cancelledBy(signal, error)
    }
  }

  /** What was read before of the beginning of a text, in whole chunks, so that its numbers are those of reading it anew. */
  #beginningFor({ keys }: Prompt): KeyValueCache | undefined {
    const { chunk } = this.#parts.decoding
    const known = this.#read
    if (!known) return undefined
    const same = known.keys.findIndex((key, i) => key !== keys[i])
    const shared = Math.min(same < 0 ? known.keys.length : same, keys.length - 1)
    const whole = Math.floor(shared / chunk) * chunk
    return whole === 0 ? undefined : known.cache.beginning(whole)
  }

  #keep({ keys }: Prompt, cache: KeyValueCache): void {
    const { chunk } = this.#parts.decoding
    const whole = Math.floor(keys.length / chunk) * chunk
    this.#read = whole === 0 ? undefined : { keys: keys.slice(0, whole), cache: cache.beginning(whole) }
  }
}

/** An answer that is being written. */
class Writing {
  readonly prompt: Prompt
  readonly #parts: LanguageParts
  readonly #chooser: Chooser
  readonly #stream: TextStream
  readonly #tokens: number[] = []
  readonly #most: number
  readonly #nextPosition: number
  #ending: Answer['ending'] | undefined

  constructor(prompt: Prompt, parts: LanguageParts) {
    const { sequence, options } = prompt
    const { maxTokens = 1024, stop = [] } = options
    if (!Number.isInteger(maxTokens) || maxTokens < 1)
      throw new LanguageError('input', `maxTokens: expected a whole number above 0, got ${maxTokens}`)
    this.prompt = prompt
    this.#parts = parts
    this.#chooser = new Chooser(options, sequence.ids)
    this.#stream = new TextStream(stop)
    this.#most = Math.min(maxTokens, parts.facts.context - sequence.ids.length)
    this.#nextPosition = sequence.positions.flat().reduce((most, each) => Math.max(most, each), -1) + 1
  }

  get isDone(): boolean {
    return this.#ending !== undefined
  }

  get lastToken(): number {
    return this.#tokens.at(-1)!
  }

  /** Position of the last token. */
  get nextPosition(): number {
    return this.#nextPosition + this.#tokens.length - 1
  }

  /** Takes the next token by its scores. @returns the text that is certain now */
  take(scores: Float32Array): string {
    const token = this.#chooser.next(scores)
    this.#tokens.push(token)
    if (this.#parts.endTokens.includes(token)) {
      this.#ending = 'stop'
      return this.#stream.end()
    }
    const text = this.#stream.push(this.#parts.tokenizer.bytesOf(token))
    if (this.#stream.isStopped) this.#ending = 'stop'
    else if (this.#tokens.length >= this.#most) this.#ending = 'length'
    return this.isDone && !this.#stream.isStopped ? text + this.#stream.end() : text
  }

  answer(): Answer {
    const promptTokens = this.prompt.sequence.ids.length
    return { text: this.#stream.text, tokens: this.#tokens, ending: this.#ending ?? 'length', promptTokens }
  }
}

function plain(ids: readonly number[]): { sequence: Sequence; keys: Prompt['keys'] } {
  const axis = ids.map((_, i) => i)
  const sequence = {
    ids,
    positions: [axis, axis, axis] as const,
    pictures: undefined,
    pictureToken: undefined,
  }
  return { sequence, keys: ids }
}

/** A prompt with as many pads as its pictures have tokens. */
function withPictures(
  ids: readonly number[],
  seen: readonly SeenPicture[],
  config: Qwen25VLConfig,
): { sequence: Sequence; keys: Prompt['keys'] } {
  const { imageToken, width } = config
  const pads = ids.filter((id) => id === imageToken).length
  if (pads !== seen.length)
    throw new LanguageError(
      'checkpoint',
      `tokenizer: <|image_pad|> is not token ${imageToken}; the tokenizer.json does not belong to this checkpoint`,
    )
  const spread: number[] = []
  const keys: (number | string)[] = []
  let at = 0
  for (const id of ids) {
    if (id !== imageToken) {
      spread.push(id)
      keys.push(id)
      continue
    }
    const { key, tokens } = seen[at++]!
    for (let i = 0; i < tokens.shape[0]!; i++) {
      spread.push(id)
      keys.push(`${key}:${i}`)
    }
  }
  const grids = seen.map(({ grid }) => grid)
  return {
    sequence: {
      ids: spread,
      positions: textPositions(spread, grids, config),
      pictures: joined(
        seen.map(({ tokens }) => tokens),
        width,
      ),
      pictureToken: imageToken,
    },
    keys,
  }
}

function joined(tokens: readonly TensorValue[], width: number): TensorValue {
  const rows = tokens.reduce((sum, { shape }) => sum + shape[0]!, 0)
  const data = new Float32Array(rows * width)
  let at = 0
  for (const { data: part } of tokens) {
    data.set(part as Float32Array, at)
    at += part.length
  }
  return tensorValue('f32', [rows, width], data)
}

/** Options without those that are undefined, which would hide a default. */
function defined(options: AnswerOptions): AnswerOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}

const closed = (): LanguageError => new LanguageError('closed', 'language model: closed; open it again')

/** An error by the caller's own signal as one of ours. */
function cancelledBy(signal: AbortSignal | undefined, error: unknown): unknown {
  if (!signal?.aborted || error instanceof LanguageError) return error
  return new LanguageError('cancelled', 'language model: the answer was cancelled', { cause: error })
}
