import { createHash, createHmac } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import S3rver from 's3rver'

/** The one account of the server, whose secret is its name. */
const accessKey = 'S3RVER'

/** What goes wrong with a bucket. */
export interface BucketFaults {
  /** Answers this many requests with 503. */
  busy?: number
  /** Breaks the connection of this many requests. */
  breaks?: number
  /** Lists no more than so many files a page. */
  page?: number
}

export interface TestBucket {
  readonly endpoint: string
  readonly bucket: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Methods of the requests that came through. */
  readonly methods: string[]
  faults: BucketFaults
  /** Changes a byte of a file. */
  damage(key: string): void
  close(): Promise<void>
}

/** An S3-compatible bucket on loopback. */
export async function openTestBucket(): Promise<TestBucket> {
  const directory = mkdtempSync(join(tmpdir(), 'bucket-'))
  const name = 'pictures'
  const s3 = new S3rver({ directory, silent: true, vhostBuckets: false, configureBuckets: [{ name }] })
  await s3.configureBuckets()
  const answer = s3.callback()
  const bucket = { methods: [] as string[], faults: {} as BucketFaults }
  const http = createServer((request, response) => {
    const { faults } = bucket
    if (faults.breaks) {
      faults.breaks--
      request.socket.destroy()
    } else if (faults.busy) {
      faults.busy--
      request.resume()
      response.writeHead(503).end()
    } else if (!isSigned(request)) {
      request.resume()
      response.writeHead(403).end('<Error><Code>SignatureDoesNotMatch</Code></Error>')
    } else {
      bucket.methods.push(request.method ?? '')
      if (faults.page !== undefined && request.url?.includes('marker'))
        request.url += `&max-keys=${faults.page}`
      answer(request, response)
    }
  })
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done))
  return Object.assign(bucket, {
    endpoint: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    bucket: name,
    accessKeyId: accessKey,
    secretAccessKey: accessKey,
    damage(key: string) {
      const path = join(directory, name, `${key}._S3rver_object`)
      const bytes = readFileSync(path)
      bytes[0] = ~(bytes[0] ?? 0)
      writeFileSync(path, bytes)
    },
    async close() {
      await new Promise<void>((done) => {
        http.close(() => done())
        http.closeAllConnections()
      })
      rmSync(directory, { recursive: true, force: true })
    },
  })
}

/** Whether a request bears the fourth signature of its account; the server in the package reads it without checking. */
function isSigned({ method, url, headers }: IncomingMessage): boolean {
  const [, day, region, names = '', signature] =
    /Credential=S3RVER\/(\d+)\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), Signature=(\w+)/.exec(
      headers.authorization ?? '',
    ) ?? []
  const [path, query = ''] = (url ?? '').split('?')
  const parameters = [...new URLSearchParams(query)]
    .map((each) => each.map(encoded).join('='))
    .sort()
    .join('&')
  const lines = names.split(';').map((each) => `${each}:${String(headers[each])}\n`)
  const hash = String(headers['x-amz-content-sha256'])
  const canonical = [method, path, parameters, lines.join(''), names, hash].join('\n')
  const scope = `${day}/${region}/s3/aws4_request`
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n')
  const key = [day, region, 's3', 'aws4_request'].reduce<string | Buffer>(
    (last, part) =>
      createHmac('sha256', last)
        .update(part ?? '')
        .digest(),
    `AWS4${accessKey}`,
  )
  return createHmac('sha256', key).update(text).digest('hex') === signature
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Percent-encoded as signatures want it. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
