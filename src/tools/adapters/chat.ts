import type { Send } from '../../network/index.ts'
import { filterReason } from './chatFilter.ts'
import { jsonOf, type Service, type ServiceReply, send, serverError, textOf } from './http.ts'

/** A server that speaks OpenAI's chat completions, and one of its models. */
export interface ChatOptions {
  /** Messages begin with it. Default: `chat (<model>)`. */
  readonly name?: string | undefined
  /** With the version, as servers give it: `https://api.openai.com/v1`, `http://localhost:8000/v1`. */
  readonly baseUrl: string
  readonly model: string
  readonly key?: string | undefined
  /** For one question with all its retries. Default: 120. */
  readonly timeLimitSeconds?: number | undefined
  /** How often a request is sent again that failed in passing. Default: 4. */
  readonly retries?: number | undefined
  readonly backoffSeconds?: number | undefined
  /** Sends requests. Default: directly, through no proxy. */
  readonly fetch?: Send | undefined
  /**
   * Parameters that are left out once the server has said that it does not take them; `max_tokens` gets its newer name
   * instead. Default: `max_tokens`, `temperature`, `seed`.
   */
  readonly droppable?: readonly string[] | undefined
}

/** A picture as the bytes of a file. */
export interface EncodedPicture {
  readonly format: 'jpeg' | 'png'
  readonly bytes: Uint8Array
}

/** Something that was said before a question. */
export interface ChatTurn {
  readonly role: 'user' | 'assistant'
  readonly parts: readonly (string | EncodedPicture)[]
}

export interface ChatQuestion {
  readonly system?: string | undefined
  /** Earlier turns of the conversation, in their order. */
  readonly before?: readonly ChatTurn[] | undefined
  /** Text and pictures in the order in which the model gets them. */
  readonly parts: readonly (string | EncodedPicture)[]
  /** Further parameters besides model and messages, under their names in the API; undefined ones are not sent. */
  readonly parameters?: Readonly<Record<string, unknown>> | undefined
  readonly signal?: AbortSignal | undefined
}

/** Whatever the server made of a question. */
export interface ChatReply {
  /** `filtered`: by a separate filter; `refused`: by the model itself; `cut-off`: by the token limit. */
  readonly outcome: 'answer' | 'filtered' | 'refused' | 'cut-off'
  /** The model's text, verbatim: complete, or up to where it was stopped. */
  readonly text: string
  /** Of `filtered` and `refused`: why, in the server's words. */
  readonly reason?: string
  /** The body of the server's answer, unchanged. */
  readonly body: string
  /** The parameters as they were sent at last. */
  readonly parameters: Readonly<Record<string, unknown>>
  /** The model that answered, as the server says; with the provider in brackets where a gateway names it. */
  readonly model?: string
  readonly fingerprint?: string
  readonly inputTokens?: number
  readonly outputTokens?: number
}

/** A way to ask one model. */
export interface Chat {
  /**
   * Asks once, with retries of what fails in passing and waits as long as the server asks for.
   * @throws ToolError `tool-server` where there was no answer, or an error of another kind: `status` has the HTTP status
   */
  ask(question: ChatQuestion): Promise<ChatReply>
}

/** Any model behind a server that speaks OpenAI's chat completions: OpenAI, Azure, vLLM, SGLang, Ollama, gateways. */
export function openChat(options: ChatOptions): Chat {
  const { model, timeLimitSeconds = 120, droppable = ['max_tokens', 'temperature', 'seed'] } = options
  const service = serviceOf(options)
  // What this server turned out not to take, learnt from its answers.
  const dropped = new Set<string>()
  return {
    async ask({ system, before = [], parts, parameters = {}, signal }) {
      const limit = AbortSignal.timeout(1000 * timeLimitSeconds)
      const messages = [
        ...(system === undefined ? [] : [{ role: 'system', content: system }]),
        ...before.map(messageOf),
        messageOf({ role: 'user', parts }),
      ]
      for (;;) {
        const sent = inDialect(parameters, dropped)
        const reply = await send(service, {
          method: 'POST',
          path: '/chat/completions',
          json: { model, messages, ...sent },
          signal: signal ? AbortSignal.any([signal, limit]) : limit,
        })
        const refused = unknownParameter(reply, sent, droppable)
        if (refused === undefined) return replyOf(service, reply, sent)
        dropped.add(refused)
      }
    },
  }
}

function serviceOf({ name, baseUrl, model, key, retries, backoffSeconds, fetch }: ChatOptions): Service {
  return {
    name: name ?? `chat (${model})`,
    baseUrl,
    secret: key,
    headers: key ? { authorization: `Bearer ${key}` } : {},
    ...(retries !== undefined && { retries }),
    ...(backoffSeconds !== undefined && { backoffSeconds }),
    ...(fetch && { fetch }),
  }
}

/** What the model itself said goes as plain text: some servers take nothing else of it. */
function messageOf({ role, parts }: ChatTurn): object {
  const isText = role === 'assistant' && parts.every((part) => typeof part === 'string')
  return { role, content: isText ? parts.join('\n') : parts.map(contentOf) }
}

function contentOf(part: string | EncodedPicture): object {
  if (typeof part === 'string') return { type: 'text', text: part }
  const url = `data:image/${part.format};base64,${Buffer.from(part.bytes).toString('base64')}`
  return { type: 'image_url', image_url: { url } }
}

type Parameters = Readonly<Record<string, unknown>>

function inDialect(parameters: Parameters, dropped: ReadonlySet<string>): Parameters {
  const sent: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue
    if (!dropped.has(name)) sent[name] = value
    else if (name === 'max_tokens') sent.max_completion_tokens = value
  }
  return sent
}

