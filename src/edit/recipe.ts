import { z } from 'zod'
import type { MetadataPolicy } from '../image/index.ts'
import type { Plan, Provider } from '../onnx/index.ts'
import { parseJson } from './checkpoint/json.ts'
import type { Precision } from './checkpoint/precision.ts'
import type { Quotes } from './condition/prompt.ts'
import type { EditPlan } from './darkroom/plan.ts'
import { planSchema } from './darkroom/planSchema.ts'
import { EditError } from './error.ts'
import type { ModelFacts } from './families/family.ts'
import type { EditOptions } from './options.ts'
import type { ThoughtReport } from './reflection/report.ts'
import { samplerNames } from './sampling/samplers.ts'

/** Increased whenever the result of the same picture, instruction, options and weights may change. */
export const editAlgorithm = 1

/** Options that a recipe stores in fields of their own. */
type NotRecorded = 'init' | 'plan' | 'more' | 'region'

/** Options of an edit as JSON holds them: a seed beyond 2^53 - 1 is a text of digits. */
export type RecordedOptions = Omit<EditOptions, NotRecorded | 'seed'> & {
  readonly seed?: number | string | undefined
}

/** A picture that went into an edit. */
export interface UsedPicture {
  /** From the folder of the edited picture, or the name alone. Recipes of earlier versions have the whole path. */
  readonly path: string
  /** Of its pixels. */
  readonly sha256: string
}

/** The common part of all recipes. A recipe is stored inside the picture, and contains no folder names. */
interface AnyRecipe {
  /** Version of Pentimento that made it. */
  readonly pentimento: string
  /** {@link editAlgorithm} or {@link darkroomAlgorithm} of that version; earlier ones have none. */
  readonly algorithm?: number | undefined
  readonly picture: UsedPicture
  /** Further pictures, in their order. */
  readonly more?: readonly UsedPicture[] | undefined
  readonly instruction: string
  readonly options: RecordedOptions
  /** The box that the edit kept to: x, y, width and height in pixels. */
  readonly box?: readonly [number, number, number, number] | undefined
  /** The mask that it kept to; `sha256` is of its coverage. */
  readonly mask?: UsedPicture | undefined
  /** How the file was written, where that was not left to the defaults. */
  readonly saved?: SavedAs | undefined
  /** Of the pixels that came out, before the file's format lost some of them. */
  readonly result: string
}

