import {
  type EditorsConfig,
  type EditorType,
  type EditUsage,
  openRemoteEditor,
  type RemoteEditor,
  remoteFacts,
} from '../edit/index.ts'
import type { Terminal } from './terminal.ts'

/** How a remote editor of a command is opened. */
export interface RemoteChoice {
  readonly type: 'remote'
  /** A name of the configuration, or `type:model`. */
  readonly name: string
  readonly editors: EditorsConfig
  readonly folder: string
}

export function openRemoteFor(
  { name, editors, folder }: RemoteChoice,
  { env }: Terminal,
): Promise<RemoteEditor> {
  return openRemoteEditor(name, { editors, editorsFolder: folder, env })
}

/** `$0.042, request req_1` */
export function usageText({ cost, requestId }: EditUsage): string {
  return [
    ...(cost === undefined ? [] : [`$${cost.toFixed(cost < 0.1 ? 4 : 2)}`]),
    ...(requestId === undefined ? [] : [`request ${requestId}`]),
  ].join(', ')
}

/** A remote editor of the configuration, as lists show it: never with its key. */
export interface ListedEditor {
  readonly name: string
  readonly type: EditorType
  readonly model: string
  readonly url: string | undefined
  /** `key in OPENAI_API_KEY`, `OPENAI_API_KEY is not set`, `no key`. */
  readonly state: string
  readonly isReady: boolean
}

/** The remote editors of a configuration. Nothing is sent, and no key is read beyond whether it is there. */
export function listedEditors(editors: EditorsConfig, env: NodeJS.ProcessEnv): readonly ListedEditor[] {
  return Object.entries(editors).map(([name, config]) => {
    const { model, url, key } = remoteFacts(config)
    const isSet = key === undefined || Boolean(env[key]?.trim())
    const state = key === undefined ? 'no key' : isSet ? `key in ${key}` : `${key} is not set`
    return { name, type: config.type, model, url, state, isReady: isSet }
  })
}
