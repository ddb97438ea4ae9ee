/** An error of the server, or a failed request. */
export class ServerError extends Error {
  override readonly name = 'ServerError'
  /** Of HTTP; 0: it was not reached. */
  readonly status: number
  /** Stable, for programs: `full`, `missing`, `tools-missing`; `unreachable` where it was not reached. */
  readonly code: string
  /** Of a full queue: when asking again may help. */
  readonly retryAfterSeconds: number | undefined

  constructor(status: number, code: string, message: string, retryAfterSeconds?: number) {
    super(message)
    this.status = status
    this.code = code
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** Asks the server for JSON. @throws ServerError */
export async function ask<T>(path: string, init?: RequestInit): Promise<T> {
  const response = await fetch(path, init).catch((error: unknown) => {
    if ((error as Error).name === 'AbortError') throw error
    throw new ServerError(0, 'unreachable', String((error as Error).message))
  })
  const answer: unknown = await response.json().catch(() => undefined)
  if (!response.ok) throw refused(response, answer)
  return answer as T
}

function refused(response: Response, answer: unknown): ServerError {
  const { error } = (answer ?? {}) as { error?: { message?: string; code?: string | null; type?: string } }
  const retry = Number(response.headers.get('retry-after') ?? Number.NaN)
  return new ServerError(
    response.status,
    error?.code ?? error?.type ?? 'internal',
    error?.message ?? `${response.status} ${response.statusText}`,
    Number.isFinite(retry) ? retry : undefined,
  )
}

/** Sends JSON. @throws ServerError */
export const send = <T>(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<T> =>
  ask<T>(path, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  })