/** Everything needed to reproduce an edit of a model. */
export interface ModelRecipe extends AnyRecipe {
  readonly init?: (UsedPicture & { readonly strength: number }) | undefined
  /** What the model's language model thought, where it was asked to. */
  readonly thought?: ThoughtReport | undefined
  readonly model: {
    /** The name of the model's folder. */
    readonly folder: string
    /** Of models; none is Step1X-Edit. */
    readonly family?: string | undefined
    readonly variant?: string | undefined
    /** Of the part that draws. */
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
}

/** Everything needed to reproduce an edit of the darkroom. */
export interface DarkroomRecipe extends AnyRecipe {
  /** Of earlier versions: the first of the further pictures. */
  readonly second?: UsedPicture | undefined
  readonly darkroom: {
    /** The plan that was carried out. */
    readonly plan: EditPlan
    /** What read the instruction, with its version. */
    readonly planner: string
    /** The tools that were used, by job, with their versions. */
    readonly tools: Readonly<Record<string, string>>
  }
}

/** The remote editor that made a picture. The result cannot be reproduced byte for byte. */
export interface RemoteRecipe extends AnyRecipe {
  readonly remote: {
    /** In the configuration, or in the short form. */
    readonly name: string
    readonly type: string
    /** The model asked for; of a workflow or a program the name of its file. */
    readonly model: string
    /** Where it was asked, without user and key. */
    readonly url?: string | undefined
    /** A hash of all of the configuration that decides pictures. */
    readonly parameters: string
    /** The model as reported by the service. */
    readonly reported?: string | undefined
    readonly requestId?: string | undefined
    /** Width and height of the received picture, before it was resized to the source's size. */
    readonly received?: readonly [number, number] | undefined
  }
}

/** Everything needed to reproduce an edited picture, as far as that is possible. */
export type Recipe = ModelRecipe | DarkroomRecipe | RemoteRecipe

/** A recipe before its edit. */
export type UnfinishedRecipe =
  | Omit<ModelRecipe, 'result'>
  | Omit<DarkroomRecipe, 'result'>
  | Omit<RemoteRecipe, 'result'>

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
const anyRecipe = {
  pentimento: z.string(),
  algorithm: z.number().optional(),
  picture: z.object(used),
  more: z.array(z.object(used)).optional(),
  instruction: z.string(),
  options: z.object({
    steps: z.number().optional(),
    guidance: z.number().optional(),
    trueGuidance: z.number().optional(),
    pictureGuidance: z.number().optional(),
    sampler: z.enum(samplerNames).optional(),
    seed: z.union([z.number(), z.string().regex(/^\d{1,20}$/)]).optional(),
    size: z.number().optional(),
    negative: z.string().optional(),
    dampAbove: z.number().optional(),
    guidanceInterval: z.tuple([z.number(), z.number()]).optional(),
    vaeSample: z.boolean().optional(),
    think: z.boolean().optional(),
    reflect: z.boolean().optional(),
    tries: z.number().optional(),
    keepEditSize: z.boolean().optional(),
    detail: z.boolean().optional(),
  }) as z.ZodType<Recipe['options']>,
  box: z.tuple([z.int(), z.int(), z.int(), z.int()]).optional(),
  mask: z.object(used).optional(),
  saved: z
    .object({ quality: z.number().optional(), metadata: z.enum(['keep', 'safe', 'none']).optional() })
    .optional(),
  result: z.string(),
}
const thoughtSchema: z.ZodType<ThoughtReport> = z.object({
  rewritten: z.string().optional(),
  rounds: z.array(
    z.object({
      edited: z.int(),
      instruction: z.string(),
      verdict: z.enum(['success', 'mend', 'again']),
      edit: z.array(z.number()),
      look: z.array(z.number()),
      said: z.string().optional(),
    }),
  ),
  best: z.int(),
})
const modelRecipe: z.ZodType<ModelRecipe> = z.object({
  ...anyRecipe,
  init: z.object({ ...used, strength: z.number() }).optional(),
  thought: thoughtSchema.optional(),
  model: z.object({
    folder: z.string(),
    family: z.string().optional(),
    variant: z.string().optional(),
    precision: z.enum(['fp32', 'int8', 'int4']),
    plan: z.enum(['whole', 'streamed']),
    parts: z.record(z.string(), part).optional(),
    provider: z.enum(['cpu', 'webgpu', 'cuda', 'coreml', 'dml']),
    quotes: z.enum(['faithful', 'paired']),
    files: z.record(z.string(), z.string()),
    loras: z.array(z.object({ file: z.string(), strength: z.number(), identity: z.string() })),
  }),
})
const darkroomRecipe: z.ZodType<DarkroomRecipe> = z.object({
  ...anyRecipe,
  second: z.object(used).optional(),
  darkroom: z.object({
    plan: planSchema,
    planner: z.string(),
    tools: z.record(z.string(), z.string()),
  }),
})

const remoteRecipe: z.ZodType<RemoteRecipe> = z.object({
  ...anyRecipe,
  remote: z.object({
    name: z.string(),
    type: z.string(),
    model: z.string(),
    url: z.string().optional(),
    parameters: z.string(),
    reported: z.string().optional(),
    requestId: z.string().optional(),
    received: z.tuple([z.int(), z.int()]).optional(),
  }),
})

/** The schema of a parsed recipe; of anything else that of models says what is wrong. */
function schemaOf(value: unknown): z.ZodType<Recipe> {
  if (typeof value !== 'object' || value === null) return modelRecipe
  return 'darkroom' in value ? darkroomRecipe : 'remote' in value ? remoteRecipe : modelRecipe
}

/** Reads a recipe's text. @throws EditError that names what does not fit */
export function parseRecipe(name: string, text: string): Recipe {
  try {
    parseJson<Recipe>(name, text, schemaOf(parsed(text)))
    // The original text, not the checked value: the order of its fields determines the bytes of a replay.
    return JSON.parse(text) as Recipe
  } catch (error) {
    throw new EditError('recipe', `${(error as Error).message}; the recipe in the picture is damaged`, {
      cause: error,
    })
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The further pictures of a recipe, in their order. */
export function morePictures(recipe: UnfinishedRecipe): readonly UsedPicture[] {
  const second = 'second' in recipe ? recipe.second : undefined
  return recipe.more ?? (second ? [second] : [])
}

/** Options as a recipe holds them. */
export function recordOptions({ seed, ...rest }: Omit<EditOptions, NotRecorded>): RecordedOptions {
  return seed === undefined
    ? rest
    : { seed: seed <= Number.MAX_SAFE_INTEGER ? Number(seed) : String(seed), ...rest }
}

/** The options that a recipe holds. */
export function recordedOptions({ seed, ...rest }: RecordedOptions): Omit<EditOptions, NotRecorded> {
  return seed === undefined ? rest : { seed: typeof seed === 'string' ? BigInt(seed) : seed, ...rest }
}
