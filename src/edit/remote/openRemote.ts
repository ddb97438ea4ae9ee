import { EditError } from '../error.ts'
import { checkEditors, type EditorConfig, type EditorsConfig, type EditorType } from './configuration.ts'
import type { RemoteType } from './provider.ts'
import { modelOf, RemoteEditor } from './remoteEditor.ts'
import { remoteTypes } from './remoteTypes.ts'

/** The environment of remote editors. */
export interface RemoteOptions {
  /** The part `editors` of the user's configuration. */
  readonly editors?: EditorsConfig | undefined
  /** Files that the configuration names are relative to it. Default: the working folder. */
  readonly editorsFolder?: string | undefined
  /** Of the environment, for keys. Default: the process's own. */
  readonly env?: NodeJS.ProcessEnv | undefined
  /** Edits at a time, in place of the configuration's. */
  readonly concurrency?: number | undefined
  /** The wait before the first retry. Default: 1. */
  readonly backoffSeconds?: number | undefined
}

/**
 * The configuration of a name: one of the configuration, or `type:model` with the type's usual address and key, such as
 * `openai:gpt-image-1.5`; undefined where it is neither. @throws EditError `input` for a configuration that does not fit
 */
export function remoteConfig(
  name: string,
  { editors = {}, env = process.env }: RemoteOptions,
): EditorConfig | undefined {
  if (Object.hasOwn(editors, name)) return checkEditors(editors)[name]
  const [, type = '', model = ''] = /^([a-z]+):(.+)$/s.exec(name) ?? []
  if (!Object.hasOwn(remoteTypes, type)) return undefined
  const { shorthand } = remoteTypes[type as EditorType] as RemoteType<EditorType>
  if (!shorthand)
    throw new EditError(
      'input',
      `${name}: editors of the type '${type}' have no short form; name one in the configuration (docs/editors.md)`,
    )
  return Object.values(checkEditors({ 'short-form': shorthand(model, env) }))[0]
}

/** Facts about an editor before it is opened. */
export interface RemoteFacts {
  readonly model: string
  /** Undefined for what runs on this machine. */
  readonly url: string | undefined
  /** The variable of the environment that holds its key; undefined where none is sent. */
  readonly key: string | undefined
}

/** Model, address and the variable of the key of a configuration. */
export function remoteFacts(config: EditorConfig): RemoteFacts {
  const model = modelOf(config)
  if (config.type === 'command') return { model, url: undefined, key: undefined }
  const { usual } = remoteTypes[config.type] as RemoteType<EditorType>
  const url = config.baseUrl ?? usual?.baseUrl
  return { model, url, key: config.key ?? (url === usual?.baseUrl ? usual?.key : undefined) }
}

/** Opens a remote editor by name. @throws EditError `input` for one that is not there, or whose key is missing */
export async function openRemoteEditor(name: string, options: RemoteOptions = {}): Promise<RemoteEditor> {
  const config = remoteConfig(name, options)
  if (!config)
    throw new EditError(
      'input',
      `${name}: no such editor in the configuration, which has ${Object.keys(options.editors ?? {}).join(', ') || 'none'}`,
    )
  const { env = process.env, editorsFolder = process.cwd(), concurrency, backoffSeconds } = options
  const { open } = remoteTypes[config.type] as RemoteType<EditorType>
  const provider = await open(config, { name, env, folder: editorsFolder, backoffSeconds })
  const limited = concurrency === undefined ? config : { ...config, concurrency }
  return new RemoteEditor({ name, config: limited, provider })
}
