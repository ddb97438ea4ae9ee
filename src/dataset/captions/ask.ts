import { z } from 'zod'
import { Random } from '../../random/index.ts'
import { askVision, jsonIn, type Tool, type VisionQuestion } from '../../tools/index.ts'
import type { Usage } from '../pairs/pair.ts'

/** Why a model's answer cannot be used. */
export type Failure = 'refused' | 'cut-off' | 'empty' | 'unreadable'

/** Asks one model about one pair, and sums up its usage. */
export class Asker {
  readonly #vision: Tool<'vision'>
  readonly #words: readonly (string | number)[]
  readonly #options: { readonly temperature: number; readonly maxTokens: number; readonly tries: number }
  readonly #signal: AbortSignal
  #usage: Usage = { calls: 0 }
  /** As reported by the server. */
  model: string | undefined

  /** @param words that the seeds of its questions come from */
  constructor(
    vision: Tool<'vision'>,
    words: readonly (string | number)[],
    options: { readonly temperature: number; readonly maxTokens: number; readonly tries: number },
    signal: AbortSignal,
  ) {
    this.#vision = vision
    this.#words = words
    this.#options = options
    this.#signal = signal
  }

  /** Usage since this was last called. */
  takeUsage(): Usage {
    const usage = this.#usage
    this.#usage = { calls: 0 }
    return usage
  }

  /**
   * An answer that fits a schema. What cannot be read is asked for again under another seed; a refusal is final.
   * @param step tells questions of a pair apart
   * @throws ToolError where the server gave no answer
   */
  async json<T>(
    step: string,
    question: Pick<VisionQuestion, 'system' | 'before' | 'parts'>,
    schema: z.ZodType<T>,
  ): Promise<{ readonly value: T } | { readonly failure: Failure }> {
    const { temperature, maxTokens, tries } = this.#options
    const { $schema: _, ...jsonSchema } = z.toJSONSchema(schema)
    let failure: Failure = 'unreadable'
    for (let attempt = 0; attempt < tries; attempt++) {
      this.#signal.throwIfAborted()
      const seed = new Random(...this.#words, step, attempt).below(2 ** 31)
      const asked = { ...question, maxTokens, temperature, seed, jsonSchema, signal: this.#signal }
      const answer = await askVision(this.#vision, asked)
      this.#count(answer)
      this.model = answer.model ?? this.model
      if (answer.outcome === 'refused' || answer.outcome === 'filtered') return { failure: 'refused' }
      if (answer.outcome === 'cut-off') failure = 'cut-off'
      else if (answer.text.trim() === '') failure = 'empty'
      else {
        const parsed = schema.safeParse(jsonIn(answer.text))
        if (parsed.success) return { value: parsed.data }
        failure = 'unreadable'
      }
    }
    return { failure }
  }

  #count({ inputTokens, outputTokens, cost, seconds }: Omit<Usage, 'calls'>): void {
    const sum = (
      name: 'inputTokens' | 'outputTokens' | 'cost' | 'seconds',
      more: number | undefined,
    ): object => (more === undefined ? {} : { [name]: (this.#usage[name] ?? 0) + more })
    this.#usage = {
      ...this.#usage,
      calls: this.#usage.calls + 1,
      ...sum('inputTokens', inputTokens),
      ...sum('outputTokens', outputTokens),
      ...sum('cost', cost),
      ...sum('seconds', seconds),
    }
  }
}
