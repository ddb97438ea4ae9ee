import {
  dataOf,
  Graph,
  type ParameterSource,
  Parameters,
  type TensorValue,
  tensorValue,
} from '../../graph/index.ts'
import type { ClipTokenizer } from '../../language/index.ts'
import { type ClipTextConfig, clipEnd, clipText } from '../../models/index.ts'
import type { Runtime, Session } from '../../onnx/index.ts'
import { LoadCache } from '../../onnx/index.ts'
import type { Profiles } from '../profiles.ts'

export interface ClipReaderOptions {
  readonly runtime: Runtime
  readonly source: ParameterSource
  readonly config: ClipTextConfig
  /** Cuts a text into as many ids as the encoder has positions. */
  readonly tokenizer: Pick<ClipTokenizer, 'encode' | 'end'>
  /** Profiles each run, which makes it slower. */
  readonly profiles?: Profiles | undefined
}

/** A text as CLIP's encoder has read it. */
export interface ClipReading {
  /** [1, positions, width], after the final norm. */
  readonly states: TensorValue
  /** [1, width]: of them that of the first end token. */
  readonly pooled: TensorValue
}

/** Reads texts with CLIP's text encoder. Its session stays loaded. */
export class ClipReader {
  readonly #options: ClipReaderOptions
  readonly #session: LoadCache<'clip', Session<'last'>>

  constructor(options: ClipReaderOptions) {
    this.#options = options
    const { runtime, source, config, profiles } = options
    this.#session = new LoadCache({
      load: () => {
        const graph = new Graph()
        const ids = graph.input('ids', 'i64', [1, config.positions])
        const { last } = clipText(new Parameters(graph, { source }), ids, config)
        return runtime.load({ last }, { source, profile: profiles !== undefined })
      },
      free: (session) => profiles?.free('text encoder', session) ?? session.release(),
    })
  }

  read(text: string): Promise<ClipReading> {
    const { config, tokenizer } = this.#options
    return this.readIds(tokenizer.encode(text, config.positions).ids)
  }

  /** As {@link read}, of ids: as many as the encoder has positions. */
  async readIds(ids: readonly number[]): Promise<ClipReading> {
    const { config, tokenizer } = this.#options
    const feeds = { ids: tensorValue('i64', [1, config.positions], ids) }
    const { last } = await this.#session.use('clip', (session) => session.run(feeds))
    const from = clipEnd(ids, tokenizer.end) * config.width
    const pooled = dataOf(last, 'f32').slice(from, from + config.width)
    return { states: last, pooled: { dtype: 'f32', shape: [1, config.width], data: pooled } }
  }

  /** Frees what is loaded; the next use loads it again. */
  release(): Promise<void> {
    return this.#session.release()
  }
}
