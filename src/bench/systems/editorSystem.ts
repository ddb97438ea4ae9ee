import {
  EditError,
  type EditOptions,
  type Editor,
  EditRefusal,
  type EditUsage,
  type RefusalKind,
  RemoteEditor,
} from '../../edit/index.ts'
import type { Outcome, System } from './system.ts'

/** Error codes by which an editor refuses an edit after examining it. */
const refusing: ReadonlySet<string> = new Set<RefusalKind>([
  ...(['unclear', 'beyond', 'not-found', 'ambiguous', 'unfit'] as const),
])

/** An editor under test. Takes it over: closing the system closes the editor. */
export async function editorSystem(name: string, editor: Editor, options: EditOptions = {}): Promise<System> {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  const chosen = given.length === 0 ? '' : ` options ${JSON.stringify(Object.fromEntries(given.sort()))}`
  const hasSeed = editor.options.includes('seed')
  return {
    name,
    identity: `${await editor.identity()}${chosen}`,
    concurrency: editor.concurrency,
    ...(editor instanceof RemoteEditor && {
      // More than it takes are refused before anything is sent.
      estimate: ({ instruction }, picture, more = []) =>
        more.length > editor.mostPictures ? 0 : editor.estimate(picture, instruction, more),
    }),
    async edit({ instruction }, picture, { seed, signal, more = [] }): Promise<Outcome> {
      if (more.length > editor.mostPictures) return tooMany(editor, more.length)
      const started = performance.now()
      let usage: EditUsage | undefined
      const spent = (): { readonly seconds: number; readonly usage?: EditUsage } => ({
        seconds: (performance.now() - started) / 1000,
        ...(usage && { usage }),
      })
      try {
        const made = await editor.edit(picture, instruction, {
          ...options,
          ...(more.length > 0 && { more }),
          ...(hasSeed && { seed }),
          signal,
          onUsage: (known) => {
            usage = known
          },
        })
        return { type: 'picture', picture: made, ...spent() }
      } catch (error) {
        const refusal = refusalOf(error)
        if (!refusal) throw error
        return { type: 'refused', ...refusal, ...spent() }
      }
    },
    close: () => editor.close(),
  }
}

/** An item with more pictures than the editor takes is one that it cannot do. */
function tooMany({ name, mostPictures }: Editor, count: number): Outcome {
  const text = `${name} takes ${mostPictures === 0 ? 'one picture' : `at most ${mostPictures + 1} pictures`}, the item has ${count + 1}`
  return { type: 'refused', kind: 'beyond', reason: 'pictures', text, seconds: 0 }
}

/** The refusal that an error is; undefined for a failure. */
function refusalOf(
  error: unknown,
): { readonly kind: RefusalKind; readonly reason: string; readonly text: string } | undefined {
  if (error instanceof EditRefusal) return { kind: error.kind, reason: error.reason, text: error.text }
  if (!(error instanceof EditError) || !refusing.has(error.code)) return undefined
  return { kind: error.code as RefusalKind, reason: error.code, text: error.message }
}
