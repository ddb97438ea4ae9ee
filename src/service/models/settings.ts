import { dirname, join } from 'node:path'
import { type EditorsConfig, type ModelEditorOptions, modelsFolder } from '../../edit/index.ts'

/** Sources of a server's editors. */
export interface EditorSettings {
  /** Folders, keys of remote editors, and the default editor. Default: the process's own environment. */
  readonly env?: NodeJS.ProcessEnv | undefined
  /** Remote editors of the user's configuration, and the folder that its paths are relative to. */
  readonly editors?: EditorsConfig | undefined
  readonly editorsFolder?: string | undefined
  /** The version of Pentimento for recipes. */
  readonly version?: string | undefined
  /** How models of this machine are opened: device, threads, memory, precision. */
  readonly opening?: Omit<ModelEditorOptions, 'loras' | 'variant'> | undefined
}

/** The folder of the LoRAs: `PENTIMENTO_LORAS`, or `loras` next to the folder of the models. */
export function lorasFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env.PENTIMENTO_LORAS || join(dirname(modelsFolder(env)), 'loras')
}
