import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { PentimentoError } from '../../error/index.ts'
import { describeFailure } from '../failure.ts'

/** What kind of error it is, in OpenAI's words. */
export type ApiErrorType =
  | 'invalid_request_error'
  | 'authentication_error'
  | 'permission_error'
  | 'not_found_error'
  | 'conflict_error'
  | 'rate_limit_error'
  | 'server_error'

/** The body of every answer that is no success, in OpenAI's shape. */
export interface ApiErrorBody {
  readonly error: {
    /** One line for people. */
    readonly message: string
    readonly type: ApiErrorType
    /** The invalid field, if there is one. */
    readonly param: string | null
    /** Stable, for programs. */
    readonly code: string
  }
}

interface Details {
  readonly param?: string | undefined
  readonly retryAfterSeconds?: number | undefined
  readonly cause?: unknown
}

/** A request that is refused. */
export class ApiError extends PentimentoError {
  override readonly name = 'ApiError'
  readonly status: ContentfulStatusCode
  readonly param: string | undefined
  /** When asking again may help. */
  readonly retryAfterSeconds: number | undefined

  constructor(status: ContentfulStatusCode, code: string, message: string, details: Details = {}) {
    super(code, message, { cause: details.cause })
    this.status = status
    this.param = details.param
    this.retryAfterSeconds = details.retryAfterSeconds
  }
}

const types: Readonly<Record<number, ApiErrorType>> = {
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  409: 'conflict_error',
  429: 'rate_limit_error',
}

/** An error as JSON. */
export function bodyOf({ status, code, message, param }: ApiError): ApiErrorBody {
  const type = types[status] ?? (status < 500 ? 'invalid_request_error' : 'server_error')
  return { error: { message, type, param: param ?? null, code } }
}

/** An error as an answer. */
export function answerError(c: Context, error: ApiError): Response {
  const { status, retryAfterSeconds } = error
  if (retryAfterSeconds !== undefined) c.header('retry-after', String(Math.ceil(retryAfterSeconds)))
  return c.json(bodyOf(error), status)
}

/** Turns an error during a request into the answer to its sender. Internal errors go to the log, not to the sender. */
export function apiErrorOf(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  if (!(error instanceof Error)) return fault(error)
  if (error.name === 'ZodError' && 'issues' in error) return ofIssue(error.issues as readonly Issue[])
  if (error instanceof SyntaxError) return new ApiError(400, 'invalid_json', `body: ${error.message}`)
  // Of Node: the client went away.
  if (error.message === 'aborted' && (error as NodeJS.ErrnoException).code === 'ECONNRESET')
    return new ApiError(400, 'aborted', 'body: the connection ended before the body was complete')
  // Of hono's own validators and limits.
  if ('status' in error && 'getResponse' in error) {
    const status = error.status as ContentfulStatusCode
    const code = /JSON/.test(error.message) ? 'invalid_json' : 'invalid_request'
    return new ApiError(status, code, error.message || 'the request cannot be read')
  }
  if (error.name === 'ServiceError' && error instanceof PentimentoError) return ofService(error)
  if (isRefusedText(error))
    return new ApiError(
      400,
      'invalid_text',
      'a text contains a character that cannot be stored: NUL or an unpaired surrogate',
    )
  // Files and the database are the server's, and so are their names.
  if (!ofRequests.has(error.name)) return fault(error)
  const { code, line } = describeFailure(error)
  return new ApiError(400, code, line, { cause: error })
}

/** Errors that say what is wrong with a request. */
const ofRequests: ReadonlySet<string> = new Set(['EditError', 'EditRefusal', 'ImageError', 'ToolError'])

/** Codes of Postgres for texts that it cannot hold. */
const refusedTexts: ReadonlySet<unknown> = new Set(['22021', '22P05'])

function isRefusedText(error: Error): boolean {
  const { cause } = error as { cause?: unknown }
  if (!(cause instanceof Error)) return false
  return refusedTexts.has((cause as { code?: unknown }).code) || isRefusedText(cause)
}

const fault = (cause: unknown): ApiError =>
  new ApiError(500, 'internal', "a server error; the log has details under this response's x-request-id", {
    cause,
  })

const ofServiceCode: Readonly<Record<string, ContentfulStatusCode>> = {
  input: 400,
  picture: 400,
  missing: 404,
  full: 429,
  conflict: 409,
  session: 400,
}

function ofService(error: PentimentoError): ApiError {
  const status = ofServiceCode[error.code] ?? 500
  const { retryAfterSeconds } = error as { retryAfterSeconds?: number }
  return new ApiError(status, error.code, error.message, {
    cause: error,
    retryAfterSeconds: status === 429 ? (retryAfterSeconds ?? 5) : undefined,
  })
}

interface Issue {
  readonly code?: string
  readonly path: readonly PropertyKey[]
  readonly message: string
  readonly keys?: readonly string[]
  readonly input?: unknown
}

/** The first thing that a schema finds wrong. */
export function ofIssue(issues: readonly Issue[]): ApiError {
  const { code, path, message, keys = [] } = issues[0] ?? { path: [], message: 'not as expected' }
  const place = [...path, ...(code === 'unrecognized_keys' ? keys.slice(0, 1) : [])].map(String).join('.')
  const param = place === '' ? undefined : place
  const isMissing = code === 'invalid_type' && /received undefined/.test(message)
  return new ApiError(
    400,
    code === 'unrecognized_keys'
      ? 'unknown_parameter'
      : isMissing
        ? 'missing_required_parameter'
        : code === 'invalid_type'
          ? 'invalid_type'
          : 'invalid_value',
    `${param ?? 'body'}: ${code === 'unrecognized_keys' ? 'unknown parameter' : message}`,
    { param },
  )
}
