import { encodePicture, type Picture } from '../../image/index.ts'
import type { Tool, VisionQuestion } from '../tool.ts'
import { jsonOf, type Service, type ServiceReply, send, serverError } from './http.ts'

/** A model that sees pictures, behind a server that speaks OpenAI's chat completions. */
export interface OpenAiVisionOptions {
  /** With the version, as servers give it: `https://api.openai.com/v1`, `http://localhost:8000/v1`. */
  readonly baseUrl: string
  readonly model: string
  readonly key?: string | undefined
  /** How the server takes a JSON schema: `response_format`, plain JSON mode, or by words alone. Default: `schema`. */
  readonly json?: 'schema' | 'object' | 'prompt' | undefined
  /** How pictures are sent. Default: `jpeg`. */
  readonly pictures?: 'jpeg' | 'png' | undefined
  /** Calls at a time. Default: 4. */
  readonly concurrency?: number | undefined
  /** For one question with all its retries. Default: 120. */
  readonly timeLimitSeconds?: number | undefined
  readonly retries?: number | undefined
  readonly backoffSeconds?: number | undefined
}

const adapterVersion = '1'

/**
 * The job `vision` on any OpenAI-compatible server: GPT-4o, Step-1o, Qwen2.5-VL under vLLM or Ollama. An answer to a
 * question with a JSON schema is JSON text. @throws ToolError `tool-server` (not reached, refused the request),
 * `tool-refused` (the model will not answer), `tool-answer` (no JSON, cut off)
 */
export function openAiVision(options: OpenAiVisionOptions): Tool<'vision'> {
  const { model, concurrency = 4, timeLimitSeconds = 120 } = options
  const service = serviceOf(options)
  // What this server turned out not to take, learnt from its answers.
  const dialect: Dialect = { dropped: new Set() }
  return {
    facts: {
      implementation: `openai:${model}`,
      version: `${adapterVersion}+${model}`,
      concurrency,
      timeLimitSeconds,
    },
    async ask(question) {
      const signal = AbortSignal.timeout(1000 * timeLimitSeconds)
      const base = await requestBody(question, options)
      for (;;) {
        const reply = await send(service, {
          method: 'POST',
          path: '/chat/completions',
          json: inDialect(base, dialect),
          signal,
        })
        if (reply.status === 400 && learn(dialect, reply)) continue
        return answerOf(service, reply, question)
      }
    },
  }
}

function serviceOf({ baseUrl, model, key, retries, backoffSeconds }: OpenAiVisionOptions): Service {
  return {
    name: `vision (${model})`,
    baseUrl,
    secret: key,
    headers: key ? { authorization: `Bearer ${key}` } : {},
    ...(retries !== undefined && { retries }),
    ...(backoffSeconds !== undefined && { backoffSeconds }),
  }
}

type Body = Readonly<Record<string, unknown>>

async function requestBody(
  { system, parts, maxTokens = 1024, temperature = 0, seed, jsonSchema }: VisionQuestion,
  { model, json = 'schema', pictures = 'jpeg' }: OpenAiVisionOptions,
): Promise<Body> {
  const spoken =
    jsonSchema && json !== 'schema'
      ? [
          `Answer with one JSON value and nothing else. It has to fit this JSON schema: ${JSON.stringify(jsonSchema)}`,
        ]
      : []
  const content = await Promise.all(
    [...parts, ...spoken].map(async (part) =>
      typeof part === 'string'
        ? { type: 'text', text: part }
        : { type: 'image_url', image_url: { url: await dataUrl(part, pictures) } },
    ),
  )
  return {
    model,
    messages: [
      ...(system === undefined ? [] : [{ role: 'system', content: system }]),
      { role: 'user', content },
    ],
    max_tokens: maxTokens,
    temperature,
    ...(seed !== undefined && { seed }),
    ...(jsonSchema && json === 'object' && { response_format: { type: 'json_object' } }),
    ...(jsonSchema &&
      json === 'schema' && {
        response_format: {
          type: 'json_schema',
          json_schema: { name: 'answer', strict: true, schema: jsonSchema },
        },
      }),
  }
}

async function dataUrl(picture: Picture, format: 'jpeg' | 'png'): Promise<string> {
  const bytes = await encodePicture(picture, format, { quality: 92 })
  return `data:image/${format};base64,${Buffer.from(bytes).toString('base64')}`
}

