import { z } from 'zod'
import { JudgeError } from './error.ts'
import { type PictureRule, pictureRules } from './tokens.ts'

/** Options of every judge. */
interface AnyJudgeConfig {
  /** Questions at a time. Default: 8. */
  readonly concurrency?: number | undefined
  /** How often an answer that cannot be read is asked for again. Default: 2. */
  readonly tries?: number | undefined
}

/** Options of a judge behind a server. */
interface ServerJudgeConfig extends AnyJudgeConfig {
  /** The environment variable that holds the key: keys do not belong in files. */
  readonly key?: string | undefined
  /** For one question with all its retries. Default: 300. */
  readonly timeLimitSeconds?: number | undefined
  /** How often a request that fails in passing is sent again. Default: 6. */
  readonly retries?: number | undefined
  /** USD for a million tokens. Default: the listed one, where there is one. */
  readonly price?: { readonly input: number; readonly output: number } | undefined
  /** How its pictures' tokens are counted before they are sent, or their number. Default: by the model's name. */
  readonly pictureTokens?: PictureRule | undefined
  /** More parameters of the request, under the names of the API. They are part of the judge's identity. */
  readonly parameters?: Readonly<Record<string, unknown>> | undefined
}

/** A judge in the configuration. */
export type JudgeConfig =
  /** The paper's first judge, by its official convention. Default: OpenAI's address, key in `OPENAI_API_KEY`. */
  | (ServerJudgeConfig & {
      readonly type: 'gpt-4.1'
      readonly baseUrl?: string | undefined
      /** Its name on this server. Default: `gpt-4.1`. */
      readonly model?: string | undefined
    })
  /** The paper's second judge, by its official convention, behind any OpenAI-compatible server. */
  | (ServerJudgeConfig & {
      readonly type: 'qwen2.5-vl-72b'
      readonly baseUrl: string
      /** Its name on this server. Default: `Qwen/Qwen2.5-VL-72B-Instruct`. */
      readonly model?: string | undefined
    })
  /** Any other model that sees pictures, behind any OpenAI-compatible server, with the same prompts. */
  | (ServerJudgeConfig & {
      readonly type: 'custom'
      readonly baseUrl: string
      readonly model: string
      /** Default: `text-first`. */
      readonly order?: 'text-first' | 'pictures-first' | undefined
      /** Default: `png`. */
      readonly pictures?: 'jpeg' | 'png' | undefined
      /** Whether the server is asked to hold answers to a JSON schema; one that cannot is asked without. Default: true. */
      readonly schema?: boolean | undefined
      /** Default: 1024. */
      readonly maxTokens?: number | undefined
      /** Null: the server's own. Default: 0. */
      readonly temperature?: number | null | undefined
      /** Null: none is sent. Default: 42. */
      readonly seed?: number | null | undefined
    })
  /** This machine's vision tool: a configured model, or that of the tools' adapters. */
  | (AnyJudgeConfig & { readonly type: 'local'; readonly maxTokens?: number | undefined })

const any = {
  concurrency: z.int().min(1).max(1024).optional(),
  tries: z.int().min(0).max(20).optional(),
}

const server = {
  ...any,
  key: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'expected the name of an environment variable, not a key')
    .optional(),
  timeLimitSeconds: z.number().positive().max(86_400).optional(),
  retries: z.int().min(0).max(20).optional(),
  price: z.strictObject({ input: z.number().min(0), output: z.number().min(0) }).optional(),
  pictureTokens: z.union([z.enum(pictureRules), z.int().min(1).max(1_000_000)]).optional(),
  parameters: z.record(z.string(), z.json()).optional(),
}

const address = z.url({ protocol: /^https?$/, error: 'expected an address such as http://localhost:8000/v1' })

/** Checks a judge of the configuration. */
export const judgeSchema: z.ZodType<JudgeConfig> = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('gpt-4.1'),
    baseUrl: address.optional(),
    model: z.string().min(1).optional(),
    ...server,
  }),
  z.strictObject({
    type: z.literal('qwen2.5-vl-72b'),
    baseUrl: address,
    model: z.string().min(1).optional(),
    ...server,
  }),
  z.strictObject({
    type: z.literal('custom'),
    baseUrl: address,
    model: z.string().min(1),
    order: z.enum(['text-first', 'pictures-first']).optional(),
    pictures: z.enum(['jpeg', 'png']).optional(),
    schema: z.boolean().optional(),
    maxTokens: z.int().min(16).max(100_000).optional(),
    temperature: z.number().min(0).max(2).nullable().optional(),
    seed: z.int().min(0).max(2_147_483_647).nullable().optional(),
    ...server,
  }),
  z.strictObject({
    type: z.literal('local'),
    maxTokens: z.int().min(16).max(100_000).optional(),
    ...any,
  }),
])

/** Checks the `judges` of a configuration, by name. */
export const judgesSchema: z.ZodType<Readonly<Record<string, JudgeConfig>>> = z.record(
  z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'expected letters, digits, `-`, `_`, `.`'),
  judgeSchema,
)

/**
 * The judge that a user means: one of the configuration, or by shorthand `gpt-4.1`, `qwen2.5-vl-72b:<address>`, `local`.
 * @throws JudgeError `judge` where it is neither
 */
export function judgeConfig(
  named: string,
  judges: Readonly<Record<string, JudgeConfig>> = {},
): { readonly name: string; readonly config: JudgeConfig } {
  const configured = Object.hasOwn(judges, named) ? judges[named] : undefined
  if (configured) return { name: named, config: configured }
  if (named === 'gpt-4.1' || named === 'local') return { name: named, config: { type: named } }
  const baseUrl = /^qwen2\.5-vl-72b:(.+)$/.exec(named)?.[1]
  if (baseUrl !== undefined) {
    const checked = judgeSchema.safeParse({ type: 'qwen2.5-vl-72b', baseUrl })
    if (checked.success) return { name: 'qwen2.5-vl-72b', config: checked.data }
  }
  const names = Object.keys(judges)
  throw new JudgeError(
    'judge',
    `judge '${named}': expected gpt-4.1, qwen2.5-vl-72b:<address with its /v1>, local, or a judge of the configuration (${names.length === 0 ? 'it has none' : names.join(', ')})`,
  )
}
