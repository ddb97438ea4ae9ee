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

/** Sessions, kept through reloads and restarts. All throw ServiceError `missing` for what is not the owner's. */
export interface History {
  create(owner: Owner, name: string): Promise<Session>
  sessions(owner: Owner): Promise<readonly Session[]>
  open(
    owner: Owner,
    session: string,
  ): Promise<{ readonly session: Session; readonly nodes: readonly SessionNode[] }>
  rename(owner: Owner, session: string, name: string): Promise<Session>
  delete(owner: Owner, session: string): Promise<void>
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
  /** A ZIP file of all pictures, the tree and its tasks, and back. */
  export(owner: Owner, session: string): Promise<Uint8Array>
  import(owner: Owner, file: Uint8Array): Promise<Session>
}