/** Parameters that a server does not take; newer models of OpenAI have another name for one of them. */
interface Dialect {
  readonly dropped: Set<'max_tokens' | 'temperature' | 'seed'>
}

function inDialect(body: Body, { dropped }: Dialect): Body {
  const { max_tokens, temperature, seed, ...rest } = body
  return {
    ...rest,
    ...(dropped.has('max_tokens') ? { max_completion_tokens: max_tokens } : { max_tokens }),
    ...(!dropped.has('temperature') && { temperature }),
    ...(seed !== undefined && !dropped.has('seed') && { seed }),
  }
}

/** Whether a refused request says which parameter to leave out, and it was not left out already. */
function learn({ dropped }: Dialect, { bytes }: ServiceReply): boolean {
  const { error } = looseJson(bytes) as { error?: { param?: unknown; code?: unknown } }
  const { param, code } = error ?? {}
  if (code !== 'unsupported_parameter' && code !== 'unsupported_value') return false
  if ((param !== 'max_tokens' && param !== 'temperature' && param !== 'seed') || dropped.has(param))
    return false
  dropped.add(param)
  return true
}

function looseJson(bytes: Uint8Array): object {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes))
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}

interface Completion {
  readonly choices?: readonly {
    readonly finish_reason?: string | null
    readonly message?: {
      readonly content?: string | null | readonly { readonly type?: string; readonly text?: string }[]
      readonly refusal?: string | null
    }
  }[]
}

function answerOf(service: Service, reply: ServiceReply, question: VisionQuestion): string {
  if (reply.status !== 200) throw refusedRequest(service, reply)
  const choice = (jsonOf(service, reply) as Completion | null)?.choices?.[0]
  const message = choice?.message
  if (!choice || !message)
    throw serverError(service, 'an answer without choices; is this a chat completions server?')
  if (message.refusal) throw serverError(service, `the model refused: ${message.refusal}`, 'tool-refused')
  if (choice.finish_reason === 'content_filter')
    throw serverError(service, 'a content filter stopped the answer; leave the picture out', 'tool-refused')
  const { content } = message
  const text = (
    typeof content === 'string' ? content : (content ?? []).map((part) => part.text ?? '').join('')
  ).trim()
  if (choice.finish_reason === 'length')
    throw serverError(
      service,
      `the answer was cut off after ${question.maxTokens ?? 1024} tokens: '…${text.slice(-60)}'; raise maxTokens`,
      'tool-answer',
    )
  if (text === '') throw serverError(service, 'the answer is empty', 'tool-answer')
  return question.jsonSchema ? jsonAnswer(service, text) : text
}

/** The JSON of an answer, out of the fences and thoughts that models put around it. */
function jsonAnswer(service: Service, text: string): string {
  const bare = text.replace(/^[\s\S]*<\/think>/, '').trim()
  const fenced = /^```(?:json)?\s*([\s\S]*?)\s*```$/.exec(bare)?.[1] ?? bare
  try {
    return JSON.stringify(JSON.parse(fenced))
  } catch {
    throw serverError(service, `expected JSON, the model answered '${text.slice(0, 120)}'`, 'tool-answer')
  }
}

function refusedRequest(service: Service, { status, bytes }: ServiceReply): Error {
  const body = looseJson(bytes) as {
    error?: { message?: string; code?: string } | string
    message?: string
    detail?: unknown
  }
  const detail =
    typeof body.error === 'string'
      ? body.error
      : (body.error?.message ??
        body.message ??
        (body.detail === undefined ? undefined : JSON.stringify(body.detail)))
  const said = detail ?? new TextDecoder().decode(bytes).slice(0, 120)
  const code = typeof body.error === 'object' ? body.error?.code : undefined
  if (code === 'content_filter' || code === 'content_policy_violation')
    return serverError(service, `a content filter refused the request: ${said}`, 'tool-refused')
  const advice = advices[status]
  return serverError(service, `HTTP ${status}: ${said}${advice ? `; ${advice}` : ''}`)
}

const advices: Readonly<Record<number, string>> = {
  401: 'is the key right?',
  403: 'may this key use this model?',
  404: 'are the address (with its /v1) and the name of the model right?',
  413: 'the pictures are too large for the server',
  429: 'the server is busy or the account used up; lower the concurrency or try later',
}
