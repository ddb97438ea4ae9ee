import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { type ProxySettings, proxySettings } from '../network/index.ts'
import { WeightsError } from './error.ts'

/** Where the hub is, who asks, and how, as Hugging Face's own tools take it from the environment. */
export interface HubSettings {
  /** HF_ENDPOINT. Default: `https://huggingface.co`. */
  readonly endpoint: string
  /** HF_TOKEN, or the token of a login in HF_HOME. */
  readonly token: string | undefined
  /** Folder of files that other tools have downloaded: HF_HUB_CACHE, or `hub` in HF_HOME. */
  readonly cache: string
  /** HTTPS_PROXY, HTTP_PROXY and NO_PROXY. */
  readonly proxy: ProxySettings | undefined
  /** HF_HUB_OFFLINE: no request is made. */
  readonly isOffline: boolean
}

/**
 * Settings from an environment; `readToken` gives the content of `$HF_HOME/token`, where a login leaves its token.
 * @throws WeightsError that names the variable which does not fit
 */
export function hubSettings(
  env: NodeJS.ProcessEnv = process.env,
  readToken: (file: string) => string | undefined = textOf,
): HubSettings {
  const home = env.HF_HOME || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'huggingface')
  return {
    endpoint: endpointOf(env.HF_ENDPOINT || 'https://huggingface.co'),
    token: (env.HF_TOKEN || readToken(env.HF_TOKEN_PATH || join(home, 'token')))?.trim() || undefined,
    cache: env.HF_HUB_CACHE || join(home, 'hub'),
    proxy: proxySettings(env),
    isOffline: /^(1|true|yes|on)$/i.test(env.HF_HUB_OFFLINE?.trim() ?? ''),
  }
}

function endpointOf(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url && /^https?:$/.test(url.protocol)) return value.replace(/\/+$/, '')
  throw new WeightsError(
    'argument',
    `HF_ENDPOINT: expected an address such as https://huggingface.co, got '${value}'`,
  )
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
