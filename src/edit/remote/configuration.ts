import { z } from 'zod'
import { EditError } from '../error.ts'
import { darkroomName, embeddedName } from '../names.ts'

/**
 * What an edit costs, in USD. Without it the price that prices.ts lists for the model at its vendor counts; there may
 * be none.
 */
export interface Price {
  /** For each picture that came. */
  readonly perImage?: number | undefined
  /** For each picture that was sent beside the edited one. */
  readonly perFurtherImage?: number | undefined
  /** For a million tokens of what was sent, and of what came, by the service's own count. */
  readonly perMillionInputTokens?: number | undefined
  readonly perMillionOutputTokens?: number | undefined
}

/** The policy for picture sizes. */
export interface SizePolicy {
  /** The longest side that is sent, in pixels; longer ones are made smaller. Default: by type. */
  readonly longest?: number | undefined
  /** Sizes that may be asked for, as `1024x1024`; of several the one nearest in shape. Default: by type. */
  readonly ask?: readonly string[] | undefined
  /**
   * What is done where the picture's shape is not that of the size asked for, or of the picture that came. `pad`: the
   * picture is mirrored outward to the shape that is asked for, and what comes is cut back; `crop`: what comes is cut to
   * the picture's shape, around its middle; `stretch`: it is pulled to it. Default: by type.
   */
  readonly fit?: 'pad' | 'crop' | 'stretch' | undefined
}

/** Settings of every remote editor. */
interface AnyEditor {
  /** Edits at a time. Default: 4; 1 for what may run on this machine. */
  readonly concurrency?: number | undefined
  /** For one edit with all its retries. Default: 600. */
  readonly timeLimitSeconds?: number | undefined
  readonly price?: Price | undefined
  readonly size?: SizePolicy | undefined
  /** How many pictures it takes, including the edited one. Default: that of its model if known, else 1. */
  readonly pictures?: number | undefined
}

/** Settings of an editor behind a web address. */
interface WebEditor extends AnyEditor {
  /** Default: the service's own address. */
  readonly baseUrl?: string | undefined
  /** The environment variable that holds the key: keys do not belong in files. */
  readonly key?: string | undefined
  /** How often a request is retried after a temporary failure. Default: 4. */
  readonly retries?: number | undefined
}

/** Settings of an editor behind an API that serves several models. */
interface ApiEditor extends WebEditor {
  readonly model: string
}

/** `POST /images/edits` as OpenAI has it, and every server that speaks it. */
export interface OpenAiConfig extends ApiEditor {
  readonly type: 'openai'
  readonly quality?: 'auto' | 'low' | 'medium' | 'high' | undefined
  /** How closely the model follows the picture, if it has the option (gpt-image-1, gpt-image-1.5). */
  readonly inputFidelity?: 'low' | 'high' | undefined
  readonly moderation?: 'auto' | 'low' | undefined
  /** Whether the server takes a `seed`; OpenAI's own does not. */
  readonly seed?: boolean | undefined
  /** Whether the server takes a mask. Default: true. */
  readonly mask?: boolean | undefined
  /** Further fields of the request, as the server names them. */
  readonly parameters?: Readonly<Record<string, string | number | boolean>> | undefined
}

/** StepFun's `POST /images/edits`. */
export interface StepFunConfig extends ApiEditor {
  readonly type: 'stepfun'
  readonly parameters?: Readonly<Record<string, string | number | boolean>> | undefined
}

/** Gemini's `generateContent` with a picture as its answer. */
export interface GeminiConfig extends ApiEditor {
  readonly type: 'gemini'
  /** The approximate size of the result. Default: the model's own, 1K. */
  readonly imageSize?: '512' | '1K' | '2K' | '4K' | undefined
}

/** Seedream and SeedEdit by Ark's images API. */
export interface ArkConfig extends ApiEditor {
  readonly type: 'ark'
  /** Further fields of the request, as the API names them; they take the place of ours. */
  readonly parameters?: Readonly<Record<string, string | number | boolean>> | undefined
}

/** Qwen-Image-Edit by DashScope. */
export interface DashScopeConfig extends ApiEditor {
  readonly type: 'dashscope'
  /** Further `parameters` of the request, such as `prompt_extend`. */
  readonly parameters?: Readonly<Record<string, string | number | boolean>> | undefined
}

/** FLUX by Black Forest Labs: submit and poll. */
export interface BflConfig extends ApiEditor {
  readonly type: 'bfl'
  /** Further fields of the request, such as `safety_tolerance`. */
  readonly parameters?: Readonly<Record<string, string | number | boolean>> | undefined
  /** The polling interval, in seconds. Default: 1. */
  readonly pollSeconds?: number | undefined
}

/** A workflow on a ComfyUI server. */
export interface ComfyUiConfig extends WebEditor {
  readonly type: 'comfyui'
  /** A file in ComfyUI's API format, relative to the configuration, or a workflow of the package. */
  readonly workflow: string
  /** Files of models on the server, for `{{model:<name>}}`. */
  readonly models?: Readonly<Record<string, string>> | undefined
  readonly pollSeconds?: number | undefined
}

