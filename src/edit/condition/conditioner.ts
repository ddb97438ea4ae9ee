import { join } from 'node:path'
import { z } from 'zod'
import {
  type Feeds,
  Graph,
  type ParameterSource,
  Parameters,
  type Tensor,
  type TensorValue,
  tensorValue,
} from '../../graph/index.ts'
import { type Picture, pictureHash, resizePicture } from '../../image/index.ts'
import type { Encode } from '../../language/index.ts'
import {
  embeddedText,
  type Grid,
  parseQwen25VLConfig,
  patchify,
  type Qwen25VLConfig,
  textLayers,
  textPositions,
  textRotary,
  visionFeeds,
  visionTower,
} from '../../models/index.ts'
import type { Plan, Runtime, Session } from '../../onnx/index.ts'
import { freeAll, LoadCache, Queue } from '../../onnx/index.ts'
import { readJson } from '../checkpoint/json.ts'
import { EditError } from '../error.ts'
import type { Profiles } from '../profiles.ts'
import type { Size } from '../sampling/sampling.ts'
import { cutFeatures, rowsOf } from './cutFeatures.ts'
import type { InstructionLength, Prompt, PromptFormat } from './prompt.ts'

/** The language model's features of a picture and an instruction, as the transformer reads them. */
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
  /** Of v1.2: [1, T, width], the tokens as they go into the language model. */
  readonly embeddings?: TensorValue
  /** Of v1.2: bool [1, T], true for letters of quoted text. */
  readonly quoted?: TensorValue
  /** Of v1.2: f32 [T, 3], the tokens' places for the transformer. */
  readonly places?: TensorValue
}

/** Reads a folder's config.json. @throws EditError or ModelError */
export async function readMllmConfig(folder: string): Promise<Qwen25VLConfig> {
  const file = join(folder, 'config.json')
  const json = await readJson(file, z.unknown())
  if (json === undefined)
    throw new EditError('checkpoint', `${file}: no such file; the checkpoint is incomplete`)
  return parseQwen25VLConfig(json, file)
}

/** What a conditioner needs. */
export interface ConditionerOptions {
  readonly runtime: Runtime
  readonly source: ParameterSource
  readonly config: Qwen25VLConfig
  readonly encode: Encode
  readonly plan: Plan
  readonly format: PromptFormat
  /** Profiles each run, which makes it slower. */
  readonly profiles?: Profiles | undefined
}

/** Called while a picture and instructions are read. */
export interface ReadingHooks {
  /** Number of tokens of the first instruction, and how many of them the model reads. */
  readonly onInstruction?: ((length: InstructionLength) => void) | undefined
  /** After each part: the share that is done, 0 to 1. What it throws stops the reading. */
  readonly onPart?: ((fraction: number) => void) | undefined
}

/**
 * Reads pictures and instructions with the multimodal language model, one call at a time. Features of the last
 * picture alone, and those of the empty instruction on it, are kept for the next instruction on the same picture.
 */
export class Conditioner {
  readonly #options: ConditionerOptions
  readonly #queue = new Queue()
  readonly #vision: LoadCache<string, Session<'image'>>
  readonly #text: LoadCache<'text', Session<string>>
  #read: ReadPicture | undefined

  constructor(options: ConditionerOptions) {
    this.#options = options
    const { profiles } = options
    const free = (session: Session): Promise<void> =>
      profiles?.free('language model', session) ?? session.release()
    this.#vision = new LoadCache({ load: (grid) => this.#loadVision(gridOf(grid)), free })
    this.#text = new LoadCache({ load: () => this.#loadText(), free })
  }

