import type { Picture } from '../image/index.ts'
import { checkInstruction } from './condition/prompt.ts'
import { EditError } from './error.ts'
import { editSize, type Size } from './sampling/sampling.ts'

/** What decides the result of an edit, beside the model, the picture and the instruction. */
export interface EditSettings {
  /** Denoising steps. Default: the model's own number, else 28. */
  readonly steps: number
  /** Strength of guidance; 1 leaves the unconditional branch out. Default: the model's own, else 6. */
  readonly guidance: number
  /** Seed of the noise. Default: 0. A bigint beyond 2^53 - 1, to 2^64 - 1. */
  readonly seed: number | bigint
  /** The edit is made at about size² pixels. Default: the model's own size, else 512. */
  readonly size: number
  /** Text of the unconditional branch, which guidance leads away from. Default: ''. */
  readonly negative: string
  /** Guidance is damped at times above this, 0 to 1. Default: 1. */
  readonly dampAbove: number
  /** Times, from and to, between which there is guidance. Default: [0, 1]. */
  readonly guidanceInterval: readonly [number, number]
  /** Samples the autoencoder's distribution instead of taking its mean. Default: false. */
  readonly vaeSample: boolean
  /** Returns the picture at the size of the edit instead of the input's size. Default: false. */
  readonly keepEditSize: boolean
  /**
   * Carries the edit to the picture's own pixels, so that what it does not touch stays as it was; otherwise the small
   * result is enlarged, as the original does it. Default: true, but false in an editor opened with precision fp32.
   */
  readonly detail: boolean
}

type Optional<T> = { readonly [Name in keyof T]?: T[Name] | undefined }

/** Settings that differ from the defaults; undefined is the default. {@link editOptions} describes each. */
export interface EditOptions extends Optional<EditSettings> {
  /**
   * Starts from this picture instead of pure noise. Strength 0 returns it as the autoencoder has it, 1 hardly uses it;
   * strength × steps steps are taken.
   */
  readonly init?: { readonly picture: Picture; readonly strength: number } | undefined
}

/** One option of an edit: all that checks, schemas, flags and documentation need to know of it. */
export interface EditOption<T> {
  /** A whole number, a number, a text, true or false, or two numbers. */
  readonly kind: 'whole' | 'number' | 'text' | 'switch' | 'interval'
  /** What it does, in one sentence. */
  readonly doc: string
  /** What values it takes, in words: `a whole number from 1 to 1000`. */
  readonly expected: string
  readonly default: T
  /** Whether a model may bring a default of its own. */
  readonly ofModel: boolean
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

/** Every option of an edit but {@link EditOptions.init}, in the order of {@link EditSettings}. */
export const editOptions: { readonly [Name in keyof EditSettings]: EditOption<EditSettings[Name]> } = {
  steps: whole(1, 1000, { doc: 'Denoising steps.', default: 28, ofModel: true }),
  guidance: number(0, 100, {
    doc: 'Strength of guidance; 1 leaves the unconditional branch out.',
    default: 6,
    ofModel: true,
  }),
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
  size: whole(16, 4096, { doc: 'The edit is made at about size² pixels.', default: 512, ofModel: true }),
  negative: {
    kind: 'text',
    doc: 'Text of the unconditional branch, which guidance leads away from.',
    expected: 'a text',
    default: '',
    ofModel: false,
    accepts: (value): value is string => typeof value === 'string',
  },
  dampAbove: number(0, 1, { doc: 'Guidance is damped at times above this, 0 to 1.', default: 1 }),
  guidanceInterval: {
    kind: 'interval',
    doc: 'Times, from and to, between which there is guidance.',
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
    doc: "Samples the autoencoder's distribution instead of taking its mean.",
    default: false,
  }),
  keepEditSize: onOrOff({
    doc: "Returns the picture at the size of the edit instead of the input's size.",
    default: false,
  }),
  detail: onOrOff({
    doc: "Carries the edit to the picture's own pixels, so that what it does not touch stays as it was; otherwise the small result is enlarged, as the original does it.",
    default: true,
  }),
}

/** The strength of {@link EditOptions.init}. */
export const initStrength: EditOption<number> = number(0, 1, {
  doc: 'How far from the init picture to go: 0 stays, 1 starts almost from pure noise.',
  default: 0.6,
})

/** Hooks of an edit, which are given beside its options. */
const hookNames = [
  'signal',
  'onProgress',
  'onInstruction',
  'onPreview',
  'previewEvery',
  'onChangeMap',
  'onStage',
]

/** An edit that can be made: its settings, and the size at which it is made. */
export interface CheckedEdit {
  readonly settings: EditSettings
  readonly size: Size
}

/**
 * Whether an edit can be made; needs no model. `defaults` are those of the model, where it is known.
 * @throws EditError that names what does not fit in picture, instruction or options
 */
export function checkEdit(
  picture: Size,
  instruction: string,
  options: EditOptions = {},
  defaults: Partial<EditSettings> = {},
): CheckedEdit {
  checkInstruction(instruction)
  const settings = settingsOf(options, defaults)
  return { settings, size: readableSize(picture, settings.size) }
}

/** @throws EditError that names the first option which does not fit */
function settingsOf(options: EditOptions, defaults: Partial<EditSettings>): EditSettings {
  for (const name of Object.keys(options))
    if (!Object.hasOwn(editOptions, name) && name !== 'init' && !hookNames.includes(name))
      throw new EditError(
        'input',
        `${name}: expected an option of an edit (${Object.keys(editOptions).join(', ')}, init, ${hookNames.join(', ')})`,
      )
  if (options.init) check('init.strength', initStrength, options.init.strength)
  const entries = Object.entries<EditOption<unknown>>(editOptions).map(([name, option]) => {
    const key = name as keyof EditSettings
    const value = options[key] ?? defaults[key] ?? option.default
    check(name, option, value)
    return [name, value]
  })
  return Object.fromEntries(entries) as EditSettings
}

function check(name: string, option: EditOption<unknown>, value: unknown): void {
  if (!option.accepts(value))
    throw new EditError('input', `${name}: expected ${option.expected}, got ${shown(value)}`)
}

function shown(value: unknown): string {
  return typeof value === 'string' || Array.isArray(value) ? JSON.stringify(value) : String(value)
}

/** The language model reads no picture with a side below 28 pixels, or 200 times the other. */
function readableSize(picture: Size, level: number): Size {
  const size = editSize(picture, level)
  const [short, long] = [Math.min(size.width, size.height), Math.max(size.width, size.height)]
  if (short < 28 || long / short > 200)
    throw new EditError(
      'input',
      `picture of ${picture.width}×${picture.height}: at size ${level} it would be edited at ${size.width}×${size.height}, expected sides of at least 28 and at most 200:1; crop it or choose a larger size`,
    )
  return size
}
