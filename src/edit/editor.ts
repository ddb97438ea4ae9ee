import type { Mask, Picture } from '../image/index.ts'
import type { EditOptions } from './options.ts'
import type { EditHooks } from './progress.ts'

/** Options and hooks of one edit, in one object. */
export interface EditRequest extends EditOptions, EditHooks {}

/** A picture with its transparency, where it has one. */
export interface EditedPicture extends Picture {
  readonly alpha?: Mask | undefined
}

/** Something that edits pictures by instruction: the darkroom, a local model, a server. */
export interface Editor {
  /** Name of the editor or its model. */
  readonly name: string
  /** Options that it takes; others are refused. */
  readonly options: readonly (keyof EditOptions)[]
  /** Pictures that an edit may take beside the one that is edited; above 0 `more` is among the options. */
  readonly mostPictures: number
  /** Edits that may run at a time; 1 for local editors. */
  readonly concurrency: number
  /**
   * Identifies everything that determines its results apart from picture, instruction and options: equal identities
   * give equal pictures if the editor is deterministic.
   */
  identity(): Promise<string>
  /**
   * Makes an edit. Models keep the picture's size, and know nothing of transparency: where the result has no `alpha`,
   * that of the picture still holds. Edits of one editor run one after another, in the order of the calls; a cancelled
   * one leaves the queue at once.
   * @throws EditError: `input` for a request that cannot be met, `cancelled` by its signal, `closed`; of the darkroom
   * also `unclear`, `beyond`, `not-found`, `ambiguous`, `unfit`; EditRefusal where a remote editor will not
   */
  edit(picture: EditedPicture, instruction: string, request?: EditRequest): Promise<EditedPicture>
  /**
   * Closes the editor for good. Edits that wait are refused, one under way is stopped at its next part; both reject
   * with the code `closed`. Frees everything even where a part fails to. May be called twice; a hook must not wait for
   * it, since it waits for the edit that called the hook.
   */
  close(): Promise<void>
}
