import type { TensorValue } from '../graph/index.ts'
import { carryEdit, type Mask, type Picture, resizePicture } from '../image/index.ts'
import { pixelsPerLatent, type Variant } from '../models/index.ts'
import { openRuntime, type Provider, type Runtime, type RuntimeOptions } from '../onnx/index.ts'
import { type QuantizeProgress, TorchGenerator } from '../weights/index.ts'
import { type AutoencoderOptions, decodeLatent, encodePicture } from './autoencoder.ts'
import { Conditioner, openTokenizer } from './conditioner.ts'
import { Denoiser } from './denoise.ts'
import { EditError } from './error.ts'
import { type CheckpointFolder, findCheckpoint } from './folder.ts'
import { checkpointIdentities, type IdentifyOptions, type Identities } from './identity.ts'
import { choosePlan, freeMemory, loadedBytes, loadOptions } from './memory.ts'
import { checkInstruction, type PromptFormat, promptFormat, type Quotes } from './prompt.ts'
import type { Plan } from './runner.ts'
import { editSize, pack, type Size, schedule, unpack } from './sampling.ts'
import { type LoraChoice, type ModelWeights, openWeights, type Precision } from './weights.ts'

/** How an edit is made where its options do not say. */
export interface EditDefaults {
  readonly steps: number
  readonly guidance: number
  readonly size: number
}

/** As in the original. */
const originalDefaults: EditDefaults = { steps: 28, guidance: 6, size: 512 }

/** What to change, and how. What is left out is as in the original. */
export interface EditOptions {
  /** Denoising steps; the model's own number, or 28. */
  readonly steps?: number
  /** Strength of guidance; the model's own, or 6. 1 leaves the unconditional branch out. */
  readonly guidance?: number
  /** Of the noise; 0. */
  readonly seed?: number
  /** The edit is made at about size² pixels; the model's own size, or 512. */
  readonly size?: number
  /** What the unconditional branch is told; nothing. */
  readonly negative?: string
  /** Guidance is damped at times above this; 1, so never. */
  readonly dampAbove?: number
  /** Times between which there is guidance, 0 to 1. */
  readonly guidanceInterval?: readonly [number, number]
  /** Starts from this picture instead of pure noise; at strength 1 it hardly counts, at 0 it stays. */
  readonly init?: { readonly picture: Picture; readonly strength: number }
  /** Samples the autoencoder's distribution where the default takes its mean. */
  readonly vaeSample?: boolean
  /** Gives the picture at the size of the edit, and not of the input. */
  readonly keepEditSize?: boolean
  /**
   * Carries the edit to the picture's own pixels, see {@link carryEdit}; otherwise the small result is enlarged, as
   * the original does it. On unless the editor was opened with precision fp32, which asks for the original's result.
   */
  readonly detail?: boolean
}

/** What an edit is doing. */
export interface EditProgress {
  readonly stage: 'read' | 'encode' | 'denoise' | 'decode' | 'detail'
  /** Denoising steps done, in parts of a step too. */
  readonly done: number
  readonly steps: number
  /** Of the last whole step. */
  readonly stepSeconds: number | undefined
  /** Estimate for the denoising steps that are left. */
  readonly secondsLeft: number | undefined
}

export interface EditHooks {
  readonly onProgress?: (progress: EditProgress) => void
  /** The edit as it would look by now, at half size, after every few steps. */
  readonly onPreview?: (picture: Picture, step: number) => void | Promise<void>
  /** Steps from preview to preview, 4. */
  readonly previewEvery?: number
  /** What the edit changed, at the size of its result: the changeMap of {@link carryEdit}. */
  readonly onChangeMap?: (map: Mask) => void | Promise<void>
  readonly signal?: AbortSignal
}

