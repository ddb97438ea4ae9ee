import type { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import type { SentAnswer } from 'undici'

/** What is asked of an address. */
export interface SendOptions {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string | Uint8Array<ArrayBuffer> | Blob | null
  readonly signal?: AbortSignal
  /** `manual` gives redirections back as they are. Default: follow. */
  readonly redirect?: 'follow' | 'manual'
}

/** The part of a `Response` that requests to services need. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** Leaving a loop over it ends the request. */
  readonly body: AsyncIterable<Uint8Array> | null
  arrayBuffer(): Promise<ArrayBuffer>
}

/** The part of `fetch` that requests to services need: `fetch` is one. */
export type Send = (address: string | URL, options?: SendOptions) => Promise<Answer>

/** What undici's `request` gives, which has no web streams and takes a third of the time of its `fetch`, as an answer. */
export function answerOf({ statusCode, headers, body }: SentAnswer): Answer {
  const list: [string, string][] = []
  for (const [name, value] of Object.entries(headers))
    for (const each of Array.isArray(value) ? value : [value ?? '']) list.push([name, each])
  const content = decoded(body, String(headers['content-encoding'] ?? ''))
  return {
    status: statusCode,
    headers: new Headers(list),
    body: content,
    async arrayBuffer() {
      const chunks: Uint8Array[] = []
      for await (const chunk of content) chunks.push(chunk as Uint8Array)
      return new Uint8Array(Buffer.concat(chunks)).buffer
    },
  }
}

/** No compression is asked for, but some servers compress all the same. */
function decoded(body: Readable, encoding: string): Readable {
  const through = {
    gzip: createGunzip,
    'x-gzip': createGunzip,
    deflate: createInflate,
    br: createBrotliDecompress,
  }[encoding.trim().toLowerCase()]
  if (through === undefined) return body
  const content = through()
  body.on('error', (error) => content.destroy(error))
  content.on('close', () => body.destroy())
  return body.pipe(content)
}
