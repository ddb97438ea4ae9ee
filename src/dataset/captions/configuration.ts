import { z } from 'zod'

/** Words of the user's own, in either language. */
export interface StyleGuide {
  readonly en?: string | undefined
  readonly cn?: string | undefined
}

/** A model that sees both pictures and puts the edit into words: the tool `vision`. */
export interface VisionCaptionerConfig {
  readonly type: 'vision'
  /** Rounds of annotation, at most; they end sooner when two agree. */
  readonly rounds: number
  /** Different wordings of an instruction; default: `instructions` of the dataset. */
  readonly wordings?: number | undefined
  /** Examples that the model is shown before it writes, in each language. */
  readonly shown: number
  /** The most that an instruction may take over from an example that was shown: a share of its runs of words. */
  readonly copied: number
  /** How often what is wrong is asked for again. */
  readonly tries: number
  /** Whether what was written is read back, by the model and without the pictures, and the languages are compared. */
  readonly readBack: boolean
  readonly temperature: number
  readonly maxTokens: number
}

/** How pairs are put into words. */
export interface CaptionsConfig {
  readonly captioner: readonly ('grammar' | VisionCaptionerConfig)[]
  /** Whether the way back, from target to source, is put into words too. */
  readonly inverse: boolean
  /** Share of the grammar's wordings that get one slip of the keyboard, recorded as `typo` in their trace. */
  readonly typos: number
  /** A file of examples of the user's own, relative to the workspace, beside those of the package. */
  readonly examples?: string | undefined
  /** How captions are to sound. */
  readonly style: StyleGuide
}

const vision: z.ZodType<VisionCaptionerConfig> = z.strictObject({
  type: z.literal('vision'),
  rounds: z.int().min(1).max(9).default(3),
  wordings: z.int().min(1).max(12).optional(),
  shown: z.int().min(0).max(40).default(8),
  copied: z.number().min(0).max(1).default(0.5),
  tries: z.int().min(1).max(9).default(3),
  readBack: z.boolean().default(true),
  temperature: z.number().min(0).max(2).default(0.7),
  maxTokens: z.int().min(64).max(32_768).default(2048),
})

const captioner = z.union([z.literal('grammar'), vision], {
  error: 'expected "grammar" or { "type": "vision", … }',
})

/** The part `captions` of a dataset's configuration. */
export const captionsSchema: z.ZodType<CaptionsConfig> = z.strictObject({
  captioner: z
    .union([captioner.transform((one) => [one]), z.array(captioner).min(1)], {
      error: 'expected "grammar", { "type": "vision", … } with fields of the manual, or a list of them',
    })
    .default(['grammar']),
  inverse: z.boolean().default(false),
  typos: z.number().min(0).max(1).default(0),
  examples: z.string().min(1).optional(),
  style: z
    .strictObject({ en: z.string().max(4000).optional(), cn: z.string().max(4000).optional() })
    .default({}),
})
