import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Editor,
  type LoraChoice,
  type OpenedModel,
  openDarkroom,
  openModelEditor,
  openRemoteEditor,
  RecordingEditor,
} from '../../edit/index.ts'
import { defaultCache } from '../../files/index.ts'
import { isInstalled, packs, toolsFolder } from '../../tools/index.ts'
import { ServiceError } from '../error.ts'
import { findKnown } from './find.ts'
import { loraFile } from './loras.ts'
import type { EditorSettings } from './settings.ts'

/** A LoRA of the server's folder of them, by its name, and how strongly it is applied. */
export interface NamedLora {
  readonly name: string
  readonly strength: number
}

/** Opens the editors of the server's list; a worker's pool keeps them open. */
export interface OpenEditors {
  /**
   * Opens an editor by its name in the list, with LoRAs by their names. Names come from requests: they are looked up
   * and never used as paths. The caller closes it.
   * @throws ServiceError `missing` for a name that is not there, `input` for LoRAs on what takes none, `conflict` for a
   * model that cannot be opened; and what opening it throws
   */
  open(name: string, loras?: readonly NamedLora[]): Promise<Editor>
  /** The same with its recipes. @throws as `open` */
  openRecording(name: string, loras?: readonly NamedLora[]): Promise<RecordingEditor>
  /**
   * A stamp that changes when `open` would return another editor: the model was deleted or pulled again, a LoRA's file
   * was replaced, packs of tools were installed or removed. Cheap; an editor opened under another stamp must be opened
   * again.
   * @throws as `open`
   */
  stamp(name: string, loras?: readonly NamedLora[]): Promise<string>
}

interface OpenedEditor {
  readonly editor: Editor
  /** Of a model: how. */
  readonly opened?: OpenedModel
}

/** {@link OpenEditors} of a machine and a configuration. */
export function openEditorsOf(settings: EditorSettings): OpenEditors {
  const { env = process.env, editors, editorsFolder, opening, version = 'unknown' } = settings
  async function openNamed(name: string, loras: readonly NamedLora[]): Promise<OpenedEditor> {
    const known = await findKnown(name, settings)
    if (known.kind !== 'model') refuseLoras(name, loras)
    if (known.kind === 'remote')
      return { editor: await openRemoteEditor(name, { editors, editorsFolder, env }) }
    if (known.kind === 'darkroom') {
      const editor = await openDarkroom({
        env,
        // A pack that was installed since is used; an edit does not install others.
        onMissing: (missing) => Promise.resolve(missing.every((pack) => isInstalled(toolsFolder(env), pack))),
      })
      return { editor }
    }
    const { folder, problem } = known
    if (problem !== undefined)
      throw new ServiceError('conflict', `model '${name}': ${problem}; pull it again`)
    // The library's default for quotes.
    const { quotes = 'paired' } = opening ?? {}
    const opened: OpenedModel = { folder, quotes, loras: await filesOf(loras, env) }
    return {
      editor: await openModelEditor(folder, { cache: defaultCache(env), ...opening, ...opened }),
      opened,
    }
  }
  return {
    async open(name, loras = []) {
      return (await openNamed(name, loras)).editor
    },
    async openRecording(name, loras = []) {
      const { editor, opened } = await openNamed(name, loras)
      return new RecordingEditor(editor, { version, opened })
    },
    async stamp(name, loras = []) {
      const editor = await findKnown(name, settings)
      if (editor.kind !== 'model') refuseLoras(name, loras)
      if (editor.kind === 'remote') return ''
      if (editor.kind === 'darkroom') {
        const there = Object.values(packs).filter((pack) => isInstalled(toolsFolder(env), pack))
        return there.map((pack) => `${pack.name}@${pack.version}`).join(' ')
      }
      const paths = [
        editor.folder,
        join(editor.folder, 'pentimento.json'),
        ...(await filesOf(loras, env)).map(({ file }) => file),
      ]
      return (await Promise.all(paths.map(stateOf))).join(' ')
    },
  }
}

function refuseLoras(name: string, loras: readonly NamedLora[]): void {
  if (loras.length > 0)
    throw new ServiceError('input', `lora: '${name}' takes no LoRA; leave it out, or choose another model`)
}

function filesOf(loras: readonly NamedLora[], env: NodeJS.ProcessEnv): Promise<LoraChoice[]> {
  return Promise.all(loras.map(async ({ name, strength }) => ({ file: await loraFile(name, env), strength })))
}

const stateOf = (path: string): Promise<string> =>
  stat(path).then(
    ({ mtimeMs, size }) => `${mtimeMs}-${size}`,
    () => 'none',
  )
