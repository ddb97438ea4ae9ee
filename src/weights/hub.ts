import { setTimeout as sleep } from 'node:timers/promises'
import { datasetInfo, downloadFile, listFiles, modelInfo, type RepoDesignation } from '@huggingface/hub'
import { type ProxySettings, proxiedFetch } from '../network/index.ts'
import { WeightsError } from './error.ts'
import { HubStatusError, hubError, pauseAfter } from './hubError.ts'

/** A repository on a hub, and how it is reached. */
export interface HubRepo {
  /** `owner/name` */
  readonly name: string
  /** Default: a model. */
  readonly type?: 'model' | 'dataset' | undefined
  /** Branch, tag or commit; Default: `main`. */
  readonly revision?: string | undefined
  /** The hub's address. */
  readonly endpoint: string
  readonly token?: string | undefined
  /** Default: a direct connection to the hub. */
  readonly proxy?: ProxySettings | undefined
  /** No request is made; reading and listing fail. Default: false. */
  readonly isOffline?: boolean | undefined
}

/** A file of one commit, with what its content must hash to. */
export interface HubFile {
  readonly path: string
  readonly size: number
  /** Of the content (large files), or of git's blob: its size, then its content. */
  readonly hash: { readonly algorithm: 'sha256' | 'git-sha1'; readonly value: string }
}

/** The files of a repository at one commit, which later reads hold on to. */
export interface HubListing {
  readonly repo: HubRepo
  readonly commit: string
  readonly files: readonly HubFile[]
}

/** Number of attempts per request. */
export interface HubTries {
  /** Tries without success, or without a new byte, before giving up. Default: 6. */
  readonly tries?: number | undefined
  /** Milliseconds before the second try; twice as many before each further one. Default: 1000. */
  readonly retryDelay?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Lists a repository at the commit that its revision names now. A hub that is busy (429, 5xx) or breaks off is asked
 * again. @throws WeightsError in one line
 */
export async function listHub(repo: HubRepo, options: HubTries = {}): Promise<HubListing> {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repo.name))
    throw new WeightsError('argument', `${repo.name}: expected a repository as owner/name`)
  const { tries = 6, retryDelay = 1000, signal } = options
  for (let failures = 1; ; failures++)
    try {
      return await listOnce(repo, signal)
    } catch (error) {
      if (!(error instanceof WeightsError) || error.code !== 'network' || failures >= tries) throw error
      await sleep(pauseAfter(error, failures, retryDelay), undefined, signal && { signal }).catch(
        (reason) => {
          throw hubError(repo, '', reason, signal)
        },
      )
    }
}

async function listOnce(repo: HubRepo, signal: AbortSignal | undefined): Promise<HubListing> {
  const failures: unknown[] = []
  try {
    const access = await accessTo(repo, signal, (error) => failures.push(error))
    const asked = {
      name: repo.name,
      ...(repo.revision !== undefined && { revision: repo.revision }),
      ...access,
    }
    const { sha } =
      repo.type === 'dataset'
        ? await datasetInfo({ ...asked, additionalFields: ['sha'] })
        : await modelInfo({ ...asked, additionalFields: ['sha'] })
    if (!/^[0-9a-f]{40}$/.test(String(sha)))
      throw new WeightsError('network', `${repo.name}: ${repo.endpoint} names no commit, got ${String(sha)}`)
    const files: HubFile[] = []
    const entries = listFiles({ repo: designationOf(repo), revision: sha, recursive: true, ...access })
    for await (const entry of entries) if (entry.type === 'file') files.push(fileOf(repo, entry))
    return { repo, commit: sha, files }
  } catch (error) {
    throw hubError(repo, '', failures.at(-1) ?? error, signal)
  }
}

function fileOf(
  repo: HubRepo,
  entry: { path: string; size: number; oid?: string; lfs?: { oid: string; size: number } },
): HubFile {
  const { path, lfs } = entry
  const parts = path.split('/')
  if (/[\\:\0]/.test(path) || parts.some((part) => part === '' || part === '.' || part === '..'))
    throw new WeightsError('network', `${repo.name}: ${JSON.stringify(path)} points outside the repository`)
  const value = (lfs?.oid ?? entry.oid ?? '').replace(/^sha256:/, '')
  if (value.length !== (lfs ? 64 : 40))
    throw new WeightsError('network', `${repo.name}: ${path} has no checksum; the listing is incomplete`)
  return {
    path,
    size: lfs?.size ?? entry.size,
    hash: { algorithm: lfs ? 'sha256' : 'git-sha1', value },
  }
}

/**
 * The bytes of a file from an offset on, as they come.
 * Plain ranges and not the chunk protocol (Xet): they resume at any byte on every hub and mirror.
 * @throws WeightsError in one line; its code is `network` where another try may help
 */
export async function* readHub(
  { repo, commit }: HubListing,
  file: HubFile,
  from: number,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const failures: unknown[] = []
  try {
    const access = await accessTo(repo, signal, (error) => failures.push(error))
    const options = { repo: designationOf(repo), path: file.path, revision: commit, xet: false, ...access }
    const blob = await downloadFile(options)
    if (!blob)
      throw new WeightsError(
        'missing',
        `${repo.name}: ${file.path} is listed, but not found at ${repo.endpoint}`,
      )
    if (blob.size !== file.size)
      throw new WeightsError(
        'checksum',
        `${repo.name}: ${file.path} has ${blob.size} bytes, expected ${file.size} as listed; the hub is inconsistent, try again later`,
      )
    if (from >= file.size) return
    yield* (from > 0 ? blob.slice(from) : blob).stream() as unknown as AsyncIterable<Uint8Array>
  } catch (error) {
    // The stream tells only a message of what went wrong below it.
    throw hubError(repo, file.path, failures.at(-1) ?? error, signal)
  }
}

/** How the library calls a repository. */
function designationOf({ name, type = 'model' }: HubRepo): RepoDesignation {
  return { type, name }
}

/** What every call of the library is given. */
async function accessTo(
  { name, endpoint, token, proxy, isOffline }: HubRepo,
  signal: AbortSignal | undefined,
  onFailure: (error: unknown) => void,
) {
  if (isOffline) throw new WeightsError('offline', `${name}: the hub is not used in offline mode`)
  const send = proxy ? await proxiedFetch(proxy) : fetch
  const host = new URL(endpoint).host
  const guarded: typeof fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    const headers = new Headers(init?.headers)
    // Nobody but the hub is to see the token.
    if (url.host !== host && headers.get('authorization') === `Bearer ${token}`)
      headers.delete('authorization')
    try {
      const response = await send(url, { ...init, headers, ...(signal && { signal }) })
      const first = Number(/^bytes=(\d+)-/.exec(headers.get('range') ?? '')?.[1] ?? 0)
      const given = Number(/^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1] ?? 0)
      if (response.ok && first !== given) {
        await response.body?.cancel()
        throw new TypeError(`expected bytes from ${first} on, got them from ${given} on`)
      }
      if (!response.ok) onFailure(new HubStatusError(response.status, response.headers.get('retry-after')))
      return response
    } catch (error) {
      onFailure(error)
      throw error
    }
  }
  return { hubUrl: endpoint, fetch: guarded, ...(token !== undefined && { accessToken: token }) }
}
