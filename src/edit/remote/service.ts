import { patientSend, type Send } from '../../network/index.ts'
import {
  isUsedUp,
  jsonOf,
  type Service,
  type ServiceReply,
  type ServiceRequest,
  send,
  serverError,
  ToolError,
  textOf,
} from '../../tools/index.ts'
import { EditError, type EditErrorCode, EditRefusal, type RefusalKind } from '../error.ts'
import type { RemoteSettings } from './provider.ts'

/** A web service of the configuration. */
interface ServiceConfig {
  readonly baseUrl?: string | undefined
  readonly key?: string | undefined
  readonly retries?: number | undefined
}

/** What a type takes where its configuration says nothing. */
export interface ServiceDefaults {
  readonly baseUrl: string
  /** The usual variable of its key; undefined where there is usually none. */
  readonly key?: string
  /** Headers that hold the key. Default: `authorization: Bearer …`. */
  readonly headers?: (key: string) => Readonly<Record<string, string>>
}

/** Opens a service; nothing is sent yet. @throws EditError `input` where its key is missing */
export function openService(
  config: ServiceConfig,
  { name, env, backoffSeconds }: RemoteSettings,
  defaults: ServiceDefaults,
): Service {
  const { baseUrl = defaults.baseUrl, retries } = config
  // The usual key goes to the usual address alone: other servers get the key that is named for them.
  const variable = config.key ?? (baseUrl === defaults.baseUrl ? defaults.key : undefined)
  const key = variable === undefined ? undefined : keyOf(name, variable, env)
  const { headers = (secret: string) => ({ authorization: `Bearer ${secret}` }) } = defaults
  return {
    name,
    baseUrl,
    ...(key !== undefined && { headers: headers(key), secret: key }),
    ...(retries !== undefined && { retries }),
    ...(backoffSeconds !== undefined && { backoffSeconds }),
    redirect: 'manual',
    fetch: fetchOf(name, env),
  }
}

function fetchOf(name: string, env: NodeJS.ProcessEnv): Send {
  try {
    return patientSend(env)
  } catch (error) {
    throw new EditError('input', `${name}: ${(error as Error).message}`, { cause: error })
  }
}

function keyOf(name: string, variable: string, env: NodeJS.ProcessEnv): string {
  const key = env[variable]?.trim()
  if (!key)
    throw new EditError(
      'input',
      `${name}: the environment variable ${variable} is not set, expected the service's key in it; set it, or name another under "key"`,
    )
  // A header with other characters fails with a message that holds it.
  if (!/^[\x21-\x7e]+$/.test(key))
    throw new EditError(
      'input',
      `${name}: ${variable} holds spaces or characters that no key has; set it anew`,
    )
  return key
}

/**
 * Sends a request with bounded retries, or waits that the server asks for. Gives back any answer that another try would
 * not change, errors too. @throws EditError `server`, `cancelled`
 */
export function ask(service: Service, request: ServiceRequest): Promise<ServiceReply> {
  return mapped(() => send(service, request))
}

/** The JSON of an answer. @throws EditError `server` when it is none */
export function answerOf(service: Service, reply: ServiceReply): Promise<unknown> {
  return mapped(async () => jsonOf(service, reply))
}

/** Runs work of the tools' layer, whose errors become those of edits. */
export async function mapped<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof ToolError)) throw error
    const code: EditErrorCode =
      error.code === 'cancelled' ? 'cancelled' : error.code === 'configuration' ? 'input' : 'server'
    throw new EditError(code, error.message, { cause: error })
  }
}

/** What an error answer says, as far as it could be read. */
export interface Said {
  readonly code?: string | undefined
  readonly message?: string | undefined
}

/** The error that an answer is, by its status: `quota`, `key`, `input` for what is wrong with this edit, else `server`. */
export function failureOf(service: Service, reply: ServiceReply, said: Said = {}): EditError {
  const { status } = reply
  const words = said.message?.trim() || pageText(textOf(reply.bytes)) || 'no message'
  const what = `HTTP ${status}${said.code ? ` ${said.code}` : ''}: ${words.replace(/\.$/, '')}`
  const [code, advice] = judged(reply)
  return errorOf(service, code, `${what}; ${advice}`)
}

/** The words of a page, such as a proxy gives in place of an answer. */
function pageText(text: string): string {
  const isPage = /^\s*</.test(text)
  const bare = isPage
    ? text.replace(/<(style|script|title)\b[\s\S]*?<\/\1>/gi, ' ').replace(/<[^>]{0,500}>/g, ' ')
    : text
  return bare.replace(/\s+/g, ' ').trim().slice(0, 160)
}

function judged(reply: ServiceReply): readonly [EditErrorCode, string] {
  const { status } = reply
  if (isUsedUp(reply)) return ['quota', "the account's quota or credit is used up; raise it with the service"]
  if (status === 401 || status === 403) return ['key', 'the key is missing, wrong, or may not use this model']
  if (status === 404) return ['server', 'no such address or model; check "baseUrl" and "model"']
  if (status === 429) return ['server', 'too many requests; lower "concurrency", or try later']
  if (status >= 300 && status < 400)
    return [
      'server',
      'the address redirects, and a key is not sent elsewhere; give the final address as "baseUrl"',
    ]
  if (status >= 500 || status === 408) return ['server', 'the service failed; try later']
  return ['input', 'the service does not take this request']
}

/** An error of an answer, in one line, with the address and without the key. */
export function errorOf(service: Service, code: EditErrorCode, what: string): EditError {
  return new EditError(code, serverError(service, what).message)
}

/** A refusal, with what the service said. */
export function refusalOf(
  service: Service,
  { kind, reason, text }: { readonly kind: RefusalKind; readonly reason: string; readonly text: string },
): EditRefusal {
  const clean = spoken(service, text)
  const what = kind === 'safety' ? 'refused by a safety system' : 'gave no picture'
  return new EditRefusal(
    serverError(service, `${what} (${reason})${clean === '' ? '' : `: ${clean}`}`).message,
    { kind, reason: spoken(service, reason), text: clean },
  )
}

/** What a service said, without the key: up to 2000 characters. */
function spoken({ secret }: Service, text: string): string {
  const clean = secret ? text.replaceAll(secret, '…') : text
  return clean.trim().slice(0, 2000)
}
