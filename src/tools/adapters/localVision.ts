import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import {
  findLanguageModel,
  LanguageError,
  type LanguageModel,
  languageFingerprint,
  type Message,
  openLanguageModel,
} from '../../language/index.ts'
import { ToolError } from '../error.ts'
import type { Tool, VisionAnswer, VisionQuestion } from '../tool.ts'
import { checkedAnswer, schemaWords, usualTokens } from './visionAnswer.ts'

/** A language model in this process. */
export interface LocalVisionOptions {
  /** A folder, or the name of a pulled model: `qwen2.5-vl-7b`. */
  readonly model: string
  /** How its weights are kept. Default: `int8`. */
  readonly precision?: 'fp32' | 'int8' | 'int4' | undefined
  /** The most pixels of a picture that it sees. Default: {@link usualPixels}. */
  readonly maxPixels?: number | undefined
  /** Bytes of memory that it may use. Default: four fifths of what is free when it is loaded. */
  readonly memory?: number | undefined
  /** For one question. Default: 1800. */
  readonly timeLimitSeconds?: number | undefined
  /** Threads of the CPU. Default: one for each core. */
  readonly threads?: number | undefined
  readonly provider?: 'auto' | 'cpu' | 'webgpu' | 'cuda' | 'dml' | undefined
  /** The folder that a path is relative to. Default: the working folder. */
  readonly folder?: string | undefined
  readonly env?: NodeJS.ProcessEnv | undefined
}

/** 1280 tokens a picture: what the model's makers advise where time matters. */
export const usualPixels: number = 1280 * 28 * 28

const adapterVersion = '1'

/** The job `vision` by a language model in this process, which is loaded with the first question. */
export interface LocalVision {
  readonly tool: Tool<'vision'>
  close(): Promise<void>
}

/** Loads nothing. What is missing, the first question says. */
export async function localVision(options: LocalVisionOptions): Promise<LocalVision> {
  const { precision = 'int8', maxPixels = usualPixels, timeLimitSeconds = 1800, env } = options
  const path = resolve(options.folder ?? '.', options.model)
  const model = existsSync(path) ? path : options.model
  const name = `vision (${options.model})`
  const identity = await findLanguageModel(model, env)
    .then(({ folder }) => languageFingerprint(folder))
    .catch(() => 'not-installed')
  let opening: Promise<LanguageModel> | undefined
  const open = (): Promise<LanguageModel> => {
    const { memory, threads, provider } = options
    opening ??= openLanguageModel(model, { precision, memory, threads, provider, env })
    // A failed opening can be repeated: the model may be pulled meanwhile.
    opening.catch(() => {
      opening = undefined
    })
    return opening
  }
  const answer = async (question: VisionQuestion): Promise<VisionAnswer> => {
    const started = performance.now()
    const { maxTokens = usualTokens, temperature = 0, seed } = question
    const limit = AbortSignal.timeout(timeLimitSeconds * 1000)
    const signal = question.signal ? AbortSignal.any([question.signal, limit]) : limit
    try {
      const opened = await open()
      const sampling = { maxTokens, temperature, seed, maxPixels }
      const { text, ending, tokens, promptTokens } = await opened.answer(conversationOf(question), sampling, {
        signal,
      })
      return {
        outcome: ending === 'length' ? 'cut-off' : 'answer',
        text,
        model: opened.facts.name,
        inputTokens: promptTokens,
        outputTokens: tokens.length,
        cost: 0,
        seconds: (performance.now() - started) / 1000,
      }
    } catch (error) {
      throw question.signal?.aborted
        ? error
        : toolError(name, error, limit.aborted ? timeLimitSeconds : undefined)
    }
  }
  return {
    tool: {
      facts: {
        implementation: `local:${options.model}`,
        version: `${adapterVersion}+${precision}+${maxPixels}+${identity}`,
        concurrency: 1,
        timeLimitSeconds,
      },
      mostPixels: maxPixels,
      answer,
      async ask(question) {
        const told = await answer(question)
        return checkedAnswer(told, question, (what, code) => new ToolError(code, `${name}: ${what}`))
      },
    },
    async close() {
      const opened = await opening?.catch(() => undefined)
      await opened?.close()
    },
  }
}

function conversationOf({ system, before = [], parts, jsonSchema }: VisionQuestion): readonly Message[] {
  return [
    ...(system === undefined ? [] : [{ role: 'system' as const, parts: [system] }]),
    ...before,
    { role: 'user', parts: [...parts, ...(jsonSchema ? [`\n${schemaWords(jsonSchema)}`] : [])] },
  ]
}

function toolError(name: string, error: unknown, limit: number | undefined): unknown {
  const reason = error instanceof Error ? error.message : String(error)
  if (limit !== undefined)
    return new ToolError('tool-failed', `${name}: took longer than ${limit} s; raise timeLimitSeconds`, {
      cause: error,
    })
  if (error instanceof LanguageError && error.code === 'checkpoint')
    return new ToolError('tool-missing', `${name}: ${reason}`, { cause: error })
  return new ToolError('tool-failed', `${name}: ${reason}`, { cause: error })
}
