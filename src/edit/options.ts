import type { Picture } from '../image/index.ts'
import type { EditPlan } from './darkroom/plan.ts'
import type { EditRegion } from './region.ts'
import { type SamplerName, samplerNames } from './sampling/samplers.ts'

/** The settings that determine an edit, together with the model, the picture and the instruction. */
export interface EditSettings {
  /** Denoising steps. Default: the model's own number, else 28. */
  readonly steps: number
  /** Guidance scale; 1 skips the unconditional branch. Default: the model's own, else 6. */
  readonly guidance: number
  /**
   * Scale of true guidance by the negative prompt, for models distilled for guidance; 1 skips it.
   * Default: 1.
   */
  readonly trueGuidance: number
  /**
   * How strongly the result follows the picture, for models with such a scale: InstructPix2Pix, OmniGen. Default: 1.5, or
   * the model's own.
   */
  readonly pictureGuidance: number
  /**
   * Sampler, for models that predict noise: euler-ancestral, k-euler-ancestral, ddim, pndm. Default:
   * "euler-ancestral", or the model's own.
   */
  readonly sampler: SamplerName
  /** Seed of the noise. Default: 0. A bigint beyond 2^53 - 1, to 2^64 - 1. */
  readonly seed: number | bigint
  /** Size of the edit, which has about size² pixels. Default: the model's own size, else 512. */
  readonly size: number
  /** Negative prompt: the text of the unconditional branch. Default: ''. */
  readonly negative: string
  /** Damp guidance at times above this, 0 to 1. Default: 1, or the model's own. */
  readonly dampAbove: number
  /** Times, from and to, between which guidance applies. Default: [0, 1]. */
  readonly guidanceInterval: readonly [number, number]
  /** Sample the autoencoder's distribution instead of taking its mean. Default: false, or the model's own. */
  readonly vaeSample: boolean
  /** For Step1X-Edit v1.2: let its language model rewrite the instruction first. Default: false. */
  readonly think: boolean
  /**
   * For Step1X-Edit v1.2: let its language model judge the result, and try again until it accepts; on in v1.2
   * unless turned off. Default: false, or the model's own.
   */
  readonly reflect: boolean
  /** For Step1X-Edit v1.2: maximum number of tries with `reflect`. Default: 3. */
  readonly tries: number
  /** Return the picture at the size of the edit instead of the input's size. Default: false. */
  readonly keepEditSize: boolean
  /**
   * Apply the edit to the full-resolution picture, whose unchanged pixels are kept; otherwise enlarge the small
   * result, as the original does. Default: true, but false in an editor opened with precision fp32.
   */
  readonly detail: boolean
}

type Optional<T> = { readonly [Name in keyof T]?: T[Name] | undefined }

/** Settings of an edit; undefined is the default. {@link editOptions} describes each. */
export interface EditOptions extends Optional<EditSettings> {
  /**
   * Start from this picture instead of pure noise. Strength 0 returns its round trip through the autoencoder, 1 starts
   * almost from pure noise; strength × steps steps are taken.
   */
  readonly init?: { readonly picture: Picture; readonly strength: number } | undefined
  /** For the darkroom: the plan to carry out instead of the instruction. */
  readonly plan?: EditPlan | undefined
  /**
   * For editors that take several pictures: those in addition to the edited one, such as a new background, in the order
   * in which the instruction counts them.
   */
  readonly more?: readonly Picture[] | undefined
  /** Where the edit may change the picture: a box of whole pixels, or a mask of its size. Elsewhere it stays bit-identical. */
  readonly region?: EditRegion | undefined
}

/** One option of an edit, with everything that checks, schemas, flags and documentation need. */
export interface EditOption<T> {
  /** A whole number, a number, a text, one of {@link choices}, true or false, or two numbers. */
  readonly kind: 'whole' | 'number' | 'text' | 'choice' | 'switch' | 'interval'
  /** What it does, in one sentence. */
  readonly doc: string
  /** Its valid values, in words: `a whole number from 1 to 1000`. */
  readonly expected: string
  readonly default: T
  /** Whether a model may have its own default. */
  readonly ofModel: boolean
  readonly choices?: readonly string[]
  accepts(value: unknown): value is T
}

interface OptionText<T> {
  readonly default: T
  readonly doc: string
  readonly ofModel?: boolean
}

const isWithin = (value: unknown, least: number, most: number): value is number =>
  typeof value === 'number' && value >= least && value <= most

