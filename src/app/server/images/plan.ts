import { randomBytes } from 'node:crypto'
import { type EditOptions, editOptions } from '../../../edit/index.ts'
import { encodeMask, readPicture } from '../../../image/index.ts'
import type { EditTask, Owner, ServiceModel, StoredPicture } from '../../../service/index.ts'
import { ApiError } from '../apiError.ts'
import type { AppParts } from '../parts.ts'
import type { ImageEditFields, ImageFacts } from '../schemas/imageEdits.ts'
import type { GivenEdit, GivenPicture } from './read.ts'

/** What a request comes down to: edits for the service, and what is done with their results. */
export interface ImageEditPlan {
  readonly tasks: readonly EditTask[]
  readonly output: {
    readonly format: ImageFacts['output_format']
    readonly quality: ImageFacts['quality']
    /** Of JPEG and WebP, 1 to 100. */
    readonly compression: number | undefined
    readonly background: 'transparent' | 'opaque' | 'auto'
    readonly width: number
    readonly height: number
  }
  readonly isUrl: boolean
  readonly isStream: boolean
  readonly partialImages: number
}

const unsupported = (param: string, message: string): ApiError =>
  new ApiError(400, 'unsupported_value', `${param}: ${message}`, { param })

/** Every field is applied or refused; docs/server.md describes each. @throws ApiError, ServiceError */
export async function planImageEdit(
  given: GivenEdit,
  owner: Owner,
  parts: Pick<AppParts, 'pictures'>,
  list: () => Promise<readonly ServiceModel[]>,
): Promise<ImageEditPlan> {
  const { fields } = given
  const model = modelOf(fields.model ?? undefined, await list())
  const partialImages = checkStream(fields)
  const options = optionsOf(fields, model)
  checkPolicy(fields, model)
  if (given.pictures.length > model.pictures)
    throw unsupported(
      'image',
      `${model.name} takes ${model.pictures === 1 ? 'one picture' : `at most ${model.pictures} pictures`}, got ${given.pictures.length}`,
    )
  if (given.mask && !model.options.includes('region'))
    throw unsupported('mask', `${model.name} takes no mask; leave it out, or choose another model`)
  const seeds = seedsOf(fields, model)
  const loras = lorasOf(fields)
  const [first, ...others] = await storeAll(given.pictures, owner, parts.pictures)
  const size = sizeOf(fields.size ?? 'auto', first!)
  const isResized = size.width !== first!.width || size.height !== first!.height
  const mask = given.mask && (await storeMask(given.mask, first!, owner, parts.pictures))
  const format = fields.output_format ?? 'png'
  const compression = compressionOf(fields, format)
  const steps = (options.steps ?? model.defaults?.steps) as number | undefined
  const previews =
    partialImages === 0
      ? 0
      : Math.max(1, Math.floor((steps ?? editOptions.steps.default) / (partialImages + 1)))
  const task: EditTask = {
    model: model.name,
    instruction: fields.prompt,
    picture: first!.id,
    ...(others.length > 0 && { others: others.map(({ id }) => id) }),
    ...(mask && { mask }),
    ...(loras.length > 0 && { loras }),
    // Resized ones are encoded once more.
    output: isResized
      ? { format: 'png' }
      : { format, ...(compression !== undefined && { quality: compression }) },
    previews,
  }
  return {
    tasks: seeds.map((seed) => {
      const all = { ...options, ...(seed !== undefined && { seed }) }
      return Object.keys(all).length > 0 ? { ...task, options: all } : task
    }),
    output: {
      format,
      quality: qualityOf(fields),
      compression,
      background: fields.background ?? 'auto',
      ...size,
    },
    isUrl: fields.response_format === 'url',
    isStream: fields.stream ?? false,
    partialImages,
  }
}

function modelOf(name: string | undefined, all: readonly ServiceModel[]): ServiceModel {
  const found = all.find((model) => (name === undefined ? model.isDefault : model.name === name))
  if (found?.state === 'ready') return found
  const ready = all.filter(({ state }) => state === 'ready').map((model) => model.name)
  throw new ApiError(
    404,
    'model_not_found',
    `model: ${name ?? found?.name ?? 'the default one'} is not ready here, expected one of ${ready.join(', ') || 'none'}`,
    { param: 'model' },
  )
}

/** @returns how many partial images are wanted at most */
function checkStream({ stream, partial_images, n, response_format }: ImageEditFields): number {
  if (!stream) {
    if (partial_images)
      throw unsupported('partial_images', 'only available with stream; set it, or leave them out')
    return 0
  }
  if ((n ?? 1) > 1) throw unsupported('n', `expected 1 with stream, got ${n}; send several requests`)
  if (response_format === 'url')
    throw unsupported('response_format', "expected 'b64_json' with stream, got 'url'")
  return partial_images ?? 0
}

type Options = NonNullable<EditTask['options']>

function optionsOf(fields: ImageEditFields, model: ServiceModel): Options {
  const { steps, guidance, negative_prompt: negative, input_fidelity: fidelity, quality } = fields
  const wanted: [param: string, option: keyof EditOptions, value: unknown][] = [
    ['steps', 'steps', steps ?? undefined],
    ['guidance', 'guidance', guidance ?? undefined],
    ['negative_prompt', 'negative', negative ?? undefined],
  ]
  if (quality && quality !== 'auto' && quality !== 'standard') {
    if (steps) throw unsupported('quality', "expected 'auto' together with steps; leave one of them out")
    wanted.push(['quality', 'steps', stepsOf(quality, model)])
  }
  // The darkroom changes nothing that it does not have to.
  if (fidelity && !(fidelity === 'high' && model.kind === 'darkroom'))
    wanted.push(['input_fidelity', 'detail', fidelity === 'high'])
  const options: Record<string, unknown> = {}
  for (const [param, option, value] of wanted) {
    if (value === undefined) continue
    if (!model.options.includes(option))
      throw unsupported(param, `${model.name} has no ${option}; leave it out, or choose another model`)
    options[option] = value
  }
  return options
}

