import type { Edit, EditTask, Owner, StoredPicture } from './edits.ts'

/** A session of the studio: a tree of pictures, each made from its parent. */
export interface Session {
  readonly id: string
  readonly name: string
  /** Of its newest picture. */
  readonly picture?: string | undefined
  readonly nodes: number
  readonly createdAt: string
  readonly changedAt: string
}

/** A picture of a session: an uploaded one, or the result of an edit, finished or not. */
export interface SessionNode {
  readonly id: string
  /** The node whose picture was edited; null for an uploaded one. */
  readonly parent: string | null
  readonly name?: string | undefined
  /** Missing until its edit has made one. */
  readonly picture?: StoredPicture | undefined
  readonly edit?: Edit | undefined
  readonly createdAt: string
  /** Removed with its descendants; it can be restored. */
  readonly removed?: boolean | undefined
}

/** A change of a session or one of its nodes. EditService reports changes of edits. */
export interface SessionChange {
  readonly id: string
  /** Greater than that of every change of the owner's sessions before it. */
  readonly version: number
  /** Of one that was deleted. */
  readonly deleted?: boolean | undefined
}

/** Something that a recipe refers to and that is missing here. */
export interface MissingPart {
  readonly part: 'model' | 'picture' | 'more' | 'init' | 'mask' | 'lora'
  /** As in the recipe: the name of an editor, a file or a LoRA. */
  readonly name: string
}

/** How a picture was made, by the recipe inside it. */
export interface Recall {
  /** The editor that made it. */
  readonly editor: string
  /** The edit, as far as it can be repeated here; without a model if the server has no ready one of that name. */
  readonly task: Omit<EditTask, 'model' | 'picture'> & {
    readonly model?: string | undefined
    readonly picture?: string | undefined
  }
  /** The pictures that the task refers to: the owner's pictures with the same pixels. */
  readonly pictures: readonly StoredPicture[]
  readonly missing: readonly MissingPart[]
}

/**
 * Sessions, which survive reloads and restarts. All methods throw ServiceError `missing` for what another owner has.
 */
export interface History {
  create(owner: Owner, name: string): Promise<Session>
  sessions(owner: Owner): Promise<readonly Session[]>
  open(
    owner: Owner,
    session: string,
  ): Promise<{ readonly session: Session; readonly nodes: readonly SessionNode[] }>
  rename(owner: Owner, session: string, name: string): Promise<Session>
  /** It can be restored for a day; then it is deleted, and its pictures are no longer in use. */
  delete(owner: Owner, session: string): Promise<void>
  /** Restores a deleted one. */
  restore(owner: Owner, session: string): Promise<Session>
  /** All changes of the owner's sessions from now on, by any process, until the signal is aborted. */
  changes(owner: Owner, signal: AbortSignal): AsyncIterable<SessionChange>
  /** Adds an uploaded picture as the root of a new tree. */
  addPicture(owner: Owner, session: string, picture: string): Promise<SessionNode>
  /** Edits a node's picture; each edit is a child node. */
  edit(
    owner: Owner,
    session: string,
    parent: string,
    tasks: readonly Omit<EditTask, 'picture'>[],
  ): Promise<readonly SessionNode[]>
  nameNode(owner: Owner, session: string, node: string, name: string | undefined): Promise<SessionNode>
  setRemoved(owner: Owner, session: string, node: string, removed: boolean): Promise<SessionNode>
  /** A ZIP file of the tree without removed nodes: session.json and the pictures, generated while it is read. */
  export(owner: Owner, session: string): Promise<AsyncIterable<Uint8Array>>
  /**
   * Imports a session from such a file, completely or not at all. Its edits have ended.
   * @throws ServiceError `session` for a file without one, or a damaged or hostile file
   */
  import(owner: Owner, file: AsyncIterable<Uint8Array>): Promise<Session>
  /**
   * How a picture was made, from its recipe; undefined if it has none, or a damaged one. Its input pictures are
   * searched for among the owner's.
   */
  recall(owner: Owner, picture: string): Promise<Recall | undefined>
}