/** A program on this machine. */
export interface CommandConfig extends AnyEditor {
  readonly type: 'command'
  /**
   * Program and arguments, in which `{input}`, `{input2}` and so on for further
   * pictures, `{instruction}`, `{output}`, `{mask}` and `{seed}` are filled in.
   */
  readonly command: readonly string[]
  /** Its working folder, relative to the configuration. Default: the configuration's. */
  readonly folder?: string | undefined
  /** Whether it takes the seed of the JSON on its standard input; one with `{seed}` does in any case. */
  readonly seed?: boolean | undefined
}

/** One editor of the user's configuration. */
export type EditorConfig =
  | OpenAiConfig
  | StepFunConfig
  | GeminiConfig
  | ArkConfig
  | DashScopeConfig
  | BflConfig
  | ComfyUiConfig
  | CommandConfig

export type EditorType = EditorConfig['type']

/** The configuration of one type. */
export type ConfigOf<T extends EditorType> = Extract<EditorConfig, { readonly type: T }>

/** The part `editors` of the user's configuration: editors by name. */
export type EditorsConfig = Readonly<Record<string, EditorConfig>>

const dollars = z.number().min(0).max(1e6).optional()
const price = z.strictObject({
  perImage: dollars,
  perFurtherImage: dollars,
  perMillionInputTokens: dollars,
  perMillionOutputTokens: dollars,
})

const size = z.strictObject({
  longest: z.int().min(64).max(16_384).optional(),
  ask: z
    .array(z.string().regex(/^\d{2,5}x\d{2,5}$/, "expected sizes such as '1536x1024'"))
    .min(1)
    .optional(),
  fit: z.enum(['pad', 'crop', 'stretch']).optional(),
})

const any = {
  concurrency: z.int().min(1).max(256).optional(),
  timeLimitSeconds: z.number().positive().max(86_400).optional(),
  price: price.optional(),
  size: size.optional(),
  pictures: z.int().min(1).max(16).optional(),
}

// A key in place of a variable's name is not echoed: the messages of the schema never hold values.
const key = z
  .string()
  .regex(
    /^[A-Z_][A-Z0-9_]{1,63}$/,
    'expected the name of an environment variable in capitals, such as OPENAI_API_KEY; a key itself does not belong in this file',
  )

const address = z
  .url({ protocol: /^https?$/, error: 'expected an address such as https://api.openai.com/v1' })
  .refine((text) => {
    const { username, password, search, hash } = new URL(text)
    return [username, password, search, hash].every((part) => part === '')
  }, 'expected an address without user, password, ? and #; name the variable that holds the key under "key"')

const web = {
  ...any,
  baseUrl: address.optional(),
  key: key.optional(),
  retries: z.int().min(0).max(20).optional(),
}

const api = { ...web, model: z.string().min(1).max(200) }

const parameters = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional()

const pollSeconds = z.number().min(0.01).max(60).optional()

/** Checks what stands under a name, by its `type`. */
const editor = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('openai'),
    ...api,
    quality: z.enum(['auto', 'low', 'medium', 'high']).optional(),
    inputFidelity: z.enum(['low', 'high']).optional(),
    moderation: z.enum(['auto', 'low']).optional(),
    seed: z.boolean().optional(),
    mask: z.boolean().optional(),
    parameters,
  }),
  z.strictObject({ type: z.literal('stepfun'), ...api, parameters }),
  z.strictObject({
    type: z.literal('gemini'),
    ...api,
    imageSize: z.enum(['512', '1K', '2K', '4K']).optional(),
  }),
  z.strictObject({ type: z.literal('ark'), ...api, parameters }),
  z.strictObject({ type: z.literal('dashscope'), ...api, parameters }),
  z.strictObject({ type: z.literal('bfl'), ...api, parameters, pollSeconds }),
  z.strictObject({
    type: z.literal('comfyui'),
    ...web,
    workflow: z.string().min(1),
    models: z.record(z.string(), z.string()).optional(),
    pollSeconds,
  }),
  z.strictObject({
    type: z.literal('command'),
    ...any,
    command: z.array(z.string().max(10_000)).min(1).max(200),
    folder: z.string().min(1).optional(),
    seed: z.boolean().optional(),
  }),
])

/** Reserved names. */
const reserved: readonly string[] = [darkroomName, embeddedName, 'copy']

const name = z
  .string()
  .regex(/^[\w.-]{1,64}$/, 'expected a name of letters, digits, -, _ and .')
  .refine((text) => !reserved.includes(text), `expected a name other than ${reserved.join(', ')}`)

/** Checks {@link EditorsConfig}. */
export const editorsSchema: z.ZodType<EditorsConfig> = z.record(name, editor)

/** The configuration of editors, checked. @throws EditError `input` that names the first wrong part, without its value */
export function checkEditors(value: unknown): EditorsConfig {
  const parsed = editorsSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const { issues } = parsed.error
  const [issue] = issues
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : ''
  // zod says 'Invalid key in record' of a name and keeps its reason inside.
  const reason = issue?.code === 'invalid_key' ? issue.issues[0]?.message : issue?.message
  throw new EditError('input', `${['editors', ...(issue?.path ?? [])].join('.')}: ${reason}${more}`)
}
