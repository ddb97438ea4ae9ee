import {
  type Feeds,
  Graph,
  type ParameterSource,
  Parameters,
  type Tensor,
  type TensorValue,
  tensorValue,
} from '../graph/index.ts'
import { decoder, type QwenTextConfig, type TextPositions, textRotary } from '../models/index.ts'
import { LoadCache, type Plan, type Runtime, type Session } from '../onnx/index.ts'
import type { KeyValueCache } from './cache.ts'

/** What a language model runs on. */
export interface DecodingOptions {
  readonly runtime: Runtime
  readonly source: ParameterSource
  readonly config: QwenTextConfig
  readonly plan: Plan
  /** Bytes that the weights of a streamed model may take at a time. */
  readonly budget?: number | undefined
  /** Profiles each run, which makes it slower. */
  readonly profile?: boolean | undefined
}

/** A text with its pictures, ready to be read. */
export interface Sequence {
  readonly ids: readonly number[]
  readonly positions: TextPositions
  /** [N, width], the tokens of its pictures in their order; undefined where it has none. */
  readonly pictures: TensorValue | undefined
  readonly pictureToken: number | undefined
}

/** Called while texts are read, with the share that is done, 0 to 1. */
export type OnRead = (share: number) => void

/** Tokens that are read in one go: more take more memory; a streamed model reads all weights for each go. */
const tokensAtOnce: Readonly<Record<Plan, number>> = { whole: 512, streamed: 2048 }

/** The language model with its cache in a session: reads texts and continues them token by token. */
export class Decoding {
  readonly #options: DecodingOptions
  readonly #session: LoadCache<'text', Session>

  constructor(options: DecodingOptions) {
    this.#options = options
    this.#session = new LoadCache({
      load: () => load(options),
      free: (session) => session.release(),
    })
  }

  /** The most tokens that {@link read} takes in one go. */
  get chunk(): number {
    return tokensAtOnce[this.#options.plan]
  }

  /**
   * Reads texts into a cache each, from where it ends. @returns the scores of the token after each text, [vocabulary]
   */
  async read(
    texts: readonly { readonly sequence: Sequence; readonly cache: KeyValueCache }[],
    {
      signal,
      onRead,
    }: { readonly signal?: AbortSignal | undefined; readonly onRead?: OnRead | undefined } = {},
  ): Promise<Float32Array[]> {
    const { chunk } = this
    const left = texts.map(({ sequence, cache }) => sequence.ids.length - cache.lengths[0]!)
    const rounds = Math.max(...left.map((tokens) => Math.ceil(tokens / chunk)))
    const scores: Float32Array[] = []
    for (let round = 0; round < rounds; round++) {
      const here = [...texts.entries()].filter(
        ([, { sequence, cache }]) => cache.lengths[0]! < sequence.ids.length,
      )
      const parts = here.map(([at, { sequence, cache }]) => {
        const from = cache.lengths[0]!
        return { at, cache, from, to: Math.min(sequence.ids.length, from + chunk), sequence }
      })
      const feeds = parts.map(({ sequence, cache, from, to }) => ({
        ...cache.feeds(),
        ...this.#inputs(sequence, from, to),
      }))
      const onSegment = (done: number, of: number): void => onRead?.((round + done / of) / rounds)
      const made = await this.#session.use('text', (session) => session.runAll(feeds, { signal, onSegment }))
      for (const [i, { at, cache, from, to }] of parts.entries()) {
        cache.append(made[i]!, to - from)
        scores[at] = made[i]!.logits!.data as Float32Array
      }
    }
    return scores
  }

  /**
   * Extends the rows of a cache by one token each. @param positions of the tokens
   * @returns the scores of the next token of each row
   */
  async step(
    cache: KeyValueCache,
    ids: readonly number[],
    positions: readonly number[],
    signal?: AbortSignal,
  ): Promise<Float32Array[]> {
    const { config } = this.#options
    const rows = ids.map((_, row) => row)
    const feeds: Feeds = {
      ...cache.feeds(),
      ...textRotary([positions, positions, positions], config),
      ids: tensorValue('i64', [ids.length, 1], ids),
      places: tensorValue('i64', [ids.length], rows),
      last: tensorValue('i64', [ids.length], rows),
      pictures: noPictures(config),
    }
    const made = await this.#session.use('text', (session) => session.run(feeds, { signal }))
    cache.append(made, 1)
    const scores = made.logits!.data as Float32Array
    return rows.map((row) => scores.subarray(row * config.vocabulary, (row + 1) * config.vocabulary))
  }

  /** Frees the session after the run under way; the next use loads it again. */
  release(): Promise<void> {
    return this.#session.release()
  }

  /** Tokens `from` to `to` of a text. */
  #inputs({ ids, positions, pictures, pictureToken }: Sequence, from: number, to: number): Feeds {
    const { config } = this.#options
    const part = ids.slice(from, to)
    // Rows of the pictures' tokens come after those of the words.
    let picture = part.length + ids.slice(0, from).filter((id) => id === pictureToken).length
    const isPicture = (id: number) => pictures !== undefined && id === pictureToken
    return {
      ...textRotary(positions.map((axis) => axis.slice(from, to)) as unknown as TextPositions, config),
      ids: tensorValue('i64', [1, part.length], part),
      places: tensorValue(
        'i64',
        [part.length],
        part.map((id, i) => (isPicture(id) ? picture++ : i)),
      ),
      last: tensorValue('i64', [1], [part.length - 1]),
      pictures: pictures ?? noPictures(config),
    }
  }
}

/** A row that no token takes: ONNX Runtime's kernels are not all at ease with none. */
function noPictures({ width }: QwenTextConfig): TensorValue {
  return tensorValue('f32', [1, width], new Float32Array(width))
}

/** The graph of the cached model with its inputs and outputs by name. */
export function decoderOutputs(w: Parameters, config: QwenTextConfig): Readonly<Record<string, Tensor>> {
  const { layers, keyHeads, width, heads } = config
  const { graph } = w
  const head = width / heads
  const kept = (name: string) =>
    Array.from({ length: layers }, (_, i) =>
      graph.input(`${name}.${i}`, 'f32', ['rows', keyHeads, 'places', head]),
    )
  const { logits, keys, values } = decoder(
    w,
    {
      ids: graph.input('ids', 'i64', ['rows', 'tokens']),
      pictures: graph.input('pictures', 'f32', ['pictures', width]),
      places: graph.input('places', 'i64', ['rows * tokens']),
      cosines: graph.input('cosines', 'f32', ['rows * tokens', head / 2]),
      sines: graph.input('sines', 'f32', ['rows * tokens', head / 2]),
      cached: graph.input('cached', 'f32', ['rows', 1, 1, 'places']),
      last: graph.input('last', 'i64', ['wanted']),
      keys: kept('keys'),
      values: kept('values'),
    },
    config,
  )
  const named = (name: string, tensors: readonly Tensor[]) =>
    Object.fromEntries(tensors.map((tensor, i) => [`${name}.${i}`, tensor]))
  return { logits, ...named('key', keys), ...named('value', values) }
}

function load({ runtime, source, config, plan, budget, profile }: DecodingOptions): Promise<Session> {
  const outputs = decoderOutputs(new Parameters(new Graph(), { source }), config)
  return runtime.load<string>(outputs, {
    source,
    plan,
    ...(plan === 'streamed' && budget !== undefined && { budget }),
    attention: 'plain',
    profile: profile === true,
  })
}
