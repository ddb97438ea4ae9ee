import { z } from 'zod'
import type { MetadataPolicy } from '../image/index.ts'
import type { Variant } from '../models/index.ts'
import type { Plan, Provider } from '../onnx/index.ts'
import { parseJson } from './checkpoint/folder.ts'
import type { Precision } from './checkpoint/weights.ts'
import type { Quotes } from './condition/prompt.ts'
import { EditError } from './error.ts'
import type { EditOptions } from './options.ts'
import type { ModelFacts } from './parts.ts'

/** Raised whenever the same picture, instruction, options and weights may give another result. */
export const editAlgorithm = 1

/** Options of an edit as JSON holds them: a seed beyond 2^53 - 1 is a text of digits. */
export type RecordedOptions = Omit<EditOptions, 'init' | 'seed'> & {
  readonly seed?: number | string | undefined
}

/** A picture that went into an edit. */
export interface UsedPicture {
  /** From the folder of the edited picture, or the name alone. Recipes of earlier versions have the whole path. */
  readonly path: string
  /** Of its pixels. */
  readonly sha256: string
}

/** All that it takes to make an edited picture again. It is kept inside the picture, and holds no names of folders. */
export interface Recipe {
  /** Version of Pentimento that made it. */
  readonly pentimento: string
  /** {@link editAlgorithm} of that version; earlier ones have none. */
  readonly algorithm?: number | undefined
  readonly picture: UsedPicture
  readonly instruction: string
  readonly options: RecordedOptions
  readonly init?: (UsedPicture & { readonly strength: number }) | undefined
  readonly model: {
    /** The name of the model's folder. */
    readonly folder: string
    readonly variant: Variant
    /** Of the transformer. */
    readonly precision: Precision
    readonly plan: Plan
    /** How each part ran; recipes of earlier versions have none. */
    readonly parts?: ModelFacts | undefined
    readonly provider: Provider
    readonly quotes: Quotes
    readonly files: Readonly<Record<string, string>>
    /** `file` is a name without its folder. */
    readonly loras: readonly { readonly file: string; readonly strength: number; readonly identity: string }[]
  }
  /** How the file was written, where that was not left to the defaults. */
  readonly saved?: SavedAs | undefined
  /** Of the pixels that came out, before the file's format lost some of them. */
  readonly result: string
}

/** What determines a picture file in addition to its pixels and format. */
export interface SavedAs {
  readonly quality?: number | undefined
  readonly metadata?: MetadataPolicy | undefined
}

const part = z.object({
  precision: z.enum(['fp32', 'int8', 'int4']),
  plan: z.enum(['whole', 'streamed']),
})
const used = { path: z.string(), sha256: z.string() }
const recipeSchema: z.ZodType<Recipe> = z.object({
  pentimento: z.string(),
  algorithm: z.number().optional(),
  picture: z.object(used),
  instruction: z.string(),
  options: z.object({
    steps: z.number().optional(),
    guidance: z.number().optional(),
    seed: z.union([z.number(), z.string().regex(/^\d{1,20}$/)]).optional(),
    size: z.number().optional(),
    negative: z.string().optional(),
    dampAbove: z.number().optional(),
    guidanceInterval: z.tuple([z.number(), z.number()]).optional(),
    vaeSample: z.boolean().optional(),
    keepEditSize: z.boolean().optional(),
    detail: z.boolean().optional(),
  }) as z.ZodType<Recipe['options']>,
  init: z.object({ ...used, strength: z.number() }).optional(),
  model: z.object({
    folder: z.string(),
    variant: z.enum(['v1.0', 'v1.1']),
    precision: z.enum(['fp32', 'int8', 'int4']),
    plan: z.enum(['whole', 'streamed']),
    parts: z.object({ transformer: part, languageModel: part, autoencoder: part }).optional(),
    provider: z.enum(['cpu', 'webgpu', 'cuda', 'coreml', 'dml']),
    quotes: z.enum(['faithful', 'paired']),
    files: z.record(z.string(), z.string()),
    loras: z.array(z.object({ file: z.string(), strength: z.number(), identity: z.string() })),
  }),
  saved: z
    .object({ quality: z.number().optional(), metadata: z.enum(['keep', 'safe', 'none']).optional() })
    .optional(),
  result: z.string(),
})

/** Reads a recipe's text. @throws EditError that names what does not fit */
export function parseRecipe(name: string, text: string): Recipe {
  try {
    parseJson(name, text, recipeSchema)
    // As it was written, not as it was checked: the order of its fields decides the bytes of a replay.
    return JSON.parse(text) as Recipe
  } catch (error) {
    throw new EditError('recipe', `${(error as Error).message}; the recipe in the picture is damaged`, {
      cause: error,
    })
  }
}

/** Options as a recipe holds them. */
export function recordOptions({ seed, ...rest }: Omit<EditOptions, 'init'>): RecordedOptions {
  return seed === undefined
    ? rest
    : { seed: seed <= Number.MAX_SAFE_INTEGER ? Number(seed) : String(seed), ...rest }
}

/** The options that a recipe holds. */
export function recordedOptions({ seed, ...rest }: RecordedOptions): Omit<EditOptions, 'init'> {
  return seed === undefined ? rest : { seed: typeof seed === 'string' ? BigInt(seed) : seed, ...rest }
}

/**
 * Whether two recipes make the same picture file: by the content of picture and weights, the instruction, the options
 * and the version of the algorithm. Names, folders, the version of the package, and how the model was held in memory
 * do not count.
 */
export function sameEdit(a: Omit<Recipe, 'result'>, b: Omit<Recipe, 'result'>): boolean {
  // Earlier versions say the transformer's precision alone.
  const isPartial = !a.model.parts || !b.model.parts
  return decidingParts(a, isPartial) === decidingParts(b, isPartial)
}

function decidingParts(
  { algorithm, picture, instruction, options, init, model, saved }: Omit<Recipe, 'result'>,
  isPartial: boolean,
): string {
  const { variant, precision, parts, provider, quotes, files, loras } = model
  const known = isPartial ? [] : Object.entries(parts ?? {})
  const precisions = known.map(([name, each]) => [name, each.precision] as const)
  return stableJson({
    algorithm,
    picture: picture.sha256,
    instruction,
    options: { ...options, seed: options.seed ?? 0 },
    init: init && { sha256: init.sha256, strength: init.strength },
    model: { variant, precision, precisions: Object.fromEntries(precisions), provider, quotes, files },
    loras: loras.map(({ strength, identity }) => ({ strength, identity })),
    saved: { ...saved },
  })
}

/** JSON with the fields of every object in the order of their names. */
function stableJson(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    each !== null && typeof each === 'object' && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  )
}
