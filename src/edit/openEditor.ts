import type { DarkroomEditor } from './darkroom/editor.ts'
import { type DarkroomOptions, openDarkroom } from './darkroom/open.ts'
import type { Editor } from './editor.ts'
import { type ModelEditorOptions, openModelEditor } from './modelEditor.ts'
import { darkroomName } from './names.ts'

/** How an editor is opened. */
export interface EditorOptions extends ModelEditorOptions {
  /** Of the darkroom; the others are those of models. */
  readonly darkroom?: DarkroomOptions | undefined
}

export async function openEditor(model: 'darkroom', options?: EditorOptions): Promise<DarkroomEditor>
export async function openEditor(model: string, options?: EditorOptions): Promise<Editor>
/**
 * Opens an editor: `darkroom` (the editor by algorithm of this package), a checkpoint folder, `nano` (its small model),
 * or the name of a pulled model. Nothing stays open when it fails.
 * @throws EditError, ToolError, WeightsError, ModelError or RuntimeError in one line
 */
export async function openEditor(model: string, options: EditorOptions = {}): Promise<Editor> {
  const { darkroom, ...ofModel } = options
  return model === darkroomName ? openDarkroom(darkroom) : openModelEditor(model, ofModel)
}
