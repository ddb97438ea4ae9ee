import { digestOf } from '../../jobs/index.ts'
import {
  type ChatReply,
  openChat,
  strictSchema,
  type Tool,
  type Toolbox,
  ToolError,
  type VisionQuestion,
} from '../../tools/index.ts'
import { BenchError } from '../error.ts'
import { type Asking, askJudge, type JudgeClock } from './ask.ts'
import { type JudgeConfig, judgeConfig } from './configuration.ts'
import { type Convention, gpt41, qwen25vl72b } from './convention.ts'
import type { Judge, Question } from './judge.ts'
import { pairPromptVersion, pairSchema } from './pairwise.ts'
import { JudgePictures, sha256 } from './pictures.ts'
import { consistencyPrompt, qualityPrompt } from './viescore/prompts.ts'

export interface OpenJudgeOptions {
  /** The judges of the configuration. */
  readonly judges?: Readonly<Record<string, JudgeConfig>> | undefined
  /** Where keys are. Default: none. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined
  /** The tools of a `local` judge. */
  readonly toolbox?: Toolbox | undefined
  readonly clock?: JudgeClock | undefined
  /** The wait before the first retry of a request, doubled with each. Default: 1. */
  readonly backoffSeconds?: number | undefined
}

/**
 * A judge by name: `gpt-4.1`, `qwen2.5-vl-72b:<address>`, `local`, or a judge of the configuration.
 * @throws BenchError `judge` where the name is unknown, or its key or tool is missing
 */
export function openJudge(named: string, options: OpenJudgeOptions = {}): Judge {
  const { name, config } = judgeConfig(named, options.judges)
  return config.type === 'local' ? localJudge(name, config, options) : serverJudge(name, config, options)
}

type ServerConfig = Exclude<JudgeConfig, { readonly type: 'local' }>

/** OpenAI's list prices of GPT-4.1 in USD for a million tokens, since 2025-04-14. */
const priceOfGpt41 = { input: 2, output: 8 }

function serverJudge(name: string, config: ServerConfig, options: OpenJudgeOptions): Judge {
  const convention = conventionOf(config)
  const { baseUrl, model, price } = serverOf(config)
  const key = keyOf(name, config, options)
  const chat = openChat({
    name: `judge '${name}'`,
    baseUrl,
    model,
    key,
    timeLimitSeconds: config.timeLimitSeconds ?? 300,
    retries: config.retries ?? 6,
    backoffSeconds: options.backoffSeconds,
    droppable: ['max_tokens', 'temperature', 'seed', 'top_k', 'response_format'],
  })
  const prepared = new JudgePictures()
  return judgeOf({
    name,
    model,
    convention,
    address: baseUrl,
    prepared,
    config,
    price,
    options,
    async send({ type, prompt, pictures, seed, signal }) {
      const files = await Promise.all(pictures.map((picture) => prepared.file(picture, convention.pictures)))
      const parameters = {
        ...convention.parameters,
        seed,
        ...(convention.schema && {
          response_format: strictSchema(type === 'pair' ? pairSchema : scoreSchema),
        }),
      }
      return {
        pictureHashes: files.map(({ hash }) => hash),
        reply: await chat.ask({
          parts: convention.order === 'text-first' ? [prompt, ...files] : [...files, prompt],
          parameters,
          signal,
        }),
      }
    },
  })
}

function conventionOf(config: ServerConfig): Convention {
  const more = config.parameters ?? {}
  switch (config.type) {
    case 'gpt-4.1':
      return { ...gpt41, parameters: { ...gpt41.parameters, ...more } }
    case 'qwen2.5-vl-72b':
      return { ...qwen25vl72b, parameters: { ...qwen25vl72b.parameters, ...more } }
    case 'custom': {
      const { order = 'text-first', pictures = 'png', schema = true, maxTokens = 1024 } = config
      const { temperature = 0, seed = 42 } = config
      return {
        name: 'custom',
        order,
        pictures,
        schema,
        parameters: { max_tokens: maxTokens, ...(temperature !== null && { temperature }), ...more },
        ...(seed !== null && { seed }),
      }
    }
  }
}

function serverOf(config: ServerConfig): {
  readonly baseUrl: string
  readonly model: string
  readonly price: ServerConfig['price']
} {
  switch (config.type) {
    case 'gpt-4.1': {
      const { baseUrl = 'https://api.openai.com/v1', model = 'gpt-4.1', price = priceOfGpt41 } = config
      return { baseUrl, model, price }
    }
    case 'qwen2.5-vl-72b': {
      const { baseUrl, model = 'Qwen/Qwen2.5-VL-72B-Instruct', price } = config
      return { baseUrl, model, price }
    }
    case 'custom':
      return config as typeof config & { price: ServerConfig['price'] }
  }
}

