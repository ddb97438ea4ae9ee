import { z } from 'zod'

/** Custom words, in either language. */
export interface StyleGuide {
  readonly en?: string | undefined
  readonly cn?: string | undefined
}

/** A model that sees both pictures and writes the captions: the tool `vision`. */
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
  /** How often a wrong text is requested again. */
  readonly tries: number
  /** Whether the model reads the instructions back without the pictures, and the languages are compared. */
  readonly readBack: boolean
  readonly temperature: number
  readonly maxTokens: number
}

/** How captions are written. */
export interface CaptionsConfig {
  readonly captioner: readonly ('grammar' | VisionCaptionerConfig)[]
  /** Whether instructions for the way back, from target to source, are written too. */
  readonly inverse: boolean
  /** Share of the grammar's wordings that get one typing error, recorded as `typo` in their trace. */
  readonly typos: number
  /** A file of custom examples, relative to the workspace, in addition to those of the package. */
  readonly examples?: string | undefined
  /** Style guide of the captions. */
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
