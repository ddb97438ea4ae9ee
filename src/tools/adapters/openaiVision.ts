import pLimit from 'p-limit'
import { encodePicture, type Picture } from '../../image/index.ts'
import type { Send } from '../../network/index.ts'
import { ToolError } from '../error.ts'
import type { Tool, VisionAnswer, VisionQuestion } from '../tool.ts'
import { type EncodedPicture, openChat } from './chat.ts'
import { serverError } from './http.ts'
import { checkedAnswer, schemaWords } from './visionAnswer.ts'

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
  /** Sends requests. Default: directly, through no proxy. */
  readonly fetch?: Send | undefined
  /** USD for a million tokens; with it answers tell their cost. */
  readonly price?: TokenPrice | undefined
}

/** USD for a million tokens. */
export interface TokenPrice {
  readonly input: number
  readonly output: number
}

const adapterVersion = '1'

/**
 * The job `vision` on any OpenAI-compatible server: GPT-4o, Step-1o, Qwen2.5-VL under vLLM or Ollama. An answer to a
 * question with a JSON schema is JSON text. @throws ToolError `tool-server` (not reached, refused the request),
 * `tool-refused` (the model will not answer), `tool-answer` (no JSON, cut off)
 */
export function openAiVision(options: OpenAiVisionOptions): Tool<'vision'> {
  const {
    model,
    concurrency = 4,
    timeLimitSeconds = 120,
    json = 'schema',
    pictures = 'jpeg',
    price,
  } = options
  const name = `vision (${model})`
  const chat = openChat({ ...options, name })
  // Whoever asks, the server gets no more calls at a time than it takes.
  const turn = pLimit(concurrency)
  const answer = async (question: VisionQuestion): Promise<VisionAnswer> => {
    const {
      system,
      before = [],
      parts,
      maxTokens = 1024,
      temperature = 0,
      seed,
      jsonSchema,
      signal,
    } = question
    const spoken = jsonSchema && json !== 'schema' ? [schemaWords(jsonSchema)] : []
    const { reply, seconds } = await turn(async () => {
      signal?.throwIfAborted()
      const started = performance.now()
      const asked = await chat.ask({
        system,
        before: await Promise.all(
          before.map(async ({ role, parts: said }) => ({ role, parts: await format(said, pictures) })),
        ),
        parts: await format([...parts, ...spoken], pictures),
        parameters: { max_tokens: maxTokens, temperature, seed, ...responseFormat(jsonSchema, json) },
        signal,
      })
      return { reply: asked, seconds: (performance.now() - started) / 1000 }
    })
    const { outcome, text, reason, inputTokens, outputTokens } = reply
    return {
      outcome,
      text,
      ...(reason !== undefined && { reason }),
      ...(reply.model !== undefined && { model: reply.model }),
      ...(inputTokens !== undefined && { inputTokens }),
      ...(outputTokens !== undefined && { outputTokens }),
      ...(price &&
        (inputTokens ?? outputTokens) !== undefined && {
          cost: (price.input * (inputTokens ?? 0) + price.output * (outputTokens ?? 0)) / 1e6,
        }),
      seconds,
    }
  }
  return {
    facts: {
      implementation: `openai:${model}`,
      version: `${adapterVersion}+${model}`,
      concurrency,
      timeLimitSeconds,
    },
    answer,
    async ask(question) {
      const told = await answer(question)
      const service = { name, baseUrl: options.baseUrl, secret: options.key }
      return checkedAnswer(told, question, (what, code) => serverError(service, what, code))
    },
  }
}

const format = async (
  parts: readonly (string | Picture)[],
  pictures: 'jpeg' | 'png',
): Promise<(string | EncodedPicture)[]> =>
  Promise.all(
    parts.map(async (part) =>
      typeof part === 'string'
        ? part
        : { format: pictures, bytes: await encodePicture(part, pictures, { quality: 92 }) },
    ),
  )

function responseFormat(schema: object | undefined, json: 'schema' | 'object' | 'prompt'): object {
  if (!schema || json === 'prompt') return {}
  return { response_format: json === 'object' ? { type: 'json_object' } : strictSchema(schema) }
}

/** The `response_format` that holds an answer to a JSON schema. */
export function strictSchema(schema: object): object {
  return { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } }
}

/**
 * Asks a model and gives whatever came of it. Of a tool that has no `answer` a refusal and an answer that is none are
 * told by their outcome as well, without tokens.
 * @throws ToolError where there was no answer at all
 */
export async function askVision(vision: Tool<'vision'>, question: VisionQuestion): Promise<VisionAnswer> {
  if (vision.answer) return vision.answer(question)
  try {
    return { outcome: 'answer', text: await vision.ask(question) }
  } catch (error) {
    if (!(error instanceof ToolError) || (error.code !== 'tool-refused' && error.code !== 'tool-answer'))
      throw error
    if (error.code === 'tool-refused') return { outcome: 'refused', text: '', reason: error.message }
    return { outcome: 'cut-off', text: '', reason: error.message }
  }
}
