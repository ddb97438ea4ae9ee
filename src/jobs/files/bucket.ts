/** Files in a bucket that speaks S3, under `<prefix><name>`, flat: a bucket has no folders. */
import { AwsClient } from 'aws4fetch'
import { JobError } from '../error.ts'
import type { FileStore, FileStoreOptions } from '../files.ts'
import { pause } from '../pause.ts'
import { checkBytes, checkFileName, isName, missing, nameOf } from './name.ts'

/** How often a request is sent before the bucket counts as away: for about 13 s. */
const tries = 8
const firstWait = 100

/** A request that has not been answered by then is sent anew. */
const answerMilliseconds = 120_000

export class BucketFileStore implements FileStore {
  readonly #client: AwsClient
  readonly #url: string
  readonly #prefix: string

  constructor(options: Extract<FileStoreOptions, { bucket: string }>) {
    const { bucket, endpoint, region = 'us-east-1', accessKeyId, secretAccessKey, prefix = '' } = options
    if (!/^https?:\/\/[^/]+/.test(endpoint)) {
      throw new JobError('option', `endpoint: expected https://host:port, got ${JSON.stringify(endpoint)}`)
    }
    // Retries are ours: aws4fetch sends again after answers of 5xx, not after a broken connection.
    this.#client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: 0 })
    this.#url = `${endpoint.replace(/\/+$/, '')}/${encodeURIComponent(bucket)}`
    this.#prefix = prefix
  }

  async put(bytes: Uint8Array): Promise<string> {
    const name = nameOf(bytes)
    if (await this.has(name)) return name
    // The name is the hash that the server checks what arrives by.
    const headers = { 'x-amz-content-sha256': name, 'content-type': 'application/octet-stream' }
    const answer = await this.#send(name, { method: 'PUT', body: bytes, headers })
    this.#expect(answer, name, 'write')
    return name
  }

  async get(name: string): Promise<Uint8Array> {
    const answer = await this.#send(checkFileName(name), { method: 'GET' })
    if (answer.status === 404) throw missing(this.#address(name))
    this.#expect(answer, name, 'read')
    return checkBytes(this.#address(name), name, answer.body)
  }

  async has(name: string): Promise<boolean> {
    const answer = await this.#send(checkFileName(name), { method: 'HEAD' })
    if (answer.status === 404) return false
    this.#expect(answer, name, 'look up')
    return true
  }

  async delete(name: string): Promise<void> {
    const answer = await this.#send(checkFileName(name), { method: 'DELETE' })
    if (answer.status !== 404) this.#expect(answer, name, 'delete')
  }

  async *names(): AsyncIterable<string> {
    // The first version of the listing: every server has it, and it goes on from a key instead of a server's token.
    for (let marker: string | undefined = ''; marker !== undefined; ) {
      const query = new URLSearchParams({ marker, prefix: this.#prefix })
      const answer = await this.#send('', { method: 'GET' }, `?${query}`)
      this.#expect(answer, '', 'list')
      const page = new TextDecoder().decode(answer.body)
      const keys = elements(page, 'Key')
      for (const key of keys) {
        const name = key.slice(this.#prefix.length)
        if (key.startsWith(this.#prefix) && isName(name)) yield name
      }
      const last = elements(page, 'IsTruncated')[0] === 'true' ? keys.at(-1) : undefined
      if (last !== undefined && last === marker) {
        throw new JobError(
          'storage',
          `${this.#url}: the listing does not go on after ${JSON.stringify(last)}`,
        )
      }
      marker = last
    }
  }

  #address(name: string): string {
    return name === '' ? this.#url : `${this.#url}/${encodePath(this.#prefix + name)}`
  }

  /** Sends a request, and again with growing waits while the server or the way to it fails. */
  async #send(name: string, init: RequestInit, query = ''): Promise<Answer> {
    const address = this.#address(name)
    let last = ''
    for (let attempt = 0; attempt < tries; attempt++) {
      if (attempt > 0) await pause(firstWait * 2 ** (attempt - 1))
      try {
        const signal = AbortSignal.timeout(answerMilliseconds)
        const response = await this.#client.fetch(address + query, { ...init, signal })
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

  #expect({ status, body }: Answer, name: string, doing: string): void {
    if (status >= 200 && status < 300) return
    const code = elements(new TextDecoder().decode(body), 'Code')[0]
    const got = code === undefined ? `status ${status}` : `status ${status} (${code})`
    const advice = status === 403 ? 'keys and their rights' : 'the name of the bucket'
    throw new JobError('storage', `${this.#address(name)}: cannot ${doing}, got ${got}, check ${advice}`)
  }
}

interface Answer {
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

/** As signatures want it: encodeURIComponent leaves five signs alone. */
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
