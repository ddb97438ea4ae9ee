import { basename, resolve } from 'node:path'
import { type EditOptions, type EditorOptions, openEditor } from '../../edit/index.ts'
import { defaultCache } from '../../files/index.ts'
import { BenchError } from '../error.ts'
import { editorSystem } from './editorSystem.ts'
import { folderSystem } from './folderSystem.ts'
import type { System } from './system.ts'

/** How a system under test is opened. */
export interface SystemOptions extends EditorOptions {
  /** What every edit takes beside its seed, such as steps; part of the system's identity. */
  readonly edit?: Omit<EditOptions, 'seed' | 'region' | 'init' | 'plan' | 'second'> | undefined
  /** Where hashes of folders of pictures are remembered. Default: the user's cache. */
  readonly cache?: string | undefined
}

/**
 * Opens a system under test:
 * - `copy`, the untouched picture;
 * - `folder:<path>`, pictures made elsewhere: a folder, or JSON lines of `{ "id", "image_path" }`;
 * - else an editor, as `openEditor` takes it: `darkroom`, `nano`, a checkpoint folder, the name of a pulled model, a name
 *   of `editors`, or `type:model`.
 *
 * `name=…` before it gives it another name than its own.
 * @throws BenchError `system` for a name or a folder that does not fit; what `openEditor` throws
 */
export async function openSystem(text: string, options: SystemOptions = {}): Promise<System> {
  const { name, spec } = parseSystem(text)
  const { edit = {}, cache = defaultCache(options.env ?? process.env), ...ofEditor } = options
  if (spec === 'copy') return copySystem(name)
  if (spec.startsWith(folderPrefix)) return folderSystem(name, spec.slice(folderPrefix.length), cache)
  // The cache of models lies elsewhere than that of folders only if it is given.
  const editor = await openEditor(spec, { ...ofEditor, ...(options.cache && { cache: options.cache }) })
  const strange = Object.entries(edit).find(
    ([option, value]) => value !== undefined && !editor.options.includes(option as keyof EditOptions),
  )
  if (strange) {
    await editor.close()
    throw new BenchError('system', `${text}: ${editor.name} has no option '${strange[0]}'; leave it out`)
  }
  return editorSystem(name, editor, edit)
}

const folderPrefix = 'folder:'

/** Name and system of `name=system`; without a name one is made of the system's own. */
export function parseSystem(text: string): { readonly name: string; readonly spec: string } {
  const [, given, rest] = /^([^=/\\:]*)=(.*)$/s.exec(text) ?? []
  const spec = (rest ?? text).trim()
  if (spec === '') throw new BenchError('system', `'${text}': expected a system, got nothing`)
  if (given !== undefined) {
    if (!/^[\w.-]{1,64}$/.test(given))
      throw new BenchError(
        'system',
        `'${text}': expected a name of letters, digits, -, _ and . before '=', got '${given}'`,
      )
    return { name: given, spec }
  }
  const bare = spec.startsWith(folderPrefix) ? spec.slice(folderPrefix.length) : spec
  const isPath = spec.startsWith(folderPrefix) || /[/\\]/.test(spec.replace(/^[a-z]+:/, ''))
  const own = isPath ? basename(resolve(bare)).replace(/\.jsonl$/i, '') : bare
  const name = own.replaceAll(/[^\w.-]+/g, '-').slice(0, 64)
  if (!/\w/.test(name))
    throw new BenchError('system', `'${text}': cannot be used as a name; give one: name=${spec}`)
  return { name, spec }
}

/** The untouched picture: the baseline of every edit. */
function copySystem(name: string): System {
  return {
    name,
    identity: 'copy 1',
    concurrency: 4,
    edit: async (_, picture) => ({ type: 'picture', picture, seconds: 0 }),
    close: async () => {},
  }
}