function whole(least: number, most: number, text: OptionText<number>): EditOption<number> {
  return {
    kind: 'whole',
    expected: `a whole number from ${least} to ${most}`,
    ofModel: false,
    ...text,
    accepts: (value): value is number => Number.isInteger(value) && isWithin(value, least, most),
  }
}

function number(least: number, most: number, text: OptionText<number>): EditOption<number> {
  return {
    kind: 'number',
    expected: `a number from ${least} to ${most}`,
    ofModel: false,
    ...text,
    accepts: (value): value is number => isWithin(value, least, most),
  }
}

function onOrOff(text: OptionText<boolean>): EditOption<boolean> {
  return {
    kind: 'switch',
    expected: 'true or false',
    ofModel: false,
    ...text,
    accepts: (value): value is boolean => typeof value === 'boolean',
  }
}

/** Every option of an edit except {@link EditOptions.init}, in the order of {@link EditSettings}. */
export const editOptions: { readonly [Name in keyof EditSettings]: EditOption<EditSettings[Name]> } = {
  steps: whole(1, 1000, { doc: 'Denoising steps.', default: 28, ofModel: true }),
  guidance: number(0, 100, {
    doc: 'Guidance scale; 1 skips the unconditional branch.',
    default: 6,
    ofModel: true,
  }),
  trueGuidance: number(1, 100, {
    doc: 'Scale of true guidance by the negative prompt, for models distilled for guidance; 1 skips it.',
    default: 1,
  }),
  pictureGuidance: number(0, 100, {
    doc: 'How strongly the result follows the picture, for models with such a scale: InstructPix2Pix, OmniGen.',
    default: 1.5,
    ofModel: true,
  }),
  sampler: {
    kind: 'choice',
    doc: `Sampler, for models that predict noise: ${samplerNames.join(', ')}.`,
    expected: `one of ${samplerNames.join(', ')}`,
    default: 'euler-ancestral',
    ofModel: true,
    choices: samplerNames,
    accepts: (value): value is SamplerName => samplerNames.some((name) => name === value),
  },
  seed: {
    kind: 'whole',
    doc: 'Seed of the noise.',
    expected: 'a whole number from 0 to 2^64 - 1',
    default: 0,
    ofModel: false,
    accepts: (value): value is number | bigint =>
      typeof value === 'bigint'
        ? value >= 0 && value < 2n ** 64n
        : Number.isSafeInteger(value) && Number(value) >= 0,
  },
  size: whole(16, 4096, {
    doc: 'Size of the edit, which has about size² pixels.',
    default: 512,
    ofModel: true,
  }),
  negative: {
    kind: 'text',
    doc: 'Negative prompt: the text of the unconditional branch.',
    expected: 'a text',
    default: '',
    ofModel: false,
    accepts: (value): value is string => typeof value === 'string',
  },
  dampAbove: number(0, 1, {
    doc: 'Damp guidance at times above this, 0 to 1.',
    default: 1,
    ofModel: true,
  }),
  guidanceInterval: {
    kind: 'interval',
    doc: 'Times, from and to, between which guidance applies.',
    expected: 'two times from 0 to 1, the smaller first',
    default: [0, 1],
    ofModel: false,
    accepts: (value): value is readonly [number, number] =>
      Array.isArray(value) &&
      value.length === 2 &&
      value.every((time) => isWithin(time, 0, 1)) &&
      Number(value[0]) <= Number(value[1]),
  },
  vaeSample: onOrOff({
    doc: "Sample the autoencoder's distribution instead of taking its mean.",
    default: false,
    ofModel: true,
  }),
  think: onOrOff({
    doc: 'For Step1X-Edit v1.2: let its language model rewrite the instruction first.',
    default: false,
  }),
  reflect: onOrOff({
    doc: 'For Step1X-Edit v1.2: let its language model judge the result, and try again until it accepts; on in v1.2 unless turned off.',
    default: false,
    ofModel: true,
  }),
  tries: whole(1, 100, { doc: 'For Step1X-Edit v1.2: maximum number of tries with `reflect`.', default: 3 }),
  keepEditSize: onOrOff({
    doc: "Return the picture at the size of the edit instead of the input's size.",
    default: false,
  }),
  detail: onOrOff({
    doc: 'Apply the edit to the full-resolution picture, whose unchanged pixels are kept; otherwise enlarge the small result, as the original does.',
    default: true,
  }),
}

/** The strength of {@link EditOptions.init}. */
export const initStrength: EditOption<number> = number(0, 1, {
  doc: 'How far to depart from the init picture: 0 keeps it, 1 starts almost from pure noise.',
  default: 0.6,
})