/** How a model is opened. */
export interface EditorOptions extends RuntimeOptions, IdentifyOptions {
  readonly variant?: Variant | undefined
  readonly loras?: readonly LoraChoice[]
  /** `auto` keeps the weights as they are where they fit into memory, else quantises them to int8. */
  readonly precision?: Precision | 'auto'
  /** Bytes that the weights and their work may take; four fifths of what is free unless given. */
  readonly memory?: number | undefined
  readonly plan?: Plan | undefined
  readonly quotes?: Quotes
  readonly onQuantize?: (progress: QuantizeProgress) => void
}

/** Something that edits pictures by instruction. */
export interface Editor {
  readonly variant: Variant
  readonly precision: Precision
  readonly plan: Plan
  readonly provider: Provider
  readonly checkpoint: CheckpointFolder
  /** Of the checkpoint's files. */
  readonly identities: Identities
  /** What an edit takes where its options do not say. */
  readonly defaults: EditDefaults
  /** @throws EditError for a request that cannot be met, or when it is cancelled */
  edit(picture: Picture, instruction: string, options?: EditOptions, hooks?: EditHooks): Promise<Picture>
  close(): Promise<void>
}

/** Opens a checkpoint folder for editing. @throws EditError, WeightsError or ModelError in one line */
export async function openEditor(folder: string, options: EditorOptions = {}): Promise<Editor> {
  const found = await findCheckpoint(folder, options.variant)
  const identities = await checkpointIdentities(found, options)
  const runtime = await openRuntime(options)
  try {
    const encode = await openTokenizer(found.tokenizer)
    const budget = options.memory ?? freeMemory()
    const { quotes = 'paired', loras = [] } = options
    const open = (precision: Precision) =>
      openWeights(found, { ...options, loras, identities, precision, runtime })
    let precision: Precision = options.precision === 'auto' || !options.precision ? 'fp32' : options.precision
    let weights = await open(precision)
    if (!fits(weights, budget) && (options.precision ?? 'auto') === 'auto') {
      await weights.close()
      precision = 'int8'
      weights = await open(precision)
    }
    return new Step1xEditor({
      checkpoint: found,
      identities,
      runtime,
      weights,
      encode,
      format: promptFormat(found.hints.prompt, quotes),
      precision,
      budget,
      plan: options.plan,
      detail: detailByDefault(options.precision),
    })
  } catch (error) {
    await runtime.close()
    throw error
  }
}

/** Whether edits are carried to the picture's own pixels: not where fp32 was asked for, to compare with the original. */
export function detailByDefault(precision: Precision | 'auto' | undefined): boolean {
  return precision !== 'fp32'
}

function fits(weights: ModelWeights, budget: number): boolean {
  return [weights.dit, weights.mllm].every((source) => choosePlan(loadedBytes(source), budget) === 'whole')
}

interface Opened {
  readonly checkpoint: CheckpointFolder
  readonly identities: Identities
  readonly runtime: Runtime
  readonly weights: ModelWeights
  readonly encode: Awaited<ReturnType<typeof openTokenizer>>
  readonly format: PromptFormat
  readonly precision: Precision
  readonly budget: number
  readonly plan: Plan | undefined
  readonly detail: boolean
}

class Step1xEditor implements Editor {
  readonly variant: Variant
  readonly precision: Precision
  readonly plan: Plan
  readonly provider: Provider
  readonly checkpoint: CheckpointFolder
  readonly identities: Identities
  readonly defaults: EditDefaults
  readonly #opened: Opened
  readonly #conditioner: Conditioner
  readonly #denoiser: Denoiser
  /** Whether both large models may stay loaded at once. */
  readonly #roomForBoth: boolean

