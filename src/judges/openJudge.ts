import { digestOf } from '../jobs/index.ts'
import { patientSend } from '../network/index.ts'
import {
  type ChatReply,
  openChat,
  strictSchema,
  type Tool,
  type Toolbox,
  ToolError,
  type VisionQuestion,
} from '../tools/index.ts'
import { type Asking, askJudge, type JudgeClock } from './ask.ts'
import { type JudgeConfig, judgeConfig } from './configuration.ts'
import { type Convention, gpt41, qwen25vl72b } from './convention.ts'
import { JudgeError } from './error.ts'
import type { Judge, JudgeFacts, TokenPrice } from './judge.ts'
import { PictureFiles, sha256 } from './pictures.ts'
import { listedPrice, listedTokenPrices } from './prices.ts'
import { type PictureRule, pictureRule, pictureTokens, textTokens } from './tokens.ts'

export interface OpenJudgeOptions {
  /** The judges of the configuration. */
  readonly judges?: Readonly<Record<string, JudgeConfig>> | undefined
  /** Where keys and proxies are. Default: none. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined
  /** The tools of a `local` judge. */
  readonly toolbox?: Toolbox | undefined
  readonly clock?: JudgeClock | undefined
  /** The wait before the first retry of a request, doubled with each. Default: 1. */
  readonly backoffSeconds?: number | undefined
}

/**
 * A judge by name: `gpt-4.1`, `qwen2.5-vl-72b:<address>`, `local`, or a judge of the configuration.
 * @throws NetworkError for a proxy that cannot be used; JudgeError `judge` where the name is unknown, `judge-unusable` where its key or tool is missing
 */
export function openJudge(named: string, options: OpenJudgeOptions = {}): Judge {
  const { name, config } = judgeConfig(named, options.judges)
  return config.type === 'local' ? localJudge(name, config, options) : serverJudge(name, config, options)
}

/** GPT-4.1 costs what OpenAI asks for, whoever passes it on. */
const priceOfGpt41 = listedTokenPrices.find(({ model }) => model === 'gpt-4.1')

type ServerConfig = Exclude<JudgeConfig, { readonly type: 'local' }>

function serverJudge(name: string, config: ServerConfig, options: OpenJudgeOptions): Judge {
  const convention = conventionOf(config)
  const { baseUrl, model } = serverOf(config)
  const chat = openChat({
    name: `judge '${name}'`,
    baseUrl,
    model,
    key: keyOf(name, config, options),
    timeLimitSeconds: config.timeLimitSeconds ?? 300,
    retries: config.retries ?? 6,
    backoffSeconds: options.backoffSeconds,
    fetch: patientSend(options.environment ?? {}),
    droppable: ['max_tokens', 'temperature', 'seed', 'top_k', 'response_format'],
  })
  const files = new PictureFiles()
  return judgeOf({
    name,
    facts: { address: baseUrl, model, convention, tries: config.tries ?? 2 },
    concurrency: config.concurrency ?? 8,
    price: config.price ?? (config.type === 'gpt-4.1' ? priceOfGpt41 : listedPrice(model, baseUrl)),
    rule: config.pictureTokens ?? pictureRule(model),
    clock: options.clock,
    async send({ question, seed, signal, turn }) {
      const { prompt, pictures, schema } = question
      const sent = await Promise.all(pictures.map((picture) => files.of(picture, convention.pictures)))
      const parameters = {
        ...convention.parameters,
        seed,
        ...(convention.schema && { response_format: strictSchema(schema) }),
      }
      const parts = convention.order === 'text-first' ? [prompt, ...sent] : [...sent, prompt]
      return {
        pictureHashes: sent.map(({ hash }) => hash),
        reply: await turn(() => chat.ask({ parts, parameters, signal })),
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

function serverOf(config: ServerConfig): { readonly baseUrl: string; readonly model: string } {
  switch (config.type) {
    case 'gpt-4.1': {
      const { baseUrl = 'https://api.openai.com/v1', model = 'gpt-4.1' } = config
      return { baseUrl, model }
    }
    case 'qwen2.5-vl-72b': {
      const { baseUrl, model = 'Qwen/Qwen2.5-VL-72B-Instruct' } = config
      return { baseUrl, model }
    }
    case 'custom':
      return config
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
    throw new JudgeError(
      'judge-unusable',
      `judge '${name}': expected its key in the environment variable ${variable}, which is not set`,
    )
  return key
}

function localJudge(
  name: string,
  config: Extract<JudgeConfig, { readonly type: 'local' }>,
  options: OpenJudgeOptions,
): Judge {
  const { toolbox } = options
  if (!toolbox) throw new JudgeError('judge', `judge '${name}': internal: a local judge needs a toolbox`)
  if (!toolbox.has('vision'))
    throw new JudgeError(
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
    facts: { address: version, model: implementation, convention, tries: config.tries ?? 2 },
    concurrency: config.concurrency ?? concurrency,
    // It costs no money; the price of a model behind an adapter is that of its server, and not known here.
    price: undefined,
    rule: pictureRule(implementation),
    clock: options.clock,
    async send({ question: { prompt, pictures }, seed, signal, turn }) {
      const question = {
        parts: [prompt, ...pictures],
        maxTokens,
        temperature: 0,
        signal,
        ...(seed !== undefined && { seed }),
      }
      return {
        pictureHashes: pictures.map(({ data }) => sha256(data)),
        reply: {
          ...(await turn(() => spoken(vision, question))),
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
  readonly facts: JudgeFacts
  readonly concurrency: number
  readonly price: TokenPrice | undefined
  readonly rule: PictureRule
  readonly clock: JudgeClock | undefined
  readonly send: Asking['send']
}

function judgeOf({ name, facts, concurrency, price, rule, clock, send }: JudgeParts): Judge {
  const { model, convention, tries } = facts
  const asking: Asking = { name, model, convention, moreTries: tries, price, clock, send }
  return {
    name,
    facts,
    identity: digestOf(facts),
    concurrency,
    price,
    estimate({ prompt, pictures, answerTokens }) {
      const inputTokens =
        textTokens(prompt) + pictures.reduce((sum, size) => sum + pictureTokens(rule, size), 0)
      const cost = price && (price.input * inputTokens + price.output * answerTokens) / 1e6
      return { inputTokens, outputTokens: answerTokens, cost }
    },
    ask: (question, request) => askJudge(asking, question, request),
  }
}
