import { encodePicture } from '../../image/index.ts'
import type { Tool, VisionQuestion } from '../tool.ts'
import { type ChatReply, openChat } from './chat.ts'
import { serverError } from './http.ts'

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
  const { model, concurrency = 4, timeLimitSeconds = 120, json = 'schema', pictures = 'jpeg' } = options
  const name = `vision (${model})`
  const chat = openChat({ ...options, name })
  return {
    facts: {
      implementation: `openai:${model}`,
      version: `${adapterVersion}+${model}`,
      concurrency,
      timeLimitSeconds,
    },
    async ask(question) {
      const { system, parts, maxTokens = 1024, temperature = 0, seed, jsonSchema } = question
      const spoken =
        jsonSchema && json !== 'schema'
          ? [
              `Answer with one JSON value and nothing else. It has to fit this JSON schema: ${JSON.stringify(jsonSchema)}`,
            ]
          : []
      const reply = await chat.ask({
        system,
        parts: await Promise.all(
          [...parts, ...spoken].map(async (part) =>
            typeof part === 'string'
              ? part
              : { format: pictures, bytes: await encodePicture(part, pictures, { quality: 92 }) },
          ),
        ),
        parameters: { max_tokens: maxTokens, temperature, seed, ...responseFormat(jsonSchema, json) },
      })
      return answerOf({ name, baseUrl: options.baseUrl, secret: options.key }, reply, question)
    },
  }
}

function responseFormat(schema: object | undefined, json: 'schema' | 'object' | 'prompt'): object {
  if (!schema || json === 'prompt') return {}
  return { response_format: json === 'object' ? { type: 'json_object' } : strictSchema(schema) }
}

/** The `response_format` that holds an answer to a JSON schema. */
export function strictSchema(schema: object): object {
  return { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } }
}

interface Speaker {
  readonly name: string
  readonly baseUrl: string
  readonly secret: string | undefined
}

function answerOf(service: Speaker, reply: ChatReply, question: VisionQuestion): string {
  const { outcome, reason } = reply
  const text = reply.text.trim()
  switch (outcome) {
    case 'refused':
      throw serverError(service, `the model refused: ${reason}`, 'tool-refused')
    case 'filtered':
      throw serverError(
        service,
        reason === undefined || reason.startsWith('finish reason')
          ? 'a content filter stopped the answer; leave the picture out'
          : `a content filter refused the request: ${reason}`,
        'tool-refused',
      )
    case 'cut-off':
      throw serverError(
        service,
        `the answer was cut off after ${question.maxTokens ?? 1024} tokens: '…${text.slice(-60)}'; raise maxTokens`,
        'tool-answer',
      )
    case 'answer':
      if (text === '') throw serverError(service, 'the answer is empty', 'tool-answer')
      return question.jsonSchema ? jsonAnswer(service, text) : text
  }
}

/** The JSON of an answer, out of the fences and thoughts that models put around it. */
function jsonAnswer(service: Speaker, text: string): string {
  const bare = text.replace(/^[\s\S]*<\/think>/, '').trim()
  const fenced = /^```(?:json)?\s*([\s\S]*?)\s*```$/.exec(bare)?.[1] ?? bare
  try {
    return JSON.stringify(JSON.parse(fenced))
  } catch {
    throw serverError(service, `expected JSON, the model answered '${text.slice(0, 120)}'`, 'tool-answer')
  }
}