  constructor(opened: Opened) {
    const { runtime, weights, encode, format, budget, precision } = opened
    this.#opened = opened
    const bytes = { dit: loadedBytes(weights.dit), mllm: loadedBytes(weights.mllm) }
    this.plan = opened.plan ?? choosePlan(bytes.dit, budget)
    this.variant = weights.variant
    this.provider = runtime.provider
    this.checkpoint = opened.checkpoint
    this.identities = opened.identities
    this.defaults = defaultsOf(opened.checkpoint)
    this.precision = precision
    this.#roomForBoth = choosePlan(bytes.dit + bytes.mllm, budget) === 'whole'
    const mllmPlan = opened.plan ?? choosePlan(bytes.mllm, budget)
    const quantized = precision !== 'fp32'
    this.#conditioner = new Conditioner({
      runtime,
      source: weights.mllm,
      config: weights.mllmConfig,
      encode,
      plan: mllmPlan,
      load: loadOptions(mllmPlan, quantized),
      format,
    })
    this.#denoiser = new Denoiser({
      runtime,
      source: weights.dit,
      config: weights.config,
      variant: weights.variant,
      plan: this.plan,
      load: loadOptions(this.plan, quantized),
      mostText: format.most,
      budget,
    })
  }

  async edit(
    picture: Picture,
    instruction: string,
    options: EditOptions = {},
    hooks: EditHooks = {},
  ): Promise<Picture> {
    const { wanted, size } = checkEdit(
      picture,
      instruction,
      { detail: this.#opened.detail, ...options },
      this.defaults,
    )
    const resized = resizePicture(picture, size)
    const clock = new StepClock(wanted.steps, hooks)
    try {
      clock.tell('read')
      const conditions = await this.#condition(resized, instruction, wanted)
      clock.tell('encode')
      const latents = await this.#prepare(resized, wanted)
      clock.tell('denoise')
      const target = await this.#denoiser.denoise(
        { ...latents, ...conditions, ...wanted, interval: wanted.guidanceInterval },
        clock.hooks((clean) => this.#preview(clean, latents.grid)),
      )
      if (!this.#roomForBoth) await this.#denoiser.release()
      clock.tell('decode')
      const result = await decodeLatent(unpack(target, latentSize(latents.grid)), this.#autoencoder())
      return await this.#finish({ picture, seen: resized, result, reference: latents }, wanted, hooks, clock)
    } catch (error) {
      if (hooks.signal?.aborted)
        throw new EditError('cancelled', 'edit: cancelled, nothing was written', { cause: error })
      throw error
    }
  }

  async close(): Promise<void> {
    await this.#conditioner.release()
    await this.#denoiser.release()
    await this.#opened.runtime.close()
    await this.#opened.weights.close()
  }

  /** Both branches' features, the unconditional ones where a step has guidance. */
  async #condition(picture: Picture, instruction: string, { guidance, negative }: Wanted) {
    if (!this.#roomForBoth) await this.#denoiser.release()
    const unconditional = guidance === 1 ? undefined : await this.#conditioner.condition(picture, negative)
    const conditional = await this.#conditioner.condition(picture, instruction)
    if (!this.#roomForBoth) await this.#conditioner.release()
    return { conditional, unconditional }
  }

  /** The reference's tokens, the first noisy ones, and the times from there. */
  async #prepare(picture: Picture, { seed, steps, init, vaeSample }: Wanted) {
    const autoencoder = this.#autoencoder()
    // The noise takes the seed itself; a sampled latent takes the next, so that the two are not alike.
    const encode = (each: Picture) => encodePicture(each, autoencoder, vaeSample ? seed + 1 : undefined)
    const reference = await encode(picture)
    const [, channels, height, width] = reference.shape as [number, number, number, number]
    const grid = { width: width / 2, height: height / 2 }
    const noise = new TorchGenerator(seed).randn(channels * height * width)
    let times: readonly number[] = schedule(steps, grid.width * grid.height)
    if (init) {
      const start = await encode(resizePicture(init.picture, { ...picture, filter: 'nearest' }))
      times = times.slice(Math.trunc((1 - init.strength) * steps))
      mix(noise, start.data as Float32Array, times[0]!)
    }
    const noisy = pack({ ...reference, data: noise })
    return { noisy, reference: pack(reference), grid, times }
  }

  /** The result at the picture's size, with the picture's own detail where that is wanted. */
  async #finish(
    { picture, seen, result, reference }: Unfinished,
    { detail, keepEditSize }: Wanted,
    { onChangeMap }: EditHooks,
    clock: StepClock,
  ): Promise<Picture> {
    const carried = detail && !keepEditSize
    const plain = () => (keepEditSize ? result : resizePicture(result, picture))
    if (!carried && !onChangeMap) return plain()
    clock.tell('detail')
    const latent = unpack(reference.reference, latentSize(reference.grid))
    const roundTrip = await decodeLatent(latent, this.#autoencoder())
    const large = carryEdit({ original: keepEditSize ? seen : picture, result, seen, roundTrip })
    await onChangeMap?.(large.changeMap)
    return carried ? large.picture : plain()
  }

  /** The clean latent at half its size, decoded: a quarter of the work, and every detail of the plan to be seen. */
  async #preview(clean: TensorValue, grid: Size): Promise<Picture> {
    return decodeLatent(halved(unpack(clean, latentSize(grid))), this.#autoencoder())
  }

  #autoencoder(): AutoencoderOptions {
    const { runtime, weights, budget } = this.#opened
    return { runtime, source: weights.vae, config: weights.vaeConfig, tile: tileWithin(weights, budget) }
  }
}

/** A decoded edit and what it was made of. */
interface Unfinished {
  readonly picture: Picture
  /** The picture at the edit's size. */
  readonly seen: Picture
  readonly result: Picture
  /** Its latent as tokens. */
  readonly reference: { readonly reference: TensorValue; readonly grid: Size }
}

/**
 * Whether an edit can be made, before a model is opened for it.
 * @throws EditError that names what is out of range in picture, instruction or options
 */
export function checkEdit(
  picture: Size,
  instruction: string,
  options: EditOptions,
  defaults: EditDefaults = originalDefaults,
): { readonly wanted: Wanted; readonly size: Size } {
  checkInstruction(instruction)
  const wanted = checkedOptions(options, defaults)
  return { wanted, size: readableSize(picture, wanted.size) }
}

/** The language model reads no picture with a side below 28 pixels, or 200 times the other. */
function readableSize(picture: Size, level: number): Size {
  const size = editSize(picture, level)
  const [short, long] = [Math.min(size.width, size.height), Math.max(size.width, size.height)]
  if (short < 28 || long / short > 200)
    throw new EditError(
      'input',
      `picture of ${picture.width}×${picture.height}: at size ${level} it would be edited at ${size.width}×${size.height}, expected sides of at least 28 and at most 200:1; crop it or give a larger --size`,
    )
  return size
}

/** Latent pixels on a side whose decoding fits into a budget: the widest level holds a few copies of its channels. */
function tileWithin({ vaeConfig }: ModelWeights, budget: number): number {
  const pixels = pixelsPerLatent(vaeConfig) ** 2
  const bytesPerPixel = 4 * 6 * 2 * vaeConfig.channels
  const side = Math.sqrt(budget / 2 / (pixels * bytesPerPixel))
  return Math.max(16, Math.min(128, 2 * Math.floor(side / 2)))
}

const latentSize = ({ width, height }: Size): Size => ({ width: 2 * width, height: 2 * height })

/** In place: t of the noise and 1 − t of the start. */
function mix(noise: Float32Array, start: Float32Array, t: number): void {
  for (let i = 0; i < noise.length; i++) noise[i] = t * noise[i]! + (1 - t) * start[i]!
}

function halved({ shape, data }: TensorValue): TensorValue {
  const [, channels, height, width] = shape as [number, number, number, number]
  const [rows, columns] = [height / 2, width / 2]
  const out = new Float32Array(channels * rows * columns)
  for (let i = 0; i < out.length; i++) {
    const [c, y, x] = [Math.floor(i / (rows * columns)), Math.floor(i / columns) % rows, i % columns]
    const at = (c * height + 2 * y) * width + 2 * x
    const d = data as Float32Array
    out[i] = (d[at]! + d[at + 1]! + d[at + width]! + d[at + width + 1]!) / 4
  }
  return { dtype: 'f32', shape: [1, channels, rows, columns], data: out }
}

/** What the folder says of steps, guidance and size; the rest is as in the original. */
export function defaultsOf({ hints }: CheckpointFolder): EditDefaults {
  const { steps, guidance, size } = { ...hints.defaults }
  return {
    steps: steps ?? originalDefaults.steps,
    guidance: guidance ?? originalDefaults.guidance,
    size: size ?? originalDefaults.size,
  }
}

/** Options with their defaults. */
export type Wanted = Required<Omit<EditOptions, 'init'>> & Pick<EditOptions, 'init'>

/** @throws EditError that names the first option which is out of range */
function checkedOptions(options: EditOptions, defaults: EditDefaults): Wanted {
  const wanted = {
    ...defaults,
    seed: 0,
    negative: '',
    dampAbove: 1,
    guidanceInterval: [0, 1] as const,
    vaeSample: false,
    keepEditSize: false,
    detail: true,
    ...options,
  }
  const { steps, guidance, seed, size, dampAbove, guidanceInterval, init } = wanted
  const whole = (value: number, least: number, most: number) =>
    Number.isInteger(value) && value >= least && value <= most
  const within = (value: number, least: number, most: number) => value >= least && value <= most
  const rules: readonly (readonly [string, boolean, string, unknown])[] = [
    ['steps', whole(steps, 1, 1000), 'a whole number from 1 to 1000', steps],
    ['guidance', within(guidance, 0, 100), 'a number from 0 to 100', guidance],
    ['seed', whole(seed, 0, Number.MAX_SAFE_INTEGER), 'a whole number from 0 to 2^53 - 1', seed],
    ['size', whole(size, 16, 4096), 'a whole number from 16 to 4096', size],
    ['damp-above', within(dampAbove, 0, 1), 'a time from 0 to 1', dampAbove],
    [
      'guidance-interval',
      guidanceInterval.every((time) => within(time, 0, 1)) && guidanceInterval[0] <= guidanceInterval[1],
      'two times from 0 to 1, the smaller first',
      guidanceInterval,
    ],
    [
      'init-strength',
      init === undefined || within(init.strength, 0, 1),
      'a number from 0 to 1',
      init?.strength,
    ],
  ]
  for (const [name, holds, expected, got] of rules)
    if (!holds) throw new EditError('input', `${name}: expected ${expected}, got ${got}`)
  return wanted
}

/** Tells of progress, and stops an edit that was cancelled at the next part of a step. */
class StepClock {
  readonly #steps: number
  readonly #hooks: EditHooks
  #started = 0
  #stepStarted = 0
  #stepSeconds: number | undefined

  constructor(steps: number, hooks: EditHooks) {
    this.#steps = steps
    this.#hooks = hooks
  }

  tell(
    stage: EditProgress['stage'],
    done = stage === 'decode' || stage === 'detail' ? this.#steps : 0,
  ): void {
    this.#hooks.signal?.throwIfAborted()
    const seconds = (performance.now() - this.#started) / 1000
    this.#hooks.onProgress?.({
      stage,
      done,
      steps: this.#steps,
      stepSeconds: this.#stepSeconds,
      secondsLeft: stage === 'denoise' && done > 0 ? (seconds / done) * (this.#steps - done) : undefined,
    })
  }

  hooks(preview: (clean: TensorValue) => Promise<Picture>) {
    this.#started = performance.now()
    this.#stepStarted = this.#started
    return {
      onPart: (step: number, done: number, parts: number): void => this.tell('denoise', step + done / parts),
      onStep: async (step: number, clean: () => TensorValue): Promise<void> => {
        this.#stepSeconds = (performance.now() - this.#stepStarted) / 1000
        const { onPreview, previewEvery = 4 } = this.#hooks
        if (onPreview && (step + 1) % previewEvery === 0) await onPreview(await preview(clean()), step + 1)
        this.#stepStarted = performance.now()
      },
    }
  }
}