/** Half of a model's own steps, as many, half as many again. */
function stepsOf(quality: 'low' | 'medium' | 'high', { defaults }: ServiceModel): number {
  const own = Number(defaults?.steps ?? editOptions.steps.default)
  return Math.max(1, Math.round(own * { low: 0.5, medium: 1, high: 1.5 }[quality]))
}

const qualityOf = ({ quality }: ImageEditFields): ImageFacts['quality'] =>
  quality === 'low' || quality === 'high' ? quality : 'medium'

function checkPolicy({ moderation, background, output_format }: ImageEditFields, model: ServiceModel): void {
  if (moderation === 'low' && model.kind === 'remote')
    throw unsupported('moderation', `cannot be set for ${model.name}; leave it out`)
  if (background === 'transparent' && output_format === 'jpeg')
    throw unsupported('background', 'jpeg has no transparency; choose png or webp')
}

/** A seed a result; undefined where the editor has none. */
function seedsOf({ seed, n }: ImageEditFields, model: ServiceModel): (number | string | undefined)[] {
  const count = n ?? 1
  if (!model.options.includes('seed')) {
    if (seed !== undefined && seed !== null) throw unsupported('seed', `${model.name} has none; leave it out`)
    if (count > 1 && model.kind === 'darkroom')
      throw unsupported('n', `${model.name} always gives the same result; expected 1, got ${count}`)
    return Array.from({ length: count }, () => undefined)
  }
  const first = seed === undefined || seed === null ? BigInt(randomBytes(4).readUInt32BE()) : BigInt(seed)
  if (first + BigInt(count) > 1n << 64n)
    throw unsupported('seed', 'expected at most 2^64 - 1, for the last result too')
  return Array.from({ length: count }, (_, i) => {
    const each = first + BigInt(i)
    return each <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(each) : String(each)
  })
}

function lorasOf({ lora }: ImageEditFields): readonly { name: string; strength: number }[] {
  const texts = lora === undefined || lora === null ? [] : typeof lora === 'string' ? [lora] : lora
  return texts.map((text) => {
    const [, name = '', strength = '1'] = /^(.+?)(?::(-?\d+(?:\.\d+)?))?$/s.exec(text) ?? []
    if (name === '' || Math.abs(Number(strength)) > 10)
      throw new ApiError(
        400,
        'invalid_value',
        `lora: expected a name, with a strength of -10 to 10: winter:0.8, got '${text}'`,
        { param: 'lora' },
      )
    return { name, strength: Number(strength) }
  })
}

async function storeAll(
  given: readonly GivenPicture[],
  owner: Owner,
  pictures: AppParts['pictures'],
): Promise<readonly StoredPicture[]> {
  const stored: StoredPicture[] = []
  for (const { param, name, bytes } of given)
    stored.push(await namingParam(param, () => pictures.add(owner, name, bytes)))
  return stored
}

/** Tells in which field a picture came that is refused. */
async function namingParam<T>(param: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const { code, message, name } = error as { code?: string; message: string; name: string }
    if ((name === 'ServiceError' && code === 'picture') || name === 'ImageError')
      throw new ApiError(400, 'picture', `${param}: ${message}`, { param, cause: error })
    throw error
  }
}

const png = [0x89, 0x50, 0x4e, 0x47]

/** OpenAI's masks are transparent where the picture may change, ours white. */
async function storeMask(
  { param, bytes }: GivenPicture,
  { width, height }: StoredPicture,
  owner: Owner,
  pictures: AppParts['pictures'],
): Promise<string> {
  const refuse = (message: string): ApiError =>
    new ApiError(400, 'picture', `${param}: ${message}`, { param })
  if (png.some((byte, i) => bytes[i] !== byte)) throw refuse('expected a PNG file with transparency')
  const { alpha, ...mask } = await namingParam(param, () => readPicture(bytes))
  if (mask.width !== width || mask.height !== height)
    throw refuse(
      `${mask.width}×${mask.height} pixels, expected ${width}×${height}, the size of the first picture`,
    )
  if (!alpha?.data.some((level) => level < 255))
    throw refuse(
      'no part of it is transparent, so nothing may change; make the part that may change transparent',
    )
  const data = alpha.data.map((level) => 255 - level)
  return (await pictures.add(owner, 'mask.png', await encodeMask({ width, height, data }))).id
}

const longestSide = 4096

function sizeOf(size: string, { width, height }: StoredPicture): { width: number; height: number } {
  if (size === 'auto') return { width, height }
  const [wide, high] = size.split('x').map(Number) as [number, number]
  if (wide < 1 || high < 1 || (Math.max(wide, high) > longestSide && (wide > width || high > height)))
    throw unsupported('size', `expected sides of 1 to ${longestSide}, got ${size}`)
  // To the pixel that rounding costs.
  const fits = Math.abs(wide * height - high * width) <= Math.max(width, height) / 2
  if (!fits)
    throw unsupported(
      'size',
      `${size} has another aspect than the picture's ${width}x${height}; expected 'auto' or, say, ${wide}x${Math.max(1, Math.round((wide * height) / width))}`,
    )
  return { width: wide, height: high }
}

function compressionOf({ output_compression: given }: ImageEditFields, format: string): number | undefined {
  if (format === 'png') {
    if (given !== undefined && given !== null)
      throw unsupported('output_compression', 'png is lossless; leave it out, or choose jpeg or webp')
    return undefined
  }
  // 100 is OpenAI's default, and 0 the same as 1.
  return Math.max(1, given ?? 100)
}
