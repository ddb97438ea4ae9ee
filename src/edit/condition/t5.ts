import { Graph, type ParameterSource, Parameters, type TensorValue, tensorValue } from '../../graph/index.ts'
import type { Unigram } from '../../language/index.ts'
import { type T5Config, t5Buckets, t5Encoder } from '../../models/index.ts'
import type { Plan, Runtime, Session } from '../../onnx/index.ts'
import { LoadCache } from '../../onnx/index.ts'
import { EditError } from '../error.ts'
import type { Profiles } from '../profiles.ts'
import type { InstructionLength } from './prompt.ts'

export interface T5ReaderOptions {
  readonly runtime: Runtime
  readonly source: ParameterSource
  readonly config: T5Config
  readonly tokenizer: Unigram
  readonly plan: Plan
  /** Tokens of every text: shorter ones are padded, longer ones cut. FLUX has 512. */
  readonly length: number
  /** Profiles each run, which makes it slower. */
  readonly profiles?: Profiles | undefined
}

/** Token ids of a text, and how much of it they cover. */
export interface T5Tokens {
  readonly ids: readonly number[]
  readonly length: InstructionLength
}

/** The id of padding, which is read like any other token: FLUX masks nothing. */
const padding = 0

/** Reads texts with T5's encoder. Its session stays loaded. */
export class T5Reader {
  readonly #options: T5ReaderOptions
  readonly #session: LoadCache<'t5', Session<'last'>>
  readonly #end: number

  /** @throws EditError where the tokenizer is not this encoder's */
  constructor(options: T5ReaderOptions) {
    this.#options = options
    const { runtime, source, config, plan, length, profiles, tokenizer } = options
    const end = tokenizer.idOf('</s>')
    if (end === undefined)
      throw new EditError('checkpoint', "T5's tokenizer: no token </s>; take the one of the checkpoint")
    this.#end = end
    this.#session = new LoadCache({
      load: () => {
        const graph = new Graph()
        const tokens = graph.input('tokens', 'i64', [1, length])
        const buckets = graph.input('buckets', 'i64', [length, length])
        const last = t5Encoder(new Parameters(graph, { source }), { tokens, buckets }, config)
        return runtime.load({ last }, { source, plan, profile: profiles !== undefined })
      },
      free: (session) => profiles?.free('text encoder 2', session) ?? session.release(),
    })
  }

  /** @throws EditError where the tokenizer is not this encoder's */
  tokens(text: string): T5Tokens {
    const { length, tokenizer, config, source } = this.#options
    const all = tokenizer.encode(text)
    const read = all.slice(0, length - 1)
    const beyond = read.find((id) => id >= config.vocabulary)
    if (beyond !== undefined)
      throw new EditError(
        'checkpoint',
        `${source.name}: knows ${config.vocabulary} tokens, got token ${beyond} from its tokenizer; take the one of the checkpoint`,
      )
    const ids = [...read, this.#end]
    while (ids.length < length) ids.push(padding)
    return { ids, length: { tokens: all.length, read: read.length } }
  }

  /**
   * The states [1, length, width] of each of several texts, given by their ids; streamed weights are read once for all.
   * @param onPart the share that is done, 0 to 1; what it throws stops the reading
   */
  async readIds(
    texts: readonly (readonly number[])[],
    onPart?: (fraction: number) => void,
  ): Promise<readonly TensorValue[]> {
    const { length, config } = this.#options
    const buckets = t5Buckets(length, config)
    const feeds = texts.map((ids) => ({ tokens: tensorValue('i64', [1, length], ids), buckets }))
    const onSegment = (done: number, parts: number): void => onPart?.(done / parts)
    const results = await this.#session.use('t5', (session) => session.runAll(feeds, { onSegment }))
    return results.map(({ last }) => last)
  }

  /** Frees what is loaded; the next use loads it again. */
  release(): Promise<void> {
    return this.#session.release()
  }
}
