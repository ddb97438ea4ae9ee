import { type EditorConfig, type EditorType, remoteFacts } from '../../edit/index.ts'

/** A remote editor of the configuration, as lists show it: never with its key. */
export interface ListedEditor {
  readonly name: string
  readonly type: EditorType
  readonly model: string
  readonly url: string | undefined
  /** The variable of the environment that holds its key; undefined where none is sent. */
  readonly key: string | undefined
  /** Whether its key is there, or it needs none. */
  readonly isReady: boolean
}

/** A remote editor. Nothing is sent, and its key is not read beyond whether it is there. */
export function listedEditor(name: string, config: EditorConfig, env: NodeJS.ProcessEnv): ListedEditor {
  const { model, url, key } = remoteFacts(config)
  return { name, type: config.type, model, url, key, isReady: key === undefined || Boolean(env[key]?.trim()) }
}
