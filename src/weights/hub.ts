import { homedir } from 'node:os'
import { join } from 'node:path'
import { downloadFile, HubApiError, listFiles, modelInfo } from '@huggingface/hub'
import { fileError, WeightsError } from './error.ts'

/** A model repository on a hub, and how it is reached. */
export interface HubRepo {
  /** `owner/name` */
  readonly name: string
  /** Branch, tag or commit; `main` unless given. */
  readonly revision?: string | undefined
  /** The hub's address. */
  readonly endpoint: string
  readonly token?: string | undefined
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

/** Where the hub is and who asks, as Hugging Face's own tools take it: HF_ENDPOINT, HF_TOKEN, HF_HOME. */
export interface HubSettings {
  readonly endpoint: string
  readonly token: string | undefined
  /** Folder of files that other tools have downloaded. */
  readonly cache: string
}

/** Settings from the environment; `readToken` gives the content of `$HF_HOME/token`, where a login leaves its token. */
export function hubSettings(
  env: NodeJS.ProcessEnv,
  readToken: (file: string) => string | undefined,
): HubSettings {
  const home = env.HF_HOME ?? join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'huggingface')
  return {
    endpoint: (env.HF_ENDPOINT || 'https://huggingface.co').replace(/\/+$/, ''),
    token: (env.HF_TOKEN || readToken(env.HF_TOKEN_PATH ?? join(home, 'token')))?.trim() || undefined,
    cache: env.HF_HUB_CACHE ?? join(home, 'hub'),
  }
}

/** Lists a repository at the commit that its revision names now. @throws WeightsError in one line */
export async function listHub(repo: HubRepo, signal?: AbortSignal): Promise<HubListing> {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repo.name))
    throw new WeightsError('argument', `${repo.name}: expected a repository as owner/name`)
  const access = accessTo(repo, signal)
  try {
    const { sha } = await modelInfo({
      name: repo.name,
      additionalFields: ['sha'],
      ...(repo.revision !== undefined && { revision: repo.revision }),
      ...access,
    })
    if (!/^[0-9a-f]{40}$/.test(String(sha)))
      throw new WeightsError('network', `${repo.name}: ${repo.endpoint} names no commit, got ${String(sha)}`)
    const files: HubFile[] = []
    const entries = listFiles({ repo: repo.name, revision: sha, recursive: true, ...access })
    for await (const entry of entries) if (entry.type === 'file') files.push(fileOf(repo, entry))
    return { repo, commit: sha, files }
  } catch (error) {
    throw hubError(repo, '', error, signal)
  }
}

function fileOf(
  repo: HubRepo,
  entry: { path: string; size: number; oid?: string; lfs?: { oid: string; size: number } },
): HubFile {
  const { path, lfs } = entry
  const parts = path.split('/')
  if (/[\\:\0]/.test(path) || parts.some((part) => part === '' || part === '.' || part === '..'))
    throw new WeightsError('network', `${repo.name}: ${JSON.stringify(path)} leads out of the repository`)
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
  const access = accessTo(repo, signal, (error) => failures.push(error))
  try {
    const options = { repo: repo.name, path: file.path, revision: commit, xet: false, ...access }
    const blob = await downloadFile(options)
    if (!blob)
      throw new WeightsError(
        'missing',
        `${repo.name}: ${file.path} is listed, but is not at ${repo.endpoint}`,
      )
    if (blob.size !== file.size)
      throw new WeightsError(
        'checksum',
        `${repo.name}: ${file.path} has ${blob.size} bytes, expected ${file.size} as listed; the hub contradicts itself, try again later`,
      )
    if (from >= file.size) return
    yield* (from > 0 ? blob.slice(from) : blob).stream() as unknown as AsyncIterable<Uint8Array>
  } catch (error) {
    // The stream tells only a message of what went wrong below it.
    throw hubError(repo, file.path, failures.at(-1) ?? error, signal)
  }
}

/** What every call of the library is given. */
function accessTo(
  { endpoint, token }: HubRepo,
  signal: AbortSignal | undefined,
  onFailure: (error: unknown) => void = () => {},
) {
  const host = new URL(endpoint).host
  const guarded: typeof fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    const headers = new Headers(init?.headers)
    // Nobody but the hub is to see the token.
    if (url.host !== host && headers.get('authorization') === `Bearer ${token}`)
      headers.delete('authorization')
    try {
      const response = await fetch(url, { ...init, headers, ...(signal && { signal }) })
      const first = Number(/^bytes=(\d+)-/.exec(headers.get('range') ?? '')?.[1] ?? 0)
      const given = Number(/^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1] ?? 0)
      if (response.ok && first !== given) {
        await response.body?.cancel()
        throw new TypeError(`asked for bytes from ${first} on, got them from ${given} on`)
      }
      if (!response.ok) onFailure(new HubApiError(url.href, response.status))
      return response
    } catch (error) {
      onFailure(error)
      throw error
    }
  }
  return { hubUrl: endpoint, fetch: guarded, ...(token !== undefined && { accessToken: token }) }
}

function hubError(
  repo: HubRepo,
  path: string,
  error: unknown,
  signal: AbortSignal | undefined,
): WeightsError {
  if (error instanceof WeightsError) return error
  const what = path === '' ? repo.name : `${repo.name}: ${path}`
  if (signal?.aborted) return fileError(what, 'download', signal.reason)
  const { endpoint, token, revision } = repo
  const status = error instanceof HubApiError ? error.statusCode : undefined
  if (status === 401 || status === 403) {
    const help = token
      ? `this HF_TOKEN may not read it; accept the model's terms at ${endpoint}/${repo.name} or use another token`
      : 'it is private or gated, or there is no such model; set HF_TOKEN to read it'
    return new WeightsError('access', `${what}: ${endpoint} answers ${status}: ${help}`)
  }
  if (status === 404) {
    const where = revision === undefined ? '' : ` at revision ${revision}`
    return new WeightsError('missing', `${what}: not found at ${endpoint}${where}, check the name`)
  }
  const message = error instanceof Error ? error.message : String(error)
  if (/access token must start/.test(message))
    return new WeightsError('argument', "HF_TOKEN: expected a token that starts with 'hf_'")
  const reason = status === undefined ? causeOf(error) : `status ${status}`
  return new WeightsError('network', `${what}: ${endpoint} cannot be read, got ${reason}`, { cause: error })
}

/** The cause that `fetch` hides behind "fetch failed". */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  if (!(cause instanceof Error)) return error.message
  return (cause as NodeJS.ErrnoException).code ?? cause.message
}