/** The parameter for which a server refused a request, if it was sent and may be left out. */
function unknownParameter(
  { status, bytes }: ServiceReply,
  sent: Parameters,
  droppable: readonly string[],
): string | undefined {
  if (status !== 400 && status !== 422) return undefined
  const { error, ...rest } = looseJson(bytes) as { error?: unknown; message?: unknown; detail?: unknown }
  const { param, code, message } = (typeof error === 'object' && error ? error : rest) as ErrorBody
  const coded = ['unsupported_parameter', 'unsupported_value', 'unknown_parameter'].includes(String(code))
  return droppable.find((name) => {
    if (!(name in sent)) return false
    if (coded) return param === name
    // Other servers have no codes; of these two no message speaks but to refuse them.
    const isExtra = name === 'top_k' || name === 'response_format'
    return (
      isExtra && (param === name || new RegExp(`\\b${name}\\b`).test(`${message} ${JSON.stringify(rest)}`))
    )
  })
}

interface ErrorBody {
  readonly message?: unknown
  readonly code?: unknown
  readonly param?: unknown
}

function looseJson(bytes: Uint8Array): object {
  try {
    const value: unknown = JSON.parse(textOf(bytes))
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}

interface Completion {
  readonly model?: unknown
  readonly provider?: unknown
  readonly system_fingerprint?: unknown
  readonly usage?: { readonly prompt_tokens?: unknown; readonly completion_tokens?: unknown } | null
  readonly error?: unknown
  readonly choices?: readonly {
    readonly finish_reason?: string | null
    readonly error?: unknown
    readonly message?: {
      readonly content?: string | null | readonly { readonly type?: string; readonly text?: string }[]
      readonly refusal?: string | null
    }
  }[]
}

function replyOf(service: Service, reply: ServiceReply, parameters: Parameters): ChatReply {
  const body = textOf(reply.bytes)
  const told = { body, parameters }
  if (reply.status !== 200) {
    const reason = filterReason(looseJson(reply.bytes))
    if (reason === undefined) throw refusedRequest(service, reply)
    return { outcome: 'filtered', text: '', reason, ...told }
  }
  const completion = jsonOf(service, reply) as Completion | null
  const choice = completion?.choices?.[0]
  const facts = { ...told, ...factsOf(completion) }
  // Gateways answer 200 and put what went wrong later into the body.
  const error = completion?.error ?? choice?.error
  if (error) {
    const reason = filterReason({ error })
    if (reason !== undefined) return { outcome: 'filtered', text: '', reason, ...facts }
    throw refusedRequest(service, { ...reply, bytes: new TextEncoder().encode(JSON.stringify({ error })) })
  }
  const message = choice?.message
  if (!choice || !message)
    throw serverError(service, 'an answer without choices; is this a chat completions server?')
  const { content } = message
  const text = typeof content === 'string' ? content : (content ?? []).map((part) => part.text ?? '').join('')
  if (message.refusal) return { outcome: 'refused', text, reason: message.refusal, ...facts }
  if (choice.finish_reason === 'refusal') return { outcome: 'refused', text, reason: text, ...facts }
  if (choice.finish_reason === 'content_filter')
    return {
      outcome: 'filtered',
      text,
      reason: filterReason(choice) ?? 'finish reason content_filter',
      ...facts,
    }
  if (choice.finish_reason === 'length') return { outcome: 'cut-off', text, ...facts }
  return { outcome: 'answer', text, ...facts }
}

type Facts = Pick<ChatReply, 'model' | 'fingerprint' | 'inputTokens' | 'outputTokens'>

function factsOf(completion: Completion | null): Facts {
  const { model, provider, system_fingerprint: fingerprint, usage } = completion ?? {}
  const { prompt_tokens: input, completion_tokens: output } = usage ?? {}
  return {
    ...(typeof model === 'string' && {
      model: typeof provider === 'string' ? `${model} (${provider})` : model,
    }),
    ...(typeof fingerprint === 'string' && { fingerprint }),
    ...(typeof input === 'number' && { inputTokens: input }),
    ...(typeof output === 'number' && { outputTokens: output }),
  }
}

function refusedRequest(service: Service, { status, bytes }: ServiceReply): Error {
  const body = looseJson(bytes) as {
    error?: { message?: string; code?: string | number } | string
    message?: string
    detail?: unknown
  }
  const detail =
    typeof body.error === 'string'
      ? body.error
      : (body.error?.message ??
        body.message ??
        (body.detail === undefined ? undefined : JSON.stringify(body.detail)))
  const said = detail ?? textOf(bytes).slice(0, 120)
  const code = typeof body.error === 'object' ? body.error?.code : undefined
  // A gateway that answers 200 has the status in the body.
  const meant = status === 200 && typeof code === 'number' ? code : status
  const spent = meant === 429 && /insufficient_quota|billing_hard_limit/.test(textOf(bytes))
  const advice = advices[meant]
  return serverError(
    service,
    `HTTP ${meant}: ${said}${advice ? `; ${advice}` : ''}`,
    'tool-server',
    spent ? 402 : meant,
  )
}

const advices: Readonly<Record<number, string>> = {
  401: 'check the key',
  402: 'the account is exhausted',
  403: 'check that this key may use this model',
  404: 'check the address (with its /v1) and the name of the model',
  410: 'the model is no longer served',
  413: 'the pictures are too large for the server',
  429: 'the server is busy or the account is exhausted; lower the concurrency or try later',
}