  /**
   * Features of a picture with each of several instructions, which share one reading of the weights where the model is
   * streamed. @param picture at the size at which it is edited
   */
  conditions(
    picture: Picture,
    instructions: readonly string[],
    { onPart, onInstruction }: ReadingHooks = {},
  ): Promise<Condition[]> {
    return this.#queue.run(async () => {
      const hash = pictureHash(picture)
      const isNew = this.#read?.hash !== hash
      // The picture is one of the things that are read, each instruction is another.
      const total = instructions.length + (isNew ? 1 : 0)
      if (isNew) {
        this.#read = {
          hash,
          ...(await this.#look(picture, (share) => onPart?.(share / total))),
          size: { width: picture.width, height: picture.height },
          empty: undefined,
        }
      }
      const read = this.#read!
      const unread = [...new Set(instructions)].filter((each) => each !== '' || !read.empty)
      const before = total - unread.length
      const prompts = unread.map((instruction) => this.#promptOf(read, instruction))
      if (unread[0] === instructions[0] && prompts[0]) onInstruction?.(prompts[0].instruction)
      const made = await this.#readTexts(read, prompts, (share) =>
        onPart?.((before + share * unread.length) / total),
      )
      const found = new Map(unread.map((instruction, i) => [instruction, made[i]!]))
      // Of instructions only the empty one comes again and again.
      read.empty ??= found.get('')
      return instructions.map((each) => found.get(each) ?? read.empty!)
    })
  }

  /** @param picture at the size at which it is edited */
  async condition(picture: Picture, instruction: string): Promise<Condition> {
    const [condition] = await this.conditions(picture, [instruction])
    return condition!
  }

  /** Frees what is loaded, after the reading under way; the next one loads it again. */
  release(): Promise<void> {
    return this.#queue.run(() => freeAll([() => this.#text.release(), () => this.#vision.release()]))
  }

  async #look(picture: Picture, onPart: (share: number) => void): Promise<PictureFeatures> {
    const { config, format } = this.#options
    const sizes = format.pictureSizes(picture, config.vision)
    const resized = sizes.reduce<Picture>((from, size) => resizePicture(from, size), picture)
    const { pixels, grid } = patchify(resized, config.vision)
    const feeds = { pixels, ...visionFeeds(grid, config.vision) }
    const onSegment = (done: number, parts: number): void => onPart(done / parts)
    const { image } = await this.#vision.use(keyOf(grid), (session) => session.run(feeds, { onSegment }))
    return { grid, image }
  }

  #loadVision(grid: Grid): Promise<Session<'image'>> {
    const { runtime, source, config, plan, profiles } = this.#options
    const { channels, frames, patch } = config.vision
    const graph = new Graph()
    const patches = grid.rows * grid.columns
    const order = ['i64', [patches / config.vision.merge ** 2]] as const
    const table = ['f32', [patches, config.vision.width / config.vision.heads / 2]] as const
    const inputs = {
      pixels: graph.input('pixels', 'f32', [patches, channels * frames * patch ** 2]),
      windowOrder: graph.input('windowOrder', ...order),
      rasterOrder: graph.input('rasterOrder', ...order),
      patchCosines: graph.input('patchCosines', ...table),
      patchSines: graph.input('patchSines', ...table),
    }
    const image = visionTower(new Parameters(graph, { source }), inputs, config, grid)
    return runtime.load({ image }, { source, plan, profile: profiles !== undefined })
  }

  async #readTexts(
    picture: ReadPicture,
    prompts: readonly Prompt[],
    onPart: (share: number) => void,
  ): Promise<Condition[]> {
    if (prompts.length === 0) return []
    const feeds = prompts.map((prompt) => this.#textFeeds(picture, prompt))
    const onSegment = (done: number, parts: number): void => onPart(done / parts)
    const results = await this.#text.use('text', (session) => session.runAll(feeds, { onSegment }))
    return results.map((result, i) => this.#conditionOf(result, prompts[i]!, picture))
  }

  #promptOf({ image }: PictureFeatures, instruction: string): Prompt {
    const { config, encode, format } = this.#options
    const picture = { imageTokens: image.shape[0]!, imageToken: config.imageToken }
    return format.prompt(encode, instruction, picture)
  }

  #textFeeds({ grid, image }: PictureFeatures, { ids, imageStart }: Prompt): Feeds {
    const { config, format } = this.#options
    const imageEnd = imageStart + image.shape[0]!
    const visible = ids.map((id) => format.isSeen(id))
    const positions = textPositions(ids, [grid], config, (i) => format.isCounted(ids[i]!))
    return {
      image,
      before: tensorValue('i64', [1, imageStart], ids.slice(0, imageStart)),
      after: tensorValue('i64', [1, ids.length - imageEnd], ids.slice(imageEnd)),
      visible: tensorValue('bool', [1, 1, 1, ids.length], visible.map(Number)),
      ...textRotary(positions, config),
    }
  }

  #conditionOf(
    { hidden, embedded }: Readonly<Record<string, TensorValue>>,
    prompt: Prompt,
    { size, grid }: ReadPicture,
  ): Condition {
    const { format, config } = this.#options
    const condition = cutFeatures(hidden!, format)
    if (!embedded) return condition
    const { skip, most } = format
    const rows = condition.features.shape[1]!
    const letters = prompt.quoted?.slice(skip, skip + most) ?? []
    const places = format.places?.(prompt, size, grid, config) ?? []
    return {
      ...condition,
      embeddings: rowsOf(embedded, skip, rows),
      quoted: tensorValue('bool', [1, rows], letters.map(Number)),
      places: tensorValue('f32', [rows, 3], places.flat()),
    }
  }

  #loadText(): Promise<Session<string>> {
    const { runtime, source, config, plan, profiles, format } = this.#options
    const half = config.width / config.heads / 2
    const length = 'before + image + after'
    const graph = new Graph()
    const inputs = {
      image: graph.input('image', 'f32', ['image', config.width]),
      before: graph.input('before', 'i64', [1, 'before']),
      after: graph.input('after', 'i64', [1, 'after']),
      visible: graph.input('visible', 'bool', [1, 1, 1, length]),
      cosines: graph.input('cosines', 'f32', [length, half]),
      sines: graph.input('sines', 'f32', [length, half]),
    }
    const w = new Parameters(graph, { source })
    const embedded = embeddedText(w, inputs, config)
    const hidden = textLayers(w, { ...inputs, embedded }, config)
    // Only v1.2 has a use for what goes in.
    const outputs: Readonly<Record<string, Tensor>> = format.places ? { hidden, embedded } : { hidden }
    return runtime.load(outputs, { source, plan, profile: profiles !== undefined })
  }
}

/** A picture as the language model has read it. */
interface PictureFeatures {
  readonly grid: Grid
  readonly image: TensorValue
}

/** The last picture, with what the empty instruction says of it. */
interface ReadPicture extends PictureFeatures {
  readonly hash: string
  readonly size: Size
  empty: Condition | undefined
}

const keyOf = ({ rows, columns }: Grid): string => `${rows}×${columns}`

function gridOf(key: string): Grid {
  const [rows, columns] = key.split('×').map(Number) as [number, number]
  return { rows, columns }
}
