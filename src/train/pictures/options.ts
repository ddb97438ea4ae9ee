import { type Base, bases } from '../../edit/index.ts'
import type { Variant } from '../../models/index.ts'
import type { Provider } from '../../onnx/index.ts'
import type { AdapterFormat } from '../../weights/index.ts'
import { TrainError } from '../error.ts'
import { type LoraOptions, lowRankRule } from '../lora.ts'
import { checkOptions, type TrainingOptions, type TrainingSettings } from '../options.ts'
import type { Triplet } from '../triplets.ts'

/** A LoRA to train on frozen weights. */
export interface PictureLora {
  /** Default: 64. */
  readonly rank?: number | undefined
  /** The change counts alpha / rank times. Default: half the rank, as in the original's scripts. */
  readonly alpha?: number | undefined
  /** Regular expressions over paths of layers. Default: every linear layer of the double and single blocks. */
  readonly targets?: readonly string[] | undefined
  /** kohya's single file, or PEFT's folder. Default: `kohya`. */
  readonly format?: AdapterFormat | undefined
  /** A LoRA of the same rank to continue from: a file, or a PEFT folder. */
  readonly from?: string | undefined
}

/** Sample edits of the first triplets, made during the run. */
export interface PictureSamples {
  /** Steps between two grids; 0 makes none. Default: 0. */
  readonly every?: number | undefined
  /** Triplets in a grid. Default: 4. */
  readonly count?: number | undefined
  /** Denoising steps of each edit. Default: the model's own number, else 28. */
  readonly steps?: number | undefined
  /** Default: the model's own, else 6. */
  readonly guidance?: number | undefined
}

/** How a model is trained on pictures. */
export interface PictureTrainingOptions
  extends Omit<TrainingOptions, 'sampleEvery' | 'trains' | 'sessions' | 'arena'> {
  /** A checkpoint folder, `nano`, or the name of a pulled model; with `base` the weights of a text-to-image model. */
  readonly model: string
  /**
   * Makes an editor of a text-to-image model, FLUX.1 or Stable Diffusion 3: the connector begins new and is trained with
   * the transformer, or with a LoRA on it. Default: the model is an editor already.
   */
  readonly base?: Base | undefined
  /** With `base`: a folder of Qwen2.5-VL, or the name of a pulled one. Default: `qwen2.5-vl-7b`. */
  readonly languageModel?: string | undefined
  /** With `base`: a file or folder. Default: next to the weights. */
  readonly autoencoder?: string | undefined
  /** Folder of the run: states, measures, samples, report, and what comes out. */
  readonly output: string
  /** Trains a LoRA and leaves the weights as they are. Default: all weights are trained. */
  readonly lora?: PictureLora | undefined
  /** Pictures are trained at about size² pixels, in a few shapes. Default: the model's own size, else 512. */
  readonly size?: number | undefined
  readonly variant?: Variant | undefined
  /** Of the frozen weights of a LoRA. Default: `fp32`, the weights as they are stored. */
  readonly precision?: 'fp32' | 'int8' | 'int4' | undefined
  /** How often triplets of a kind are seen, next to the others: `{ style_change: 2 }`. Default: 1 each. */
  readonly kinds?: Readonly<Record<string, number>> | undefined
  /** Triplets that are not trained on, for the loss of `evaluateEvery`. Default: none. */
  readonly heldOut?: TripletSource | undefined
  readonly samples?: PictureSamples | undefined
  /** In which the result is written. Default: as the checkpoint has it; f32 for a LoRA. */
  readonly dtype?: 'f32' | 'bf16' | 'f16' | undefined
  /** Folder where latents and features are kept for the next run. Default: `features` in the output. */
  readonly features?: string | undefined
  /** Continues from the newest state in the output. Default: false, which refuses an output that has one. */
  readonly resume?: boolean | undefined
  /** Bytes that the frozen weights may take. Default: four fifths of what is free. */
  readonly memory?: number | undefined
  readonly provider?: Provider | 'auto' | undefined
  readonly threads?: number | undefined
  /** Folder of quantised weights and identities. Default: the cache of this package. */
  readonly cache?: string | undefined
}

/** Triplets that can be iterated several times: an array, or an iterable that restarts with each iteration. */
export type TripletSource = Iterable<Triplet> | AsyncIterable<Triplet>

/** Options that were checked. */
export interface PictureSettings {
  readonly training: TrainingSettings
  readonly lora: LoraOptions | undefined
  readonly samples: { readonly every: number; readonly count: number }
}

/** @throws TrainError that names the first option which is out of range */
export function checkPictureOptions(options: PictureTrainingOptions): PictureSettings {
  const { lora, samples = {}, size, precision = 'fp32', kinds = {} } = options
  const training = checkOptions({
    ...options,
    sampleEvery: samples.every,
    // A session of frozen weights holds a copy of them.
    sessions: lora ? 1 : undefined,
    trains: undefined,
  })
  const every = samples.every ?? 0
  const count = samples.count ?? 4
  checkBase(options)
  check('size', size ?? 16, isWhole(16, 4096), 'a whole number from 16 to 4096')
  check('samples.count', count, isWhole(1, 64), 'a whole number from 1 to 64')
  check('samples.steps', samples.steps ?? 1, isWhole(1, 1000), 'a whole number from 1 to 1000')
  check('samples.guidance', samples.guidance ?? 1, isBetween(0, 100), 'a number from 0 to 100')
  for (const [kind, weight] of Object.entries(kinds))
    check(`kinds.${kind}`, weight, isBetween(0, 1e6), 'a number of at least 0')
  if (!lora && precision !== 'fp32')
    throw new TrainError(
      'input',
      `precision: expected fp32 for trained weights, got ${precision}; train a LoRA instead`,
    )
  return { training, lora: lora && loraOptions(lora), samples: { every, count } }
}

/** @throws TrainError when the base is none, or options of a base are given without one */
function checkBase({ base, languageModel, autoencoder }: PictureTrainingOptions): void {
  if (base !== undefined && !bases.includes(base))
    throw new TrainError('input', `base: expected ${bases.join(' or ')}, got ${String(base)}`)
  for (const [name, value] of Object.entries({ languageModel, autoencoder }))
    if (base === undefined && value !== undefined)
      throw new TrainError('input', `${name}: needs base; set base, or leave it out`)
}

function loraOptions({ rank = 64, alpha = rank / 2, targets }: PictureLora): LoraOptions {
  const options = { rank, alpha, ...(targets && { targets }) }
  lowRankRule(options)
  return options
}

type Test = (value: number) => boolean

const isWhole =
  (least: number, most: number): Test =>
  (value) =>
    Number.isInteger(value) && value >= least && value <= most
const isBetween =
  (least: number, most: number): Test =>
  (value) =>
    value >= least && value <= most

function check(name: string, value: number, test: Test, expected: string): void {
  if (!test(value)) throw new TrainError('input', `${name}: expected ${expected}, got ${value}`)
}