/** A key is needed where one is named, and by OpenAI itself. */
function keyOf(
  name: string,
  config: ServerConfig,
  { environment = {} }: OpenJudgeOptions,
): string | undefined {
  const isOpenAi = config.type === 'gpt-4.1' && config.baseUrl === undefined
  const variable = config.key ?? (isOpenAi ? 'OPENAI_API_KEY' : undefined)
  if (variable === undefined) return undefined
  const key = environment[variable]?.trim()
  if (!key)
    throw new BenchError(
      'judge-unusable',
      `judge '${name}': expected its key in the environment variable ${variable}, which is not set`,
    )
  return key
}

/** What an answer of VIEScore's prompts is held to. */
const scoreSchema: object = {
  type: 'object',
  properties: { score: { type: 'array', items: { type: 'number' } }, reasoning: { type: 'string' } },
  required: ['score', 'reasoning'],
  additionalProperties: false,
}

function localJudge(
  name: string,
  config: Extract<JudgeConfig, { readonly type: 'local' }>,
  options: OpenJudgeOptions,
): Judge {
  const { toolbox } = options
  if (!toolbox) throw new BenchError('judge', `judge '${name}': internal: a local judge needs a toolbox`)
  if (!toolbox.has('vision'))
    throw new BenchError(
      'judge-unusable',
      `judge '${name}': this machine has no vision tool; name a model under tools in the configuration, or use another judge`,
    )
  const vision = toolbox.get('vision')
  const { implementation, version, concurrency } = vision.facts
  const maxTokens = config.maxTokens ?? 1024
  const convention: Convention = {
    name: 'local',
    order: 'text-first',
    pictures: 'png',
    parameters: { maxTokens, temperature: 0 },
    seed: 42,
    schema: false,
  }
  return judgeOf({
    name,
    model: implementation,
    convention,
    address: version,
    prepared: new JudgePictures(),
    config: { concurrency, ...config },
    price: undefined,
    options,
    async send({ prompt, pictures, seed }) {
      const question = {
        parts: [prompt, ...pictures],
        maxTokens,
        temperature: 0,
        ...(seed !== undefined && { seed }),
      }
      return {
        pictureHashes: pictures.map(({ data }) => sha256(data)),
        reply: {
          ...(await spoken(vision, question)),
          model: implementation,
          parameters: { ...convention.parameters, seed },
        },
      }
    },
  })
}

/** What a tool says, which throws what a server tells. */
async function spoken(
  vision: Tool<'vision'>,
  question: VisionQuestion,
): Promise<Omit<ChatReply, 'parameters'>> {
  try {
    const text = await vision.ask(question)
    return { outcome: 'answer', text, body: text }
  } catch (error) {
    if (!(error instanceof ToolError)) throw error
    const { code, message } = error
    if (code === 'tool-refused') return { outcome: 'refused', text: '', reason: message, body: message }
    if (code === 'tool-answer') return { outcome: 'answer', text: '', reason: message, body: message }
    throw error
  }
}

interface JudgeParts {
  readonly name: string
  readonly model: string
  readonly convention: Convention
  readonly address: string
  readonly prepared: JudgePictures
  readonly config: JudgeConfig
  readonly price: ServerConfig['price']
  readonly options: OpenJudgeOptions
  readonly send: Asking['send']
}

function judgeOf(parts: JudgeParts): Judge {
  const { name, model, convention, address, prepared, config, price, options, send } = parts
  const { tries = 2, concurrency = 8 } = config
  const asking: Asking = { name, model, convention, moreTries: tries, price, clock: options.clock, send }
  return {
    name,
    identity: digestOf({
      address,
      model,
      convention,
      tries,
      prompts: [consistencyPrompt('<instruction>'), qualityPrompt, pairPromptVersion].map(sha256),
    }),
    concurrency,
    ...(price && { estimate: (question) => estimated(question, price) }),
    ask: (question, request) => askJudge(asking, question, prepared.of(question), request),
  }
}

/**
 * Tokens as OpenAI counts them for GPT-4.1: 85 a picture and 170 a tile of 512 pixels, of the picture with its shorter side
 * at most 768; 350 of text, and an answer of about 100.
 */
function estimated(
  question: Question,
  { input, output }: { readonly input: number; readonly output: number },
): number {
  const { width, height } = question.type === 'pq' ? question.sourceSize : question.source
  const scale = Math.min(1, 768 / Math.min(width, height), 2048 / Math.max(width, height))
  const tiles = Math.ceil((scale * width) / 512) * Math.ceil((scale * height) / 512)
  const pictures = { sc: 2, pq: 1, pair: 3 }[question.type]
  return (input * (350 + pictures * (85 + 170 * tiles)) + output * 100) / 1e6
}
