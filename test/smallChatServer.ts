import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Picture, readPicture } from 'pentimento/image'

/** What a chat server was asked, its pictures decoded. */
export interface ChatRequest {
  readonly authorization?: string
  readonly body: {
    readonly model: string
    readonly messages: readonly { readonly role: string; readonly content: unknown }[]
    readonly [parameter: string]: unknown
  }
  readonly texts: readonly string[]
  readonly pictures: readonly Picture[]
}

/** How the next request is answered: as asked, or as real servers do on their bad days. */
export type ChatTurn =
  | {
      readonly says: string | null
      readonly finish?: string
      readonly refusal?: string
      /** What the server says of itself: another model than was asked for, a fingerprint, the tokens, a gateway's provider. */
      readonly model?: string
      readonly fingerprint?: string
      readonly provider?: string
      readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number }
      /** Answers so late. */
      readonly afterMs?: number
    }
  | { readonly status: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> }
  /** The connection is broken before anything, or within the body; or nothing ever comes. */
  | { readonly fault: 'drop' | 'half' | 'silence' }

export interface SmallChatServer {
  readonly baseUrl: string
  readonly asked: ChatRequest[]
  /** Requests that were answered by a turn, kept or not. */
  count: number
  /** The largest number of requests that were open at a time. */
  mostAtOnce: number
  /** Decides each turn instead of `turns`. */
  respond: ((request: ChatRequest) => ChatTurn) | undefined
  /** Turns for the next requests, in order; when there are none left the last is repeated. */
  turns: ChatTurn[]
  close(): Promise<void>
}

/** What a server of a kind takes and how it complains. */
export interface ChatManners {
  readonly key?: string
  readonly models: readonly string[]
  /** `openai`, or `vllm`, whose errors have another form. */
  readonly dialect?: 'openai' | 'vllm'
  /** Parameters that its model does not take, as OpenAI's reasoning models do not. */
  readonly unsupported?: readonly string[]
  /** Whether requests are kept with their pictures decoded. Default: true; long runs would fill memory. */
  readonly keeps?: boolean
  /** Default: any that is free. */
  readonly port?: number
}

/** A server on loopback that speaks OpenAI's chat completions, error bodies and all. */
export async function openSmallChatServer(manners: ChatManners): Promise<SmallChatServer> {
  const state: State = {
    asked: [],
    count: 0,
    mostAtOnce: 0,
    respond: undefined,
    turns: [{ says: 'Hello.' }],
  }
  let open = 0
  const server = createServer((request, response) => {
    state.mostAtOnce = Math.max(state.mostAtOnce, ++open)
    response.on('close', () => open--)
    void answer(manners, state, request, response)
  })
  await new Promise<void>((done) => server.listen(manners.port ?? 0, '127.0.0.1', done))
  return Object.assign(state, {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  })
}

type State = Omit<SmallChatServer, 'baseUrl' | 'close'>

async function answer(
  manners: ChatManners,
  state: State,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const say = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }
  const complain = (
    status: number,
    message: string,
    param: string | null = null,
    code: string | null = null,
  ): void =>
    say(
      status,
      manners.dialect === 'vllm'
        ? { object: 'error', message, type: 'BadRequestError', param, code: status }
        : { error: { message, type: 'invalid_request_error', param, code } },
    )
  if (request.method !== 'POST' || request.url !== '/v1/chat/completions')
    return say(404, { detail: 'Not Found' })
  const { authorization } = request.headers
  if (manners.key && authorization !== `Bearer ${manners.key}`)
    return complain(
      401,
      `Incorrect API key provided: ${authorization?.replace('Bearer ', '')}. You can find your API key in your settings.`,
      null,
      'invalid_api_key',
    )
  const body = JSON.parse(Buffer.concat(chunks).toString()) as ChatRequest['body']
  if (!manners.models.includes(body.model))
    return complain(404, `The model \`${body.model}\` does not exist.`, 'model', 'model_not_found')
  const unsupported = manners.unsupported?.find((name) => name in body)
  if (unsupported)
    return complain(400, `Unsupported parameter: '${unsupported}'.`, unsupported, 'unsupported_parameter')
  const schemaFault = strictFault(body.response_format)
  if (schemaFault) return complain(400, schemaFault, 'response_format')
  const keeps = manners.keeps !== false
  const asked = { ...(authorization && { authorization }), body, ...(await contents(body, keeps)) }
  state.count++
  if (keeps) state.asked.push(asked)

  const next = () => (state.turns.length > 1 ? state.turns.shift() : state.turns[0]) as ChatTurn
  const turn = state.respond?.(asked) ?? next()
  if ('fault' in turn) return misbehave(turn.fault, response)
  if ('status' in turn) return say(turn.status, turn.body, turn.headers)
  if (turn.afterMs) await new Promise((done) => setTimeout(done, turn.afterMs))
  say(200, {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: turn.model ?? body.model,
    ...(turn.fingerprint && { system_fingerprint: turn.fingerprint }),
    ...(turn.provider && { provider: turn.provider }),
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: turn.says, refusal: turn.refusal ?? null },
        logprobs: null,
        finish_reason: turn.finish ?? 'stop',
      },
    ],
    usage: turn.usage ?? { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  })
}

function misbehave(fault: 'drop' | 'half' | 'silence', response: ServerResponse): void {
  if (fault === 'silence') return
  if (fault === 'drop') return void response.socket?.destroy()
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
  response.write('{"id":"chatcmpl-1","choices":[{"mess')
  setTimeout(() => response.socket?.destroy(), 20)
}

/** Strict schemas must forbid other properties and require all, at every object, and know no tuples, as OpenAI checks it. */
function strictFault(format: unknown): string | undefined {
  const { type, json_schema: json } = (format ?? {}) as {
    type?: string
    json_schema?: { strict?: boolean; schema?: unknown }
  }
  if (type !== 'json_schema' || !json?.strict) return undefined
  const faulty = (schema: unknown): boolean => {
    if (typeof schema !== 'object' || schema === null) return false
    const {
      type: kind,
      properties,
      required,
      additionalProperties,
      items,
    } = schema as Record<string, unknown>
    if (kind === 'array' && (typeof items !== 'object' || Array.isArray(items) || 'prefixItems' in schema))
      return true
    if (kind === 'object') {
      const names = Object.keys((properties ?? {}) as object)
      if (
        additionalProperties !== false ||
        names.some((name) => !(required as string[] | undefined)?.includes(name))
      )
        return true
    }
    return Object.values(schema).some(faulty)
  }
  return faulty(json.schema)
    ? "Invalid schema for response_format 'answer': 'additionalProperties' is required to be supplied and to be false."
    : undefined
}

async function contents(
  body: ChatRequest['body'],
  decodes: boolean,
): Promise<Pick<ChatRequest, 'texts' | 'pictures'>> {
  type Part = { type: string; text?: string; image_url?: { url: string } }
  const parts = body.messages.flatMap(({ content }) =>
    typeof content === 'string' ? [{ type: 'text', text: content }] : (content as Part[]),
  ) as Part[]
  const urls = decodes ? parts.flatMap(({ image_url }) => (image_url ? [image_url.url] : [])) : []
  return {
    texts: parts.flatMap(({ text }) => (text === undefined ? [] : [text])),
    pictures: await Promise.all(
      urls.map(async (url) => {
        const [, base64 = ''] = /^data:image\/(?:png|jpeg);base64,(.+)$/.exec(url) ?? []
        return await readPicture(Buffer.from(base64, 'base64'))
      }),
    ),
  }
}
