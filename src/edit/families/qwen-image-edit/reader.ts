import {
  dataOf,
  type Feeds,
  Graph,
  type ParameterSource,
  Parameters,
  type TensorValue,
  tensorValue,
  unsqueeze,
} from '../../../graph/index.ts'
import type { Picture } from '../../../image/index.ts'
import { type Encode, type PixelBounds, type SeenPicture, Sight } from '../../../language/index.ts'
import {
  embeddedTokens,
  type Qwen25VLConfig,
  textLayers,
  textPositions,
  textRotary,
} from '../../../models/index.ts'
import { freeAll, LoadCache, type Plan, Queue, type Runtime, type Session } from '../../../onnx/index.ts'
import type { ReadingHooks } from '../../condition/conditioner.ts'
import { EditError } from '../../error.ts'
import type { Profiles } from '../../profiles.ts'
import { promptCut, type QwenPrompt, qwenPrompt } from './prompt.ts'

/** The parts of a reader. */
export interface QwenReaderOptions {
  readonly runtime: Runtime
  readonly source: ParameterSource
  readonly config: Qwen25VLConfig
  readonly encode: Encode
  readonly plan: Plan
  /** Of the pictures that the language model sees. */
  readonly bounds: PixelBounds
  /** Whether the prompt numbers its pictures, as that of the models after the first. */
  readonly numbered: boolean
  /** Profiles each run, which makes it slower. */
  readonly profiles?: Profiles | undefined
}

/** Reads pictures and instructions with Qwen2.5-VL, one call at a time. Tokens of the last pictures are kept. */
export class QwenReader {
  readonly #options: QwenReaderOptions
  readonly #queue = new Queue()
  readonly #sight: Sight
  readonly #text: LoadCache<'text', Session<'hidden'>>

  constructor(options: QwenReaderOptions) {
    this.#options = options
    const free = (session: Session): Promise<void> =>
      options.profiles?.free('language model', session) ?? session.release()
    this.#sight = new Sight({ ...options, ...(options.profiles && { free, profile: true }) })
    this.#text = new LoadCache({ load: () => this.#load(), free })
  }

  /**
   * Features [1, T, width] of pictures with each of several instructions: states after the final norm, without those of
   * the text before the pictures. The instructions share one reading of the weights where the model is streamed.
   * @param pictures at the sizes at which they are given to the language model's own processor
   */
  read(
    pictures: readonly Picture[],
    instructions: readonly string[],
    { onPart, onInstruction }: ReadingHooks = {},
  ): Promise<TensorValue[]> {
    return this.#queue.run(async () => {
      const total = pictures.length + 1
      const seen: SeenPicture[] = []
      for (const picture of pictures) {
        const part = (share: number): void => onPart?.((seen.length + share) / total)
        seen.push(await this.#sight.see(picture, this.#options.bounds, { onPart: part }))
        onPart?.(seen.length / total)
      }
      const prompts = instructions.map((instruction) => this.#promptOf(instruction, seen))
      onInstruction?.(prompts[0]!.instruction)
      const feeds = prompts.map((prompt) => this.#feeds(prompt, seen))
      const onSegment = (done: number, parts: number): void =>
        onPart?.((pictures.length + done / parts) / total)
      const results = await this.#text.use('text', (session) => session.runAll(feeds, { onSegment }))
      return results.map(({ hidden }) => withoutHead(hidden))
    })
  }

  /** Frees the sessions, after the current reading; the next one loads them again. */
  release(): Promise<void> {
    return this.#queue.run(() => freeAll([() => this.#text.release(), () => this.#sight.release()]))
  }

  #promptOf(instruction: string, seen: readonly SeenPicture[]): QwenPrompt {
    const { encode, config, numbered } = this.#options
    const pictures = seen.map(({ tokens }) => tokens.shape[0]!)
    return qwenPrompt(encode, instruction, { imageToken: config.imageToken, pictures, numbered })
  }

  #feeds({ ids }: QwenPrompt, seen: readonly SeenPicture[]): Feeds {
    const { config } = this.#options
    const grids = seen.map(({ grid }) => grid)
    let picture = ids.length
    const places = ids.map((id, i) => (id === config.imageToken ? picture++ : i))
    return {
      ids: tensorValue('i64', [ids.length], ids),
      pictures: joined(seen.map(({ tokens }) => tokens)),
      places: tensorValue('i64', [ids.length], places),
      visible: tensorValue('bool', [1, 1, 1, ids.length], new Uint8Array(ids.length).fill(1)),
      ...textRotary(textPositions(ids, grids, config), config),
    }
  }

  #load(): Promise<Session<'hidden'>> {
    const { runtime, source, config, plan, profiles } = this.#options
    const half = config.width / config.heads / 2
    const graph = new Graph()
    const w = new Parameters(graph, { source })
    const tokens = {
      ids: graph.input('ids', 'i64', ['length']),
      pictures: graph.input('pictures', 'f32', ['pictures', config.width]),
      places: graph.input('places', 'i64', ['length']),
    }
    const inputs = {
      embedded: unsqueeze(embeddedTokens(w, tokens, config), 0),
      visible: graph.input('visible', 'bool', [1, 1, 1, 'length']),
      cosines: graph.input('cosines', 'f32', ['length', half]),
      sines: graph.input('sines', 'f32', ['length', half]),
    }
    const hidden = textLayers(w, inputs, config)
    return runtime.load({ hidden }, { source, plan, profile: profiles !== undefined })
  }
}

/** The tokens of all pictures, one after the other: [N, width]. */
function joined(pictures: readonly TensorValue[]): TensorValue {
  const width = pictures[0]!.shape[1]!
  const data = new Float32Array(pictures.reduce((sum, { data: { length } }) => sum + length, 0))
  let at = 0
  for (const picture of pictures) {
    data.set(dataOf(picture, 'f32'), at)
    at += picture.data.length
  }
  return { dtype: 'f32', shape: [data.length / width, width], data }
}

function withoutHead(hidden: TensorValue): TensorValue {
  const [, length, width] = hidden.shape as [number, number, number]
  if (length <= promptCut)
    throw new EditError(
      'checkpoint',
      `tokenizer: the prompt has ${length} tokens, expected more than ${promptCut}; the tokenizer.json does not belong to this checkpoint`,
    )
  const data = dataOf(hidden, 'f32').slice(promptCut * width)
  return { dtype: 'f32', shape: [1, length - promptCut, width], data }
}
