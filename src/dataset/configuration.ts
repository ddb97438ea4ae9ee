import { z } from 'zod'
import type { BucketChoice, StoreChoice } from '../jobs/index.ts'
import { type CaptionsConfig, captionsSchema } from './captions/configuration.ts'
import { type DatasetJudgeConfig, datasetJudgesSchema } from './judgements/configuration.ts'
import { parsedJson } from './parsed.ts'
import { type SelectionChoice, selectionSchema } from './selection/choice.ts'
import { type Kind, kinds } from './taxonomy.ts'

/** A file or folder that is searched for sources or cut-outs. */
export interface Place {
  /** A file or a folder, relative to the workspace. */
  readonly path: string
  /** Licence of all files in it that `licences` does not list. */
  readonly licence: string
  /** Licences of single files, by their path below `path`. */
  readonly licences: Readonly<Record<string, string>>
  /** Globs over the path below `path`; where there are any, a file must match one. */
  readonly include: readonly string[]
  readonly exclude: readonly string[]
  /** A CSV of parts of its videos, relative to the workspace; see `readClips`. Videos that it does not name are left out. */
  readonly clips?: string | undefined
}

/** Shares of the sources, which together make 1. */
export interface SplitShares {
  readonly train: number
  readonly validation: number
  readonly test: number
}

/** The content of `pentimento.dataset.json`, with defaults filled in. */
export interface Configuration {
  readonly name: string
  readonly seed: number
  readonly sources: readonly Place[]
  /** Subjects without background: PNG or WebP files with alpha. */
  readonly cutouts: readonly Place[]
  /** Working size: pictures get the area of a square of this side, in pixels; none is enlarged. */
  readonly size: number
  readonly video: { readonly every: number; readonly most: number; readonly clip: number }
  /** How many drafts of a kind are made of one source, over its recipes; a fraction takes that share of the sources. */
  readonly kinds: { readonly [K in Kind]?: number | undefined }
  /** The same for one recipe by its name; overrides `kinds`. */
  readonly recipes: Readonly<Record<string, number>>
  /** Number of different wordings per triplet. */
  readonly instructions: number
  /** Files with custom recipes, checks, captioners and judges, relative to the workspace; see `loadModules`. */
  readonly modules: readonly string[]
  /** The captioners. */
  readonly captions: CaptionsConfig
  /** Models that score pairs, by name. */
  readonly judges: Readonly<Record<string, DatasetJudgeConfig>>
  readonly split: SplitShares
  /** Configuration of the tool adapters. */
  readonly tools: Readonly<Record<string, unknown>>
  readonly checks: {
    /** A source picture that is unsafe with this probability or more is dropped. */
    readonly unsafe: number
  }
  /** Which pairs are kept; see `selectionOf`. */
  readonly selection: SelectionChoice
  readonly limits: {
    /** Triplets that one process works on at a time. */
    readonly concurrency: number
    readonly retries: number
    readonly secondsPerTriplet: number
  }
  readonly store: StoreChoice
}

/** The name of the file. */
export const configurationFile = 'pentimento.dataset.json'

const licence = z.string().min(1)
const place: z.ZodType<Place> = z.strictObject({
  path: z.string().min(1),
  licence: licence.default('unknown'),
  licences: z.record(z.string(), licence).default({}),
  include: z.array(z.string()).default([]),
  exclude: z.array(z.string()).default([]),
  clips: z.string().min(1).optional(),
})
const share = z.number().min(0).max(1)
const drafts = z.number().min(0).max(1000)
const bucket: z.ZodType<BucketChoice> = z.strictObject({
  bucket: z.string().min(1),
  endpoint: z.url(),
  region: z.string().optional(),
  prefix: z.string().optional(),
})
/** Each kind may be left out; another name is refused. */
const perKind = z.strictObject(
  Object.fromEntries(kinds.map((kind) => [kind, drafts.optional()])) as {
    [K in Kind]: z.ZodOptional<typeof drafts>
  },
)

/** Where a workspace stores its units and files. */
export const storeSchema: z.ZodType<StoreChoice> = z.strictObject({
  database: z.string().min(1).optional(),
  schema: z
    .string()
    .regex(/^[a-z_][a-z0-9_]{0,39}$/, 'expected up to 40 lower-case letters, digits and _')
    .optional(),
  bucket: bucket.optional(),
})

const schema: z.ZodType<Configuration> = z.strictObject({
  $schema: z.string().optional(),
  name: z
    .string()
    .regex(/^[\w.-]{1,64}$/, 'expected 1 to 64 letters, digits, dots, dashes')
    .default('dataset'),
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(0),
  sources: z.array(place).min(1, 'expected at least one place of sources'),
  cutouts: z.array(place).default([]),
  size: z.int().min(64).max(2048).default(512),
  video: z
    .strictObject({
      every: z.number().positive().default(0.4),
      most: z.int().min(2).max(10_000).default(240),
      clip: z.int().min(2).max(64).default(8),
    })
    .prefault({}),
  kinds: perKind.default({}),
  recipes: z.record(z.string(), drafts).default({}),
  instructions: z.int().min(1).max(50).default(2),
  modules: z.array(z.string().min(1)).default([]),
  captions: captionsSchema.prefault({ captioner: 'grammar' } as never),
  judges: datasetJudgesSchema.default({}),
  split: z
    .strictObject({ train: share, validation: share, test: share })
    .refine(
      ({ train, validation, test }) => Math.abs(train + validation + test - 1) < 1e-6,
      'expected shares that together make 1',
    )
    .default({ train: 0.9, validation: 0.05, test: 0.05 }),
  tools: z.record(z.string(), z.unknown()).default({}),
  checks: z
    .strictObject(
      { unsafe: share.default(0.7) },
      'thresholds of pairs stand in "selection", such as {"measures": {"confined.leaked": {"max": 0.002}}}',
    )
    .prefault({}),
  selection: selectionSchema.default({}),
  limits: z
    .strictObject({
      concurrency: z.int().min(1).max(64).default(2),
      retries: z.int().min(0).max(20).default(2),
      secondsPerTriplet: z.number().positive().default(600),
    })
    .prefault({}),
  store: storeSchema.prefault({}),
})

/**
 * Reads a configuration's text.
 * @param name of the file, for messages
 * @throws DatasetError `configuration` that names the first field which does not fit
 */
export function parseConfiguration(name: string, text: string): Configuration {
  return parsedJson(name, text, schema)
}
