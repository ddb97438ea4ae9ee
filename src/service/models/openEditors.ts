import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Editor,
  type LoraChoice,
  openDarkroom,
  openModelEditor,
  openRemoteEditor,
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

/** Opens the editors of the server's list; what keeps them open is the pool of a worker. */
export interface OpenEditors {
  /**
   * Opens an editor by its name in the list, with LoRAs by theirs. Names come from requests: they are looked up, and
   * never taken as paths. The caller closes it.
   * @throws ServiceError `missing` for a name that is not there, `input` for LoRAs on what takes none, `conflict` for a
   * model that cannot be opened; and what opening it throws
   */
  open(name: string, loras?: readonly NamedLora[]): Promise<Editor>
  /**
   * A text that differs once `open` would give another editor: the model was deleted or pulled anew, a LoRA's file was
   * exchanged, packs of tools came or went. Cheap; an editor that was opened under another stamp is to be opened again.
   * @throws as `open`
   */
  stamp(name: string, loras?: readonly NamedLora[]): Promise<string>
}

/** {@link OpenEditors} of a machine and a configuration. */
export function openEditorsOf(settings: EditorSettings): OpenEditors {
  const { env = process.env, editors, editorsFolder, opening } = settings
  return {
    async open(name, loras = []) {
      const editor = await findKnown(name, settings)
      if (editor.kind !== 'model') refuseLoras(name, loras)
      if (editor.kind === 'remote') return openRemoteEditor(name, { editors, editorsFolder, env })
      if (editor.kind === 'darkroom')
        return openDarkroom({
          env,
          // A pack that came since it was opened counts; others are not installed by an edit.
          onMissing: (missing) =>
            Promise.resolve(missing.every((pack) => isInstalled(toolsFolder(env), pack))),
        })
      if (editor.problem !== undefined)
        throw new ServiceError('conflict', `model '${name}': ${editor.problem}; pull it again`)
      return openModelEditor(editor.folder, {
        cache: defaultCache(env),
        ...opening,
        loras: await filesOf(loras, env),
      })
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
    throw new ServiceError('input', `lora: '${name}' takes none; leave it out, or choose a model`)
}

function filesOf(loras: readonly NamedLora[], env: NodeJS.ProcessEnv): Promise<LoraChoice[]> {
  return Promise.all(loras.map(async ({ name, strength }) => ({ file: await loraFile(name, env), strength })))
}

const stateOf = (path: string): Promise<string> =>
  stat(path).then(
    ({ mtimeMs, size }) => `${mtimeMs}-${size}`,
    () => 'none',
  )
