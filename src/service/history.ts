import type { Edit, EditTask, Owner, StoredPicture } from './edits.ts'

/** A piece of work in the studio: a tree of pictures, each made from the one above it. */
export interface Session {
  readonly id: string
  readonly name: string
  /** Of its newest picture. */
  readonly picture?: string | undefined
  readonly nodes: number
  readonly createdAt: string
  readonly changedAt: string
}

/** A picture of a session: one that was handed in, or the result of an edit, whether it has ended or not. */
export interface SessionNode {
  readonly id: string
  /** The node whose picture was edited; null of one that was handed in. */
  readonly parent: string | null
  readonly name?: string | undefined
  /** None while its edit has not made one. */
  readonly picture?: StoredPicture | undefined
  readonly edit?: Edit | undefined
  readonly createdAt: string
  /** Removed with everything below it; it can be restored. */
  readonly removed?: boolean | undefined
}

/** That a session has changed: it, or a node of it. Changes of edits are told by EditService. */
export interface SessionChange {
  readonly id: string
  /** Greater than that of every change of the owner's sessions before it. */
  readonly version: number
  /** Of one that was deleted. */
  readonly deleted?: boolean | undefined
}

/** Something that a recipe names and that is not at hand. */
export interface MissingPart {
  readonly part: 'model' | 'picture' | 'more' | 'init' | 'mask' | 'lora'
  /** As the recipe has it: of an editor, a file or a LoRA. */
  readonly name: string
}

/** How a picture was made, by the recipe inside it. */
export interface Recall {
  /** The editor that made it. */
  readonly editor: string
  /** The edit, as far as it can be made again here: without a model where the server has none of that name ready. */
  readonly task: Omit<EditTask, 'model' | 'picture'> & {
    readonly model?: string | undefined
    readonly picture?: string | undefined
  }
  /** The pictures that the task names: the owner's with the same pixels. */
  readonly pictures: readonly StoredPicture[]
  readonly missing: readonly MissingPart[]
}

/** Sessions, kept through reloads and restarts. All throw ServiceError `missing` for what is not the owner's. */
export interface History {
  create(owner: Owner, name: string): Promise<Session>
  sessions(owner: Owner): Promise<readonly Session[]>
  open(
    owner: Owner,
    session: string,
  ): Promise<{ readonly session: Session; readonly nodes: readonly SessionNode[] }>
  rename(owner: Owner, session: string, name: string): Promise<Session>
  /** It can be restored for a day; then it is gone, and its pictures are no longer in use. */
  delete(owner: Owner, session: string): Promise<void>
  /** Brings a deleted one back. */
  restore(owner: Owner, session: string): Promise<Session>
  /** All changes of the owner's sessions from now on, by any process, until the signal is aborted. */
  changes(owner: Owner, signal: AbortSignal): AsyncIterable<SessionChange>
  /** A picture that was handed in, at the top of a tree of its own. */
  addPicture(owner: Owner, session: string, picture: string): Promise<SessionNode>
  /** Edits of a node's picture, each a node below it. */
  edit(
    owner: Owner,
    session: string,
    parent: string,
    tasks: readonly Omit<EditTask, 'picture'>[],
  ): Promise<readonly SessionNode[]>
  nameNode(owner: Owner, session: string, node: string, name: string | undefined): Promise<SessionNode>
  setRemoved(owner: Owner, session: string, node: string, removed: boolean): Promise<SessionNode>
  /** A ZIP file of the tree without what was removed: session.json and the pictures, made while it is read. */
  export(owner: Owner, session: string): Promise<AsyncIterable<Uint8Array>>
  /**
   * A session from such a file, all of it or nothing. Its edits come as ended ones.
   * @throws ServiceError `session` for a file that holds none, a damaged or a hostile one
   */
  import(owner: Owner, file: AsyncIterable<Uint8Array>): Promise<Session>
  /**
   * How a picture was made, by the recipe inside it; undefined where it holds none, or a damaged one. The pictures that
   * went into it are looked for among the owner's.
   */
  recall(owner: Owner, picture: string): Promise<Recall | undefined>
}
