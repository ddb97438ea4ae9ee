import type { EditPlan, EditProgress, EditUsage, RecordedOptions } from '../edit/index.ts'
import type { Session } from '../jobs/index.ts'
import type { Box } from '../tools/index.ts'

/**
 * Whose an edit, a picture or a session is: `local` on a server without keys, else the name of an API key. Nothing of one
 * owner can be read or guessed by another.
 */
export type Owner = string

/** A picture that was handed in or made. */
export interface StoredPicture {
  /** The SHA-256 of its file, in lower-case hex. */
  readonly id: string
  /** What its owner called it: a file's name without folders. */
  readonly name: string
  readonly type: 'image/png' | 'image/jpeg' | 'image/webp' | 'image/avif' | 'image/gif' | 'image/tiff'
  /** In pixels, upright: after the orientation of its EXIF data. */
  readonly width: number
  readonly height: number
  /** Size of its file. */
  readonly bytes: number
}

/** What an edit is to do. It decides the result, and is stored as JSON. Pictures are named by their ids. */
export interface EditTask {
  /** A name of the server's list of models. */
  readonly model: string
  readonly instruction: string
  readonly picture: string
  /** Further pictures, for editors that take several. */
  readonly others?: readonly string[] | undefined
  /** A picture of the size of the first one: white, or not transparent, where it may change. Not with a box. */
  readonly mask?: string | undefined
  /** Where it may change, in pixels from the top left. */
  readonly box?: Box | undefined
  readonly options?: RecordedOptions | undefined
  readonly init?: { readonly picture: string; readonly strength: number } | undefined
  /** Of the darkroom: the plan to carry out in place of the instruction. */
  readonly plan?: EditPlan | undefined
  /** Names of the server's LoRAs. */
  readonly loras?: readonly { readonly name: string; readonly strength: number }[] | undefined
  readonly output?: OutputChoice | undefined
  /** Steps from preview to preview; 0 for none. Default: 4. */
  readonly previews?: number | undefined
}

/** The file of a result. Default: PNG with its recipe. */
export interface OutputChoice {
  readonly format?: 'png' | 'jpeg' | 'webp' | undefined
  /** Of JPEG and WebP, 1 to 100. */
  readonly quality?: number | undefined
  /** Whether the recipe is kept in the file. Default: true. */
  readonly recipe?: boolean | undefined
}

/**
 * `waiting` until a worker takes it, `active` while it is made; `done`, `failed` and `cancelled` are for ever. After a
 * worker died it is `waiting` again.
 */
export type EditState = 'waiting' | 'active' | 'done' | 'failed' | 'cancelled'

/** An edit as its owner sees it. */
export interface Edit {
  readonly id: string
  readonly task: EditTask
  readonly state: EditState
  /** Of a waiting one: how many edits of its model are to come before it, of everyone. */
  readonly position?: number | undefined
  readonly progress?: EditProgress | undefined
  /** Id of the newest preview, while it is active. */
  readonly preview?: string | undefined
  readonly result?: StoredPicture | undefined
  /** Id of the map of what the edit changed: 0 kept, to 127 toned, to 255 redrawn. */
  readonly changeMap?: string | undefined
  /** Of the darkroom: the plan, and what was done, a line a step. */
  readonly plan?: EditPlan | undefined
  readonly did?: readonly string[] | undefined
  readonly usage?: EditUsage | undefined
  /** What its maker should know, such as an instruction that was not read to its end. */
  readonly notes?: readonly string[] | undefined
  /** Why it failed. The code is stable: one of EditError's, or `tools-missing`, `time-limit`, `worker-lost`, `internal`. */
  readonly error?: { readonly code: string; readonly message: string } | undefined
  /** ISO 8601, by the database's clock. */
  readonly createdAt: string
  readonly startedAt?: string | undefined
  readonly endedAt?: string | undefined
}

/** Edits as durable jobs: once `submit` has returned they outlive the process, and each ends exactly once. */
export interface EditService {
  /**
   * Checks tasks as far as no model has to be loaded, and queues all of them or none. Owners take turns: one with a
   * hundred edits does not hold up another with one.
   * @param record writes rows of its own about them, in the transaction that queues them; it may run twice, where the
   * answer to the first try was lost
   * @throws ServiceError `full` when the queue of the model is full, `missing`, `input`
   */
  submit(
    owner: Owner,
    tasks: readonly EditTask[],
    record?: (session: Session, ids: readonly string[]) => Promise<void>,
  ): Promise<readonly Edit[]>
  /** @throws ServiceError `missing`, also for edits of others */
  get(owner: Owner, id: string): Promise<Edit>
  /** Those of these that are there, in one question to the database; in any order. */
  find(owner: Owner, ids: readonly string[]): Promise<readonly Edit[]>
  /** Newest first. */
  list(
    owner: Owner,
    page?: { readonly state?: EditState; readonly before?: string; readonly most?: number },
  ): Promise<readonly Edit[]>
  /** The edits as they are, then each of their changes, until all have ended or the signal is aborted. */
  watch(owner: Owner, ids: readonly string[], signal?: AbortSignal): AsyncIterable<Edit>
  /** All changes of the owner's edits from now on, until the signal is aborted. */
  changes(owner: Owner, signal: AbortSignal): AsyncIterable<Edit>
  /** Cancels it, if it has not ended. */
  cancel(owner: Owner, id: string): Promise<Edit>
  /**
   * Forgets an edit that has ended. Its pictures stay until nobody uses them.
   * @throws ServiceError `missing`; `conflict` while it has not ended, or a session shows it
   */
  delete(owner: Owner, id: string): Promise<void>
}
