import { z } from 'zod'
import type { Variant } from '../models/index.ts'
import type { Provider } from '../onnx/index.ts'
import { EditError } from './error.ts'
import { parseJson } from './folder.ts'
import type { EditOptions } from './options.ts'
import type { Quotes } from './prompt.ts'
import type { Plan } from './runner.ts'
import type { Precision } from './weights.ts'

/** A picture that went into an edit. */
export interface UsedPicture {
  readonly path: string
  /** Of its pixels. */
  readonly sha256: string
}

/** All that it takes to make an edited picture again. It is kept inside the picture. */
export interface Recipe {
  /** Version of Pentimento that made it. */
  readonly pentimento: string
  readonly picture: UsedPicture
  readonly instruction: string
  readonly options: Omit<EditOptions, 'init'>
  readonly init?: (UsedPicture & { readonly strength: number }) | undefined
  readonly model: {
    readonly folder: string
    readonly variant: Variant
    readonly precision: Precision
    readonly plan: Plan
    readonly provider: Provider
    readonly quotes: Quotes
    readonly files: Readonly<Record<string, string>>
    readonly loras: readonly { readonly file: string; readonly strength: number; readonly identity: string }[]
  }
  /** Of the pixels that came out. */
  readonly result: string
}

const used = { path: z.string(), sha256: z.string() }
const recipeSchema: z.ZodType<Recipe> = z.object({
  pentimento: z.string(),
  picture: z.object(used),
  instruction: z.string(),
  options: z.object({
    steps: z.number().optional(),
    guidance: z.number().optional(),
    seed: z.number().optional(),
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
    provider: z.enum(['cpu', 'webgpu', 'cuda', 'coreml', 'dml']),
    quotes: z.enum(['faithful', 'paired']),
    files: z.record(z.string(), z.string()),
    loras: z.array(z.object({ file: z.string(), strength: z.number(), identity: z.string() })),
  }),
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
