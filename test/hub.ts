import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'

/** What goes wrong on a small hub. */
export interface HubFaults {
  /** Breaks the connection after this many bytes of a file, as often as `breaks` says. */
  breakAfter?: number
  breaks?: number
  /** Tells this size of a file where it is asked for. */
  toldSize?: number
  /** Sends so many bytes of a file, and the rest once this is gone. */
  holdAfter?: number
  /** Sends this in place of a file's content. */
  content?: Uint8Array
  /** Answers every request with this status. */
  status?: number
  /** Answers the next requests with these, one each. */
  statuses?: number[]
  /** Seconds that such an answer asks to wait. */
  retryAfter?: number
  /** Ignores ranges, and sends the whole file. */
  ignoresRanges?: boolean
  /** Sends readers of files to this other host. */
  redirectTo?: string
  /** Lists one more file, of this name. */
  alsoLists?: string
  /** Lists every file with this size. */
  listsSize?: number
}

export interface SmallHub {
  readonly endpoint: string
  /** What was asked: method, path, the range, and whether there was a token. */
  readonly asked: { readonly path: string; readonly range?: string; readonly token?: string }[]
  faults: HubFaults
  close(): Promise<void>
}

export const hubCommit = '0123456789abcdef0123456789abcdef01234567'

/** Where the certificate lies that `isSecure` hubs show. */
export const hubCertificate: URL = new URL('./certificates/loopback.crt', import.meta.url)

/**
 * Serves repositories of models and datasets on loopback as a hub does: revision, tree, resolve with ranges. Files over 1,000 bytes are LFS.
 * @param isSecure speaks HTTPS, by {@link hubCertificate}
 */
export async function openSmallHub(
  repos: Readonly<Record<string, Readonly<Record<string, Uint8Array>>>>,
  isSecure = false,
): Promise<SmallHub> {
  const hub: { asked: SmallHub['asked']; faults: HubFaults } = { asked: [], faults: {} }
  const listener = (request: IncomingMessage, response: ServerResponse) =>
    void answer(repos, hub, request, response)
  const key = () => readFileSync(new URL('./certificates/loopback.key', import.meta.url))
  const server = isSecure
    ? createSecureServer({ key: key(), cert: readFileSync(hubCertificate) }, listener)
    : createServer(listener)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const endpoint = `${isSecure ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`
  return Object.assign(hub, {
    endpoint,
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  })
}

function answer(
  repos: Parameters<typeof openSmallHub>[0],
  live: { readonly asked: SmallHub['asked']; readonly faults: HubFaults },
  request: IncomingMessage,
  response: ServerResponse,
): unknown {
  const { asked, faults } = live
  const path = decodeURIComponent(request.url ?? '')
  const { range, authorization } = request.headers
  asked.push({ path, ...(range && { range }), ...(authorization && { token: authorization }) })
  const say = (status: number, body: unknown, headers = {}) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(JSON.stringify(body))
  }
  const next = faults.statuses?.shift()
  if (next)
    return say(next, { error: 'busy' }, { ...(faults.retryAfter && { 'retry-after': faults.retryAfter }) })
  if (faults.status) return say(faults.status, { error: 'as told' })
  const api = /^\/api\/(?:models|datasets)\/([^/]+\/[^/]+)\/(revision|tree)\//.exec(path)
  if (api) {
    const repo = repos[api[1]!]
    if (!repo) return say(404, { error: 'Repository not found' })
    if (api[2] === 'revision') return say(200, { _id: '1', id: api[1], sha: hubCommit, lastModified: 0 })
    const more = faults.alsoLists === undefined ? {} : { [faults.alsoLists]: new Uint8Array(3) }
    return say(
      200,
      Object.entries({ ...repo, ...more }).map(([name, bytes]) => listed(name, bytes, faults.listsSize)),
    )
  }
  const [, name = '', file = ''] =
    /^(?:\/datasets)?\/([^/]+\/[^/]+)\/resolve\/[0-9a-f]{40}\/(.+)$/.exec(path) ?? []
  const bytes = repos[name]?.[file]
  if (!bytes) return say(404, { error: 'Entry not found' }, { 'X-Error-Code': 'EntryNotFound' })
  const isProbe = range === 'bytes=0-0'
  if (faults.redirectTo && !isProbe) {
    response.writeHead(302, { location: `${faults.redirectTo}${request.url}` })
    return response.end()
  }
  return send(response, { bytes: faults.content ?? bytes, range, isProbe, live })
}

function listed(path: string, bytes: Uint8Array, size = bytes.length): object {
  if (bytes.length > 1000) {
    const oid = createHash('sha256').update(bytes).digest('hex')
    return { type: 'file', path, size, oid: '0'.repeat(40), lfs: { oid, size } }
  }
  const oid = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
  return { type: 'file', path, size, oid }
}

function send(
  response: ServerResponse,
  {
    bytes,
    range,
    isProbe,
    live,
  }: { bytes: Uint8Array; range: string | undefined; isProbe: boolean; live: { readonly faults: HubFaults } },
): void {
  const { faults } = live
  const [, first = '0', last] =
    /^bytes=(\d+)-(\d*)$/.exec(faults.ignoresRanges && !isProbe ? '' : (range ?? '')) ?? []
  const from = Number(first)
  const to = last ? Math.min(Number(last) + 1, bytes.length) : bytes.length
  const isPart = range !== undefined && (isProbe || !faults.ignoresRanges)
  const size = isProbe && faults.toldSize !== undefined ? faults.toldSize : bytes.length
  response.writeHead(isPart ? 206 : 200, {
    etag: '"1"',
    'content-length': to - from,
    ...(isPart && { 'content-range': `bytes ${from}-${to - 1}/${size}` }),
  })
  const { breakAfter, breaks = 0 } = faults
  if (!isProbe && breakAfter !== undefined && breaks > 0 && to - from > breakAfter) {
    faults.breaks = breaks - 1
    response.write(bytes.subarray(from, from + breakAfter), () => response.destroy())
    return
  }
  const { holdAfter } = faults
  if (isProbe || holdAfter === undefined || to - from <= holdAfter) {
    response.end(bytes.subarray(from, to))
    return
  }
  response.write(bytes.subarray(from, from + holdAfter))
  const timer = setInterval(() => {
    if (live.faults.holdAfter !== undefined && !response.destroyed) return
    clearInterval(timer)
    response.end(bytes.subarray(from + holdAfter, to))
  }, 10)
}
