import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Tokenizer } from '@huggingface/tokenizers'
import { type ParameterSource, type TensorValue, tensorValue } from '../graph/index.ts'
import { type Picture, pictureHash, resizePicture } from '../image/index.ts'
import {
  type Grid,
  parseQwen25VLConfig,
  patchify,
  type Qwen25VLConfig,
  textPositions,
  textRotary,
  textSegments,
  visionFeeds,
  visionSegments,
} from '../models/index.ts'
import type { LoadOptions, Runtime } from '../onnx/index.ts'
import { EditError } from './error.ts'
import type { Encode, InstructionLength, PromptFormat } from './prompt.ts'
import { openRunner, type Plan, type Runner, type Values } from './runner.ts'

/** What the transformer is told: the language model's features of a picture and an instruction. */
export interface Condition {
  /**
   * [1, T, width], zeros in the last row unless the text fills all the places there are: that row stands for all
   * padding.
   */
  readonly features: TensorValue
  /** bool [1, T] */
  readonly mask: TensorValue
  /** f32 [1], padded tokens that the last row stands for; 1 when it is a real one. */
  readonly repeats: TensorValue
}

/** Reads a folder's tokenizer. @throws EditError */
export async function openTokenizer(folder: string): Promise<Encode> {
  const read = async (name: string, otherwise?: string): Promise<object> => {
    const text = await readFile(join(folder, name), 'utf8').catch((error: unknown) => {
      if (otherwise !== undefined) return otherwise
      throw new EditError(
        'checkpoint',
        `${join(folder, name)}: cannot be read; the checkpoint is incomplete`,
        {
          cause: error,
        },
      )
    })
    return JSON.parse(text) as object
  }
  const tokenizer = new Tokenizer(await read('tokenizer.json'), await read('tokenizer_config.json', '{}'))
  const addedTokens = [...tokenizer.get_added_tokens_decoder().values()].map(({ content }) => content)
  return Object.assign((text: string) => tokenizer.encode(text).ids, { addedTokens })
}

/** Reads a folder's config.json. @throws EditError or ModelError */
export async function readMllmConfig(folder: string): Promise<Qwen25VLConfig> {
  const file = join(folder, 'config.json')
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new EditError('checkpoint', `${file}: cannot be read; the checkpoint is incomplete`, {
      cause: error,
    })
  })
  return parseQwen25VLConfig(JSON.parse(text), file)
}

/** Called while a picture and an instruction are read. */
export interface ReadingHooks {
  /** Tokens of the instruction, and how many of them the model reads: fewer where it is too long. */
  readonly onInstruction?: ((length: InstructionLength) => void) | undefined
}

/** What a conditioner needs. */
export interface ConditionerOptions {
  readonly runtime: Runtime
  readonly source: ParameterSource
  readonly config: Qwen25VLConfig
  readonly encode: Encode
  readonly plan: Plan
  readonly load: LoadOptions
  readonly format: PromptFormat
}

/**
 * Lets the multimodal language model read pictures and instructions. Features of the picture alone, and those of the
 * unconditional branch, are kept for the next instruction on the same picture.
 */
export class Conditioner {
  readonly #options: ConditionerOptions
  readonly #known = new Map<string, Promise<Condition>>()
  #picture: { readonly hash: string; readonly seen: Promise<Seen> } | undefined
  #text: Runner | undefined
  /** One picture is looked at at a time: the tower for another grid takes the place of the one before. */
  #looking: Promise<unknown> = Promise.resolve()
  /** The vision tower for pictures of one grid. */
  #vision: { readonly rows: number; readonly columns: number; readonly runner: Runner } | undefined

  constructor(options: ConditionerOptions) {
    this.#options = options
  }

  /** @param picture at the size at which it is edited */
  async condition(picture: Picture, instruction: string, hooks: ReadingHooks = {}): Promise<Condition> {
    const hash = pictureHash(picture)
    if (this.#picture?.hash !== hash) {
      this.#picture = { hash, seen: this.#look(picture) }
      this.#known.clear()
    }
    const known = this.#known.get(instruction)
    if (known) return known
    const made = this.#picture.seen.then((seen) => this.#read(seen, instruction, hooks))
    // Of instructions only the empty one comes again and again.
    if (instruction === '') this.#known.set(instruction, made)
    return made
  }

