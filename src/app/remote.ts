import { type EditorsConfig, type EditUsage, openRemoteEditor, type RemoteEditor } from '../edit/index.ts'
import { type ListedEditor, listedEditor } from '../service/index.ts'
import type { Terminal } from './terminal.ts'

/** How a remote editor of a command is opened. */
export interface RemoteChoice {
  readonly type: 'remote'
  /** A name of the configuration, or `type:model`. */
  readonly name: string
  readonly editors: EditorsConfig
  readonly folder: string
  /** Edits at a time. Default: the configuration's. */
  readonly concurrency?: number | undefined
}

export function openRemoteFor(
  { name, editors, folder, concurrency }: RemoteChoice,
  { env }: Terminal,
): Promise<RemoteEditor> {
  return openRemoteEditor(name, { editors, editorsFolder: folder, env, concurrency })
}

/** `$0.042, request req_1` */
export function usageText({ cost, requestId }: EditUsage): string {
  return [
    ...(cost === undefined ? [] : [`$${cost.toFixed(cost < 0.1 ? 4 : 2)}`]),
    ...(requestId === undefined ? [] : [`request ${requestId}`]),
  ].join(', ')
}

/** The remote editors of a configuration, each with the state of its key: `key in OPENAI_API_KEY`, `OPENAI_API_KEY is not set`, `no key`. */
export function listedEditors(
  editors: EditorsConfig,
  env: NodeJS.ProcessEnv,
): readonly (Omit<ListedEditor, 'key'> & { readonly state: string })[] {
  return Object.entries(editors).map(([name, config]) => {
    const { key, isReady, ...rest } = listedEditor(name, config, env)
    const state = key === undefined ? 'no key' : isReady ? `key in ${key}` : `${key} is not set`
    return { ...rest, state, isReady }
  })
}
