import type { DarkroomEditor } from './darkroom/editor.ts'
import { type DarkroomOptions, openDarkroom } from './darkroom/open.ts'
import type { Editor } from './editor.ts'
import { type ModelEditorOptions, openModelEditor } from './modelEditor.ts'
import { darkroomName } from './names.ts'
import { openRemoteEditor, type RemoteOptions, remoteConfig } from './remote/openRemote.ts'

/** Options for opening an editor. */
export interface EditorOptions extends ModelEditorOptions, RemoteOptions {
  /** Options of the darkroom; the others are those of models. */
  readonly darkroom?: DarkroomOptions | undefined
}

export async function openEditor(model: 'darkroom', options?: EditorOptions): Promise<DarkroomEditor>
export async function openEditor(model: string, options?: EditorOptions): Promise<Editor>
/**
 * Opens an editor: `darkroom` (the editor by algorithm of this package), a name of `editors` (remote editors, ComfyUI
 * workflows, commands), `type:model` with the type's usual address and key (`openai:gpt-image-1.5`), a checkpoint folder,
 * `nano` (the small model of this package), or the name of a pulled model. Nothing stays open when it fails.
 * @throws EditError, ToolError, WeightsError, ModelError or RuntimeError in one line
 */
export async function openEditor(model: string, options: EditorOptions = {}): Promise<Editor> {
  const { darkroom, editors, editorsFolder, env, backoffSeconds, ...ofModel } = options
  if (model === darkroomName) return openDarkroom({ ...(env && { env }), ...darkroom })
  const remote = { editors, editorsFolder, env, backoffSeconds }
  return remoteConfig(model, remote) ? openRemoteEditor(model, remote) : openModelEditor(model, ofModel)
}
