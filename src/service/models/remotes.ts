import { type EditorConfig, type EditorType, remoteFacts } from '../../edit/index.ts'

/** A remote editor of the configuration, as shown in lists: never with its key. */
export interface ListedEditor {
  readonly name: string
  readonly type: EditorType
  readonly model: string
  readonly url: string | undefined
  /** The environment variable with its key; undefined if none is sent. */
  readonly key: string | undefined
  /** Whether its key is set, or it needs none. */
  readonly isReady: boolean
}

/** A remote editor. Nothing is sent, and of its key only the presence is checked. */
export function listedEditor(name: string, config: EditorConfig, env: NodeJS.ProcessEnv): ListedEditor {
  const { model, url, key } = remoteFacts(config)
  return { name, type: config.type, model, url, key, isReady: key === undefined || Boolean(env[key]?.trim()) }
}
