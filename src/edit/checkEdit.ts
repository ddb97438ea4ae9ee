import { checkInstruction } from './condition/prompt.ts'
import { EditError } from './error.ts'
import { type EditOption, type EditOptions, type EditSettings, editOptions, initStrength } from './options.ts'
import { checkRegion } from './region.ts'
import { editSize, type Size } from './sampling/sampling.ts'

/** Hooks of an edit, which are passed together with its options. */
const hookNames = [
  'signal',
  'onProgress',
  'onInstruction',
  'onPreview',
  'previewEvery',
  'onChangeMap',
  'onStage',
  'onReport',
  'onRound',
  'onThought',
  'onUsage',
]

/** Options that only the darkroom takes. */
const ofDarkroom = ['plan']

/** The largest aspect ratio that any model takes. */
const longest = 200

/** Facts about a model before it is opened. */
export interface EditChecks {
  readonly defaults?: Partial<EditSettings> | undefined
  /** Options that it takes. Default: all. */
  readonly taken?: readonly string[] | undefined
  /** Its name. */
  readonly by?: string | undefined
}

/**
 * Checks an edit without a model. @returns its settings
 * @throws EditError that names the invalid part of picture, instruction or options
 */
export function checkEdit(
  picture: Size,
  instruction: string,
  options: EditOptions = {},
  { defaults = {}, taken, by = 'this model' }: EditChecks = {},
): EditSettings {
  checkInstruction(instruction)
  const settings = settingsOf(options, defaults)
  for (const name of Object.keys(editOptions) as (keyof EditSettings)[])
    if (options[name] !== undefined && taken && !taken.includes(name))
      throw new EditError('input', `${name}: ${by} has no such option; leave it out`)
  if (options.init && taken && !taken.includes('init'))
    throw new EditError('input', `init: ${by} has no such option; leave it out`)
  const [short, long] = [Math.min(picture.width, picture.height), Math.max(picture.width, picture.height)]
  if (long / short > longest)
    throw new EditError(
      'input',
      `picture of ${picture.width}×${picture.height}: expected an aspect ratio of at most ${longest}:1; crop it`,
    )
  if (options.region) {
    checkRegion(options.region, picture)
    if (settings.keepEditSize)
      throw new EditError(
        'input',
        'keepEditSize: expected false with a region, outside of which the picture keeps its own pixels; leave one of them out',
      )
  }
  return settings
}

/** @throws EditError for more pictures than an editor takes */
export function checkMore(
  { more = [] }: Pick<EditOptions, 'more'>,
  { name, mostPictures: most }: { readonly name: string; readonly mostPictures: number },
): void {
  if (more.length <= most) return
  throw new EditError(
    'input',
    most === 0
      ? `more: ${name} takes one picture, got ${more.length} more; leave them out, or choose another model`
      : `more: ${name} takes at most ${most === 1 ? 'one picture' : `${most} pictures`} beside the edited one, got ${more.length}; leave some out`,
  )
}

/** @throws EditError that names the first invalid option */
function settingsOf(options: EditOptions, defaults: Partial<EditSettings>): EditSettings {
  for (const name of Object.keys(options))
    if (ofDarkroom.includes(name)) {
      if (options[name as keyof EditOptions] !== undefined)
        throw new EditError('input', `${name}: only the darkroom takes it; leave it out for other models`)
    } else if (
      !Object.hasOwn(editOptions, name) &&
      !['init', 'region', 'more'].includes(name) &&
      !hookNames.includes(name)
    )
      throw new EditError(
        'input',
        `${name}: expected an option of an edit (${Object.keys(editOptions).join(', ')}, init, region, more, ${hookNames.join(', ')})`,
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

/**
 * The size at which Step1X-Edit edits a picture. Its language model needs sides of at least 28 pixels and an aspect ratio
 * of at most 200. @throws EditError
 */
export function readableSize(picture: Size, level: number): Size {
  const size = editSize(picture, level)
  const [short, long] = [Math.min(size.width, size.height), Math.max(size.width, size.height)]
  if (short < 28 || long / short > longest)
    throw new EditError(
      'input',
      `picture of ${picture.width}×${picture.height}: at size ${level} the edit would have ${size.width}×${size.height} pixels, expected sides of at least 28 and an aspect ratio of at most ${longest}:1; crop it or choose a larger size`,
    )
  return size
}
