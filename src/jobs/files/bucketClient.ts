/** Requests to an S3-compatible bucket, retried while it is unreachable. */
import { AwsClient } from 'aws4fetch'
import type { Send, SendOptions } from '../../network/index.ts'
import { JobError } from '../error.ts'
import type { FileStoreOptions } from '../files.ts'
import { pause } from '../pause.ts'

/** How often a request is sent before the bucket counts as unreachable: for about 13 s. */
const tries = 8
const firstWait = 100

/** A request without an answer by then is sent again. */
const answerMilliseconds = 120_000

/** Requests to a bucket that speaks S3. */
export class BucketClient {
  readonly #client: AwsClient
  readonly #fetch: Send
  readonly #url: string

  constructor(options: Extract<FileStoreOptions, { bucket: string }>) {
    const { bucket, endpoint, region = 'us-east-1', accessKeyId, secretAccessKey } = options
    if (!/^https?:\/\/[^/]+/.test(endpoint)) {
      throw new JobError('option', `endpoint: expected https://host:port, got ${JSON.stringify(endpoint)}`)
    }
    // Used only to sign: its own fetch supports no proxies and does not retry after a broken connection.
    this.#client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3' })
    this.#fetch = options.fetch ?? fetch
    this.#url = `${endpoint.replace(/\/+$/, '')}/${encodeURIComponent(bucket)}`
  }

  /** Keys below a prefix, in order. */
  async *keys(prefix: string): AsyncIterable<string> {
    // Version 1 of the listing: every server supports it, and it continues from a key instead of a server's token.
    for (let marker: string | undefined = ''; marker !== undefined; ) {
      const query = new URLSearchParams({ marker, prefix })
      const answer = await this.send('', { method: 'GET' }, { query: `?${query}` })
      this.expect(answer, '', 'list')
      const page = new TextDecoder().decode(answer.body)
      const keys = elements(page, 'Key')
      for (const key of keys) if (key.startsWith(prefix)) yield key
      const last = elements(page, 'IsTruncated')[0] === 'true' ? keys.at(-1) : undefined
      if (last !== undefined && last === marker) {
        throw new JobError(
          'storage',
          `${this.#url}: the listing does not continue after ${JSON.stringify(last)}`,
        )
      }
      marker = last
    }
  }

  /** The address of an object, or of the bucket. */
  address(key: string): string {
    return key === '' ? this.#url : `${this.#url}/${encodePath(key)}`
  }

  /** Sends a request, and retries with growing waits while the server or the connection fails. */
  async send(
    key: string,
    init: SendOptions,
    { query = '', milliseconds = answerMilliseconds }: { query?: string; milliseconds?: number } = {},
  ): Promise<Answer> {
    const address = this.address(key)
    let last = ''
    for (let attempt = 0; attempt < tries; attempt++) {
      if (attempt > 0) await pause(firstWait * 2 ** (attempt - 1))
      try {
        const signal = AbortSignal.timeout(milliseconds)
        const { url, method, headers } = await this.#client.sign(address + query, init as RequestInit)
        const request = { method, headers: Object.fromEntries(headers), body: init.body ?? null, signal }
        const response = await this.#fetch(url, request)
        const body = new Uint8Array(await response.arrayBuffer())
        if (response.status < 500 && response.status !== 429) return { status: response.status, body }
        last = `status ${response.status}`
      } catch (error) {
        last = why(error)
      }
    }
    throw new JobError(
      'storage',
      `${address}: the bucket does not answer, got ${last} ${tries} times, check address and network`,
    )
  }

  /** @throws JobError `storage` for any unsuccessful answer */
  expect({ status, body }: Answer, key: string, doing: string): void {
    if (status >= 200 && status < 300) return
    const code = elements(new TextDecoder().decode(body), 'Code')[0]
    const got = code === undefined ? `status ${status}` : `status ${status} (${code})`
    const advice = status === 403 ? 'keys and their rights' : 'the name of the bucket'
    throw new JobError('storage', `${this.address(key)}: cannot ${doing}, got ${got}, check ${advice}`)
  }
}

/** What a bucket answered. */
export interface Answer {
  readonly status: number
  readonly body: Uint8Array
}

/** The texts of all elements of a name in S3's flat XML. */
function elements(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text = '']) =>
    text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(lt|gt|quot|apos|amp));/gi, (_, hex, decimal, name: string) => {
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(String(hex), 16))
      if (decimal !== undefined) return String.fromCodePoint(Number(decimal))
      return entities[name.toLowerCase()] ?? ''
    }),
  )
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }

/** As signatures require: encodeURIComponent leaves five characters unescaped. */
function encodePath(path: string): string {
  return path
    .split('/')
    .map(encodeURIComponent)
    .join('/')
    .replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`)
}

function why(error: unknown): string {
  const { cause } = error as { cause?: { code?: unknown } }
  if (typeof cause?.code === 'string') return cause.code
  return error instanceof Error ? error.message : String(error)
}
