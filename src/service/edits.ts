import type { EditPlan, EditProgress, EditUsage, RecordedOptions } from '../edit/index.ts'
import type { Session } from '../jobs/index.ts'
import type { Box } from '../tools/index.ts'

/**
 * The owner of an edit, a picture or a session: `local` on a server without keys, otherwise the name of an API key. No
 * owner can read or guess anything of another.
 */
export type Owner = string

/** A picture that was uploaded or made. */
export interface StoredPicture {
  /** The SHA-256 of its file, in lower-case hex. */
  readonly id: string
  /** The owner's name for it: a file name without folders. */
  readonly name: string
  readonly type: 'image/png' | 'image/jpeg' | 'image/webp' | 'image/avif' | 'image/gif' | 'image/tiff'
  /** In pixels, upright: after the orientation of its EXIF data. */
  readonly width: number
  readonly height: number
  /** Size of its file. */
  readonly bytes: number
}

/** The task of an edit. It determines the result and is stored as JSON. Pictures are given by their ids. */
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
  /** For the darkroom: the plan to carry out instead of the instruction. */
  readonly plan?: EditPlan | undefined
  /** Names of the server's LoRAs. */
  readonly loras?: readonly { readonly name: string; readonly strength: number }[] | undefined
  readonly output?: OutputChoice | undefined
  /** Steps between previews; 0 for none. Default: 4. */
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
 * `waiting` until a worker takes it, `active` while it is made; `done`, `failed` and `cancelled` are final. If its
 * worker dies, it is `waiting` again.
 */
export type EditState = 'waiting' | 'active' | 'done' | 'failed' | 'cancelled'

/** An edit as its owner sees it. */
export interface Edit {
  readonly id: string
  readonly task: EditTask
  readonly state: EditState
  /** For a waiting edit: number of edits of its model before it, of all owners. */
  readonly position?: number | undefined
  readonly progress?: EditProgress | undefined
  /** Id of the newest preview, while it is active. */
  readonly preview?: string | undefined
  readonly result?: StoredPicture | undefined
  /** Id of the map of what the edit changed: 0 kept, to 127 toned, to 255 redrawn. */
  readonly changeMap?: string | undefined
  /** For the darkroom: the plan, and what was done, one line per step. */
  readonly plan?: EditPlan | undefined
  readonly did?: readonly string[] | undefined
  readonly usage?: EditUsage | undefined
  /** Notices for the user, such as an instruction that was cut. */
  readonly notes?: readonly string[] | undefined
  /**
   * The reason of the failure. The code is stable: one of EditError's, or `tools-missing`, `time-limit`, `worker-lost`,
   * `internal`.
   */
  readonly error?: { readonly code: string; readonly message: string } | undefined
  /** ISO 8601, by the database's clock. */
  readonly createdAt: string
  readonly startedAt?: string | undefined
  readonly endedAt?: string | undefined
}

/** Edits as durable jobs: once `submit` has returned they survive the process, and each ends exactly once. */
export interface EditService {
  /**
   * Checks tasks as far as possible without loading a model, and queues all of them or none. Owners take turns: one
   * with a hundred edits does not delay another with one.
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
  /** The existing ones of these, in one database query; in any order. */
  find(owner: Owner, ids: readonly string[]): Promise<readonly Edit[]>
  /** Newest first. */
  list(
    owner: Owner,
    page?: { readonly state?: EditState; readonly before?: string; readonly most?: number },
  ): Promise<readonly Edit[]>
  /** The current state of the edits, then each change, until all have ended or the signal is aborted. */
  watch(owner: Owner, ids: readonly string[], signal?: AbortSignal): AsyncIterable<Edit>
  /** All changes of the owner's edits from now on, until the signal is aborted. */
  changes(owner: Owner, signal: AbortSignal): AsyncIterable<Edit>
  /** Cancels it, if it has not ended. */
  cancel(owner: Owner, id: string): Promise<Edit>
  /**
   * Deletes an edit that has ended. Its pictures stay until nothing uses them.
   * @throws ServiceError `missing`; `conflict` while it has not ended, or a session uses it
   */
  delete(owner: Owner, id: string): Promise<void>
}