  async release(): Promise<void> {
    await this.#looking
    const [text, vision] = [this.#text, this.#vision]
    this.#text = undefined
    this.#vision = undefined
    await text?.release()
    await vision?.runner.release()
  }

  #look(picture: Picture): Promise<Seen> {
    const seen = this.#looking.then(() => this.#lookNow(picture))
    this.#looking = seen.catch(() => undefined)
    return seen
  }

  async #lookNow(picture: Picture): Promise<Seen> {
    const { config, format } = this.#options
    const sizes = format.pictureSizes(picture, config.vision)
    const resized = sizes.reduce<Picture>((from, size) => resizePicture(from, size), picture)
    const { pixels, grid } = patchify(resized, config.vision)
    const feeds = { pixels, ...visionFeeds(grid, config.vision) }
    const runner = await this.#visionFor(grid, feeds)
    const [result] = await runner.run([feeds])
    return { grid, image: result!.image! }
  }

  async #visionFor(grid: Grid, feeds: Values): Promise<Runner> {
    const held = this.#vision
    if (held?.rows === grid.rows && held.columns === grid.columns) return held.runner
    this.#vision = undefined
    await held?.runner.release()
    const { runtime, source, config, plan, load } = this.#options
    const inputs = Object.fromEntries(
      Object.entries(feeds).map(([name, { dtype, shape }]) => [name, { dtype, shape }]),
    )
    const model = { source, segments: visionSegments(config, grid), inputs, outputs: ['image'] }
    const runner = openRunner(runtime, model, { plan, load })
    this.#vision = { ...grid, runner }
    return runner
  }

  async #read(
    { grid, image }: Seen,
    instruction: string,
    { onInstruction }: ReadingHooks,
  ): Promise<Condition> {
    const { config, encode, format } = this.#options
    const imageTokens = image.shape[0]!
    const picture = { imageTokens, imageToken: config.imageToken }
    const { ids, imageStart, instruction: length } = format.prompt(encode, instruction, picture)
    onInstruction?.(length)
    const visible = ids.map((id) => format.isSeen(id))
    const positions = textPositions(ids, [grid], config, (i) => visible[i]!)
    this.#text ??= this.#openText()
    const [result] = await this.#text.run([
      {
        image,
        before: tensorValue('i64', [1, imageStart], ids.slice(0, imageStart)),
        after: tensorValue(
          'i64',
          [1, ids.length - imageStart - imageTokens],
          ids.slice(imageStart + imageTokens),
        ),
        visible: tensorValue('bool', [1, 1, 1, ids.length], visible.map(Number)),
        ...textRotary(positions, config),
      },
    ])
    return cutFeatures(result!.hidden!, format)
  }

  #openText(): Runner {
    const { runtime, source, config, plan, load } = this.#options
    const half = config.width / config.heads / 2
    const inputs = {
      image: { dtype: 'f32', shape: ['image', config.width] },
      before: { dtype: 'i64', shape: [1, 'before'] },
      after: { dtype: 'i64', shape: [1, 'after'] },
      visible: { dtype: 'bool', shape: [1, 1, 1, 'before + image + after'] },
      cosines: { dtype: 'f32', shape: ['before + image + after', half] },
      sines: { dtype: 'f32', shape: ['before + image + after', half] },
    } as const
    const model = { source, segments: textSegments(config), inputs, outputs: ['hidden'] }
    return openRunner(runtime, model, { plan, load })
  }
}

/** A picture as the language model sees it. */
interface Seen {
  readonly grid: Grid
  readonly image: TensorValue
}

/** Of the hidden states [1, L, width] those that the transformer is given, and one row for all padding. */
function cutFeatures(hidden: TensorValue, { skip, most }: PromptFormat): Condition {
  const [, length, width] = hidden.shape as [number, number, number]
  const kept = Math.min(most, length - skip)
  if (kept < 1)
    throw new EditError(
      'checkpoint',
      `tokenizer: the prompt has ${length} tokens, expected more than ${skip}; the tokenizer.json does not belong to this checkpoint`,
    )
  const rows = Math.min(most, kept + 1)
  const features = new Float32Array(rows * width)
  features.set((hidden.data as Float32Array).subarray(skip * width, (skip + kept) * width))
  return {
    features: { dtype: 'f32', shape: [1, rows, width], data: features },
    mask: tensorValue(
      'bool',
      [1, rows],
      Array.from({ length: rows }, (_, i) => Number(i < kept)),
    ),
    repeats: tensorValue('f32', [1], [Math.max(1, most - kept)]),
  }
}
